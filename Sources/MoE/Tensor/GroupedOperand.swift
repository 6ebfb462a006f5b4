/// Where the rows of an operand stand that belong to the positions of grouped rows.
///
/// A kind of expert hands one to its ``GroupedLinear``: the tokens as ``picked(_:)``, so that they
/// are gathered on the way into the product, and what it has computed since as ``ordered(_:)``.
public enum GroupedOperand: Sendable {
  /// In the matrix that the indices pick from: position p is row `indices[p]`.
  case picked(Tensor)
  /// Already in the order of the positions: position p is row p.
  case ordered(Tensor)

  /// The matrix itself.
  var tensor: Tensor {
    switch self {
    case .picked(let tensor), .ordered(let tensor): tensor
    }
  }

  /// The number of columns.
  var columnCount: Int { tensor.columnCount }
}

extension GroupedRows {
  /// Calls `body` with what gives an operand's rows from a position onwards.
  func withOperand<Result>(
    _ operand: GroupedOperand, _ body: ((Int) -> RowMajorMatrix) -> Result
  ) -> Result {
    let columns = operand.columnCount
    return unsafe operand.tensor.withUnsafeScalars { base in
      switch operand {
      case .ordered:
        body { unsafe RowMajorMatrix(base: base + $0 * columns, rowStride: columns) }
      case .picked:
        unsafe indices.withUnsafeBufferPointer { indices in
          body { position in
            unsafe RowMajorMatrix(
              base: base, rowStride: columns, rows: indices.baseAddress.map { unsafe $0 + position }
            )
          }
        }
      }
    }
  }

  /// Traps where an operand has no row for a position.
  func check(_ operand: GroupedOperand) {
    let sizes = operand.tensor.sizes
    switch operand {
    case .picked:
      require(
        sizes.rank == 2 && (bounds.map { $0.lowerBound >= 0 && $0.upperBound < sizes[0] } ?? true),
        "grouped rows: rows \(bounds.map { "\($0)" } ?? "none") against shape \(sizes.array)")
    case .ordered:
      require(
        sizes.rank == 2 && sizes[0] == count,
        "grouped rows: \(count) positions against shape \(sizes.array)")
    }
  }
}
