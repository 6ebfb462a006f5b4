import MoE
import Testing

/// Layers of one's own as parts of blocks.
@Suite struct OwnLayerTests {
  static let size = 6

  static func plan() -> DecoderConfiguration {
    DecoderConfiguration(
      vocabularySize: 9,
      stack: StackConfiguration(
        size: size, blockCount: 2,
        attention: AttentionSpecification { size, _, generator in
          OwnMeanAttention(map: Linear(inputSize: size, outputSize: size, using: &generator))
        },
        dense: DenseSpecification { size, generator in
          Linear(inputSize: size, outputSize: size, using: &generator)
        },
        mixture: MixtureSpecification(
          experts: [.gatedFeedForward(count: 3, hiddenSize: 4)], routing: .topK(2)),
        pattern: .every(2)))
  }

  static func decoder() throws -> MixtureDecoder {
    var generator = SeededGenerator(seed: 3)
    return try MixtureDecoder(plan(), using: &generator)
  }

  /// Attention of one's own is read piece by piece too, and sees no other sequence.
  @Test func ownAttentionIsReadPieceByPiece() throws {
    let decoder = try Self.decoder()
    #expect(decoder.namedParameters.map(\.name).contains("stack.blocks.0.attention.map.weight"))
    #expect(decoder.namedParameters.map(\.name).contains("stack.blocks.0.feedForward.weight"))
    let ids = [3, 1, 4, 1, 5, 8, 2]
    let whole = try decoder(ids)
    var cache = try decoder.makeCache()
    let first = try decoder.next(Array(ids[..<4]), cache: &cache)
    #expect(first == whole[entries: 0..<4])
    for place in 4..<7 {
      let next = try decoder.next([ids[place]], cache: &cache)
      #expect(next == whole[entries: place..<place + 1])
    }
    let both = try decoder.forward(
      ids + ids, context: LayerContext(.inference, batch: Batch(sequenceLengths: [7, 7])))
    #expect(both.logits[entries: 0..<7] == whole && both.logits[entries: 7..<14] == whole)
  }

  /// The slope along the gradient is its square, but for the roundings of a difference.
  @Test func ownPartsHaveTheirGradients() throws {
    let decoder = try Self.decoder()
    let tokens = try decoder.embedding.forward([3, 1, 4, 1, 5]) * 50
    let context = LayerContext(.training(step: 0), batch: Batch(sequenceLengths: [3, 2]))
    var generator = SeededGenerator(seed: 4)
    let direction = Tensor.normal(shape: tokens.shape, using: &generator)
    let pass = try decoder.stack.forward(tokens, context: context)
    let gradient = try decoder.stack.backward(direction, pass: pass).input
    func value(_ step: Float) throws -> Float {
      let moved = try decoder.stack.forward(tokens + step * gradient, context: context)
      #expect(moved.mixtures[0].routing.experts == pass.mixtures[0].routing.experts)
      return (moved.output * direction).sum()
    }
    let square = (gradient * gradient).sum()
    let slope = (try value(0x1p-9) - value(-0x1p-9)) / 0x1p-8
    #expect((slope - square).magnitude <= 0.02 * square)
  }

  /// A routed layer of one's own is numbered, chained and told of steps as ours is.
  @Test func ownRoutedLayersEqualOurs() throws {
    var generator = SeededGenerator(seed: 5)
    var mixture = MixtureSpecification(
      experts: [.feedForward(count: 4, hiddenSize: 3)],
      routing: .topK(2, weighting: .scores, gate: .linear().residual().noisy()),
      balancingLosses: [.loadBalancing(coefficient: 0.5)],
      stepUpdates: [SelectionBiasUpdate(.sign, rate: 0.1)])
    mixture.routing.hasSelectionBias = true
    var layers: [MixtureOfExperts] = []
    for _ in 0..<3 {
      var layer = try mixture.layer(size: Self.size, using: &generator)
      layer.visitParameters { name, parameter in
        guard name.hasSuffix("residual.weight") else { return }
        parameter = 0.5 * .normal(shape: parameter.shape, using: &generator)
      }
      layers.append(layer)
    }
    var ours = try MixtureStack(layers.map { try TransformerBlock(feedForward: $0) }, seed: 2)
    var own = try MixtureStack(
      layers.map { try TransformerBlock(feedForward: OwnRoutedLayer($0)) }, seed: 2)
    let tokens = Tensor.normal(shape: [11, Self.size], using: &generator)
    let direction = Tensor.normal(shape: [11, Self.size], using: &generator)
    let batch = Batch(padding: (0..<11).map { $0 == 2 || $0 == 9 })
    let context = LayerContext(.training(step: 0), batch: batch)
    let (pass, other) = (
      try ours.forward(tokens, context: context), try own.forward(tokens, context: context)
    )
    #expect(other.output == pass.output && other.losses == pass.losses)
    #expect(other.mixtures.map(\.routing.experts) == pass.mixtures.map(\.routing.experts))
    #expect(pass.losses.count == 3)
    let (back, otherBack) = (
      try ours.backward(direction, pass: pass), try own.backward(direction, pass: other)
    )
    #expect(otherBack.input == back.input)
    #expect(
      otherBack.parameters.namedParameters.map(\.parameter)
        == back.parameters.namedParameters.map(\.parameter))
    let replayed = try own.forward(
      tokens, context: LayerContext(.inference, batch: batch),
      overrides: StackOverrides(replaying: pass.trace))
    #expect(replayed.mixtures.map(\.routing.experts) == pass.mixtures.map(\.routing.experts))
    try ours.finishStep([pass, pass])
    try own.finishStep([other, other])
    #expect(own.namedBuffers.map(\.tensor) == ours.namedBuffers.map(\.tensor))
    #expect(own.namedBuffers.map(\.name) == ours.namedBuffers.map(\.name))
    #expect(own.blocks[2].mixture == nil && own.namedBuffers.count >= 3)
  }
}
