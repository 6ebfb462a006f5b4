extension RoutingStrategy {
  /// Balanced top-k by a transport plan, as in Megatron.
  ///
  /// With one expert a token its weight is the logistic function of its logit, with several they
  /// are the softmax probabilities, not made up to one. It is not causal.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - gate: What gives the logits.
  /// - Returns: A strategy that balances in training without a loss.
  public static func sinkhorn(
    _ count: Int, gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(
      gate: gate, selector: .sinkhorn(count),
      weighting: count == 1 ? SelectedSigmoidWeighting() : ScoreWeighting())
  }
}
