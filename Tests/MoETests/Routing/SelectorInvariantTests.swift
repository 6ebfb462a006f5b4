import MoE
import Testing

/// What holds for every selector, with every score and weighting that it works with.
@Suite(.namingCombinations) struct SelectorInvariantTests {
  private static let experts = 6
  private static let tokens = 9
  private static let ids = [3, 0, 4, 1, 1, 2, 0, 3, 4]
  private static let positions = [11, 4, 9, 30, 2, 7, 0, 1, 55]

  private static func selectors() throws -> [any ExpertSelector] {
    [
      .all, .topK(1), .topK(3), .topK(6), .fixedNoiseTopK(2, deviation: 4), .gumbelTopK(2),
      .gumbelTopK(6), .sampled(2), .sampled(6), .random(1), .random(3), .randomSecond(),
      .randomSecond(3, threshold: 0.3, policy: .threshold), .randomSecond(policy: .always),
      .loadBalancedSampling(2), .greedyByLoad(2, strength: 0.5), .topP(0.5), .topP(0.9, atMost: 3),
      .above(0.2), .positive, .groupLimited(2, groups: 3, groupsPerToken: 2),
      .groupLimited(3, groups: 2, groupsPerToken: 1, groupScore: .sumOfBest(3)),
      try .hash(vocabulary: 5, expertCount: 6, count: 2), .sparseMixer(jitter: 0.3),
      .hierarchical(groups: 3, groupsPerToken: 2, expertsPerGroup: 1),
    ]
  }

  /// Every score with the usual weightings, and every weighting with softmax.
  private static let parts: [(score: any Score, weighting: any Weighting)] = {
    let scores: [any Score] = [.softmax, .sigmoid, .squareRootSoftplus, .relu, .softmaxOverTokens]
    let usual: [any Weighting] = [.renormalized, .softmaxOverSelected, .scores]
    let others: [any Weighting] = [
      .renormalized(epsilon: 0.125), .renormalized(excluding: [1]), .renormalizedOverBest(2),
      .sigmoidOfSelected, .pNorm(p: 2), .scoresByCount, .unweighted, .remainder,
      .renormalized.scaled(by: 2.5), .sparseMixer(jitter: 0.3), .hierarchical(groups: 3),
    ]
    return scores.flatMap { score in usual.map { (score, $0) } }
      + others.map { (SoftmaxScore(), $0) }
  }()

  private static func context(_ tokens: [Int]? = nil) -> RoutingContext {
    let tokens = tokens ?? Array(ids.indices)
    return RoutingContext(
      .training(step: 2),
      batch: Batch(positions: tokens.map { positions[$0] }, tokenIDs: tokens.map { ids[$0] }))
  }

  /// Calls `body` with a router of every combination that may be trained.
  private func forEachRouter(_ body: (Router) throws -> Void) throws {
    let experts = SelectorInvariantTests.experts
    try withEvery("selector", in: SelectorInvariantTests.selectors()) { selector in
      let slots = try selector.slotCount(expertCount: experts)
      try withEvery("parts", in: SelectorInvariantTests.parts) { score, weighting in
        guard !weighting.isConstant(slotCount: slots) || !selector.promises.contains(.readsScores)
        else { return }
        try body(
          Selecting.router(
            RoutingStrategy(score: score, selector: selector, weighting: weighting),
            experts: experts, seed: 8))
      }
    }
  }

  private let logits = Selecting.logits(
    SelectorInvariantTests.tokens, SelectorInvariantTests.experts, seed: 6)

  @Test func expertsAreDistinctAndWeightsRight() throws {
    try forEachRouter { router in
      let routing = try router.forward(logits, context: SelectorInvariantTests.context()).routing
      #expect(routing.slotCount <= router.slotCount)
      for token in 0..<routing.tokenCount {
        let experts = routing.experts(of: token)
        #expect(Set(experts).count == experts.count)
        #expect(experts.allSatisfy { 0..<6 ~= $0 })
        let weights = routing.weights[entry: token].doubles
        #expect(weights.allSatisfy { $0 >= 0 })
        for slot in weights.indices
        where routing.experts[token * routing.slotCount + slot] < 0 {
          #expect(weights[slot] == 0)
        }
        let expected = SelectorInvariantTests.sum(router.weighting, routing, token)
        // A sum of six is rounded five times, exponentials thrice, and the quotients twice; the sum
        // is up to six.
        let sum = weights.reduce(0, +)
        #expect(abs(sum - expected) <= 16 * max(1, expected) * GradientTolerance.unitRoundoff)
        guard router.weighting.promises.contains(.keepsRemainder) else { continue }
        let own = Double(try #require(routing.passThroughWeights)[token])
        #expect(abs(own - (experts.isEmpty ? 0 : 1 - sum)) <= 8 * GradientTolerance.unitRoundoff)
      }
    }
  }

  /// What a token's weights have to add up to.
  private static func sum(_ weighting: any Weighting, _ routing: Routing, _ token: Int) -> Double {
    let experts = routing.experts(of: token)
    guard !experts.isEmpty else { return 0 }
    let all = routing.scores[entry: token].doubles
    let scores = experts.map { all[$0] }
    let sum = scores.reduce(0, +)
    switch weighting {
    case is ScoreWeighting, is RemainderWeighting: return sum
    case let weighting as RenormalizedWeighting:
      let left = experts.filter { !weighting.excludedExperts.contains($0) }
        .reduce(0) { $0 + all[$1] }
      // ReLU scores may all be zero.
      return left == 0 ? 0 : left / (left + Double(weighting.epsilon))
    case let weighting as BestRenormalizedWeighting:
      return sum / all.sorted(by: >).prefix(weighting.count).reduce(0, +)
    case is SelectedSigmoidWeighting:
      return experts.reduce(0) { $0 + Reference.sigmoid(Double(routing.logits[token, $1])) }
    case is PNormWeighting:
      return sum / scores.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case is SelectedCountWeighting: return sum / Double(scores.count)
    case is UnitWeighting: return Double(scores.count)
    case is ScaledWeighting: return 2.5
    case is SparseMixerWeighting:
      // Not by a formula of sums: at most one for each choice.
      return routing.weights[entry: token].doubles.reduce(0) { $0 + min($1, 1) }
    default: return 1
    }
  }

  @Test func countsAgree() throws {
    try forEachRouter { router in
      let routing = try router.forward(logits, context: SelectorInvariantTests.context()).routing
      let routes = routing.experts.count { $0 >= 0 }
      #expect(routing.load.reduce(0, +) == routes && routing.rows.count == routes)
      #expect(routing.demand == routing.load)
      #expect(routing.positions.filter { $0 >= 0 }.map(Int.init).sorted() == Array(0..<routes))
      for (route, expert) in routing.experts.enumerated() {
        let position = Int(routing.positions[route])
        #expect((position < 0) == (expert < 0))
        guard position >= 0 else { continue }
        #expect(routing.rows.positions(of: Int(expert)).contains(position))
        #expect(Int(routing.rows.indices[position]) == route / routing.slotCount)
      }
    }
  }

  /// One by one, and in another order; noise goes with the position id.
  @Test func tokenLocalSelectorsGiveTheSameBitsInAnyBatch() throws {
    try forEachRouter { router in
      #expect(
        router.strategy.isTokenLocal
          == (router.selector.promises.contains(.tokenLocal)
            && router.score.promises.contains(.tokenLocal)))
      guard router.strategy.isTokenLocal else { return }
      let whole = try router.forward(logits, context: SelectorInvariantTests.context()).routing
      for batch in [[4], [8, 0], [7, 6, 5, 4, 3, 2, 1, 0, 8]] {
        let routing = try router.forward(
          logits.gatheringEntries(batch), context: SelectorInvariantTests.context(batch)
        ).routing
        for (index, token) in batch.enumerated() {
          #expect(routing.experts(of: index) == whole.experts(of: token))
          // Slots beyond those of the batch are empty.
          let slots = min(routing.slotCount, whole.slotCount)
          #expect(
            Array(routing.weights[entry: index].bits.prefix(slots))
              == Array(whole.weights[entry: token].bits.prefix(slots)))
        }
      }
    }
  }

  @Test func causalSelectorsDependOnNoLaterToken() throws {
    try forEachRouter { router in
      guard router.strategy.isCausal else { return }
      let whole = try router.forward(logits, context: SelectorInvariantTests.context()).routing
      let part = try router.forward(
        logits[entries: 0..<4], context: SelectorInvariantTests.context(Array(0..<4))
      ).routing
      for token in 0..<4 { #expect(part.experts(of: token) == whole.experts(of: token)) }
    }
  }

  /// Without noise, experts in another order are the same experts under other numbers.
  ///
  /// Groups stay together: the order moves groups of two and of three, and experts in them.
  @Test func permutingExpertsPermutesTheChoice() throws {
    try forEachRouter { router in
      guard router.selector.promises.contains(.deterministic),
        router.selector.promises.contains(.readsScores)
      else {
        return
      }
      // Weights that know an expert by its number, or the order of choices.
      if let weighting = router.weighting as? RenormalizedWeighting,
        !weighting.excludedExperts.isEmpty
      {
        return
      }
      if router.weighting is SparseMixerWeighting,
        !router.selector.promises.contains(.ordersChoices)
      {
        return
      }
      var order = [3, 0, 5, 1, 4, 2]
      if router.weighting is HierarchicalWeighting || router.selector is HierarchicalSelector {
        order = [5, 4, 0, 1, 3, 2]
      }
      if let selector = router.selector as? GroupLimitedSelector {
        guard selector.groups == 3 || !(router.weighting is HierarchicalWeighting) else { return }
        order = selector.groups == 3 ? [5, 4, 0, 1, 3, 2] : [4, 3, 5, 2, 0, 1]
      }
      let permuted = logits.transposed().gatheringEntries(order).transposed()
      let context = SelectorInvariantTests.context()
      let routing = try router.forward(logits, context: context).routing
      let other = try router.forward(permuted, context: context).routing
      for token in 0..<routing.tokenCount {
        func weights(_ routing: Routing, _ number: (Int) -> Int) -> [Int: Float] {
          var result: [Int: Float] = [:]
          for (slot, expert) in routing.experts(of: token).enumerated() {
            result[number(expert)] = routing.weights[token, slot]
          }
          return result
        }
        let (mine, theirs) = (weights(routing) { $0 }, weights(other) { order[$0] })
        // Experts with the same score, as zero of ReLU, are taken by index.
        let isTied =
          Set(routing.scores[entry: token].scalarArray).count < SelectorInvariantTests.experts
        guard !isTied || Set(mine.keys) == Set(theirs.keys) else { continue }
        #expect(Set(mine.keys) == Set(theirs.keys))
        for (expert, weight) in mine {
          // Sums over experts and over slots in another order, an inverse and a product each;
          // twice.
          #expect(
            abs(weight - (theirs[expert] ?? .nan)) <= 2 * 14 * 0x1p-24 * max(1, weight))
        }
      }
    }
  }

  /// What an expert that is switched off would have had makes no difference, and it is never
  /// chosen.
  @Test func anExpertThatIsSwitchedOffIsOutOfTheQuestion() throws {
    try forEachRouter { router in
      var router = router
      router.disabledExperts = [1, 4]
      let context = SelectorInvariantTests.context()
      let routing = try router.forward(logits, context: context).routing
      #expect(!routing.experts.contains(1) && !routing.experts.contains(4))
      #expect(routing.load[1] == 0 && routing.load[4] == 0)
      var other = logits
      for token in 0..<other.shape[0] {
        other[token, 1] = 50
        other[token, 4] = -50
      }
      let same = try router.forward(other, context: context).routing
      #expect(same.experts == routing.experts)
      #expect(same.weights.bits == routing.weights.bits)
      let counted = (0..<routing.tokenCount).map { routing.experts(of: $0).count }
      if router.selector is TopKSelector || router.selector is RandomSelector {
        #expect(counted.allSatisfy { $0 == min(router.slotCount, 4) })
      }
    }
  }

  /// A logit that no score can be made of is as good as none: the others share by the same rules.
  @Test func anExpertThatIsSwitchedOffEqualsALogitFarBelow() throws {
    var far = logits
    for token in 0..<far.shape[0] { far[token, 2] = -1e30 }
    try forEachRouter { router in
      // Those without scores go by numbers, those that fill their slots take even an expert with a
      // score of zero, and the mean load is over the experts that are on.
      guard router.selector.promises.contains(.readsScores),
        router.slotCount < 6 || router.selector is TopPSelector,
        (router.selector as? GroupLimitedSelector)?.groupsPerToken != 1,
        !(router.selector is GreedyByLoadSelector), !(router.score is ReLUScore),
        router.score.promises.contains(.tokenLocal)
      else { return }
      let context = SelectorInvariantTests.context()
      let low = try router.forward(far, context: context).routing
      var router = router
      router.disabledExperts = [2]
      let off = try router.forward(logits, context: context).routing
      #expect(low.experts == off.experts)
      #expect(low.weights.bits == off.weights.bits)
    }
  }

  @Test func handlesTheCorners() throws {
    try forEachRouter { router in
      let none = try router.forward(
        Tensor(zeros: [0, 6]), context: SelectorInvariantTests.context([])
      ).routing
      #expect(none.tokenCount == 0 && none.load == [0, 0, 0, 0, 0, 0])
      // One expert that is on takes every token that any selector gives one.
      var router = router
      router.disabledExperts = [0, 1, 2, 4, 5]
      let one = try router.forward(logits, context: SelectorInvariantTests.context()).routing
      for token in 0..<one.tokenCount { #expect([[3], []].contains(one.experts(of: token))) }
      if router.score is SoftmaxScore { #expect(one.load[3] == one.tokenCount) }
      // Padding goes nowhere.
      router.disabledExperts = []
      var context = SelectorInvariantTests.context()
      context.padding = (0..<9).map { $0 % 2 == 0 }
      let padded = try router.forward(logits, context: context).routing
      for token in stride(from: 0, to: 9, by: 2) { #expect(padded.experts(of: token).isEmpty) }
    }
  }

  @Test func oneExpertTakesEverything() throws {
    let selectors: [any ExpertSelector] = [
      .fixedNoiseTopK(1, deviation: 1), .gumbelTopK(1), .sampled(1), .random(1), .randomSecond(1),
      .loadBalancedSampling(1), .greedyByLoad(1, strength: 1), .topP(0.5), .above(0.5),
      .groupLimited(1, groups: 1, groupsPerToken: 1, groupScore: .maximum),
      try .hash(vocabulary: 5, expertCount: 1),
    ]
    for selector in selectors {
      let router = try Selecting.router(RoutingStrategy(selector: selector), experts: 1)
      let context = RoutingContext(.training(step: 0), batch: Batch(tokenIDs: [0, 4, 2]))
      let routing = try router.forward([[3], [-3], [0]], context: context).routing
      #expect(routing.experts == [0, 0, 0], "\(selector)")
      #expect(routing.weights == [[1], [1], [1]], "\(selector)")
    }
  }
}
