import MoE
import Testing

@Suite struct SelectionBiasUpdateTests {
  private static func router(bias: Bool = true) throws -> Router {
    try Selecting.router(
      RoutingStrategy(
        selector: .topK(1), weighting: .scores, hasSelectionBias: bias), experts: 3)
  }

  private static let tokens: Tensor = [[2, 1, 0], [2, 1, 0], [0, 1, 0], [2, 0, 1]]

  private func routing(
    _ router: Router, padding: [Bool]? = nil, mode: PassMode = .training(step: 0)
  )
    throws -> Routing
  {
    try router.forward(
      SelectionBiasUpdateTests.tokens, context: LayerContext(mode, batch: Batch(padding: padding))
    ).routing
  }

  @Test func movesBySignAndInProportion() throws {
    var router = try SelectionBiasUpdateTests.router()
    let routing = try routing(router)
    #expect(routing.load == [3, 1, 0])
    SelectionBiasUpdate(.sign, rate: 0.5, recentres: false)(&router, after: [routing])
    #expect(router.selectionBias == [-0.5, 0.5, 0.5])
    router.selectionBias = [0, 0, 0]
    SelectionBiasUpdate(.sign, rate: 0.75)(&router, after: [routing])
    #expect(router.selectionBias == [-1, 0.5, 0.5])
    router.selectionBias = [0, 0, 0]
    // The mean is 4/3: differences of −5/3, 1/3 and 4/3 of it are −1.25, 0.25 and 1.
    SelectionBiasUpdate(.proportional, rate: 0.5)(&router, after: [routing])
    let bias = try #require(router.selectionBias).scalarArray
    #expect(zip(bias, [-0.625, 0.125, 0.5]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// Counts are over all micro-batches; padding, and passes in inference, are left out.
  @Test func countsWhatTrains() throws {
    let update = SelectionBiasUpdate(.sign, rate: 1, recentres: false)
    var router = try SelectionBiasUpdateTests.router()
    let padded = try routing(router, padding: [true, true, false, false])
    #expect(padded.load == [1, 1, 0])
    update(&router, after: [padded])
    #expect(router.selectionBias == [-1, -1, 1])
    router.selectionBias = [0, 0, 0]
    let evaluated = try routing(router, mode: .inference)
    update(&router, after: [evaluated])
    #expect(router.selectionBias == [0, 0, 0])
    update(&router, after: [])
    #expect(router.selectionBias == [0, 0, 0])
    let whole = try routing(router)
    // [3, 1, 0] and [1, 1, 0]: 4, 2 and 0 of 6, where 2 are even.
    update(&router, after: [whole, padded, evaluated])
    #expect(router.selectionBias == [-1, 0, 1])
  }

  @Test func leavesExpertsThatAreSwitchedOff() throws {
    var router = try SelectionBiasUpdateTests.router()
    router.disabledExperts = [2]
    let routing = try routing(router)
    SelectionBiasUpdate(.sign, rate: 1, recentres: false)(&router, after: [routing])
    #expect(router.selectionBias == [-1, 1, 0])
  }

  /// Moved the whole way, the bias gives every expert its part of the same tokens.
  @Test func quantilesBalanceAtOnce() throws {
    var router = try Selecting.router(
      RoutingStrategy(selector: .topK(1), weighting: .scores, hasSelectionBias: true),
      experts: 4)
    var tokens = Tensor(scattered: [40, 4], seed: 21)
    for token in 0..<40 { tokens[token, 0] += 1.5 }
    var loads: [[Int]] = []
    for _ in 0..<8 {
      let routing = try router.forward(tokens, context: .training(step: 0)).routing
      loads.append(routing.load)
      SelectionBiasUpdate(.quantile, rate: 1)(&router, after: [routing])
    }
    #expect(loads[0].max()! > 30)
    #expect(loads[7].max()! <= 12 && loads[7].min()! >= 8, "\(loads)")
  }

  private static func skewed(by skew: Float) -> Tensor {
    var tokens = Tensor(scattered: [40, 4], seed: 21)
    for token in 0..<40 { tokens[token, 0] += skew }
    return tokens
  }

  /// The loads of passes with an update after each.
  private static func loads(
    _ strategy: RoutingStrategy, _ update: SelectionBiasUpdate, disabled: Set<Int> = [],
    steps: Int = 12, skew: Float = 1.5
  ) throws -> [[Int]] {
    var router = try Selecting.router(strategy, experts: 4)
    router.disabledExperts = disabled
    return try (0..<steps).map { _ in
      let routing = try router.forward(skewed(by: skew), context: .training(step: 0)).routing
      update(&router, after: [routing])
      return routing.load
    }
  }

  /// Each rule has a step of its own, so that none is inert: that of the quantile rule is a part of
  /// the way.
  @Test func everyRuleHasAUsualRate() throws {
    #expect(SelectionBiasUpdate().rate == 1e-3)
    #expect(SelectionBiasUpdate(.proportional).rate == 1e-3)
    #expect(SelectionBiasUpdate(.quantile).rate == 0.5)
    #expect(SelectionBiasUpdate(.quantile, rate: 0).rate == 0)
    let loads = try Self.loads(
      RoutingStrategy(selector: .topK(1), weighting: .scores, hasSelectionBias: true),
      SelectionBiasUpdate(.quantile))
    #expect(loads[0].max()! > 30 && loads[11].max()! <= 12, "\(loads)")
  }

  /// Two of four are on: each is to get half of the tokens, not a quarter.
  @Test(arguments: [1, 2])
  func quantilesAreOfExpertsThatAreOn(slots: Int) throws {
    let loads = try Self.loads(
      RoutingStrategy(selector: .topK(slots), weighting: .scores, hasSelectionBias: true),
      SelectionBiasUpdate(.quantile, rate: 1), disabled: slots == 1 ? [1, 3] : [3])
    let expected = slots == 1 ? [20, 0, 20, 0] : [27, 27, 27, 0]
    #expect(
      zip(loads[11], expected).allSatisfy { abs($0 - $1) <= 2 }
        && loads[11].reduce(0, +) == 40 * slots,
      "\(loads)")
    #expect(loads[0] != loads[11])
  }

  /// Experts that are switched off keep their bias, and are no part of the mean that is taken off.
  @Test(arguments: [SelectionBiasUpdate.Rule.sign, .proportional, .quantile])
  func recentresExpertsThatAreOn(rule: SelectionBiasUpdate.Rule) throws {
    var router = try SelectionBiasUpdateTests.router()
    router.selectionBias = [0, 0, 7]
    router.disabledExperts = [2]
    let routing = try routing(router)
    SelectionBiasUpdate(rule, rate: 0.5)(&router, after: [routing])
    let bias = try #require(router.selectionBias).scalarArray
    #expect(bias[2] == 7 && bias[0] < 0 && abs(bias[0] + bias[1]) < 1e-6)
  }

  /// Where tokens have different numbers of experts, the mean of these is what there is to share,
  /// not the most.
  @Test func quantilesBalanceVariableNumbers() throws {
    func spread(_ load: [Int]) -> Double { Double(load.max()!) / Double(load.reduce(0, +)) * 4 }
    for selector in [.topP(0.5), .above(0.28)] as [any ExpertSelector] {
      let loads = try Self.loads(
        RoutingStrategy(
          selector: selector, weighting: .scores, hasSelectionBias: true),
        SelectionBiasUpdate(.quantile), steps: 30, skew: 0.75)
      #expect(spread(loads[0]) > 1.5 && spread(loads[29]) < 1.2, "\(loads)")
    }
  }

  /// The bias is a buffer: saved with the layer, no parameter of it, and never in the weights.
  @Test func isABuffer() throws {
    var router = try SelectionBiasUpdateTests.router()
    let before = try routing(router)
    router.selectionBias = [-10, 0, 10]
    let after = try routing(router)
    #expect(after.load == [0, 0, 4])
    #expect(after.scores == before.scores)
    #expect(after.weights[0, 0] == before.scores[0, 2])
    #expect(router.namedParameters.map(\.name) == ["gate.weight"])
    #expect(router.namedBuffers.map(\.name) == ["selectionBias"])
    #expect(try SelectionBiasUpdateTests.router(bias: false).namedBuffers.isEmpty)
  }

  /// A loop over mixed layers need not ask; a layer that is given the update throws when it is
  /// made.
  @Test func aRouterWithoutABiasStaysAsItIs() throws {
    var router = try SelectionBiasUpdateTests.router(bias: false)
    let routing = try routing(router)
    SelectionBiasUpdate(.sign, rate: 1)(&router, after: [routing])
    #expect(router.selectionBias == nil)
    expectConfigurationError(
      "selection bias is none, expected one that can be moved after a step"
    ) {
      var generator = SeededGenerator(seed: 1)
      _ = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 3)], routing: .topK(2),
        stepUpdates: [SelectionBiasUpdate()], using: &generator)
    }
  }
}
