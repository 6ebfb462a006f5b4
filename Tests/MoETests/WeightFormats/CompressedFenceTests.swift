import MoE
import Testing

/// Kernels over weights whose codes, scales and zero points end where a page begins that may not be
/// touched.
@Suite(.namingCombinations, .onEveryKernelSet) struct CompressedFenceTests {
  /// Bytes in front of an untouchable page.
  private func fenced(_ source: UnsafeRawPointer, _ byteCount: Int) -> FencedFloats {
    FencedFloats(
      (0..<byteCount / 4).map {
        unsafe source.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)
      })
  }

  @Test func productsReadNothingBeyondBlocks() {
    for format in WeightFormatCases.all {
      withEvery("outputs", in: [1, 16, 33]) { outputs in
        withEvery("inputs", in: [4, 9, 36]) { inputs in
          let weights = WeightFormatCases.scattered(format, shape: [outputs, inputs], seed: 3)
          let (layout, matrix) = (weights.layout, weights.matrix(0))
          let codes = unsafe fenced(matrix.codes, layout.codeByteCount)
          let scales = unsafe fenced(matrix.scales, layout.scaleByteCount)
          let zeros = unsafe fenced(matrix.zeroPoints, layout.zeroPointByteCount)
          let copy = unsafe CompressedMatrix(
            layout, codes: UnsafeMutableRawPointer(codes.start),
            scales: UnsafeMutableRawPointer(scales.start),
            zeroPoints: UnsafeMutableRawPointer(zeros.start).assumingMemoryBound(to: Int8.self),
            factor: matrix.factor, hasSpecialCodes: matrix.hasSpecialCodes)
          let plain = weights.decompressed()
          for rows in [1, 3, 9] {
            let left = Tensor(scattered: [rows, inputs], seed: 7)
            let back = Tensor(scattered: [rows, outputs], seed: 8)
            expectBits(
              product(left, copy, .panelAlongRows, columns: outputs),
              left.matmul(plain, transposingRight: true).scalarArray, "\(format), \(rows) rows")
            expectBits(
              product(back, copy, .depthAlongRows, columns: inputs),
              back.matmul(plain).scalarArray, "\(format) backward, \(rows) rows")
          }
          withExtendedLifetime((codes, scales, zeros, weights)) {}
        }
      }
    }
  }

  private func product(
    _ left: Tensor, _ right: CompressedMatrix, _ axis: PackedAxis, columns: Int
  ) -> [Float] {
    var output = Tensor(zeros: [left.rowCount, columns])
    unsafe left.withUnsafeScalars { rows in
      unsafe output.withUnsafeMutableScalars { target in
        unsafe MatrixProduct.compute([
          MatrixProduct(
            left: RowMajorMatrix(base: rows, rowStride: left.columnCount), .panelAlongRows,
            right: .compressed(right, axis), rowCount: left.rowCount, columnCount: columns,
            depth: left.columnCount, output: target, outputStride: columns)
        ])
      }
    }
    return output.scalarArray
  }
}
