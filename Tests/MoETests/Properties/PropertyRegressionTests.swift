import MoE
import Testing

/// What random configurations have found, one test each.
@Suite struct PropertyRegressionTests {
  /// A step that cannot be counted and saved is refused, in a pass and at its end.
  @Test(arguments: [-1, Int.min, Int.max])
  func stepsWithoutANumber(step: Int) throws {
    var generator = SeededGenerator(seed: 1)
    var layer = try MixtureOfExperts(
      inputSize: 2, experts: [.feedForward(count: 2, hiddenSize: 2)],
      routing: .topK(1, weighting: .scores), using: &generator)
    #expect(throws: MoEError.self) {
      try layer.forward(Tensor(zeros: [1, 2]), context: .training(step: step))
    }
    let pass = try layer.router.forward(Tensor(zeros: [1, 2]), context: .training(step: step))
    #expect(throws: MoEError.self) { try layer.finishStep(TrainingStep([pass.routing])) }
    #expect(layer.finishedStep == nil && layer.namedBuffers.isEmpty)
  }

  /// Experts of a soft mixture that compute nothing have a gradient of the tokens' size, not of the
  /// outputs'.
  @Test func idleExpertsOfASoftMixture() throws {
    var generator = SeededGenerator(seed: 1)
    let layer = try MixtureOfExperts(
      inputSize: 3, outputSize: 5,
      experts: [
        .zero(count: 1), .feedForward(count: 1, hiddenSize: 2),
      ], routing: .soft(), using: &generator)
    let tokens = Tensor.normal(shape: [4, 3], using: &generator)
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let gradient = try layer.backward(Tensor(repeating: 1, shape: [4, 5]), pass: pass)
    #expect(gradient.input.shape == [4, 3])
    #expect(gradient.input.scalarArray.allSatisfy { $0.isFinite })
  }

  /// A loss of the slots' logits has no gradient where an expert is switched off, as its logits are
  /// −∞.
  @Test func slotsOfDisabledExpertsHaveNoGradient() throws {
    var router = try Router(gate: LogitGate(expertCount: 6), strategy: .soft(slotsPerExpert: 2))
    router.disabledExperts = [1]
    let pass = try router.forward(Tensor(zeros: [2, 6]), context: .training(step: 0))
    let gradient = try router.backward(
      RoutingGradient(slotLogits: Tensor(repeating: 1, shape: [2, 6])), pass: pass)
    #expect(gradient.input == [[1, 1, 0, 0, 1, 1], [1, 1, 0, 0, 1, 1]])
  }

  /// Scores over tokens that round to zero are still told apart, as are those over experts.
  @Test(arguments: [-90, -200] as [Float])
  func smallScoresOverTokens(low: Float) throws {
    let router = try Router(
      gate: LogitGate(expertCount: 2),
      strategy: RoutingStrategy(score: .softmaxOverTokens, selector: .all))
    let pass = try router.forward(
      Tensor([0, 0, low, low - 1], shape: [2, 2]), context: .training(step: 0))
    let first = pass.routing.weights[1, 0]
    #expect((first - 0.731_058_6).magnitude < 1e-5)
    #expect((first + pass.routing.weights[1, 1] - 1).magnitude < 1e-6)
    let gradient = try router.backward(
      RoutingGradient(weights: [[0, 0], [100, -100]]), pass: pass)
    // 100·2·w·(1 − w), as that of a logistic function; the other token has all the weight of its
    // columns.
    let expected: Float = 39.322_4
    #expect((gradient.input[1, 0] - expected).magnitude < 1e-3)
    #expect((gradient.input[1, 1] + expected).magnitude < 1e-3)
  }

  /// An expert that is left out of the sum does not decide in what measure the others are taken.
  @Test func smallScoresBesideOneLeftOut() throws {
    let router = try Router(
      gate: LogitGate(expertCount: 3),
      strategy: RoutingStrategy(selector: .all, weighting: .renormalized(excluding: [0])))
    let pass = try router.forward([[0, -95, -96]], context: .training(step: 0))
    #expect(pass.routing.weights[0, 0] == 0)
    #expect((pass.routing.weights[0, 1] - 0.731_058_6).magnitude < 1e-5)
    let gradient = try router.backward(RoutingGradient(weights: [[0, 100, -100]]), pass: pass)
    #expect((gradient.input[0, 1] - 39.322_4).magnitude < 1e-3)
  }

  /// The largest of scores that all round to zero is the one of the largest logit.
  @Test func largestOfSmallScores() throws {
    let router = try Router(
      gate: LogitGate(expertCount: 3),
      strategy: RoutingStrategy(
        score: .sigmoid, selector: .all, weighting: .renormalizedOverBest(1)))
    let weights = try router.forward([[-201, -200, -300]], context: .inference).routing.weights
    #expect((weights[0, 0] - 0.367_879_4).magnitude < 1e-4)
    #expect(weights[0, 1] == 1)
    #expect(weights[0, 2] < 1e-30)
  }

  /// Where scores are zero fewer experts are drawn than elsewhere, so that a capacity in proportion
  /// to routes looks at later tokens.
  @Test(
    arguments: [SampledSelector(count: 2), LoadBalancedSamplingSelector(count: 2)]
      as [any ExpertSelector])
  func drawsMayBeFewer(selector: any ExpertSelector) throws {
    var strategy = RoutingStrategy(
      gate: .logits, score: .relu, selector: selector, capacity: .factor(1))
    #expect(!strategy.isCausal)
    strategy.capacity = .routes(1)
    #expect(strategy.isCausal)
    let router = try Router(gate: LogitGate(expertCount: 2), strategy: strategy)
    let pass = try router.forward([[1, 1], [1, -1]], context: .training(step: 0))
    #expect(pass.routing.demand.reduce(0, +) == 3 && pass.routing.routesPerToken == nil)
  }

  /// Logits that hardly differ from zero are not scaled up by more than there are numbers for.
  @Test func normalizationOfTinyLogits() throws {
    let router = try Router(
      gate: NormalizedGate(LogitGate(expertCount: 2), scale: 1), strategy: .dense())
    let logits = Tensor(
      [Float(bitPattern: 71_362), Float(bitPattern: 214_087), 1e-20, 3e-20], shape: [2, 2])
    let pass = try router.forward(logits, context: .training(step: 0))
    #expect(pass.routing.logits[0, 0] == logits[0, 0] && pass.routing.logits[1, 0] > 0.5)
    let gradient = try router.backward(
      RoutingGradient(logits: Tensor([3, -3, 3, -3], shape: [2, 2])), pass: pass)
    #expect(gradient.input.scalarArray.allSatisfy { $0.isFinite })
    #expect(gradient.input[0, 0] == 3)
  }
}
