/// Experts that are small Transformers, each over the rows of a sequence that went to it.
public typealias TransformerExperts = PerExpert<TransformerBlock>

extension ExpertSpecification {
  /// Small Transformers: Eₑ(x) = u + F(N₂(u)), u = x + A(N₁(x)), with attention among those rows of
  /// one sequence that the expert was given, in their order, and a gated network behind.
  ///
  /// What such an expert gives for a token depends on the other tokens that it was given; with
  /// causal attention on earlier ones alone. So routing may be token-local, and the layer's output
  /// is not.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - headCount: The number of heads of attention, a divisor of the size of a token.
  ///   - hiddenSize: The hidden size of the network; at least 1, else the layer's initialiser
  ///     throws.
  ///   - isCausal: Whether a token sees no later one.
  ///   - rotary: The rotary positions of queries and keys, counted among the rows of the expert.
  ///   - norm: The norm before each part.
  /// - Returns: A specification of ``TransformerExperts``, which throws in a layer whose outputs
  ///   have another size than its tokens.
  public static func transformer(
    count: Int, headCount: Int, hiddenSize: Int, isCausal: Bool = true,
    rotary: RotaryPositions? = nil, norm: NormSpecification? = .rms()
  ) -> ExpertSpecification {
    .perExpert(count: count) { inputSize, outputSize, generator in
      guard inputSize == outputSize else {
        throw MoEError.configuration(
          "output size of Transformer experts", value: "\(outputSize)",
          expected: "\(inputSize), the size of a token")
      }
      return try StackConfiguration(
        size: inputSize, blockCount: 1, attention: .heads(headCount, rotary: rotary), norm: norm,
        dense: .gatedFeedForward(hiddenSize: hiddenSize), pattern: .none, isCausal: isCausal
      ).block(0, using: &generator)
    }.planned(
      .transformer(
        count: count, headCount: headCount, hiddenSize: hiddenSize, isCausal: isCausal,
        rotary: rotary, norm: norm))
  }
}
