/// What any layer of this library is made of but its parameters: what can be written, read again, and
/// had back from a layer.
///
///     let configuration = try LayerConfiguration(of: block)
///     let data = try JSONEncoder().encode(configuration)
///     let same = try JSONDecoder().decode(LayerConfiguration.self, from: data)
///       .layer(using: &generator)
///
/// It says each part by itself, so that layers of parts that were put together by hand come back too;
/// the plan of a stack whose blocks are alike is a ``StackConfiguration``.
public indirect enum LayerConfiguration: Sendable, Codable {
  /// A ``Linear``.
  case linear(map: LinearConfiguration)
  /// A ``FeedForward`` of two maps.
  case feedForward(up: LinearConfiguration, down: LinearConfiguration, activation: Activation)
  /// A ``GatedFeedForward`` of three maps.
  case gatedFeedForward(
    gate: LinearConfiguration, up: LinearConfiguration, down: LinearConfiguration,
    activation: GatedActivation)
  /// A ``Norm`` of some number of columns.
  case norm(size: Int, kind: NormSpecification)
  /// The norm of a kind that stands for itself: ``RMSNorm``, ``LayerNorm`` or ``PrescaledRMSNorm``.
  case plainNorm(size: Int, kind: NormSpecification)
  /// A ``Dropout``.
  case dropout(size: Int, rate: Double, number: Int)
  /// ``MultiHeadAttention``, or ``MixtureOfAttentionHeads``.
  case attention(parts: AttentionConfiguration)
  /// ``MixtureOfExperts``.
  case mixture(parts: MixtureConfiguration)
  /// A ``TransformerBlock``.
  case block(parts: BlockConfiguration)
  /// A ``MixtureStack`` with the seed of its noise.
  case stack(blocks: [BlockConfiguration], seed: UInt64)

  /// Makes the layer.
  ///
  /// - Parameter generator: The source of randomness; as it was where this throws.
  /// - Returns: A layer of the type that the case names, with random parameters.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for what cannot work: a size below 1,
  ///   parts that do not fit together, and what the parts' initialisers throw.
  public func layer(using generator: inout some RandomNumberGenerator) throws -> any Layer {
    var drawn = generator
    let layer: any Layer =
      switch self {
      case .linear(let map): try map.map("linear map", using: &drawn)
      case .feedForward(let up, let down, let activation):
        try LayerConfiguration.feedForward(up, down, activation, using: &drawn)
      case .gatedFeedForward(let gate, let up, let down, let activation):
        try LayerConfiguration.gated(gate, up, down, activation, using: &drawn)
      case .norm(let size, let kind): try LayerConfiguration.norm(size, kind)
      case .plainNorm(let size, let kind):
        switch try LayerConfiguration.norm(size, kind) {
        case .rms(let norm): norm
        case .layer(let norm): norm
        case .prescaledRMS(let norm): norm
        }
      case .dropout(let size, let rate, let number):
        try Dropout(size: size, rate: rate, number: number)
      case .attention(let parts): try parts.layer(using: &drawn)
      case .mixture(let parts): try parts.layer(using: &drawn)
      case .block(let parts): try parts.block(using: &drawn)
      case .stack(let blocks, let seed):
        try MixtureStack(blocks.map { try $0.block(using: &drawn) }, seed: seed)
      }
    generator = drawn
    return layer
  }

  private static func feedForward(
    _ up: LinearConfiguration, _ down: LinearConfiguration, _ activation: Activation,
    using generator: inout some RandomNumberGenerator
  ) throws -> FeedForward {
    try check(down.inputSize, "size that the map down takes", up.outputSize)
    return FeedForward(
      up: try up.map("map up", using: &generator),
      down: try down.map("map down", using: &generator), activation: activation)
  }

  private static func gated(
    _ gate: LinearConfiguration, _ up: LinearConfiguration, _ down: LinearConfiguration,
    _ activation: GatedActivation, using generator: inout some RandomNumberGenerator
  ) throws -> GatedFeedForward {
    try check(gate.inputSize, "size that the gate takes", up.inputSize)
    try check(gate.outputSize, "size of the gate", up.outputSize)
    try check(down.inputSize, "size that the map down takes", up.outputSize)
    try activation.check()
    return GatedFeedForward(
      gate: try gate.map("gate", using: &generator),
      up: try up.map("map up", using: &generator),
      down: try down.map("map down", using: &generator), activation: activation)
  }

  private static func norm(_ size: Int, _ kind: NormSpecification) throws -> Norm {
    guard size > 0 else {
      throw MoEError.configuration("size of a norm", value: "\(size)", expected: "at least 1")
    }
    return try kind.norm(size: size)
  }

  private static func check(_ size: Int, _ name: String, _ expected: Int) throws {
    guard size == expected else {
      throw MoEError.configuration(name, value: "\(size)", expected: "\(expected)")
    }
  }
}

/// What a linear map is made of but its numbers.
public struct LinearConfiguration: Sendable, Hashable, Codable {
  /// The size of an input row.
  public var inputSize: Int
  /// The size of an output row.
  public var outputSize: Int
  /// Whether there is a bias.
  public var bias: Bool

  /// A configuration of the given sizes.
  ///
  /// - Parameters:
  ///   - inputSize: The size of an input row.
  ///   - outputSize: The size of an output row.
  ///   - bias: Whether there is a bias.
  public init(inputSize: Int, outputSize: Int, bias: Bool = true) {
    self.inputSize = inputSize
    self.outputSize = outputSize
    self.bias = bias
  }

  /// The configuration of a map.
  init(_ map: Linear) {
    self.init(inputSize: map.inputSize, outputSize: map.outputSize, bias: map.bias != nil)
  }

  /// The configuration of one of many maps of experts.
  init(_ maps: GroupedLinear) {
    self.init(inputSize: maps.inputSize, outputSize: maps.outputSize, bias: maps.bias != nil)
  }

  /// Makes the map, of random numbers.
  func map(_ name: String, using generator: inout some RandomNumberGenerator) throws -> Linear {
    try check(name)
    return Linear(
      inputSize: inputSize, outputSize: outputSize, bias: bias, using: &generator)
  }

  /// Makes as many maps as there are experts.
  func maps(
    _ count: Int, _ name: String, using generator: inout some RandomNumberGenerator
  ) throws -> GroupedLinear {
    try check(name)
    return GroupedLinear(
      count: count, inputSize: inputSize, outputSize: outputSize, bias: bias, using: &generator)
  }

  private func check(_ name: String) throws {
    for size in [inputSize, outputSize] where size < 1 {
      throw MoEError.configuration("size of a \(name)", value: "\(size)", expected: "at least 1")
    }
  }
}

/// What a block is made of but its parameters.
public struct BlockConfiguration: Sendable, Codable {
  /// The norm before attention.
  public var attentionNorm: NormSpecification?
  /// The attention.
  public var attention: LayerConfiguration?
  /// The norm before the feed-forward network.
  public var feedForwardNorm: NormSpecification?
  /// The feed-forward network, dense or a mixture.
  public var feedForward: LayerConfiguration
  /// Whether the input of each part is added to its output.
  public var isResidual: Bool
  /// What the routers of its parts read.
  public var routerInput: RouterInput

  /// The configuration of a block.
  init(_ block: TransformerBlock) throws {
    attentionNorm = block.attentionNorm?.specification
    attention = try block.attention.map(LayerConfiguration.init(of:))
    feedForwardNorm = block.feedForwardNorm?.specification
    feedForward = try LayerConfiguration(of: block.feedForward)
    isResidual = block.isResidual
    routerInput = block.routerInput
  }

  /// Makes the block.
  func block(using generator: inout some RandomNumberGenerator) throws -> TransformerBlock {
    let attention = try attention?.layer(using: &generator)
    let feedForward = try feedForward.layer(using: &generator)
    return try TransformerBlock(
      attentionNorm: attentionNorm?.norm(size: feedForward.inputSize), attention: attention,
      feedForwardNorm: feedForwardNorm?.norm(size: feedForward.inputSize),
      feedForward: feedForward, isResidual: isResidual, routerInput: routerInput)
  }
}
