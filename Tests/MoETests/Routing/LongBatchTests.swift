import MoE
import Testing

/// Work that grows with token ids grows as they do: no array is copied for each of them.
@Suite(.timeLimit(.minutes(2))) struct LongBatchTests {
  /// Twice as many ids take about twice as long; were the table copied for each id, nearly four times.
  @Test func aHashTableTakesTimeInProportion() throws {
    func time(_ vocabulary: Int) throws -> Duration {
      try ContinuousClock().measure {
        let table = try HashTable(vocabulary: vocabulary, expertCount: 4, count: 2, seed: 1)
        #expect(table.vocabulary == vocabulary)
      }
    }
    // 16 times as many; by copies it would be 256 times as long.
    let short = try (0..<3).map { _ in try time(5000) }.min() ?? .zero
    let long = try min(time(80_000), time(80_000))
    #expect(long < short * 64)
  }
}
