import MoE
import Testing

/// The rules that capacities are made of.
enum CapacityCases {
  static let orders: [Capacity.Order] = [
    .position, .score, .random, .batchPrioritized,
  ]
  static let overflows: [Capacity.Overflow] = [
    .drop, .nextBest, .leastLoaded, .backup(1), .passThrough,
  ]
}

/// Which routes find room, and what becomes of the others.
@Suite(.namingCombinations) struct CapacityPlacementTests {
  /// As the rules say it: one route after another, each time looking at all that are left.
  private static func place(
    _ chosen: [[Int]], _ capacity: Capacity, limits: [Int], priorities: [[Float]],
    scores: [[Float]], noise: Noise, positions: [Int], disabled: Set<Int>
  ) -> (experts: [[Int]], outcomes: [[RouteOutcome]]) {
    var left: [(token: Int, slot: Int)] = []
    for (token, list) in chosen.enumerated() {
      for (slot, expert) in list.enumerated() where expert >= 0 { left.append((token, slot)) }
    }
    func key(_ route: (token: Int, slot: Int)) -> Float {
      let expert = chosen[route.token][route.slot]
      return switch capacity.order {
      case .position: 0
      case .score: scores[route.token][expert]
      case .random:
        Float(noise.uniform(.capacity, position: positions[route.token], expert: expert))
      case .batchPrioritized: scores[route.token].max()!
      }
    }
    func isBefore(_ a: (token: Int, slot: Int), _ b: (token: Int, slot: Int)) -> Bool {
      if capacity.prioritizesFirstChoices && a.slot != b.slot { return a.slot < b.slot }
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
      outcomes[token][slot] = capacity.overflow == .passThrough ? .passThrough : .dropped
      let open = limits.indices.filter {
        counts[$0] < limits[$0] && !experts[token].contains($0) && !disabled.contains($0)
      }
      let target: Int? =
        switch capacity.overflow {
        case .drop, .passThrough: nil
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
    // Few different logits, so that there are equal ones, and crowded, so that there are many
    // without room.
    let tokens = Tensor(
      Tensor(scattered: [9, 5], seed: 3).scalarArray.enumerated().map {
        ($1 * 4).rounded() / 4 + ($0 % 5 == 1 ? 1 : 0)
      }, shape: [9, 5])
    let bias: Tensor = [0.02, -0.01, 0.03, 0, -0.02]
    let limits: [Capacity.Limit] = [.routes(1), .routes(3), .factor(1)]
    for isUneven in [false, true] {
      try withEvery("order", in: CapacityCases.orders) { order in
        try withEvery("in turn", in: [false, true]) { inTurn in
          try withEvery("overflow", in: CapacityCases.overflows) { overflow in
            try withEvery("limit", in: limits) { limit in
              let capacity = Capacity(
                training: limit, order: order, prioritizesFirstChoices: inTurn, overflow: overflow)
              var strategy = RoutingStrategy(selector: .topK(2), hasSelectionBias: true)
              var router = try Selecting.router(strategy, experts: 5)
              strategy.capacity = capacity
              var limited = try Selecting.router(strategy, experts: 5)
              var context = RoutingContext(.training(step: 3))
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
                (0..<slots).map { Int(free.experts[token * slots + $0]) }
              }
              let routeCount = free.load.reduce(0, +)
              let most = try #require(
                capacity.limits(
                  routeCount: routeCount, expertCount: 5, mode: context.mode,
                  availableExperts: isUneven ? [0, 1, 2, 4] : nil))
              let scores = (0..<9).map { free.scores[entry: $0].scalarArray }
              let expected = CapacityPlacementTests.place(
                chosen, capacity, limits: most,
                priorities: scores.map { zip($0, bias.scalarArray).map { $0 + $1 } },
                scores: scores, noise: Noise(seed: 0, step: 3, layer: 0),
                // The position of a token is its index among those that are no padding.
                positions: isUneven ? [0, 1, -1, 2, 3, 4, 5, 6, -1] : Array(0..<9),
                disabled: isUneven ? [3] : [])
              #expect(
                routing.experts.map(Int.init) == Array(expected.experts.joined()))
              #expect(routing.outcomes == Array(expected.outcomes.joined()))
              CapacityPlacementTests.expectConsistent(routing, free: free, limits: most)
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
          routing.experts[route] == free.experts[route],
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test func randomOrderIsThatOfTheSeed() throws {
    let tokens = Tensor(repeating: 1, shape: [30, 3])
    var strategy = RoutingStrategy.topK(1, weighting: .scores)
    strategy.capacity = .routes(5, order: .random)
    #expect(!strategy.isDeterministic)
    var router = try Selecting.router(strategy, experts: 3)
    func kept(step: Int) throws -> [RouteOutcome] {
      try router.forward(tokens, context: .training(step: step)).routing.outcomes
    }
    let first = try kept(step: 1)
    #expect(first.count { $0 == .kept } == 5)
    #expect(try first == kept(step: 1))
    #expect(try first != kept(step: 2))
    router.seed = 9
    #expect(try first != kept(step: 1))
  }

  @Test func paddingTakesNoRoom() throws {
    for order in CapacityCases.orders {
      var strategy = RoutingStrategy.topK(2)
      strategy.capacity = .factor(0.75, order: order, overflow: .nextBest)
      let router = try Selecting.router(strategy, experts: 4)
      let tokens = SmallLayers.normal([10, 4])
      let valid = [0, 3, 4, 7, 9]
      let padded = try router.forward(
        tokens,
        context: LayerContext(
          .inference, batch: Batch(padding: (0..<10).map { !valid.contains($0) }))
      ).routing
      let alone = try router.forward(
        tokens.gatheringEntries(valid),
        context: LayerContext(.inference, batch: Batch(positions: valid))
      ).routing
      for (index, token) in valid.enumerated() {
        #expect(padded.experts(of: token) == alone.experts(of: index), "\(order)")
        #expect(padded.weights[entry: token].bits == alone.weights[entry: index].bits, "\(order)")
      }
      #expect(padded.load == alone.load)
    }
  }
}
