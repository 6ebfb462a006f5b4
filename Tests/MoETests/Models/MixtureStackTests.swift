import MoE
import Testing

/// Stacks against what their layers give one by one.
@Suite struct MixtureStackTests {
  private static let training = LayerContext.training(step: 3)

  // MARK: - Chains by hand

  @Test func aStackOfOneEqualsTheLayer() throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 1, norm: nil, isResidual: false))
    var layer = try #require(stack.blocks[0].mixture)
    let (tokens, direction) = (StackFixtures.tokens(9), StackFixtures.tokens(9, seed: 10))
    let pass = try stack.forward(tokens, context: Self.training)
    let own = try layer.forward(tokens, context: Self.training)
    #expect(pass.output.bits == own.output.bits)
    #expect(pass.losses == own.losses && pass.auxiliaryLoss == own.auxiliaryLoss)
    #expect(pass.routings.count == 1 && pass.routings[0]?.experts == own.routing.experts)
    let back = try stack.backward(direction, pass: pass)
    let ownBack = try layer.backward(direction, pass: own)
    #expect(back.input.bits == ownBack.input.bits)
    #expect(
      back.parameters.namedParameters.map(\.parameter.bits)
        == ownBack.parameters.namedParameters.map(\.parameter.bits))
    // The number of the layer is that of the block, and the seed that of the stack.
    layer.router.layer = 5
    let moved = try MixtureStack(
      [TransformerBlock(feedForward: layer, isResidual: false)], seed: 7)
    #expect(moved.blocks[0].mixture?.router.layer == 0)
    #expect(moved.blocks[0].mixture?.router.seed == 7)
  }

  /// Three mixtures and, in the middle, a dense layer, which hands the logits on.
  @Test(arguments: [MixturePattern.all, .blocks([0, 2, 3])])
  func equalsTheLayersOneByOne(pattern: MixturePattern) throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 4, pattern: pattern))
    let (tokens, direction) = (StackFixtures.tokens(9), StackFixtures.tokens(9, seed: 10))
    let pass = try stack.forward(tokens, context: Self.training)
    let back = try stack.backward(direction, pass: pass)

    var (stream, previous): (Tensor, Tensor?) = (tokens, nil)
    var passes: [(norm: Norm.Pass, layer: any LayerPass)] = []
    for block in stack.blocks {
      let norm = try #require(block.feedForwardNorm).forward(stream, context: Self.training)
      if let mixture = block.mixture {
        let own = try mixture.forward(
          norm.output, context: Self.training,
          overrides: RoutingOverrides(previousLogits: previous))
        previous = own.routing.logits
        passes.append((norm, own))
        stream += own.output
      } else {
        let dense = try #require(block.feedForward as? GatedFeedForward)
        let own = dense.forward(norm.output, context: Self.training)
        passes.append((norm, own))
        stream += own.output
      }
    }
    #expect(pass.output.bits == stream.bits)

    var (gradient, logits): (Tensor, Tensor?) = (direction, nil)
    for (block, own) in zip(stack.blocks, passes).reversed() {
      let norm = try #require(block.feedForwardNorm)
      var input: Tensor
      if let mixture = block.mixture {
        let layerPass = try #require(own.layer as? MixtureOfExperts.Pass)
        let layerBack = try mixture.backward(
          gradient, routing: RoutingGradient(logits: logits), pass: layerPass)
        (input, logits) = (layerBack.gradient.input, layerBack.overrides.previousLogits)
      } else {
        let dense = try #require(block.feedForward as? GatedFeedForward)
        input =
          dense.backward(gradient, pass: try #require(own.layer as? GatedFeedForward.Pass))
          .input
      }
      input = norm.backward(input, pass: own.norm).input
      gradient += input
    }
    #expect(back.input.bits == gradient.bits)
    #expect(logits == nil)
    // The residual of the first mixture reads nothing.
    for (name, parameter) in back.parameters.namedParameters
    where name.hasSuffix("residual.weight") {
      #expect((parameter.norm() == 0) == name.hasPrefix("blocks.0."), "\(name)")
    }
  }

  @Test func aRoutingGradientReachesTheGatesBefore() throws {
    let stack = try StackFixtures.stack(StackFixtures.configuration())
    let tokens = StackFixtures.tokens(5)
    let pass = try stack.forward(tokens, context: Self.training)
    let zeros = Tensor(zeros: tokens.shape)
    let without = try stack.backward(zeros, pass: pass)
    let with = try stack.backward(
      zeros, routings: [2: RoutingGradient(logits: Tensor(repeating: 1, shape: [5, 4]))],
      pass: pass)
    for block in 0..<3 {
      let name = "blocks.\(block).feedForward.router.gate.weight"
      func gradient(_ back: LayerGradient<MixtureStack>) -> Tensor? {
        back.parameters.namedParameters.first { $0.name == name }?.parameter
      }
      #expect(try #require(gradient(with)) != #require(gradient(without)), "\(name)")
    }
  }

  // MARK: - Noise, losses, steps

  /// Two blocks of the same parameters draw different noise.
  @Test func noiseDiffersByLayer() throws {
    var generator = SeededGenerator(seed: 2)
    let mixture = MixtureSpecification(
      experts: [.feedForward(count: 8, hiddenSize: 2)], routing: .noisyTopK(2))
    let layer = try mixture.layer(size: StackFixtures.size, using: &generator)
    let block = try TransformerBlock(feedForward: layer, isResidual: false)
    let stack = try MixtureStack([block, block], seed: 3)
    let zeros = Tensor(zeros: [16, StackFixtures.size])
    var silent = stack
    silent.visitParameters { name, parameter in
      if name.contains("down") { parameter = Tensor(zeros: parameter.shape) }
    }
    let pass = try silent.forward(zeros, context: Self.training)
    #expect(pass.mixtures[0].routing.experts != pass.mixtures[1].routing.experts)
    let again = try silent.forward(zeros, context: Self.training)
    #expect(pass.mixtures.map(\.routing.experts) == again.mixtures.map(\.routing.experts))
  }

  /// A layer that gives the number of the layer that its noise is of.
  private struct NoiseProbe: Layer {
    let inputSize: Int
    var outputSize: Int { inputSize }
    struct Pass: LayerPass { let output: Tensor }

    mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}
    func forward(_ input: Tensor, context: LayerContext) -> Pass {
      let noise = context.purpose.noise
      #expect(noise.seed == 3 && noise.step == 5)
      return Pass(output: Tensor(repeating: Float(1 << noise.layer), shape: input.shape))
    }
    func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<NoiseProbe> {
      LayerGradient(input: outputGradient, parameters: self)
    }
  }

  /// Parts of one block draw different noise too: dropout, say, of both.
  @Test func noiseDiffersByPart() throws {
    let probe = NoiseProbe(inputSize: 1)
    let block = try TransformerBlock(attention: probe, feedForward: probe)
    let stack = try MixtureStack([block, block, block], seed: 3)
    let pass = try stack.forward([[0]], context: .training(step: 5))
    // Each layer from 0 to 5 once.
    #expect(pass.output == [[63]])
  }

  @Test func denseBlocksHaveNoLosses() throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 5, pattern: .every(2)))
    let pass = try stack.forward(StackFixtures.tokens(8), context: Self.training)
    #expect(pass.mixtures.map(\.block) == [1, 3])
    #expect(pass.routings.map { $0 == nil } == [true, false, true, false, true])
    #expect(pass.losses.count == 2)
    #expect(pass.auxiliaryLoss == pass.mixtures.flatMap(\.losses).reduce(0) { $0 + $1.value })
    #expect(pass.trace.passes.count == 2)
    let dense = try StackFixtures.stack(StackFixtures.configuration(pattern: .none))
    let densePass = try dense.forward(StackFixtures.tokens(8), context: Self.training)
    #expect(densePass.losses.isEmpty && densePass.auxiliaryLoss == 0)
    var copy = dense
    try copy.finishStep([densePass])
  }

  @Test func oneCallFinishesTheStepOfAllMixtures() throws {
    var mixture = StackFixtures.mixture(.linear())
    mixture.routing.hasSelectionBias = true
    mixture.stepUpdates = [SelectionBiasUpdate(.sign, rate: 0.1)]
    var stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 3, pattern: .blocks([0, 2]), mixture: mixture))
    let first = try stack.forward(StackFixtures.tokens(9), context: .training(step: 0))
    let other = try stack.forward(StackFixtures.tokens(9, seed: 11), context: .training(step: 0))
    var expected: [Tensor?] = []
    for (index, place) in stack.mixtureParts.enumerated() {
      var layer = try #require(stack.blocks[place.block].mixture)
      try layer.finishStep(
        TrainingStep([first.mixtures[index].routing, other.mixtures[index].routing]))
      expected.append(layer.router.selectionBias)
    }
    try stack.finishStep([first, other])
    #expect(
      stack.blocks.compactMap { $0.mixture?.router.selectionBias } == expected.compactMap { $0 })
    #expect(expected.allSatisfy { ($0?.norm() ?? 0) > 0 })
    // A pass of another stack changes nothing.
    let one = try StackFixtures.stack(StackFixtures.configuration(blockCount: 1))
    let before = stack.namedBuffers.map(\.tensor)
    #expect(throws: MoEError.self) {
      try stack.finishStep([one.forward(StackFixtures.tokens(9), context: .training(step: 1))])
    }
    #expect(stack.namedBuffers.map(\.tensor) == before)
    // Saved and restored under the names of the blocks.
    let saved = Dictionary(uniqueKeysWithValues: stack.namedBuffers.map { ($0.name, $0.tensor) })
    #expect(saved["blocks.2.feedForward.router.selectionBias"] != nil)
    var restored = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 3, pattern: .blocks([0, 2]), mixture: mixture))
    try restored.restoreBuffers(saved)
    #expect(restored.namedBuffers.map(\.tensor) == stack.namedBuffers.map(\.tensor))
  }

  /// How well tokens were served reaches every mixture, that of padding none.
  @Test func qualityOfTokensReachesEveryMixture() throws {
    var mixture = StackFixtures.mixture(.linear())
    mixture.stepUpdates = [try QualityTracker(expertCount: 4, decay: 0.5)]
    var stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 3, pattern: .blocks([0, 2]), mixture: mixture))
    let context = LayerContext(
      .training(step: 0), batch: Batch(padding: [false, true, false, false, false]))
    let passes = try [9, 11].map {
      try stack.forward(StackFixtures.tokens(5, seed: $0), context: context)
    }
    let quality: [[Float]] = [[0.5, .nan, 0.25, 1, 0.5], [0.75, -1, 0.5, 0.25, 1]]
    var expected: [Tensor?] = []
    for (index, place) in stack.mixtureParts.enumerated() {
      var layer = try #require(stack.blocks[place.block].mixture)
      try layer.finishStep(
        TrainingStep(passes.map { $0.mixtures[index].routing }, tokenQuality: quality))
      expected.append(layer.router.logitOffset)
    }
    #expect(throws: MoEError.self) { try stack.finishStep(passes, tokenQuality: [quality[0]]) }
    #expect(throws: MoEError.self) {
      try stack.finishStep(passes, tokenQuality: [quality[0], [1, 1]])
    }
    try stack.finishStep(passes, tokenQuality: quality)
    #expect(stack.blocks.compactMap { $0.mixture?.router.logitOffset } == expected)
    #expect(expected.allSatisfy { ($0?.norm() ?? 0) > 0 } && expected[0] != expected[1])
  }
}
