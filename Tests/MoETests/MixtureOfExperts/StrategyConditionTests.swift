import MoE
import Testing

/// What a layer asks of its strategy: that it looks at nothing later, and that its gate can learn.
@Suite(.namingCombinations) struct StrategyConditionTests {
  @Test func aCausalLayerLooksAtNothingLater() throws {
    func make(_ strategy: RoutingStrategy) throws {
      var generator = SeededGenerator(seed: 1)
      _ = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 2)], routing: strategy,
        isCausal: true, using: &generator)
    }
    var limited = RoutingStrategy.topK(2)
    limited.capacity = .factor(1)
    try make(limited)
    try make(.topK(2))
    try make(.dense())
    limited.capacity = .factor(1, order: .batchPrioritized)
    let cases: [(RoutingStrategy, String)] = [
      (.soft(), "soft mixture"), (.expertChoice(), "ExpertChoiceSelector"),
      (.sinkhorn(1), "SinkhornSelector"), (.batchwiseBalanced(2), "BatchwiseBalancedSelector"),
      (.base(), "LinearAssignmentSelector"),
      (limited, "capacity"),
    ]
    for (strategy, part) in cases {
      #expect(!strategy.isCausal)
      expectConfigurationError(
        "routing in a causal layer is \(part), expected a strategy that looks at no later token, "
          + "as its isCausal says"
      ) { try make(strategy) }
    }
  }

  /// What comes later changes nothing, in a capacity that says it is causal, for the same number of
  /// routes.
  @Test func aCausalCapacityIsCausal() throws {
    for (overflow, selector, limit) in [
      (.drop, .topK(2), .factor(0.7)), (.passThrough, .topK(2), .factor(0.7)),
      // Tokens with any number of experts.
      (.drop, .topP(0.6), .tokenFactor(1)),
    ] as [(Capacity.Overflow, any ExpertSelector, Capacity.Limit)] {
      var strategy = RoutingStrategy(selector: selector, weighting: .scores)
      strategy.capacity = Capacity(training: limit, overflow: overflow)
      #expect(strategy.isCausal)
      let layer = try SmallLayers.layer(strategy)
      let tokens = SmallLayers.normal([9, 4])
      var other = tokens
      other[entries: 5..<9] = SmallLayers.normal([4, 4], seed: 99)
      #expect(try layer(tokens)[entries: 0..<5].bits == layer(other)[entries: 0..<5].bits)
    }
  }

  @Test func aGateThatCannotLearnThrowsInTrainingAlone() throws {
    let tokens = SmallLayers.normal([3, 4])
    for weighting in [.renormalized, .softmaxOverSelected] as [any Weighting] {
      var strategy = RoutingStrategy.topK(1, weighting: weighting)
      let layer = try SmallLayers.layer(strategy)
      _ = try layer(tokens)
      let error = #expect(throws: MoEError.self) {
        _ = try layer.forward(tokens, context: .training(step: 0))
      }
      #expect(
        error == .untrainableGate(weighting: "\(type(of: weighting))", slotCount: 1))
      // One expert has nothing to learn; a straight-through gradient reaches the others.
      _ = try SmallLayers.layer(strategy, experts: 1).forward(tokens, context: .training(step: 0))
      strategy.isStraightThrough = true
      let other = try SmallLayers.layer(strategy)
      let pass = try other.forward(tokens, context: .training(step: 0))
      let gradient = try other.backward(tokens, pass: pass)
      #expect(gradient.parameters.namedParameters[0].parameter.norm() > 0)
    }
  }
}
