/// Rows and columns of a matrix, or of each matrix of a stack.
extension Tensor {
  /// The sums of the squares of each column, added from the first row to the last.
  ///
  /// - Returns: Of a matrix one number a column, of a stack [matrices, columns]; one of another
  ///   rank traps.
  package func columnSquareSums() -> Tensor {
    require(rank == 2 || rank == 3, "columnSquareSums: shape \(shape), expected matrices")
    let (matrices, rows, columns) = (rank == 3 ? sizes[0] : 1, sizes[rank - 2], columnCount)
    var result = Tensor(zeros: TensorShape(matrices, columns))
    let add = VectorKernel(ArithmeticFunctions.AddSquare())
    // Threads share the columns, never the rows, so that the order of each sum stays.
    let run = max(64, scalarsPerRun / max(1, rows * matrices) / 64 * 64)
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { sums in
        parallelRuns(of: columns, run: run, scalars: count) { range in
          for row in 0..<matrices * rows {
            let sums = unsafe sums + row / rows * columns
            unsafe add.run(over: range, VectorPointers(sums, source + row * columns, to: sums))
          }
        }
      }
    }
    return rank == 2 ? result.reshaped(to: TensorShape(columns)) : result
  }

  /// Multiplies each scalar by a number of its row and by one of its column.
  ///
  /// - Parameters:
  ///   - rows: One number a row, of shape [``rowCount``]; another shape traps.
  ///   - columns: One number a column, of each matrix of a stack; another number traps.
  package mutating func scaleMatrices(rows: Tensor, columns: Tensor) {
    require(rank == 2 || rank == 3, "scaleMatrices: shape \(shape), expected matrices")
    let (height, width, run) = (sizes[rank - 2], columnCount, rowsPerRun)
    let (rowCount, matrices) = (rowCount, rank == 3 ? sizes[0] : 1)
    require(
      rows.count == rowCount && columns.count == matrices * width,
      "scaleMatrices: \(rows.shape) and \(columns.shape) against \(shape)")
    let scale = VectorKernel(ArithmeticFunctions.ScaledMultiply(factor: 1))
    unsafe withUnsafeMutableScalars { own in
      unsafe rows.withUnsafeScalars { rows in
        unsafe columns.withUnsafeScalars { columns in
          parallelRuns(of: rowCount, run: run) { range in
            var scale = scale
            for row in range {
              scale.function.factor = unsafe rows[row]
              let own = unsafe own + row * width
              let columns = unsafe columns + row / height * width
              unsafe scale.run(over: 0..<width, VectorPointers(own, columns, to: own))
            }
          }
        }
      }
    }
  }
}
