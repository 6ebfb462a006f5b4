import Foundation
import MoE
import Testing

/// The values of losses where all is even and where one expert has everything, as the article's
/// table says.
@Suite struct BalanceTableTests {
  private static let experts = 4

  /// Every token undecided between all experts, and as many first and second choices of each.
  private static func balanced(slots: Int) throws -> Routing {
    let logits = Tensor(zeros: [4, experts])
    let selected = (0..<4).flatMap { token in
      (0..<slots).map { Int32((token + $0) % experts) }
    }
    return Routing(
      selection: Selection(
        logits: logits, scores: logits.softmax(),
        selected: SelectedExperts(selected, slotCount: slots),
        context: RoutingContext(.training(step: 0))),
      weights: Tensor(repeating: 1 / Float(slots), shape: [4, slots]))
  }

  /// Every token decided for expert 2.
  private static func collapsed() throws -> Routing {
    var logits = Tensor(repeating: -100, shape: [4, experts])
    for token in 0..<4 { logits[token, 2] = 0 }
    return try KnownRouting.pass(logits, .topK(1, weighting: .scores)).pass.routing
  }

  @Test(arguments: [1, 2])
  func atPerfectBalance(slots: Int) throws {
    let routing = try BalanceTableTests.balanced(slots: slots)
    let k = Double(slots)
    let rows: [(any BalancingLoss, Double)] = [
      (.loadBalancing(coefficient: 1), 1),
      (.loadBalancing(coefficient: 1, normalization: .switchTransformers), 1),
      (.loadBalancing(coefficient: 1, normalization: .gShard), 1.0 / 16),
      (.loadBalancing(coefficient: 1, normalization: .deepSpeed), 1),
      (.loadBalancing(coefficient: 1, normalization: .megatron), 1),
      (.loadBalancing(coefficient: 1, normalization: .megaBlocks(layerCount: 3)), 1.0 / 3),
      (.loadBalancing(coefficient: 1, normalization: .transformers), k),
      (.loadBalancing(coefficient: 1, normalization: .flaxformer), k),
      (.loadBalancing(coefficient: 1, scope: .sequences(length: 4)), 1),
      (.loadBalancing(coefficient: 1, experts: .devices(groupSize: 2)), 1),
      (.importance(coefficient: 1), 0), (.load(coefficient: 1), 0),
      (.routerZ(coefficient: 1), log(4) * log(4)), (.tokenEntropy(coefficient: 1), log(4)),
      (.meanEntropy(coefficient: 1), 0),
      (HeterogeneousBalancingLoss(coefficient: 1, costs: [1, 1, 1, 1]), k / 4),
    ]
    for (loss, value) in rows {
      #expect(
        abs(Double(loss(routing).value) - value) <= 16 * 0x1p-24 * max(value, 1), "\(loss.name)")
    }
  }

  @Test func atTotalCollapse() throws {
    let routing = try BalanceTableTests.collapsed()
    let rows: [(any BalancingLoss, Double)] = [
      (.loadBalancing(coefficient: 1), 4),
      (.loadBalancing(coefficient: 1, normalization: .gShard), 0.25),
      (.loadBalancing(coefficient: 1, experts: .devices(groupSize: 2)), 2),
      (.importance(coefficient: 1), 3), (.importance(coefficient: 1, isUnbiased: true), 4),
      (.load(coefficient: 1), 3), (.load(coefficient: 1, isUnbiased: true), 4),
      (.routerZ(coefficient: 1), 0), (.tokenEntropy(coefficient: 1), 0),
      (.meanEntropy(coefficient: 1), log(4)),
      (HeterogeneousBalancingLoss(coefficient: 1, costs: [1, 1, 1, 1]), 1),
    ]
    for (loss, value) in rows {
      #expect(
        abs(Double(loss(routing).value) - value) <= 16 * 0x1p-24 * max(value, 1), "\(loss.name)")
    }
  }

  /// At the split of the capacity, 1 : 1 : 1 : 4, the loss is τ/(τ·N_F + N_Z), and at any other it
  /// is more.
  @Test func theHeterogeneousOptimumIsTheSplitOfTheCapacity() throws {
    let tau = 0.25
    let traits =
      Array(repeating: ExpertTraits.computing, count: 3) + [ExpertTraits(relativeCost: 0)]
    func loss(_ counts: [Int]) throws -> Double {
      // One expert has all of a token's probability: e⁻²⁰⁰ is zero in `Float`.
      let rows = counts.enumerated().flatMap { expert, count in
        repeatElement((0..<4).map { $0 == expert ? Float(200) : 0 }, count: count)
      }
      let logits = Tensor(rows.flatMap { $0 }, shape: [rows.count, 4])
      var router = try Selecting.router(.topK(1, weighting: .scores), experts: 4)
      router.expertTraits = traits
      let routing = try router.forward(logits, context: .training(step: 0)).routing
      #expect(routing.demand == counts)
      let loss = HeterogeneousBalancingLoss(coefficient: 1, tau: Float(tau))
      return Double(loss(routing).value)
    }
    let best = try loss([1, 1, 1, 4])
    // Four products and quotients of each of four terms, and their sum.
    #expect((best - tau / (tau * 3 + 1)).magnitude <= 20 * GradientTolerance.unitRoundoff)
    for counts in [[2, 1, 1, 3], [1, 1, 0, 5], [0, 1, 1, 5], [2, 2, 2, 1], [1, 2, 1, 3]] {
      #expect(try loss(counts) > best)
    }
    for (counting, routes, tokens) in [
      (Capacity.Counting.routes, 700, 350), (.tokens, 1400, 700),
    ] {
      let capacity = Capacity.heterogeneous(factor: 1, tau: tau, counting: counting)
      let limits = capacity.limits(
        routeCount: routes, expertCount: 4, mode: .training(step: 0), tokenCount: tokens,
        expertTraits: traits)
      #expect(limits == [100, 100, 100, 400])
    }
  }

  @Test func earlierMicroBatchesCount() throws {
    let (first, second) = (
      try KnownRouting.pass([[1, 0], [1, 0], [0, 1]], .topK(1, weighting: .scores)).pass
        .routing,
      try KnownRouting.pass([[0, 2]], .topK(1, weighting: .scores)).pass.routing
    )
    var counts = LoadCounts(expertCount: 2)
    counts.add(first)
    #expect(counts.routes == [2, 1] && counts.tokenCount == 3)
    var loss = LoadBalancingLoss(coefficient: 1)
    loss.earlier = counts
    // Two routes each: f is even, so the loss is one whatever the probabilities.
    #expect(abs(loss(second).value - 1) < 1e-6)
    #expect(abs(LoadBalancingLoss(coefficient: 1)(second).value - 1) > 0.1)
    // First choices alone, where there are second ones: two to each of experts 0 and 1, and all to
    // 0.
    let pairs = try KnownRouting.pass(
      [[2, 1, 0], [2, 1, 0], [1, 2, 0], [1, 2, 0]], .topK(2)
    ).pass.routing
    let all = try KnownRouting.pass([[2, 1, 0], [2, 1, 0]], .topK(2)).pass.routing
    var firsts = LoadCounts(expertCount: 3)
    firsts.add(pairs)
    #expect(firsts.firstChoices == [2, 2, 0] && firsts.routes == [4, 4, 0])
    var switching = LoadBalancingLoss(coefficient: 1, normalization: .switchTransformers)
    switching.earlier = firsts
    // f = (4, 2, 0)/6, and P is the softmax of (2, 1, 0): 3·(4·e² + 2·e)/(6·(e² + e + 1)).
    let (two, one) = (exp(2.0), exp(1.0))
    let exact = 3 * (4 * two + 2 * one) / (6 * (two + one + 1))
    #expect(
      abs(Double(switching(all).value) - exact) <= 24 * GradientTolerance.unitRoundoff * exact)
    counts.reset()
    #expect(counts.routes == [0, 0] && counts.tokenCount == 0)
  }
}
