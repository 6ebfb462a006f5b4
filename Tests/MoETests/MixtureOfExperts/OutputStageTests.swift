import MoE
import Testing

/// What becomes of the sums of experts, learned factors of weights, and experts that are always on.
@Suite(.namingCombinations) struct OutputStageTests {
  private static let norms: [NormSpecification?] = [
    nil, .rms(epsilon: 0.125, addsOne: true), .layer(epsilon: 0.125),
  ]

  private static func layer(
    _ output: OutputSpecification?, scale: [Float]? = nil, strategy: RoutingStrategy = .topK(2),
    shared: SharedExpertSpecification? = nil
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 94)
    var layer = try MixtureOfExperts(
      inputSize: 4,
      experts: [.feedForward(count: 4, hiddenSize: 3, activation: .tanh, bias: false)],
      sharedExperts: shared, output: output, routing: strategy, seed: 3, using: &generator)
    layer.router.weightScale = scale.map { Tensor($0) }
    layer.visitParameters { name, parameter in
      if name.hasPrefix("outputStage") {
        parameter += 0.5 * Tensor(scattered: parameter.shape, seed: 17)
      }
    }
    return layer
  }

  @Test func stagesAreTheirFormula() throws {
    let tokens = SmallLayers.normal([5, 4])
    try withEvery("routed norm", in: Self.norms) { routedNorm in
      try withEvery("norm", in: Self.norms) { norm in
        let output = OutputSpecification(routedNorm: routedNorm, norm: norm, bias: norm == nil)
        let layer = try Self.layer(
          output, shared: .feedForward(count: 1, hiddenSize: 2, activation: .tanh))
        try checkMixture(layer, tokens, RoutingContext(.training(step: 0)), roundings: 320) {
          ReferenceCombination(routing: $0, shared: [(1, 2)], output: output).callAsFunction
        }
        try expectInvariance(layer, tokens, SmallLayers.normal([5, 4], seed: 3))
      }
    }
  }

  @Test(arguments: [[0.75], [0.5, 1.25, -2, 3]] as [[Float]])
  func factorsOfWeightsAreTheirFormula(scale: [Float]) throws {
    let tokens = SmallLayers.normal([5, 4])
    var layer = try Self.layer(nil, scale: scale)
    layer.router.disabledExperts = [2]
    try checkMixture(layer, tokens, RoutingContext(.training(step: 0)), roundings: 200) {
      ReferenceCombination(routing: $0).callAsFunction
    }
    try expectInvariance(layer, tokens, SmallLayers.normal([5, 4], seed: 3))
    // It follows its experts.
    let kept = try layer.editingExperts(ExpertEdit([3, 0, 1], of: 4))
    #expect(
      kept.router.weightScale
        == Tensor(scale.count == 1 ? scale : [scale[3], scale[0], scale[1]]))
  }

  /// A capacity takes routes away, whose weights then move no factor.
  @Test func droppedRoutesMoveNoFactor() throws {
    let tokens = SmallLayers.normal([5, 4])
    var strategy = RoutingStrategy.topK(2)
    strategy.capacity = .routes(1)
    let layer = try Self.layer(nil, scale: [0.5, 1.25, -2, 3], strategy: strategy)
    try checkMixture(layer, tokens, RoutingContext(.training(step: 0)), roundings: 200) {
      ReferenceCombination(routing: $0).callAsFunction
    }
  }

  @Test func factorsThatCannotBeAreErrors() throws {
    for scale in [[], [1, 2], [1, 2, 3, 4, 5]] as [[Float]] {
      let layer = try Self.layer(nil, scale: scale)
      #expect(throws: MoEError.self) { try layer(SmallLayers.normal([2, 4])) }
    }
    let soft = try Self.layer(nil, scale: [1], strategy: .soft())
    #expect(throws: MoEError.self) { try soft(SmallLayers.normal([2, 4])) }
    #expect(throws: MoEError.self) {
      let layer = try Self.layer(nil)
      return try MixtureOfExperts(
        router: layer.router, expertGroups: layer.expertGroups,
        outputStage: OutputStage(bias: Tensor(zeros: [3])))
    }
  }

  // MARK: - Experts that are always on

  @Test func everyTokenGoesToTheLastOnes() throws {
    var strategy = RoutingStrategy.topK(1)
    strategy.selector = strategy.selector.withAlwaysOn(2)
    let tokens = SmallLayers.normal([9, 4])
    var layer = try Self.layer(nil, strategy: strategy)
    try checkMixture(layer, tokens, RoutingContext(.training(step: 0)), roundings: 200) {
      ReferenceCombination(routing: $0).callAsFunction
    }
    try expectInvariance(layer, tokens, SmallLayers.normal([9, 4], seed: 3))
    let routing = try layer.forward(tokens, context: .training(step: 0)).routing
    #expect(routing.slotCount == 3)
    for token in 0..<9 {
      let experts = routing.experts(of: token)
      #expect(experts.count == 3 && experts[0] < 2 && experts[1...] == [2, 3])
    }
    // They are no part of what balances.
    #expect(routing.load[2...] == [9, 9] && routing.demand[2...] == [0, 0])
    #expect(routing.availableExperts == [0, 1])
    // One of them that is switched off leaves its slot empty.
    layer.router.disabledExperts = [2]
    let other = try layer.forward(tokens, context: .training(step: 0)).routing
    #expect((0..<9).allSatisfy { other.experts(of: $0).last == 3 && other.load[2] == 0 })
    // A recording is replayed to the same bits.
    let replayed = try layer.forward(
      tokens, context: .training(step: 0),
      overrides: RoutingOverrides(replay: .learning(RoutingTrace.Pass(other))))
    #expect(replayed.routing.weights.bits == other.weights.bits)
  }

  @Test func whatIsAlwaysOnStaysBehindTheOthers() throws {
    let selector = TopKSelector(count: 1).withAlwaysOn(2)
    #expect(throws: MoEError.self) { try selector.slotCount(expertCount: 2) }
    #expect(try selector.slotCount(expertCount: 3) == 3)
    let edited = try selector.editingExperts(ExpertEdit([1, 0, 3], of: 4))
    #expect(edited.alwaysOnCount == 1)
    #expect(throws: MoEError.self) {
      try selector.editingExperts(ExpertEdit([3, 0, 1], of: 4))
    }
  }

  /// The bias of what is always on stays where it is, and the others' sum too.
  @Test func biasesMoveForTheOthersAlone() throws {
    var strategy = RoutingStrategy(
      score: .sigmoid, selector: TopKSelector(count: 1).withAlwaysOn(1), hasSelectionBias: true)
    strategy.weighting = .renormalized
    var layer = try Self.layer(nil, strategy: strategy)
    layer.stepUpdates = [SelectionBiasUpdate(.proportional, rate: 0.5)]
    let pass = try layer.forward(SmallLayers.normal([9, 4]), context: .training(step: 0))
    try layer.finishStep([pass])
    let bias = try #require(layer.router.selectionBias)
    #expect(bias.scalarArray[3] == 0 && bias.norm() > 0)
    #expect(bias.sum().magnitude < 1e-6)
  }
}
