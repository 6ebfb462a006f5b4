import MoE
import Testing

/// A closure behind a call of `run` that names the training step is the report, in all of its
/// forms.
@Suite struct TrainerReportTests {
  private static func trainer() throws -> Trainer<MixtureOfExperts, AdamW> {
    try TrainerTests.trainer(3)
  }

  private static let samples = (0..<3).map { TrainerTests.Sample($0) }

  private static func stream() -> AsyncStream<TrainerTests.Sample> {
    AsyncStream { continuation in
      for sample in samples { continuation.yield(sample) }
      continuation.finish()
    }
  }

  @Test func theClosureIsTheReport() throws {
    var (first, second) = (try Self.trainer(), try Self.trainer())
    var (lines, drawn) = ([String](), [String]())
    try first.run(on: Self.samples, train: TrainerTests.train) { event in
      if case .step(let metrics) = event { lines.append("\(metrics.step) \(metrics.loss)") }
    }
    var next = Self.samples.makeIterator()
    func draw(_ generator: inout SeededGenerator) -> TrainerTests.Sample? { next.next() }
    try second.run(drawing: draw, train: TrainerTests.train) { event in
      if case .step(let metrics) = event { drawn.append("\(metrics.step) \(metrics.loss)") }
    }
    #expect(lines.count == 3 && drawn == lines)
    #expect(TrainerTests.bits(first) == TrainerTests.bits(second))
  }

  @Test func theClosureIsTheReportInTasks() async throws {
    var counts = [0, 0, 0]
    var trainer = try Self.trainer()
    try await trainer.run(on: Self.samples, train: TrainerTests.train) { _ in counts[0] += 1 }
    trainer = try Self.trainer()
    try await trainer.run(on: Self.stream(), train: TrainerTests.train) { _ in counts[1] += 1 }
    trainer = try Self.trainer()
    func draw(_ generator: inout SeededGenerator) -> TrainerTests.Sample? {
      TrainerTests.Sample(Int(generator.next() % 100))
    }
    try await trainer.run(drawing: draw, train: TrainerTests.train) { _ in counts[2] += 1 }
    #expect(counts == [3, 3, 3])
  }
}
