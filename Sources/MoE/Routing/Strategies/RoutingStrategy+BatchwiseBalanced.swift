extension RoutingStrategy {
  /// Strict balance in training, learned thresholds in inference.
  ///
  /// The thresholds are learned by ``BatchwiseThresholdLoss``. It is not causal.
  ///
  /// - Parameters:
  ///   - count: How many experts a token has on average.
  ///   - gate: What gives the logits.
  /// - Returns: A strategy whose selection bias holds the thresholds.
  public static func batchwiseBalanced(
    _ count: Int, gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(
      gate: gate, selector: .batchwiseBalanced(count), weighting: .renormalized,
      hasSelectionBias: true)
  }
}
