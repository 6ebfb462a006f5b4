/// The columns of the largest scalars of a row that is offered from its first column on.
///
/// −∞ and NaN are never among them. Of equal scalars the first comes first.
struct LargestColumns: ~Copyable, ~Escapable {
  /// For each column found, from the largest scalar down: the scalar's order above, the column's
  /// below.
  private var keys: MutableSpan<UInt64>
  /// How many columns have been found.
  private(set) var found = 0
  /// The limit that a scalar must exceed to be among the largest so far.
  private var limit = -Float.infinity

  /// None so far of as many as there is room for, at least one.
  ///
  /// - Parameter room: Where columns are kept; what it holds does not matter.
  @_lifetime(copy room)
  init(_ room: consuming MutableSpan<UInt64>) {
    keys = room
    removeAll()
  }

  /// Starts with another row.
  @_lifetime(self: copy self)
  mutating func removeAll() {
    found = 0
    limit = -.infinity
    // Less than the key of any scalar.
    for slot in 0..<keys.count { keys[slot] = 0 }
  }

  /// Takes a scalar where it is among the largest so far.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func offer(_ value: Float, column: Int) {
    if value > limit { insert(value, column: column) }
  }

  @inline(__always)
  @_lifetime(self: copy self)
  private mutating func insert(_ value: Float, column: Int) {
    // One number that rises with the scalar and, of equal ones, falls with the column. The sum
    // makes 0 of −0.
    let bits = (value + 0).bitPattern
    let order = bits >> 31 == 0 ? bits | 1 << 31 : ~bits
    let key = UInt64(order) << 32 | UInt64(~UInt32(truncatingIfNeeded: column))
    // Through all places, whichever is its own: a loop that ends there would often be predicted
    // wrongly.
    var carried = key
    for slot in 0..<keys.count {
      let kept = keys[slot]
      keys[slot] = max(kept, carried)
      carried = min(kept, carried)
    }
    found = min(found + 1, keys.count)
    if found == keys.count {
      let last = UInt32(truncatingIfNeeded: keys[found - 1] >> 32)
      limit = Float(bitPattern: last >> 31 == 0 ? ~last : last & ~(1 << 31))
    }
  }

  /// The column at a place, counted from that of the largest scalar.
  subscript(slot: Int) -> Int32 { Int32(truncatingIfNeeded: ~keys[slot]) }
}

extension Tensor {
  /// The columns of the largest scalars of each row, in descending order; of equal ones the first.
  ///
  /// −∞ and NaN are never among them: where fewer than `count` are left, −1 takes their places.
  ///
  /// - Parameter count: How many columns to take of each row; all of them where there are fewer.
  /// - Returns: So many columns for each row, one row after another.
  /// - Complexity: O(rows · columns), times up to `count` where scalars rise from column to column.
  package func largestColumns(_ count: Int) -> [Int32] {
    let (rows, columns) = (rowCount, columnCount)
    let count = max(0, min(count, columns))
    guard count > 0 else { return [] }
    var result = [Int32](repeating: -1, count: rows * count)
    var room = [UInt64](repeating: 0, count: count)
    var largest = LargestColumns(room.mutableSpan)
    let scalars = scalars
    for row in 0..<rows {
      largest.removeAll()
      let start = row * columns
      for index in start..<start + columns {
        largest.offer(scalars[index], column: index - start)
      }
      for place in 0..<largest.found { result[row * count + place] = largest[place] }
    }
    return result
  }
}
