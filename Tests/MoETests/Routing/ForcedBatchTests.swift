import MoE
import Testing

/// Forced assignments where experts take tokens: a token with forced experts takes up their places,
/// and no others.
@Suite struct ForcedBatchTests {
  private static func routing(
    _ selector: any ExpertSelector, _ logits: Tensor, forced: [Int: [Int]],
    padding: [Bool]? = nil
  ) throws -> Routing {
    let context = RoutingContext(
      .training(step: 0), batch: Batch(padding: padding),
      overrides: RoutingOverrides(forcedExperts: forced))
    return try Selecting.router(
      RoutingStrategy(score: .sigmoid, selector: selector, weighting: .scores),
      experts: logits.columnCount
    ).forward(logits, context: context).routing
  }

  /// Of eight tokens and four experts each expert has four places; token 0, which all would take,
  /// is forced.
  @Test func forcedTokensTakeOnePlaceOfTheirExperts() throws {
    var logits = Tensor(scattered: [8, 4], seed: 3)
    for expert in 0..<4 { logits[0, expert] = 9 }
    let selectors: [any ExpertSelector] = [.expertChoice(capacityFactor: 2), .batchwiseBalanced(2)]
    for selector in selectors {
      let routing = try ForcedBatchTests.routing(selector, logits, forced: [0: [2]])
      #expect(routing.experts(of: 0) == [2], "\(selector)")
      #expect(routing.load == [4, 4, 4, 4], "\(selector)")
      for expert in 0..<4 {
        let others = Selecting.largest(
          (1..<8).map { routing.scores[$0, expert] }, expert == 2 ? 3 : 4
        ).map { $0 + 1 }
        let takers = (1..<8).filter { routing.experts(of: $0).contains(expert) }
        #expect(takers == others.sorted(), "\(selector), expert \(expert)")
      }
      // More than it has places for.
      let crowd = try ForcedBatchTests.routing(
        selector, logits,
        forced: Dictionary(uniqueKeysWithValues: (0..<6).map { ($0, [1]) }))
      #expect(crowd.load == [2, 6, 2, 2], "\(selector)")
    }
  }

  @Test func assignmentsFillUpToTheSameSize() throws {
    for (tokens, experts, forced) in [
      (9, 3, [0: [0], 4: [0]]), (10, 4, [1: [3], 2: [3], 3: [3], 4: [3], 5: [3]]),
      (7, 3, [0: [0, 1, 2]]), (8, 4, [0: [], 7: [1]]), (4, 2, [0: [0], 1: [0], 2: [0], 3: [1]]),
      (11, 5, [3: [0, 1], 4: [1, 2], 5: [1], 6: [1]]),
    ] as [(Int, Int, [Int: [Int]])] {
      for seed in 0..<5 as Range<UInt64> {
        var logits = Tensor(scattered: [tokens, experts], seed: seed)
        if seed % 2 == 1 { for token in 0..<tokens { logits[token, 0] += 3 } }
        let routing = try ForcedBatchTests.routing(.linearAssignment, logits, forced: forced)
        for (token, list) in forced { #expect(routing.experts(of: token) == list) }
        let free = (0..<tokens).filter { forced[$0] == nil }
        for token in free { #expect(routing.experts(of: token).count == 1) }
        // No free token's expert has two routes more than another expert.
        let least = routing.load.min() ?? 0
        for token in free {
          #expect(routing.load[routing.experts(of: token)[0]] <= least + 1, "\(routing.load)")
        }
        #expect(
          abs(
            ForcedBatchTests.sum(logits, free, routing)
              - ForcedBatchTests.bestSum(logits, free, forced))
            < 1e-6, "\(tokens) × \(experts), seed \(seed)")
      }
    }
  }

  private static func sum(_ logits: Tensor, _ free: [Int], _ routing: Routing) -> Double {
    free.reduce(0) { $0 + Double(logits[$1, routing.experts(of: $1)[0]]) }
  }

  /// The best sum of all ways to fill up to the same size, by trying them.
  private static func bestSum(_ logits: Tensor, _ free: [Int], _ forced: [Int: [Int]]) -> Double {
    var taken = [Int](repeating: 0, count: logits.columnCount)
    for list in forced.values { for expert in list { taken[expert] += 1 } }
    let size = (0...).first { size in
      taken.reduce(0) { $0 + max(0, size - $1) } >= free.count
    }!
    func best(_ index: Int, _ load: [Int]) -> Double {
      guard index < free.count else {
        return load.allSatisfy { $0 >= size - 1 } ? 0 : -.infinity
      }
      return load.indices.reduce(-.infinity) { result, expert in
        guard load[expert] < size else { return result }
        var load = load
        load[expert] += 1
        return max(result, Double(logits[free[index], expert]) + best(index + 1, load))
      }
    }
    return best(0, taken)
  }

  /// What is forced stays out of the plan: the others are chosen as without it.
  @Test func thePlanKnowsNothingOfForcedTokens() throws {
    var logits = Tensor(scattered: [9, 4], seed: 5)
    for expert in 0..<4 { logits[2, expert] = Float(8 * expert) }
    let rest = [0, 1, 3, 4, 5, 6, 7, 8]
    let routing = try ForcedBatchTests.routing(.sinkhorn(2), logits, forced: [2: [3]])
    let alone = try ForcedBatchTests.routing(
      .sinkhorn(2), logits.gatheringEntries(rest), forced: [:])
    #expect(routing.experts(of: 2) == [3])
    for (index, token) in rest.enumerated() {
      #expect(routing.experts(of: token) == alone.experts(of: index))
    }
  }

  /// Padding takes no place, forced or not.
  @Test func forcedPaddingTakesNoPlace() throws {
    let logits = Tensor(scattered: [6, 3], seed: 8)
    let padding = [false, true, false, false, true, false]
    for selector in [.expertChoice(capacityFactor: 1), .linearAssignment, .batchwiseBalanced(1)]
      as [any ExpertSelector]
    {
      let forced = try ForcedBatchTests.routing(
        selector, logits, forced: [1: [0, 2], 4: [0]], padding: padding)
      let free = try ForcedBatchTests.routing(selector, logits, forced: [:], padding: padding)
      #expect(forced.load == free.load)
      for token in 0..<6 { #expect(forced.experts(of: token) == free.experts(of: token)) }
    }
  }
}
