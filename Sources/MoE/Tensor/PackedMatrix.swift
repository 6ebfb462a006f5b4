/// A matrix in the order that the product kernels read, to be multiplied by many times.
///
/// A product of many rows copies parts of its right operand into panels first, and one of a few
/// rows reads it where it stands, in many streams instead of one. For weights that do not change
/// the copy needs to be made only once:
///
///     let weights = Tensor.normal(shape: [96, 64], using: &generator)
///     let packed = PackedMatrix(weights, transposing: true)
///     let rows = Tensor.normal(shape: [4, 64], using: &generator)
///     print(rows.matmul(packed) == rows.matmul(weights, transposingRight: true))  // true
///
/// A packed matrix is for the kernels that were in use when it was made; used under others it still
/// works, and costs what an unpacked one does.
public struct PackedMatrix: Sendable {
  /// The rows of the matrix, which are the columns of what it is multiplied by.
  public let rowCount: Int
  /// The columns of the matrix, and of a product with it.
  public let columnCount: Int
  private let matrix: Tensor
  private let isTransposed: Bool
  private let panels: PackedPanels

  /// Packs a matrix, or its transpose.
  ///
  /// - Parameters:
  ///   - matrix: A matrix; a tensor of another rank traps. It is kept beside the panels, without a
  ///     copy.
  ///   - transposing: Whether to pack the transpose, as for weights of shape [outputSize,
  ///     inputSize].
  /// - Complexity: O(rows · columns), in time and in memory.
  public init(_ matrix: Tensor, transposing: Bool = false) {
    require(matrix.rank == 2, "PackedMatrix: shape \(matrix.shape), expected a matrix")
    self.matrix = matrix
    isTransposed = transposing
    rowCount = matrix.sizes[transposing ? 1 : 0]
    columnCount = matrix.sizes[transposing ? 0 : 1]
    panels = PackedPanels(matrix, transposing: transposing)
  }

  /// The product of some rows with the matrix.
  fileprivate func product(_ left: Tensor) -> Tensor {
    require(
      left.rank == 2 && left.sizes[1] == rowCount,
      "matmul: shape \(left.shape) against a packed matrix of \(rowCount) rows")
    return left.product(WeightOperand(matrix, transposing: isTransposed, packed: panels))
  }
}

extension Tensor {
  /// The matrix product A·B with a packed matrix B, in the same bits as with the matrix itself.
  ///
  /// - Parameter packed: A matrix whose rows are as many as this one's columns; another traps.
  /// - Returns: A matrix of A's rows and B's columns.
  public func matmul(_ packed: PackedMatrix) -> Tensor { packed.product(self) }
}
