import Foundation
import MoE
import Testing

/// What is due where a training ends: at its last step, with the batches, or by an error.
extension TrainerTests {
  private static let samples = (0..<20).map { Sample($0) }

  private static func evaluated(_ stepCount: Int, _ path: String? = nil) throws
    -> Trainer<Mixture, AdamW>
  {
    var trainer = try trainer(stepCount)
    trainer.evaluationInterval = 2
    trainer.stopping = EarlyStopping(patience: 50)
    trainer.folder = path.map { TrainingFolder(path: $0, keeping: 9) }
    return trainer
  }

  private struct Interruption: Error {}

  // MARK: - Batches

  /// Counts how often it is asked for a batch.
  private final class Source: Sequence, IteratorProtocol {
    var requests = 0

    func next() -> Sample? {
      requests += 1
      return Sample(requests)
    }
  }

  /// The same, one after another.
  private struct Stream: AsyncSequence, AsyncIteratorProtocol {
    let source: Source

    mutating func next() async -> Sample? { source.next() }
    func makeAsyncIterator() -> Stream { self }
  }

  @Test func aFinishedTrainingReadsNoBatch() throws {
    var trainer = try Self.trainer(3)
    let source = Source()
    try trainer.run(on: source, train: Self.train)
    #expect(source.requests == 3)
    let bits = Self.bits(trainer)
    try trainer.run(on: source, train: Self.train)
    #expect(source.requests == 3 && Self.bits(trainer) == bits)
  }

  @Test func aFinishedTrainingAwaitsNoBatch() async throws {
    var trainer = try Self.trainer(3)
    let source = Source()
    try await trainer.run(on: Stream(source: source), train: Self.train)
    #expect(source.requests == 3)
    try await trainer.run(on: Stream(source: source), train: Self.train)
    #expect(source.requests == 3)
  }

  /// More batches to pass over than can be counted are all that there are.
  @Test func theLargestStepsAreNotMultiplied() async throws {
    var trainer = try Self.trainer(.max)
    trainer.state.step = .max - 1
    trainer.microBatchCount = 3
    try await trainer.run(on: Self.samples, train: Self.train)
    #expect(trainer.state.step == .max - 1)
    let stream = AsyncStream<Sample> { continuation in
      continuation.yield(Sample(0))
      continuation.finish()
    }
    try await trainer.run(on: stream, train: Self.train)
    #expect(trainer.state.step == .max - 1)
  }

  /// The end of the batches is an end as the last step is.
  @Test func evaluatesAfterTheLastBatch() throws {
    try withTemporaryFolder { path in
      var trainer = try Self.evaluated(50, path)
      trainer.checkpointInterval = 3
      var events: [String] = []
      try trainer.run(on: Self.samples[..<3], train: Self.train, evaluate: Self.evaluate) {
        switch $0 {
        case .evaluation(let step, _, _): events.append("evaluation \(step)")
        case .checkpoint(let step, _): events.append("checkpoint \(step)")
        default: break
        }
      }
      // What was saved last knows of the last evaluation.
      #expect(events == ["evaluation 2", "checkpoint 3", "evaluation 3", "checkpoint 3"])
      var resumed = try Self.evaluated(50, path)
      #expect(try resumed.resume() && resumed.stopping == trainer.stopping)
      #expect(resumed.stopping?.bestStep != nil)
      // Without a further step there is nothing to evaluate.
      try resumed.run(on: Self.samples[..<3], train: Self.train, evaluate: Self.evaluate)
      #expect(resumed.stopping == trainer.stopping)
    }
  }

  @Test func evaluatesAfterTheLastBatchThatArrives() async throws {
    var steps: [Int] = []
    var trainer = try Self.evaluated(50)
    let stream = AsyncStream<Sample> { continuation in
      for sample in Self.samples[..<3] { continuation.yield(sample) }
      continuation.finish()
    }
    try await trainer.run(on: stream, train: Self.train, evaluate: Self.evaluate) {
      if case .evaluation(let step, _, _) = $0 { steps.append(step) }
    }
    #expect(steps == [2, 3])
  }

  // MARK: - Errors

  /// A report that throws ends the training, and takes no evaluation and no checkpoint away.
  @Test func whatIsDueIsDoneBeforeAnErrorOfAReport() throws {
    try withTemporaryFolder { path in
      var whole = try Self.evaluated(5)
      try whole.run(on: Self.samples, train: Self.train, evaluate: Self.evaluate)
      for stop in 1...5 {
        let folder = TrainingFolder(path: path + "/\(stop)", keeping: 9)
        var trainer = try Self.evaluated(5, folder.path)
        trainer.checkpointInterval = 1
        #expect(throws: Interruption.self) {
          try trainer.run(on: Self.samples, train: Self.train, evaluate: Self.evaluate) {
            if case .step(let metrics) = $0, metrics.step == stop { throw Interruption() }
          }
        }
        #expect(trainer.state.step == stop)
        #expect(try folder.steps == Array(1...stop), "after a stop at \(stop)")
        try trainer.run(on: Self.samples, train: Self.train, evaluate: Self.evaluate)
        #expect(trainer.stopping == whole.stopping, "after a stop at \(stop)")
        #expect(Self.bits(trainer) == Self.bits(whole))
      }
    }
  }

  /// An evaluation that throws is made up for, here and after a resume; the step is saved.
  @Test func anEvaluationThatFailedIsMadeUpFor() throws {
    try withTemporaryFolder { path in
      var whole = try Self.evaluated(5)
      try whole.run(on: Self.samples, train: Self.train, evaluate: Self.evaluate)
      var trainer = try Self.evaluated(5, path)
      trainer.checkpointInterval = 2
      var saved: [Int] = []
      #expect(throws: Interruption.self) {
        try trainer.run(on: Self.samples, train: Self.train) { _ in
          throw Interruption()
        } report: {
          if case .checkpoint(let step, _) = $0 { saved.append(step) }
        }
      }
      #expect(trainer.state.step == 2 && saved == [2])
      var resumed = try Self.evaluated(5, path)
      #expect(try resumed.resume())
      resumed.folder = nil
      for var other in [trainer, resumed] {
        try other.run(on: Self.samples, train: Self.train, evaluate: Self.evaluate)
        #expect(other.stopping == whole.stopping && Self.bits(other) == Self.bits(whole))
      }
    }
  }

  // MARK: - Folders

  @Test func anotherFolderIsSavedToAsWell() throws {
    try withTemporaryFolder { path in
      var trainer = try Self.trainer(2)
      var files: [String] = []
      for name in ["a", "a", "b"] {
        trainer.folder = TrainingFolder(path: "\(path)/\(name)")
        try trainer.run(on: Self.samples, train: Self.train, evaluate: nil) {
          if case .checkpoint(_, let file) = $0 { files.append(file) }
        }
      }
      #expect(files == ["a", "b"].map { TrainingFolder(path: "\(path)/\($0)").file(step: 2) })
    }
  }

  // MARK: - Lines

  /// A training without an end has more seconds left than a whole number holds.
  @Test func theLargestNumbersPrint() throws {
    var metrics: StepMetrics?
    var trainer = try Self.trainer(.max)
    try trainer.run(on: [Sample(0)], train: Self.train, evaluate: nil) {
      if case .step(let step) = $0 { metrics = step }
    }
    let text = String(decoding: try JSONEncoder().encode(try #require(metrics)), as: UTF8.self)
    let long = text.replacing(
      #/"remaining":\[[^\]]*\]/#, with: #""remaining":[9223372036854775807,0]"#
    )
    .replacing(#/"tokensPerSecond":[^,}]*/#, with: #""tokensPerSecond":1e300"#)
    #expect(long != text)
    let line = "\(try JSONDecoder().decode(StepMetrics.self, from: Data(long.utf8)))"
    #expect(line.contains("  1e+300 tokens/s  ") && line.hasSuffix(" min left"))
  }
}
