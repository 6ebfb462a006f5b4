/// What a weight is multiplied by while somebody watches: the mean square of each column.
///
/// Columns that are large in use count more when a weight is rounded, see
/// ``Parameterized/compressing(to:rounding:where:calibratedBy:)``.
package final class ColumnMeter: Sendable {
  private struct Sums {
    var squares: [Double]
    var rowCount = 0
  }

  private let sums: Locked<Sums>

  /// A meter of so many columns, before any rows.
  package init(columnCount: Int) {
    sums = Locked(Sums(squares: Array(repeating: 0, count: columnCount)))
  }

  /// The mean square of each column; 1 for each where no rows were seen.
  package var meanSquares: Tensor {
    sums.withLock { sums in
      Tensor(
        sums.squares.map { sums.rowCount == 0 ? 1 : Float($0 / Double(sums.rowCount)) })
    }
  }

  /// Takes the rows of a product into account.
  func add(_ positions: ProductPositions, left: (Int) -> RowMajorMatrix) {
    sums.withLock { sums in
      for position in 0..<positions.count {
        let row = unsafe left(position).row(0)
        for column in sums.squares.indices {
          let value = Double(unsafe row[column])
          sums.squares[column] += value * value
        }
      }
      sums.rowCount += positions.count
    }
  }
}
