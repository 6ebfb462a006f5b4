import MoE
import Testing

/// Products of more rows than the kernels pack at once.
@Suite("Blocks of rows", .onEveryKernelSet)
struct ProductBlockingTests {
  /// Around the rows that are packed at once, 96 with AVX2 and 112 with AVX-512, and their
  /// multiples: among them 97, 113 and 337, which make blocks of more tiles after blocks of fewer.
  static let rowCounts = [95, 96, 97, 98, 111, 112, 113, 114, 193, 225, 337, 339]

  @Test("A row among any number has the bits of that row alone", arguments: rowCounts)
  func rowsAlone(_ rowCount: Int) {
    let (depth, columnCount) = (9, 40)
    let left = Tensor(scattered: [rowCount, depth], seed: 5)
    for transposingRight in [false, true] {
      let right = Tensor(
        scattered: transposingRight ? [columnCount, depth] : [depth, columnCount], seed: 6)
      let together = left.matmul(right, transposingRight: transposingRight)
      for row in 0..<rowCount {
        let alone = left[entries: row..<row + 1].matmul(right, transposingRight: transposingRight)
        #expect(alone == together[entries: row..<row + 1], "row \(row), \(transposingRight)")
      }
    }
  }
}
