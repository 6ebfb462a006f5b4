extension GroupedRows {
  /// Adds the row picked at each position, times a factor where there are any, to a row of that
  /// position's own: yₚ += fₚ·xₚ.
  ///
  /// - Parameters:
  ///   - operand: The rows; an operand that has no row for a position traps.
  ///   - factors: One number a position, of shape [`count`], another traps; 1 each unless given.
  ///   - result: One row a position, of the operand's columns; another shape traps.
  /// - Complexity: O(`count` · columns) multiply-adds, on all threads.
  public func add(
    _ operand: GroupedOperand, times factors: Tensor? = nil, to result: inout Tensor
  ) {
    check(operand)
    let columns = operand.columnCount
    require(
      result.sizes == TensorShape(count, columns)
        && factors.map { $0.sizes == TensorShape(count) } != false,
      "grouped addition: factors of shape \(factors?.shape ?? []) and rows of \(columns) against "
        + "result of shape \(result.shape), \(count) positions")
    let (add, run) = (
      VectorKernel(ArithmeticFunctions.MultiplyAdd(factor: 1)), result.rowsPerRun
    )
    withOperand(operand) { source in
      unsafe result.withUnsafeMutableScalars { sums in
        let source = source(0)
        parallelRuns(of: count, run: run) { positions in
          var add = add
          for position in positions {
            let sum = unsafe sums + position * columns
            add.function.factor = factors?.scalars[position] ?? 1
            unsafe add.run(over: 0..<columns, VectorPointers(sum, source.row(position), to: sum))
          }
        }
      }
    }
  }

  /// Two rows for each position, each times a factor: xₚ·aₚ + v·bₚ, with v the row of its group.
  ///
  /// - Parameters:
  ///   - operand: The rows x; an operand that has no row for a position traps.
  ///   - factors: The factors a, of shape [`count`], another traps.
  ///   - ofGroups: The rows v, of shape [groups, columns]; likewise.
  ///   - groupFactors: The factors b, of shape [`count`]; likewise.
  /// - Returns: A matrix of one row a position.
  /// - Complexity: O(`count` · columns) multiply-adds, on all threads.
  package func mixed(
    _ operand: GroupedOperand, times factors: Tensor, with ofGroups: Tensor,
    times groupFactors: Tensor
  ) -> Tensor {
    check(operand)
    let columns = operand.columnCount
    require(
      ofGroups.sizes == TensorShape(groupCount, columns) && factors.sizes == TensorShape(count)
        && groupFactors.sizes == TensorShape(count),
      "grouped mixture: factors of shapes \(factors.shape) and \(groupFactors.shape), rows of "
        + "\(columns) against \(ofGroups.shape) of groups, \(count) positions")
    var result = Tensor(uninitialized: TensorShape(count, columns))
    let run = result.rowsPerRun
    let groups = groupOfEachPosition.indices
    withOperand(operand) { source in
      unsafe ofGroups.withUnsafeScalars { ofGroups in
        unsafe factors.withUnsafeScalars { factors in
          unsafe groupFactors.withUnsafeScalars { groupFactors in
            unsafe groups.withUnsafeBufferPointer { groups in
              unsafe result.withUnsafeMutableScalars { sums in
                let source = source(0)
                parallelRuns(of: count, run: run) { positions in
                  var add = VectorKernel(ArithmeticFunctions.MultiplyAdd(factor: 1))
                  for position in positions {
                    let sum = unsafe sums + position * columns
                    unsafe sum.update(repeating: 0, count: columns)
                    add.function.factor = unsafe factors[position]
                    unsafe add.run(
                      over: 0..<columns, VectorPointers(sum, source.row(position), to: sum))
                    add.function.factor = unsafe groupFactors[position]
                    unsafe add.run(
                      over: 0..<columns,
                      VectorPointers(sum, ofGroups + Int(groups[position]) * columns, to: sum))
                  }
                }
              }
            }
          }
        }
      }
    }
    return result
  }

  /// The dot products of two rows of each position: Σⱼ xₚⱼ·yₚⱼ.
  ///
  /// - Parameters:
  ///   - first: Rows; an operand that has no row for a position traps.
  ///   - second: Others, of as many columns; another number traps.
  /// - Returns: One number a position, of shape [`count`].
  /// - Complexity: O(`count` · columns) multiply-adds, on all threads.
  public func dots(_ first: GroupedOperand, _ second: GroupedOperand) -> Tensor {
    check(first)
    check(second)
    let columns = first.columnCount
    require(
      columns == second.columnCount,
      "grouped dots: rows of \(columns) against rows of \(second.columnCount)")
    var result = Tensor(uninitialized: TensorShape(count))
    let dot = FoldKernel(RowKernels.Dot())
    let run = first.tensor.rowsPerRun
    withOperand(first) { first in
      withOperand(second) { second in
        unsafe result.withUnsafeMutableScalars { result in
          let (first, second) = (first(0), second(0))
          parallelRuns(of: count, run: run) { positions in
            for position in positions {
              unsafe result[position] = unsafe dot.run(
                count: columns, first.row(position), second.row(position))
            }
          }
        }
      }
    }
    return result
  }

  /// The same positions, each of which picks the row of its group.
  var groupOfEachPosition: GroupedRows {
    var indices: [Int32] = []
    indices.reserveCapacity(count)
    for group in 0..<groupCount {
      indices.append(contentsOf: repeatElement(Int32(group), count: positions(of: group).count))
    }
    return GroupedRows(offsets: offsets, indices: indices)
  }
}
