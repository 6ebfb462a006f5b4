extension RoutingStrategy {
  /// Expert choice: each expert takes the tokens that have the highest scores for it, weighted by
  /// these scores.
  ///
  /// It is not causal. With a ``SelectedCountWeighting`` and a softmax over tokens as score it is
  /// Mesh TensorFlow's.
  ///
  /// - Parameters:
  ///   - capacityFactor: How many experts a token has on average.
  ///   - score: What experts choose by.
  ///   - weighting: What weights the experts that took a token.
  ///   - gate: What gives the logits.
  /// - Returns: With the defaults, the routing of the paper.
  public static func expertChoice(
    capacityFactor: Double = 2, score: any Score = .softmax,
    weighting: any Weighting = .scores, gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(
      gate: gate, score: score, selector: .expertChoice(capacityFactor: capacityFactor),
      weighting: weighting)
  }
}
