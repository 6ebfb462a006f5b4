import MoE
import Testing

/// Routes and experts that are left out at random in training.
@Suite(.namingCombinations) struct RoutingDropoutTests {
  private static func strategy(
    _ dropout: RoutingDropout, _ weights: Capacity.Weights = .beforeDropping,
    selector: any ExpertSelector = .topK(2)
  ) -> RoutingStrategy {
    RoutingStrategy(
      selector: selector, capacity: Capacity(training: .none, weights: weights), dropout: dropout)
  }

  private static func layer(
    _ dropout: RoutingDropout, _ weights: Capacity.Weights = .beforeDropping
  ) throws -> MixtureOfExperts {
    try SmallLayers.layer(strategy(dropout, weights))
  }

  /// Weights of the others before or after, as the formula says it, with all gradients.
  @Test func routesThatAreLeftOutAreTheirFormula() throws {
    let tokens = SmallLayers.normal([6, 4])
    try withEvery("weights", in: [Capacity.Weights.beforeDropping, .afterDropping]) { weights in
      let layer = try Self.layer(RoutingDropout(routes: 0.4), weights)
      let context = RoutingContext(.training(step: 2))
      let routing = try layer.forward(tokens, context: context).routing
      #expect(routing.outcomes.contains(.leftOut) && routing.outcomes.contains(.kept))
      try checkMixture(layer, tokens, context) { routing in
        var reference = ReferenceRoutes(routing, hiddenSize: 3)
        reference.isAfterDropping = weights == .afterDropping
        return reference.callAsFunction
      }
    }
  }

  @Test func expertsThatAreLeftOutAreSwitchedOff() throws {
    let tokens = SmallLayers.normal([6, 4])
    let layer = try Self.layer(RoutingDropout(experts: 0.5))
    var sets: Set<Set<Int>> = []
    for step in 0..<20 {
      let context = RoutingContext(.training(step: step))
      let routing = try layer.forward(tokens, context: context).routing
      let dropped = routing.droppedExperts
      sets.insert(dropped)
      #expect(dropped.count < 4 && routing.disabledExperts == dropped)
      // The same as experts that are switched off by hand.
      var other = try SmallLayers.layer(Self.strategy(RoutingDropout()))
      other.router.disabledExperts = dropped
      let (mine, theirs) = (
        try layer.forward(tokens, context: context), try other.forward(tokens, context: context)
      )
      #expect(mine.output.bits == theirs.output.bits)
      let (back, otherBack) = (
        try layer.backward(tokens, pass: mine), try other.backward(tokens, pass: theirs)
      )
      #expect(back.input.bits == otherBack.input.bits)
      for (own, other) in zip(
        back.parameters.namedParameters, otherBack.parameters.namedParameters)
      { #expect(own.parameter.bits == other.parameter.bits, "\(own.name)") }
    }
    #expect(sets.count > 5)
    #expect(try layer.forward(tokens, context: .inference).routing.droppedExperts.isEmpty)
  }

  /// How many are left out, and that one stays where all would be.
  @Test func ratesAreKept() throws {
    let tokens = SmallLayers.normal([100, 4])
    let layer = try Self.layer(RoutingDropout(routes: 0.25))
    let statistics = try layer.forward(tokens, context: .training(step: 0)).routing.statistics
    // Five standard deviations of 200 draws.
    #expect((statistics.leftOutShare - 0.25).magnitude < 5 * (0.25 * 0.75 / 200).squareRoot())
    #expect(statistics.droppedShare == 0)
    #expect(statistics.demand.reduce(0, +) == 200)
    #expect(statistics.description.contains("left out at random: "))
    var certain = try Self.layer(RoutingDropout(experts: 1.0.nextDown))
    certain.router.disabledExperts = [0]
    var stayed: Set<Int> = []
    for step in 0..<30 {
      let routing = try certain.forward(tokens, context: .training(step: step)).routing
      #expect(routing.availableExpertCount == 1)
      stayed.formUnion(routing.availableExperts)
    }
    #expect(stayed == [1, 2, 3])
  }

  /// A token of which every route is left out gets zeros.
  @Test func noRouteIsLeft() throws {
    let tokens = SmallLayers.normal([5, 4])
    for weights in [Capacity.Weights.beforeDropping, .afterDropping] {
      let layer = try Self.layer(RoutingDropout(routes: 1.0.nextDown), weights)
      let pass = try layer.forward(tokens, context: .training(step: 0))
      #expect(pass.routing.outcomes.allSatisfy { $0 == .leftOut })
      #expect(pass.output == Tensor(zeros: [5, 4]))
      let back = try layer.backward(tokens, pass: pass)
      #expect(back.input == Tensor(zeros: [5, 4]))
      #expect(back.parameters.parameterNorm == 0)
    }
  }

  /// What a route does depends on its token, expert, step and seed alone.
  @Test func tokensAreLeftOutByThemselves() throws {
    for dropout in [RoutingDropout(routes: 0.4), RoutingDropout(routes: 0.3, experts: 0.3)] {
      let layer = try Self.layer(dropout, .afterDropping)
      #expect(layer.router.strategy.isTokenLocal && !layer.router.strategy.isDeterministic)
      try expectInvariance(layer, SmallLayers.normal([7, 4]), SmallLayers.normal([7, 4], seed: 3))
    }
    #expect(Self.strategy(RoutingDropout()).isDeterministic)
  }

  /// A recording has its own routes and experts, at any step; nothing is left out beside them.
  @Test func recordingsAreTakenOver() throws {
    let tokens = SmallLayers.normal([9, 4])
    let layer = try Self.layer(RoutingDropout(routes: 0.3, experts: 0.4), .afterDropping)
    // A step in which both are left out.
    let step = try #require(
      try (0..<50).first {
        let routing = try layer.forward(tokens, context: .training(step: $0)).routing
        return !routing.droppedExperts.isEmpty && routing.outcomes.contains(.leftOut)
      })
    let pass = try layer.forward(tokens, context: .training(step: step))
    let back = try layer.backward(tokens, pass: pass)
    var trace = RoutingTrace()
    trace.record(pass.routing)
    for (replay, step) in [
      (Replay.recomputation(trace.passes[0]), step), (.learning(trace.passes[0]), step + 1),
    ] {
      let again = try layer.forward(
        tokens, context: .training(step: step), overrides: RoutingOverrides(replay: replay))
      #expect(again.output.bits == pass.output.bits)
      #expect(again.routing.outcomes == pass.routing.outcomes)
      #expect(again.routing.droppedExperts == pass.routing.droppedExperts)
      #expect(try layer.backward(tokens, pass: again).input.bits == back.input.bits)
    }
    // Of a pass of which nothing was left out, nothing is.
    var whole = RoutingTrace()
    whole.record(try layer.forward(tokens, context: .inference).routing)
    let learned = try layer.forward(
      tokens, context: .training(step: step),
      overrides: RoutingOverrides(replay: .learning(whole.passes[0])))
    #expect(learned.output.bits == (try layer(tokens)).bits)
  }

  /// A route that is left out takes no room, and the limit is that of all routes.
  @Test func routesThatAreLeftOutTakeNoRoom() throws {
    var strategy = Self.strategy(RoutingDropout(routes: 0.2))
    strategy.capacity = .factor(0.8, overflow: .nextBest)
    let layer = try SmallLayers.layer(strategy)
    let tokens = SmallLayers.normal([20, 4])
    let routing = try layer.forward(tokens, context: .training(step: 0)).routing
    // ⌈0.8 · 40 / 4⌉.
    #expect(routing.load.allSatisfy { $0 <= 8 })
    #expect(routing.outcomes.contains(.leftOut) && routing.outcomes.contains(.redirected))
    #expect(
      strategy.isCausal == RoutingStrategy(selector: .topK(2), capacity: strategy.capacity).isCausal
    )
    for token in 0..<20 {
      let chosen = routing.experts[2 * token..<2 * token + 2]
      #expect(Set(chosen).count == 2, "no route goes where the token's other was left out")
    }
  }

  /// Losses count what the gate chose; biases of experts that had no chance stay.
  @Test func whatBalancesCountsChoices() throws {
    var strategy = Self.strategy(RoutingDropout(routes: 0.5, experts: 0.5))
    strategy.hasSelectionBias = true
    var generator = SeededGenerator(seed: 31)
    var layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 3)], routing: strategy,
      balancingLosses: [.loadBalancing(coefficient: 1)],
      stepUpdates: [SelectionBiasUpdate(.sign, rate: 0.5)], using: &generator)
    let tokens = SmallLayers.normal([20, 4])
    for step in 0..<8 {
      let before = try #require(layer.router.selectionBias)
      let pass = try layer.forward(tokens, context: .training(step: step))
      let demand = pass.routing.demand
      let choices = min(2, pass.routing.availableExpertCount)
      #expect(demand.reduce(0, +) == 20 * choices)
      for expert in pass.routing.droppedExperts { #expect(demand[expert] == 0) }
      try layer.finishStep([pass])
      for expert in pass.routing.droppedExperts {
        #expect(layer.router.selectionBias?[expert] == before[expert])
      }
    }
  }

  /// The estimator of scores and a soft mixture know experts that are left out.
  @Test func otherWaysWorkOrThrow() throws {
    let tokens = SmallLayers.normal([6, 4])
    var straight = RoutingStrategy(
      selector: .topK(1), weighting: .scores, isStraightThrough: true,
      dropout: RoutingDropout(routes: 0.3, experts: 0.4))
    var layer = try SmallLayers.layer(straight)
    for step in 0..<6 {
      let pass = try layer.forward(tokens, context: .training(step: step))
      // What is switched off may be broken.
      var broken = layer
      for expert in pass.routing.droppedExperts { broken.breakExpert(expert) }
      let (back, other) = (
        try layer.backward(tokens, pass: pass),
        try broken.backward(
          tokens, pass: try broken.forward(tokens, context: .training(step: step)))
      )
      #expect(back.input.bits == other.input.bits)
    }
    straight.dropout = RoutingDropout(experts: 0.5)
    straight.isStraightThrough = false
    straight.slotsPerExpert = 2
    layer = try SmallLayers.layer(straight)
    let routing = try layer.forward(tokens, context: .training(step: 1)).routing
    #expect(routing.disabledExperts == routing.droppedExperts)
    try expectSlope(of: layer, tokens, tokens, context: .training(step: 1))
  }

  @Test func whatCannotWorkThrows() throws {
    for rate in [1, -0.1, .nan, .infinity] {
      expectConfigurationError(
        "rate of dropout of routes is \(rate), expected at least 0 and below 1"
      ) { _ = try Self.layer(RoutingDropout(routes: rate)) }
      expectConfigurationError(
        "rate of dropout of experts is \(rate), expected at least 0 and below 1"
      ) { _ = try Self.layer(RoutingDropout(experts: rate)) }
    }
    var soft = RoutingStrategy.soft()
    soft.dropout = RoutingDropout(routes: 0.5)
    expectConfigurationError(
      "dropout of routes is 0.5, expected 0, as a soft mixture has no routes"
    ) { _ = try SmallLayers.layer(soft) }
    var sparse = RoutingStrategy.sparseMixer(jitter: 0.01)
    sparse.capacity.weights = .afterDropping
    sparse.dropout = RoutingDropout(routes: 0.5)
    expectConfigurationError(
      "weights of a capacity is afterDropping, expected beforeDropping, as SparseMixerWeighting "
        + "weighs the choices of its selector"
    ) { _ = try SmallLayers.layer(sparse) }
    let layer = try Self.layer(RoutingDropout(experts: 0.5))
    let forced = RoutingOverrides(forcedExperts: [0: [1]])
    expectConfigurationError(
      "number of tokens with forced experts is 1, expected 0, as experts are left out at random"
    ) {
      _ = try layer.forward(
        SmallLayers.normal([2, 4]), context: .training(step: 0), overrides: forced)
    }
    #expect(throws: Never.self) {
      _ = try layer.forward(SmallLayers.normal([2, 4]), context: .inference, overrides: forced)
    }
  }
}
