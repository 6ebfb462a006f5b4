import MoE
import Testing

/// Kernels with operands that end where a page begins that may not be touched.
@Suite("Nothing beyond an operand is read", .onEveryKernelSet)
struct FenceTests {
  func numbers(_ count: Int) -> FencedFloats {
    FencedFloats(Tensor(scattered: [count], seed: 3).scalarArray)
  }

  @Test(arguments: [false, true], [false, true])
  func products(_ transposesLeft: Bool, _ transposesRight: Bool) {
    for rows in [1, 2, 6, 7, 15, 29] {
      for columns in [1, 7, 8, 9, 17, 33] {
        for depth in [1, 3, 4, 5, 9, 21] {
          let (a, b) = (numbers(rows * depth), numbers(depth * columns))
          let c = numbers(rows * columns)
          defer { withExtendedLifetime((a, b, c)) {} }
          // In place, and picked from the end backwards.
          let picked = (0..<Int32(transposesLeft ? depth : rows)).reversed() as [Int32]
          unsafe picked.withUnsafeBufferPointer { picked in
            for picks in [false, true] {
              unsafe MatrixProduct.compute([
                MatrixProduct(
                  left: RowMajorMatrix(
                    base: UnsafePointer(a.start), rowStride: transposesLeft ? rows : depth,
                    rows: picks ? picked.baseAddress : nil),
                  transposesLeft ? .depthAlongRows : .panelAlongRows,
                  right: RowMajorMatrix(
                    base: UnsafePointer(b.start), rowStride: transposesRight ? depth : columns),
                  transposesRight ? .panelAlongRows : .depthAlongRows,
                  rowCount: rows, columnCount: columns, depth: depth,
                  output: c.start, outputStride: columns)
              ])
            }
          }
        }
      }
    }
  }

  @Test func vectorFunctions() {
    for count in 1...33 {
      let (a, b, c) = (numbers(count), numbers(count), numbers(count))
      defer { withExtendedLifetime((a, b, c)) {} }
      let kernel = VectorKernel(ArithmeticFunctions.MultiplyAdd(factor: 2))
      unsafe kernel.run(
        over: 0..<count,
        VectorPointers(UnsafePointer(a.start), UnsafePointer(b.start), to: c.start))
      let exponentials = FoldKernel(RowKernels.Exponentials(shift: 1))
      _ = unsafe exponentials.run(count: count, UnsafePointer(a.start), to: c.start)
    }
  }
}
