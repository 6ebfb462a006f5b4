extension Tensor {
  /// The scalar at the given position.
  ///
  /// - Parameter indices: One index an axis, each within that axis's size; anything else traps.
  public subscript(indices: Int...) -> Float {
    get { scalars[position(of: indices)] }
    set {
      let position = position(of: indices)
      var scalars = mutableScalars
      scalars[position] = newValue
    }
  }

  /// The scalar at a row and a column of a matrix.
  ///
  /// - Parameters:
  ///   - row: The index along the first axis.
  ///   - column: The index along the second axis.
  public subscript(row: Int, column: Int) -> Float {
    get { scalars[position(row, column)] }
    set {
      let position = position(row, column)
      var scalars = mutableScalars
      scalars[position] = newValue
    }
  }

  /// A range along the first axis, read without a copy and written in place.
  ///
  /// - Parameter range: The indices along the first axis; a range outside it traps, and so does
  ///   writing a tensor of another shape.
  public subscript(entries range: Range<Int>) -> Tensor {
    get { slice(range) }
    set {
      let target = slice(range).sizes
      require(
        newValue.sizes == target,
        "subscript(entries:): shape \(newValue.shape) against \(target.array)")
      let stride = sizes.entryCount
      unsafe withUnsafeMutableScalars { destination in
        unsafe newValue.withUnsafeScalars { source in
          unsafe (destination + range.lowerBound * stride).update(
            from: source, count: newValue.count)
        }
      }
    }
  }

  /// One entry along the first axis, without that axis and without a copy.
  ///
  /// - Parameter index: The index along the first axis; one outside it traps.
  public subscript(entry index: Int) -> Tensor {
    let entries = slice(index..<index + 1)
    return entries.reshaped(to: TensorShape(Array(shape.dropFirst())))
  }

  /// A range along the last axis, copied: some columns of a matrix.
  ///
  ///     let table: Tensor = [[1, 2, 3], [4, 5, 6]]
  ///     print(table[columns: 0..<2])  // the first two columns
  ///
  /// - Parameter range: The indices along the last axis; a range outside it traps.
  public subscript(columns range: Range<Int>) -> Tensor {
    let columns = columnCount
    require(
      rank > 0 && range.lowerBound >= 0 && range.upperBound <= columns,
      "subscript(columns:): \(range) against shape \(shape)")
    var picked = Tensor(uninitialized: Array(shape.dropLast()) + [range.count])
    let rows = rowCount
    unsafe withUnsafeScalars { source in
      unsafe picked.withUnsafeMutableScalars { destination in
        for row in 0..<rows {
          unsafe (destination + row * range.count).update(
            from: source + row * columns + range.lowerBound, count: range.count)
        }
      }
    }
    return picked
  }

  private func position(of indices: [Int]) -> Int {
    require(
      indices.count == rank, "subscript: \(indices.count) indices against shape \(shape)")
    var position = 0
    for (axis, index) in indices.enumerated() {
      let size = sizes[axis]
      require(
        index >= 0 && index < size, "subscript: indices \(indices) against shape \(shape)")
      position = position * size + index
    }
    return position
  }

  private func position(_ row: Int, _ column: Int) -> Int {
    require(
      rank == 2 && row >= 0 && row < sizes[0] && column >= 0 && column < sizes[1],
      "subscript: indices [\(row), \(column)] against shape \(shape)")
    return row * sizes[1] + column
  }
}
