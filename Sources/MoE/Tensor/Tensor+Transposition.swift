extension Tensor {
  /// A matrix with its rows and columns exchanged.
  ///
  /// - Returns: A matrix whose element at row i and column j is this one's at row j and column i; a
  ///   tensor that is no matrix traps.
  public func transposed() -> Tensor {
    require(rank == 2, "transposed: shape \(shape), expected a matrix")
    let (rows, columns) = (sizes[0], sizes[1])
    var result = Tensor(uninitialized: TensorShape(columns, rows))
    // Blocks of 16 × 16: a cache line of the source by a cache line of the result.
    let block = AlignedStorage.alignment / MemoryLayout<Float>.stride
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { destination in
        parallelRuns(of: columns, run: block) { range in
          for top in stride(from: 0, to: rows, by: block) {
            for column in range {
              for row in top..<min(top + block, rows) {
                unsafe destination[column * rows + row] = source[row * columns + column]
              }
            }
          }
        }
      }
    }
    return result
  }
}
