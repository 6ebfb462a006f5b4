/// Attention of queries to keys and values: oₜ = Σₛ softmax(qₜ·kₛ)ₛ·vₛ, for each head and sequence.
///
/// Queries come scaled. Rows of queries hold `headCount` heads, those of keys and values
/// `keyValueHeadCount`; so many query heads in a row share one of the others, over each
/// `headPeriod`.
///
/// **Numerics**: every sum over keys runs in an order that depends on a key's place in its sequence
/// alone. So a query's output has the same bits whether it stands alone, with the keys before it
/// kept from earlier, or in its whole sequence, and whatever other sequences stand beside it. What
/// a query does not see does not reach it, be it NaN.
///
/// **Memory**: scores of some blocks of queries at a time, never of all queries and keys.
package struct ScaledDotProductAttention: Sendable {
  /// The number of heads of queries.
  package var headCount: Int
  /// The number of heads of keys and values, a divisor of the period.
  package var keyValueHeadCount: Int
  /// After how many heads of queries those of keys and values begin anew: a divisor of their
  /// number.
  package var headPeriod: Int
  /// The scalars of a head.
  package var headSize: Int
  /// Whether a query sees no key after its own place.
  package var isCausal: Bool
  /// How many keys a query of causal attention sees at most, that at its own place included.
  package var window: Int?
  /// How many scores stand in memory at a time, unless one block has more: 8 MiB.
  package var scoreLimit = 1 << 21
  /// How many scalars of an elementwise loop take as long as a score, which is two dot products of
  /// heads: what threads are weighed by.
  let scalarsPerScore = 8

  /// Attention of the given shape, whose period is all heads unless given.
  package init(
    headCount: Int, keyValueHeadCount: Int, headPeriod: Int? = nil, headSize: Int, isCausal: Bool,
    window: Int?
  ) {
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headPeriod = headPeriod ?? headCount
    self.headSize = headSize
    self.isCausal = isCausal
    self.window = window
  }

  /// The rows of one sequence: its last queries stand at the places of its last keys.
  package struct Sequence: Sendable {
    /// The rows among all queries.
    package var queries: Range<Int>
    /// The rows among all keys and values, at least as many; it begins below 0 where rows at the
    /// start of the sequence, whole lanes of them, are missing and not seen.
    package var keys: Range<Int>

    /// A sequence of the given rows.
    package init(queries: Range<Int>, keys: Range<Int>) {
      self.queries = queries
      self.keys = keys
    }

    /// Whole sequences of the given lengths, one after another.
    package static func whole(_ lengths: [Int]) -> [Sequence] {
      var start = 0
      return lengths.map { length in
        defer { start += length }
        return Sequence(queries: start..<start + length, keys: start..<start + length)
      }
    }
  }

  /// How many queries of a head are worked on together.
  private static let blockSize = 64
  /// Lanes of a row's fold: where a part of a row starts, the lanes must be those of the whole row.
  package static let laneCount = 16

  /// Some queries of one head, with the keys that any of them sees.
  struct Block {
    var head: Int
    /// The rows of the queries.
    var queries: Range<Int>
    /// The place of the first query in its sequence.
    var place: Int
    /// The row of the sequence's first key.
    var firstKey: Int
    /// The number of keys of the sequence.
    var keyCount: Int
    /// The places of the keys that have a score.
    var keys: Range<Int>
    /// Where its scores start among those that stand in memory.
    var start = 0

    /// The number of scores.
    var count: Int { queries.count * keys.count }
  }

  /// The places of the keys that a query sees.
  func visible(from place: Int, keyCount: Int) -> Range<Int> {
    guard isCausal else { return 0..<keyCount }
    let first = window.map { max(0, place + 1 - $0) } ?? 0
    return first..<place + 1
  }

  /// The blocks of some sequences: so many at a time as there is memory for.
  ///
  /// Exact blocks are one query with just the keys that it sees: where some number is not finite,
  /// zero times it is not zero.
  func batches(of sequences: [Sequence], isExact: Bool) -> [[Block]] {
    let blockSize = isExact ? 1 : ScaledDotProductAttention.blockSize
    var batches: [[Block]] = []
    var (batch, total): ([Block], Int) = ([], 0)
    for sequence in sequences {
      let keyCount = sequence.keys.count
      let before = keyCount - sequence.queries.count
      for start in stride(from: 0, to: sequence.queries.count, by: blockSize) {
        let end = min(start + blockSize, sequence.queries.count)
        let first = visible(from: before + start, keyCount: keyCount)
        let last = visible(from: before + end - 1, keyCount: keyCount)
        let lanes = ScaledDotProductAttention.laneCount
        let keys = first.lowerBound / lanes * lanes..<last.upperBound
        for head in 0..<headCount {
          var block = Block(
            head: head,
            queries: sequence.queries.lowerBound + start..<sequence.queries.lowerBound + end,
            place: before + start, firstKey: sequence.keys.lowerBound, keyCount: keyCount,
            keys: keys)
          if total > 0, total + block.count > scoreLimit {
            batches.append(batch)
            (batch, total) = ([], 0)
          }
          block.start = total
          total += block.count
          batch.append(block)
        }
      }
    }
    if !batch.isEmpty { batches.append(batch) }
    return batches
  }

  /// The outputs of all queries.
  ///
  /// - Parameters:
  ///   - queries: Scaled, of shape [queries, headCount · headSize]; another number of columns traps.
  ///   - keys: Of shape [keys, keyValueHeadCount · headSize]; another number of columns traps.
  ///   - values: Of the same shape.
  ///   - sequences: The rows of each sequence, each row of queries in one.
  /// - Returns: Of the shape of the queries.
  /// - Complexity: O(queries · keys that they see · size) multiply-adds.
  package func callAsFunction(
    _ queries: Tensor, keys: Tensor, values: Tensor, sequences: [Sequence]
  ) -> Tensor {
    check(queries, keys, values)
    let output = outputs(queries, keys, values, sequences, isExact: false)
    // Zero times a value that is not finite is NaN, so that outputs tell of it: to look through
    // values themselves would be to read those of all tokens before once more for each new one.
    guard !output.isFinite else { return output }
    return outputs(queries, keys, values, sequences, isExact: true)
  }

  private func outputs(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ sequences: [Sequence], isExact: Bool
  ) -> Tensor {
    var output = Tensor(uninitialized: queries.sizes)
    let zeros = Tensor(zeros: [headSize])
    for batch in batches(of: sequences, isExact: isExact) {
      let probabilities = probabilities(batch, queries, keys)
      unsafe probabilities.withUnsafeScalars { scores in
        unsafe values.withUnsafeScalars { values in
          unsafe zeros.withUnsafeScalars { zeros in
            unsafe output.withUnsafeMutableScalars { output in
              MatrixProduct.compute(
                batch.map { block in
                  // Of one query, what it does not see is left out.
                  let seen =
                    isExact ? visible(from: block.place, keyCount: block.keyCount) : block.keys
                  var product = unsafe MatrixProduct(
                    left: RowMajorMatrix(
                      base: scores + block.start + seen.lowerBound - block.keys.lowerBound,
                      rowStride: block.keys.count), .panelAlongRows,
                    right: keyRows(values, block, from: seen.lowerBound), .depthAlongRows,
                    rowCount: block.queries.count, columnCount: headSize, depth: seen.count,
                    output: output + queryOffset(block), outputStride: headCount * headSize)
                  // A sum of −0 would else be 0 where keys follow that are not seen.
                  unsafe product.bias = unsafe zeros
                  return product
                })
            }
          }
        }
      }
    }
    return output
  }

  /// The probabilities of the keys for each query of some blocks, zero for those not seen.
  func probabilities(_ blocks: [Block], _ queries: Tensor, _ keys: Tensor) -> Tensor {
    var scores = Tensor(uninitialized: [blocks.reduce(0) { $0 + $1.count }])
    let total = scores.count
    let (maximum, exponentials) = (
      FoldKernel(RowKernels.Maximum()), FoldKernel(RowKernels.Exponentials(shift: 0))
    )
    let scale = VectorKernel(ArithmeticFunctions.Scale(factor: 1))
    unsafe scores.withUnsafeMutableScalars { scores in
      unsafe queries.withUnsafeScalars { queries in
        unsafe keys.withUnsafeScalars { keys in
          MatrixProduct.compute(
            blocks.map { block in
              unsafe MatrixProduct(
                left: queryRows(queries, block), .panelAlongRows,
                right: keyRows(keys, block, from: block.keys.lowerBound), .panelAlongRows,
                rowCount: block.queries.count, columnCount: block.keys.count, depth: headSize,
                output: scores + block.start, outputStride: block.keys.count)
            })
        }
      }
      parallelFor(blocks.count, scalars: scalarsPerScore * total) { index in
        let block = blocks[index]
        var (exponentials, scale) = (exponentials, scale)
        for query in 0..<block.queries.count {
          let row = unsafe scores + block.start + query * block.keys.count
          let seen = seen(block, query)
          let start =
            seen.lowerBound / ScaledDotProductAttention.laneCount
            * ScaledDotProductAttention.laneCount
          for key in start..<seen.lowerBound { unsafe row[key] = -.infinity }
          let count = seen.upperBound - start
          exponentials.fold.shift = unsafe maximum.run(count: count, row + start)
          scale.function.factor =
            unsafe 1
            / exponentials.run(count: count, row + start, to: row + start)
          unsafe scale.run(over: start..<seen.upperBound, VectorPointers(row, to: row))
          unsafe (row).update(repeating: 0, count: start)
          unsafe (row + seen.upperBound).update(
            repeating: 0, count: block.keys.count - seen.upperBound)
        }
      }
    }
    return scores
  }

  /// The keys that a query of a block sees, counted from the first that has a score.
  func seen(_ block: Block, _ query: Int) -> Range<Int> {
    let seen = visible(from: block.place + query, keyCount: block.keyCount)
    return seen.lowerBound - block.keys.lowerBound..<seen.upperBound - block.keys.lowerBound
  }

  /// Where the queries of a block start among all.
  func queryOffset(_ block: Block) -> Int {
    (block.queries.lowerBound * headCount + block.head) * headSize
  }

  /// The queries of a block.
  func queryRows(_ queries: UnsafePointer<Float>, _ block: Block) -> RowMajorMatrix {
    unsafe RowMajorMatrix(base: queries + queryOffset(block), rowStride: headCount * headSize)
  }

  /// The head of keys and values that a head of queries has.
  func keyValueHead(of head: Int) -> Int {
    head % headPeriod / (headPeriod / keyValueHeadCount)
  }

  /// Where the keys of a block start among all, from a place on.
  func keyOffset(_ block: Block, from place: Int) -> Int {
    ((block.firstKey + place) * keyValueHeadCount + keyValueHead(of: block.head)) * headSize
  }

  /// The keys or values of a block, from a place on.
  func keyRows(
    _ keys: UnsafePointer<Float>, _ block: Block, from place: Int
  ) -> RowMajorMatrix {
    unsafe RowMajorMatrix(
      base: keys + keyOffset(block, from: place), rowStride: keyValueHeadCount * headSize)
  }

  /// Traps where operands have other shapes than they have to.
  func check(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) {
    require(
      queries.columnCount == headCount * headSize && keys.sizes == values.sizes
        && keys.columnCount == keyValueHeadCount * headSize,
      "attention: queries \(queries.shape), keys \(keys.shape) and values \(values.shape) for "
        + "\(headCount) and \(keyValueHeadCount) heads of \(headSize)")
  }
}
