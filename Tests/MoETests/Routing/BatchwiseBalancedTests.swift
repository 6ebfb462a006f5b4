import Foundation
import MoE
import Testing

/// Strict balance by batches, and the loss by which its thresholds are learned.
@Suite(.namingCombinations) struct BatchwiseBalancedTests {
  @Test func batchwiseTakesTheBestInTrainingAndThoseAboveInInference() throws {
    let logits = SmallLayers.normal([10, 4])
    // Thresholds say nothing in training.
    for bias in [nil, [-0.2, 0, -0.4, 5] as Tensor] {
      #expect(
        try Selecting.choice(
          .batchwiseBalanced(2), Selecting.batch(logits, bias: bias))
          == Selecting.choice(
            .expertChoice(capacityFactor: 2), Selecting.batch(logits)))
    }
    let scores = logits.softmax()
    // One score stands on the threshold, and is not above it.
    let thresholds = Tensor([scores[3, 0], 0.25, 0.4, 1])
    let used = try Selecting.choice(
      .batchwiseBalanced(2),
      Selecting.batch(logits, training: false, bias: -thresholds))
    for token in 0..<10 {
      #expect(used[token] == (0..<4).filter { scores[token, $0] > thresholds[$0] })
    }
    #expect(!used[3].contains(0))
    expectConfigurationError("experts a token (top-k) is 5, expected 1 to 4, the experts there are")
    {
      _ = try SmallLayers.layer(.batchwiseBalanced(5))
    }
  }

  // MARK: - The loss of thresholds

  private static func thresholdRouter() throws -> Router {
    var router = try Selecting.router(.batchwiseBalanced(2), experts: 4)
    router.selectionBias = [-0.3, -0.1, -0.25, -0.35]
    return router
  }

  @Test func theThresholdLossIsItsFormula() throws {
    let router = try BatchwiseBalancedTests.thresholdRouter()
    let logits = SmallLayers.normal([7, 4])
    let context = RoutingContext(
      .training(step: 0), batch: Batch(padding: [false, false, true, false, false, false, false]))
    let pass = try router.forward(logits, context: context)
    let loss = BatchwiseThresholdLoss(coefficient: 0.5)
    let value = loss(pass.routing)
    let taken = Selecting.lists(
      SelectedExperts(pass.routing.experts, slotCount: pass.routing.slotCount), tokens: 7)
    let thresholds = [0.3, 0.1, 0.25, 0.35]
    let above = pass.routing.scores
    func exact(_ logits: [[Double]], _ thresholds: [Double]) -> Double {
      var sum = 0.0
      for token in 0..<7 where token != 2 {
        let scores = Reference.softmax(logits[token])
        for expert in 0..<4 {
          // Neither the indicator nor the mask is differentiated.
          let sign =
            (Double(above[token, expert]) > [0.3, 0.1, 0.25, 0.35][expert] ? 1.0 : 0)
            - (taken[token].contains(expert) ? 1 : 0)
          sum += 0.5 * sign * (scores[expert] - thresholds[expert])
        }
      }
      return sum
    }
    #expect(value.value > 0 && loss.name == "batchwise threshold")
    let rows = Reference.rows(logits)
    // 24 differences of scores, each with 12 roundings, below one.
    #expect((Double(value.value) - exact(rows, thresholds)).magnitude < 24 * 12 * 0x1p-24)
    let gradient = try router.backward(value.gradient, pass: pass).input
    let derivatives = centralDifferences(
      at: ["logits": logits.doubles, "thresholds": thresholds]
    ) { exact(Reference.rows($0["logits"]!, columns: 4), $0["thresholds"]!) }
    GradientTolerance.expect(
      gradient, near: derivatives["logits"]!, within: 30 * GradientTolerance.unitRoundoff,
      "logits")
    GradientTolerance.expect(
      loss.thresholdGradient(pass.routing), near: derivatives["thresholds"]!, within: 1e-9,
      "thresholds")
    let none = try router.forward(Tensor(zeros: [0, 4]), context: .training(step: 0)).routing
    #expect(loss(none).value == 0 && loss.thresholdGradient(none) == Tensor(zeros: [4]))
  }

  @Test func thresholdsLearnWhatTheBatchChose() throws {
    var router = try Selecting.router(.batchwiseBalanced(2), experts: 4)
    let tokens = SmallLayers.normal([12, 4], seed: 8)
    var loss: BatchwiseThresholdLoss = .batchwiseThreshold(rate: 0.001)
    #expect(router.selectionBias == Tensor(zeros: [4]))
    // Thresholds of zero: every expert.
    #expect(try router.forward(tokens, context: .inference).routing.load == [12, 12, 12, 12])
    for step in 0..<400 {
      let routing = try router.forward(tokens, context: .training(step: step)).routing
      #expect(routing.load == [6, 6, 6, 6])
      loss.update(&router, after: TrainingStep([routing]))
    }
    let trained = try router.forward(tokens, context: .training(step: 400)).routing
    let used = try router.forward(tokens, context: .inference).routing
    #expect(loss(trained).value == 0)
    for token in 0..<12 { #expect(used.experts(of: token) == trained.experts(of: token)) }
    let before = router.selectionBias
    loss.update(&router, after: TrainingStep([used]))
    #expect(router.selectionBias == before)
  }
}
