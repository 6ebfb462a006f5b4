import Foundation
import MoE
import Testing

/// What routing learns of its experts from the layer: costs, and who gives nothing.
@Suite(.namingCombinations) struct ExpertTraitsTests {
  private static let zero = ExpertTraits(relativeCost: 0, output: .zero)
  private static let copy = ExpertTraits(relativeCost: 0, output: .tokens)
  private static let constant = ExpertTraits(relativeCost: 0)

  // MARK: - The layer tells

  @Test func aLayerTellsItsRouter() throws {
    var generator = SeededGenerator(seed: 4)
    var layer = try MixtureOfExperts(
      inputSize: 4,
      experts: [
        .constant(count: 1), .feedForward(count: 2, hiddenSize: 3), .zero(count: 1),
        .copy(count: 1),
      ], routing: .topK(2), using: &generator)
    let traits = [Self.constant, .computing, .computing, Self.zero, Self.copy]
    #expect(layer.expertTraits == traits && layer.router.expertTraits == traits)
    #expect(layer.relativeCosts == [0, 1, 1, 0, 0])
    let tokens = SmallLayers.normal([6, 4])
    let padding = (0..<6).map { $0 == 2 }
    for context in [
      LayerContext.inference, LayerContext(.inference, batch: Batch(padding: padding)),
    ] {
      let routing = try layer.forward(tokens, context: context).routing
      #expect(routing.expertTraits == traits && routing.withoutPadding.expertTraits == traits)
    }
    // By the other initialiser, and where parts are replaced.
    let router = try Router(inputSize: 4, expertCount: 5, strategy: .topK(2), using: &generator)
    #expect(router.expertTraits == Array(repeating: .computing, count: 5))
    #expect(
      try MixtureOfExperts(router: router, expertGroups: layer.expertGroups).router.expertTraits
        == traits)
    layer.router = router
    #expect(layer.router.expertTraits == traits)
    layer.expertGroups.swapAt(0, 1)
    #expect(
      layer.router.expertTraits == [.computing, .computing, Self.constant, Self.zero, Self.copy])
  }

  @Test func whatCannotBeSaysSo() throws {
    var router = try Selecting.router(.topK(1, weighting: .scores), experts: 3)
    router.expertTraits = [.computing]
    expectConfigurationError("number of experts' traits is 1, expected 3, one an expert") {
      _ = try router.forward(Tensor(zeros: [2, 3]), context: .inference)
    }
    for cost in [-1, .nan, .infinity] {
      expectConfigurationError(
        "relative cost of CostlyExperts is \(cost), expected a finite number, at least 0"
      ) {
        var generator = SeededGenerator(seed: 1)
        _ = try MixtureOfExperts(
          router: Router(inputSize: 2, expertCount: 1, strategy: .topK(1), using: &generator),
          expertGroups: [CostlyExperts(cost: cost)])
      }
    }
    for tau in [0, -1, 1.5, .nan] {
      expectConfigurationError(
        "tau of the capacity shares is \(tau), expected a number above 0, at most 1"
      ) {
        _ = try Selecting.router(
          RoutingStrategy(selector: .topK(1), capacity: .heterogeneous(tau: tau)), experts: 3)
      }
    }
    for scale in [0, .nan, .infinity] as [Float] {
      var strategy = RoutingStrategy.topK(1)
      strategy.expertInputScale = scale
      expectConfigurationError(
        "scale of the experts' inputs is \(scale), expected a finite number other than 0"
      ) { _ = try Selecting.router(strategy, experts: 3) }
    }
  }

  // MARK: - Capacity

  /// C = γ·R·τ/(τ·N_F + N_Z) and γ·R/(τ·N_F + N_Z), of routes or of tokens, as the paper has them
  /// for 8 computing experts and 4 others.
  @Test func capacitiesAreThePapers() {
    let traits =
      Array(repeating: ExpertTraits.computing, count: 8)
      + [Self.zero, Self.copy, Self.constant, Self.constant]
    func limits(_ capacity: Capacity, _ traits: [ExpertTraits]) -> [Int]? {
      capacity.limits(
        routeCount: 2000, expertCount: traits.count, mode: .training(step: 0), tokenCount: 1000,
        expertTraits: traits)
    }
    // 1.1·2000·0.75/10 = 165 and 220.
    #expect(
      limits(.heterogeneous(), traits)
        == Array(repeating: 165, count: 8) + Array(repeating: 220, count: 4))
    // Half of that of tokens, rounded down: 82.5 and 110.
    #expect(
      limits(.heterogeneous(counting: .tokens), traits)
        == Array(repeating: 82, count: 8) + Array(repeating: 110, count: 4))
    #expect(limits(.heterogeneous(factor: 1, tau: 1), traits) == Array(repeating: 167, count: 12))
    // Twice the cost has 1/(0.75 + 0.25·2) of the part of one that computes.
    let mixed = [ExpertTraits.computing, ExpertTraits(relativeCost: 2), Self.zero]
    let parts = [1, 1 / 1.25, 1 / 0.75]
    #expect(
      limits(.heterogeneous(factor: 1), mixed)
        == parts.map { Int((2000 * $0 / parts.reduce(0, +)).rounded(.up)) })
    // Nothing is known of a router's own experts.
    let unknown = Capacity.heterogeneous(factor: 1).limits(
      routeCount: 12, expertCount: 4, mode: .training(step: 0))
    #expect(unknown == [3, 3, 3, 3])
    #expect(
      Capacity.heterogeneous().limits(
        routeCount: 9, expertCount: 3, mode: .inference, expertTraits: mixed) == nil)
    #expect(
      Capacity.heterogeneous(inference: 2).limits(
        routeCount: 10, expertCount: 2, mode: .inference, expertTraits: [.computing, Self.zero])
        == [9, 12])
  }

  /// In a layer the limits are those of its kinds, and what exceeds them is dropped.
  @Test func aLayerHoldsItsCapacity() throws {
    let layer = try KindGroups.layer("fzck", .moePlusPlus(readsPreviousLogits: false))
    let routing = try layer.forward(
      SmallLayers.normal([300, 4]), context: .training(step: 0)
    ).routing
    // 2 that compute and 4 others: 1.1·600·0.75/5.5 and 1.1·600/5.5.
    let limits = [90, 90, 120, 120, 120, 120]
    #expect(zip(routing.load, limits).allSatisfy { $0 <= $1 })
    #expect(routing.load == zip(routing.demand, limits).map { min($0, $1) })
    #expect(routing.outcomes.contains(.dropped))
    #expect(try layer(SmallLayers.normal([3, 4])).shape == [3, 4])
  }

  // MARK: - Loss

  /// Costs by traits are costs by numbers.
  @Test func costsAreLearned() throws {
    var router = try Selecting.router(.topK(2, weighting: .scores), experts: 4)
    router.expertTraits = [.computing, Self.zero, ExpertTraits(relativeCost: 3), Self.copy]
    let routing = try router.forward(
      Selecting.logits(20, 4), context: .training(step: 0)
    ).routing
    let own = HeterogeneousBalancingLoss(coefficient: 0.5, tau: 0.25)(routing)
    let explicit = HeterogeneousBalancingLoss(coefficient: 0.5, costs: [1, 0.25, 2.5, 0.25])(
      routing)
    #expect(own.value == explicit.value)
    let gradients = [own, explicit].map { $0.gradient.logits?.bits }
    #expect(gradients[0] == gradients[1] && gradients[0] != nil)
    // τ = 1 sets costs aside.
    let even = HeterogeneousBalancingLoss(coefficient: 0.5, tau: 1)(routing)
    let ones = HeterogeneousBalancingLoss(coefficient: 0.5, costs: [1, 1, 1, 1])(routing)
    #expect(even.value == ones.value)
  }

  /// Where routes stand as 1/η, the gradient with respect to every logit is zero, whatever the
  /// probabilities; and the expected loss Σ η·p² is least there.
  @Test func theOptimumIsInTheCosts() throws {
    let traits = [Self.zero, .computing, .computing, Self.constant, .computing]
    var router = try Selecting.router(
      RoutingStrategy(selector: .hash(try Self.table), weighting: .unweighted), experts: 5)
    router.expertTraits = traits
    // 3 routes to each that computes and 4 to each other, at τ = 0.75.
    let ids = traits.enumerated().flatMap { Array(repeating: $0, count: $1.isComputing ? 3 : 4) }
    let context = LayerContext(.training(step: 0), batch: Batch(tokenIDs: ids))
    let routing = try router.forward(Selecting.logits(17, 5), context: context).routing
    #expect(routing.demand == [4, 3, 3, 4, 3])
    let loss = HeterogeneousBalancingLoss(coefficient: 1, tau: 0.75)(routing)
    let gradient = try #require(loss.gradient.logits)
    // p·(ηf − Σ ηf·p)/T, of which the difference is zero but for four roundings of 3/17.
    let bound = 8 * GradientTolerance.unitRoundoff * 3 / 17 / 17
    #expect(GradientTolerance.largest(gradient) <= bound)
    // K·τ/(τ·N_F + N_Z) of the coefficient, as for any probabilities.
    let value = 0.75 / (0.75 * 3 + 2)
    #expect((Double(loss.value) - value).magnitude <= 20 * GradientTolerance.unitRoundoff * value)
    // The same by descent on p = softmax(l), from far away.
    let costs = traits.map { $0.balancingCost(tau: 0.75) }
    var logits = [2.0, -1, 0, 0.5, 1]
    for _ in 0..<2000 {
      let p = Reference.softmax(logits)
      let mean = zip(costs, p).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
      for expert in 0..<5 { logits[expert] -= 2 * p[expert] * (costs[expert] * p[expert] - mean) }
    }
    let sum = costs.reduce(0) { $0 + 1 / $1 }
    for (p, cost) in zip(Reference.softmax(logits), costs) {
      #expect((p - 1 / cost / sum).magnitude < 1e-6)
    }
  }

  /// One expert a token id: that of its number.
  private static var table: HashRoutingTable {
    get throws { try HashRoutingTable((0..<5).map { [$0] }, expertCount: 5) }
  }

  // MARK: - Statistics

  @Test func statisticsTellWhatComputes() throws {
    var router = try Selecting.router(
      RoutingStrategy(selector: .topK(2), weighting: .scores), experts: 4)
    router.expertTraits = [.computing, Self.zero, .computing, Self.copy]
    let tokens: Tensor = [
      [3, 2, 1, 0], [0, 3, 0, 2], [3, 0, 2, 0], [0, 0, 1, 2], [9, 9, 0, 0],
    ]
    let context = LayerContext(
      .inference, batch: Batch(padding: [false, false, false, false, true]))
    let routing = try router.forward(tokens, context: context).routing
    #expect(routing.computingExpertCounts == [1, 0, 2, 1, 0])
    #expect(routing.shareWithoutComputation == 0.5)
    let statistics = routing.statistics
    #expect(statistics.shareWithoutComputation == 0.5 && statistics.meanComputingExperts == 1)
    #expect(statistics.tokensByComputingExperts == [1, 2, 1])
    #expect(
      statistics.description.contains(
        "without computation: 50.0% of routes, 1.0 computing experts a token"))
    let read = try JSONDecoder().decode(
      RoutingStatistics.self, from: JSONEncoder().encode(statistics))
    #expect(read == statistics)
    // Dropped routes are computed by nobody.
    router = try Selecting.router(
      RoutingStrategy(selector: .topK(2), weighting: .scores, capacity: .routes(1, inference: 1)),
      experts: 4)
    router.expertTraits = [.computing, Self.zero, .computing, Self.copy]
    let dropped = try router.forward(tokens, context: context).routing
    #expect(dropped.computingExpertCounts == [1, 0, 1, 0, 0])
    #expect(dropped.shareWithoutComputation == 0.5)
    let none = try router.forward(Tensor(zeros: [0, 4]), context: .inference).routing.statistics
    #expect(none.shareWithoutComputation == 0 && none.tokensByComputingExperts == [0])
    #expect(none.meanComputingExperts == 0)
  }
}

/// An expert of any cost.
private struct CostlyExperts: ExpertGroup {
  let cost: Double

  var expertCount: Int { 1 }
  var inputSize: Int { 2 }
  var outputSize: Int { 2 }
  var traits: ExpertTraits { ExpertTraits(relativeCost: cost) }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  struct Pass: ExpertPass { var output: ExpertOutput }

  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass { Pass(output: .zero) }

  func backward(_ outputGradient: GroupedGradient, pass: Pass) -> ExpertGradient<CostlyExperts> {
    ExpertGradient(parameters: self)
  }
}
