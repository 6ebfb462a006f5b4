import MoE
import Testing

/// Weights that are made up to one over other experts than the selected ones.
@Suite struct NormalizationTests {
  private static let logits = 3 * Tensor(scattered: [5, 6], seed: 50)
  /// Three slots: all filled, some empty, and all empty; the best experts are among them or not.
  private static let selected = SelectedExperts(
    [4, 0, 2, 1, 5, -1, -1, 3, -1, -1, -1, -1, 5, 2, 0], slotCount: 3)

  private static func slots(
    _ logits: [[Double]], _ weigh: (_ scores: [Double], _ expert: Int, _ experts: [Int]) -> Double
  ) -> [[Double]] {
    logits.enumerated().map { token, logits in
      let experts = selected.experts[token * 3..<token * 3 + 3].map(Int.init)
      let scores = Reference.softmax(logits)
      return experts.map { $0 < 0 ? 0 : weigh(scores, $0, experts.filter { $0 >= 0 }) }
    }
  }

  /// wⱼ = sⱼ/(Σ best + ε), and the gradient to all of the best; an exponential (3), a sum and
  /// quotients, and back.
  @Test(arguments: [1, 2, 4, 6], [0, 0.125] as [Float])
  func theSumIsOverTheBest(count: Int, epsilon: Float) throws {
    try checkWeighting(
      .renormalizedOverBest(count, epsilon: epsilon), logits: NormalizationTests.logits,
      selected: NormalizationTests.selected, roundings: 50
    ) { logits in
      NormalizationTests.slots(logits) { scores, expert, _ in
        scores[expert]
          / (scores.sorted(by: >).prefix(count).reduce(0, +) + Double(epsilon))
      }
    }
  }

  /// What is left out has the weight zero, and the others share by their own sum.
  @Test(arguments: [[4], [0, 2], [1, 2, 3, 4, 5]] as [Set<Int>], [0, 0.125] as [Float])
  func someExpertsAreLeftOut(excluded: Set<Int>, epsilon: Float) throws {
    try checkWeighting(
      .renormalized(epsilon: epsilon, excluding: excluded), logits: NormalizationTests.logits,
      selected: NormalizationTests.selected, roundings: 50
    ) { logits in
      NormalizationTests.slots(logits) { scores, expert, experts in
        guard !excluded.contains(expert) else { return 0 }
        let sum = experts.reduce(0) { excluded.contains($1) ? $0 : $0 + scores[$1] }
        return scores[expert] / (sum + Double(epsilon))
      }
    }
  }

  /// Scores are divided by their sum, or by a floor of it, which does not move.
  @Test(arguments: [0.125, 0.3, 0.6, 0.9] as [Float]) func theSumHasAFloor(floor: Float) throws {
    try checkWeighting(
      .renormalized(minimumSum: floor), logits: NormalizationTests.logits,
      selected: NormalizationTests.selected, roundings: 50
    ) { logits in
      NormalizationTests.slots(logits) { scores, expert, experts in
        scores[expert] / max(experts.reduce(0) { $0 + scores[$1] }, Double(floor))
      }
    }
    let weighting = RenormalizedWeighting(minimumSum: floor)
    #expect(try weighting.editingExperts(ExpertEdit([1, 0], of: 2)).minimumSum == floor)
    for wrong in [-1, .infinity, .nan] as [Float] {
      #expect(throws: MoEError.self) {
        try RenormalizedWeighting(minimumSum: wrong).check(expertCount: 2, slotCount: 1)
      }
    }
  }

  /// The released code of MoE++: a token with a zero expert gives the other one all its weight.
  @Test func aTokenWithAZeroExpertIsNotScaledDown() throws {
    let router = try Selecting.router(
      .topK(2, weighting: .renormalized(excluding: [2])), experts: 3)
    let routing = try router.forward(
      [[2, 0, 1], [2, 1, 0]], context: .training(step: 0)
    ).routing
    #expect(routing.experts(of: 0) == [0, 2] && routing.weights[entry: 0] == [1, 0])
    #expect(routing.experts(of: 1) == [0, 1])
    #expect(abs(routing.weights[entry: 1].sum() - 1) <= 0x1p-23 && routing.weights[1, 1] > 0.2)
  }

  /// The gate learns from a token of which one expert alone was kept, and the expert that was not
  /// kept has a gradient.
  @Test func aDroppedSecondExpertHasAGradient() throws {
    let router = try Selecting.router(
      RoutingStrategy(
        selector: .randomSecond(threshold: 0.4, policy: .threshold),
        weighting: .renormalizedOverBest(2)), experts: 3)
    let tokens: Tensor = [[2, 0, -1]]
    let pass = try router.forward(tokens, context: .training(step: 0))
    #expect(pass.routing.experts(of: 0) == [0])
    var direction = Tensor(zeros: pass.routing.weights.shape)
    direction[0, 0] = 1
    let gradient = try router.backward(direction, pass: pass).input
    // w = σ(l₀ − l₁), whatever the third.
    let sigma = Reference.sigmoid(2)
    let slope = sigma * (1 - sigma)
    GradientTolerance.expect(
      gradient, near: [slope, -slope, 0], within: 30 * GradientTolerance.unitRoundoff, "gradient")
  }

  /// An expert that is switched off is not among the best.
  @Test func theBestAreSwitchedOn() throws {
    var router = try Selecting.router(
      .topK(2, weighting: .renormalizedOverBest(3)), experts: 4)
    router.disabledExperts = [0, 1]
    let routing = try router.forward([[9, 8, 1, 0]], context: .training(step: 0)).routing
    #expect(routing.experts(of: 0) == [2, 3])
    #expect(abs(routing.weights.sum() - 1) <= 0x1p-23)
  }

  @Test func refusesWhatCannotWork() {
    let cases: [(any Weighting, String)] = [
      (
        .renormalizedOverBest(0),
        "scores in the weights' sum is 0, expected 1 to 4, the experts there are"
      ),
      (
        .renormalizedOverBest(5),
        "scores in the weights' sum is 5, expected 1 to 4, the experts there are"
      ),
      (
        .renormalizedOverBest(2, epsilon: -1),
        "epsilon of the weights' sum is -1.0, expected a finite number, at least 0"
      ),
      (
        .renormalized(excluding: [4, 1]),
        "experts left out of the weights' sum is [1, 4], expected some from 0 to 3, but not all"
      ),
      (
        .renormalized(excluding: [0, 1, 2, 3]),
        "experts left out of the weights' sum is [0, 1, 2, 3], expected some from 0 to 3, but not "
          + "all"
      ),
    ]
    for (weighting, sentence) in cases {
      expectConfigurationError(sentence) {
        _ = try SmallLayers.layer(.topK(2, weighting: weighting))
      }
    }
  }
}
