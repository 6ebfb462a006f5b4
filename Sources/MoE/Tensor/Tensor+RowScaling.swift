extension Tensor {
  /// The dot product of each row with the same row of another tensor: Σⱼ xᵢⱼ·yᵢⱼ.
  ///
  /// A row is a run along the last axis. The order of each sum depends on the length of the row
  /// alone.
  ///
  ///     let left: Tensor = [[1, 2], [3, 4]]
  ///     print(left.rowDots([[1, 1], [0, 2]]))  // Tensor[2] [3.0, 8.0]
  ///
  /// - Parameter other: A tensor of the same shape; another traps.
  /// - Returns: One number a row: a tensor of shape [``rowCount``].
  /// - Complexity: O(`count`) multiply-adds.
  public func rowDots(_ other: Tensor) -> Tensor {
    require(sizes == other.sizes, "rowDots: shape \(shape) against \(other.shape)")
    var result = Tensor(uninitialized: TensorShape(rowCount))
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

  /// Multiplies each row by a number of its own: xᵢⱼ becomes fᵢ·xᵢⱼ.
  ///
  /// A row is a run along the last axis.
  ///
  ///     var rows: Tensor = [[1, 2], [3, 4]]
  ///     rows.scaleRows(by: [10, 100])
  ///     print(rows[1, 0])  // 300.0
  ///
  /// - Parameter factors: One number a row, of shape [``rowCount``]; another shape traps.
  /// - Complexity: O(`count`); in place where the memory is shared with no other tensor.
  public mutating func scaleRows(by factors: Tensor) {
    require(factors.sizes == TensorShape(rowCount), "scaleRows: \(factors.shape) against \(shape)")
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

  /// Multiplies each row by a number of its own, and returns the dot products that the rows had
  /// with those of another tensor: the bits of ``rowDots(_:)`` and then ``scaleRows(by:)``, in one
  /// pass over memory.
  ///
  /// - Parameters:
  ///   - factors: One number a row, of shape [``rowCount``]; another shape traps.
  ///   - other: A tensor of the same shape; another traps.
  /// - Returns: One number a row: a tensor of shape [``rowCount``].
  /// - Complexity: O(`count`); in place where the memory is shared with no other tensor.
  package mutating func scaleRows(by factors: Tensor, afterDotsWith other: Tensor) -> Tensor {
    require(shape == other.shape, "rowDots: shape \(shape) against \(other.shape)")
    require(factors.shape == [rowCount], "scaleRows: \(factors.shape) against \(shape)")
    let (columns, rows, run) = (columnCount, rowCount, rowsPerRun)
    var result = Tensor(uninitialized: [rows])
    let dot = FoldKernel(RowKernels.ScalingDot(factor: 1))
    unsafe withUnsafeMutableScalars { own in
      unsafe other.withUnsafeScalars { other in
        unsafe factors.withUnsafeScalars { factors in
          unsafe result.withUnsafeMutableScalars { result in
            parallelRuns(of: rows, run: run) { range in
              var dot = dot
              for row in range {
                dot.fold.factor = unsafe factors[row]
                let own = unsafe own + row * columns
                unsafe result[row] = unsafe dot.run(
                  count: columns, own, other + row * columns, to: own)
              }
            }
          }
        }
      }
    }
    return result
  }

  /// How many rows one thread takes at a time.
  package var rowsPerRun: Int { max(1, scalarsPerRun / max(1, columnCount)) }
}
