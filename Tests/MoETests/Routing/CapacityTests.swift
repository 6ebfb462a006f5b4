import Foundation
import MoE
import Testing

/// Layers whose experts have no room for all routes: weights, outputs and gradients, and what is
/// refused.
@Suite(.namingCombinations) struct CapacityTests {
  // MARK: - Weights

  @Test func weightsAreMadeUpBeforeOrAfterDropping() throws {
    // The second token's first choice has no room; its second one weighs e/(e + e³).
    let second = 1 / (1 + exp(2.0))
    let tokens: Tensor = [[3, 1, 0], [3, 0, 1]]
    for (weights, sums) in [
      (Capacity.Weights.beforeDropping, [1.0, second]), (.afterDropping, [1, 1]),
    ] {
      let strategy = RoutingStrategy(
        selector: .topK(2), capacity: Capacity(training: .routes(1), weights: weights))
      let routing = try Selecting.router(strategy, experts: 3)
        .forward(tokens, context: .training(step: 0)).routing
      #expect(routing.outcomes == [.kept, .kept, .dropped, .kept])
      for (sum, expected) in zip(routing.weights.rowSums().doubles, sums) {
        // Two exponentials and a sum (8), a quotient, and the same of the two selected.
        #expect((sum - expected).magnitude <= 20 * GradientTolerance.unitRoundoff)
      }
    }
  }

  // MARK: - Layers

  private static func reference(
    _ routing: Routing, afterDropping: Bool, probabilities: Bool = false
  ) -> ReferenceRoutes {
    var reference = ReferenceRoutes(routing, hiddenSize: 3)
    reference.isAfterDropping = afterDropping
    reference.weights = probabilities ? .scores : .renormalized
    return reference
  }

  @Test func gradientsGoThroughWhatIsLeft() throws {
    try withEvery("overflow", in: CapacityCases.overflows) { overflow in
      try withEvery("weights", in: [Capacity.Weights.beforeDropping, .afterDropping]) { weights in
        try withEvery("probabilities", in: [false, true]) { probabilities in
          let layer = try SmallLayers.layer(
            RoutingStrategy(
              selector: .topK(2), weighting: probabilities ? .scores : .renormalized,
              capacity: Capacity(
                training: .routes(2), order: .score, overflow: overflow, weights: weights)))
          let tokens = SmallLayers.normal([5, 4])
          let outcomes = try layer.forward(tokens, context: .training(step: 0)).routing.outcomes
          #expect(!outcomes.allSatisfy { $0 == .kept })
          if overflow != .passThrough, overflow != .drop { #expect(outcomes.contains(.redirected)) }
          try checkMixture(layer, tokens, RoutingContext(.training(step: 0))) {
            let reference = CapacityTests.reference(
              $0, afterDropping: weights == .afterDropping, probabilities: probabilities)
            return { reference($0, $1) }
          }
        }
      }
    }
  }

  @Test func withoutAnyRoomTheOutputIsZero() throws {
    let layer = try SmallLayers.layer(
      RoutingStrategy(
        selector: .topK(2), capacity: Capacity(training: .factor(1), shares: [0, 0, 0, 1])))
    var open = layer
    // The only one with a share is switched off.
    open.router.disabledExperts = [3]
    let tokens = SmallLayers.normal([5, 4])
    for weights in [Capacity.Weights.beforeDropping, .afterDropping] {
      var strategy = open.router.strategy
      strategy.capacity.weights = weights
      var layer = try SmallLayers.layer(strategy)
      layer.router.disabledExperts = [3]
      let pass = try layer.forward(tokens, context: .training(step: 0))
      #expect(pass.routing.outcomes.allSatisfy { $0 == .dropped })
      #expect(pass.output == Tensor(zeros: [5, 4]))
      let gradient = try layer.backward(Tensor(repeating: 1, shape: [5, 4]), pass: pass)
      #expect(gradient.input == Tensor(zeros: [5, 4]))
      for (name, parameter) in gradient.parameters.namedParameters {
        #expect(parameter == Tensor(zeros: parameter.shape), "\(name)")
      }
    }
  }

  @Test func identityPassesTokensThrough() throws {
    let layer = try SmallLayers.layer(
      RoutingStrategy(
        selector: .topK(1), weighting: .scores, capacity: .routes(1, overflow: .passThrough)))
    let tokens = Tensor(concatenatingEntries: [
      SmallLayers.normal([1, 4]), SmallLayers.normal([1, 4]),
    ])
    let pass = try layer.forward(tokens, context: .training(step: 0))
    #expect(pass.routing.outcomes == [.kept, .passThrough])
    let weight = try #require(pass.routing.passThroughWeights)[1]
    #expect(weight == pass.routing.scores.rowMaxima()[1])
    #expect(pass.output[entry: 1] == tokens[entry: 1] * weight)
    var generator = SeededGenerator(seed: 1)
    expectConfigurationError(
      "output size is 5, expected 4, as tokens stand in for experts' outputs"
    ) {
      _ = try MixtureOfExperts(
        inputSize: 4, outputSize: 5, experts: [.feedForward(count: 2, hiddenSize: 2)],
        routing: layer.router.strategy, using: &generator)
    }
  }

  @Test func isCausalOnlyByPosition() {
    for order in CapacityCases.orders {
      for overflow in CapacityCases.overflows {
        for inTurn in [false, true] {
          let capacity = Capacity(
            training: .routes(2), order: order, prioritizesFirstChoices: inTurn, overflow: overflow)
          #expect(
            capacity.isCausal
              == (order == .position && !inTurn && (overflow == .drop || overflow == .passThrough)))
        }
      }
    }
    #expect(Capacity.none.isCausal && Capacity.none.isUnlimited && !Capacity.routes(1).isUnlimited)
  }

  @Test func refusesWhatCannotWork() {
    let cases: [(Capacity, String)] = [
      (.factor(0), "capacity factor in training is 0.0, expected a finite number above 0"),
      (
        .factor(1, inference: -2),
        "capacity factor in inference is -2.0, expected a finite number above 0"
      ),
      (.factor(.infinity), "capacity factor in training is inf, expected a finite number above 0"),
      (.routes(0), "capacity in training is 0, expected at least 1 route"),
      (.factor(1, minimum: -1), "minimum capacity is -1, expected at least 0"),
      (.routes(1, overflow: .backup(4)), "backup expert is 4, expected 0 to 3"),
      (
        Capacity(training: .factor(1), shares: [1, 2]),
        "capacity shares is [1.0, 2.0], expected 4 finite numbers, none below 0 and not all 0"
      ),
      (
        Capacity(training: .factor(1), shares: [0, 0, 0, 0]),
        "capacity shares is [0.0, 0.0, 0.0, 0.0], expected 4 finite numbers, none below 0 and not all 0"
      ),
    ]
    for (capacity, sentence) in cases {
      expectConfigurationError(sentence) {
        _ = try SmallLayers.layer(RoutingStrategy(selector: .topK(2), capacity: capacity))
      }
    }
  }
}
