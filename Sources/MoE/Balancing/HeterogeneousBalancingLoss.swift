/// The balancing loss of layers whose experts cost unequally: β·Σₑ ηₑ·fₑ·Pₑ.
///
/// fₑ = nₑ/T counts routes a token, and Pₑ is the mean of the softmax. Costs are 1 for experts that
/// compute and τ for those that do not. With p = f/K the optimum is p ∝ 1/η: each computing expert
/// gets τ/(τ·N_F + N_Z) of the routes and each other 1/(τ·N_F + N_Z), the parts of
/// ``Capacity/heterogeneous(factor:tau:computingExperts:expertCount:)``; the loss is there
/// β·K·τ/(τ·N_F + N_Z), with experts that are switched on counted alone. **Gradient**: that of
/// ``LoadBalancingLoss`` with η·f in the place of f.
///
/// Source: MoE++, arXiv 2410.07348, equation 7; it has no factor E.
public struct HeterogeneousBalancingLoss: BalancingLoss {
  /// The factor β.
  public let coefficient: Float
  /// The cost ηₑ of each expert.
  public let costs: [Float]

  /// A loss with the given factor and costs.
  ///
  /// - Parameters:
  ///   - coefficient: The factor β; MoE++ took 0.01.
  ///   - costs: One number an expert, at least 0; another count than a layer has throws there, and
  ///     traps in a call.
  public init(coefficient: Float, costs: [Float]) {
    self.coefficient = coefficient
    self.costs = costs
  }

  /// The name that the value is listed under: `heterogeneous balancing`.
  public var name: String { "heterogeneous balancing" }

  /// Throws where there is not one cost an expert, or a number is negative or not finite.
  public func check(expertCount: Int) throws {
    try check(coefficient: coefficient)
    guard costs.count == expertCount else {
      throw MoEError.configuration(
        "number of costs of \(name)", value: "\(costs.count)",
        expected: "\(expertCount), one an expert")
    }
    for (expert, cost) in costs.enumerated() where !(cost >= 0 && cost.isFinite) {
      throw MoEError.configuration(
        "cost of expert \(expert)", value: "\(cost)", expected: "a finite number, at least 0")
    }
  }

  /// The loss of a routing; zero for one of no tokens.
  public func value(of routing: Routing) -> BalancingLossValue {
    require(
      costs.count == routing.expertCount,
      "HeterogeneousBalancingLoss: \(costs.count) costs against \(routing.expertCount) experts")
    let count = routing.tokenCount
    guard count > 0 else { return .zero }
    let probabilities = routing.logits.softmax()
    let shares = Tensor(
      zip(routing.demand, costs).map { Float($0) / Float(count) * $1 * coefficient })
    let gradient = Tensor(zeros: probabilities.shape).addingToEachRow(shares / Float(count))
    return BalancingLossValue(
      value: (shares * probabilities.columnSums()).sum() / Float(count),
      logitGradient: Tensor.softmaxGradient(gradient, softmax: probabilities))
  }
}

extension BalancingLoss where Self == HeterogeneousBalancingLoss {
  /// The balancing loss of layers whose experts cost unequally.
  ///
  /// - Parameters:
  ///   - coefficient: The factor β.
  ///   - tau: The cost of experts that do not compute, from 0 to 1 where more tokens are to go to
  ///     them.
  ///   - computingExperts: The experts that compute.
  ///   - expertCount: The number of experts.
  /// - Returns: A loss with costs of 1 and τ.
  public static func heterogeneous(
    coefficient: Float = 0.01, tau: Float = 0.75, computingExperts: Range<Int>, expertCount: Int
  ) -> HeterogeneousBalancingLoss {
    HeterogeneousBalancingLoss(
      coefficient: coefficient,
      costs: (0..<expertCount).map { computingExperts.contains($0) ? 1 : tau })
  }
}
