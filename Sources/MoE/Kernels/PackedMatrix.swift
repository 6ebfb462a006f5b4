/// A matrix in the order that the product kernels read, to be multiplied by many times.
///
/// A product copies parts of its right operand into panels first. For one row that copy costs as much as the
/// product many times over; for weights that do not change it needs to be done only once:
///
///     let weights = Tensor.normal(shape: [96, 64], using: &generator)
///     let packed = PackedMatrix(weights, transposing: true)
///     let rows = Tensor.normal(shape: [4, 64], using: &generator)
///     print(rows.matmul(packed) == rows.matmul(weights, transposingRight: true))  // true
///
/// A packed matrix is for the kernels that were in use when it was made; used under others it still works,
/// and costs what an unpacked one does.
public struct PackedMatrix: Sendable {
  /// The rows of the matrix, which are the columns of what it is multiplied by.
  public let rowCount: Int
  /// The columns of the matrix, and of a product with it.
  public let columnCount: Int
  private let matrix: Tensor
  private let isTransposed: Bool
  private let panels: TensorStorage?
  private let set: KernelSet

  /// Packs a matrix, or its transpose.
  ///
  /// - Parameters:
  ///   - matrix: A matrix; a tensor of another rank traps. It is kept beside the panels, without a copy.
  ///   - transposing: Whether to pack the transpose, as for weights of shape [outputSize, inputSize].
  /// - Complexity: O(rows · columns), in time and in memory.
  public init(_ matrix: Tensor, transposing: Bool = false) {
    require(matrix.rank == 2, "PackedMatrix: shape \(matrix.shape), expected a matrix")
    self.matrix = matrix
    isTransposed = transposing
    rowCount = matrix.shape[transposing ? 1 : 0]
    columnCount = matrix.shape[transposing ? 0 : 1]
    set = KernelSet.current
    #if arch(x86_64)
      panels = set.instructions.map {
        PackedMatrix.panels(
          of: matrix, isTransposed: transposing,
          depth: transposing ? matrix.shape[1] : matrix.shape[0],
          columns: transposing ? matrix.shape[0] : matrix.shape[1], $0)
      }
    #else
      panels = nil
    #endif
  }

  #if arch(x86_64)
    private static func panels(
      of matrix: Tensor, isTransposed: Bool, depth: Int, columns: Int, _ set: InstructionSet
    ) -> TensorStorage {
      let storage = TensorStorage(
        uninitializedCapacity: GeneratedProduct.packedCount(
          depth: depth, columns: columns, set: set))
      let panelCount = (columns + set.panelWidth - 1) / set.panelWidth
      let run = max(1, scalarsPerRun / max(1, set.panelWidth * depth))
      unsafe matrix.withUnsafeScalars { base in
        let source = unsafe GeneratedProduct.Source(
          base, stride: matrix.shape[1], isTransposed: isTransposed)
        parallelRuns(of: panelCount, run: run) {
          unsafe GeneratedProduct.pack(
            source, depth: depth, columns: columns, set: set, panels: $0, into: storage.base)
        }
      }
      return storage
    }
  #endif

  /// The product of some rows with the matrix.
  fileprivate func product(_ left: Tensor) -> Tensor {
    require(
      left.rank == 2 && left.shape[1] == rowCount,
      "matmul: shape \(left.shape) against a packed matrix of \(rowCount) rows")
    guard let panels, set == KernelSet.current else {
      return left.matmul(matrix, transposingRight: isTransposed)
    }
    var result = Tensor(uninitialized: [left.shape[0], columnCount])
    unsafe left.withUnsafeScalars { rows in
      unsafe matrix.withUnsafeScalars { plain in
        unsafe result.withUnsafeMutableScalars { output in
          var product = unsafe MatrixProduct(
            left: RowMajorMatrix(base: rows, rowStride: rowCount), .panelAlongRows,
            right: RowMajorMatrix(base: plain, rowStride: matrix.shape[1]),
            isTransposed ? .panelAlongRows : .depthAlongRows,
            rowCount: left.shape[0], columnCount: columnCount, depth: rowCount,
            output: output, outputStride: columnCount)
          unsafe product.packedRight = UnsafePointer(panels.base)
          MatrixProduct.compute([product])
        }
      }
    }
    withExtendedLifetime(panels) {}
    return result
  }
}

extension Tensor {
  /// The matrix product A·B with a packed matrix B, in the same bits as with the matrix itself.
  ///
  /// - Parameter packed: A matrix whose rows are as many as this one's columns; another traps.
  /// - Returns: A matrix of A's rows and B's columns.
  public func matmul(_ packed: PackedMatrix) -> Tensor { packed.product(self) }
}
