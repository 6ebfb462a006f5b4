/// The keys and values of the tokens that attention has read so far, sequence by sequence.
///
/// A value: a copy is a branch that may go on by itself.
public struct KeyValueCache: Sendable {
  /// The scalars of a row of keys.
  public let size: Int
  private var sequences: [Entry]

  /// The rows of one sequence, in memory that doubles as it fills up.
  private struct Entry: Sendable {
    var keys: Tensor
    var values: Tensor
    var count = 0

    mutating func append(_ newKeys: Tensor, _ newValues: Tensor) {
      let needed = count + newKeys.shape[0]
      if needed > keys.shape[0] {
        let capacity = max(needed, 2 * keys.shape[0])
        for path in [\Entry.keys, \Entry.values] {
          var grown = Tensor(zeros: [capacity, keys.columnCount])
          grown[entries: 0..<count] = self[keyPath: path][entries: 0..<count]
          self[keyPath: path] = grown
        }
      }
      keys[entries: count..<needed] = newKeys
      values[entries: count..<needed] = newValues
      count = needed
    }
  }

  /// A cache of no tokens.
  ///
  /// - Parameters:
  ///   - sequenceCount: The number of sequences that are read side by side.
  ///   - size: The scalars of a row of keys, which are those of a row of values; below 0 it traps.
  public init(sequenceCount: Int, size: Int) {
    require(
      sequenceCount >= 0 && size >= 0, "KeyValueCache: \(sequenceCount) sequences of \(size)")
    self.size = size
    let none = Tensor(zeros: [0, size])
    sequences = Array(repeating: Entry(keys: none, values: none), count: sequenceCount)
  }

  /// The number of sequences.
  public var sequenceCount: Int { sequences.count }

  /// The number of tokens read of each sequence.
  public var tokenCounts: [Int] { sequences.map(\.count) }

  /// Throws where further tokens cannot be read with this cache.
  ///
  /// - Parameters:
  ///   - batch: What the tokens are.
  ///   - sequenceCount: The number of sequences that they are of.
  ///   - size: The scalars of a row of keys.
  ///   - isCausal: Whether attention sees no later token.
  /// - Throws: ``MoEError/configuration(_:value:expected:)``.
  package func check(_ batch: Batch, sequenceCount: Int, size: Int, isCausal: Bool) throws {
    guard isCausal else {
      throw MoEError.configuration(
        "attention with a cache", value: "not causal", expected: "causal")
    }
    guard batch.validTokens == nil else {
      throw MoEError.configuration(
        "padding of tokens read with a cache", value: "some", expected: "none")
    }
    guard sequenceCount == self.sequenceCount, size == self.size else {
      throw MoEError.configuration(
        "cache", value: "\(self.sequenceCount) sequences of \(self.size)",
        expected: "\(sequenceCount) sequences of \(size)")
    }
  }

  /// Adds the rows of further tokens of a sequence.
  ///
  /// - Parameters:
  ///   - keys: A matrix of ``size`` columns, one row a token; another shape traps.
  ///   - values: Of the same shape; another traps.
  ///   - sequence: The number of the sequence; one that does not exist traps.
  /// - Complexity: O(new rows · size), spread over all tokens.
  public mutating func append(keys: Tensor, values: Tensor, to sequence: Int) {
    require(
      keys.rank == 2 && keys.shape[1] == size && values.shape == keys.shape
        && sequences.indices.contains(sequence),
      "KeyValueCache: keys \(keys.shape) and values \(values.shape) for sequence \(sequence), "
        + "expected \(size) columns and a sequence from 0 to \(sequences.count - 1)")
    sequences[sequence].append(keys, values)
  }

  /// The keys and values of a sequence, one row a token read; nothing is copied.
  ///
  /// - Parameter sequence: The number of the sequence; one that does not exist traps.
  /// - Returns: Matrices of ``size`` columns.
  public func rows(of sequence: Int) -> (keys: Tensor, values: Tensor) {
    let entry = sequences[sequence]
    return (entry.keys[entries: 0..<entry.count], entry.values[entries: 0..<entry.count])
  }

  /// Forgets the tokens of each sequence beyond some counts; more than there are change nothing.
  ///
  /// - Parameter counts: How many tokens of each sequence stay; another number of them traps.
  public mutating func truncate(to counts: [Int]) {
    require(
      counts.count == sequences.count,
      "KeyValueCache: \(counts.count) counts against \(sequences.count) sequences")
    for (index, count) in counts.enumerated() {
      sequences[index].count = min(max(count, 0), sequences[index].count)
    }
  }
}
