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
    let (columns, resultCount) = (columnCount, resultCount ?? positions.count / max(slotCount, 1))
    require(
      positions.count == resultCount * slotCount
        && positions.allSatisfy { $0 >= -1 && $0 < rowCount }
        && weights.map { $0.shape == [resultCount, slotCount] } != false,
      "combiningRows: \(positions.count) positions of \(slotCount) slots against shape \(shape)")
    var result = Tensor(zeros: [resultCount, columns])
    let add = VectorKernel(ArithmeticFunctions.MultiplyAdd(factor: 1))
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { destination in
        unsafe positions.withUnsafeBufferPointer { positions in
          let run = max(1, rowsPerRun / max(slotCount, 1))
          parallelRuns(of: resultCount, run: run) { range in
            var add = add
            for row in range {
              let sum = unsafe destination + row * columns
              for slot in row * slotCount..<(row + 1) * slotCount
              where unsafe positions[slot] >= 0 {
                let addend = unsafe source + Int(positions[slot]) * columns
                add.function.factor = weights?.scalars[slot] ?? 1
                unsafe add.run(over: 0..<columns, VectorPointers(sum, addend, to: sum))
              }
            }
          }
        }
      }
    }
    return result
  }
}
