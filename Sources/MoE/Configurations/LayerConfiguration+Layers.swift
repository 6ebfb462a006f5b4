extension LayerConfiguration {
  /// What a layer is made of.
  ///
  /// - Parameter layer: A layer of this library.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for a layer of your own, and for one with
  ///   such a part; see ``MixtureOfExperts/configuration`` for those of a mixture.
  public init(of layer: any Layer) throws {
    switch layer {
    case let map as Linear: self = .linear(map: LinearConfiguration(map))
    case let network as FeedForward:
      self = .feedForward(
        up: LinearConfiguration(network.up), down: LinearConfiguration(network.down),
        activation: network.activation)
    case let network as GatedFeedForward:
      self = .gatedFeedForward(
        gate: LinearConfiguration(network.gate), up: LinearConfiguration(network.up),
        down: LinearConfiguration(network.down), activation: network.activation)
    case let norm as Norm: self = .norm(size: norm.inputSize, kind: norm.specification)
    case let norm as RMSNorm: self = .plain(.rms(norm))
    case let norm as LayerNorm: self = .plain(.layer(norm))
    case let norm as PrescaledRMSNorm: self = .plain(.prescaledRMS(norm))
    case let dropout as Dropout:
      self = .dropout(size: dropout.size, rate: dropout.rate, number: dropout.number)
    case let heads as MultiHeadAttention: self = .attention(parts: AttentionConfiguration(heads))
    case let heads as MixtureOfAttentionHeads:
      self = .attention(parts: try AttentionConfiguration(heads))
    case let mixture as MixtureOfExperts: self = .mixture(parts: try mixture.configuration)
    case let block as TransformerBlock: self = .block(parts: try BlockConfiguration(block))
    case let stack as MixtureStack:
      self = .stack(blocks: try stack.blocks.map(BlockConfiguration.init), seed: stack.seed)
    default:
      throw MoEError.configuration(
        "layer to be written", value: "\(type(of: layer))", expected: "one of this library")
    }
  }

  private static func plain(_ norm: Norm) -> LayerConfiguration {
    .plainNorm(size: norm.inputSize, kind: norm.specification)
  }
}

extension Router {
  /// The strategy, with the gate and the weights' scale that the router has.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for a gate that gives no specification.
  var specifiedStrategy: RoutingStrategy {
    get throws {
      guard let specification = gate.specification else {
        throw MoEError.configuration(
          "gate to be written", value: "\(type(of: gate))",
          expected: "one that gives a specification")
      }
      var routing = strategy
      routing.gate = specification
      routing.weightScale = weightScale.map { $0.count == 1 ? .common : .perExpert }
      return routing
    }
  }
}
