import MoE
import Testing

/// Work that grows with tokens or ids grows as they do: no array is copied for each of them.
@Suite(.timeLimit(.minutes(2))) struct LongBatchTests {
  /// Twice as many ids take about twice as long; were the table copied for each id, four times.
  @Test func aHashTableTakesTimeInProportion() throws {
    func time(_ vocabulary: Int) throws -> Duration {
      try ContinuousClock().measure {
        let table = try HashTable(vocabulary: vocabulary, expertCount: 4, count: 2, seed: 1)
        #expect(table.vocabulary == vocabulary)
      }
    }
    // 16 times as many; by copies it would be 256 times as long.
    let short = try (0..<3).map { _ in try time(5000) }.min() ?? .zero
    #expect(try time(80_000) < short * 64)
  }

  /// Three of four tokens go on to another expert.
  @Test func redirectingTakesTimeInProportion() throws {
    func time(_ tokens: Int, _ overflow: Capacity.Overflow) throws -> Duration {
      let logits = Tensor(
        Array(repeatElement([4, 3, 2, 1] as [Float], count: tokens).joined()), shape: [tokens, 4])
      let router = try Selecting.router(
        RoutingStrategy(
          selector: .topK(1), weighting: .probabilities, capacity: .factor(1, overflow: overflow)),
        experts: 4)
      return try ContinuousClock().measure {
        let routing = try router.forward(logits, mode: .training(step: 0)).routing
        #expect(routing.load == Array(repeating: tokens / 4, count: 4))
      }
    }
    let short = try (0..<3).map { _ in try time(4000, .nextBest) }.min() ?? .zero
    #expect(try time(64_000, .nextBest) < short * 64)
  }
}
