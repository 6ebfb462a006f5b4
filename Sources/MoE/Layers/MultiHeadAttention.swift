/// Attention of several heads: y = W_o·[A₁ … A_H], Aₕ = softmax(qₕ·kₕᵀ·scale)·vₕ, with q = W_q·x, k
/// = W_k·x, v = W_v·x, along each sequence of the batch.
///
/// Heads of queries may share those of keys and values: with G of these, head h has that of ⌊h·G /
/// H⌋. With norms, each head of queries and of keys is normalized by itself; then, with ``rotary``
/// positions, both are rotated by their places in the sequence.
///
/// **Shapes**: input and output [tokens, inputSize]; `query` [H·headSize, inputSize], `key` and
/// `value` [G·headSize, inputSize], `output` [inputSize, H·headSize].
///
/// **Initial values**: as ``Linear``.
///
/// **Numerics**: outputs and gradients have the same bits for any number of threads, and those of a
/// sequence do not depend on what stands beside it. Causal attention gives a token the same bits
/// whether its sequence is read at once or piece by piece, with a ``KeyValueCache``; what a token
/// does not see does not reach it, be it NaN.
///
/// Padding is taken out before anything else, and stands as zeros in the output.
///
/// Source: Vaswani and others, arXiv 1706.03762; shared heads Ainslie and others, arXiv 2305.13245;
/// windows Beltagy and others, arXiv 2004.05150; norms Henry and others, arXiv 2010.04245, as in
/// Qwen3.
public struct MultiHeadAttention: Layer {
  /// The map to queries.
  public var query: Linear
  /// The map to keys.
  public var key: Linear
  /// The map to values.
  public var value: Linear
  /// The map of the heads' outputs.
  public var output: Linear
  /// The norm of each head of queries; none unless given.
  public var queryNorm: Norm?
  /// The norm of each head of keys; none unless given.
  public var keyNorm: Norm?
  /// The number of heads.
  public let headCount: Int
  /// The number of heads of keys and values, a divisor of that of heads.
  public let keyValueHeadCount: Int
  /// Whether a token sees no later one.
  public let isCausal: Bool
  /// How many tokens a token sees at most, itself included; all where there is none.
  public let window: Int?
  /// The rotary positions of queries and keys.
  public let rotary: RotaryPositions?
  /// The factor of the products of queries and keys.
  public let scale: Float

  /// Attention of the given maps.
  ///
  /// - Parameters:
  ///   - query: The map to queries.
  ///   - key: The map to keys.
  ///   - value: The map to values.
  ///   - output: The map of the heads' outputs.
  ///   - queryNorm: The norm of each head of queries.
  ///   - keyNorm: The norm of each head of keys.
  ///   - headCount: The number of heads.
  ///   - keyValueHeadCount: The number of heads of keys and values; as many unless given.
  ///   - isCausal: Whether a token sees no later one.
  ///   - window: How many tokens a token sees at most, itself included.
  ///   - rotary: The rotary positions of queries and keys.
  ///   - scale: The factor of the products of queries and keys; 1/√headSize unless given.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where sizes do not fit, or a window is
  ///   given where a token sees later ones.
  public init(
    query: Linear, key: Linear, value: Linear, output: Linear, queryNorm: Norm? = nil,
    keyNorm: Norm? = nil, headCount: Int, keyValueHeadCount: Int? = nil, isCausal: Bool = true,
    window: Int? = nil,
    rotary: RotaryPositions? = nil, scale: Float? = nil
  ) throws {
    let shared = keyValueHeadCount ?? headCount
    try PositionedAttention.check(headCount: headCount, keyValueHeadCount: shared)
    guard query.outputSize > 0, query.outputSize % headCount == 0 else {
      throw MoEError.configuration(
        "size of queries", value: "\(query.outputSize)",
        expected: "a multiple of \(headCount) heads"
      )
    }
    let headSize = query.outputSize / headCount
    for (name, map, inputSize, outputSize) in [
      ("key", key, query.inputSize, shared * headSize),
      ("value", value, query.inputSize, shared * headSize),
      ("output", output, query.outputSize, output.outputSize),
    ] where map.inputSize != inputSize || map.outputSize != outputSize {
      throw MoEError.configuration(
        "map to \(name)", value: "from \(map.inputSize) to \(map.outputSize)",
        expected: "from \(inputSize) to \(outputSize)")
    }
    for (name, norm) in [("queries", queryNorm), ("keys", keyNorm)] {
      guard let norm, norm.inputSize != headSize else { continue }
      throw MoEError.configuration(
        "norm of \(name)", value: "\(norm.inputSize)", expected: "\(headSize), the size of a head")
    }
    try PositionedAttention.check(
      headSize: headSize, isCausal: isCausal, window: window, rotary: rotary, scale: scale)
    (self.query, self.key, self.value, self.output) = (query, key, value, output)
    (self.queryNorm, self.keyNorm) = (queryNorm, keyNorm)
    self.headCount = headCount
    self.keyValueHeadCount = shared
    self.isCausal = isCausal
    self.window = window
    self.rotary = rotary
    self.scale = scale ?? 1 / Float(headSize).squareRoot()
  }

  /// Attention with random parameters, drawn in the order query, key, value, output.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token and of an output row.
  ///   - headCount: The number of heads.
  ///   - keyValueHeadCount: The number of heads of keys and values; as many unless given.
  ///   - headSize: The size of a head; that of a token over the number of heads unless given.
  ///   - isCausal: Whether a token sees no later one.
  ///   - window: How many tokens a token sees at most, itself included.
  ///   - rotary: The rotary positions of queries and keys.
  ///   - headNorm: The norm of each head of queries and of keys; none unless given.
  ///   - bias: Whether the maps have biases.
  ///   - generator: The source of randomness.
  /// - Throws: As the other initialiser, and where heads do not divide the size of a token and no
  ///   size of a head is given.
  public init(
    inputSize: Int, headCount: Int, keyValueHeadCount: Int? = nil, headSize: Int? = nil,
    isCausal: Bool = true, window: Int? = nil, rotary: RotaryPositions? = nil,
    headNorm: NormSpecification? = nil, bias: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let shared = keyValueHeadCount ?? headCount
    try PositionedAttention.check(headCount: headCount, keyValueHeadCount: shared)
    guard inputSize > 0, headSize != nil || inputSize % headCount == 0 else {
      throw MoEError.configuration(
        "size of a token", value: "\(inputSize)", expected: "a multiple of \(headCount) heads")
    }
    let size = headSize ?? inputSize / headCount
    guard size > 0 else {
      throw MoEError.configuration("size of a head", value: "\(size)", expected: "at least 1")
    }
    var drawn = generator
    func map(from inputSize: Int, to outputSize: Int) -> Linear {
      Linear(inputSize: inputSize, outputSize: outputSize, bias: bias, using: &drawn)
    }
    try self.init(
      query: map(from: inputSize, to: headCount * size),
      key: map(from: inputSize, to: shared * size), value: map(from: inputSize, to: shared * size),
      output: map(from: headCount * size, to: inputSize), queryNorm: headNorm?.norm(size: size),
      keyNorm: headNorm?.norm(size: size), headCount: headCount, keyValueHeadCount: shared,
      isCausal: isCausal, window: window, rotary: rotary)
    generator = drawn
  }

  /// The size of a token.
  public var inputSize: Int { query.inputSize }

  /// The size of an output row.
  public var outputSize: Int { output.outputSize }

  /// The size of a head.
  public var headSize: Int { query.outputSize / headCount }

  /// Visits the parameters of the maps, under `query`, `key`, `value` and `output`, and of the
  /// norms, under `queryNorm` and `keyNorm`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try query.visitParameters(under: "query", visit)
    try key.visitParameters(under: "key", visit)
    try value.visitParameters(under: "value", visit)
    try output.visitParameters(under: "output", visit)
    try queryNorm?.visitParameters(under: "queryNorm", visit)
    try keyNorm?.visitParameters(under: "keyNorm", visit)
  }

  /// Visits the weights of the maps.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try query.visitWeights(under: "query", visit)
    try key.visitWeights(under: "key", visit)
    try value.visitWeights(under: "value", visit)
    try output.visitWeights(under: "output", visit)
  }
}
