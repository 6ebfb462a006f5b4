/// Where the rows of an operand stand that belong to the positions of grouped rows.
///
/// A kind of expert hands one to its ``GroupedLinear``: the tokens as ``picked(_:)``, so that they are gathered on
/// the way into the product, and what it has computed since as ``ordered(_:)``.
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
  /// The sum over each group's positions of the outer products of two rows.
  ///
  /// It is the gradient of a loss with respect to each group's matrix. A group of no positions gets zeros.
  ///
  /// - Parameters:
  ///   - left: The rows whose size is m.
  ///   - right: The rows whose size is n.
  /// - Returns: A tensor of shape [groups, m, n].
  package func outerProducts(_ left: GroupedOperand, _ right: GroupedOperand) -> Tensor {
    check(left)
    check(right)
    let (rows, columns) = (left.columnCount, right.columnCount)
    var result = Tensor(uninitialized: [groupCount, rows, columns])
    withOperand(left) { left in
      withOperand(right) { right in
        unsafe result.withUnsafeMutableScalars { output in
          MatrixProduct.compute(
            (0..<groupCount).map { group in
              let positions = positions(of: group)
              return unsafe MatrixProduct(
                left: left(positions.lowerBound), .depthAlongRows,
                right: right(positions.lowerBound), .depthAlongRows,
                rowCount: rows, columnCount: columns, depth: positions.count,
                output: output + group * rows * columns, outputStride: columns)
            })
        }
      }
    }
    return result
  }

  /// The sum of each group's rows, in the order of the positions, each times a factor where there are any.
  ///
  /// - Parameters:
  ///   - operand: The rows.
  ///   - factors: One number a position.
  /// - Returns: A tensor of shape [groups, columns].
  package func sums(_ operand: GroupedOperand, times factors: Tensor? = nil) -> Tensor {
    check(operand)
    let columns = operand.columnCount
    var result = Tensor(zeros: [groupCount, columns])
    let add = VectorKernel(ArithmeticFunctions.MultiplyAdd(factor: 1))
    withOperand(operand) { source in
      unsafe result.withUnsafeMutableScalars { sums in
        let source = source(0)
        parallelFor(groupCount, scalars: count * columns) { group in
          var add = add
          let sum = unsafe sums + group * columns
          for position in positions(of: group) {
            add.function.factor = factors?.scalars[position] ?? 1
            unsafe add.run(over: 0..<columns, VectorPointers(sum, source.row(position), to: sum))
          }
        }
      }
    }
    return result
  }

  /// The sum of the products of the row picked at each position with its group's row.
  ///
  /// - Parameters:
  ///   - matrix: The rows that are picked from.
  ///   - rows: One row a group.
  /// - Returns: One number a position.
  package func dots(_ matrix: Tensor, _ rows: Tensor) -> Tensor {
    check(.picked(matrix))
    require(
      rows.shape == [groupCount, matrix.columnCount],
      "grouped dots: rows \(rows.shape) against \(groupCount) groups of \(matrix.shape)")
    let columns = matrix.columnCount
    var result = Tensor(uninitialized: [count])
    let dot = FoldKernel(RowKernels.Dot())
    withOperand(.picked(matrix)) { source in
      unsafe rows.withUnsafeScalars { rows in
        unsafe result.withUnsafeMutableScalars { result in
          let source = source(0)
          for group in 0..<groupCount {
            for position in positions(of: group) {
              unsafe result[position] = unsafe dot.run(
                count: columns, source.row(position), rows + group * columns)
            }
          }
        }
      }
    }
    return result
  }

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
    let shape = operand.tensor.shape
    switch operand {
    case .picked:
      require(
        shape.count == 2 && (bounds.map { $0.lowerBound >= 0 && $0.upperBound < shape[0] } ?? true),
        "grouped rows: rows \(bounds.map { "\($0)" } ?? "none") against shape \(shape)")
    case .ordered:
      require(
        shape.count == 2 && shape[0] == count,
        "grouped rows: \(count) positions against shape \(shape)")
    }
  }
}

extension Tensor {
  /// The sum of the products of each row with the row of another matrix.
  ///
  /// - Parameter other: A tensor of the same shape; another traps.
  /// - Returns: One number a row.
  package func rowDots(_ other: Tensor) -> Tensor {
    require(shape == other.shape, "rowDots: shape \(shape) against \(other.shape)")
    var result = Tensor(uninitialized: [rowCount])
    let columns = columnCount
    let dot = FoldKernel(RowKernels.Dot())
    unsafe withUnsafeScalars { first in
      unsafe other.withUnsafeScalars { second in
        unsafe result.withUnsafeMutableScalars { result in
          parallelRuns(of: rowCount, run: rowsPerRun) { rows in
            for row in rows {
              unsafe result[row] = unsafe dot.run(
                count: columns, first + row * columns, second + row * columns)
            }
          }
        }
      }
    }
    return result
  }

  /// Multiplies each row by a number.
  ///
  /// - Parameter factors: One number a row.
  package mutating func scaleRows(by factors: Tensor) {
    require(factors.shape == [rowCount], "scaleRows: \(factors.shape) against \(shape)")
    let (columns, rows, run) = (columnCount, rowCount, rowsPerRun)
    let scale = VectorKernel(ArithmeticFunctions.Scale(factor: 1))
    unsafe withUnsafeMutableScalars { own in
      unsafe factors.withUnsafeScalars { factors in
        parallelRuns(of: rows, run: run) { range in
          var scale = scale
          for row in range {
            scale.function.factor = unsafe factors[row]
            let own = unsafe own + row * columns
            unsafe scale.run(over: 0..<columns, VectorPointers(own, to: own))
          }
        }
      }
    }
  }
}
