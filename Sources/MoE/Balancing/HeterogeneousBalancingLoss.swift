/// The balancing loss of layers whose experts cost unequally: β·Σₑ ηₑ·fₑ·Pₑ.
///
/// fₑ = nₑ/T counts routes a token, and Pₑ is the mean of the softmax. The cost ηₑ is 1 for experts
/// that compute and τ for those that do not, as the layer tells them by ``ExpertGroup/traits``;
/// between and beyond the two it is a line in their relative cost, see
/// ``ExpertTraits/balancingCost(tau:)``.
///
/// With p = f/K the optimum is p ∝ 1/η: each computing expert gets τ/(τ·N_F + N_Z) of the routes
/// and each other 1/(τ·N_F + N_Z), the parts of ``Capacity/Shares/byCost(tau:)``; the loss is there
/// β·K·τ/(τ·N_F + N_Z), with experts that are switched on counted alone. **Gradient**: that of
/// ``LoadBalancingLoss`` with η·f in the place of f.
///
/// Source: MoE++, arXiv 2410.07348, equation 7; it has no factor E.
public struct HeterogeneousBalancingLoss: BalancingLoss, Hashable, Codable {
  /// The costs ηₑ of experts.
  public enum Costs: Sendable, Hashable, Codable {
    /// By what each expert costs a token, with τ for one that computes nothing.
    case byCost(tau: Float)
    /// One number an expert.
    case each([Float])
  }

  /// The factor β.
  public let coefficient: Float
  /// The cost of each expert.
  public let costs: Costs

  /// A loss whose costs are those of the layer's experts.
  ///
  /// - Parameters:
  ///   - coefficient: The factor β; MoE++ took 0.01.
  ///   - tau: The cost of experts that compute nothing, from 0 to 1: the lower, the more tokens are
  ///     to go to them. MoE++ took 0.75 as a rule.
  public init(coefficient: Float = 0.01, tau: Float = 0.75) {
    self.coefficient = coefficient
    costs = .byCost(tau: tau)
  }

  /// A loss with the given factor and costs, whatever the experts are.
  ///
  /// - Parameters:
  ///   - coefficient: The factor β.
  ///   - costs: One number an expert, at least 0; another count than a layer has throws there, and
  ///     traps in a call.
  public init(coefficient: Float, costs: [Float]) {
    self.coefficient = coefficient
    self.costs = .each(costs)
  }

  /// The name that the value is listed under: `heterogeneous balancing`.
  public var name: String { "heterogeneous balancing" }

  /// Throws where there is not one cost an expert, or a number is negative or not finite, or τ above
  /// 1.
  public func check(expertCount: Int) throws {
    try check(coefficient: coefficient)
    switch costs {
    case .byCost(let tau):
      guard tau >= 0, tau <= 1 else {
        throw MoEError.configuration("tau of \(name)", value: "\(tau)", expected: "0 to 1")
      }
    case .each(let costs):
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
  }

  /// The loss of a routing; zero for one of no tokens.
  public func value(of routing: Routing) -> BalancingLossValue {
    let costs = costs(routing)
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

  private func costs(_ routing: Routing) -> [Float] {
    switch costs {
    case .byCost(let tau):
      routing.expertTraits.map { Float($0.balancingCost(tau: Double(tau))) }
    case .each(let costs): costs
    }
  }
}

extension BalancingLoss where Self == HeterogeneousBalancingLoss {
  /// The balancing loss of layers whose experts cost unequally, learned from the layer.
  ///
  /// - Parameters:
  ///   - coefficient: The factor β.
  ///   - tau: The cost of experts that compute nothing, from 0 to 1.
  /// - Returns: A loss with costs of 1 for experts that compute, and τ for others.
  public static func heterogeneous(
    coefficient: Float = 0.01, tau: Float = 0.75
  ) -> HeterogeneousBalancingLoss {
    HeterogeneousBalancingLoss(coefficient: coefficient, tau: tau)
  }

  /// The balancing loss of given costs, whatever the experts are.
  ///
  /// - Parameters:
  ///   - coefficient: The factor β.
  ///   - costs: The cost ηₑ of each expert, at least 0.
  /// - Returns: A loss, which throws in a layer of another number of experts.
  public static func heterogeneous(
    coefficient: Float = 0.01, costs: [Float]
  ) -> HeterogeneousBalancingLoss {
    HeterogeneousBalancingLoss(coefficient: coefficient, costs: costs)
  }
}
