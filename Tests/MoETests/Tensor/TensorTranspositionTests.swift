import MoE
import Testing

@Suite(.namingCombinations) struct TensorTranspositionTests {
  @Test func everySize() {
    let sizes = [0, 1, 7, 15, 16, 17, 33]
    withEvery("rows", in: sizes) { rows in
      withEvery("columns", in: sizes) { columns in
        let matrix = Tensor((0..<rows * columns).map(Float.init), shape: [rows, columns])
        let transposed = matrix.transposed()
        #expect(transposed.shape == [columns, rows])
        expectBits(
          transposed.scalarArray,
          (0..<columns).flatMap { column in
            (0..<rows).map { Float($0 * columns + column) }
          })
        #expect(transposed.transposed() == matrix)
      }
    }
  }

  @Test func ofSlicesAndOnThreads() {
    let matrix = Tensor(scattered: [50, 37], seed: 4)
    let slice = matrix[entries: 3..<48]
    let alone = Compute.sharingAllWork(among: 1) { slice.transposed() }
    let shared = Compute.sharingAllWork(among: 5) { slice.transposed() }
    #expect(alone.bits == shared.bits)
    #expect(alone[36, 44] == matrix[47, 36])
    #expect(alone[0, 0] == matrix[3, 0])
  }
}
