/// A plan for a decoder: a vocabulary, a stack of blocks, and the head.
public struct DecoderConfiguration: Sendable, Codable {
  /// The number of token ids.
  public var vocabularySize: Int
  /// The blocks.
  public var stack: StackConfiguration
  /// The norm after the last block; nothing where there is none.
  public var norm: NormSpecification?
  /// Whether the head's weight is that of the embedding.
  public var isHeadTied: Bool

  /// A plan of the given parts.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of token ids.
  ///   - stack: The blocks; causal ones, as a rule.
  ///   - norm: The norm after the last block.
  ///   - isHeadTied: Whether the head's weight is that of the embedding.
  public init(
    vocabularySize: Int, stack: StackConfiguration, norm: NormSpecification? = .rms(),
    isHeadTied: Bool = false
  ) {
    self.vocabularySize = vocabularySize
    self.stack = stack
    self.norm = norm
    self.isHeadTied = isHeadTied
  }
}
