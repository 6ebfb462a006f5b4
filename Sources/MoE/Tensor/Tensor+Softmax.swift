extension Tensor {
  /// The softmax of each row: e^(xᵢ − m) / Σ e^(xⱼ − m), with m the row's largest scalar.
  ///
  /// A row is a run along the last axis. A row of equal scalars gives equal shares; −∞ gives zero. A row
  /// with NaN or +∞, or of −∞ alone, gives NaN.
  ///
  /// - Returns: A tensor of the same shape whose rows add up to one.
  public func softmax() -> Tensor {
    var result = Tensor(uninitialized: shape)
    let columns = columnCount
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { destination in
        parallelRuns(of: rowCount, run: rowsPerRun) { rows in
          for row in rows {
            let (from, to) = unsafe (source + row * columns, destination + row * columns)
            let largest = unsafe RowKernels.maximum(from, count: columns)
            let sum = unsafe RowKernels.exponentials(from, minus: largest, count: columns, into: to)
            unsafe RowKernels.scale(to, by: 1 / sum, count: columns)
          }
        }
      }
    }
    return result
  }

  /// The gradient of a loss with respect to what ``softmax()`` was taken of.
  ///
  /// With p the softmax and g the gradient with respect to it: pᵢ·(gᵢ − Σⱼ gⱼ·pⱼ) in each row.
  ///
  /// - Parameters:
  ///   - gradient: The gradient with respect to the softmax.
  ///   - softmax: The softmax itself, of the same shape; another traps.
  /// - Returns: A tensor of the same shape.
  public static func softmaxGradient(_ gradient: Tensor, softmax: Tensor) -> Tensor {
    precondition(
      gradient.shape == softmax.shape,
      "softmaxGradient: shape \(gradient.shape) against \(softmax.shape)")
    var result = Tensor(uninitialized: softmax.shape)
    let columns = softmax.columnCount
    unsafe gradient.withUnsafeScalars { gradient in
      unsafe softmax.withUnsafeScalars { softmaxBase in
        unsafe result.withUnsafeMutableScalars { destination in
          parallelRuns(of: softmax.rowCount, run: softmax.rowsPerRun) { rows in
            for row in rows {
              let g = unsafe gradient + row * columns
              let p = unsafe softmaxBase + row * columns
              let to = unsafe destination + row * columns
              let mean = unsafe RowKernels.dot(g, p, count: columns)
              forEachVector(in: 0..<columns) { slot in
                unsafe slot.store(slot.load(p) * (slot.load(g) - mean), to: to)
              }
            }
          }
        }
      }
    }
    return result
  }

  /// ln Σ e^xᵢ of each row, without overflow.
  ///
  /// - Returns: A tensor without the last axis. A row of −∞ alone gives −∞, one with +∞ gives +∞, and one
  ///   with NaN gives NaN.
  public func logSumExp() -> Tensor {
    var largest = Tensor(uninitialized: [rowCount])
    var sums = largest
    let columns = columnCount
    unsafe withUnsafeScalars { source in
      unsafe largest.withUnsafeMutableScalars { largest in
        unsafe sums.withUnsafeMutableScalars { sums in
          parallelRuns(of: rowCount, run: rowsPerRun) { rows in
            for row in rows {
              let from = unsafe source + row * columns
              let maximum = unsafe RowKernels.maximum(from, count: columns)
              unsafe largest[row] = maximum
              // Of infinities the difference would be NaN.
              let shift = maximum.isInfinite ? 0 : maximum
              var lanes = FloatVector()
              forEachVector(in: 0..<columns) { slot in
                lanes += unsafe (slot.load(from, padding: -.infinity) - shift).exponential()
              }
              unsafe sums[row] = lanes.laneSum
            }
          }
        }
      }
    }
    let result = largest.zipVectors(sums.log(), "logSumExp") { largest, logarithm in
      (largest + logarithm).replacing(with: largest, where: largest.magnitudes .== Float.infinity)
    }
    return result.reshaped(to: Array(shape.dropLast()))
  }
}
