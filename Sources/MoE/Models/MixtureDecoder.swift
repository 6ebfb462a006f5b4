/// A language model out of a stack of blocks: an embedding, the blocks, a norm and a head.
///
/// lₜ = H·N(stack(e₁ … e_T))ₜ, with eₜ the embedding of token t: the logits of the token that
/// follows each.
///
///     let pass = try decoder.forward(ids, context: .training(step: step))
///     let loss = try CrossEntropy()(pass.logits, labels: following)
///     let gradient = try decoder.backward(loss.gradient, pass: pass)
///     optimizer.update(&decoder, along: gradient)
///     try decoder.finishStep([pass])
///
/// **Shapes**: ids [tokens], logits [tokens, vocabulary]. The sequences of a batch stand one after
/// another, as long as ``Batch/sequenceLengths`` says.
///
/// **Names**: `embedding`, `stack`, `norm` and, where it is not tied, `head`.
public struct MixtureDecoder: Parameterized {
  /// The vector of each token id.
  public var embedding: Embedding
  /// The blocks.
  public var stack: MixtureStack
  /// The norm after the last block.
  public var norm: Norm?
  /// The map to logits; that of the embedding where there is none.
  public var head: Linear?

  /// A decoder of the given parts.
  ///
  /// - Parameters:
  ///   - embedding: The vector of each token id.
  ///   - stack: The blocks.
  ///   - norm: The norm after the last block.
  ///   - head: The map to logits; that of the embedding unless given.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a part is of another size.
  public init(
    embedding: Embedding, stack: MixtureStack, norm: Norm? = nil, head: Linear? = nil
  ) throws {
    let size = stack.inputSize
    for (name, value) in [
      ("size of the embedding", embedding.size), ("size of the norm", norm?.inputSize ?? size),
      ("input size of the head", head?.inputSize ?? size),
    ] where value != size {
      throw MoEError.configuration(
        name, value: "\(value)", expected: "\(size), as the blocks have")
    }
    if let head, head.outputSize != embedding.count {
      throw MoEError.configuration(
        "output size of the head", value: "\(head.outputSize)",
        expected: "\(embedding.count), the token ids")
    }
    self.embedding = embedding
    self.stack = stack
    self.norm = norm
    self.head = head
  }

  /// A decoder with random parameters: the embedding is drawn first, the head last.
  ///
  /// - Parameters:
  ///   - configuration: The plan of the decoder.
  ///   - seed: The seed of all noise.
  ///   - generator: The source of randomness.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a size or a part cannot work;
  ///   the generator is then as it was.
  public init(
    _ configuration: DecoderConfiguration, seed: UInt64 = 0,
    using generator: inout some RandomNumberGenerator
  ) throws {
    guard configuration.vocabularySize > 0 else {
      throw MoEError.configuration(
        "vocabulary size", value: "\(configuration.vocabularySize)", expected: "at least 1")
    }
    try configuration.stack.check()
    var drawn = generator
    let size = configuration.stack.size
    let embedding = Embedding(
      count: configuration.vocabularySize, size: size, using: &drawn)
    let stack = try MixtureStack(configuration.stack, seed: seed, using: &drawn)
    try self.init(
      embedding: embedding, stack: stack, norm: try configuration.norm?.norm(size: size),
      head: configuration.isHeadTied
        ? nil
        : Linear(
          inputSize: size, outputSize: configuration.vocabularySize, bias: false, using: &drawn))
    generator = drawn
  }

  /// The size of a token's vector.
  public var size: Int { stack.inputSize }

  /// The number of token ids.
  public var vocabularySize: Int { embedding.count }

  /// Visits the parameters of each part, under its name.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try embedding.visitParameters(under: "embedding", visit)
    try stack.visitParameters(under: "stack", visit)
    try norm?.visitParameters(under: "norm", visit)
    try head?.visitParameters(under: "head", visit)
  }

  /// Visits the buffers of the stack, under `stack`.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try stack.visitBuffers(under: "stack", visit)
  }

  /// Throws what the stack throws.
  public func checkBuffers() throws { try stack.checkBuffers() }

  /// Visits the weights of each part.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try embedding.visitWeights(under: "embedding", visit)
    try stack.visitWeights(under: "stack", visit)
    try head?.visitWeights(under: "head", visit)
  }
}
