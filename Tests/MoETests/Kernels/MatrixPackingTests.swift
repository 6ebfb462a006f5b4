import MoE
import Testing

@Suite(.namingCombinations) struct MatrixPackingTests {
  /// Panel by panel, step by step, lane by lane, each scalar some times, zeros beyond the end.
  private func expected(
    range: Range<Int>, depth: Range<Int>, width: Int, copies: Int, _ element: (Int, Int) -> Float
  ) -> [Float] {
    var result: [Float] = []
    for panel in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      for step in depth {
        for lane in panel..<panel + width {
          let scalar = lane < range.upperBound ? element(lane, step) : 0
          result += [Float](repeating: scalar, count: copies)
        }
      }
    }
    return result
  }

  /// Packs into a buffer of guards, and gives what stands there after.
  private func packed(
    _ matrix: Tensor, rows: [Int32]?, _ axis: PackedAxis, range: Range<Int>, depth: Range<Int>,
    width: Int, copies: Int
  ) -> [Float] {
    let count = (range.count + width - 1) / width * width * depth.count * copies
    return unsafe RowKernelTests.guarded([Float](repeating: .nan, count: count)) { destination in
      unsafe matrix.withUnsafeScalars { base in
        if let rows {
          unsafe rows.withUnsafeBufferPointer {
            unsafe RowMajorMatrix(base: base, rowStride: matrix.shape[1], rows: $0.baseAddress)
              .pack(
                axis, range: range, depth: depth, width: width, copies: copies, into: destination)
          }
        } else {
          unsafe RowMajorMatrix(base: base, rowStride: matrix.shape[1])
            .pack(axis, range: range, depth: depth, width: width, copies: copies, into: destination)
        }
      }
    }
  }

  @Test func everyShapeOfPanel() {
    let matrix = Tensor((1...30 * 30).map(Float.init), shape: [30, 30])
    let rows = (0..<30).map { Int32($0 * 11 % 30) }
    withEvery("range", in: [0..<0, 0..<1, 0..<6, 2..<9, 3..<20]) { range in
      withEvery("depth", in: [0..<1, 4..<13, 0..<16]) { depth in
        withEvery("copies", in: [1, 4]) { copies in
          for width in [6, 8] {
            for rows in [nil, rows] {
              func row(_ index: Int) -> Int { rows.map { Int($0[index]) } ?? index }
              expectBits(
                packed(
                  matrix, rows: rows, .panelAlongRows, range: range, depth: depth, width: width,
                  copies: copies),
                expected(range: range, depth: depth, width: width, copies: copies) {
                  matrix[row($0), $1]
                })
              expectBits(
                packed(
                  matrix, rows: rows, .depthAlongRows, range: range, depth: depth, width: width,
                  copies: copies),
                expected(range: range, depth: depth, width: width, copies: copies) {
                  matrix[row($1), $0]
                })
            }
          }
        }
      }
    }
  }
}

@Suite(.namingCombinations) struct MatrixMicrokernelTests {
  /// A tile, against the chain of each element in single precision: the same bits, where fused and
  /// where not.
  @Test func agreesWithChains() {
    let (rows, columns) = (MatrixMicrokernel.rowCount, MatrixMicrokernel.columnCount)
    withEvery("depth", in: [0, 1, 2, 17]) { depth in
      withEvery("accumulates", in: [false, true]) { accumulates in
        withEvery("stride", in: [columns, columns + 3]) { stride in
          let a = Tensor(scattered: [depth, rows], seed: 1)
          let b = Tensor(scattered: [depth, columns], seed: 2)
          let left = Tensor(
            a.scalarArray.flatMap {
              [Float](repeating: $0, count: MatrixMicrokernel.leftCopies)
            })
          let count = (rows - 1) * stride + columns
          let before =
            accumulates
            ? Tensor(scattered: [count], seed: 3).scalarArray
            : [Float](repeating: .nan, count: count)
          let after = unsafe RowKernelTests.guarded(before) { output in
            unsafe left.withUnsafeScalars { left in
              unsafe b.withUnsafeScalars { right in
                unsafe MatrixMicrokernel.run(
                  depth: depth, left: left, right: right, output: output, outputStride: stride,
                  accumulates: accumulates)
              }
            }
          }
          var expected = before
          for row in 0..<rows {
            for column in 0..<columns {
              var sum = accumulates ? before[row * stride + column] : 0
              for step in 0..<depth {
                #if arch(arm64)
                  sum = sum.addingProduct(a[step, row], b[step, column])
                #else
                  sum += a[step, row] * b[step, column]
                #endif
              }
              expected[row * stride + column] = sum
            }
          }
          expectBits(after, expected)
        }
      }
    }
  }
}
