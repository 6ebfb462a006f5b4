extension Tensor {
  /// Sets scalars to zero where a random word of theirs is below a threshold, and multiplies the
  /// others by a factor.
  ///
  /// - Parameters:
  ///   - threshold: A scalar is left where its word is at least that.
  ///   - factor: What the others are multiplied by.
  ///   - words: The words of four neighbouring columns, from a row and the number of the four; a
  ///     pure function, as it is called on several threads.
  /// - Complexity: O(`count`), in place where the memory is shared with no other tensor.
  package mutating func drop(
    below threshold: UInt32, scalingOthersBy factor: Float,
    words: (_ row: Int, _ block: Int) -> SIMD4<UInt32>
  ) {
    let (columns, rows, run) = (columnCount, rowCount, rowsPerRun)
    unsafe withUnsafeMutableScalars { own in
      parallelRuns(of: rows, run: run) { range in
        for row in range {
          let base = unsafe own + row * columns
          for block in 0..<(columns + 3) / 4 {
            let words = words(row, block)
            for column in 4 * block..<Swift.min(columns, 4 * block + 4) {
              let isLeft = words[column % 4] >= threshold
              unsafe base[column] = isLeft ? unsafe base[column] * factor : 0
            }
          }
        }
      }
    }
  }
}
