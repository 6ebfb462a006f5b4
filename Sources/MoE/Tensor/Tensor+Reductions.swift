/// Sums, means and largest scalars. Every sum has one fixed order, whatever the number of threads.
extension Tensor {
  /// The sum of all scalars, in double precision and rounded once.
  public func sum() -> Float { Float(doubleSum { $0 }) }

  /// The mean of all scalars; NaN for a tensor of none.
  public func mean() -> Float { Float(doubleSum { $0 } / Double(count)) }

  /// The square root of the sum of all squares: the Euclidean norm, without overflow.
  public func norm() -> Float { Float(squaredNorm().squareRoot()) }

  /// The sum of all squares, in double precision.
  package func squaredNorm() -> Double { doubleSum { $0 * $0 } }

  /// The sum of all scalars, in double precision.
  package func sumInDouble() -> Double { doubleSum { $0 } }

  /// The sum of `body` of all scalars, in double precision: runs of a fixed length, each in four
  /// lanes.
  private func doubleSum(_ body: (SIMD4<Double>) -> SIMD4<Double>) -> Double {
    let run = 1 << 12
    var partial = [Double](repeating: 0, count: (count + run - 1) / run)
    unsafe withUnsafeScalars { source in
      unsafe partial.withUnsafeMutableBufferPointer { partial in
        parallelRuns(of: count, run: scalarsPerRun, scalars: count) { range in
          var start = range.lowerBound
          // Four runs side by side: one by itself waits for each of its additions.
          while start + 4 * run <= range.upperBound {
            var lanes = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
            for index in stride(from: start, to: start + run, by: 4) {
              lanes.0 += unsafe body(doubles(source + index))
              lanes.1 += unsafe body(doubles(source + index + run))
              lanes.2 += unsafe body(doubles(source + index + 2 * run))
              lanes.3 += unsafe body(doubles(source + index + 3 * run))
            }
            let first = start / run
            unsafe partial[first] = laneSum(lanes.0)
            unsafe partial[first + 1] = laneSum(lanes.1)
            unsafe partial[first + 2] = laneSum(lanes.2)
            unsafe partial[first + 3] = laneSum(lanes.3)
            start += 4 * run
          }
          while start < range.upperBound {
            let end = min(start + run, range.upperBound)
            var lanes = SIMD4<Double>()
            var index = start
            while index + 4 <= end {
              lanes += unsafe body(doubles(source + index))
              index += 4
            }
            while index < end {
              lanes.x += unsafe body(SIMD4(Double(source[index]), 0, 0, 0)).x
              index += 1
            }
            unsafe partial[start / run] = laneSum(lanes)
            start = end
          }
        }
      }
    }
    return partial.reduce(0, +)
  }

  @inline(__always)
  private func doubles(_ source: UnsafePointer<Float>) -> SIMD4<Double> {
    SIMD4(unsafe UnsafeRawPointer(source).loadUnaligned(as: SIMD4<Float>.self))
  }

  private func laneSum(_ lanes: SIMD4<Double>) -> Double {
    (lanes.x + lanes.z) + (lanes.y + lanes.w)
  }

  /// The sum of each row.
  ///
  /// - Returns: A tensor without the last axis.
  public func rowSums() -> Tensor { foldRows(RowKernels.Sum()) }

  /// The mean of each row; NaN for rows of no scalars.
  ///
  /// - Returns: A tensor without the last axis.
  public func rowMeans() -> Tensor { rowSums() / Float(columnCount) }

  /// The largest scalar of each row; −∞ for rows of no scalars, NaN where the row has one.
  ///
  /// - Returns: A tensor without the last axis.
  public func rowMaxima() -> Tensor { foldRows(RowKernels.Maximum()) }

  /// The position of the largest scalar in each row, the first of several equal ones.
  ///
  /// - Returns: One position a row. A NaN is never the largest; rows of no scalars trap.
  public func rowArgmax() -> [Int] {
    require(columnCount > 0, "rowArgmax: shape \(shape) has rows of no scalars")
    let scalars = scalars
    let columns = columnCount
    return (0..<rowCount).map { row in
      var best = 0
      for column in 1..<max(columns, 1) {
        let (candidate, largest) = (scalars[row * columns + column], scalars[row * columns + best])
        if candidate > largest || (largest.isNaN && !candidate.isNaN) { best = column }
      }
      return best
    }
  }

  /// The sum of each column, added from the first row to the last.
  ///
  /// - Returns: A tensor of one axis, as long as the last.
  public func columnSums() -> Tensor {
    var result = Tensor(zeros: [columnCount])
    let (rows, columns) = (rowCount, columnCount)
    let add = VectorKernel(ArithmeticFunctions.Add())
    // Threads share the columns, never the rows, so that the order of each sum stays.
    let run = max(64, scalarsPerRun / max(1, rows) / 64 * 64)
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { sums in
        parallelRuns(of: columns, run: run, scalars: count) { range in
          for row in 0..<rows {
            unsafe add.run(over: range, VectorPointers(sums, source + row * columns, to: sums))
          }
        }
      }
    }
    return result
  }

  /// The mean of each column; NaN for a tensor of no rows.
  ///
  /// - Returns: A tensor of one axis, as long as the last.
  public func columnMeans() -> Tensor { columnSums() / Float(rowCount) }

  private func foldRows(_ fold: some VectorFold) -> Tensor {
    var result = Tensor(uninitialized: sizes.withoutColumns)
    let (columns, kernel) = (columnCount, FoldKernel(fold))
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { destination in
        parallelRuns(of: rowCount, run: rowsPerRun) { rows in
          for row in rows {
            unsafe destination[row] = unsafe kernel.run(count: columns, source + row * columns)
          }
        }
      }
    }
    return result
  }
}
