import MoE
import Testing

/// Selectors that look at live load, token by token.
@Suite struct LoadSelectorTests {
  private static let noise = Noise(seed: 0, step: 0, layer: 0)

  /// The formula of sampling, written down token by token.
  private static func sampled(
    _ input: SelectionInput, _ count: Int, load: [Double]
  ) -> [[Int]] {
    var load = load
    return (0..<input.tokenCount).map { token in
      var left = (0..<input.expertCount).filter { input.priorities[token, $0] > -.infinity }
      var list: [Int] = []
      for slot in 0..<min(count, left.count) {
        let shares = left.map { Double(input.scores[token, $0]) / (load[$0] + 1e-8) }
        let number = noise.uniform(
          .selection, position: input.context.position(of: token), expert: slot)
        var running = 0.0
        let place = shares.firstIndex {
          running += $0
          return running > number * shares.reduce(0, +)
        }
        list.append(left.remove(at: place ?? left.count - 1))
      }
      for expert in list { load[expert] += 1 }
      return list
    }
  }

  /// The formula of the greedy choice, in double precision.
  private static func greedy(
    _ input: SelectionInput, _ count: Int, strength: Double, load: [Double]
  ) -> [[Int]] {
    var load = load
    return (0..<input.tokenCount).map { token in
      let on = (0..<input.expertCount).filter { input.priorities[token, $0] > -.infinity }
      let mean = on.reduce(0) { $0 + load[$1] } / Double(on.count)
      let effective = (0..<input.expertCount).map {
        Double(input.logits[token, $0]) - (mean > 0 ? strength * load[$0] / mean : 0)
      }
      let list = Selecting.largest(effective, count)
      for expert in list { load[expert] += 1 }
      return list
    }
  }

  /// With and without a load before the batch, and experts that are switched off.
  private static let contexts: [(context: RoutingContext, disabled: Set<Int>)] = [
    (RoutingContext(), []),
    (
      RoutingContext(.training(step: 0), overrides: RoutingOverrides(load: [3, 0, 1, 0.5, 9, 2])),
      []
    ),
    (RoutingContext(overrides: RoutingOverrides(load: [0, 0, 0, 0, 0, 7])), [1, 4]),
  ]

  @Test func samplesByScoreOverLoad() {
    for (context, disabled) in LoadSelectorTests.contexts {
      let input = Selecting.input(Selecting.logits(30, 6), disabled: disabled, context)
      let load = (context.load ?? [0, 0, 0, 0, 0, 0]).map(Double.init)
      for count in 1...3 {
        let selector: LoadBalancedSamplingSelector = .loadBalancedSampling(count)
        #expect(
          Selecting.lists(selector.select(input), tokens: 30)
            == LoadSelectorTests.sampled(input, count, load: load), "\(count) of \(context)")
      }
    }
  }

  @Test func choosesGreedilyByLogitLessLoad() {
    for (context, disabled) in LoadSelectorTests.contexts {
      let input = Selecting.input(Selecting.logits(30, 6), disabled: disabled, context)
      let load = (context.load ?? [0, 0, 0, 0, 0, 0]).map(Double.init)
      for count in 1...3 {
        for strength in [0, 0.3, 2] as [Float] {
          let selector: GreedyByLoadSelector = .greedyByLoad(count, strength: strength)
          #expect(
            Selecting.lists(selector.select(input), tokens: 30)
              == LoadSelectorTests.greedy(
                input, count, strength: Double(strength), load: load), "\(count) of \(context)")
        }
      }
    }
  }

  /// Where all logits are the same, the least busy expert is next, the first of several.
  @Test func greedyChoiceTakesTurns() {
    let selector: GreedyByLoadSelector = .greedyByLoad(1, strength: 1)
    let turns = selector.select(Selecting.input(Tensor(zeros: [7, 3])))
    #expect(turns.experts == [0, 1, 2, 0, 1, 2, 0])
    let busy = selector.select(
      Selecting.input(
        Tensor(zeros: [5, 3]), RoutingContext(overrides: RoutingOverrides(load: [2, 0, 1]))))
    #expect(busy.experts == [1, 1, 2, 0, 1])
  }

  @Test func spreadsWhatTopKPilesUp() throws {
    // Every token likes expert 2 best.
    var logits = Selecting.logits(60, 4)
    for token in 0..<60 { logits[token, 2] += 3 }
    let selectors: [any ExpertSelector] = [
      .topK(1), .greedyByLoad(1, strength: 4), .loadBalancedSampling(1),
    ]
    let loads = try selectors.map {
      try Selecting.router(RoutingStrategy(selector: $0, weighting: .scores), experts: 4)
        .forward(logits, context: .inference).routing.load
    }
    #expect((loads[0].max() ?? 0) >= 50)
    #expect((loads[1].max() ?? 0) <= 30 && (loads[2].max() ?? 0) <= 50, "\(loads)")
  }

  @Test func noTokenDependsOnALaterOne() throws {
    let logits = Selecting.logits(24, 5)
    let selectors: [any ExpertSelector] = [
      .greedyByLoad(2, strength: 1), .loadBalancedSampling(2),
    ]
    for selector in selectors {
      #expect(selector.promises.contains(.causal) && !selector.promises.contains(.tokenLocal))
      let all = try selector.select(Selecting.input(logits)).experts
      for length in [0, 1, 7, 23] {
        let some = try selector.select(Selecting.input(logits[entries: 0..<length])).experts
        #expect(some == Array(all.prefix(2 * length)))
      }
      // But on earlier ones it does.
      let last = try selector.select(Selecting.input(logits[entries: 12..<24])).experts
      #expect(last != Array(all.suffix(24)))
    }
    let greedy: GreedyByLoadSelector = .greedyByLoad(2, strength: 1)
    let sampled: LoadBalancedSamplingSelector = .loadBalancedSampling(2)
    #expect(greedy.promises.contains(.deterministic) && !sampled.promises.contains(.deterministic))
  }

  /// Tokens with padding among them go where they go without.
  @Test func paddingTakesNoPlace() throws {
    let logits = Selecting.logits(20, 5)
    let padding = (0..<20).map { $0 % 3 == 1 || $0 == 0 }
    let valid = (0..<20).filter { !padding[$0] }
    let selectors: [any ExpertSelector] = [
      .greedyByLoad(2, strength: 1), .loadBalancedSampling(2),
    ]
    for selector in selectors {
      let router = try Selecting.router(
        RoutingStrategy(selector: selector, weighting: .scores), experts: 5)
      let padded = try router.forward(
        logits, context: LayerContext(.inference, batch: Batch(padding: padding))
      ).routing
      let alone = try router.forward(logits.gatheringEntries(valid), context: .inference).routing
      #expect(valid.map(padded.experts(of:)) == (0..<valid.count).map(alone.experts(of:)))
      for token in 0..<20 where padding[token] { #expect(padded.experts(of: token) == []) }
    }
  }

  /// Experts that a token is forced to are busy with it, too.
  @Test func forcedExpertsCount() throws {
    let router = try Selecting.router(
      RoutingStrategy(selector: .greedyByLoad(1, strength: 1), weighting: .scores),
      experts: 3)
    let context = RoutingContext(overrides: RoutingOverrides(forcedExperts: [0: [0, 1]]))
    let routing = try router.forward(Tensor(zeros: [3, 3]), context: context).routing
    #expect((0..<3).map { routing.experts(of: $0) } == [[0, 1], [2], [0]])
  }

  @Test func refusesSettingsThatCannotWork() {
    let tooMany = "experts a token (top-k) is 0, expected 1 to 3, the experts there are"
    Selecting.expectError(.loadBalancedSampling(0), experts: 3, tooMany)
    Selecting.expectError(.greedyByLoad(0, strength: 1), experts: 3, tooMany)
    for strength in [-1, .nan, .infinity] as [Float] {
      Selecting.expectError(
        .greedyByLoad(2, strength: strength), experts: 3,
        "strength of the load is \(strength), expected a finite number, at least 0")
    }
  }
}
