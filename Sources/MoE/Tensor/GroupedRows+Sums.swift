extension GroupedRows {
  /// The sum over each group's positions of the outer products of two rows: Σₚ lₚ·rₚᵀ.
  ///
  /// With l the gradient of each position's output and r its input, it is the gradient of a loss
  /// with respect to each group's matrix. Positions are added in their order. A group of none gets
  /// zeros.
  ///
  /// - Parameters:
  ///   - left: The rows whose size is m; an operand that has no row for a position traps.
  ///   - right: The rows whose size is n; likewise.
  /// - Returns: A tensor of shape [groups, m, n].
  /// - Complexity: O(`count` · m · n) multiply-adds, on all threads.
  public func outerProducts(_ left: GroupedOperand, _ right: GroupedOperand) -> Tensor {
    check(left)
    check(right)
    let (rows, columns) = (left.columnCount, right.columnCount)
    var result = Tensor(uninitialized: TensorShape(groupCount, rows, columns))
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

  /// The sum of each group's rows, each times a factor where there are any: Σₚ fₚ·xₚ.
  ///
  /// With x the gradient of each position's output, it is the gradient of a loss with respect to
  /// each group's bias. Positions are added in their order. A group of none gets zeros.
  ///
  /// - Parameters:
  ///   - operand: The rows; an operand that has no row for a position traps.
  ///   - factors: One number a position, of shape [`count`], another traps; 1 each unless given.
  /// - Returns: A tensor of shape [groups, columns].
  /// - Complexity: O(`count` · columns) multiply-adds.
  public func sums(_ operand: GroupedOperand, times factors: Tensor? = nil) -> Tensor {
    check(operand)
    if let factors {
      require(
        factors.sizes == TensorShape(count),
        "grouped sums: factors of shape \(factors.shape) against \(count) positions")
    }
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

  /// The dot product of the row picked at each position with its group's row: Σⱼ xₚⱼ·rⱼ.
  ///
  /// With x the gradient of each token's output and r each group's bias, it is what the bias adds
  /// to the gradient of a loss with respect to the weight of each position.
  ///
  /// - Parameters:
  ///   - matrix: The rows that are picked from; one that has no row for a position traps.
  ///   - rows: One row a group, of shape [groups, columns]; another traps.
  /// - Returns: One number a position, of shape [`count`].
  /// - Complexity: O(`count` · columns) multiply-adds.
  public func dots(_ matrix: Tensor, _ rows: Tensor) -> Tensor {
    check(.picked(matrix))
    require(
      rows.sizes == TensorShape(groupCount, matrix.columnCount),
      "grouped dots: rows \(rows.shape) against \(groupCount) groups of \(matrix.shape)")
    let columns = matrix.columnCount
    var result = Tensor(uninitialized: TensorShape(count))
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
