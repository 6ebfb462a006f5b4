/// The two readings of MoE++, whose paper and code differ.
public enum MoEPlusPlusMode: Sendable, Hashable, Codable, CaseIterable {
  /// The paper's: a linear gate, softmax probabilities as weights as they are, and a capacity by
  /// the experts' costs.
  case paper
  /// The released code's: a gate of two maps with tanh between them, the weights of zero experts
  /// set to zero and the others divided by their sum, inputs of experts times k, and no capacity.
  case releasedCode
  /// The released code's with its option `mixtral_gating`: the same gate, weights by the softmax of
  /// the selected logits, of which a zero expert keeps its own, inputs as they are, and no capacity.
  case releasedCodeMixtral
}
