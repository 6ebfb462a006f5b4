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
        (input, logits) = (layerBack.gradient.input, layerBack.previousLogits)
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
}
