import Foundation
import MoE
import Testing

@Suite(.serialized) struct TrainerTests {
  /// Tokens and what is to come of them.
  struct Sample: Sendable {
    var tokens: Tensor
    var targets: Tensor

    init(_ index: Int, rows: Int = 6) {
      tokens = Tensor(scattered: [rows, 4], seed: UInt64(index))
      targets = Tensor(scattered: [rows, 4], seed: UInt64(1000 + index))
    }
  }

  typealias Mixture = MixtureOfExperts

  static func train(
    _ model: Mixture, _ sample: Sample, _ context: LayerContext
  ) throws -> TrainedBatch<Mixture> {
    let pass = try model.forward(sample.tokens, context: context)
    let loss = try MeanSquaredError()(pass.output, sample.targets)
    return TrainedBatch(loss, try model.backward(loss.gradient, pass: pass), pass: pass)
  }

  static func evaluate(_ model: Mixture) throws -> Double {
    let sample = Sample(500)
    return Double(try MeanSquaredError()(try model(sample.tokens), sample.targets).value)
  }

  static func trainer(_ stepCount: Int = 6) throws -> Trainer<Mixture, AdamW> {
    var trainer = Trainer(
      model: try OptimizerChecks.layer(), optimizer: AdamW(), stepCount: stepCount,
      generator: SeededGenerator(seed: 9))
    trainer.schedule = .cosine(peak: 0.02, warmup: 2, total: stepCount)
    trainer.clippingNorm = 0.5
    return trainer
  }

  static func bits(_ trainer: Trainer<Mixture, AdamW>) -> [String: [UInt32]] {
    OptimizerChecks.bits(trainer.state.model)
      .merging(OptimizerChecks.bits(buffersOf: trainer.state.model)) { first, _ in first }
      .merging(OptimizerChecks.bits(buffersOf: trainer.state.optimizer)) { first, _ in first }
  }

  // MARK: - The loop

  /// What the trainer does can be done by hand, to the bit.
  @Test func isTheLoopByHand() throws {
    var trainer = try Self.trainer()
    trainer.average = ParameterAverage(decay: 0.5)
    var metrics: [StepMetrics] = []
    try trainer.run(on: (0..<20).map { Sample($0) }, train: Self.train, evaluate: nil) { event in
      if case .step(let step) = event { metrics.append(step) }
    }
    var (model, optimizer) = (try OptimizerChecks.layer(), AdamW())
    var average = ParameterAverage(decay: 0.5)
    let schedule = LearningRateSchedule.cosine(peak: 0.02, warmup: 2, total: 6)
    for step in 0..<6 {
      let sample = Sample(step)
      let pass = try model.forward(sample.tokens, context: .training(step: step))
      let loss = try MeanSquaredError()(pass.output, sample.targets)
      var gradient = try model.backward(loss.gradient, pass: pass)
      let norm = gradient.clip(toNorm: 0.5)
      optimizer.learningRate = schedule(step)
      optimizer.update(&model, along: gradient)
      try model.finishStep([pass])
      average.update(with: model)
      #expect(metrics[step].step == step + 1 && metrics[step].stepCount == 6)
      #expect(metrics[step].loss == loss.value && metrics[step].gradientNorm == norm)
      #expect(metrics[step].learningRate == schedule(step) && metrics[step].tokenCount == 6)
      #expect(metrics[step].auxiliaryLosses == pass.losses)
      #expect(metrics[step].balance.count == 1 && metrics[step].balance[0].steps == step + 1)
    }
    #expect(OptimizerChecks.bits(trainer.state.model) == OptimizerChecks.bits(model))
    #expect(
      OptimizerChecks.bits(buffersOf: trainer.state.model) == OptimizerChecks.bits(buffersOf: model)
    )
    #expect(
      OptimizerChecks.bits(trainer.evaluatedModel) == OptimizerChecks.bits(average.averaged(model)))
    #expect(trainer.state.step == 6 && trainer.isFinished && metrics.count == 6)
    #expect(metrics[5].remaining == .zero && metrics[5].tokensPerSecond > 0)
  }

  /// Micro-batches of unlike sizes are the large batch, but for rounding and the balance.
  @Test func microBatchesAreOneStep() throws {
    var generator = SeededGenerator(seed: 3)
    let model = FeedForward(inputSize: 4, hiddenSize: 5, using: &generator)
    let sample = Sample(1)
    func step(_ model: FeedForward, _ rows: Range<Int>, _ context: LayerContext) throws
      -> TrainedBatch<FeedForward>
    {
      let pass = model.forward(sample.tokens[entries: rows], context: context)
      let loss = try MeanSquaredError()(pass.output, sample.targets[entries: rows])
      return TrainedBatch(loss, model.backward(loss.gradient, pass: pass), pass: pass)
    }
    func run(_ parts: [Range<Int>]) throws -> (FeedForward, StepMetrics?) {
      var trainer = Trainer(model: model, optimizer: SGD(learningRate: 0.5), stepCount: 1)
      trainer.microBatchCount = parts.count
      var metrics: StepMetrics?
      try trainer.run(on: parts, train: step, evaluate: nil) {
        if case .step(let step) = $0 { metrics = step }
      }
      return (trainer.state.model, metrics)
    }
    let (whole, wholeMetrics) = try run([0..<6])
    let (parts, metrics) = try run([0..<1, 1..<4, 4..<6])
    for (own, expected) in zip(parts.namedParameters, whole.namedParameters) {
      GradientTolerance.expect(
        own.parameter, near: expected.parameter.doubles, within: 40 * 0x1p-24, own.name)
    }
    let (loss, large) = (try #require(metrics).loss, try #require(wholeMetrics).loss)
    #expect(abs(loss - large) <= 10 * 0x1p-24 && metrics?.tokenCount == 6)
    #expect(metrics?.balance.isEmpty == true)
  }

  @Test func endsWithTheBatches() throws {
    var trainer = try Self.trainer(50)
    trainer.microBatchCount = 2
    try trainer.run(on: (0..<5).map { Sample($0) }, train: Self.train)
    // Two of two, and one of one.
    #expect(trainer.state.step == 3 && !trainer.isFinished)
    try trainer.run(on: [Sample](), train: Self.train)
    #expect(trainer.state.step == 3)
  }

  @Test func anEmptyStepMovesNothing() throws {
    var trainer = try Self.trainer(1)
    let before = OptimizerChecks.bits(trainer.state.model)
    try trainer.run(on: [Sample(0, rows: 0)]) { model, sample, context in
      try Self.train(model, sample, context)
    }
    #expect(trainer.state.step == 1 && OptimizerChecks.bits(trainer.state.model) == before)
  }

  // MARK: - Events

  @Test func evaluatesAndStopsEarly() throws {
    var trainer = try Self.trainer(40)
    trainer.evaluationInterval = 3
    trainer.stopping = EarlyStopping(patience: 2)
    var values = [5.0, 4.0, 4.5, 4.0, 1.0].makeIterator()
    var events: [String] = []
    try trainer.run(on: (0..<40).map { Sample($0) }, train: Self.train) { _ in
      values.next() ?? 0
    } report: {
      switch $0 {
      case .evaluation(let step, let value, let isBest): events.append("\(step) \(value) \(isBest)")
      case .stoppedEarly(let step, let best, let value): events.append("\(step) \(best) \(value)")
      default: break
      }
    }
    #expect(
      events == ["3 5.0 true", "6 4.0 true", "9 4.5 false", "12 4.0 false", "12 6 4.0"])
    #expect(trainer.state.step == 12 && trainer.isFinished)
  }

  @Test func evaluatesAfterTheLastStep() throws {
    var trainer = try Self.trainer(4)
    trainer.evaluationInterval = 3
    var steps: [Int] = []
    try trainer.run(on: (0..<4).map { Sample($0) }, train: Self.train, evaluate: Self.evaluate) {
      if case .evaluation(let step, _, _) = $0 { steps.append(step) }
    }
    #expect(steps == [3, 4])
  }

  /// A gate that sends all tokens to one expert is reported once, not at every step.
  @Test func warnsOnce() throws {
    var generator = SeededGenerator(seed: 1)
    let mixture = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 3)],
      routing: .topK(1, weighting: .scores, gate: .linear(bias: true)), using: &generator)
    var model = mixture
    model.visitParameters { name, parameter in
      if name == "router.gate.bias" { parameter = [9, 0, 0, 0] }
    }
    var trainer = Trainer(model: model, optimizer: SGD(learningRate: 0), stepCount: 12)
    trainer.monitor = BalanceMonitor(minimumRoutes: 6)
    var warnings: [String] = []
    try trainer.run(on: (0..<12).map { Sample($0) }, train: Self.train, evaluate: nil) {
      if case .warning(let step, let mixture, let warning) = $0 {
        switch warning {
        case .collapse(let expert, _): warnings.append("\(step) \(mixture) collapse \(expert)")
        case .starving(let expert, _): warnings.append("\(step) \(mixture) starving \(expert)")
        case .dropping: warnings.append("\(step) \(mixture) dropping")
        }
      }
    }
    #expect(
      warnings == ["4 0 collapse 0"] + (1...3).map { "4 0 starving \($0)" },
      "\(warnings)")
  }

  @Test func eventsPrintInALine() throws {
    var trainer = try Self.trainer(2)
    var lines: [String] = []
    try trainer.run(on: [Sample(0)], train: Self.train, evaluate: nil) { lines.append("\($0)") }
    #expect(lines.count == 1 && lines[0].hasPrefix("step 1/2  loss "))
    #expect(lines[0].contains("load balancing ") && lines[0].contains(" tokens/s"))
    #expect(
      "\(TrainingEvent.stoppedEarly(step: 9, bestStep: 3, bestValue: 0.5))"
        == "step 9  stopped early: the best was 0.5 at step 3")
  }

  // MARK: - What goes wrong

  @Test func aLossThatIsNoNumberEndsTraining() throws {
    var trainer = try Self.trainer()
    let reference = try {
      var trainer = try Self.trainer()
      try trainer.run(on: (0..<3).map { Sample($0) }, train: Self.train)
      return Self.bits(trainer)
    }()
    let error = #expect(throws: TrainingError.self) {
      try trainer.run(on: (0..<6).map { Sample($0) }) { model, sample, context in
        var trained = try Self.train(model, sample, context)
        if context.mode.step == 3 { trained.loss = .nan }
        return trained
      }
    }
    #expect(error == .nonFiniteLoss(step: 4, value: .nan))
    #expect(
      error?.description
        == "the loss of step 4 is nan, expected a finite number; try a lower learning rate, a "
        + "longer warm-up or clipping")
    #expect(trainer.state.step == 3 && Self.bits(trainer) == reference)
    let gradient = #expect(throws: TrainingError.self) {
      try trainer.run(on: (0..<6).map { Sample($0) }) { model, sample, context in
        var trained = try Self.train(model, sample, context)
        trained.gradient.visitParameters { name, gradient in
          if name.hasSuffix("1.up.bias") { gradient[0, 0] = .infinity }
        }
        return trained
      }
    }
    #expect(gradient == .nonFiniteGradient(step: 4, parameter: "expertGroups.1.up.bias"))
    #expect(trainer.state.step == 3 && Self.bits(trainer) == reference)
  }

  /// An update after a step that refuses one.
  private struct Refusal: StepUpdate {
    struct Problem: Error {}

    var name: String { "refusal" }

    mutating func update(_ router: inout Router, after step: TrainingStep) throws {
      if step.routings[0].mode.step == 2 { throw Problem() }
    }
  }

  @Test func aStepIsDoneAsAWholeOrNotAtAll() throws {
    var trainer = try Self.trainer()
    trainer.state.model.stepUpdates.append(Refusal())
    trainer.average = ParameterAverage()
    try trainer.run(on: (0..<2).map { Sample($0) }, train: Self.train)
    let (bits, average) = (Self.bits(trainer), OptimizerChecks.bits(trainer.evaluatedModel))
    #expect(throws: Refusal.Problem.self) {
      try trainer.run(on: (0..<6).map { Sample($0) }, train: Self.train)
    }
    #expect(trainer.state.step == 2 && Self.bits(trainer) == bits)
    #expect(OptimizerChecks.bits(trainer.evaluatedModel) == average)
  }

  /// Parameters stay where they stand: there is no second copy of a model while it is trained.
  @Test func trainsInPlace() throws {
    var trainer = try Self.trainer()
    trainer.average = ParameterAverage()
    try trainer.step(on: [Sample(0)], train: Self.train)
    let before = trainer.state.model.namedParameters.map(\.parameter.address)
    for step in 1..<3 { try trainer.step(on: [Sample(step), Sample(9)], train: Self.train) }
    #expect(trainer.state.model.namedParameters.map(\.parameter.address) == before)
  }

  /// A model that nobody could tell of its steps.
  @Test func refusesRoutingsOfAModelThatIsNotRouted() throws {
    struct Wrapped: Parameterized {
      var mixture: MixtureOfExperts

      mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
        try mixture.visitParameters(visit)
      }
    }
    var trainer = Trainer(
      model: Wrapped(mixture: try OptimizerChecks.layer()), optimizer: AdamW(), stepCount: 1)
    expectConfigurationError(
      "model of a trainer is Wrapped, expected a RoutedModel, as its batches have routings"
    ) {
      try trainer.run(on: [Sample(0)]) { model, sample, context in
        let trained = try Self.train(model.mixture, sample, context)
        return TrainedBatch(
          loss: trained.loss, gradient: Wrapped(mixture: trained.gradient), tokenCount: 6,
          routings: trained.routings)
      }
    }
  }

  // MARK: - Models

  @Test func trainsStacksAndDecoders() throws {
    var generator = SeededGenerator(seed: 5)
    let configuration = StackConfiguration(
      size: 4, blockCount: 2, attention: .heads(2),
      mixture: MixtureSpecification(
        experts: [.feedForward(count: 3, hiddenSize: 3)],
        routing: RoutingStrategy(selector: .topK(1), weighting: .scores, hasSelectionBias: true),
        stepUpdates: [SelectionBiasUpdate()]))
    let decoder = try MixtureDecoder(
      DecoderConfiguration(vocabularySize: 5, stack: configuration), using: &generator)
    var trainer = Trainer(model: decoder, optimizer: AdamW(), stepCount: 3)
    try trainer.run(on: Array(repeating: [0, 1, 2, 3, 4], count: 3)) { model, ids, context in
      let pass = try model.forward(ids, context: context)
      let loss = try CrossEntropy()(pass.logits, labels: [1, 2, 3, 4, 0])
      return TrainedBatch(loss, try model.backward(loss.gradient, pass: pass), pass: pass)
    }
    #expect(trainer.state.step == 3 && trainer.monitors.count == 2)
    let mixtures = trainer.state.model.stack.blocks.compactMap { $0.feedForward as? Mixture }
    #expect(mixtures.map(\.finishedStep) == [2, 2])

    let stack = decoder.stack
    var second = Trainer(model: stack, optimizer: AdamW(), stepCount: 3)
    try second.run(on: (0..<3).map { Sample($0) }) { model, sample, context in
      let pass = try model.forward(sample.tokens, context: context)
      let loss = try MeanSquaredError()(pass.output, sample.targets)
      return TrainedBatch(loss, try model.backward(loss.gradient, pass: pass), pass: pass)
    }
    #expect(second.state.step == 3 && second.monitors.count == 2)
  }
}
