/// What attention is made of but its parameters: of some heads, or of a mixture of them.
public struct AttentionConfiguration: Sendable {
  /// The map to queries, or that of each expert.
  public var query: LinearConfiguration
  /// The map to keys.
  public var key: LinearConfiguration
  /// The map to values.
  public var value: LinearConfiguration
  /// The map of the heads' outputs, or that of each expert.
  public var output: LinearConfiguration
  /// The norm of each head of queries; nothing in a mixture.
  public var queryNorm: NormSpecification?
  /// The norm of each head of keys; nothing in a mixture.
  public var keyNorm: NormSpecification?
  /// The number of heads, or of those of an expert.
  public var headCount: Int
  /// The number of heads of keys and values.
  public var keyValueHeadCount: Int
  /// Whether a token sees no later one.
  public var isCausal: Bool
  /// How many tokens a token sees at most, itself included.
  public var window: Int?
  /// The rotary positions of queries and keys.
  public var rotary: RotaryPositions?
  /// The factor of the products of queries and keys.
  public var scale: Float
  /// What makes it a mixture of heads.
  public var mixture: Mixture?

  /// What a mixture of heads has besides.
  public struct Mixture: Sendable {
    /// The number of experts.
    public var expertCount: Int
    /// The way to send tokens to experts.
    public var routing: RoutingStrategy
    /// The auxiliary losses of a training pass.
    public var balancingLosses: [any BalancingLoss]
    /// The updates after a step of training.
    public var stepUpdates: [any StepUpdate]
    /// The seed of all noise in routing.
    public var seed: UInt64
    /// The number of the layer.
    public var layer: Int
  }

  /// The configuration of attention of some heads.
  init(_ heads: MultiHeadAttention) {
    query = LinearConfiguration(heads.query)
    key = LinearConfiguration(heads.key)
    value = LinearConfiguration(heads.value)
    output = LinearConfiguration(heads.output)
    queryNorm = heads.queryNorm?.specification
    keyNorm = heads.keyNorm?.specification
    headCount = heads.headCount
    keyValueHeadCount = heads.keyValueHeadCount
    isCausal = heads.isCausal
    window = heads.window
    rotary = heads.rotary
    scale = heads.scale
  }

  /// The configuration of a mixture of heads.
  init(_ heads: MixtureOfAttentionHeads) throws {
    query = LinearConfiguration(heads.query)
    key = LinearConfiguration(heads.key)
    value = LinearConfiguration(heads.value)
    output = LinearConfiguration(heads.output)
    headCount = heads.headCount
    keyValueHeadCount = heads.keyValueHeadCount
    isCausal = heads.isCausal
    window = heads.window
    rotary = heads.rotary
    scale = heads.scale
    mixture = Mixture(
      expertCount: heads.expertCount, routing: try heads.router.specifiedStrategy,
      balancingLosses: heads.balancingLosses, stepUpdates: heads.stepUpdates,
      seed: heads.router.seed, layer: heads.router.layer)
  }

  /// Makes the layer.
  func layer(using generator: inout some RandomNumberGenerator) throws -> any Layer {
    guard let mixture else { return try heads(using: &generator) }
    for (name, norm) in [("queries", queryNorm), ("keys", keyNorm)] where norm != nil {
      throw MoEError.configuration(
        "norm of \(name)", value: "one in a mixture of heads", expected: "none")
    }
    let router = try Router(
      inputSize: query.inputSize, expertCount: mixture.expertCount, strategy: mixture.routing,
      seed: mixture.seed, layer: mixture.layer, isCausal: isCausal, using: &generator)
    return try MixtureOfAttentionHeads(
      router: router, query: query.maps(mixture.expertCount, "map to queries", using: &generator),
      key: key.map("map to keys", using: &generator),
      value: value.map("map to values", using: &generator),
      output: output.maps(mixture.expertCount, "map of outputs", using: &generator),
      headCount: headCount, keyValueHeadCount: keyValueHeadCount, isCausal: isCausal,
      window: window, rotary: rotary, scale: scale, balancingLosses: mixture.balancingLosses,
      stepUpdates: mixture.stepUpdates)
  }

  private func heads(
    using generator: inout some RandomNumberGenerator
  ) throws -> MultiHeadAttention {
    let query = try query.map("map to queries", using: &generator)
    try PositionedAttention.check(headCount: headCount, keyValueHeadCount: keyValueHeadCount)
    let headSize = query.outputSize / headCount
    return try MultiHeadAttention(
      query: query, key: key.map("map to keys", using: &generator),
      value: value.map("map to values", using: &generator),
      output: output.map("map of outputs", using: &generator),
      queryNorm: queryNorm?.norm(size: headSize), keyNorm: keyNorm?.norm(size: headSize),
      headCount: headCount, keyValueHeadCount: keyValueHeadCount, isCausal: isCausal,
      window: window, rotary: rotary, scale: scale)
  }
}

extension AttentionConfiguration: Codable {}

extension AttentionConfiguration.Mixture: Codable {
  private enum CodingKeys: String, CodingKey {
    case expertCount, routing, balancingLosses, stepUpdates, seed, layer
  }

  /// Writes every part.
  ///
  /// - Throws: `EncodingError` for a part of your own that ``CodableParts/register(_:)`` was not told
  ///   of.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(expertCount, forKey: .expertCount)
    try container.encode(routing, forKey: .routing)
    try container.encode(parts: balancingLosses, forKey: .balancingLosses)
    try container.encode(parts: stepUpdates, forKey: .stepUpdates)
    try container.encode(seed, forKey: .seed)
    try container.encode(layer, forKey: .layer)
  }

  /// Reads every part; whether they go together is said where a layer is made of them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      expertCount: try container.decode(Int.self, forKey: .expertCount),
      routing: try container.decode(RoutingStrategy.self, forKey: .routing),
      balancingLosses: try container.decode(
        parts: (any BalancingLoss).self, forKey: .balancingLosses),
      stepUpdates: try container.decode(parts: (any StepUpdate).self, forKey: .stepUpdates),
      seed: try container.decode(UInt64.self, forKey: .seed),
      layer: try container.decode(Int.self, forKey: .layer))
  }
}
