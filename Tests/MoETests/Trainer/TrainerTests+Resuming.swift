import Foundation
import MoE
import Testing

/// Trainings that stop, by themselves or cancelled, and go on another day.
extension TrainerTests {
  // MARK: - Stopping and going on

  private static func resumable(_ path: String) throws -> Trainer<Mixture, AdamW> {
    var trainer = try trainer(8)
    trainer.folder = TrainingFolder(path: path, keeping: 2)
    trainer.checkpointInterval = 2
    trainer.evaluationInterval = 2
    trainer.average = ParameterAverage(decay: 0.75)
    trainer.stopping = EarlyStopping(patience: 50)
    return trainer
  }

  /// A batch that depends on the generator.
  private static func draw(_ generator: inout SeededGenerator) -> Sample? {
    Sample(Int(generator.next() % 1000))
  }

  private struct Interruption: Error {}

  @Test func resumesWithTheSameBits() throws {
    try withTemporaryFolder { path in
      var whole = try Self.resumable(path + "/whole")
      try whole.run(drawing: Self.draw, train: Self.train, evaluate: Self.evaluate)
      for stop in [1, 4, 5] {
        var first = try Self.resumable(path + "/\(stop)")
        #expect(throws: Interruption.self) {
          try first.run(drawing: Self.draw, train: Self.train, evaluate: Self.evaluate) {
            if case .step(let metrics) = $0, metrics.step == stop { throw Interruption() }
          }
        }
        // What was due after the step is done before the error is thrown.
        var second = try Self.resumable(path + "/\(stop)")
        #expect(try second.resume() == (stop >= 2))
        #expect(second.state.step == stop / 2 * 2)
        try second.run(drawing: Self.draw, train: Self.train, evaluate: Self.evaluate)
        #expect(Self.bits(second) == Self.bits(whole), "after a stop at \(stop)")
        #expect(
          OptimizerChecks.bits(second.evaluatedModel) == OptimizerChecks.bits(whole.evaluatedModel))
        #expect(second.stopping == whole.stopping && second.monitors == whole.monitors)
        #expect(second.state.generator.position == whole.state.generator.position)
      }
      #expect(try TrainingFolder(path: path + "/whole").steps == [6, 8])
    }
  }

  /// A sequence is that of the whole training.
  @Test func passesOverWhatWasUsed() throws {
    var whole = try Self.trainer()
    whole.microBatchCount = 2
    var parts = whole
    let samples = (0..<12).map { Sample($0) }
    try whole.run(on: samples, train: Self.train)
    #expect(throws: Interruption.self) {
      try parts.run(on: samples, train: Self.train, evaluate: nil) {
        if case .step(let metrics) = $0, metrics.step == 2 { throw Interruption() }
      }
    }
    try parts.run(on: samples, train: Self.train)
    #expect(Self.bits(parts) == Self.bits(whole))
  }

  @Test func resumingNeedsAFolder() throws {
    var trainer = try Self.trainer()
    expectConfigurationError("folder of a trainer is none, expected one, to resume from") {
      try trainer.resume()
    }
  }

  // MARK: - Tasks

  /// An asynchronous sequence of samples.
  private static func stream(_ count: Int) -> AsyncStream<Sample> {
    AsyncStream { continuation in
      for index in 0..<count { continuation.yield(Sample(index)) }
      continuation.finish()
    }
  }

  @Test func asynchronousTrainingHasTheSameBits() async throws {
    let plain = try {
      var trainer = try Self.trainer()
      try trainer.run(on: (0..<6).map { Sample($0) }, train: Self.train)
      return Self.bits(trainer)
    }()
    var (first, second) = (try Self.trainer(), try Self.trainer())
    var steps = 0
    try await first.run(on: (0..<6).map { Sample($0) }, train: Self.train, evaluate: nil) {
      if case .step = $0 { steps += 1 }
    }
    try await second.run(on: Self.stream(6), train: Self.train)
    #expect(Self.bits(first) == plain && Self.bits(second) == plain && steps == 6)
  }

  @Test func aCancelledTrainingIsConsistent() async throws {
    let samples = (0..<6).map { Sample($0) }
    let plain = try {
      var trainer = try Self.trainer()
      try trainer.run(on: samples, train: Self.train)
      return Self.bits(trainer)
    }()
    let (folder, remove) = try temporaryFolder()
    defer { remove() }
    let task = Task { () async throws -> (Trainer<Mixture, AdamW>, Bool) in
      var trainer = try Self.trainer()
      trainer.folder = TrainingFolder(path: folder)
      do {
        try await trainer.run(on: samples, train: Self.train, evaluate: nil) {
          if case .step(let metrics) = $0, metrics.step == 3 {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
          }
        }
        return (trainer, false)
      } catch is CancellationError { return (trainer, true) }
    }
    var (trainer, wasCancelled) = try await task.value
    #expect(wasCancelled && trainer.state.step == 3)
    var resumed = try Self.trainer()
    resumed.folder = TrainingFolder(path: folder)
    #expect(try resumed.resume() && resumed.state.step == 3)
    trainer.folder = nil
    try await trainer.run(on: samples, train: Self.train)
    try await resumed.run(on: Self.stream(6), train: Self.train)
    #expect(Self.bits(trainer) == plain && Self.bits(resumed) == plain)
  }
}

/// A folder of its own, and what takes it away again.
private func temporaryFolder() throws -> (path: String, remove: @Sendable () -> Void) {
  let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  return (url.path, { try? FileManager.default.removeItem(at: url) })
}
