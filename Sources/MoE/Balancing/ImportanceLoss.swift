/// The importance loss: α·CV²(Σₜ G_te), with G the weights of the routing: even where all experts
/// weigh alike.
///
/// CV² is the squared coefficient of variation over the experts that are switched on, zero at
/// perfect balance; at collapse of all weight to one of E experts it is E − 1, or E with the
/// unbiased variance. **Gradient**: through the weights. With one expert it is zero. A route that
/// found no room weighs nothing, and one that was redirected weighs where it went: give losses of
/// counts, such as ``LoadBalancingLoss``, where a capacity is tight.
///
/// Source: Shazeer and others, arXiv 1701.06538, equation 7. The variance is divided by E in
/// Tensor2Tensor and by E − 1 in FastMoE: the same α is there E/(E − 1) times as strong. Tutel also
/// divides by E − 1, but takes the mean of importance and load and sums up the softmax over all
/// experts, not the weights alone: no α is equivalent.
public struct ImportanceLoss: BalancingLoss, ExpertAgnostic, Hashable, Codable {
  /// The factor α.
  public let coefficient: Float
  /// Whether the variance is divided by E − 1 rather than by E.
  public let isUnbiased: Bool

  /// A loss with the given factor.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α; the paper took 0.1.
  ///   - isUnbiased: Whether the variance is divided by E − 1 rather than by E.
  public init(coefficient: Float, isUnbiased: Bool = false) {
    self.coefficient = coefficient
    self.isUnbiased = isUnbiased
  }

  /// The name that the value is listed under: `importance`.
  public var name: String { "importance" }

  /// Throws where the coefficient is negative or not finite.
  public func check(expertCount: Int) throws { try check(coefficient: coefficient) }

  /// The loss of a routing.
  public func value(of routing: Routing) -> BalancingLossValue {
    var importance = [Double](repeating: 0, count: routing.expertCount)
    let experts = routing.experts
    let weights = routing.weights.scalars
    for route in experts.indices where experts[route] >= 0 {
      importance[Int(experts[route])] += Double(weights[route])
    }
    let variation = CoefficientOfVariation(importance, of: routing, isUnbiased: isUnbiased)
    var gradient = Tensor(zeros: routing.weights.shape)
    var scalars = gradient.mutableScalars
    for route in experts.indices where experts[route] >= 0 {
      scalars[route] = coefficient * Float(variation.gradient[Int(experts[route])])
    }
    return BalancingLossValue(
      value: coefficient * Float(variation.value), gradient: RoutingGradient(weights: gradient))
  }
}

extension BalancingLoss where Self == ImportanceLoss {
  /// The importance loss.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α.
  ///   - isUnbiased: Whether the variance is divided by E − 1 rather than by E.
  /// - Returns: A loss that is zero at perfect balance.
  public static func importance(coefficient: Float, isUnbiased: Bool = false) -> ImportanceLoss {
    ImportanceLoss(coefficient: coefficient, isUnbiased: isUnbiased)
  }
}
