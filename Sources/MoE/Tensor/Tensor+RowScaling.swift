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

  /// How many rows one thread takes at a time.
  package var rowsPerRun: Int { max(1, scalarsPerRun / max(1, columnCount)) }
}
