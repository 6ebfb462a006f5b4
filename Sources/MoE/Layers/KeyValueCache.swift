/// The keys and values of the tokens that attention has read so far, sequence by sequence.
///
/// With a window those that no later token sees are forgotten, so that memory does not grow with
/// the number of tokens.
///
/// A value: a copy is a branch that may go on by itself.
public struct KeyValueCache: Sendable {
  /// The scalars of a row of keys.
  public let size: Int
  /// How many tokens a token sees at most, itself included; all where there is none.
  public let window: Int?
  private var sequences: [CachedRows]

  /// A cache of no tokens.
  ///
  /// - Parameters:
  ///   - sequenceCount: The number of sequences that are read side by side; below 0 it traps.
  ///   - size: The scalars of a row of keys, which are those of a row of values; below 0 it traps.
  ///   - window: How many tokens a token sees at most, itself included; below 1 it traps.
  public init(sequenceCount: Int, size: Int, window: Int? = nil) {
    require(
      sequenceCount >= 0 && size >= 0, "KeyValueCache: \(sequenceCount) sequences of \(size)")
    require(
      window.map { $0 > 0 } ?? true, "KeyValueCache: window \(window ?? 0), expected at least 1")
    self.size = size
    self.window = window
    sequences = Array(repeating: CachedRows(size: size), count: sequenceCount)
  }

  /// The number of sequences.
  public var sequenceCount: Int { sequences.count }

  /// The number of tokens read of each sequence, forgotten ones included.
  public var tokenCounts: [Int] { sequences.map(\.count) }

  /// How many tokens of each sequence are forgotten, from its start.
  public var forgottenCounts: [Int] { sequences.map(\.forgotten) }

  /// Throws where further tokens cannot be read with this cache.
  ///
  /// - Parameters:
  ///   - batch: What the tokens are.
  ///   - sequenceCount: The number of sequences that they are of.
  ///   - attention: What reads them.
  /// - Throws: ``MoEError/configuration(_:value:expected:)``.
  package func check(
    _ batch: Batch, sequenceCount: Int, _ attention: ScaledDotProductAttention
  ) throws {
    guard attention.isCausal else {
      throw MoEError.configuration(
        "attention with a cache", value: "not causal", expected: "causal")
    }
    guard batch.validTokens == nil else {
      throw MoEError.configuration(
        "padding of tokens read with a cache", value: "some", expected: "none")
    }
    let size = attention.keyValueHeadCount * attention.headSize
    guard sequenceCount == self.sequenceCount, size == self.size else {
      throw MoEError.configuration(
        "cache", value: "\(self.sequenceCount) sequences of \(self.size)",
        expected: "\(sequenceCount) sequences of \(size)")
    }
    guard window ?? .max >= attention.window ?? .max else {
      throw MoEError.configuration(
        "window of a cache", value: "\(window ?? 0)",
        expected: "\(attention.window.map { "\($0) or more" } ?? "none"), as attention sees")
    }
  }

  /// Adds the rows of further tokens of a sequence, and forgets those that neither they nor later
  /// ones see.
  ///
  /// - Parameters:
  ///   - keys: A matrix of ``size`` columns, one row a token; another shape traps.
  ///   - values: Of the same shape; another traps.
  ///   - sequence: The number of the sequence; one that does not exist traps.
  /// - Complexity: O(new rows · size), spread over all tokens.
  public mutating func append(keys: Tensor, values: Tensor, to sequence: Int) {
    require(
      keys.rank == 2 && keys.sizes[1] == size && values.sizes == keys.sizes
        && sequences.indices.contains(sequence),
      "KeyValueCache: keys \(keys.shape) and values \(values.shape) for sequence \(sequence), "
        + "expected \(size) columns and a sequence from 0 to \(sequences.count - 1)")
    sequences[sequence].append(keys, values, window: window)
  }

  /// The keys and values of a sequence, one row a token that is not forgotten; nothing is copied.
  ///
  /// - Parameter sequence: The number of the sequence; one that does not exist traps.
  /// - Returns: Matrices of ``size`` columns.
  public func rows(of sequence: Int) -> (keys: Tensor, values: Tensor) { sequences[sequence].rows }

  /// Takes back the last tokens of each sequence: forgets those beyond some counts; counts of more
  /// than there are change nothing.
  ///
  /// - Parameter counts: How many tokens of each sequence stay; another number of them traps.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a token that goes on from there
  ///   would see some that are forgotten; nothing has changed then.
  public mutating func truncate(to counts: [Int]) throws {
    require(
      counts.count == sequences.count,
      "KeyValueCache: \(counts.count) counts against \(sequences.count) sequences")
    for (sequence, count) in zip(sequences, counts)
    where sequence.forgotten > 0 && count < sequence.forgotten + (window ?? 1) - 1 {
      throw MoEError.configuration(
        "number of tokens that stay in a cache", value: "\(count)",
        expected: "at least \(sequence.forgotten + (window ?? 1) - 1), as \(sequence.forgotten) "
          + "are forgotten")
    }
    for (index, count) in counts.enumerated() { sequences[index].truncate(to: count) }
  }
}

/// The rows of one sequence, in memory that doubles as it fills up.
private struct CachedRows: Sendable {
  private var keys: Tensor
  private var values: Tensor
  /// The number of tokens, forgotten ones included.
  private(set) var count = 0
  /// The number of tokens at the start whose rows are gone: whole lanes of a fold, so that sums over
  /// the others run in the order that they have with them.
  private(set) var forgotten = 0

  init(size: Int) { (keys, values) = (Tensor(zeros: [0, size]), Tensor(zeros: [0, size])) }

  var rows: (keys: Tensor, values: Tensor) {
    (keys[entries: 0..<count - forgotten], values[entries: 0..<count - forgotten])
  }

  mutating func append(_ newKeys: Tensor, _ newValues: Tensor, window: Int?) {
    let newCount = newKeys.sizes[0]
    var used = count - forgotten
    if used + newCount > keys.sizes[0] {
      // What the first of the new tokens sees must stay.
      let lanes = ScaledDotProductAttention.laneCount
      let unseen = window.map { max(0, count + 1 - $0) / lanes * lanes - forgotten } ?? 0
      // Half of the memory at least, so that a row is moved once or twice.
      if unseen > 0, 2 * unseen >= used {
        move(from: unseen, count: used - unseen, capacity: keys.sizes[0])
        forgotten += unseen
        used -= unseen
      }
      if used + newCount > keys.sizes[0] {
        move(from: 0, count: used, capacity: max(used + newCount, 2 * keys.sizes[0]))
      }
    }
    keys[entries: used..<used + newCount] = newKeys
    values[entries: used..<used + newCount] = newValues
    count += newCount
  }

  /// Moves some rows to the start of memory of their own.
  private mutating func move(from first: Int, count: Int, capacity: Int) {
    for path in [\CachedRows.keys, \.values] {
      var moved = Tensor(zeros: [capacity, keys.columnCount])
      moved[entries: 0..<count] = self[keyPath: path][entries: first..<first + count]
      self[keyPath: path] = moved
    }
  }

  mutating func truncate(to count: Int) { self.count = min(max(count, forgotten), self.count) }
}

extension KeyValueCache: CustomStringConvertible {
  /// How many tokens of each sequence were read.
  public var description: String {
    "cache of keys and values of size \(size), tokens \(tokenCounts)"
  }
}
