import MoE
import Testing

/// Parts of a strategy that do not go together make a layer's initialiser throw.
@Suite struct StrategyCheckTests {
  private static func make(_ strategy: RoutingStrategy, isCausal: Bool = false) throws {
    var generator = SeededGenerator(seed: 1)
    _ = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 2)], routing: strategy,
      isCausal: isCausal, using: &generator)
  }

  private static func expectError(
    _ strategy: RoutingStrategy, _ sentence: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectConfigurationError(sentence, sourceLocation: sourceLocation) { try make(strategy) }
  }

  private static func expectNoError(
    _ strategy: RoutingStrategy, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: Never.self, sourceLocation: sourceLocation) { try make(strategy) }
  }

  // MARK: - Causal layers

  /// Of a capacity in proportion to the routes, later tokens with many or few of them move the
  /// limit.
  @Test func aCapacityInProportionIsCausalWhereTokensHaveAsManyRoutes() throws {
    let fixed: [any ExpertSelector] = [
      .topK(2), .all, .random(2), .groupLimited(1, groups: 2, groupsPerToken: 1),
    ]
    let variable: [any ExpertSelector] = [.topP(0.5), .positive, .randomSecond()]
    for selector in fixed + variable {
      let isFixed = fixed.contains { type(of: $0) == type(of: selector) }
      #expect(selector.promises.contains(.fixedCount) == isFixed)
      for (capacity, isInProportion) in [
        (Capacity.factor(1), true), (.routes(2), false), (.none, false),
        (Capacity(training: .routes(3), inference: .factor(2)), true),
        (Capacity(training: .tokenFactor(2)), false),
      ] {
        let strategy = RoutingStrategy(
          selector: selector, weighting: .scores, capacity: capacity)
        #expect(strategy.isCausal == (isFixed || !isInProportion))
        guard !strategy.isCausal else {
          #expect(throws: Never.self) { try StrategyCheckTests.make(strategy, isCausal: true) }
          continue
        }
        expectConfigurationError(
          "routing in a causal layer is capacity, expected a strategy that looks at no later "
            + "token, as its isCausal says"
        ) { try StrategyCheckTests.make(strategy, isCausal: true) }
      }
    }
  }

  // MARK: - Selection biases

  @Test func aSelectionBiasThatNobodyReadsThrows() throws {
    let deaf: [any ExpertSelector] = [
      .fixedNoiseTopK(1, deviation: 1), .gumbelTopK(1), .sampled(1), .random(1),
      .loadBalancedSampling(1), .greedyByLoad(1, strength: 1), .sparseMixer(), .sinkhorn(1),
      .linearAssignment, .hierarchical(groups: 2, groupsPerToken: 1, expertsPerGroup: 1), .all,
      try .hash(vocabulary: 5, expertCount: 4),
    ]
    for selector in deaf {
      #expect(!selector.promises.contains(.readsSelectionBias))
      StrategyCheckTests.expectError(
        RoutingStrategy(selector: selector, hasSelectionBias: true),
        "hasSelectionBias is true, expected a selector that chooses by biased scores; "
          + "\(type(of: selector)) does not")
      StrategyCheckTests.expectNoError(RoutingStrategy(selector: selector))
    }
    let hearing: [any ExpertSelector] = [
      .topK(1), .topP(0.5), .above(0.1), .randomSecond(), .expertChoice(capacityFactor: 1),
      .batchwiseBalanced(1), .groupLimited(1, groups: 2, groupsPerToken: 1),
    ]
    for selector in hearing {
      #expect(selector.promises.contains(.readsSelectionBias))
      StrategyCheckTests.expectNoError(RoutingStrategy(selector: selector, hasSelectionBias: true))
    }
  }

  // MARK: - Soft mixtures

  @Test func aSoftMixtureRefusesWhatIsForSelectedExperts() {
    let expected = "expected a strategy that selects experts; a soft mixture does not"
    for (name, path) in [
      ("hasSelectionBias", \RoutingStrategy.hasSelectionBias),
      ("isStraightThrough", \.isStraightThrough),
      ("appliesWeightsToInput", \.appliesWeightsToInput),
    ] {
      var strategy = RoutingStrategy.soft()
      strategy[keyPath: path] = true
      StrategyCheckTests.expectError(strategy, "\(name) is true, \(expected)")
    }
    var limited = RoutingStrategy.soft()
    limited.capacity = .factor(1)
    StrategyCheckTests.expectError(
      limited,
      "capacity of a soft mixture is a limit, expected none, as every expert takes as many "
        + "mixtures as it has slots")
  }

  // MARK: - Straight-through gradients

  @Test func straightThroughNeedsScoresForWeights() {
    func expectError(_ strategy: RoutingStrategy, _ part: String) {
      StrategyCheckTests.expectError(
        strategy,
        "isStraightThrough is true, with \(part), expected weights that multiply outputs, without a "
          + "scale or a remainder, as the score of an expert that was not selected stands for its "
          + "weight")
    }
    func strategy(_ weighting: any Weighting) -> RoutingStrategy {
      RoutingStrategy(selector: .topK(2), weighting: weighting, isStraightThrough: true)
    }
    expectError(strategy(.remainder), "RemainderWeighting")
    expectError(strategy(.scores.scaled(by: 2)), "ScaledWeighting")
    expectError(strategy(.scores.keepingRemainder().scaled(by: 2)), "ScaledWeighting")
    var onInput = strategy(.scores)
    onInput.appliesWeightsToInput = true
    expectError(onInput, "appliesWeightsToInput")
    StrategyCheckTests.expectNoError(strategy(.renormalized))
  }

  // MARK: - Overflow

  @Test func selectorsWithLimitsAreNotRedirected() throws {
    let limited: [any ExpertSelector] = [
      .groupLimited(1, groups: 2, groupsPerToken: 1), .above(0.1), .sampled(2),
      .hierarchical(groups: 2, groupsPerToken: 1, expertsPerGroup: 1), .sparseMixer(),
      .loadBalancedSampling(1), .expertChoice(capacityFactor: 1), .batchwiseBalanced(1),
      try .hash(vocabulary: 5, expertCount: 4),
    ]
    for selector in limited {
      #expect(!selector.promises.contains(.allowsRedirection))
      for overflow in [Capacity.Overflow.nextBest, .leastLoaded] {
        StrategyCheckTests.expectError(
          RoutingStrategy(
            selector: selector, weighting: .scores,
            capacity: .routes(1, overflow: overflow)),
          "overflow is \(overflow), expected drop, passThrough or backup, as "
            + "\(type(of: selector)) does not choose among all experts")
      }
      for overflow in [Capacity.Overflow.drop, .passThrough, .backup(1)] {
        StrategyCheckTests.expectNoError(
          RoutingStrategy(
            selector: selector, weighting: .scores,
            capacity: .routes(1, overflow: overflow)))
      }
    }
    for selector in [.topK(2), .topP(0.5), .random(1), .sinkhorn(1)] as [any ExpertSelector] {
      StrategyCheckTests.expectNoError(
        RoutingStrategy(
          selector: selector, weighting: .scores,
          capacity: .routes(1, overflow: .nextBest)))
    }
  }

  @Test func firstChoicesNeedAnOrder() {
    let byIndex: [any ExpertSelector] = [
      .all, .above(0.1), .positive, .expertChoice(capacityFactor: 1), .batchwiseBalanced(1),
    ]
    for selector in byIndex {
      StrategyCheckTests.expectError(
        RoutingStrategy(
          selector: selector, weighting: .scores,
          capacity: Capacity(training: .routes(1), prioritizesFirstChoices: true)),
        "prioritizesFirstChoices is true, expected a selector that promises ordersChoices; "
          + "\(type(of: selector)) does not")
      StrategyCheckTests.expectNoError(
        RoutingStrategy(selector: selector, weighting: .scores, capacity: .routes(1)))
    }
    StrategyCheckTests.expectNoError(
      RoutingStrategy(
        selector: .topK(2), capacity: Capacity(training: .routes(1), prioritizesFirstChoices: true))
    )
  }

  /// Weights that are made up from how choices came about know nothing of other experts.
  @Test func weightingsOfChoicesAreNotRedirected() {
    let strategies: [RoutingStrategy] = [
      .sparseMixer(), .hierarchical(groups: 2, groupsPerToken: 1, expertsPerGroup: 2),
      RoutingStrategy(selector: .topK(2), weighting: .sparseMixer().scaled(by: 2)),
      RoutingStrategy(selector: .topK(2), weighting: .hierarchical(groups: 2).keepingRemainder()),
    ]
    for strategy in strategies {
      var strategy = strategy
      let name = "\(type(of: strategy.weighting))"
      strategy.capacity = .routes(1, overflow: .backup(0))
      StrategyCheckTests.expectError(
        strategy,
        "overflow is backup(0), expected drop or passThrough, as \(name) weighs the choices of its "
          + "selector")
      strategy.capacity = Capacity(training: .routes(1), weights: .afterDropping)
      StrategyCheckTests.expectError(
        strategy,
        "weights of a capacity is afterDropping, expected beforeDropping, as \(name) weighs the "
          + "choices of its selector")
      strategy.capacity = .routes(1, overflow: .passThrough)
      StrategyCheckTests.expectNoError(strategy)
    }
  }

  // MARK: - Layers

  @Test func theNumberOfTheLayerIsChecked() throws {
    var generator = SeededGenerator(seed: 1)
    for layer in [-1, 1 << 24] {
      let sentence = "number of the layer is \(layer), expected 0 to 16777215"
      expectConfigurationError(sentence) {
        _ = try MixtureOfExperts(
          inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 2)], routing: .topK(2),
          layer: layer, using: &generator)
      }
      expectConfigurationError(sentence) {
        _ = try Router(
          gate: LinearGate(Linear(weight: [[1, 0], [0, 1]])), strategy: .topK(1), layer: layer)
      }
      var mixture = try SmallLayers.layer(.topK(2))
      mixture.router.layer = layer
      expectConfigurationError(sentence) { _ = try mixture(SmallLayers.normal([2, 4])) }
    }
    #expect(
      generator.next()
        == {
          var fresh = SeededGenerator(seed: 1)
          return fresh.next()
        }())
  }

  /// What helps depends on why the weights are constant.
  @Test func aConstantWeightHasARemedyOfItsOwn() throws {
    let scores = "a weighting that depends on the scores, such as .scores"
    let usual = ".scores, or at least 2 experts a token"
    let cases: [(Int, any Weighting, String, String)] = [
      (2, .unweighted, "2 experts a token the weighting UnitWeighting", scores),
      (1, .unweighted, "1 expert a token the weighting UnitWeighting", scores),
      (3, .unweighted.scaled(by: 2), "3 experts a token the weighting ScaledWeighting", scores),
      (1, .renormalized.scaled(by: 2), "1 expert a token the weighting ScaledWeighting", usual),
      (
        1, .renormalizedOverBest(1), "1 expert a token the weighting BestRenormalizedWeighting",
        usual
      ),
    ]
    for (count, weighting, subject, remedy) in cases {
      let layer = try SmallLayers.layer(.topK(count, weighting: weighting))
      let error = #expect(throws: MoEError.self) {
        _ = try layer.forward(SmallLayers.normal([2, 4]), context: .training(step: 0))
      }
      #expect(
        error?.description
          == "with \(subject) is constant, so that the gate has no gradient; use \(remedy)")
    }
  }

  /// A logit that is not finite is named by its place in the batch, and that of padding does not
  /// matter.
  @Test func nonFiniteLogitsAreNamedByTheirPlace() throws {
    let layer = try SmallLayers.layer(.topK(2))
    var tokens = SmallLayers.normal([4, 4])
    tokens[1, 0] = .nan
    let context = LayerContext(.inference, batch: Batch(padding: [false, true, false, false]))
    #expect(try layer.forward(tokens, context: context).output[entry: 1] == Tensor(zeros: [4]))
    tokens[3, 0] = .nan
    let error = #expect(throws: MoEError.self) {
      _ = try layer.forward(tokens, context: context)
    }
    #expect(error == .nonFiniteLogit(token: 3, expert: 0, value: .nan))
  }

  // MARK: - Weightings

  @Test func aWeightingChecksItsOwnJitter() {
    for jitter in [-0.1, .nan, .infinity] as [Float] {
      StrategyCheckTests.expectError(
        .topK(2, weighting: .sparseMixer(jitter: jitter)),
        "jitter of SparseMixer is \(jitter), expected a finite number, at least 0")
    }
  }

  @Test func noiseOfWeightsIsNoise() {
    let noisy: any Weighting = .sparseMixer(jitter: 0.1)
    for weighting in [noisy, noisy.scaled(by: 2), noisy.keepingRemainder()] {
      #expect(!RoutingStrategy.topK(2, weighting: weighting).isDeterministic)
    }
    #expect(RoutingStrategy.topK(2).isDeterministic)
  }

  /// Shares that are finite, but not their sum.
  @Test func hugeSharesThrow() {
    var strategy = RoutingStrategy.topK(2)
    strategy.capacity = Capacity(training: .factor(1), shares: [1e308, 1e308, 0, 0])
    #expect(throws: MoEError.self) { try StrategyCheckTests.make(strategy) }
    strategy.capacity = Capacity(training: .factor(1), shares: [1e307, 1e307, 0, 0])
    StrategyCheckTests.expectNoError(strategy)
    #expect(
      strategy.capacity.limits(routeCount: 8, expertCount: 4, mode: .training(step: 0))
        == [4, 4, 0, 0])
  }
}
