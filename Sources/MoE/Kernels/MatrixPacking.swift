/// A matrix in memory, one row after another, or rows picked from it by index.
@safe
package struct RowMajorMatrix {
  /// The first scalar of the first row in memory.
  package var base: UnsafePointer<Float>
  /// The scalars from one row in memory to the next.
  package var rowStride: Int
  /// Which row in memory each row of the matrix is; in order where there is none.
  package var rows: UnsafePointer<Int32>?

  /// A matrix of the rows at `base`, or of those that `rows` picks.
  @unsafe
  package init(base: UnsafePointer<Float>, rowStride: Int, rows: UnsafePointer<Int32>? = nil) {
    unsafe self.base = unsafe base
    self.rowStride = rowStride
    unsafe self.rows = unsafe rows
  }

  /// The address of a row.
  @inline(__always)
  package func row(_ index: Int) -> UnsafePointer<Float> {
    let position = if let rows = unsafe rows { unsafe Int(rows[index]) } else { index }
    return unsafe base + position * rowStride
  }
}

/// Which axis of an operand runs along the rows of its memory.
package enum PackedAxis {
  /// A panel takes some rows; depth runs along each: `A` of A·B, or `B` of A·Bᵀ.
  case panelAlongRows
  /// Depth takes the rows; a panel takes some columns: `A` of Aᵀ·B, or `B` of A·B.
  case depthAlongRows
}

extension RowMajorMatrix {
  /// Copies a block into panels: the rows (or columns) of a panel side by side, depth-major.
  ///
  /// The last panel is filled up with zeros, so that the microkernel has one shape.
  ///
  /// - Parameters:
  ///   - axis: Which way the operand stands in memory.
  ///   - range: The rows or columns that are cut into panels.
  ///   - depth: The part of the shared axis.
  ///   - width: The rows or columns of a panel.
  ///   - copies: How often each scalar is written, side by side.
  ///   - destination: Room for the panels, one after another.
  package func pack(
    _ axis: PackedAxis, range: Range<Int>, depth: Range<Int>, width: Int, copies: Int,
    into destination: UnsafeMutablePointer<Float>
  ) {
    let panelSize = depth.count * width * copies
    var panel = unsafe destination
    for start in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      let end = min(start + width, range.upperBound)
      if end - start < width { unsafe panel.update(repeating: 0, count: panelSize) }
      switch axis {
      case .panelAlongRows:
        for lane in 0..<end - start {
          let source = unsafe row(start + lane) + depth.lowerBound
          unsafe RowMajorMatrix.scatter(
            source, count: depth.count, into: panel + lane * copies, stride: width * copies,
            copies: copies)
        }
      case .depthAlongRows:
        for step in 0..<depth.count {
          let source = unsafe row(depth.lowerBound + step) + start
          let target = unsafe panel + step * width * copies
          if copies == 1 {
            unsafe target.update(from: source, count: end - start)
          } else {
            unsafe RowMajorMatrix.scatter(
              source, count: end - start, into: target, stride: copies, copies: copies)
          }
        }
      }
      unsafe panel += panelSize
    }
  }

  /// Writes scalars `stride` apart, each once or four times.
  @inline(__always)
  private static func scatter(
    _ source: UnsafePointer<Float>, count: Int, into destination: UnsafeMutablePointer<Float>,
    stride: Int, copies: Int
  ) {
    if copies == 1 {
      for index in 0..<count { unsafe destination[index * stride] = source[index] }
    } else {
      // Four copies on a 16-byte boundary: see the microkernel.
      for index in 0..<count {
        let vector = unsafe SIMD4<Float>(repeating: source[index])
        unsafe UnsafeMutableRawPointer(destination + index * stride)
          .storeBytes(of: vector, as: SIMD4<Float>.self)
      }
    }
  }
}
