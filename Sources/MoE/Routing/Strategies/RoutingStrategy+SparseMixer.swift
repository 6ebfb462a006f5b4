extension RoutingStrategy {
  /// Two experts by SparseMixer, which draws them in training and estimates the gradient of the
  /// choice.
  ///
  /// - Parameters:
  ///   - jitter: Half the largest relative distance to the largest logit of experts that may be
  ///     chosen.
  ///   - gate: What gives the logits.
  /// - Returns: With the defaults, the routing of Phi-3.5-MoE.
  public static func sparseMixer(
    jitter: Float = 0.01, gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(
      gate: gate, selector: .sparseMixer(jitter: jitter), weighting: .sparseMixer(jitter: jitter))
  }
}
