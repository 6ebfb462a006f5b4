/// The adaptive L1 loss of ReLU routing: λ·mean over tokens and experts of fₑ·s_te, with λ driven by measured sparsity.
///
/// fₑ = E/(K·T)·nₑ weighs experts by their load where ``isLoadWeighted`` says so, and is else 1. After each step λ is
/// multiplied by α^sign(S* − S): S is the part of scores that are zero, S* = 1 − K/E its target.
///
/// **Gradient**: λ·fₑ/(T·E) with respect to each score; counts carry none.
///
/// Source: ReMoE, arXiv 2412.14711.
public struct AdaptiveSparsityLoss: BalancingLoss {
  /// How many experts a token is to have on average: K.
  public let targetCount: Double
  /// What λ is multiplied or divided by at each step: α.
  public let rate: Float
  /// Whether experts count by their load.
  public let isLoadWeighted: Bool
  /// The present factor λ.
  public private(set) var coefficient: Float

  /// A loss with the given target.
  ///
  /// - Parameters:
  ///   - targetCount: How many experts a token is to have on average.
  ///   - coefficient: The factor λ to start from; ReMoE took 10⁻⁸.
  ///   - rate: What λ is multiplied or divided by at each step; ReMoE took 1.2.
  ///   - isLoadWeighted: Whether experts count by their load.
  public init(
    targetCount: Double, coefficient: Float = 1e-8, rate: Float = 1.2, isLoadWeighted: Bool = true
  ) {
    self.targetCount = targetCount
    self.coefficient = coefficient
    self.rate = rate
    self.isLoadWeighted = isLoadWeighted
  }

  /// The name that the value is listed under: `adaptive sparsity`.
  public var name: String { "adaptive sparsity" }

  /// The loss of a routing; zero for one of no tokens.
  public func callAsFunction(_ routing: Routing) -> BalancingLossValue {
    let (count, expertCount) = (routing.validTokenCount, routing.expertCount)
    guard count > 0 else { return .zero }
    let scale = coefficient / Float(count * expertCount)
    let loads = routing.demand.map {
      isLoadWeighted
        ? Float(expertCount) * Float($0) / (Float(targetCount) * Float(count)) : 1
    }
    var gradient = Tensor(zeros: routing.scores.shape).addingToEachRow(Tensor(loads) * scale)
    gradient.clearPadding(of: routing)
    return BalancingLossValue(
      value: (gradient * routing.scores).sum(), gradient: RoutingGradient(scores: gradient))
  }

  /// Moves λ by the sparsity of a routing of a training pass.
  ///
  /// - Parameter routing: Where tokens went.
  public mutating func update(after routing: Routing) {
    let count = routing.validTokenCount * routing.expertCount
    guard count > 0, routing.selection.context.mode.isTraining else { return }
    var scores = routing.scores
    scores.clearPadding(of: routing)
    let active = scores.scalarArray.reduce(0) { $1 > 0 ? $0 + 1 : $0 }
    let sparsity = 1 - Double(active) / Double(count)
    let target = 1 - targetCount / Double(routing.expertCount)
    if sparsity < target { coefficient *= rate }
    if sparsity > target { coefficient /= rate }
  }
}

extension BalancingLoss where Self == AdaptiveSparsityLoss {
  /// The adaptive L1 loss of ReLU routing.
  ///
  /// - Parameters:
  ///   - targetCount: How many experts a token is to have on average.
  ///   - coefficient: The factor λ to start from.
  /// - Returns: A loss whose factor moves with the measured sparsity.
  public static func adaptiveSparsity(
    targetCount: Double, coefficient: Float = 1e-8
  ) -> AdaptiveSparsityLoss {
    AdaptiveSparsityLoss(targetCount: targetCount, coefficient: coefficient)
  }
}
