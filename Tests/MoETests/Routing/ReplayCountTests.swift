import MoE
import Testing

/// A recording that is replayed to learn from counts in what balances.
///
/// One that makes up a pass anew has been counted already. Beside that both are the same.
@Suite struct ReplayCountTests {
  private static let tokens = SmallLayers.normal([9, 4])
  private static let batch = Batch(padding: (0..<9).map { $0 == 2 || $0 == 7 })

  private static func layer() throws -> MixtureOfExperts {
    var layer = try SmallLayers.layer(
      RoutingStrategy(
        score: .sigmoid, selector: .topK(2), weighting: .renormalized, hasSelectionBias: true))
    layer.router.selectionBias = [0.25, -0.125, 0, 0.0625]
    layer.balancingLosses = [.loadBalancing(coefficient: 0.1), .routerZ(coefficient: 0.1)]
    return layer
  }

  private struct Passes {
    let layer: MixtureOfExperts
    let first: MixtureOfExperts.Pass
    let recomputed: MixtureOfExperts.Pass
    let learned: MixtureOfExperts.Pass

    init(_ mode: PassMode = .training(step: 2)) throws {
      let layer = try ReplayCountTests.layer()
      let context = LayerContext(mode, batch: ReplayCountTests.batch)
      let first = try layer.forward(ReplayCountTests.tokens, context: context)
      var trace = RoutingTrace()
      trace.record(first.routing)
      func replayed(_ replay: Replay) throws -> MixtureOfExperts.Pass {
        try layer.forward(
          ReplayCountTests.tokens, context: context, overrides: RoutingOverrides(replay: replay))
      }
      recomputed = try replayed(.recomputation(trace.passes[0]))
      learned = try replayed(.learning(trace.passes[0]))
      (self.layer, self.first) = (layer, first)
    }
  }

  private static func counts(_ passes: [MixtureOfExperts.Pass]) -> LoadCounts {
    var counts = LoadCounts(expertCount: 4)
    for pass in passes { counts.add(pass.routing) }
    return counts
  }

  @Test func onlyLearningCounts() throws {
    let passes = try Passes()
    #expect(passes.first.routing.isCounted && passes.learned.routing.isCounted)
    #expect(!passes.recomputed.routing.isCounted)
    let none = LoadCounts(expertCount: 4)
    let once = Self.counts([passes.first])
    #expect(once.tokenCount == 7 && once.routes.reduce(0, +) == 14)
    #expect(Self.counts([passes.recomputed]) == none)
    #expect(Self.counts([passes.first, passes.recomputed]) == once)
    #expect(Self.counts([passes.learned]) == once)
    let twice = Self.counts([passes.first, passes.learned])
    #expect(twice.routes == once.routes.map { 2 * $0 } && twice.tokenCount == 14)
    #expect(twice.firstChoices == once.firstChoices.map { 2 * $0 })
    // The same by way of a step.
    var router = passes.layer.router
    var counts = none
    try counts.update(&router, after: TrainingStep([passes.recomputed.routing]))
    #expect(counts == none)
    try counts.update(
      &router, after: TrainingStep([passes.first.routing, passes.recomputed.routing]))
    #expect(counts == once)
  }

  @Test func evaluationNeverCounts() throws {
    let passes = try Passes(.inference)
    for pass in [passes.first, passes.recomputed, passes.learned] {
      #expect(!pass.routing.isCounted && Self.counts([pass]) == LoadCounts(expertCount: 4))
    }
  }

  @Test(arguments: [.sign, .proportional, .quantile] as [SelectionBiasUpdate.Rule])
  func onlyLearningMovesTheBias(rule: SelectionBiasUpdate.Rule) throws {
    let passes = try Passes()
    func bias(after routings: [Routing]) throws -> [UInt32] {
      var router = passes.layer.router
      var update = SelectionBiasUpdate(rule, rate: 0.125)
      update.update(&router, after: TrainingStep(routings))
      return try #require(router.selectionBias).bits
    }
    let before = try #require(passes.layer.router.selectionBias).bits
    let (first, again, learned) = (
      passes.first.routing, passes.recomputed.routing, passes.learned.routing
    )
    let moved = try bias(after: [first])
    #expect(moved != before)
    #expect(try bias(after: [again]) == before)
    #expect(try bias(after: [again, again]) == before)
    #expect(try bias(after: [learned]) == moved)
    // Beside other tokens, which it would outweigh if it counted.
    let other = try passes.layer.forward(
      SmallLayers.normal([5, 4], seed: 9), context: .training(step: 2)
    ).routing
    #expect(try bias(after: [other, again]) == bias(after: [other]))
    if rule == .proportional {
      #expect(try bias(after: [other, learned]) != bias(after: [other]))
    }
  }

  @Test func bothHaveTheSameBits() throws {
    let passes = try Passes()
    let direction = SmallLayers.normal([9, 4], seed: 8)
    let gradient = try passes.layer.backward(direction, pass: passes.first)
    for pass in [passes.recomputed, passes.learned] {
      #expect(pass.output.bits == passes.first.output.bits)
      #expect(pass.routing.experts == passes.first.routing.experts)
      #expect(pass.routing.outcomes == passes.first.routing.outcomes)
      #expect(pass.routing.weights.bits == passes.first.routing.weights.bits)
      #expect(pass.routing.scores.bits == passes.first.routing.scores.bits)
      #expect(pass.losses == passes.first.losses && !pass.losses.isEmpty)
      let again = try passes.layer.backward(direction, pass: pass)
      #expect(GradientTolerance.bits(again) == GradientTolerance.bits(gradient))
    }
  }
}
