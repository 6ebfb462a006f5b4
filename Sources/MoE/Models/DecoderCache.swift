/// The keys and values of the tokens that a decoder has read so far, block by block.
///
/// With it a sequence is read piece by piece, in the bits of the whole at once where routing is
/// token-local:
///
///     var cache = try decoder.makeCache()
///     let logits = try decoder.next(prompt, cache: &cache)
public struct DecoderCache: Sendable {
  /// The keys and values of each block; nothing where a block has no attention.
  var blocks: [KeyValueCache?]
  /// The number of tokens read of each sequence.
  public internal(set) var tokenCounts: [Int]

  /// The number of sequences.
  public var sequenceCount: Int { tokenCounts.count }
}

/// Attention that can read a sequence piece by piece.
public protocol CachedAttention: Layer {
  /// A cache of no tokens.
  ///
  /// - Parameter sequenceCount: The number of sequences that are read side by side.
  /// - Returns: A cache that fits this layer.
  func makeCache(sequenceCount: Int) -> KeyValueCache

  /// The outputs of further tokens of each sequence.
  ///
  /// - Parameters:
  ///   - input: The further tokens, sequence by sequence.
  ///   - context: What the batch is: how many of the tokens are of each sequence.
  ///   - cache: What the layer keeps of the tokens before, to which it adds the new ones.
  /// - Returns: One row a further token.
  /// - Throws: ``MoEError`` where the cache does not fit; it is then as it was.
  func forward(
    _ input: Tensor, context: LayerContext, cache: inout KeyValueCache
  ) throws -> Tensor
}

extension MultiHeadAttention: CachedAttention {}

/// Attention that sends tokens to experts, and can read a sequence piece by piece.
public protocol CachedRoutedAttention: CachedAttention, RoutedLayer {
  /// The outputs of further tokens of each sequence, under live conditions.
  ///
  /// - Parameters:
  ///   - tokens: The further tokens, sequence by sequence.
  ///   - context: What the batch is: how many of the tokens are of each sequence.
  ///   - overrides: What overrides the routing strategy.
  ///   - cache: What the layer keeps of the tokens before, to which it adds the new ones.
  /// - Returns: One row a further token, and the routing of these.
  /// - Throws: ``MoEError`` where the cache does not fit, and what the router throws; the cache is
  ///   then as it was.
  func forward(
    _ tokens: Tensor, context: LayerContext, overrides: RoutingOverrides,
    cache: inout KeyValueCache
  ) throws -> Pass
}

extension CachedRoutedAttention {
  /// The outputs of further tokens of each sequence.
  public func forward(
    _ input: Tensor, context: LayerContext, cache: inout KeyValueCache
  ) throws -> Tensor {
    try forward(input, context: context, overrides: RoutingOverrides(), cache: &cache).output
  }
}

extension MixtureDecoder {
  /// A cache of no tokens.
  ///
  /// - Parameter sequenceCount: The number of sequences that are read side by side.
  /// - Returns: A cache that fits this decoder.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the attention of a block cannot
  ///   read a sequence piece by piece.
  public func makeCache(sequenceCount: Int = 1) throws -> DecoderCache {
    guard sequenceCount > 0 else {
      throw MoEError.configuration(
        "number of sequences", value: "\(sequenceCount)", expected: "at least 1")
    }
    let blocks = try stack.blocks.enumerated().map { index, block -> KeyValueCache? in
      guard let attention = block.attention else { return nil }
      let isRouted = attention is any RoutedLayer
      guard let cached = attention as? any CachedAttention,
        !isRouted || attention is any CachedRoutedAttention
      else {
        throw MoEError.configuration(
          "attention of block \(index)", value: "\(type(of: attention))",
          expected: "one that is \(isRouted ? "CachedRoutedAttention" : "CachedAttention")")
      }
      return cached.makeCache(sequenceCount: sequenceCount)
    }
    return DecoderCache(
      blocks: blocks, tokenCounts: Array(repeating: 0, count: sequenceCount))
  }

  /// The logits after further tokens of each sequence, in inference.
  ///
  /// - Parameters:
  ///   - ids: The ids of the further tokens, sequence by sequence.
  ///   - counts: How many of them are of each sequence; one after another of one sequence unless
  ///     given.
  ///   - cache: The keys and values of the tokens before, to which those of the new ones are added.
  ///   - overrides: What overrides the routing of each mixture.
  /// - Returns: One row a further token.
  /// - Throws: ``MoEError`` where the counts or the cache do not fit, and what the forward pass
  ///   throws; the cache is then as it was.
  /// - Complexity: That of a forward pass of the further tokens, and for each of them O(tokens
  ///   before · size).
  public func next(
    _ ids: [Int], counts: [Int]? = nil, cache: inout DecoderCache,
    overrides: StackOverrides = StackOverrides()
  ) throws -> Tensor {
    let counts = counts ?? (cache.sequenceCount == 1 ? [ids.count] : [])
    guard counts.count == cache.sequenceCount else {
      throw MoEError.configuration(
        "number of counts of further tokens", value: "\(counts.count)",
        expected: "\(cache.sequenceCount), one a sequence")
    }
    guard cache.blocks.count == stack.blocks.count else {
      throw MoEError.configuration(
        "number of blocks of a cache", value: "\(cache.blocks.count)",
        expected: "\(stack.blocks.count)")
    }
    for (index, (block, cached)) in zip(stack.blocks, cache.blocks).enumerated()
    where (block.attention == nil) != (cached == nil) {
      throw MoEError.configuration(
        "cache of block \(index)", value: cached == nil ? "none" : "one",
        expected: cached == nil ? "one, as it has attention" : "none, as it has no attention")
    }
    var batch = Batch(tokenIDs: ids, sequenceLengths: counts)
    try batch.check(tokenCount: ids.count)
    // As in a whole sequence, so that what is drawn at random for a token is the same.
    batch.positions = zip(cache.tokenCounts, counts).flatMap { Array($0..<$0 + $1) }
    // The counts alone: a copy of the rows would have the cache copy all of them before it adds any.
    let before = cache.blocks.map { $0?.tokenCounts }
    do {
      let context = LayerContext(.inference, batch: batch)
      let logits = try run(ids, context, overrides, caches: &cache.blocks).logits
      cache.tokenCounts = zip(cache.tokenCounts, counts).map { $0 + $1 }
      return logits
    } catch {
      // Blocks before the one that threw have read the tokens already.
      for (index, counts) in before.enumerated() {
        if let counts { try cache.blocks[index]?.truncate(to: counts) }
      }
      throw error
    }
  }
}

extension DecoderCache: CustomStringConvertible {
  /// How many tokens of each sequence were read.
  public var description: String { "cache of \(blocks.count) blocks, tokens \(tokenCounts)" }
}
