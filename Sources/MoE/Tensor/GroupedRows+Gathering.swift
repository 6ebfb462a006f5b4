extension GroupedRows {
  /// The rows of an operand in the order of the positions, each times a factor where there are any.
  ///
  /// For products whose depth runs over the positions: they read an operand again and again, so that
  /// picking its rows once, on all threads, is worth the memory.
  ///
  /// - Parameters:
  ///   - operand: The rows; an operand that has no row for a position traps.
  ///   - factors: One number a position, of shape [`count`], another traps; 1 each unless given.
  /// - Returns: One row a position.
  /// - Complexity: O(`count` · columns).
  package func gathering(_ operand: GroupedOperand, times factors: Tensor? = nil) -> Tensor {
    if case .ordered(let tensor) = operand, factors == nil { return tensor }
    check(operand)
    require(
      factors.map { $0.shape == [count] } != false,
      "gathering: factors of shape \(factors?.shape ?? []) against \(count) positions")
    let columns = operand.columnCount
    var result = Tensor(uninitialized: [count, columns])
    let (scale, run) = (VectorKernel(ArithmeticFunctions.Scale(factor: 1)), result.rowsPerRun)
    withOperand(operand) { source in
      unsafe GroupedRows.withFactors(factors) { factors in
        unsafe result.withUnsafeMutableScalars { rows in
          let source = source(0)
          parallelRuns(of: count, run: run) { positions in
            var scale = scale
            for position in positions {
              let row = unsafe rows + position * columns
              guard let factors = unsafe factors else {
                unsafe row.update(from: source.row(position), count: columns)
                continue
              }
              scale.function.factor = unsafe factors[position]
              unsafe scale.run(over: 0..<columns, VectorPointers(source.row(position), to: row))
            }
          }
        }
      }
    }
    return result
  }

  private static func withFactors(
    _ factors: Tensor?, _ body: (UnsafePointer<Float>?) -> Void
  ) {
    guard let factors else { return body(nil) }
    unsafe factors.withUnsafeScalars { unsafe body($0) }
  }
}
