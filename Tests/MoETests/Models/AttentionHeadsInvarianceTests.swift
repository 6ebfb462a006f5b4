import MoE
import Testing

/// What a mixture of attention heads does not depend on, and how it works under conditions.
@Suite struct AttentionHeadsInvarianceTests {
  private typealias Fixture = AttentionHeadsFixtures

  private static func bits(_ value: some Parameterized) -> [[UInt32]] {
    value.namedParameters.map(\.parameter.bits)
  }

  /// Lengths around the size of a block and the lanes of a fold.
  @Test(arguments: [nil, 20])
  func aSequenceHasTheBitsThatItHasAlone(window: Int?) throws {
    let mixture = try Fixture.mixture(heads: 2, shared: 1, window: window)
    let lengths = [16, 17, 0, 1, 64, 70]
    let count = lengths.reduce(0, +)
    let (tokens, direction) = (Fixture.tokens(count), Fixture.tokens(count, seed: 2))
    let together = try mixture.forward(tokens, context: Fixture.context(lengths))
    let back = try mixture.backward(direction, pass: together)
    var start = 0
    for length in lengths {
      let range = start..<start + length
      start += length
      let alone = try mixture.forward(
        tokens[entries: range], context: Fixture.context([length]))
      #expect(alone.output.bits == together.output[entries: range].bits, "length \(length)")
      let own = try mixture.backward(direction[entries: range], pass: alone)
      #expect(own.input.bits == back.input[entries: range].bits, "gradient of length \(length)")
    }
  }

  /// Neither does the set of instructions.
  @Test func theNumberOfThreadsChangesNoBit() throws {
    let mixture = try Fixture.mixture(heads: 2, bias: true)
    let (tokens, direction) = (Fixture.tokens(300), Fixture.tokens(300, seed: 2))
    func run() throws -> [[UInt32]] {
      let pass = try mixture.forward(tokens, context: Fixture.context([200, 30, 70]))
      let back = try mixture.backward(direction, pass: pass)
      return [pass.output.bits, back.input.bits] + Self.bits(back.parameters)
    }
    let single = try Compute.sharingAllWork(among: 1) { try run() }
    for threads in [2, 5] {
      #expect(try Compute.sharingAllWork(among: threads) { try run() } == single)
    }
    for set in KernelSet.available where set != .portable && KernelSet.current != .portable {
      #expect(try KernelSet.withCurrent(set) { try run() } == single)
    }
  }

  @Test(arguments: [nil, 5])
  func readPieceByPieceItHasTheBitsOfTheWhole(window: Int?) throws {
    let mixture = try Fixture.mixture(heads: 2, shared: 1, window: window)
    let tokens = Fixture.tokens(40)
    let whole = try mixture(tokens)
    for pieces in [[40], [1, 39], [17, 0, 1, 1, 21], Array(repeating: 1, count: 40)] {
      var cache = mixture.makeCache(sequenceCount: 1)
      var start = 0
      for count in pieces {
        let range = start..<start + count
        start += count
        let output = try mixture.forward(
          tokens[entries: range], context: .inference, cache: &cache)
        #expect(output.bits == whole[entries: range].bits, "\(range)")
      }
      #expect(cache.tokenCounts == [40])
    }
  }

  @Test func cachesThatDoNotFitThrow() throws {
    let mixture = try Fixture.mixture()
    let tokens = Fixture.tokens(3)
    var broken = tokens
    do {
      var scalars = broken.mutableScalars
      scalars[0] = .nan
    }
    var (cache, two) = (mixture.makeCache(sequenceCount: 1), mixture.makeCache(sequenceCount: 2))
    var small = KeyValueCache(sequenceCount: 1, size: 3)
    #expect(throws: MoEError.self) {
      _ = try mixture.forward(tokens, context: .inference, cache: &two)
    }
    #expect(throws: MoEError.self) {
      _ = try mixture.forward(tokens, context: .inference, cache: &small)
    }
    // Its logits are no numbers.
    #expect(throws: MoEError.self) {
      _ = try mixture.forward(broken, context: .inference, cache: &cache)
    }
    #expect(throws: MoEError.self) {
      _ = try mixture.forward(
        tokens, context: LayerContext(.inference, batch: Batch(padding: [true, false, false])),
        cache: &cache)
    }
    let both = try Fixture.mixture(isCausal: false)
    #expect(throws: MoEError.self) {
      _ = try both.forward(tokens, context: .inference, cache: &cache)
    }
    #expect(two.tokenCounts == [0, 0] && small.tokenCounts == [0] && cache.tokenCounts == [0])
  }

  @Test func paddingDoesNotMatter() throws {
    let mixture = try Fixture.mixture(
      heads: 2, bias: true, losses: [.loadBalancing(coefficient: 0.5)])
    let valid = [1, 2, 4, 5, 6, 8, 9]
    let mask = (0..<10).map { !valid.contains($0) }
    let (tokens, direction) = (Fixture.tokens(7), Fixture.tokens(7, seed: 2))
    let noise = Tensor(
      mask.flatMap { Array(repeating: $0 ? Float.nan : 0, count: Fixture.size) },
      shape: [10, Fixture.size])
    let plain = try mixture.forward(tokens, context: Fixture.context([3, 4]))
    let other = try mixture.forward(
      tokens.placingEntries(at: valid, count: 10) + noise,
      context: Fixture.context([5, 5], padding: mask))
    #expect(other.output.gatheringEntries(valid).bits == plain.output.bits)
    #expect(other.output[entry: 0].norm() == 0 && other.output[entry: 7].norm() == 0)
    #expect(other.losses == plain.losses && other.routing.load == plain.routing.load)
    let back = try mixture.backward(direction, pass: plain)
    let otherBack = try mixture.backward(
      direction.placingEntries(at: valid, count: 10) + noise, pass: other)
    #expect(otherBack.input.gatheringEntries(valid).bits == back.input.bits)
    #expect(otherBack.input[entry: 3].norm() == 0)
    #expect(Self.bits(otherBack.parameters) == Self.bits(back.parameters))
  }

  @Test func noTokensGiveNoRows() throws {
    let mixture = try Fixture.mixture(losses: [.loadBalancing(coefficient: 0.5)])
    for lengths in [[], [0], [0, 0]] {
      let pass = try mixture.forward(Fixture.tokens(0), context: Fixture.context(lengths))
      #expect(pass.output.shape == [0, 4])
      let back = try mixture.backward(pass.output, pass: pass)
      #expect(back.parameters.namedParameters.allSatisfy { $0.parameter.norm() == 0 })
    }
  }

  // MARK: - Conditions

  /// An expert that is switched off may hold anything, and has no gradient.
  @Test func switchedOffExpertsDoNotRun() throws {
    var mixture = try Fixture.mixture()
    mixture.router.disabledExperts = [1]
    let (tokens, direction) = (Fixture.tokens(9), Fixture.tokens(9, seed: 2))
    let plain = try mixture.forward(tokens, context: Fixture.context([9]))
    let back = try mixture.backward(direction, pass: plain)
    #expect(plain.routing.load[1] == 0 && plain.routing.load[0] == 9)
    #expect(back.parameters.query.weight[entry: 1].norm() == 0)
    #expect(back.parameters.output.weight[entry: 1].norm() == 0)
    for path in [\MixtureOfAttentionHeads.query, \.output] {
      mixture[keyPath: path].weight[entries: 1..<2] *= .nan
    }
    let broken = try mixture.forward(tokens, context: Fixture.context([9]))
    #expect(broken.output.bits == plain.output.bits)
    #expect(
      try mixture.backward(direction, pass: broken).input.bits == back.input.bits)
  }

  @Test func forcedExpertsTakeTheirTokens() throws {
    let mixture = try Fixture.mixture(.topK(1, weighting: .scores))
    let tokens = Fixture.tokens(5)
    let free = try mixture.forward(tokens, context: .inference)
    let other = (Int(free.routing.experts[2]) + 1) % 3
    let pass = try mixture.forward(
      tokens, context: .inference, overrides: RoutingOverrides(forcedExperts: [2: [other]]))
    #expect(pass.routing.experts(of: 2) == [other])
    // Keys and values do not depend on routes, so that no other token sees it.
    for token in [0, 1, 3, 4] {
      #expect(pass.output[entry: token].bits == free.output[entry: token].bits)
    }
    #expect(pass.output[entry: 2] != free.output[entry: 2])
    var cache = mixture.makeCache(sequenceCount: 1)
    let cached = try mixture.forward(
      tokens, context: .inference, overrides: RoutingOverrides(forcedExperts: [2: [other]]),
      cache: &cache)
    #expect(cached.output.bits == pass.output.bits)
  }

  @Test func packedWeightsGiveTheSameBits() throws {
    let mixture = try Fixture.mixture(heads: 2)
    var packed = mixture
    packed.packWeights()
    #expect(
      packed.query.isPacked == packed.key.isPacked
        && packed.output.isPacked == packed.value.isPacked)
    let tokens = Fixture.tokens(20)
    #expect(try packed(tokens).bits == mixture(tokens).bits)
  }

  /// What the loss of the routing gives goes back through the gate.
  @Test func gradientsOfTheRoutingReachTheGate() throws {
    let mixture = try Fixture.mixture()
    let tokens = Fixture.tokens(4)
    let pass = try mixture.forward(tokens, context: Fixture.context([4]))
    let ofLogits = Tensor(scattered: pass.routing.logits.shape, seed: 9)
    let none = Tensor(zeros: [4, 4])
    let back = try mixture.backward(
      none, routing: RoutingGradient(logits: ofLogits), pass: pass)
    let gate = mixture.router.gate.namedParameters[0].parameter
    #expect(back.gradient.input == ofLogits.matmul(gate))
    #expect(
      back.gradient.parameters.router.gate.namedParameters[0].parameter
        == ofLogits.matmul(tokens, transposingLeft: true))
    #expect(back.gradient.parameters.query.weight.norm() == 0)
    #expect(back.overrides.previousLogits == nil)
  }

  @Test func stepsMoveTheSelectionBias() throws {
    var mixture = try Fixture.mixture(
      RoutingStrategy(
        score: .sigmoid, selector: .topK(1), weighting: .scores, hasSelectionBias: true),
      stepUpdates: [SelectionBiasUpdate(.sign, rate: 0.5)])
    let tokens = Fixture.tokens(6)
    let pass = try mixture.forward(tokens, context: Fixture.context([6]))
    try mixture.finishStep([pass])
    #expect(mixture.finishedStep == 0)
    let bias = try #require(mixture.router.selectionBias)
    #expect(bias.norm() > 0)
    #expect(
      mixture.namedBuffers.map(\.name).contains("finishedStep")
        && mixture.namedBuffers.map(\.name).contains("router.selectionBias"))
    // Steps that go on without their end being told are an error.
    _ = try mixture.forward(tokens, context: .training(step: 1))
    #expect(throws: MoEError.self) {
      _ = try mixture.forward(tokens, context: .training(step: 2))
    }
    let other = try Fixture.mixture(experts: 4).forward(tokens, context: .training(step: 1))
    #expect(throws: MoEError.self) { try mixture.finishStep([other]) }
    #expect(mixture.router.selectionBias == bias && mixture.finishedStep == 0)
  }
}
