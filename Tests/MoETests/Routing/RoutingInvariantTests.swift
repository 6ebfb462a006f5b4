import MoE
import Testing

/// What holds of every selector with every weighting: experts distinct and switched on, weights not
/// negative and of the right sum, counts consistent, and the same routing in any batch where the
/// selector says so.
@Suite struct RoutingInvariantTests {
  private static let experts = 8
  private static let logits = Tensor(scattered: [12, experts], seed: 31) * 3

  private static func selectors() throws -> [any ExpertSelector] {
    [
      .all, .topK(1), .topK(3), .topK(8), .fixedNoiseTopK(2, deviation: 4),
      .gumbelTopK(3, temperature: 2, isNoisyInInference: true),
      .sampled(2, isNoisyInInference: true), .random(3),
      try .hash(vocabulary: 50, expertCount: experts, count: 2), .loadBalancedSampling(2),
      .greedyByLoad(2, strength: 1), .groupLimited(3, groups: 4, groupsPerToken: 2),
      .randomSecond(2), .topP(0.7), .topP(0.9, atMost: 2), .above(0.1), .positive,
      // So wide that noise decides often.
      .sparseMixer(jitter: 0.4), .expertChoice(capacityFactor: 2), .sinkhorn(2), .linearAssignment,
      .batchwiseBalanced(2), .hierarchical(groups: 4, groupsPerToken: 2, expertsPerGroup: 1),
    ]
  }

  private static let weightings: [any Weighting] = [
    .renormalized, .scores, .softmaxOverSelected, .sigmoidOfSelected,
    .pNorm(p: 2),
  ]

  private static func route(
    _ selector: any ExpertSelector, _ weighting: any Weighting, rows: [Int]? = nil,
    disabled: Set<Int> = [], capacity: Capacity = .none,
    mode: PassMode = .training(step: 3)
  ) throws -> Routing {
    let rows = rows ?? Array(0..<logits.rowCount)
    var router = try Selecting.router(
      RoutingStrategy(selector: selector, weighting: weighting, capacity: capacity),
      experts: experts)
    router.disabledExperts = disabled
    let context = RoutingContext(
      mode, batch: Batch(positions: rows, tokenIDs: rows.map { ($0 * 7) % 50 }))
    return try router.forward(logits.gatheringEntries(rows), context: context).routing
  }

  /// One expert with weights of one cannot be trained; it can be run.
  private static func mode(_ selector: any ExpertSelector, _ weighting: any Weighting) throws
    -> PassMode
  {
    weighting.isConstant(slotCount: try selector.slotCount(expertCount: experts))
      ? .inference : .training(step: 3)
  }

  private static func check(_ routing: Routing, _ name: String, disabled: Set<Int> = []) {
    var counts = [Int](repeating: 0, count: experts)
    for token in 0..<routing.tokenCount {
      let chosen = routing.experts(of: token)
      #expect(Set(chosen).count == chosen.count, "\(name): token \(token) has \(chosen)")
      #expect(disabled.isDisjoint(with: chosen), "\(name): token \(token) has \(chosen)")
      for expert in chosen { counts[expert] += 1 }
    }
    #expect(counts == routing.load, "\(name)")
    #expect(routing.rows.count == counts.reduce(0, +), "\(name)")
    for (route, position) in routing.positions.enumerated() where position >= 0 {
      #expect(
        Int(routing.rows.indices[Int(position)]) == route / routing.slotCount, "\(name)")
    }
    #expect(routing.weights.scalarArray.allSatisfy { $0 >= 0 && $0.isFinite }, "\(name)")
  }

  @Test func holdForEverySelectorAndWeighting() throws {
    for selector in try Self.selectors() {
      for weighting in Self.weightings {
        let name = "\(type(of: selector)), \(type(of: weighting))"
        let mode = try Self.mode(selector, weighting)
        let routing = try Self.route(selector, weighting, mode: mode)
        Self.check(routing, name)
        guard weighting is RenormalizedWeighting || weighting is SelectedSoftmaxWeighting else {
          continue
        }
        for (token, sum) in routing.weights.rowSums().scalarArray.enumerated() {
          let expected: Float = routing.experts(of: token).isEmpty ? 0 : 1
          #expect(abs(sum - expected) <= 8 * 0x1p-23, "\(name): token \(token) has \(sum)")
        }
      }
    }
  }

  /// Experts that are switched off get nothing, whatever selects.
  @Test func disabledExpertsGetNothing() throws {
    for selector in try Self.selectors() {
      for disabled in [[0], [1, 2, 7], [0, 1, 2, 3, 4, 5, 6]] as [Set<Int>] {
        let mode = try Self.mode(selector, .scores)
        let routing = try Self.route(selector, .scores, disabled: disabled, mode: mode)
        Self.check(routing, "\(type(of: selector)), without \(disabled)", disabled: disabled)
      }
    }
  }

  /// A token alone, and in a batch in another order, has the experts and weights that it has among
  /// all.
  @Test func tokenLocalSelectorsRouteAlikeInAnyBatch() throws {
    for selector in try Self.selectors() where selector.promises.contains(.tokenLocal) {
      let mode = try Self.mode(selector, .renormalized)
      let whole = try Self.route(selector, .renormalized, mode: mode)
      for rows in [[5], [11, 0, 5], [3, 2, 1]] {
        let part = try Self.route(selector, .renormalized, rows: rows, mode: mode)
        for (index, row) in rows.enumerated() {
          #expect(part.experts(of: index) == whole.experts(of: row), "\(type(of: selector))")
          func weights(_ routing: Routing, _ token: Int) -> [UInt32] {
            (0..<routing.slotCount).map { routing.weights[token, $0].bitPattern }
              .filter { $0 != 0 }
          }
          #expect(weights(part, index) == weights(whole, row), "\(type(of: selector))")
        }
      }
    }
  }

  /// Of a causal selector, tokens before the last one do not change with it.
  @Test func causalSelectorsLookAtNoLaterToken() throws {
    for selector in try Self.selectors() where selector.promises.contains(.causal) {
      let mode = try Self.mode(selector, .scores)
      let whole = try Self.route(selector, .scores, mode: mode)
      let first = try Self.route(selector, .scores, rows: Array(0..<7), mode: mode)
      for token in 0..<7 {
        #expect(first.experts(of: token) == whole.experts(of: token), "\(type(of: selector))")
      }
    }
  }

  /// What has no noise gives the same at every step; what has some does not.
  @Test func deterministicSelectorsIgnoreTheStep() throws {
    for selector in try Self.selectors() {
      let (first, second) = (
        try Self.route(selector, .scores, mode: .training(step: 3)),
        try Self.route(selector, .scores, mode: .training(step: 4))
      )
      let again = try Self.route(selector, .scores, mode: .training(step: 3))
      #expect(first.experts == again.experts, "\(type(of: selector))")
      if selector.promises.contains(.deterministic) {
        #expect(first.experts == second.experts, "\(type(of: selector))")
      } else {
        #expect(first.experts != second.experts, "\(type(of: selector))")
      }
    }
  }

  @Test func capacityIsNeverExceeded() throws {
    for selector in try Self.selectors() {
      for overflow in [Capacity.Overflow.drop, .nextBest, .leastLoaded, .backup(3), .passThrough] {
        if !selector.promises.contains(.allowsRedirection),
          overflow == .nextBest || overflow == .leastLoaded
        {
          continue
        }
        let mode = try Self.mode(selector, .scores)
        let routing = try Self.route(
          selector, .scores, capacity: .routes(2, overflow: overflow), mode: mode)
        Self.check(routing, "\(type(of: selector)), \(overflow)")
        #expect(routing.load.allSatisfy { $0 <= 2 }, "\(type(of: selector)), \(overflow)")
      }
    }
  }
}
