extension Tensor {
  /// The softmax of each row: e^(xᵢ − m) / Σ e^(xⱼ − m), with m the row's largest scalar.
  ///
  /// A row is a run along the last axis. A row of equal scalars gives equal shares; −∞ gives zero.
  /// A row with NaN or +∞, or of −∞ alone, gives NaN.
  ///
  /// - Returns: A tensor of the same shape whose rows add up to one.
  public func softmax() -> Tensor {
    var result = Tensor(uninitialized: sizes)
    let columns = columnCount
    let (maximum, exponentials) = (
      FoldKernel(RowKernels.Maximum()), FoldKernel(RowKernels.Exponentials(shift: 0))
    )
    let scale = VectorKernel(ArithmeticFunctions.Scale(factor: 1))
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { destination in
        parallelRuns(of: rowCount, run: rowsPerRun) { rows in
          var (exponentials, scale) = (exponentials, scale)
          for row in rows {
            let (from, to) = unsafe (source + row * columns, destination + row * columns)
            exponentials.fold.shift = unsafe maximum.run(count: columns, from)
            scale.function.factor = unsafe 1 / exponentials.run(count: columns, from, to: to)
            unsafe scale.run(over: 0..<columns, VectorPointers(to, to: to))
          }
        }
      }
    }
    return result
  }

  /// The softmax of each row; zeros where a row is of −∞ alone.
  func softmaxOrZero() -> Tensor {
    var result = softmax()
    var scalars = result.mutableScalars
    for index in 0..<scalars.count where scalars[index].isNaN { scalars[index] = 0 }
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
    require(
      gradient.sizes == softmax.sizes,
      "softmaxGradient: shape \(gradient.shape) against \(softmax.shape)")
    var result = Tensor(uninitialized: softmax.sizes)
    let columns = softmax.columnCount
    let dot = FoldKernel(RowKernels.Dot())
    let kernel = VectorKernel(RowKernels.SoftmaxGradient(mean: 0))
    unsafe gradient.withUnsafeScalars { gradient in
      unsafe softmax.withUnsafeScalars { softmaxBase in
        unsafe result.withUnsafeMutableScalars { destination in
          parallelRuns(of: softmax.rowCount, run: softmax.rowsPerRun) { rows in
            var kernel = kernel
            for row in rows {
              let g = unsafe gradient + row * columns
              let p = unsafe softmaxBase + row * columns
              let to = unsafe destination + row * columns
              kernel.function.mean = unsafe dot.run(count: columns, g, p)
              unsafe kernel.run(over: 0..<columns, VectorPointers(g, p, to: to))
            }
          }
        }
      }
    }
    return result
  }

  /// ln Σ e^xᵢ of each row, without overflow.
  ///
  /// - Returns: A tensor without the last axis. A row of −∞ alone gives −∞, one with +∞ gives +∞,
  ///   and one with NaN gives NaN.
  public func logSumExp() -> Tensor {
    var largest = Tensor(uninitialized: TensorShape(rowCount))
    var sums = largest
    let columns = columnCount
    let maximum = FoldKernel(RowKernels.Maximum())
    let sum = FoldKernel(RowKernels.ExponentialSum(shift: 0))
    unsafe withUnsafeScalars { source in
      unsafe largest.withUnsafeMutableScalars { largest in
        unsafe sums.withUnsafeMutableScalars { sums in
          parallelRuns(of: rowCount, run: rowsPerRun) { rows in
            var sum = sum
            for row in rows {
              let from = unsafe source + row * columns
              let shift = unsafe maximum.run(count: columns, from)
              unsafe largest[row] = shift
              // Of infinities the difference would be NaN.
              sum.fold.shift = shift.isInfinite ? 0 : shift
              unsafe sums[row] = unsafe sum.run(count: columns, from)
            }
          }
        }
      }
    }
    return largest.combined(with: sums, "logSumExp", RowKernels.LogSumExp())
      .reshaped(to: sizes.withoutColumns)
  }
}
