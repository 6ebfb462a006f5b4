extension RoutingStrategy {
  /// The routing of BASE layers: in training tokens are assigned to experts evenly, and each keeps
  /// a part of itself.
  ///
  /// With α = σ(l) of its expert a token gives α·E(x) + (1 − α)·x, so outputs have the size of
  /// tokens. It is not causal. The assignment carries no gradient; the gate learns through α.
  ///
  /// Source: Lewis and others, "BASE layers", arXiv 2103.16716.
  ///
  /// - Parameter gate: What gives the logits: the products with the experts' centroids.
  /// - Returns: A strategy that balances in training without a loss.
  public static func base(gate: GateSpecification = .linear()) -> RoutingStrategy {
    RoutingStrategy(
      gate: gate, score: .sigmoid, selector: .linearAssignment, weighting: .remainder)
  }
}
