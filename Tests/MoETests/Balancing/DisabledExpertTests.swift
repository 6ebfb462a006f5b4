import Foundation
import MoE
import Testing

/// Balance over the experts that are switched on: what they would give without the others.
@Suite struct DisabledExpertTests {
  /// Experts 0, 2 and 5 of six are on.
  private static let on = [0, 2, 5]

  private static func routing(_ tokens: Tensor, slots: Int = 1) throws -> Routing {
    var router = try Selecting.router(.topK(slots, weighting: .scores), experts: 6)
    router.disabledExperts = [1, 3, 4]
    return try router.forward(tokens, context: .training(step: 0)).routing
  }

  /// Each token sure of one expert, and as many for each that is on.
  private static func even() throws -> Routing {
    var tokens = Tensor(repeating: -200, shape: [6, 6])
    for token in 0..<6 { tokens[token, on[token % 3]] = 0 }
    let routing = try routing(tokens)
    #expect(routing.load == [2, 0, 2, 0, 0, 2])
    return routing
  }

  /// Values at an even load are those of three experts in all.
  @Test func valuesAtBalance() throws {
    let rows: [(any BalancingLoss, Double)] = [
      (.loadBalancing(coefficient: 1), 1),
      (.loadBalancing(coefficient: 1, normalization: .transformers), 1),
      (.loadBalancing(coefficient: 1, normalization: .gShard), 1.0 / 9),
      (.loadBalancing(coefficient: 1, scope: .sequences(length: 3)), 1),
      (.loadBalancing(coefficient: 1, probabilities: .normalizedScores), 1),
      (.loadBalancing(coefficient: 1, experts: .devices(groupSize: 2)), 1),
      (.loadBalancing(coefficient: 1, experts: .devices(groupSize: 3)), 1),
      (.loadBalancing(coefficient: 1, experts: .communication(groupSize: 2, groupsPerToken: 1)), 1),
      (.importance(coefficient: 1), 0), (.importance(coefficient: 1, isUnbiased: true), 0),
      (.load(coefficient: 1), 0), (.meanEntropy(coefficient: 1), 0),
      (HeterogeneousBalancingLoss(coefficient: 1, costs: [1, 9, 1, 9, 9, 1]), 1.0 / 3),
      (.adaptiveSparsity(targetCount: 1, coefficient: 1), 1),
    ]
    for (loss, value) in rows {
      #expect(abs(Double(loss(try Self.even()).value) - value) <= 20 * 0x1p-24, "\(loss.name)")
    }
  }

  /// Uneven loads and probabilities: values and gradients are those of a router of three experts.
  @Test(arguments: [1, 2])
  func valuesAndGradientsAreThoseOfFewerExperts(slots: Int) throws {
    let all = Tensor(scattered: [7, 6], seed: 31) * 2
    let few = Tensor(
      (0..<7).flatMap { token in Self.on.map { all[token, $0] } }, shape: [7, 3])
    let routing = try Self.routing(all, slots: slots)
    let expected = try KnownRouting.pass(few, .topK(slots, weighting: .scores)).pass.routing
    let losses: [any BalancingLoss] = [
      .loadBalancing(coefficient: 1), .loadBalancing(coefficient: 1, normalization: .transformers),
      .loadBalancing(coefficient: 1, normalization: .gShard),
      .loadBalancing(coefficient: 1, probabilities: .normalizedScores),
      .importance(coefficient: 1), .importance(coefficient: 1, isUnbiased: true),
      .load(coefficient: 1), .meanEntropy(coefficient: 1), .tokenEntropy(coefficient: 1),
      .routerZ(coefficient: 1), .adaptiveSparsity(targetCount: 1, coefficient: 1),
    ]
    for loss in losses {
      let (found, exact) = (loss(routing), loss(expected))
      #expect(abs(found.value - exact.value) <= 40 * 0x1p-24 * max(1, exact.value), "\(loss.name)")
      for (gradient, reference) in [
        (found.gradient.logits, exact.gradient.logits),
        (found.gradient.scores, exact.gradient.scores),
      ] {
        guard let gradient, let reference else {
          #expect(gradient == nil && reference == nil, "\(loss.name)")
          continue
        }
        let kept = (0..<7).flatMap { token in Self.on.map { gradient[token, $0] } }
        GradientTolerance.expect(
          Tensor(kept), near: reference.scalarArray.map(Double.init),
          within: 60 * GradientTolerance.unitRoundoff, loss.name)
      }
    }
    let weights = ImportanceLoss(coefficient: 1)(routing).gradient.weights
    GradientTolerance.expect(
      try #require(weights),
      near: try #require(ImportanceLoss(coefficient: 1)(expected).gradient.weights).scalarArray
        .map(Double.init),
      within: 60 * GradientTolerance.unitRoundoff, "importance")
  }

  /// A target of one expert of three that are on is met by two zeros of three, not by five of six.
  @Test func sparsityIsOfThoseThatAreOn() throws {
    var router = try Selecting.router(.relu(), experts: 6)
    router.disabledExperts = [1, 3, 4]
    func moved(_ tokens: Tensor) throws -> Float {
      var loss = AdaptiveSparsityLoss(targetCount: 1, coefficient: 1, rate: 2)
      try loss.update(after: [try router.forward(tokens, context: .training(step: 0)).routing])
      return loss.coefficient
    }
    #expect(try moved([[1, 1, -1, 1, 1, -1]]) == 1)
    #expect(try moved([[1, 1, 1, 1, 1, -1]]) == 2)
    #expect(try moved([[-1, 1, -1, 1, 1, -1]]) == 0.5)
  }
}
