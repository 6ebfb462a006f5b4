extension Trainer {
  /// The forward and the backward pass of a batch.
  public typealias BatchStep<Batch> =
    (_ model: Model, _ batch: Batch, _ context: LayerContext) throws -> TrainedBatch<Model>
  /// A measure of a model.
  public typealias Evaluation = (_ model: Model) throws -> Double
  /// What is told of a training.
  public typealias Report = (_ event: TrainingEvent) throws -> Void

  /// Trains until the last step, the end of the batches, or an early stop.
  ///
  /// - Parameters:
  ///   - batches: The batches of the whole training, from its first step: those of steps that were
  ///     done before, as after a resume, are passed over.
  ///   - train: The forward and the backward pass of a batch.
  ///   - evaluate: A measure of the model, as a loss on held-out data.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: ``TrainingError``, what the closures throw, and ``CheckpointError``. The trainer is
  ///   then as after the last step that was done.
  public mutating func run<Batches: Sequence>(
    on batches: Batches, train: BatchStep<Batches.Element>, evaluate: Evaluation? = nil,
    report: Report = { _ in }
  ) throws {
    var iterator = batches.makeIterator()
    passOver { iterator.next() != nil }
    try run(drawing: { _ in iterator.next() }, train: train, evaluate: evaluate, report: report)
  }

  /// Trains on batches that are drawn from the generator of the state, until the last step, an
  /// early stop, or where nothing is drawn any more.
  ///
  /// - Parameters:
  ///   - next: A batch, drawn from the generator; nothing at the end.
  ///   - train: The forward and the backward pass of a batch.
  ///   - evaluate: A measure of the model, as a loss on held-out data.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: ``TrainingError``, what the closures throw, and ``CheckpointError``. The trainer is
  ///   then as after the last step that was done.
  public mutating func run<Batch>(
    drawing next: (inout SeededGenerator) throws -> Batch?, train: BatchStep<Batch>,
    evaluate: Evaluation? = nil, report: Report = { _ in }
  ) throws {
    try catchUp(evaluate, report)
    while !isFinished {
      var (generator, batches) = (state.generator, [Batch]())
      while batches.count < microBatchCount, let batch = try next(&generator) {
        batches.append(batch)
      }
      guard !batches.isEmpty else { break }
      let metrics = try step(on: batches, train: train)
      state.generator = generator
      try settle(metrics, evaluate, report)
    }
    try settle(nil, isEnd: true, evaluate, report)
  }

  /// Trains until the last step, the end of the batches, or an early stop, and lets other tasks run
  /// between steps.
  ///
  /// Steps run where the caller does: from an actor, on it. Where the task is cancelled, the state
  /// is saved between two steps, if there is a folder, and `CancellationError` is thrown.
  ///
  /// - Parameters:
  ///   - batches: The batches of the whole training, from its first step: those of steps that were
  ///     done before, as after a resume, are passed over.
  ///   - isolation: The actor that this runs on; the caller's unless given.
  ///   - train: The forward and the backward pass of a batch.
  ///   - evaluate: A measure of the model, as a loss on held-out data.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: `CancellationError`, ``TrainingError``, what the closures throw, and
  ///   ``CheckpointError``. The trainer is then as after the last step that was done.
  public mutating func run<Batches: Sequence>(
    on batches: Batches, isolation: isolated (any Actor)? = #isolation,
    train: BatchStep<Batches.Element>, evaluate: Evaluation? = nil, report: Report = { _ in }
  ) async throws {
    var iterator = batches.makeIterator()
    passOver { iterator.next() != nil }
    try await run(
      drawing: { _ in iterator.next() }, isolation: isolation, train: train, evaluate: evaluate,
      report: report)
  }

  /// Trains on batches that are drawn from the generator of the state, and lets other tasks run
  /// between steps.
  ///
  /// - Parameters:
  ///   - next: A batch, drawn from the generator; nothing at the end.
  ///   - isolation: The actor that this runs on; the caller's unless given.
  ///   - train: The forward and the backward pass of a batch.
  ///   - evaluate: A measure of the model, as a loss on held-out data.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: `CancellationError`, ``TrainingError``, what the closures throw, and
  ///   ``CheckpointError``. The trainer is then as after the last step that was done.
  public mutating func run<Batch>(
    drawing next: (inout SeededGenerator) throws -> Batch?,
    isolation: isolated (any Actor)? = #isolation, train: BatchStep<Batch>,
    evaluate: Evaluation? = nil, report: Report = { _ in }
  ) async throws {
    try catchUp(evaluate, report)
    while !isFinished {
      try leaveIfCancelled(report)
      var (generator, batches) = (state.generator, [Batch]())
      while batches.count < microBatchCount, let batch = try next(&generator) {
        batches.append(batch)
      }
      guard !batches.isEmpty else { break }
      let metrics = try step(on: batches, train: train)
      state.generator = generator
      try settle(metrics, evaluate, report)
      await Task.yield()
    }
    try settle(nil, isEnd: true, evaluate, report)
  }

  /// Trains on batches that arrive one after another, until the last step, the end of the batches,
  /// or an early stop, and lets other tasks run between steps.
  ///
  /// - Parameters:
  ///   - batches: The batches of the whole training, from its first step: those of steps that were
  ///     done before, as after a resume, are passed over.
  ///   - isolation: The actor that this runs on; the caller's unless given.
  ///   - train: The forward and the backward pass of a batch.
  ///   - evaluate: A measure of the model, as a loss on held-out data.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: `CancellationError`, ``TrainingError``, what the batches and the closures throw, and
  ///   ``CheckpointError``. The trainer is then as after the last step that was done.
  public mutating func run<Batches: AsyncSequence>(
    on batches: Batches, isolation: isolated (any Actor)? = #isolation,
    train: BatchStep<Batches.Element>, evaluate: Evaluation? = nil, report: Report = { _ in }
  ) async throws {
    var iterator = batches.makeAsyncIterator()
    for _ in 0..<passedCount {
      guard try await iterator.next(isolation: isolation) != nil else { break }
    }
    try catchUp(evaluate, report)
    while !isFinished {
      try leaveIfCancelled(report)
      var elements: [Batches.Element] = []
      while elements.count < microBatchCount,
        let batch = try await iterator.next(isolation: isolation)
      {
        elements.append(batch)
      }
      // A source that ends because the task was cancelled is not at its end.
      try leaveIfCancelled(report)
      guard !elements.isEmpty else { break }
      let metrics = try step(on: elements, train: train)
      try settle(metrics, evaluate, report)
      await Task.yield()
    }
    try settle(nil, isEnd: true, evaluate, report)
  }

  /// The number of batches of the steps that are done, or the largest there is; none where no
  /// further one is asked for.
  private var passedCount: Int {
    guard !isFinished else { return 0 }
    let (count, isBeyond) = state.step.multipliedReportingOverflow(by: microBatchCount)
    return isBeyond ? .max : count
  }

  /// Passes over the batches of the steps that are done.
  private func passOver(_ next: () -> Bool) {
    for _ in 0..<passedCount where !next() { return }
  }

  /// Saves the state and throws where the task was cancelled.
  private mutating func leaveIfCancelled(_ report: Report) throws {
    guard Task.isCancelled else { return }
    try save(report)
    throw CancellationError()
  }

  /// Does what was due after the last step, where an error came before it.
  private mutating func catchUp(_ evaluate: Evaluation?, _ report: Report) throws {
    if awaitsEvaluation { try settle(nil, evaluate, report) }
  }

  /// What comes after a step, and at the end: warnings, an evaluation, a checkpoint.
  ///
  /// Each is done even where one before it or a report throws, so that a training that goes on
  /// afterwards has missed nothing; the first error is thrown then.
  private mutating func settle(
    _ metrics: StepMetrics?, isEnd: Bool = false, _ evaluate: Evaluation?, _ report: Report
  ) throws {
    var (errors, isHeard) = ([any Error](), true)
    func tell(_ event: TrainingEvent) {
      guard isHeard else { return }
      do { try report(event) } catch {
        errors.append(error)
        isHeard = false
      }
    }
    if let metrics {
      awaitsEvaluation = evaluate != nil
      tell(.step(metrics))
      for warning in newWarnings(metrics) { tell(warning) }
    }
    let isLast = isEnd || state.step == stepCount
    if let evaluate, awaitsEvaluation, isLast || isDue(evaluationInterval) {
      do { try self.evaluate(by: evaluate, tell) } catch { errors.append(error) }
    }
    if isEnd || isFinished || isDue(checkpointInterval) {
      do { try save(tell) } catch { errors.append(error) }
    }
    if let first = errors.first { throw first }
  }

  /// Evaluates the model after the last step.
  private mutating func evaluate(by evaluate: Evaluation, _ report: Report) throws {
    let (step, value) = (state.step, try evaluate(evaluatedModel))
    awaitsEvaluation = false
    let isBest = stopping?.observe(value, step: step) ?? false
    // A state that was saved before is without what early stopping has seen now.
    if stopping != nil { savedStep = nil }
    try report(.evaluation(step: step, value: value, isBest: isBest))
    if let stopping, stopping.shouldStop {
      try report(
        .stoppedEarly(
          step: step, bestStep: stopping.bestStep ?? step, bestValue: stopping.bestValue ?? value))
    }
  }

  private func isDue(_ interval: Int?) -> Bool {
    interval.map { $0 > 0 && state.step.isMultiple(of: $0) } ?? false
  }

  /// What is wrong with mixtures that was not before.
  private mutating func newWarnings(_ metrics: StepMetrics) -> [TrainingEvent] {
    let before = known
    known = metrics.balance.map { Set($0.warnings.map(Complaint.init)) }
    return metrics.balance.enumerated().flatMap { mixture, balance in
      let old = before.indices.contains(mixture) ? before[mixture] : []
      return balance.warnings.filter { !old.contains(Complaint($0)) }.map {
        TrainingEvent.warning(step: metrics.step, mixture: mixture, $0)
      }
    }
  }
}
