import MoE
import Testing

@Suite(.namingCombinations, .onEveryKernelSet) struct PackedMatrixTests {
  @Test func productsHaveTheBitsOfTheMatrixItself() {
    withEvery("rows", in: [0, 1, 2, 5, 6, 7, 15, 29]) { rows in
      withEvery("columns", in: [0, 1, 15, 16, 17, 33, 65]) { columns in
        withEvery("depth", in: [0, 1, 9, 40]) { depth in
          let left = Tensor(scattered: [rows, depth], seed: 1)
          let right = Tensor(scattered: [depth, columns], seed: 2)
          let expected = left.matmul(right).bits
          #expect(left.matmul(PackedMatrix(right)).bits == expected)
          let transposed = PackedMatrix(right.transposed(), transposing: true)
          #expect(left.matmul(transposed).bits == expected)
          #expect(transposed.rowCount == depth && transposed.columnCount == columns)
        }
      }
    }
  }

  @Test func sameBitsForAnyThreadCount() {
    let (left, right) = (
      Tensor(scattered: [64, 40], seed: 3), Tensor(scattered: [40, 600], seed: 4)
    )
    #expect(64 * 40 * 600 > Compute.sharingAllWork(among: 2) { SharedEffort.product(wakes: true) })
    let packed = Compute.sharingAllWork(among: 1) { PackedMatrix(right) }
    let alone = Compute.sharingAllWork(among: 1) { left.matmul(packed) }
    for threads in [2, 3, 8] {
      Compute.sharingAllWork(among: threads) {
        #expect(left.matmul(packed).bits == alone.bits)
        #expect(left.matmul(PackedMatrix(right)).bits == alone.bits)
      }
    }
  }

  /// Under other kernels than those that it was packed for, it gives what these do.
  @Test func worksOnOtherKernels() {
    let (left, right) = (
      Tensor(scattered: [7, 33], seed: 5), Tensor(scattered: [33, 35], seed: 6)
    )
    let packed = PackedMatrix(right)
    for set in KernelSet.available {
      KernelSet.withCurrent(set) { #expect(left.matmul(packed).bits == left.matmul(right).bits) }
    }
  }

  @Test func traps() async {
    await #expect(processExitsWith: .failure) { _ = PackedMatrix(Tensor(zeros: [2])) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).matmul(PackedMatrix(Tensor(zeros: [2, 3])))
    }
  }
}
