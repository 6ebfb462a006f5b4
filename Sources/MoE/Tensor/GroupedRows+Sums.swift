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
}
