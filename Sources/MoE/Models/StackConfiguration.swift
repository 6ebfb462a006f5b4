/// A plan for a stack of blocks: how many there are, and the parts that each is made of.
///
///     let configuration = StackConfiguration(
///       size: 64, blockCount: 4, attention: .heads(4), dense: .gatedFeedForward(hiddenSize: 128),
///       mixture: MixtureSpecification(
///         experts: [.gatedFeedForward(count: 8, hiddenSize: 64)], routing: .topK(2)),
///       pattern: .every(2))
public struct StackConfiguration: Sendable, Codable {
  /// The size of a token.
  public var size: Int
  /// The number of blocks.
  public var blockCount: Int
  /// The attention of each block; nothing in blocks without.
  public var attention: AttentionSpecification?
  /// The norm before each part; nothing where there is none.
  public var norm: NormSpecification?
  /// The feed-forward network of the blocks without a mixture.
  public var dense: DenseSpecification?
  /// The mixture of the other blocks.
  public var mixture: MixtureSpecification?
  /// The blocks that have a mixture.
  public var pattern: MixturePattern
  /// Whether the input of each part is added to its output.
  public var isResidual: Bool
  /// What the routers of each block read.
  public var routerInput: RouterInput
  /// Whether no token's output may depend on a later token, as in a decoder.
  public var isCausal: Bool

  /// A plan of the given parts.
  ///
  /// - Parameters:
  ///   - size: The size of a token.
  ///   - blockCount: The number of blocks.
  ///   - attention: The attention of each block.
  ///   - norm: The norm before each part.
  ///   - dense: The feed-forward network of the blocks without a mixture.
  ///   - mixture: The mixture of the other blocks.
  ///   - pattern: The blocks that have a mixture; all unless given.
  ///   - isResidual: Whether the input of each part is added to its output.
  ///   - routerInput: What the routers of each block read.
  ///   - isCausal: Whether no token's output may depend on a later token.
  public init(
    size: Int, blockCount: Int, attention: AttentionSpecification? = nil,
    norm: NormSpecification? = .rms(), dense: DenseSpecification? = nil,
    mixture: MixtureSpecification? = nil, pattern: MixturePattern = .all, isResidual: Bool = true,
    routerInput: RouterInput = .tokens, isCausal: Bool = true
  ) {
    self.size = size
    self.blockCount = blockCount
    self.attention = attention
    self.norm = norm
    self.dense = dense
    self.mixture = mixture
    self.pattern = pattern
    self.isResidual = isResidual
    self.routerInput = routerInput
    self.isCausal = isCausal
  }

  /// Makes one block.
  ///
  /// - Parameters:
  ///   - index: The number of the block, from 0.
  ///   - generator: The source of randomness.
  /// - Returns: A block with random parameters: attention is drawn first.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a part is missing, and what the
  ///   parts' initialisers throw.
  func block(
    _ index: Int, using generator: inout some RandomNumberGenerator
  ) throws -> TransformerBlock {
    let attention = try attention?.layer(size: size, isCausal: isCausal, using: &generator)
    return try TransformerBlock(
      attentionNorm: attention == nil ? nil : try norm?.norm(size: size), attention: attention,
      feedForwardNorm: try norm?.norm(size: size),
      feedForward: feedForward(index, using: &generator),
      isResidual: isResidual, routerInput: routerInput)
  }

  private func feedForward(
    _ index: Int, using generator: inout some RandomNumberGenerator
  ) throws -> any Layer {
    if pattern.contains(index) {
      guard let mixture else {
        throw MoEError.configuration(
          "mixture of block \(index)", value: "none", expected: "one, as the pattern says")
      }
      return try mixture.layer(size: size, layer: index, isCausal: isCausal, using: &generator)
    }
    guard let dense else {
      throw MoEError.configuration(
        "dense layer of block \(index)", value: "none",
        expected: "one, as the pattern has no mixture there")
    }
    return try dense.layer(size: size, using: &generator)
  }

  /// Throws where a size or the pattern cannot work.
  func check() throws {
    for (name, value) in [("size of a token", size), ("number of blocks", blockCount)] {
      guard value > 0 else {
        throw MoEError.configuration(name, value: "\(value)", expected: "at least 1")
      }
    }
    try pattern.check(blockCount: blockCount)
  }
}
