import MoE
import Testing

/// Layers of experts of every kind side by side, in any order, in one space of indices.
@Suite(.namingCombinations) struct MixedKindTests {
  private static let training = RoutingContext(.training(step: 0))

  /// Output and gradients of all parameters, by central differences of the formula.
  private static func check(
    _ letters: String, _ strategy: RoutingStrategy, _ weights: ReferenceKinds.Weights = .scores,
    disabled: Set<Int> = [], padding: [Bool]? = nil,
    expecting: (Routing) -> Bool = { _ in true }
  ) throws {
    var layer = try KindGroups.layer(letters, strategy)
    layer.router.disabledExperts = disabled
    let tokens = SmallLayers.normal([9, 4])
    let context = RoutingContext(.training(step: 0), batch: Batch(padding: padding))
    let routing = try layer.forward(tokens, context: context).routing
    #expect(expecting(routing), "\(routing.load) \(routing.outcomes)")
    try checkMixture(layer, tokens, context) { routing in
      { tokens, parameters in
        ReferenceKinds(layer: layer, routing: routing, weights: weights)(tokens, parameters)
      }
    }
  }

  @Test(arguments: ["k", "l", "fk", "zl", "fzck", "lckzf"])
  func kindsAreTheirFormula(letters: String) throws {
    try Self.check(letters, .topK(2, weighting: .scores))
  }

  @Test(arguments: ReferenceKinds.Weights.allCases)
  func weightsAreTheirFormula(weights: ReferenceKinds.Weights) throws {
    let weighting: any Weighting =
      switch weights {
      case .scores: .scores
      case .renormalized: .renormalized
      case .withoutZeroExperts: .renormalizedWithoutZeroExperts
      }
    try Self.check("zfkc", .topK(3, weighting: weighting), weights) { $0.load[0] > 0 }
  }

  @Test(arguments: [Capacity.Overflow.drop, .passThrough])
  func capacitiesLeaveTheFormula(overflow: Capacity.Overflow) throws {
    let strategy = RoutingStrategy(
      selector: .topK(2), weighting: .scores,
      capacity: Capacity(training: .factor(0.8), overflow: overflow, shares: .byCost(tau: 0.5)))
    try Self.check("fzckl", strategy) {
      $0.outcomes.contains(overflow == .drop ? .dropped : .passThrough)
    }
  }

  @Test func paddingAndDisabledExperts() throws {
    try Self.check(
      "ckflz", .topK(2, weighting: .scores), disabled: [1, 3],
      padding: (0..<9).map { $0 == 0 || $0 == 4 }
    ) { $0.load[1] == 0 && $0.load[3] == 0 && $0.load.filter { $0 > 0 }.count > 3 }
  }

  @Test func scaledInputs() throws {
    var strategy = RoutingStrategy.topK(3, weighting: .scores)
    strategy.expertInputScale = 2
    strategy.capacity = Capacity(training: .routes(4), overflow: .passThrough)
    try Self.check("fckzl", strategy) { $0.load[2] > 0 && $0.outcomes.contains(.passThrough) }
  }

  /// Where weights multiply what experts take, constant and low-rank experts take w·x; no row is
  /// picked for the others.
  @Test func weightedInputs() throws {
    let strategy = RoutingStrategy(
      selector: .topK(2), weighting: .scores, appliesWeightsToInput: true)
    let layer = try KindGroups.layer("zfckl", strategy)
    let tokens = SmallLayers.normal([9, 4])
    try checkMixture(layer, tokens, Self.training) { routing in
      { tokens, parameters in
        let reference = ReferenceKinds(layer: layer, routing: routing)
        let gate = Reference.Map(parameters, "router.gate", outputSize: 8)
        return tokens.enumerated().map { token, x in
          let scores = Reference.softmax(Reference.linear(x, gate))
          var y = [Double](repeating: 0, count: 4)
          for expert in routing.experts(of: token) {
            let own = reference.output(expert, x.map { scores[expert] * $0 }, parameters)
            for column in y.indices { y[column] += own[column] }
          }
          return y
        }
      }
    }
  }

  /// The straight-through gradient is that of the dense mixture for the gate, as long as scores are
  /// the weights.
  @Test func straightThrough() throws {
    let tokens = SmallLayers.normal([6, 4])
    let direction = SmallLayers.normal([6, 4], seed: 9)
    var strategy = RoutingStrategy(
      selector: .topK(2), weighting: .scores, isStraightThrough: true)
    let layer = try KindGroups.layer("kzlfc", strategy)
    let own = try layer.backward(
      direction, pass: try layer.forward(tokens, context: Self.training))
    strategy.selector = .all
    strategy.isStraightThrough = false
    let dense = try KindGroups.layer("kzlfc", strategy)
    let full = try dense.backward(
      direction, pass: try dense.forward(tokens, context: Self.training))
    let (gate, exact) = (
      own.parameters.namedParameters[0].parameter, full.parameters.namedParameters[0].parameter
    )
    // As in ``StraightThroughTests``: dot products of four, experts of three maps, the softmax's
    // gradient and a sum over six tokens, twice.
    GradientTolerance.expect(
      gate, near: exact.doubles,
      within: 2 * 60 * GradientTolerance.unitRoundoff * GradientTolerance.largest(exact), "gate")
  }

  // MARK: - Orders, threads, batches

  /// The order of groups changes the numbers of experts, and nothing else.
  @Test func groupsStandInAnyOrder() throws {
    let orders = ["fzckl", "lkczf", "cfzlk"]
    let tokens = SmallLayers.normal([9, 4])
    let weight = SmallLayers.normal([8, 4], seed: 17)
    func layer(_ letters: String) throws -> MixtureOfExperts {
      // Each letter has its own parameters and rows of the gate wherever it stands.
      var rows: [Int] = []
      for letter in letters {
        let start = ["f": 0, "z": 2, "c": 3, "k": 4, "l": 6][letter]!
        rows += start..<start + KindGroups.group(letter).expertCount
      }
      return try MixtureOfExperts(
        router: Router(
          gate: LinearGate(Linear(weight: weight.gatheringEntries(rows))),
          // One choice of one weight, so that no sum has another order.
          strategy: .topK(1, weighting: .sigmoidOfSelected)),
        expertGroups: letters.map { KindGroups.group($0) })
    }
    let first = try layer(orders[0]).forward(tokens, context: .training(step: 0))
    #expect(first.routing.load.filter { $0 > 0 }.count > 3)
    for order in orders.dropFirst() {
      #expect(try layer(order)(tokens).bits == first.output.bits, "\(order)")
    }
  }

  private static func bits(
    _ layer: MixtureOfExperts, _ tokens: Tensor, _ direction: Tensor
  ) throws -> [String: [UInt32]] {
    let pass = try layer.forward(tokens, context: .training(step: 0))
    var bits = GradientTolerance.bits(try layer.backward(direction, pass: pass))
    bits["output"] = GradientTolerance.bits(pass.output)
    bits["loss"] = [pass.auxiliaryLoss.bitPattern]
    return bits
  }

  @Test(.onEveryKernelSet) func theNumberOfThreadsChangesNoBit() throws {
    let layer = try KindGroups.layer(
      "fzckl", .moePlusPlus(readsPreviousLogits: false), losses: [.heterogeneous()])
    let (tokens, direction) = (
      SmallLayers.normal([3000, 4]), SmallLayers.normal([3000, 4], seed: 8)
    )
    let single = try Compute.sharingAllWork(among: 1) { try Self.bits(layer, tokens, direction) }
    for threads in [2, 5] {
      let several = try Compute.sharingAllWork(among: threads) {
        try Self.bits(layer, tokens, direction)
      }
      for (name, bits) in single {
        #expect(several[name] == bits, "\(name) with \(threads) threads")
      }
    }
  }

  @Test(.onEveryKernelSet) func aTokenAloneHasTheBitsOfTheBatch() throws {
    for strategy in [
      .topK(3), .topK(2, weighting: .renormalizedWithoutZeroExperts), .topK(2, weighting: .scores),
    ] as [RoutingStrategy] {
      let layer = try KindGroups.layer("lzfkc", strategy)
      let (tokens, direction) = (
        SmallLayers.normal([23, 4]), SmallLayers.normal([23, 4], seed: 8)
      )
      let pass = try layer.forward(tokens, context: Self.training)
      let gradient = try layer.backward(direction, pass: pass).input
      for range in [0..<1, 7..<8, 3..<11, 22..<23] {
        let alone = try layer.forward(tokens[entries: range], context: Self.training)
        #expect(alone.output.bits == pass.output[entries: range].bits, "\(range)")
        let own = try layer.backward(direction[entries: range], pass: alone).input
        #expect(own.bits == gradient[entries: range].bits, "gradient of \(range)")
      }
    }
  }

  @Test func inferenceAndPackedWeightsHaveTheBitsOfTraining() throws {
    var layer = try KindGroups.layer("fzckl", .topK(2))
    let tokens = SmallLayers.normal([40, 4])
    let output = try layer.forward(tokens, context: .training(step: 3)).output
    #expect(try layer(tokens).bits == output.bits)
    layer.packWeights()
    #expect(try layer(tokens).bits == output.bits)
  }

  // MARK: - Corners

  /// A NaN in experts that are switched off reaches nothing but their own gradients, which are zero.
  @Test func whatIsSwitchedOffMayBeBroken() throws {
    try withEvery("broken", in: ["f", "k", "l"] as [Character]) { letter in
      try withEvery("straight-through", in: [false, true]) { isStraightThrough in
        let strategy = RoutingStrategy(
          selector: .topK(2), weighting: .scores, isStraightThrough: isStraightThrough)
        var layer = try KindGroups.layer("f\(letter)zc", strategy)
        layer.router.disabledExperts = [2, 3]
        layer.expertGroups[1].visitParameters { $1 = $1 * .nan }
        let tokens = SmallLayers.normal([9, 4])
        let pass = try layer.forward(tokens, context: Self.training)
        let back = try layer.backward(tokens, pass: pass)
        #expect(pass.output.scalarArray.allSatisfy { $0.isFinite })
        #expect(back.input.scalarArray.allSatisfy { $0.isFinite })
        for (name, parameter) in back.parameters.namedParameters {
          #expect(parameter.scalarArray.allSatisfy { $0.isFinite }, "\(name)")
        }
      }
    }
  }

  @Test func noTokensAndOneToken() throws {
    let layer = try KindGroups.layer("kzlcf", .topK(2))
    for count in [0, 1] {
      let tokens = SmallLayers.normal([count, 4])
      let pass = try layer.forward(tokens, context: Self.training)
      let back = try layer.backward(tokens, pass: pass)
      #expect(pass.output.shape == [count, 4] && back.input.shape == [count, 4])
      for (own, gradient) in zip(layer.namedParameters, back.parameters.namedParameters) {
        #expect(own.parameter.shape == gradient.parameter.shape, "\(own.name)")
        #expect(gradient.parameter.scalarArray.allSatisfy { $0.isFinite })
      }
    }
  }

  // MARK: - No work

  /// Tokens that chose experts without computation alone make no product but the gate's.
  @Test(.onEveryKernelSet) func zeroComputationExpertsRunNoProduct() throws {
    var layer = try KindGroups.layer("zfcfl", .topK(2, weighting: .scores))
    let tokens = SmallLayers.normal([12, 4])
    func products(_ layer: MixtureOfExperts, _ context: LayerContext) throws -> (Int, gate: Int) {
      let all = try ProductCounter.count { _ = try layer.forward(tokens, context: context) }
      let gate = try ProductCounter.count {
        _ = try layer.router.forward(tokens, context: context)
      }
      return (all, gate)
    }
    let (all, gate) = try products(layer, .inference)
    // Two of each feed-forward expert that took a token, and more of the others.
    #expect(gate == 1 && all > 5)
    for mode in [PassMode.inference, .training(step: 0)] {
      layer.router.disabledExperts = [1, 2, 4, 5, 6, 7]
      let (all, gate) = try products(layer, LayerContext(mode))
      #expect(all == gate)
    }
    let pass = try layer.forward(tokens, context: Self.training)
    #expect(pass.routing.shareWithoutComputation == 1)
    let direction = SmallLayers.normal([12, 4], seed: 4)
    let back = try ProductCounter.count { _ = try layer.backward(direction, pass: pass) }
    // Those of the gate's two gradients.
    #expect(back == 2)
  }

  /// No expert that computes nothing is packed, and none has parameters.
  @Test func zeroComputationExpertsHaveNothing() throws {
    let layer = try KindGroups.layer("zc", .topK(1, weighting: .scores))
    #expect(layer.namedParameters.map(\.name) == ["router.gate.weight"])
    #expect(layer.relativeCosts == [0, 0])
    #expect(layer.expertTraits.map(\.givesZero) == [true, false])
    #expect(layer.expertTraits.map(\.givesTokens) == [false, true])
  }
}
