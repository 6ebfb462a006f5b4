extension Capacity {
  /// What a capacity factor multiplies.
  public enum Counting: Sendable, Hashable, Codable {
    /// The routes of all tokens, of which there are K times as many as tokens: at γ = 1 there is
    /// room for every route where all experts have their share.
    case routes
    /// The tokens: with K routes a token there is room for one in K of them.
    case tokens
  }

  /// The capacity of layers whose experts cost unequally: γ·R·τ/(τ·N_F + N_Z) for each that
  /// computes, and γ·R/(τ·N_F + N_Z) for each other.
  ///
  /// Which is which the layer tells, by ``ExpertGroup/traits``; experts of other relative costs
  /// have shares in between, see ``Shares/byCost(tau:)``. In a router that knows nothing of its
  /// experts all have equal shares.
  ///
  /// R counts routes, rounded up. The paper's equation has tokens in its place, whose room adds up
  /// to γ·T in all: with two routes a token that is half of them. ``Counting/tokens`` is that
  /// equation to the letter, rounded down as ``Limit/tokenFactor(_:)`` is.
  ///
  /// Source: MoE++, arXiv 2410.07348, equation 8.
  ///
  /// - Parameters:
  ///   - factor: The factor γ in training; MoE++ took 1.1.
  ///   - inference: The same in inference; no limit unless given.
  ///   - tau: The part τ of a computing expert in relation to another; MoE++ took 0.1 to 1.
  ///   - counting: What the factor multiplies.
  ///   - minimum: What a limit is at least.
  ///   - order: Which routes find room first.
  ///   - overflow: What becomes of the other routes.
  /// - Returns: A capacity that throws in a layer where a factor is not positive, or τ not from 0
  ///   to 1.
  public static func heterogeneous(
    factor: Double = 1.1, inference: Double? = nil, tau: Double = 0.75,
    counting: Counting = .routes, minimum: Int = 0, order: Order = .position,
    overflow: Overflow = .drop
  ) -> Capacity {
    func limit(_ factor: Double) -> Limit {
      switch counting {
      case .routes: .factor(factor)
      case .tokens: .tokenFactor(factor)
      }
    }
    return Capacity(
      training: limit(factor), inference: inference.map(limit) ?? .none, minimum: minimum,
      order: order, overflow: overflow, shares: .byCost(tau: tau))
  }
}
