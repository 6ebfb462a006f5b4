extension Tensor {
  /// Adds up several of this matrix's rows for each row of the result, slot by slot, in that fixed
  /// order.
  ///
  /// - Parameters:
  ///   - positions: For each row of the result, the rows that it is the sum of; −1 for none.
  ///   - slotCount: How many those are.
  ///   - resultCount: The rows of the result, which no position tells where there are no slots.
  ///   - weights: What each is multiplied by, of shape [results, slots]; one where there are none.
  /// - Returns: A matrix of shape [results, columns].
  package func combiningRows(
    at positions: [Int32], slotCount: Int, resultCount: Int? = nil, weights: Tensor? = nil
  ) -> Tensor {
    Tensor(
      combiningRowsOf: [self], columnCount: columnCount, at: positions, slotCount: slotCount,
      resultCount: resultCount, weights: weights)
  }

  /// Adds up several rows of some matrices for each row of the result, slot by slot, in that fixed
  /// order, and then a row of another matrix.
  ///
  /// The rows are read where they stand: nothing is gathered, and each row of the result is written
  /// once.
  ///
  /// - Parameters:
  ///   - parts: Matrices, whose rows are numbered one matrix after another.
  ///   - columns: The columns of each.
  ///   - positions: For each row of the result, the rows that it is the sum of; −1 for none.
  ///   - slotCount: How many those are.
  ///   - resultCount: The rows of the result, which no position tells where there are no slots.
  ///   - weights: What each is multiplied by, of shape [results, slots]; one where there are none.
  ///   - last: One row more for each row of the result, and what it is multiplied by; a row with
  ///     zero there adds nothing, whatever it holds.
  package init(
    combiningRowsOf parts: [Tensor], columnCount columns: Int, at positions: [Int32],
    slotCount: Int, resultCount: Int? = nil, weights: Tensor? = nil,
    then last: (rows: Tensor, weights: Tensor)? = nil
  ) {
    let resultCount = resultCount ?? positions.count / max(slotCount, 1)
    let rowCount = parts.reduce(0) { $0 + $1.rowCount }
    require(
      positions.count == resultCount * slotCount
        && positions.allSatisfy { $0 >= -1 && $0 < rowCount }
        && parts.allSatisfy { $0.columnCount == columns }
        && weights.map { $0.sizes == TensorShape(resultCount, slotCount) } != false
        && last.map {
          $0.rows.sizes == TensorShape(resultCount, columns) && $0.weights.count == resultCount
        }
          != false,
      "combiningRows: \(positions.count) positions of \(slotCount) slots against shapes "
        + "\(parts.map(\.shape))")
    self.init(uninitialized: TensorShape(resultCount, columns))
    let run = max(1, rowsPerRun / max(slotCount, 1))
    unsafe Tensor.withRowPointers(parts) { rows in
      unsafe positions.withUnsafeBufferPointer { positions in
        unsafe Tensor.withUnsafeScalars(weights) { weights in
          unsafe Tensor.withUnsafeScalars(last?.rows) { own in
            unsafe Tensor.withUnsafeScalars(last?.weights) { ownWeights in
              unsafe withUnsafeMutableScalars { result in
                parallelRuns(of: resultCount, run: run) { range in
                  var add = VectorKernel(ArithmeticFunctions.MultiplyAdd(factor: 1))
                  for row in range {
                    let sum = unsafe result + row * columns
                    unsafe sum.update(repeating: 0, count: columns)
                    for slot in row * slotCount..<(row + 1) * slotCount
                    where unsafe positions[slot] >= 0 {
                      add.function.factor = unsafe weights?[slot] ?? 1
                      unsafe add.run(
                        over: 0..<columns, VectorPointers(sum, rows[Int(positions[slot])], to: sum))
                    }
                    // What has no weight adds nothing, so that a row does not depend on whether
                    // others have one: zero times a NaN is one.
                    guard let own = unsafe own, let factors = unsafe ownWeights,
                      unsafe factors[row] != 0
                    else { continue }
                    add.function.factor = unsafe factors[row]
                    unsafe add.run(
                      over: 0..<columns, VectorPointers(sum, own + row * columns, to: sum))
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Calls `body` with the scalars of a tensor; with nothing where there is none.
  ///
  /// In loops of several threads addresses stand for tensors, as all of these count who holds a
  /// tensor in one place, which then goes from core to core.
  private static func withUnsafeScalars<Result>(
    _ tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Result
  ) -> Result {
    guard let tensor else { return body(nil) }
    return unsafe tensor.withUnsafeScalars { unsafe body($0) }
  }

  /// Calls `body` with the address of each row of some matrices, one matrix after another.
  private static func withRowPointers(
    _ parts: [Tensor], _ body: (RowPointers) -> Void
  ) {
    if parts.count == 1 {
      let columns = parts[0].columnCount
      return unsafe parts[0].withUnsafeScalars { unsafe body(.matrix($0, columnCount: columns)) }
    }
    // They are alive until the end, and nothing writes to them.
    let rows = unsafe parts.flatMap { part in
      unsafe part.withUnsafeScalars { base in
        unsafe (0..<part.rowCount).map { unsafe base + $0 * part.columnCount }
      }
    }
    withExtendedLifetime(parts) { unsafe rows.withUnsafeBufferPointer { unsafe body(.each($0)) } }
  }
}

/// The addresses of the rows of some matrices.
@unsafe
private enum RowPointers {
  /// Those of a single matrix.
  case matrix(UnsafePointer<Float>, columnCount: Int)
  /// One by one.
  case each(UnsafeBufferPointer<UnsafePointer<Float>>)

  subscript(row: Int) -> UnsafePointer<Float> {
    switch unsafe self {
    case .matrix(let base, let columnCount): unsafe base + row * columnCount
    case .each(let rows): unsafe rows[row]
    }
  }
}
