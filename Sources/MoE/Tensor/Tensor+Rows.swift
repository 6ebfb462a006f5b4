extension Tensor {
  /// The rows at the given indices, in the order given; a row may stand more than once.
  ///
  /// - Parameter indices: Indices along the first axis; one outside it traps.
  /// - Returns: A tensor with one entry along the first axis for each index.
  public func gatheringEntries(_ indices: [Int]) -> Tensor {
    require(rank > 0, "gatheringEntries: a single scalar has no rows")
    let stride = sizes.entryCount
    checkRows(indices, "gatheringEntries")
    var result = Tensor(uninitialized: sizes.with(entries: indices.count))
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { destination in
        for (position, index) in indices.enumerated() {
          unsafe (destination + position * stride).update(
            from: source + index * stride, count: stride)
        }
      }
    }
    return result
  }

  /// Adds each row of another tensor to the row at its index, in the order given.
  ///
  /// The reverse of ``gatheringEntries(_:)``: indices that repeat add up.
  ///
  /// - Parameters:
  ///   - rows: One row for each index, each of the shape of this tensor's rows; others trap.
  ///   - indices: Indices along the first axis; one outside it traps.
  public mutating func scatterAddEntries(_ rows: Tensor, at indices: [Int]) {
    require(
      rank > 0 && rows.sizes == sizes.with(entries: indices.count),
      "scatterAddEntries: shape \(rows.shape) against \(indices.count) rows of \(shape)")
    checkRows(indices, "scatterAddEntries")
    let stride = sizes.entryCount
    let add = VectorKernel(ArithmeticFunctions.Add())
    unsafe withUnsafeMutableScalars { destination in
      unsafe rows.withUnsafeScalars { source in
        for (position, index) in indices.enumerated() {
          let row = unsafe destination + index * stride
          unsafe add.run(
            over: 0..<stride, VectorPointers(row, source + position * stride, to: row))
        }
      }
    }
  }

  /// Tensors one after another along the first axis.
  ///
  /// - Parameter parts: At least one tensor, alike but for the size of the first axis; others trap.
  public init(concatenatingEntries parts: [Tensor]) {
    require(!parts.isEmpty, "concatenatingEntries: no tensors")
    guard parts.count > 1 else {
      self = parts[0]
      return
    }
    for part in parts {
      require(
        part.rank > 0 && part.shape.dropFirst() == parts[0].shape.dropFirst(),
        "concatenatingEntries: shape \(part.shape) against \(parts[0].shape)")
    }
    self.init(
      uninitialized: [parts.reduce(0) { $0 + $1.sizes[0] }] + parts[0].shape.dropFirst())
    var position = 0
    unsafe withUnsafeMutableScalars { destination in
      for part in parts {
        unsafe part.withUnsafeScalars {
          unsafe (destination + position).update(from: $0, count: part.count)
        }
        position += part.count
      }
    }
  }

  /// Adds one row to every row.
  ///
  /// - Parameter row: A tensor of one axis, as long as this one's last; another traps.
  public mutating func addToEachRow(_ row: Tensor) {
    require(
      row.sizes == TensorShape(columnCount), "addToEachRow: shape \(row.shape) against \(shape)")
    let (columns, rows, run) = (columnCount, rowCount, rowsPerRun)
    let add = VectorKernel(ArithmeticFunctions.Add())
    unsafe withUnsafeMutableScalars { destination in
      unsafe row.withUnsafeScalars { addend in
        parallelRuns(of: rows, run: run) { range in
          for index in range {
            let row = unsafe destination + index * columns
            unsafe add.run(over: 0..<columns, VectorPointers(row, addend, to: row))
          }
        }
      }
    }
  }

  /// Every row with one row added to it.
  ///
  /// - Parameter row: A tensor of one axis, as long as this one's last; another traps.
  /// - Returns: A tensor of the same shape.
  public func addingToEachRow(_ row: Tensor) -> Tensor {
    var result = self
    result.addToEachRow(row)
    return result
  }

  private func checkRows(_ indices: [Int], _ name: StaticString) {
    for index in indices {
      require(
        index >= 0 && index < sizes[0], "\(name): row \(index) against shape \(shape)")
    }
  }
}
