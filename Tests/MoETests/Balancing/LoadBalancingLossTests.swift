import Foundation
import MoE
import Testing

/// The loss in the cases whose value is known, from tokens that are the logits themselves.
@Suite struct LoadBalancingLossTests {
  private static func routing(
    _ logits: Tensor, slots: Int, weighting: any Weighting = .scores
  ) throws -> Routing {
    try KnownRouting.pass(logits, .topK(slots, weighting: weighting)).pass.routing
  }

  /// Logits that leave the given experts of each token equal probabilities, and the rest none at
  /// all: e⁻²⁰⁰ is zero in `Float`.
  private static func onlyExperts(_ tokens: [[Int]], of count: Int) -> Tensor {
    var logits = Tensor(repeating: -200, shape: [tokens.count, count])
    for (token, experts) in tokens.enumerated() {
      for expert in experts { logits[token, expert] = 0 }
    }
    return logits
  }

  /// A softmax of equal parts (an inverse and a product), a mean of T, a division for f, and a sum
  /// of E.
  private static func tolerance(_ value: Float, tokens: Int, experts: Int) -> Float {
    Float(tokens + experts + 8) * 0x1p-24 * value
  }

  @Test(arguments: [1, 2, 3, 4, 8])
  func isOneAtPerfectBalance(experts: Int) throws {
    // Each expert is the only one of as many tokens.
    let tokens = (0..<2 * experts).map { [$0 % experts] }
    let routing = try LoadBalancingLossTests.routing(
      LoadBalancingLossTests.onlyExperts(tokens, of: experts), slots: 1)
    #expect(routing.load == Array(repeating: 2, count: experts))
    for normalization in [LoadBalancingLoss.Normalization.balancedIsOne, .perToken] {
      let loss = LoadBalancingLoss(coefficient: 0.25, normalization: normalization)(routing)
      #expect(
        abs(loss.value - 0.25)
          <= LoadBalancingLossTests.tolerance(0.25, tokens: tokens.count, experts: experts))
      // Even shares leave nothing to gain, and certain tokens nothing to change.
      #expect(loss.gradient.logits == Tensor(zeros: [tokens.count, experts]))
    }
  }

  /// With K routes a token, the conventions differ by K.
  @Test func isOneOrTheNumberOfRoutesAtPerfectBalance() throws {
    let tokens = [[0, 1], [1, 2], [2, 3], [3, 0]]
    let routing = try LoadBalancingLossTests.routing(
      LoadBalancingLossTests.onlyExperts(tokens, of: 4), slots: 2)
    #expect(routing.load == [2, 2, 2, 2])
    let one = LoadBalancingLoss(coefficient: 1)(routing).value
    let two = LoadBalancingLoss(coefficient: 1, normalization: .perToken)(routing).value
    #expect(abs(one - 1) <= LoadBalancingLossTests.tolerance(1, tokens: 4, experts: 4))
    #expect(abs(two - 2) <= LoadBalancingLossTests.tolerance(2, tokens: 4, experts: 4))
  }

  @Test func isTheNumberOfExpertsAtCollapse() throws {
    let tokens = Array(repeating: [2], count: 6)
    let routing = try LoadBalancingLossTests.routing(
      LoadBalancingLossTests.onlyExperts(tokens, of: 5), slots: 1)
    #expect(LoadBalancingLoss(coefficient: 1)(routing).value == 5)
    // With all of the probability on two experts that every token goes to: E/K.
    let pairs = try LoadBalancingLossTests.routing(
      LoadBalancingLossTests.onlyExperts(Array(repeating: [1, 3], count: 6), of: 4), slots: 2)
    #expect(LoadBalancingLoss(coefficient: 1)(pairs).value == 2)
    #expect(LoadBalancingLoss(coefficient: 1, normalization: .perToken)(pairs).value == 4)
  }

  /// Even probabilities make it one whatever the load.
  @Test func isOneAtEvenProbabilities() throws {
    let routing = try LoadBalancingLossTests.routing(Tensor(zeros: [3, 4]), slots: 1)
    #expect(routing.load == [3, 0, 0, 0])
    let loss = LoadBalancingLoss(coefficient: 1)(routing)
    #expect(abs(loss.value - 1) <= LoadBalancingLossTests.tolerance(1, tokens: 3, experts: 4))
    // α·E/T · p·(f − Σ f·p) with f = (1, 0, 0, 0) and p = ¼: (4/3)·¼·¾ and −(4/3)·¼·¼.
    let twelfth: Double = 1 / 12
    let row: [Double] = [0.25, -twelfth, -twelfth, -twelfth]
    GradientTolerance.expect(
      loss.gradient.logits!, near: row + row + row,
      within: 8 * GradientTolerance.unitRoundoff, "gradient")
  }

  @Test func hasTheValueAndGradientWorkedOutByHand() throws {
    // Two tokens with probabilities ¾ and ¼, one the other way round and one that is sure.
    let three = logf(3)
    let logits = Tensor([three, 0, three, 0, 0, three, 200, 0], shape: [4, 2])
    let routing = try LoadBalancingLossTests.routing(logits, slots: 1)
    #expect(routing.load == [3, 1])
    let loss = LoadBalancingLoss(coefficient: 0.5)(routing)
    // f = (¾, ¼), P = (¾ + ¾ + ¼ + 1, ¼ + ¼ + ¾ + 0) / 4 = (11/16, 5/16): ½·2·(33 + 5)/64.
    #expect(abs(loss.value - 38.0 / 64) <= 20 * 0x1p-24)
    // ½·2/4 · p·(f − Σ f·p), with Σ f·p = 10/16, 10/16, 6/16 and 12/16.
    let exact: [Double] = [
      0.25 * 0.75 * (12 - 10) / 16, 0.25 * 0.25 * (4 - 10) / 16,
      0.25 * 0.75 * (12 - 10) / 16, 0.25 * 0.25 * (4 - 10) / 16,
      0.25 * 0.25 * (12 - 6) / 16, 0.25 * 0.75 * (4 - 6) / 16,
      0, 0,
    ]
    GradientTolerance.expect(
      loss.gradient.logits!, near: exact, within: 20 * GradientTolerance.unitRoundoff, "gradient")
  }

  @Test func isZeroOfNoTokens() throws {
    let routing = try LoadBalancingLossTests.routing(Tensor(zeros: [0, 3]), slots: 2)
    let loss = LoadBalancingLoss(coefficient: 1)(routing)
    #expect(loss.value == 0)
    #expect(loss.gradient.logits == nil)
  }

  /// The way to weight the experts is no part of it.
  @Test func dependsOnLogitsAndCountsAlone() throws {
    var generator = SeededGenerator(seed: 81)
    let logits = Tensor.normal(shape: [7, 4], using: &generator)
    let weightings: [any Weighting] = [.renormalized, .softmaxOverSelected, .scores]
    let values = try weightings.map {
      try LoadBalancingLoss(coefficient: 1)(
        LoadBalancingLossTests.routing(logits, slots: 2, weighting: $0)
      ).value
    }
    #expect(Set(values).count == 1)
  }

  @Test func hasItsDefaults() {
    let loss: LoadBalancingLoss = .loadBalancing()
    #expect(loss.coefficient == 0.01 && loss.normalization == .balancedIsOne)
    #expect(loss.name == "load balancing")
  }

  /// Scores divided by their sum are the softmax of −softplus(−l), however small they are.
  @Test(arguments: [-60, -88, -95, -103, -120] as [Float])
  func normalizedScoresAreNeverTooSmall(logit: Float) throws {
    let strategy = RoutingStrategy(score: .sigmoid, selector: .topK(1), weighting: .scores)
    let logits = Tensor([logit, logit - 2, logit - 1, 1, 0, -1], shape: [2, 3])
    let loss = LoadBalancingLoss(coefficient: 1, probabilities: .normalizedScores)
    let routing = try KnownRouting.pass(logits, strategy).pass.routing
    #expect(routing.demand == [2, 0, 0])
    // f = [1, 0, 0] and c = 3: three times the mean share of the first expert.
    func exact(_ scalars: [Double]) -> Double {
      let rows = Reference.rows(scalars, columns: 3)
      let shares = rows.map { Reference.softmax($0.map { -log1p(exp(-max($0, -700))) }) }
      return 3 * (shares[0][0] + shares[1][0]) / 2
    }
    let point = ["logits": Reference.scalars(logits)]
    // A softplus of up to 120 in half an ulp and a softmax of it (8), a sum of two and two factors.
    let tolerance = (120 + 20) * GradientTolerance.unitRoundoff
    #expect((Double(loss(routing).value) - exact(logits.doubles)).magnitude <= tolerance)
    GradientTolerance.expect(
      try KnownRouting.gradient(loss, logits, strategy),
      near: centralDifferences(at: point) { exact($0["logits"]!) }["logits"]!,
      within: tolerance, "gradient")
  }

  /// What the guard of 10⁻²⁰ lost: 1 at even routes, and the shares of [−60, −62].
  @Test func normalizedScoresOfTinySigmoids() throws {
    let strategy = RoutingStrategy(score: .sigmoid, selector: .topK(1), weighting: .scores)
    let loss = LoadBalancingLoss(coefficient: 1, probabilities: .normalizedScores)
    let even = try KnownRouting.pass([[-60, -60], [-61, -60]], strategy).pass.routing
    #expect(even.demand == [1, 1])
    #expect(abs(loss(even).value - 1) <= 8 * 0x1p-24)
    let one = try KnownRouting.pass([[-60, -62]], strategy).pass.routing
    // c·f·P with c = 2 and f = [1, 0].
    #expect(abs(loss(one).value - 2 * 0.880797) < 2e-6)
  }

  /// Experts that are forced on one token do not change which routes DeepSpeed's convention counts.
  @Test func forcedExpertsDoNotChangeTheConvention() throws {
    let logits: Tensor = [[3, 2, 1, 0], [0, 3, 2, 1], [1, 0, 3, 2]]
    let router = try Selecting.router(.topK(2, weighting: .scores), experts: 4)
    let routing = try router.forward(
      logits,
      context: .training(step: 0), overrides: RoutingOverrides(forcedExperts: [0: [0, 1, 2]])
    ).routing
    #expect(routing.slotCount == 3)
    let (deepSpeed, first) = (
      LoadBalancingLoss(coefficient: 1, normalization: .deepSpeed)(routing).value,
      LoadBalancingLoss(coefficient: 1, normalization: .switchTransformers)(routing).value
    )
    #expect(deepSpeed == first)
  }

  /// With two groups a token the loss is one where every token reaches two, and a half where every
  /// one reaches one.
  @Test func communicationIsOneWhereEveryTokenReachesAllItsGroups() throws {
    func value(_ tokens: [[Int]]) throws -> Float {
      LoadBalancingLoss(
        coefficient: 1, experts: .communication(groupSize: 2, groupsPerToken: 2))(
          try Self.routing(Self.onlyExperts(tokens, of: 4), slots: 2)
        ).value
    }
    #expect(abs(try value([[0, 2], [1, 3]]) - 1) <= 8 * 0x1p-24)
    #expect(abs(try value([[0, 1], [2, 3]]) - 0.5) <= 8 * 0x1p-24)
  }

  /// DeepSpeed counts first choices of up to two a token, and all choices of more.
  @Test func deepSpeedCountsAllChoicesOfMoreThanTwo() throws {
    let logits = Tensor(scattered: [9, 5], seed: 8)
    func value(_ slots: Int, _ normalization: LoadBalancingLoss.Normalization) throws -> Float {
      LoadBalancingLoss(coefficient: 1, normalization: normalization)(
        try LoadBalancingLossTests.routing(logits, slots: slots)
      ).value
    }
    #expect(try value(2, .deepSpeed) == value(2, .switchTransformers))
    #expect(try value(3, .deepSpeed) == value(3, .balancedIsOne))
    for slots in [2, 3] {
      #expect(try value(slots, .switchTransformers) != value(slots, .balancedIsOne))
    }
  }
}
