/// A mixture of attention heads: y = Σⱼ wⱼ·W_o^eⱼ·Attention(W_q^eⱼ·x, K, V), with keys K = W_k·x
/// and values V = W_v·x that all experts share.
///
/// A router picks some experts for every token. An expert is a map to queries and one from heads'
/// outputs; it has one head, or several, which share the heads of keys and values as those of
/// ``MultiHeadAttention`` do: of P heads over G of these, head p has that of ⌊p·G / P⌋.
///
/// **Shapes**: input and output [tokens, inputSize]; `query` [experts, P·headSize, inputSize],
/// `key` and `value` [G·headSize, inputSize], `output` [experts, inputSize, P·headSize].
///
/// **Initial values**: those of the gate, then `query`, `key`, `value` and `output` as
/// ``GroupedLinear`` and ``Linear``.
///
/// **Numerics**: as ``MultiHeadAttention``, where the routing is token-local.
///
/// **Corners**: a token that no expert took has an output of zeros; its key and value are seen all
/// the same.
///
/// Padding is taken out before anything else, and stands as zeros in the output.
///
/// Source: Zhang and others, arXiv 2210.05144; with several heads an expert JetMoE, Shen and
/// others, arXiv 2404.07413.
public struct MixtureOfAttentionHeads: RoutedLayer, BalancedLayer {
  /// The router that sends tokens to experts.
  public var router: Router
  /// The map to queries of each expert.
  public var query: GroupedLinear
  /// The map to keys.
  public var key: Linear
  /// The map to values.
  public var value: Linear
  /// The map of heads' outputs of each expert.
  public var output: GroupedLinear
  /// The number of heads of an expert.
  public let headCount: Int
  /// The number of heads of keys and values, a divisor of that of an expert's heads.
  public let keyValueHeadCount: Int
  /// Whether a token sees no later one.
  public let isCausal: Bool
  /// How many tokens a token sees at most, itself included; all where there is none.
  public let window: Int?
  /// The rotary positions of queries and keys.
  public let rotary: RotaryPositions?
  /// The factor of the products of queries and keys.
  public let scale: Float
  /// The auxiliary losses of a training pass.
  public var balancingLosses: [any BalancingLoss]
  /// The updates after a step of training, when ``finishStep(_:tokenQuality:)`` tells of its end.
  public var stepUpdates: [any StepUpdate]
  /// The last step of training whose end was told; nothing before the first.
  public internal(set) var finishedStep: Int?

  /// A mixture of the given parts.
  ///
  /// - Parameters:
  ///   - router: What sends tokens to experts.
  ///   - query: The map to queries of each expert.
  ///   - key: The map to keys.
  ///   - value: The map to values.
  ///   - output: The map of heads' outputs of each expert.
  ///   - headCount: The number of heads of an expert.
  ///   - keyValueHeadCount: The number of heads of keys and values; as many unless given.
  ///   - isCausal: Whether a token sees no later one; the routing then must not either.
  ///   - window: How many tokens a token sees at most, itself included.
  ///   - rotary: The rotary positions of queries and keys.
  ///   - scale: The factor of the products of queries and keys; 1/√headSize unless given.
  ///   - balancingLosses: The auxiliary losses of a training pass.
  ///   - stepUpdates: What happens after a step of training.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where sizes do not fit, or the routing
  ///   looks at later tokens in a causal layer, is a soft mixture or is straight-through.
  public init(
    router: Router, query: GroupedLinear, key: Linear, value: Linear, output: GroupedLinear,
    headCount: Int = 1, keyValueHeadCount: Int? = nil, isCausal: Bool = true, window: Int? = nil,
    rotary: RotaryPositions? = nil, scale: Float? = nil,
    balancingLosses: [any BalancingLoss] = [], stepUpdates: [any StepUpdate] = []
  ) throws {
    let shared = keyValueHeadCount ?? headCount
    try PositionedAttention.check(headCount: headCount, keyValueHeadCount: shared)
    try MixtureOfAttentionHeads.check(router.strategy, isCausal: isCausal)
    guard query.outputSize > 0, query.outputSize % headCount == 0 else {
      throw MoEError.configuration(
        "size of an expert's queries", value: "\(query.outputSize)",
        expected: "a multiple of \(headCount) heads")
    }
    let headSize = query.outputSize / headCount
    let size = router.inputSize
    for (name, found, expected) in [
      ("query", (query.inputSize, query.outputSize), (size, headCount * headSize)),
      ("key", (key.inputSize, key.outputSize), (size, shared * headSize)),
      ("value", (value.inputSize, value.outputSize), (size, shared * headSize)),
      ("output", (output.inputSize, output.outputSize), (headCount * headSize, size)),
    ] where found != expected {
      throw MoEError.configuration(
        "map to \(name)", value: "from \(found.0) to \(found.1)",
        expected: "from \(expected.0) to \(expected.1)")
    }
    for (name, maps) in [("query", query), ("output", output)]
    where maps.expertCount != router.expertCount {
      throw MoEError.configuration(
        "number of maps to \(name)", value: "\(maps.expertCount)",
        expected: "\(router.expertCount), as the router has experts")
    }
    try PositionedAttention.check(
      headSize: headSize, isCausal: isCausal, window: window, rotary: rotary, scale: scale)
    try balancingLosses.check(expertCount: router.expertCount)
    (self.router, self.query, self.key, self.value) = (router, query, key, value)
    self.output = output
    self.headCount = headCount
    self.keyValueHeadCount = shared
    self.isCausal = isCausal
    self.window = window
    self.rotary = rotary
    self.scale = scale ?? 1 / Float(headSize).squareRoot()
    self.balancingLosses = balancingLosses
    self.stepUpdates = stepUpdates
    try checkUpdates()
  }

  /// A mixture with random parameters.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token and of an output row.
  ///   - expertCount: The number of experts.
  ///   - headSize: The size of a head.
  ///   - headCount: The number of heads of an expert.
  ///   - keyValueHeadCount: The number of heads of keys and values; as many unless given.
  ///   - routing: The way to send tokens to experts.
  ///   - isCausal: Whether a token sees no later one; the routing then must not either.
  ///   - window: How many tokens a token sees at most, itself included.
  ///   - rotary: The rotary positions of queries and keys.
  ///   - bias: Whether the maps have biases.
  ///   - balancingLosses: The auxiliary losses of a training pass.
  ///   - stepUpdates: What happens after a step of training.
  ///   - seed: The seed of all noise in routing.
  ///   - layer: The number of the layer, below 2²⁴.
  ///   - generator: The source of randomness.
  /// - Throws: As the other initialiser; the generator is then as it was.
  public init(
    inputSize: Int, expertCount: Int, headSize: Int, headCount: Int = 1,
    keyValueHeadCount: Int? = nil, routing: RoutingStrategy, isCausal: Bool = true,
    window: Int? = nil, rotary: RotaryPositions? = nil, bias: Bool = false,
    balancingLosses: [any BalancingLoss] = [], stepUpdates: [any StepUpdate] = [],
    seed: UInt64 = 0, layer: Int = 0, using generator: inout some RandomNumberGenerator
  ) throws {
    let shared = keyValueHeadCount ?? headCount
    try PositionedAttention.check(headCount: headCount, keyValueHeadCount: shared)
    for (name, value) in [
      ("size of a token", inputSize), ("number of experts", expertCount),
      ("size of a head", headSize),
    ] where value < 1 {
      throw MoEError.configuration(name, value: "\(value)", expected: "at least 1")
    }
    // Drawn from a copy, so that a failure half-way leaves the generator as it was.
    var drawn = generator
    func maps(from inputSize: Int, to outputSize: Int) -> GroupedLinear {
      GroupedLinear(
        count: expertCount, inputSize: inputSize, outputSize: outputSize, bias: bias, using: &drawn)
    }
    func map(to outputSize: Int) -> Linear {
      Linear(inputSize: inputSize, outputSize: outputSize, bias: bias, using: &drawn)
    }
    let router = try Router(
      inputSize: inputSize, expertCount: expertCount, strategy: routing, seed: seed, layer: layer,
      isCausal: isCausal, using: &drawn)
    try self.init(
      router: router, query: maps(from: inputSize, to: headCount * headSize),
      key: map(to: shared * headSize), value: map(to: shared * headSize),
      output: maps(from: headCount * headSize, to: inputSize), headCount: headCount,
      keyValueHeadCount: shared, isCausal: isCausal, window: window, rotary: rotary,
      balancingLosses: balancingLosses, stepUpdates: stepUpdates)
    generator = drawn
  }

  /// Throws where a strategy has no meaning for heads of attention.
  static func check(_ strategy: RoutingStrategy, isCausal: Bool) throws {
    if isCausal, !strategy.isCausal {
      throw MoEError.configuration(
        "routing of causal attention", value: "one that looks at later tokens",
        expected: "a strategy whose isCausal is true")
    }
    for (name, isSet) in [
      ("soft mixture", strategy.slotsPerExpert != nil),
      ("isStraightThrough", strategy.isStraightThrough),
    ] where isSet {
      throw MoEError.configuration(
        "routing of attention heads", value: name,
        expected: "a strategy that selects heads, and runs those alone")
    }
  }

  /// The size of a token.
  public var inputSize: Int { router.inputSize }

  /// The size of an output row, which is that of a token.
  public var outputSize: Int { output.outputSize }

  /// The number of experts.
  public var expertCount: Int { router.expertCount }

  /// The size of a head.
  public var headSize: Int { query.outputSize / headCount }

  /// Visits the parameters of the router and of the maps, under `router`, `query`, `key`, `value`
  /// and `output`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try router.visitParameters(under: "router", visit)
    try query.visitParameters(under: "query", visit)
    try key.visitParameters(under: "key", visit)
    try value.visitParameters(under: "value", visit)
    try output.visitParameters(under: "output", visit)
  }

  /// Visits the buffers of the router, the balancing losses and the updates after a step, under
  /// the names of these, and `finishedStep`.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try router.visitBuffers(under: "router", visit)
    try visitBalancing(visit)
  }

  /// Throws what a part throws, and where one does not fit the router.
  public func checkBuffers() throws {
    try router.checkBuffers()
    try checkBalancingBuffers()
  }

  /// Visits the weights of the gate and of the maps.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try router.visitWeights(under: "router", visit)
    try query.visitWeights(under: "query", visit)
    try key.visitWeights(under: "key", visit)
    try value.visitWeights(under: "value", visit)
    try output.visitWeights(under: "output", visit)
  }
}
