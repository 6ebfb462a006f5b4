/// The runs without an evaluation, so that a closure behind the call is the report:
/// `trainer.run(on: batches, train: step) { event in print(event) }`.
extension Trainer {
  /// Trains until the last step or the end of the batches, without an evaluation.
  ///
  /// - Parameters:
  ///   - batches: The batches of the whole training, from its first step: those of steps that were
  ///     done before, as after a resume, are passed over.
  ///   - train: The forward and the backward pass of a batch.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: ``TrainingError``, what the closures throw, and ``CheckpointError``. The trainer is
  ///   then as after the last step that was done.
  public mutating func run<Batches: Sequence>(
    on batches: Batches, train: BatchStep<Batches.Element>, report: Report
  ) throws {
    try run(on: batches, train: train, evaluate: nil, report: report)
  }

  /// Trains on batches that are drawn from the generator of the state, without an evaluation.
  ///
  /// - Parameters:
  ///   - next: A batch, drawn from the generator; nothing at the end.
  ///   - train: The forward and the backward pass of a batch.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: ``TrainingError``, what the closures throw, and ``CheckpointError``. The trainer is
  ///   then as after the last step that was done.
  public mutating func run<Batch>(
    drawing next: (inout SeededGenerator) throws -> Batch?, train: BatchStep<Batch>,
    report: Report
  ) throws {
    try run(drawing: next, train: train, evaluate: nil, report: report)
  }

  /// Trains without an evaluation, and lets other tasks run between steps.
  ///
  /// - Parameters:
  ///   - batches: The batches of the whole training, from its first step: those of steps that were
  ///     done before, as after a resume, are passed over.
  ///   - isolation: The actor that this runs on; the caller's unless given.
  ///   - train: The forward and the backward pass of a batch.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: `CancellationError`, ``TrainingError``, what the closures throw, and
  ///   ``CheckpointError``. The trainer is then as after the last step that was done.
  public mutating func run<Batches: Sequence>(
    on batches: Batches, isolation: isolated (any Actor)? = #isolation,
    train: BatchStep<Batches.Element>, report: Report
  ) async throws {
    try await run(
      on: batches, isolation: isolation, train: train, evaluate: nil, report: report)
  }

  /// Trains on batches that are drawn from the generator of the state, without an evaluation, and
  /// lets other tasks run between steps.
  ///
  /// - Parameters:
  ///   - next: A batch, drawn from the generator; nothing at the end.
  ///   - isolation: The actor that this runs on; the caller's unless given.
  ///   - train: The forward and the backward pass of a batch.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: `CancellationError`, ``TrainingError``, what the closures throw, and
  ///   ``CheckpointError``. The trainer is then as after the last step that was done.
  public mutating func run<Batch>(
    drawing next: (inout SeededGenerator) throws -> Batch?,
    isolation: isolated (any Actor)? = #isolation, train: BatchStep<Batch>, report: Report
  ) async throws {
    try await run(
      drawing: next, isolation: isolation, train: train, evaluate: nil, report: report)
  }

  /// Trains on batches that arrive one after another, without an evaluation, and lets other tasks
  /// run between steps.
  ///
  /// - Parameters:
  ///   - batches: The batches of the whole training, from its first step: those of steps that were
  ///     done before, as after a resume, are passed over.
  ///   - isolation: The actor that this runs on; the caller's unless given.
  ///   - train: The forward and the backward pass of a batch.
  ///   - report: Called with what happens; what it throws ends the training once what is due after
  ///     the step is done.
  /// - Throws: `CancellationError`, ``TrainingError``, what the batches and the closures throw, and
  ///   ``CheckpointError``. The trainer is then as after the last step that was done.
  public mutating func run<Batches: AsyncSequence>(
    on batches: Batches, isolation: isolated (any Actor)? = #isolation,
    train: BatchStep<Batches.Element>, report: Report
  ) async throws {
    try await run(
      on: batches, isolation: isolation, train: train, evaluate: nil, report: report)
  }
}
