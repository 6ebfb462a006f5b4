/// Rows of mean square one: what root mean square norms and layer norms are made of.
extension Tensor {
  /// Rows divided by the square root of their mean square, and one over that root.
  package struct NormalizedRows: Sendable {
    /// The rows, of the shape of those that they were made of.
    package var rows: Tensor
    /// One over the root of each row.
    package var scales: Tensor
  }

  /// Each row, its mean taken away where that is asked for, divided by the square root of its mean
  /// square plus ε.
  ///
  /// Rows are scaled by a power of two first, so that squares neither overflow nor vanish, and ε is
  /// added in double precision at the row's own size. A mean is taken twice, the second time of what
  /// the first left, so that a row whose scalars are alike is a row of zeros. Zeros give zeros, with
  /// ε = 0 too; a row with a NaN or an infinity gives NaN.
  ///
  /// - Parameters:
  ///   - epsilon: What is added to the mean square.
  ///   - isCentered: Whether the mean of a row is taken away.
  /// - Returns: The rows, and one over the roots.
  /// - Complexity: O(`count`).
  package func normalizedRows(epsilon: Float, isCentered: Bool) -> NormalizedRows {
    let columns = columnCount
    var result = NormalizedRows(
      rows: Tensor(uninitialized: sizes), scales: Tensor(uninitialized: TensorShape(rowCount)))
    let largest = FoldKernel(NormalizationFunctions.LargestMagnitude())
    let sum = FoldKernel(RowKernels.Sum())
    let squares = FoldKernel(NormalizationFunctions.CenteredSquares(mean: 0, scale: 1))
    let scale = VectorKernel(ArithmeticFunctions.Scale(factor: 1))
    let count = Float(max(columns, 1))
    unsafe withUnsafeScalars { source in
      unsafe result.rows.withUnsafeMutableScalars { rows in
        unsafe result.scales.withUnsafeMutableScalars { scales in
          parallelRuns(of: rowCount, run: rowsPerRun) { range in
            var (squares, scale) = (squares, scale)
            for row in range {
              let (from, to) = unsafe (source + row * columns, rows + row * columns)
              let size = RowSize(unsafe largest.run(count: columns, from))
              (squares.fold.mean, squares.fold.scale) = (0, size.factor)
              if isCentered {
                // Of the scaled row, whose sum cannot overflow.
                scale.function.factor = size.factor
                unsafe scale.run(over: 0..<columns, VectorPointers(from, to: to))
                squares.fold.mean = unsafe sum.run(count: columns, to) / count
                _ = unsafe squares.run(count: columns, from, to: to)
                // The first mean is off by roundings, which may be all that is left of the row.
                squares.fold.mean = unsafe sum.run(count: columns, to) / count
                squares.fold.scale = 1
              }
              let scaled = isCentered ? unsafe UnsafePointer(to) : unsafe from
              let total = unsafe squares.run(count: columns, scaled, to: to)
              let (own, whole) = size.inverseRoot(
                meanSquare: Double(total) / Double(count), epsilon: Double(epsilon))
              unsafe scales[row] = whole
              scale.function.factor = own
              unsafe scale.run(over: 0..<columns, VectorPointers(to, to: to))
            }
          }
        }
      }
    }
    return result
  }

  /// The gradient with respect to the rows that ``normalizedRows(epsilon:isCentered:)`` was taken
  /// of: (g − x̂·⟨g, x̂⟩/n)·r, with the mean of g taken away first where rows are centered.
  ///
  /// - Parameters:
  ///   - gradient: The gradient with respect to the normalized rows.
  ///   - normalized: The normalized rows, of the same shape; others trap.
  ///   - isCentered: Whether the mean of a row was taken away.
  /// - Returns: A tensor of the same shape.
  package static func normalizedRowsGradient(
    _ gradient: Tensor, of normalized: NormalizedRows, isCentered: Bool
  ) -> Tensor {
    let (unit, columns) = (normalized.rows, gradient.columnCount)
    require(
      gradient.sizes == unit.sizes,
      "normalizedRowsGradient: shape \(gradient.shape) against \(unit.shape)")
    var result = Tensor(uninitialized: gradient.sizes)
    let (sum, dot) = (FoldKernel(RowKernels.Sum()), FoldKernel(RowKernels.Dot()))
    let kernel = VectorKernel(NormalizationFunctions.Gradient(mean: 0, along: 0, scale: 1))
    let count = Float(max(columns, 1))
    unsafe gradient.withUnsafeScalars { gradient in
      unsafe unit.withUnsafeScalars { rows in
        unsafe normalized.scales.withUnsafeScalars { scales in
          unsafe result.withUnsafeMutableScalars { destination in
            parallelRuns(of: unit.rowCount, run: unit.rowsPerRun) { range in
              var kernel = kernel
              for row in range {
                let (g, x) = unsafe (gradient + row * columns, rows + row * columns)
                kernel.function.mean = isCentered ? unsafe sum.run(count: columns, g) / count : 0
                kernel.function.along = unsafe dot.run(count: columns, g, x) / count
                kernel.function.scale = unsafe scales[row]
                unsafe kernel.run(
                  over: 0..<columns, VectorPointers(g, x, to: destination + row * columns))
              }
            }
          }
        }
      }
    }
    return result
  }

  /// Multiplies each row by the same row, scalar by scalar.
  ///
  /// - Parameter row: A tensor of one axis, as long as this one's last; another traps.
  package mutating func multiplyEachRow(by row: Tensor) {
    require(
      row.sizes == TensorShape(columnCount), "multiplyEachRow: shape \(row.shape) against \(shape)")
    let (columns, rows, run) = (columnCount, rowCount, rowsPerRun)
    let multiply = VectorKernel(ArithmeticFunctions.Multiply())
    unsafe withUnsafeMutableScalars { destination in
      unsafe row.withUnsafeScalars { factors in
        parallelRuns(of: rows, run: run) { range in
          for index in range {
            let row = unsafe destination + index * columns
            unsafe multiply.run(over: 0..<columns, VectorPointers(row, factors, to: row))
          }
        }
      }
    }
  }
}

/// The size of a row as a power of two, which its scalars are divided by before they are squared.
private struct RowSize {
  private let exponent: Int
  /// What the scalars are multiplied by: at most 2¹²⁶, so that it is a number itself.
  let factor: Float

  init(_ largest: Float) {
    guard largest.isFinite else {
      (exponent, factor) = (0, .nan)
      return
    }
    exponent = largest == 0 ? 0 : max(-126, Int(largest.exponent))
    factor = Float(sign: .plus, exponent: -exponent, significand: 1)
  }

  /// One over the root of a mean square plus ε: of the scaled row, and of the row itself.
  func inverseRoot(meanSquare: Double, epsilon: Double) -> (own: Float, whole: Float) {
    let size = Double(sign: .plus, exponent: exponent, significand: 1)
    let root = (meanSquare + epsilon / size / size).squareRoot()
    guard root != 0 else { return (0, 0) }
    // Of a row of subnormal numbers it may be too large: then times a gradient of zero it is zero.
    let whole = min(1 / (root * size), Double(Float.greatestFiniteMagnitude))
    return (Float(1 / root), Float(whole))
  }
}
