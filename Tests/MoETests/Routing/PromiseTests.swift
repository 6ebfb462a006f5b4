import MoE
import Testing

/// Promises of parts: what a strategy and a router say of themselves is true, and what is not
/// promised is not assumed.
@Suite struct PromiseTests {
  /// A gate that takes the batch's mean from its logits: each token depends on all others, and it
  /// promises nothing.
  private struct CenteredGate: Gate {
    var base: Linear

    var inputSize: Int { base.inputSize }
    var expertCount: Int { base.outputSize }

    mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
      try base.visitParameters(visit)
    }

    struct Pass: GatePass {
      var logits: Tensor
    }

    func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
      let logits = base(tokens)
      return Pass(
        logits: logits.addingToEachRow(logits.columnSums() * (-1 / Float(logits.rowCount))))
    }

    func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<CenteredGate> {
      GateGradient(input: Tensor(zeros: [pass.logits.rowCount, inputSize]), parameters: self)
    }
  }

  /// A selector of the first experts that promises nothing.
  private struct FirstSelector: ExpertSelector {
    func slotCount(expertCount: Int) -> Int { 2 }

    func select(_ input: SelectionInput) -> SelectedExperts {
      SelectedExperts(lists: Array(repeating: [0, 1], count: input.tokenCount))
    }
  }

  private static let tokens = SmallLayers.normal([6, 4])

  private static func linear() -> Linear {
    var generator = SeededGenerator(seed: 71)
    return Linear(inputSize: 4, outputSize: 4, bias: false, using: &generator)
  }

  private static func layer(_ strategy: RoutingStrategy, isCausal: Bool = false) throws {
    var generator = SeededGenerator(seed: 1)
    _ = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 2)], routing: strategy,
      isCausal: isCausal, using: &generator)
  }

  private static func logits(_ router: Router, _ tokens: Tensor, step: Int) throws -> Tensor {
    try router.forward(tokens, context: .training(step: step)).routing.logits
  }

  // MARK: - Gates

  /// What strategies say of their gates, and what their gates do.
  @Test func strategiesTellTheTruthOfTheirGates() throws {
    let gates: [(GateSpecification, isDeterministic: Bool)] = [
      (.linear(), true), (.linear(bias: true), true), (.cosine(projectionSize: 3), true),
      (.feedForward(hiddenSize: 3), true), (.hierarchical(groups: 2), true), (.logits, true),
      (.linear().normalized(), true), (.linear().residual(), true),
      (.linear().noisy(), false), (.linear().jittered(by: 0.2), false), (.logits.noisy(), false),
      (.linear().noisy().normalized(), false), (.linear().residual().jittered(by: 0.2), false),
    ]
    for (gate, isDeterministic) in gates {
      let strategy = RoutingStrategy.topK(2, gate: gate)
      #expect(strategy.isDeterministic == isDeterministic)
      #expect(strategy.isTokenLocal && strategy.isCausal)
      var generator = SeededGenerator(seed: 2)
      let router = try Router(
        inputSize: 4, expertCount: 4, strategy: strategy, isCausal: true, using: &generator)
      #expect(
        router.strategy.isDeterministic == isDeterministic && router.strategy.isTokenLocal)
      let first = try Self.logits(router, Self.tokens, step: 0)
      // Noise differs from step to step, and nothing else does.
      #expect(try (Self.logits(router, Self.tokens, step: 1).bits == first.bits) == isDeterministic)
      #expect(try Self.logits(router, Self.tokens, step: 0).bits == first.bits)
      // The first tokens alone have the same positions.
      #expect(
        try Self.logits(router, Self.tokens[entries: 0..<2], step: 0).bits
          == first[entries: 0..<2].bits)
    }
  }

  /// A router made of parts goes by its gate, and not by that of the strategy.
  @Test func routersOfPartsGoByTheirOwnGate() throws {
    let plain = LinearGate(Self.linear())
    let noisy = NoisyGate(plain, noise: Self.linear())
    for gate in [noisy as any Gate, JitteredGate(plain, by: 0.2), NormalizedGate(noisy, scale: 1)] {
      let strategy = try Router(gate: gate, strategy: .topK(2), isCausal: true).strategy
      #expect(!strategy.isDeterministic && strategy.isTokenLocal && strategy.isCausal)
    }
    let strategy = try Router(gate: plain, strategy: .topK(2, gate: .linear().noisy())).strategy
    #expect(strategy.isDeterministic && strategy.isTokenLocal)
  }

  @Test func aGateThatPromisesNothingIsNoneOfAll() throws {
    let gate = CenteredGate(base: Self.linear())
    let around: [any Gate] = [
      gate, NormalizedGate(gate, scale: 1), JitteredGate(gate, by: 0.2),
      NoisyGate(gate, noise: Self.linear()),
      ResidualGate(gate, residual: Linear(weight: Tensor(zeros: [4, 4]))),
    ]
    let sentence =
      "routing in a causal layer is gate, expected a strategy that looks at no later token, as its "
      + "isCausal says"
    for gate in around {
      let router = try Router(gate: gate, strategy: .topK(2))
      let strategy = router.strategy
      #expect(!strategy.isTokenLocal && !strategy.isCausal && !strategy.isDeterministic)
      // Nor does the choice of a token that has others beside it say what it chooses alone.
      let first = try Self.logits(router, Self.tokens, step: 0)[entries: 0..<2]
      #expect(
        try Self.logits(router, Self.tokens[entries: 0..<2], step: 0).bits != first.bits)
      expectConfigurationError(sentence) {
        _ = try Router(gate: gate, strategy: .topK(2), isCausal: true)
      }
    }
    // Whatever its specification promises in its place.
    for promises in [[], .causal, [.tokenLocal, .deterministic]] as [RoutingPromises] {
      let strategy = RoutingStrategy.topK(
        2,
        gate: GateSpecification(promises: promises) { _, _, _ in
          CenteredGate(base: PromiseTests.linear())
        })
      #expect(strategy.isCausal == promises.contains(.causal))
      try Self.layer(strategy)
      expectConfigurationError(sentence) { try Self.layer(strategy, isCausal: true) }
    }
  }

  // MARK: - Selectors

  @Test func aSelectorThatPromisesNothingIsAskedForNothing() throws {
    let strategy = RoutingStrategy(selector: FirstSelector(), weighting: .scores)
    #expect(FirstSelector().promises == [])
    #expect(!strategy.isTokenLocal && !strategy.isCausal && !strategy.isDeterministic)
    try Self.layer(strategy)
    var limited = strategy
    for overflow in [Capacity.Overflow.drop, .passThrough, .backup(3)] {
      limited.capacity = .factor(1, overflow: overflow)
      try Self.layer(limited)
    }
    let router = try Router(gate: LinearGate(Self.linear()), strategy: strategy)
    // Its experts may be as many for all or not: what is not said is not counted on.
    #expect(
      try router.forward(Self.tokens, context: .training(step: 0)).routing.routesPerToken == nil)
  }

  @Test func aSelectorThatPromisesNothingIsRefusedWhatNeedsAPromise() {
    func expectError(
      _ sentence: String, isCausal: Bool = false,
      sourceLocation: SourceLocation = #_sourceLocation,
      _ change: (inout RoutingStrategy) -> Void
    ) {
      var strategy = RoutingStrategy(selector: FirstSelector(), weighting: .scores)
      change(&strategy)
      expectConfigurationError(sentence, sourceLocation: sourceLocation) {
        try Self.layer(strategy, isCausal: isCausal)
      }
      // A router made of parts is no way around.
      expectConfigurationError(sentence, sourceLocation: sourceLocation) {
        _ = try Router(
          gate: LinearGate(Self.linear()), strategy: strategy, isCausal: isCausal)
      }
    }
    expectError(
      "hasSelectionBias is true, expected a selector that chooses by biased scores; FirstSelector "
        + "does not"
    ) { $0.hasSelectionBias = true }
    expectError(
      "prioritizesFirstChoices is true, expected a selector that promises ordersChoices; "
        + "FirstSelector does not"
    ) { $0.capacity = .factor(1, prioritizesFirstChoices: true) }
    for overflow in [Capacity.Overflow.nextBest, .leastLoaded] {
      expectError(
        "overflow is \(overflow), expected drop, passThrough or backup, as FirstSelector does not "
          + "choose among all experts"
      ) { $0.capacity = .factor(1, overflow: overflow) }
    }
    expectError(
      "routing in a causal layer is FirstSelector, expected a strategy that looks at no later "
        + "token, as its isCausal says", isCausal: true
    ) { _ in }
  }
}
