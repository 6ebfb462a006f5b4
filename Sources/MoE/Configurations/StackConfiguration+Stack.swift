import Foundation

extension MixtureStack {
  /// The plan of the stack: what all its blocks have in common, and which of them have a mixture.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where blocks differ in more than whether
  ///   they have a mixture, as a plan has one kind of each part, or attention in more than a plan
  ///   says, and where a part has no specification: see ``MixtureOfExperts/configuration``. A
  ///   ``LayerConfiguration`` says each part of each block.
  public var configuration: StackConfiguration {
    get throws {
      let first = blocks[0]
      let mixtures = blocks.map { $0.feedForward as? MixtureOfExperts }
      let dense = zip(blocks, mixtures).filter { $1 == nil }.map(\.0.feedForward)
      let configuration = StackConfiguration(
        size: inputSize, blockCount: blocks.count,
        attention: try Self.common(blocks.map(\.attention), "attention", Self.attention),
        norm: try Self.common(blocks.map(\.feedForwardNorm), "norm") { $0.specification },
        dense: try Self.common(dense, "dense layer", Self.dense),
        mixture: try Self.common(mixtures.compactMap { $0 }, "mixture") {
          try $0.configuration.mixture
        },
        pattern: .blocks(mixtures.indices.filter { mixtures[$0] != nil }),
        isResidual: first.isResidual, routerInput: first.routerInput,
        isCausal: first.isCausal)
      for block in blocks
      where block.isResidual != first.isResidual || block.routerInput != first.routerInput
        || block.isCausal != first.isCausal
        || (block.attention != nil) != (first.attention != nil)
        || (block.feedForwardNorm != nil) != (first.feedForwardNorm != nil)
        || (block.attention != nil
          && block.attentionNorm?.specification != block.feedForwardNorm?.specification)
      {
        throw Self.differing("block")
      }
      return configuration
    }
  }

  /// What parts of blocks were made of, which is to be the same for all; nothing where there are none.
  private static func common<Part, Plan: Encodable>(
    _ parts: [Part?], _ name: String, _ plan: (Part) throws -> Plan
  ) throws -> Plan? {
    let plans = try parts.compactMap { try $0.map(plan) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let texts = try Set(plans.map { try encoder.encode($0) })
    guard texts.count <= 1 else { throw differing(name) }
    return plans.first
  }

  private static func dense(_ layer: any Layer) throws -> DenseSpecification {
    switch layer {
    case let network as FeedForward where (network.up.bias == nil) == (network.down.bias == nil):
      return .feedForward(
        hiddenSize: network.up.outputSize, activation: network.activation,
        bias: network.up.bias != nil)
    case let network as GatedFeedForward
    where (network.up.bias == nil) == (network.down.bias == nil)
      && (network.up.bias == nil) == (network.gate.bias == nil):
      return .gatedFeedForward(
        hiddenSize: network.up.outputSize, activation: network.activation,
        bias: network.up.bias != nil)
    default: throw unknown("dense layer", layer)
    }
  }

  private static func attention(_ layer: any Layer) throws -> AttentionSpecification {
    switch layer {
    case let heads as MultiHeadAttention:
      let biases = [heads.query, heads.key, heads.value, heads.output].map { $0.bias != nil }
      guard Set(biases).count == 1, isDefault(heads.scale, heads.headSize),
        heads.queryNorm?.specification == heads.keyNorm?.specification
      else { throw uneven("attention") }
      return .heads(
        heads.headCount, keyValueHeadCount: heads.keyValueHeadCount, headSize: heads.headSize,
        window: heads.window, rotary: heads.rotary, headNorm: heads.queryNorm?.specification,
        bias: heads.query.bias != nil)
    case let heads as MixtureOfAttentionHeads:
      let biases = [heads.query.bias, heads.key.bias, heads.value.bias, heads.output.bias]
      guard Set(biases.map { $0 != nil }).count == 1, isDefault(heads.scale, heads.headSize) else {
        throw uneven("attention")
      }
      return .mixtureOfHeads(
        expertCount: heads.expertCount, headSize: heads.headSize, headCount: heads.headCount,
        keyValueHeadCount: heads.keyValueHeadCount, routing: try heads.router.specifiedStrategy,
        window: heads.window, rotary: heads.rotary, bias: heads.query.bias != nil,
        balancingLosses: heads.balancingLosses, stepUpdates: heads.stepUpdates)
    default: throw unknown("attention", layer)
    }
  }

  private static func isDefault(_ scale: Float, _ headSize: Int) -> Bool {
    scale == 1 / Float(headSize).squareRoot()
  }

  private static func uneven(_ name: String) -> MoEError {
    .configuration(
      "\(name) of a stack", value: "maps that are not alike, or a scale of its own",
      expected: "what a plan has; a LayerConfiguration says each part")
  }

  private static func unknown(_ name: String, _ part: Any) -> MoEError {
    .configuration(
      "\(name) to be written", value: "\(type(of: part))", expected: "one of this library")
  }

  private static func differing(_ name: String) -> MoEError {
    .configuration(
      "\(name) of the blocks of a stack", value: "several kinds",
      expected: "one, as a configuration has")
  }
}

extension TransformerBlock {
  /// Whether no token's output depends on a later token.
  fileprivate var isCausal: Bool {
    let routed = (feedForward as? any RoutedLayer)?.router.strategy.isCausal ?? true
    return switch attention {
    case let heads as MultiHeadAttention: heads.isCausal
    case let heads as MixtureOfAttentionHeads: heads.isCausal
    default: routed
    }
  }
}

extension MixtureDecoder {
  /// The plan of the decoder.
  ///
  /// - Throws: As ``MixtureStack/configuration``.
  public var configuration: DecoderConfiguration {
    get throws {
      DecoderConfiguration(
        vocabularySize: vocabularySize, stack: try stack.configuration,
        norm: norm?.specification, isHeadTied: head == nil)
    }
  }
}
