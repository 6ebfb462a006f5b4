import MoE
import Testing

@Suite(.namingCombinations) struct CapacityTests {
  private static let orders: [Capacity.Order] = [
    .position, .probability, .random, .batchPrioritized,
  ]
  private static let overflows: [Capacity.Overflow] = [
    .drop, .nextBest, .leastLoaded, .backup(1), .identity,
  ]

  // MARK: - Limits

  @Test func limitsAreSharesRoundedUp() {
    func limits(_ capacity: Capacity, _ routes: Int, _ experts: Int, training: Bool = true)
      -> [Int]?
    {
      capacity.limits(
        routeCount: routes, expertCount: experts, mode: training ? .training(step: 0) : .inference)
    }
    #expect(limits(.factor(1), 10, 4) == [3, 3, 3, 3])
    #expect(limits(.factor(1), 8, 4) == [2, 2, 2, 2])
    // 1.1 · 10 is 11.000000000000002 in binary: no route more for that.
    #expect(limits(.factor(1.1), 20, 2) == [11, 11])
    #expect(limits(.factor(0.01), 8, 4) == [1, 1, 1, 1])
    #expect(limits(.factor(1), 0, 4) == [0, 0, 0, 0])
    #expect(limits(.factor(0.01, minimum: 4), 8, 4) == [4, 4, 4, 4])
    #expect(limits(.factor(1e300), 8, 2) == [Int(Int32.max), Int(Int32.max)])
    #expect(limits(.routes(5), 100, 2) == [5, 5])
    // As many tokens as routes here, and cut: 1.25 · 10/4 is 3.125, and 0.7 · 10 no less than 7.
    #expect(limits(Capacity(training: .tokenFactor(1.25)), 10, 4) == [3, 3, 3, 3])
    #expect(limits(Capacity(training: .tokenFactor(0.7)), 10, 1) == [7])
    #expect(limits(Capacity(training: .tokenFactor(0.1), minimum: 4), 10, 4) == [4, 4, 4, 4])
    #expect(limits(.none, 100, 2) == nil)
    #expect(limits(.factor(1, inference: 2), 8, 4, training: false) == [4, 4, 4, 4])
    #expect(limits(.factor(1, inference: 2), 8, 4) == [2, 2, 2, 2])
    let training = Capacity(training: .routes(3), inference: Capacity.Limit.none)
    #expect(limits(training, 8, 2) == [3, 3] && limits(training, 8, 2, training: false) == nil)
    // Those that are switched off have no share, and leave theirs to the others.
    #expect(
      Capacity.factor(1).limits(
        routeCount: 8, expertCount: 4, mode: .inference, availableExperts: [1, 3]) == [0, 4, 0, 4])
  }

  /// Neither padding nor how many routes tokens have changes a limit in proportion to the tokens.
  @Test func aLimitByTokensCountsTokens() throws {
    let logits = Tensor(scattered: [10, 4], seed: 3)
    for count in [1, 3] {
      let strategy = RoutingStrategy(
        selector: .topK(count), weighting: .probabilities,
        capacity: Capacity(training: .tokenFactor(1)))
      var padding = [Bool](repeating: false, count: 10)
      for (padded, room) in [(0, 2), (3, 1)] {
        for token in 0..<padded { padding[token] = true }
        let routing = try KnownRouting.pass(logits, strategy, padding: padding).pass.routing
        for (expert, load) in routing.load.enumerated() {
          #expect(load == min(routing.demand[expert], room), "\(count), \(padded), \(expert)")
        }
      }
    }
  }

  @Test func limitsThatCannotWorkThrow() {
    for factor in [0, -1, .nan, .infinity] as [Double] {
      let strategy = RoutingStrategy(
        selector: .topK(1), weighting: .probabilities,
        capacity: Capacity(training: .tokenFactor(factor)))
      #expect(throws: MoEError.self) { try KnownRouting.router(experts: 4, strategy) }
    }
  }

  /// MoE++, equation 8: γτR/(τN_F + N_Z) for each of N_F experts that compute, γR/(τN_F + N_Z) for the others.
  @Test func sharesAreThoseOfEquationEight() {
    let (factor, tau, routes) = (1.1, 0.75, 401)
    let capacity = Capacity(
      training: .factor(factor), shares: [tau, tau, tau, tau, 1, 1])
    let limits = capacity.limits(routeCount: routes, expertCount: 6, mode: .training(step: 0))
    let unit = factor * Double(routes) / (tau * 4 + 2)
    let (computing, other) = (Int((unit * tau).rounded(.up)), Int(unit.rounded(.up)))
    #expect(limits == [computing, computing, computing, computing, other, other])
    let none = Capacity(training: .factor(1), shares: [0, 1])
    #expect(none.limits(routeCount: 6, expertCount: 2, mode: .training(step: 0)) == [0, 6])
    #expect(
      none.limits(
        routeCount: 6, expertCount: 2, mode: .training(step: 0), availableExperts: [0]) == [0, 0])
  }

  // MARK: - Placement

  /// As the rules say it: one route after another, each time looking at all that are left.
  private static func place(
    _ chosen: [[Int]], _ capacity: Capacity, limits: [Int], priorities: [[Float]],
    scores: [[Float]], noise: RoutingNoise, disabled: Set<Int>
  ) -> (experts: [[Int]], outcomes: [[RouteOutcome]]) {
    var left: [(token: Int, slot: Int)] = []
    for (token, list) in chosen.enumerated() {
      for (slot, expert) in list.enumerated() where expert >= 0 { left.append((token, slot)) }
    }
    func key(_ route: (token: Int, slot: Int)) -> Float {
      let expert = chosen[route.token][route.slot]
      return switch capacity.order {
      case .position: 0
      case .probability: scores[route.token][expert]
      case .random: Float(noise.uniform(.capacity, position: route.token, expert: expert))
      case .batchPrioritized: scores[route.token].max()!
      }
    }
    func isBefore(_ a: (token: Int, slot: Int), _ b: (token: Int, slot: Int)) -> Bool {
      if capacity.choicesInTurn && a.slot != b.slot { return a.slot < b.slot }
      if key(a) != key(b) { return key(a) > key(b) }
      return (a.token, a.slot) < (b.token, b.slot)
    }
    var experts = chosen
    var outcomes = chosen.map { $0.map { $0 < 0 ? RouteOutcome.empty : .kept } }
    var counts = limits.map { _ in 0 }
    var over: [(token: Int, slot: Int)] = []
    while !left.isEmpty {
      var first = 0
      for index in left.indices where isBefore(left[index], left[first]) { first = index }
      let route = left.remove(at: first)
      let expert = chosen[route.token][route.slot]
      if counts[expert] < limits[expert] { counts[expert] += 1 } else { over.append(route) }
    }
    for (token, slot) in over {
      outcomes[token][slot] = capacity.overflow == .identity ? .identity : .dropped
      let open = limits.indices.filter {
        counts[$0] < limits[$0] && !experts[token].contains($0) && !disabled.contains($0)
      }
      let target: Int? =
        switch capacity.overflow {
        case .drop, .identity: nil
        case .backup(let expert): open.contains(expert) ? expert : nil
        case .nextBest:
          open.sorted {
            let (a, b) = (priorities[token][$0], priorities[token][$1])
            return a != b ? a > b : $0 < $1
          }.first
        case .leastLoaded:
          open.sorted { counts[$0] != counts[$1] ? counts[$0] < counts[$1] : $0 < $1 }.first
        }
      guard let target else { continue }
      counts[target] += 1
      experts[token][slot] = target
      outcomes[token][slot] = .redirected
    }
    return (experts, outcomes)
  }

  @Test func placesAsTheRulesSay() throws {
    // Few different logits, so that there are equal ones, and crowded, so that there are many without room.
    let tokens = Tensor(
      Tensor(scattered: [9, 5], seed: 3).scalarArray.enumerated().map {
        ($1 * 4).rounded() / 4 + ($0 % 5 == 1 ? 1 : 0)
      }, shape: [9, 5])
    let bias: Tensor = [0.02, -0.01, 0.03, 0, -0.02]
    let limits: [Capacity.Limit] = [.routes(1), .routes(3), .factor(1)]
    for isUneven in [false, true] {
      try withEvery("order", in: CapacityTests.orders) { order in
        try withEvery("in turn", in: [false, true]) { inTurn in
          try withEvery("overflow", in: CapacityTests.overflows) { overflow in
            try withEvery("limit", in: limits) { limit in
              let capacity = Capacity(
                training: limit, order: order, choicesInTurn: inTurn, overflow: overflow)
              var strategy = RoutingStrategy(selector: .topK(2), hasSelectionBias: true)
              var router = try SmallLayers.router(strategy, experts: 5)
              strategy.capacity = capacity
              var limited = try SmallLayers.router(strategy, experts: 5)
              var context = RoutingContext(mode: .training(step: 3))
              if isUneven {
                context.padding = (0..<9).map { $0 == 2 || $0 == 8 }
                context.forcedExperts = [4: [0, 1, 4], 5: [1]]
                router.disabledExperts = [3]
                limited.disabledExperts = [3]
              }
              router.selectionBias = bias
              limited.selectionBias = bias
              let free = try router.forward(tokens, context: context).routing
              let routing = try limited.forward(tokens, context: context).routing
              let slots = free.slotCount
              let chosen = (0..<9).map { token in
                (0..<slots).map { Int(free.selection.experts[token * slots + $0]) }
              }
              let routeCount = free.load.reduce(0, +)
              let most = try #require(
                capacity.limits(
                  routeCount: routeCount, expertCount: 5, mode: context.mode,
                  availableExperts: isUneven ? [0, 1, 2, 4] : nil))
              let scores = (0..<9).map { free.scores[row: $0].scalarArray }
              let expected = CapacityTests.place(
                chosen, capacity, limits: most,
                priorities: scores.map { zip($0, bias.scalarArray).map { $0 + $1 } },
                scores: scores, noise: RoutingNoise(seed: 0, step: 3, layer: 0),
                disabled: isUneven ? [3] : [])
              #expect(
                routing.selection.experts.map(Int.init) == Array(expected.experts.joined()))
              #expect(routing.outcomes == Array(expected.outcomes.joined()))
              CapacityTests.expectConsistent(routing, free: free, limits: most)
            }
          }
        }
      }
    }
  }

  /// What holds of any capacity.
  private static func expectConsistent(
    _ routing: Routing, free: Routing, limits: [Int],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      zip(routing.load, limits).allSatisfy { $0 <= $1 }, "\(routing.load) of \(limits)",
      sourceLocation: sourceLocation)
    #expect(routing.demand == free.load, sourceLocation: sourceLocation)
    #expect(
      routing.load.reduce(0, +) == routing.outcomes.count { $0.isTaken },
      sourceLocation: sourceLocation)
    for token in 0..<routing.tokenCount {
      let experts = routing.experts(of: token)
      #expect(Set(experts).count == experts.count, sourceLocation: sourceLocation)
    }
    for (route, outcome) in routing.outcomes.enumerated() {
      let weight = routing.weights.scalarArray[route]
      #expect((weight > 0) == outcome.isTaken, sourceLocation: sourceLocation)
      #expect((routing.positions[route] >= 0) == outcome.isTaken, sourceLocation: sourceLocation)
      if outcome == .kept {
        #expect(
          routing.selection.experts[route] == free.selection.experts[route],
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test func randomOrderIsThatOfTheSeed() throws {
    let tokens = Tensor(repeating: 1, shape: [30, 3])
    var strategy = RoutingStrategy.topK(1, weighting: .probabilities)
    strategy.capacity = .routes(5, order: .random)
    #expect(!strategy.isDeterministic)
    var router = try SmallLayers.router(strategy, experts: 3)
    func kept(step: Int) throws -> [RouteOutcome] {
      try router.forward(tokens, mode: .training(step: step)).routing.outcomes
    }
    let first = try kept(step: 1)
    #expect(first.count { $0 == .kept } == 5)
    #expect(try first == kept(step: 1))
    #expect(try first != kept(step: 2))
    router.seed = 9
    #expect(try first != kept(step: 1))
  }

  @Test func paddingTakesNoRoom() throws {
    for order in CapacityTests.orders {
      var strategy = RoutingStrategy.topK(2)
      strategy.capacity = .factor(0.75, order: order, overflow: .nextBest)
      let router = try SmallLayers.router(strategy, experts: 4)
      let tokens = SmallLayers.normal([10, 4])
      let valid = [0, 3, 4, 7, 9]
      let padded = try router.forward(
        tokens,
        context: RoutingContext(padding: (0..<10).map { !valid.contains($0) })
      ).routing
      let alone = try router.forward(
        tokens.gatheringRows(valid), context: RoutingContext(positions: valid)
      ).routing
      for (index, token) in valid.enumerated() {
        #expect(padded.experts(of: token) == alone.experts(of: index), "\(order)")
        #expect(padded.weights[row: token].bits == alone.weights[row: index].bits, "\(order)")
      }
      #expect(padded.load == alone.load)
    }
  }

  // MARK: - Weights

  @Test func weightsAreMadeUpBeforeOrAfterDropping() throws {
    // The second token's first choice has no room.
    let tokens: Tensor = [[3, 1, 0], [3, 0, 1]]
    for (weights, sums) in [
      (Capacity.Weights.beforeDropping, [1.0, 0.119]), (.afterDropping, [1, 1]),
    ] {
      let strategy = RoutingStrategy(
        selector: .topK(2), capacity: Capacity(training: .routes(1), weights: weights))
      let routing = try SmallLayers.router(strategy, experts: 3)
        .forward(tokens, mode: .inference).routing
      #expect(routing.outcomes == [.kept, .kept, .dropped, .kept])
      for (sum, expected) in zip(routing.weights.rowSums().doubles, sums) {
        #expect((sum - expected).magnitude < 1e-3)
      }
    }
  }

  // MARK: - Layers

  private static func reference(
    _ routing: Routing, afterDropping: Bool, probabilities: Bool = false
  ) -> ReferenceRoutes {
    var reference = ReferenceRoutes(routing, hiddenSize: 3)
    reference.isAfterDropping = afterDropping
    reference.weights = probabilities ? .probabilities : .renormalized
    return reference
  }

  @Test func gradientsGoThroughWhatIsLeft() throws {
    try withEvery("overflow", in: CapacityTests.overflows) { overflow in
      try withEvery("weights", in: [Capacity.Weights.beforeDropping, .afterDropping]) { weights in
        try withEvery("probabilities", in: [false, true]) { probabilities in
          let layer = try SmallLayers.layer(
            RoutingStrategy(
              selector: .topK(2), weighting: probabilities ? .probabilities : .renormalized,
              capacity: Capacity(
                training: .routes(2), order: .probability, overflow: overflow, weights: weights)))
          let tokens = SmallLayers.normal([5, 4])
          let outcomes = try layer.forward(tokens, mode: .inference).routing.outcomes
          #expect(!outcomes.allSatisfy { $0 == .kept })
          if overflow != .identity, overflow != .drop { #expect(outcomes.contains(.redirected)) }
          try checkMixture(layer, tokens, RoutingContext(mode: .training(step: 0))) {
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
      let pass = try layer.forward(tokens, mode: .training(step: 0))
      #expect(pass.routing.outcomes.allSatisfy { $0 == .dropped })
      #expect(pass.output == Tensor(zeros: [5, 4]))
      let gradient = layer.backward(Tensor(repeating: 1, shape: [5, 4]), pass: pass)
      #expect(gradient.input == Tensor(zeros: [5, 4]))
      for (name, parameter) in gradient.parameters.namedParameters {
        #expect(parameter == Tensor(zeros: parameter.shape), "\(name)")
      }
    }
  }

  @Test func identityPassesTokensThrough() throws {
    let layer = try SmallLayers.layer(
      RoutingStrategy(
        selector: .topK(1), weighting: .probabilities, capacity: .routes(1, overflow: .identity)))
    let tokens = Tensor(concatenatingRows: [
      SmallLayers.normal([1, 4]), SmallLayers.normal([1, 4]),
    ])
    let pass = try layer.forward(tokens, mode: .inference)
    #expect(pass.routing.outcomes == [.kept, .identity])
    let weight = try #require(pass.routing.identityWeights)[1]
    #expect(weight == pass.routing.scores.rowMaxima()[1])
    #expect(pass.output[row: 1] == tokens[row: 1] * weight)
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
    for order in CapacityTests.orders {
      for overflow in CapacityTests.overflows {
        for inTurn in [false, true] {
          let capacity = Capacity(
            training: .routes(2), order: order, choicesInTurn: inTurn, overflow: overflow)
          #expect(
            capacity.isCausal
              == (order == .position && !inTurn && (overflow == .drop || overflow == .identity)))
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
