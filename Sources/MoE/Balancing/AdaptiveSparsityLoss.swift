/// The adaptive L1 loss of ReLU routing: λ·Σₑ fₑ·(mean over tokens of s_te), with λ driven by
/// measured sparsity.
///
/// fₑ = E/(K·T)·nₑ weighs experts by their load where ``isLoadWeighted`` says so, and is else 1.
/// After each step λ is multiplied by α^sign(S* − S): S is the part of scores that are zero, S* = 1
/// − K/E its target. It stays within ``coefficientRange``, so that it can always come back. Experts
/// that are switched off count in none of these. At balance, f = 1, the loss is λ times the mean
/// over tokens of the sum of their scores.
///
/// **Gradient**: λ·fₑ/T with respect to each score; counts carry none.
///
/// **Scale**: that of ReMoE's code, whose load-balanced form is λ·E·Σₑ (Σₜ s_te/T)·(nₑ/(T·K)), for
/// one layer. The paper's formula divides by the number of layers L as well: its λ is L times as
/// large.
///
/// λ is learned: it moves when the layer is told of the end of a step, and is saved with the layer
/// as a buffer.
///
///     var sparse = try MixtureOfExperts(
///       inputSize: 16, experts: [.feedForward(count: 4, hiddenSize: 32)], routing: .relu(),
///       balancingLosses: [.adaptiveSparsity(targetCount: 2)], using: &generator)
///     let sparsePass = try sparse.forward(inputs, context: .training(step: 0))
///     // Here the backward pass and the optimiser's update; then:
///     try sparse.finishStep([sparsePass])
///
/// Source: ReMoE, arXiv 2412.14711.
public struct AdaptiveSparsityLoss: BalancingLoss, ExpertAgnostic, Hashable, Codable {
  /// The range that λ stays within when it moves: from 10⁻¹² to 10⁴.
  public static let coefficientRange: ClosedRange<Float> = 1e-12...1e4

  /// How many experts a token is to have on average: K.
  public let targetCount: Double
  /// The number that λ is multiplied or divided by at each step: α.
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

  /// Throws where the target is not from 1 to the number of experts, λ is negative or not finite,
  /// or the rate is no finite number of at least 1.
  public func check(expertCount: Int) throws {
    try check(coefficient: coefficient)
    guard targetCount >= 1, targetCount <= Double(expertCount) else {
      throw MoEError.configuration(
        "experts a token that \(name) aims at", value: "\(targetCount)",
        expected: "1 to \(expertCount), the experts there are")
    }
    guard rate >= 1, rate.isFinite else {
      throw MoEError.configuration(
        "rate of \(name)", value: "\(rate)", expected: "a finite number, at least 1")
    }
  }

  /// The loss of a routing; zero for one of no tokens.
  public func value(of routing: Routing) -> BalancingLossValue {
    let (count, available) = (routing.tokenCount, routing.availableExpertCount)
    guard count > 0 else { return .zero }
    let scale = coefficient / Float(count)
    let loads = routing.demand.map {
      isLoadWeighted ? Float(available) * Float($0) / (Float(targetCount) * Float(count)) : 1
    }
    let gradient = Tensor(zeros: routing.scores.shape).addingToEachRow(Tensor(loads) * scale)
    return BalancingLossValue(
      value: (gradient * routing.scores).sum(), gradient: RoutingGradient(scores: gradient))
  }

  /// True: λ moves.
  public var movesAfterStep: Bool { true }

  /// Moves λ by the sparsity of the routings of a step, taken together; those that do not count
  /// change nothing.
  public mutating func update(_ router: inout Router, after step: TrainingStep) {
    var (active, count, target) = (0, 0, 0.0)
    for routing in step.countedRoutings {
      let (experts, scores) = (routing.availableExperts, routing.scores.scalars)
      for token in 0..<routing.tokenCount where !routing.isPadding(token) {
        for expert in experts where scores[token * routing.expertCount + expert] > 0 { active += 1 }
        count += experts.count
        target += Double(experts.count) - targetCount
      }
    }
    guard count > 0 else { return }
    let zeros = Double(count - active)
    if zeros < target { coefficient *= rate }
    if zeros > target { coefficient /= rate }
    let range = AdaptiveSparsityLoss.coefficientRange
    coefficient = min(max(coefficient, range.lowerBound), range.upperBound)
  }

  /// Visits λ as `coefficient`.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    var buffer = Tensor([coefficient])
    try Self.visit("coefficient", &buffer, visit)
    coefficient = buffer.count == 1 ? buffer.scalars[0] : .nan
  }

  /// Throws where λ is negative or not finite.
  public func checkBuffers() throws { try check(coefficient: coefficient) }
}

extension BalancingLoss where Self == AdaptiveSparsityLoss {
  /// The adaptive L1 loss of ReLU routing.
  ///
  /// - Parameters:
  ///   - targetCount: How many experts a token is to have on average.
  ///   - coefficient: The factor λ to start from.
  /// - Returns: A loss whose factor moves with the measured sparsity after each step.
  public static func adaptiveSparsity(
    targetCount: Double, coefficient: Float = 1e-8
  ) -> AdaptiveSparsityLoss {
    AdaptiveSparsityLoss(targetCount: targetCount, coefficient: coefficient)
  }
}
