extension Tensor {
  /// Rotates pairs of scalars of each head: (x, y) becomes (x·c − y·s, y·c + x·s).
  ///
  /// - Parameters:
  ///   - headSize: The scalars of a head, a divisor of the number of columns.
  ///   - cosines: A matrix of one column a pair; the pairs stand at the start of a head, their
  ///     first scalars before their second ones.
  ///   - sines: Of the same shape.
  ///   - angles: For each row of this matrix the row of the cosines and sines.
  ///   - isInterleaved: Whether the two scalars of a pair stand side by side instead.
  package mutating func rotatePairs(
    headSize: Int, cosines: Tensor, sines: Tensor, angles: [Int], isInterleaved: Bool
  ) {
    let (columns, rows, pairs) = (columnCount, rowCount, cosines.columnCount)
    require(
      columns % headSize == 0 && 2 * pairs <= headSize && sines.sizes == cosines.sizes
        && angles.count == rows,
      "rotatePairs: shape \(shape) with heads of \(headSize) against angles of \(cosines.shape)")
    let rotate = VectorKernel(RotationFunctions.Rotate())
    unsafe withUnsafeMutableScalars { own in
      unsafe cosines.withUnsafeScalars { cosines in
        unsafe sines.withUnsafeScalars { sines in
          parallelFor(rows, scalars: rows * columns) { row in
            // Pairs that stand side by side are laid out apart for the kernel, and put back.
            var apart = [Float](repeating: 0, count: isInterleaved ? 2 * pairs : 0)
            let angle = angles[row] * pairs
            for start in stride(from: 0, to: columns, by: headSize) {
              let head = unsafe own + row * columns + start
              let (cosine, sine) = unsafe (cosines + angle, sines + angle)
              guard isInterleaved else {
                let second = unsafe head + pairs
                unsafe rotate.run(
                  over: 0..<pairs, VectorPointers(head, second, cosine, sine, to: head, second))
                continue
              }
              for pair in 0..<pairs {
                apart[pair] = unsafe head[2 * pair]
                apart[pairs + pair] = unsafe head[2 * pair + 1]
              }
              unsafe apart.withUnsafeMutableBufferPointer { apart in
                guard let first = apart.baseAddress else { return }
                let second = unsafe first + pairs
                unsafe rotate.run(
                  over: 0..<pairs, VectorPointers(first, second, cosine, sine, to: first, second))
              }
              for pair in 0..<pairs {
                unsafe head[2 * pair] = apart[pair]
                unsafe head[2 * pair + 1] = apart[pairs + pair]
              }
            }
          }
        }
      }
    }
  }
}
