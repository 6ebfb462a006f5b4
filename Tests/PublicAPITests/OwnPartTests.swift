import MoE
import OwnParts
import Testing

/// Parts that are written outside, with the public API alone, give the bits of the library's.
@Suite struct OwnPartTests {
  /// A part of a layer that may be one's own.
  enum Part: CaseIterable { case experts, gate, selector, weighting, score, loss, update }

  static let (tokenCount, size, count) = (23, 12, 5)

  /// A layer of the library's parts but for those given; all layers have the same parameters.
  static func layer(_ own: Set<Part>, jitter: Bool = false) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 21)
    var gate: GateSpecification = own.contains(.gate) ? .ownLinear() : .linear()
    if jitter {
      gate =
        own.contains(.gate)
        ? gate.modified(promises: .tokenLocal) { _, _ in OwnJitter(amount: 0.1) }
        : gate.jittered(by: 0.1)
    }
    return try MixtureOfExperts(
      inputSize: size,
      experts: [
        own.contains(.experts)
          ? .ownGated(count: count, hiddenSize: 20)
          : .gatedFeedForward(count: count, hiddenSize: 20)
      ],
      routing: RoutingStrategy(
        gate: gate, score: own.contains(.score) ? OwnSigmoidScore() : .sigmoid,
        selector: own.contains(.selector) ? OwnTopKSelector(count: 2) : .topK(2),
        weighting: own.contains(.weighting) ? OwnRenormalizedWeighting() : .renormalized,
        hasSelectionBias: true),
      balancingLosses: [
        own.contains(.loss)
          ? OwnLoadBalancingLoss(coefficient: 0.5) : .loadBalancing(coefficient: 0.5)
      ],
      stepUpdates: [
        own.contains(.update)
          ? OwnSignUpdate(rate: 0.25) : SelectionBiasUpdate(.sign, rate: 0.25)
      ],
      seed: 3, using: &generator)
  }

  /// Some tokens, and which of them are padding: those hold NaN.
  static func tokens(padded: Bool) -> (Tensor, Batch) {
    var generator = SeededGenerator(seed: 22)
    var tokens = Tensor.normal(shape: [tokenCount, size], using: &generator)
    guard padded else { return (tokens, Batch()) }
    let padding = (0..<tokenCount).map { $0 % 5 == 2 }
    for token in 0..<tokenCount where padding[token] {
      for column in 0..<size { tokens[token, column] = .nan }
    }
    return (tokens, Batch(padding: padding))
  }

  @Test(arguments: Part.allCases.map { [$0] } + [Part.allCases], [false, true])
  func sameBits(own: [Part], padded: Bool) throws {
    let (tokens, batch) = Self.tokens(padded: padded)
    let ours = try Outcome(of: Self.layer([]), tokens, batch: batch)
    for threads in [1, 2] {
      let outcome = try Compute.withThreadCount(threads) {
        try Outcome(of: Self.layer(Set(own)), tokens, batch: batch)
      }
      outcome.expectEqual(to: ours, "\(own), \(threads) threads")
      // What our parts save is saved, and more where the own update counts its steps.
      for (name, buffer) in ours.buffers { #expect(outcome.buffers[name] == buffer, "\(name)") }
    }
    #expect(ours.buffers["router.selectionBias"]?.scalarArray.contains { $0 != 0 } == true)
  }

  @Test func noiseHasTheSameBits() throws {
    let (tokens, batch) = Self.tokens(padded: true)
    try Outcome(of: Self.layer(Set(Part.allCases), jitter: true), tokens, batch: batch)
      .expectEqual(to: Outcome(of: Self.layer([], jitter: true), tokens, batch: batch), "jitter")
  }

  @Test func oneTokenAloneHasTheSameBits() throws {
    let layer = try Self.layer(Set(Part.allCases))
    #expect(layer.router.strategy.isTokenLocal)
    let (tokens, _) = Self.tokens(padded: false)
    let together = try layer(tokens)
    for token in [0, 7, 22] {
      #expect(try layer(tokens[entries: token..<token + 1]) == together[entries: token..<token + 1])
    }
  }

  @Test func switchedOffExpertsAreLeftOut() throws {
    let (tokens, batch) = Self.tokens(padded: true)
    var (ours, own) = (try Self.layer([]), try Self.layer(Set(Part.allCases)))
    ours.router.disabledExperts = [1, 3]
    own.router.disabledExperts = [1, 3]
    try Outcome(of: own, tokens, batch: batch)
      .expectEqual(to: Outcome(of: ours, tokens, batch: batch), "experts switched off")
  }

  @Test(arguments: [Capacity.Overflow.drop, .passThrough, .nextBest, .leastLoaded])
  func capacityHasTheSameBits(overflow: Capacity.Overflow) throws {
    let (tokens, batch) = Self.tokens(padded: true)
    func layer(_ own: Set<Part>) throws -> MixtureOfExperts {
      var layer = try Self.layer(own)
      var strategy = layer.router.strategy
      strategy.capacity = .factor(
        0.7, inference: 0.7, prioritizesFirstChoices: true, overflow: overflow)
      layer.router = try Router(gate: layer.router.gate, strategy: strategy, seed: 3)
      return layer
    }
    try Outcome(of: layer(Set(Part.allCases)), tokens, batch: batch)
      .expectEqual(to: Outcome(of: layer([]), tokens, batch: batch), "\(overflow)")
  }

  @Test func replayAndForcedExpertsHaveTheSameBits() throws {
    let (tokens, batch) = Self.tokens(padded: true)
    let (ours, own) = (try Self.layer([]), try Self.layer(Set(Part.allCases)))
    let forced = RoutingOverrides(forcedExperts: [0: [4, 1], 6: [2]])
    let context = LayerContext(.training(step: 0), batch: batch)
    let passes = try [ours, own].map { try $0.forward(tokens, context: context, overrides: forced) }
    #expect(passes[0].output == passes[1].output)
    var trace = RoutingTrace()
    trace.record(passes[1].routing)
    let replay = RoutingOverrides(replay: .learning(trace.passes[0]))
    let replayed = try own.forward(tokens, context: context, overrides: replay)
    #expect(replayed.output == passes[1].output)
  }

  @Test func straightThroughHasTheSameBits() throws {
    let (tokens, batch) = Self.tokens(padded: true)
    func layer(_ own: Set<Part>) throws -> MixtureOfExperts {
      var layer = try Self.layer(own)
      var strategy = layer.router.strategy
      strategy.isStraightThrough = true
      layer.router = try Router(gate: layer.router.gate, strategy: strategy, seed: 3)
      return layer
    }
    try Outcome(of: layer(Set(Part.allCases)), tokens, batch: batch)
      .expectEqual(to: Outcome(of: layer([]), tokens, batch: batch), "straight through")
  }

  @Test func ownSharedExpertsHaveTheSameBits() throws {
    func layer(_ shared: SharedExpertSpecification) throws -> MixtureOfExperts {
      var generator = SeededGenerator(seed: 31)
      return try MixtureOfExperts(
        inputSize: Self.size, experts: [.feedForward(count: 4, hiddenSize: 9)],
        sharedExperts: shared, routing: .topK(2), using: &generator)
    }
    let (tokens, batch) = Self.tokens(padded: true)
    let own = try Outcome(
      of: layer(.experts(.ownGated(count: 1, hiddenSize: 7))), tokens, batch: batch)
    own.expectEqual(
      to: try Outcome(of: layer(.gatedFeedForward(count: 1, hiddenSize: 7)), tokens, batch: batch),
      "shared")
  }

  /// Weights of scores that are too small to be divided, by logarithms.
  @Test(arguments: [Float(0), -60, -110, -1000])
  func smallScores(shift: Float) throws {
    func result(_ weighting: any Weighting) throws -> (weights: Tensor, gradient: Tensor) {
      let router = try Router(
        gate: LogitGate(expertCount: 4),
        strategy: RoutingStrategy(score: .sigmoid, selector: .topK(3), weighting: weighting))
      let logits: Tensor = shift + [[0, 1, -1, 2], [0.5, 0.25, 3, -4]]
      let pass = try router.forward(logits, context: .training(step: 0))
      let gradient = try router.backward(
        RoutingGradient(weights: [[1, -2, 3], [0.5, 1, -1]]), pass: pass)
      return (pass.routing.weights, gradient.input)
    }
    let (own, ours) = (try result(OwnLogarithmicWeighting()), try result(.renormalized))
    for (left, right) in [(own.weights, ours.weights), (own.gradient, ours.gradient)] {
      for (left, right) in zip(left.scalarArray, right.scalarArray) {
        // Logarithms of magnitude |shift| + 4 are rounded, and a dozen steps of each gradient of up
        // to 3.
        let bound = 3 * (12 + 2 * (shift.magnitude + 4)) * 0x1p-24
        #expect((left - right).magnitude <= bound, "\(left) against \(right)")
      }
    }
  }
}
