import MoE
import Testing

/// An update that moves a router, and then throws where it is told to.
private struct FailingUpdate: StepUpdate {
  struct Stop: Error {}

  var fails = true
  var count = 0
  var name: String { "failing" }

  mutating func update(_ router: inout Router, after step: TrainingStep) throws {
    count += 1
    router.logitOffset = Tensor(repeating: 3, shape: [router.expertCount])
    router.disabledExperts = [0]
    if fails { throw Stop() }
  }
}

/// The one call by which all that moves after a step is moved.
@Suite struct FinishStepTests {
  private static func layer(_ more: [any StepUpdate] = []) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 91)
    return try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 3)],
      routing: RoutingStrategy(score: .sigmoid, selector: .topK(2), hasSelectionBias: true),
      balancingLosses: [.routerZ(), .adaptiveSparsity(targetCount: 2, coefficient: 0.5)],
      stepUpdates: [
        SelectionBiasUpdate(.proportional, rate: 0.125),
        try QualityTracker(expertCount: 4, decay: 0.5),
        BalanceMonitor(), LoadCounts(expertCount: 4),
      ] + more, using: &generator)
  }

  private static let tokens = SmallLayers.normal([6, 4])
  private static let quality: [Float] = [0.5, 0.25, 1, 0.125, 0.75, 0.5]

  private static func bits(_ value: some Buffered) -> [String: [UInt32]] {
    Dictionary(uniqueKeysWithValues: value.namedBuffers.map { ($0.name, $0.tensor.bits) })
  }

  private static func adaptive(_ layer: MixtureOfExperts) throws -> AdaptiveSparsityLoss {
    try #require(layer.balancingLosses[1] as? AdaptiveSparsityLoss)
  }

  // MARK: - What moves

  /// One call does what each update does by hand, in the order of the losses and then the updates.
  @Test func oneCallMovesEverything() throws {
    var layer = try Self.layer()
    let before = layer
    let passes = try (0..<2).map { half in
      try layer.forward(
        Self.tokens[entries: 3 * half..<3 * half + 3], context: .training(step: 0))
    }
    let qualities = [Array(Self.quality[0..<3]), Array(Self.quality[3..<6])]
    try layer.finishStep(passes, tokenQuality: qualities)
    let step = TrainingStep(passes.map(\.routing), tokenQuality: qualities)

    var router = before.router
    var adaptive = try Self.adaptive(before)
    adaptive.update(&router, after: step)
    #expect(try Self.adaptive(layer) == adaptive)
    #expect(adaptive.coefficient != 0.5)
    var bias = SelectionBiasUpdate(.proportional, rate: 0.125)
    bias.update(&router, after: step)
    var quality = try QualityTracker(expertCount: 4, decay: 0.5)
    try quality.update(&router, after: step)
    #expect(layer.stepUpdates[1] as? QualityTracker == quality)
    var monitor = BalanceMonitor()
    monitor.update(&router, after: step)
    #expect(layer.stepUpdates[2] as? BalanceMonitor == monitor)
    var counts = LoadCounts(expertCount: 4)
    try counts.update(&router, after: step)
    #expect(layer.stepUpdates[3] as? LoadCounts == counts)
    #expect(counts.tokenCount == 6 && counts.routes.reduce(0, +) == 12)
    #expect(Self.bits(layer.router) == Self.bits(router))
    #expect(router.selectionBias?.norm() ?? 0 > 0 && router.logitOffset?.norm() ?? 0 > 0)
    #expect(layer.finishedStep == 0 && before.finishedStep == nil)
    for (own, other) in zip(layer.namedParameters, before.namedParameters) {
      #expect(own.parameter.bits == other.parameter.bits, "\(own.name)")
    }
  }

  @Test func oneCallMovesThresholds() throws {
    var generator = SeededGenerator(seed: 92)
    var layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 3)],
      routing: .batchwiseBalanced(2), balancingLosses: [.batchwiseThreshold(rate: 0.25)],
      using: &generator)
    let pass = try layer.forward(Self.tokens, context: .training(step: 0))
    let loss = BatchwiseThresholdLoss(rate: 0.25)
    try layer.finishStep([pass])
    let gradient = loss.thresholdGradient(pass.routing)
    #expect(gradient.norm() > 0)
    #expect(layer.router.selectionBias == 0.25 * gradient)
    // Nothing holds thresholds where there is no bias: a layer says so when it is made.
    expectConfigurationError(
      "selection bias is none, expected one, as batchwise threshold moves thresholds in it"
    ) {
      _ = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 3)], routing: .topK(2),
        balancingLosses: [.batchwiseThreshold()], using: &generator)
    }
  }

  // MARK: - What does not

  /// Where a later update throws, the earlier ones have not moved anything either.
  @Test func aFailingUpdateChangesNothing() throws {
    var layer = try Self.layer([FailingUpdate()])
    let pass = try layer.forward(Self.tokens, context: .training(step: 0))
    let before = Self.bits(layer)
    #expect(throws: FailingUpdate.Stop.self) {
      try layer.finishStep([pass], tokenQuality: [Self.quality])
    }
    #expect(Self.bits(layer) == before && layer.finishedStep == nil)
    #expect((layer.stepUpdates[4] as? FailingUpdate)?.count == 0)
    #expect(layer.router.disabledExperts.isEmpty)
    // A quality that is missing comes after the factor and the bias.
    layer = try Self.layer()
    expectConfigurationError(
      "token qualities of a step is 0 passes, expected 1, as quality is tracked"
    ) { try layer.finishStep([pass]) }
    #expect(Self.bits(layer) == before)
    layer = try Self.layer([FailingUpdate(fails: false)])
    try layer.finishStep([pass], tokenQuality: [Self.quality])
    #expect(layer.router.disabledExperts == [0] && layer.finishedStep == 0)
  }

  /// Evaluation moves nothing, and replays that make up a pass anew neither; one to learn from
  /// does.
  @Test func whatDoesNotCountMovesNothing() throws {
    var layer = try Self.layer()
    let pass = try layer.forward(Self.tokens, context: .training(step: 0))
    try layer.finishStep([pass], tokenQuality: [Self.quality])
    let before = Self.bits(layer)
    let recording = RoutingTrace.Pass(pass.routing)
    let again = try layer.forward(
      Self.tokens, context: .training(step: 1),
      overrides: RoutingOverrides(replay: .recomputation(recording)))
    let evaluation = try layer.forward(Self.tokens, context: .inference)
    let other = [Float](repeating: 0.0625, count: 6)
    try layer.finishStep([evaluation], tokenQuality: [other])
    try layer.finishStep([again], tokenQuality: [other])
    try layer.finishStep([again, evaluation], tokenQuality: [other, other])
    try layer.finishStep([], tokenQuality: [])
    #expect(Self.bits(layer) == before && layer.finishedStep == 0)
    let learned = try layer.forward(
      Self.tokens, context: .training(step: 1),
      overrides: RoutingOverrides(replay: .learning(recording)))
    // Beside passes that count, the others are left out.
    var mixed = layer
    try mixed.finishStep([evaluation, learned, again], tokenQuality: [other, Self.quality, other])
    try layer.finishStep([learned], tokenQuality: [Self.quality])
    #expect(Self.bits(layer) != before && layer.finishedStep == 1)
    #expect(Self.bits(mixed) == Self.bits(layer))
  }

  @Test func evaluationBeforeTheFirstStepMovesNothing() throws {
    var layer = try Self.layer()
    let before = Self.bits(layer)
    let pass = try layer.forward(Self.tokens, context: .inference)
    try layer.finishStep([pass])
    try layer.finishStep([pass], tokenQuality: [Self.quality])
    #expect(Self.bits(layer) == before)
    #expect(layer.finishedStep == nil)
  }

  // MARK: - Forgetting it

  /// The second step on says what would stand still.
  @Test func forgettingItThrows() throws {
    var layer = try Self.layer()
    for first in [0, 1] {
      _ = try layer.forward(Self.tokens, context: .training(step: first))
    }
    let parts = "selection bias, quality, adaptive sparsity would stand still"
    expectConfigurationError(
      "step of training is 2, expected at most 1, as finishStep was not called after any step, and "
        + parts
    ) { _ = try layer.forward(Self.tokens, context: .training(step: 2)) }
    let pass = try layer.forward(Self.tokens, context: .training(step: 1))
    try layer.finishStep([pass], tokenQuality: [Self.quality])
    _ = try layer.forward(Self.tokens, context: .training(step: 2))
    expectConfigurationError(
      "step of training is 3, expected at most 2, as finishStep was not called after step 2, and "
        + parts
    ) { _ = try layer.forward(Self.tokens, context: .training(step: 3)) }
    // Passes of a step that is at an end, and evaluation, do no harm.
    _ = try layer.forward(Self.tokens, context: .training(step: 0))
    _ = try layer.forward(Self.tokens, context: .inference)
  }

  /// What only watches, or has a rate of zero, would not stand still.
  @Test func whatMovesNothingNeedsNoCall() throws {
    var generator = SeededGenerator(seed: 93)
    let layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 3)],
      routing: RoutingStrategy(score: .sigmoid, selector: .topK(2), hasSelectionBias: true),
      balancingLosses: [.loadBalancing(coefficient: 1)],
      stepUpdates: [
        SelectionBiasUpdate(rate: 0), BalanceMonitor(), LoadCounts(expertCount: 4),
      ], using: &generator)
    for step in [0, 5, 1_000] {
      _ = try layer.forward(Self.tokens, context: .training(step: step))
    }
  }
}
