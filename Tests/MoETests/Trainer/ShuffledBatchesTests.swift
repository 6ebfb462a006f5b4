import MoE
import Testing

@Suite struct ShuffledBatchesTests {
  @Test(arguments: [1, 2, 7, 20]) func eachEpochHasEachRowOnce(batchSize: Int) {
    let batches = ShuffledBatches(count: 7, batchSize: batchSize, epochCount: 3, seed: 4)
    let all = Array(batches)
    #expect(all.count == 3 * batches.batchesPerEpoch)
    #expect(all.allSatisfy { !$0.isEmpty && $0.count <= batchSize })
    let rows = all.flatMap { $0 }
    for epoch in 0..<3 {
      let own = Array(rows[7 * epoch..<7 * (epoch + 1)])
      #expect(own == batches.order(ofEpoch: epoch) && own.sorted() == Array(0..<7))
    }
    #expect(batches.order(ofEpoch: 0) != batches.order(ofEpoch: 1))
    let other = ShuffledBatches(count: 7, batchSize: 2, seed: 5)
    #expect(other.order(ofEpoch: 0) != batches.order(ofEpoch: 0))
  }

  @Test func goesOnWithoutAnEnd() {
    let batches = ShuffledBatches(count: 3, batchSize: 2, seed: 4)
    #expect(Array(batches.prefix(9)).map(\.count) == [2, 1, 2, 1, 2, 1, 2, 1, 2])
  }

  @Test func ofNoRowsThereIsNoBatch() {
    #expect(Array(ShuffledBatches(count: 0, batchSize: 2, seed: 4)).isEmpty)
    #expect(Array(ShuffledBatches(count: 3, batchSize: 2, epochCount: 0, seed: 4)).isEmpty)
  }

  @Test func trapsOnABatchOfNothing() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ShuffledBatches(count: 3, batchSize: 0, seed: 4)
    }
    #expect(
      result?.standardErrorSays(
        "ShuffledBatches: count 3 and batchSize 0, expected at least 0 and 1") == true)
  }
}
