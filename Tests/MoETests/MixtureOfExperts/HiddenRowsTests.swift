import MoE
import Testing

/// Hidden rows that the backward pass makes again give the gradients of those that were kept, to
/// the last bit.
@Suite struct HiddenRowsTests {
  private static func mixture(_ experts: ExpertSpecification) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 5)
    return try MixtureOfExperts(
      inputSize: 18, experts: [experts], sharedExperts: .gatedFeedForward(count: 2, hiddenSize: 7),
      routing: .topK(2), balancingLosses: [.loadBalancing(coefficient: 0.1)], using: &generator)
  }

  private static let kinds: [ExpertSpecification] = [
    .feedForward(count: 4, hiddenSize: 21),
    .feedForward(count: 4, hiddenSize: 21, activation: .gelu),
    .feedForward(count: 4, hiddenSize: 21, dropout: 0.5),
    .gatedFeedForward(count: 4, hiddenSize: 21, bias: true),
    .gatedFeedForward(count: 4, hiddenSize: 21, activation: .gptOSS(), dropout: 0.3),
  ]

  private static func bits(_ model: some Parameterized) -> [[UInt32]] {
    model.namedParameters.map { $0.parameter.scalarArray.map(\.bitPattern) }
  }

  private static func expectSameBits<Model: Layer>(
    _ model: Model, tokens: Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let contexts = [HiddenRows.kept, .recomputed].map {
      LayerContext(.training(step: 3), hiddenRows: $0)
    }
    let passes = try contexts.map { try model.forward(tokens, context: $0) }
    #expect(passes[0].output == passes[1].output, sourceLocation: sourceLocation)
    let back = try passes.map { try model.backward($0.output, pass: $0) }
    #expect(back[0].input == back[1].input, sourceLocation: sourceLocation)
    #expect(
      bits(back[0].parameters) == bits(back[1].parameters), sourceLocation: sourceLocation)
    #expect(
      back[0].parameters.parameterNorm > 0, "a gradient of nothing", sourceLocation: sourceLocation)
  }

  /// Of one token, of a few, and of more than are taken as small products.
  @Test(arguments: [1, 6, 130]) func mixturesGiveTheSameBits(count: Int) throws {
    for kind in Self.kinds {
      try Self.expectSameBits(try Self.mixture(kind), tokens: SmallLayers.normal([count, 18]))
    }
  }

  @Test func weightsInFewerBitsGiveTheSameBits() throws {
    for kind in [Self.kinds[1], Self.kinds[3]] {
      let model = try Self.mixture(kind).compressing(to: .bfloat16)
      try Self.expectSameBits(model, tokens: SmallLayers.normal([40, 18]))
    }
  }

  @Test(arguments: [1, 70]) func denseNetworksGiveTheSameBits(count: Int) throws {
    var generator = SeededGenerator(seed: 8)
    let tokens = SmallLayers.normal([count, 12])
    try Self.expectSameBits(
      FeedForward(inputSize: 12, hiddenSize: 19, activation: .gelu, using: &generator),
      tokens: tokens)
    try Self.expectSameBits(
      GatedFeedForward(inputSize: 12, hiddenSize: 19, using: &generator), tokens: tokens)
  }

  /// The setting reaches every block of a stack.
  @Test func stacksHandItOn() throws {
    let stack = try StackFixtures.stack(StackFixtures.configuration(blockCount: 2))
    try Self.expectSameBits(stack, tokens: SmallLayers.normal([9, stack.inputSize]))
    let kept = try stack.forward(
      SmallLayers.normal([9, stack.inputSize]), context: .training(step: 3))
    let recomputed = try stack.forward(
      SmallLayers.normal([9, stack.inputSize]),
      context: LayerContext(.training(step: 3), hiddenRows: .recomputed))
    #expect(PassMemory.scalarCount(recomputed) < PassMemory.scalarCount(kept))
  }
}
