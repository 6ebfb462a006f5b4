import MoE
import Testing

/// The meter that other tests hold the library's memory with.
@Suite struct MemoryMeterTests {
  @Test func countsWhatWorkMakes() {
    let before = Tensor(zeros: [2000])
    let meter = MemoryMeter()
    var kept: Tensor?
    meter.measure {
      kept = before + 1
      let product = before * 2
      #expect(meter.reading.byteCount == 16_000)
      withExtendedLifetime(product) {}
    }
    _ = Tensor(zeros: [2000])
    #expect(meter.reading.byteCount == 8000 && meter.reading.largestByteCount == 16_000)
    meter.restart()
    #expect(meter.reading.largestByteCount == 8000)
    kept = nil
    #expect(meter.reading.byteCount == 0 && kept == nil)
  }

  @Test func countsOnAllThreads() {
    let meter = MemoryMeter()
    meter.measure {
      Compute.sharingAllWork(among: 4) {
        parallelFor(64) { item in _ = Tensor(zeros: [2000 + item]) }
      }
    }
    #expect(meter.reading.byteCount == 0 && meter.reading.largestByteCount > 8000)
  }

  @Test func aloneInItsTask() {
    let (outer, inner) = (MemoryMeter(), MemoryMeter())
    outer.measure { inner.measure { _ = Tensor(zeros: [2000]) } }
    #expect(outer.reading.largestByteCount == 0 && inner.reading.largestByteCount == 8000)
  }

  /// A large tensor is of a fresh block, and the next one of the same size of the kept block.
  @Test func countsFreshBlocks() async {
    await #expect(processExitsWith: .success) {
      let meter = MemoryMeter()
      meter.measure {
        for _ in 0..<3 { _ = Tensor(zeros: [StoragePoolTests.large]) }
        precondition(meter.reading.freshBlockCount == 1)
        _ = Tensor(zeros: [2 * StoragePoolTests.large])
        precondition(meter.reading.freshBlockCount == 2)
      }
    }
  }
}
