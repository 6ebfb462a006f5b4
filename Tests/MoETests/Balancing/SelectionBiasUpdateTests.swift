import MoE
import Testing

@Suite struct SelectionBiasUpdateTests {
  private static func router(bias: Bool = true) throws -> Router {
    try KnownRouting.router(
      experts: 3,
      RoutingStrategy(
        selector: .topK(1), weighting: .probabilities, hasSelectionBias: bias))
  }

  private static let tokens: Tensor = [[2, 1, 0], [2, 1, 0], [0, 1, 0], [2, 0, 1]]

  private func routing(
    _ router: Router, padding: [Bool]? = nil, mode: PassMode = .training(step: 0)
  )
    throws -> Routing
  {
    try router.forward(
      SelectionBiasUpdateTests.tokens, context: RoutingContext(mode: mode, padding: padding)
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
    var router = try KnownRouting.router(
      experts: 4,
      RoutingStrategy(selector: .topK(1), weighting: .probabilities, hasSelectionBias: true))
    var tokens = Tensor(scattered: [40, 4], seed: 21)
    for token in 0..<40 { tokens[token, 0] += 1.5 }
    var loads: [[Int]] = []
    for _ in 0..<8 {
      let routing = try router.forward(tokens, mode: .training(step: 0)).routing
      loads.append(routing.load)
      SelectionBiasUpdate(.quantile, rate: 1)(&router, after: [routing])
    }
    #expect(loads[0].max()! > 30)
    #expect(loads[7].max()! <= 12 && loads[7].min()! >= 8, "\(loads)")
  }

  /// The bias is state: saved with the layer, no parameter of it, and never in the weights.
  @Test func isState() throws {
    var router = try SelectionBiasUpdateTests.router()
    let before = try routing(router)
    router.selectionBias = [-10, 0, 10]
    let after = try routing(router)
    #expect(after.load == [0, 0, 4])
    #expect(after.scores == before.scores)
    #expect(after.weights[0, 0] == before.scores[0, 2])
    #expect(router.namedParameters.map(\.name) == ["gate.weight"])
    #expect(router.namedState.map(\.name) == ["selectionBias"])
    #expect(try SelectionBiasUpdateTests.router(bias: false).namedState.isEmpty)
  }

  @Test func aRouterWithoutABiasTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var router = try SelectionBiasUpdateTests.router(bias: false)
      SelectionBiasUpdate()(&router, after: [])
    }
    #expect(
      result?.standardErrorSays("SelectionBiasUpdate: a router without a selection bias") == true)
  }
}
