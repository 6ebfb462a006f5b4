extension RoutingStrategy {
  /// The experts with the highest noisy logits, weighted by the softmax over these.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - startsAtZero: Whether the gate's weights are zero at first, so that noise alone decides;
  ///     in inference before any training the first experts then take all tokens.
  /// - Returns: The routing of Shazeer and others, arXiv 1701.06538.
  public static func noisyTopK(_ count: Int, startsAtZero: Bool = true) -> RoutingStrategy {
    .topK(
      count, weighting: .softmaxOverSelected,
      gate: (startsAtZero ? GateSpecification.zero : .linear()).noisy())
  }
}

extension GateSpecification {
  /// A linear gate whose weights are zero at first.
  static var zero: GateSpecification {
    GateSpecification(promises: [.tokenLocal, .deterministic]) { inputSize, expertCount, _ in
      LinearGate(Linear(weight: Tensor(zeros: [expertCount, inputSize])))
    }.planned(.zero)
  }
}
