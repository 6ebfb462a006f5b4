import MoE
import Testing

/// Padding, replays, switched-off experts, wrong input: a stack under conditions.
@Suite struct StackConditionTests {
  private static let training = LayerContext.training(step: 3)

  /// Rows of padding hold NaN, and nothing depends on them.
  @Test func paddingDoesNotMatter() throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 3, pattern: .blocks([0, 2])))
    let (tokens, direction) = (StackFixtures.tokens(6), StackFixtures.tokens(6, seed: 10))
    let valid = [1, 2, 4, 5, 6, 8]
    // Zero plus NaN is NaN.
    var broken = Tensor(zeros: [9, StackFixtures.size])
    do {
      var scalars = broken.mutableScalars
      for place in 0..<9 where !valid.contains(place) {
        for column in 0..<StackFixtures.size { scalars[place * StackFixtures.size + column] = .nan }
      }
    }
    let padded = tokens.placingEntries(at: valid, count: 9) + broken
    let paddedDirection = direction.placingEntries(at: valid, count: 9) + broken
    var context = Self.training
    context.batch = Batch(padding: (0..<9).map { !valid.contains($0) })
    let pass = try stack.forward(tokens, context: Self.training)
    let other = try stack.forward(padded, context: context)
    #expect(other.output.gatheringEntries(valid).bits == pass.output.bits)
    #expect(other.output[entry: 0].norm() == 0 && other.output[entry: 7].norm() == 0)
    #expect(other.losses == pass.losses)
    #expect(other.mixtures[1].routing.tokenCount == 9)
    #expect(other.mixtures[1].routing.load == pass.mixtures[1].routing.load)
    let back = try stack.backward(direction, pass: pass)
    let otherBack = try stack.backward(paddedDirection, pass: other)
    #expect(otherBack.input.gatheringEntries(valid).bits == back.input.bits)
    #expect(otherBack.input[entry: 3].norm() == 0)
    #expect(
      otherBack.parameters.namedParameters.map(\.parameter.bits)
        == back.parameters.namedParameters.map(\.parameter.bits))
    // A block by itself does the same.
    let block = stack.blocks[1]
    let blockPass = try block.forward(padded, context: context)
    let blockAlone = try block.forward(tokens, context: Self.training)
    #expect(blockPass.output.gatheringEntries(valid).bits == blockAlone.output.bits)
    #expect(
      try block.backward(paddedDirection, pass: blockPass).input[entry: 0].norm() == 0)
  }

  @Test func aReplayGivesTheSameBits() throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(mixture: StackFixtures.mixture(.linear().noisy())))
    let (tokens, direction) = (StackFixtures.tokens(9), StackFixtures.tokens(9, seed: 10))
    let pass = try stack.forward(tokens, context: Self.training)
    let back = try stack.backward(direction, pass: pass)
    for isCounted in [true, false] {
      let overrides = StackOverrides(replaying: pass.trace, isCounted: isCounted)
      let again = try stack.forward(tokens, context: Self.training, overrides: overrides)
      #expect(again.output.bits == pass.output.bits)
      #expect(again.mixtures.allSatisfy { $0.routing.isCounted == isCounted })
      #expect(try stack.backward(direction, pass: again).input.bits == back.input.bits)
    }
    // In inference there is no noise, so that only the replay has the recorded experts.
    let replayed = try stack.forward(
      tokens, context: .inference, overrides: StackOverrides(replaying: pass.trace))
    #expect(replayed.mixtures.map(\.routing.experts) == pass.mixtures.map(\.routing.experts))
  }

  /// A recording holds padding too, and is replayed in a batch with the same.
  @Test func aReplayWithPaddingGivesTheSameBits() throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(mixture: StackFixtures.mixture(.linear().noisy())))
    let tokens = StackFixtures.tokens(9)
    let batch = Batch(padding: (0..<9).map { [0, 4, 5].contains($0) })
    let context = LayerContext(.training(step: 3), batch: batch)
    let pass = try stack.forward(tokens, context: context)
    #expect(pass.trace.passes[0].experts.count == 18)
    let replayed = StackOverrides(replaying: pass.trace)
    let again = try stack.forward(tokens, context: context, overrides: replayed)
    #expect(again.output.bits == pass.output.bits)
    let inference = try stack.forward(
      tokens, context: LayerContext(.inference, batch: batch), overrides: replayed)
    #expect(inference.mixtures.map(\.routing.experts) == pass.mixtures.map(\.routing.experts))
    let block = stack.blocks[0]
    let own = try block.forward(
      tokens, context: context, overrides: [.feedForward: try #require(replayed.mixtures[0])])
    #expect(own.mixtures[0].routing.experts == pass.mixtures[0].routing.experts)
  }

  /// With padding or without, what was recorded of other tokens is refused.
  @Test(arguments: [nil, [0, 4], []])
  func overridesOfOtherTokensThrow(padding: [Int]?) throws {
    let decoder = try DecoderFixtures.decoder()
    let stack = try StackFixtures.stack(StackFixtures.configuration())
    let batch = Batch(padding: padding.map { padding in (0..<6).map(padding.contains) })
    let context = LayerContext(.inference, batch: batch)
    for count in [0, 4, 5, 7, 12] {
      let other = try stack.forward(StackFixtures.tokens(count), context: .inference)
      let logits = other.mixtures[0].routing.logits
      for overrides in [
        StackOverrides(replaying: other.trace),
        StackOverrides([1: RoutingOverrides(previousLogits: logits)]),
        StackOverrides([1: RoutingOverrides(forcedExperts: [6: [0]])]),
      ] {
        #expect(throws: MoEError.self, "\(count)") {
          _ = try stack.forward(
            StackFixtures.tokens(6), context: context, overrides: overrides)
        }
        guard let own = overrides.mixtures[1] else { continue }
        #expect(throws: MoEError.self, "\(count)") {
          _ = try stack.blocks[1].forward(
            StackFixtures.tokens(6), context: context, overrides: [.feedForward: own])
        }
      }
      let ids = DecoderFixtures.ids(count)
      let trace = try decoder.forward(ids, context: .inference).trace
      #expect(throws: MoEError.self, "\(count)") {
        _ = try decoder.forward(
          DecoderFixtures.ids(6), context: context, overrides: StackOverrides(replaying: trace))
      }
    }
  }

  @Test func overridesOfOtherMixturesThrow() throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 2, pattern: .every(2)))
    let deep = try StackFixtures.stack(StackFixtures.configuration(blockCount: 2))
    let tokens = StackFixtures.tokens(4)
    let trace = try deep.forward(tokens, context: .inference).trace
    for overrides in [
      StackOverrides(replaying: trace), StackOverrides([1: RoutingOverrides()]),
      StackOverrides([-1: RoutingOverrides()]),
    ] {
      #expect(throws: MoEError.self) {
        _ = try stack.forward(tokens, context: .inference, overrides: overrides)
      }
    }
    // What is of this one works: an expert that is forced on a token.
    let forced = try stack.forward(
      tokens, context: .inference,
      overrides: StackOverrides([0: RoutingOverrides(forcedExperts: [2: [3]])]))
    #expect(forced.mixtures[0].routing.experts(of: 2) == [3])
  }

  @Test func disabledExpertsTakeNothing() throws {
    var stack = try StackFixtures.stack(StackFixtures.configuration())
    stack.blocks[1].mixture?.router.disabledExperts = [1]
    var broken = stack
    broken.visitParameters { name, parameter in
      if name == "blocks.1.feedForward.expertGroups.0.down.weight" {
        let size = parameter.count / parameter.shape[0]
        var scalars = parameter.mutableScalars
        for index in size..<2 * size { scalars[index] = .nan }
      }
    }
    let (tokens, direction) = (StackFixtures.tokens(9), StackFixtures.tokens(9, seed: 10))
    let pass = try stack.forward(tokens, context: Self.training)
    #expect(pass.mixtures[1].routing.load[1] == 0)
    #expect(pass.mixtures[1].routing.logits.scalarArray[1] == -.infinity)
    let other = try broken.forward(tokens, context: Self.training)
    #expect(other.output.bits == pass.output.bits)
    let back = try stack.backward(direction, pass: pass)
    #expect(try broken.backward(direction, pass: other).input.bits == back.input.bits)
    #expect(back.input.scalarArray.allSatisfy { $0.isFinite })
  }

  @Test func wrongShapesThrow() throws {
    let stack = try StackFixtures.stack(StackFixtures.configuration(blockCount: 1))
    for shape in [[4, 5], [4], [2, 2, 6]] {
      #expect(throws: MoEError.self) {
        _ = try stack.forward(Tensor(zeros: shape), context: .inference)
      }
    }
    #expect(throws: MoEError.self) { _ = try MixtureStack([]) }
    var generator = SeededGenerator(seed: 1)
    func block(_ size: Int) throws -> TransformerBlock {
      try TransformerBlock(
        feedForward: FeedForward(inputSize: size, hiddenSize: 2, using: &generator))
    }
    #expect(throws: MoEError.self) { _ = try MixtureStack([block(3), block(4)]) }
    #expect(throws: MoEError.self) {
      _ = try TransformerBlock(
        feedForward: FeedForward(
          inputSize: 3, hiddenSize: 2, outputSize: 4, using: &generator))
    }
  }

  /// A gate that reads the logits before has as many itself.
  @Test func logitsOfAnotherNumberThrow() throws {
    var generator = SeededGenerator(seed: 1)
    func block(_ count: Int, _ gate: GateSpecification) throws -> TransformerBlock {
      let mixture = MixtureSpecification(
        experts: [.feedForward(count: count, hiddenSize: 2)],
        routing: .topK(2, weighting: .scores, gate: gate))
      return try TransformerBlock(feedForward: mixture.layer(size: 3, using: &generator))
    }
    #expect(throws: MoEError.self) {
      _ = try MixtureStack([block(4, .linear()), block(5, .linear().residual())])
    }
    // One that does not read them has any number, and in between they are handed on no further.
    let stack = try MixtureStack([
      block(4, .linear()), block(5, .linear()), block(5, .linear().residual()),
    ])
    _ = try stack.forward(Tensor(scattered: [4, 3], seed: 1), context: Self.training)
  }

  @Test func noTokensGiveNoRows() throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 2, pattern: .every(2)))
    let pass = try stack.forward(StackFixtures.tokens(0), context: Self.training)
    #expect(pass.output.shape == [0, StackFixtures.size])
    let back = try stack.backward(pass.output, pass: pass)
    #expect(back.parameters.namedParameters.allSatisfy { $0.parameter.norm() == 0 })
  }

  @Test func packedWeightsGiveTheSameBits() throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 2, pattern: .every(2)))
    var packed = stack
    packed.packWeights()
    let tokens = StackFixtures.tokens(33)
    #expect(try packed(tokens).bits == stack(tokens).bits)
    #expect(
      packed.namedParameters.map(\.name).count == Set(packed.namedParameters.map(\.name)).count)
  }
}
