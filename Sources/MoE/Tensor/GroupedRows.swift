/// Rows of a matrix picked into groups: which rows each group takes, and in which order.
///
/// The groups stand one after another. A *position* counts through all of them; the row at a
/// position is the index of a row of the matrix. A row may be in several groups.
///
///     let rows = GroupedRows([[0, 2], [], [1, 2]])
///     print(rows.offsets)  // [0, 2, 2, 4]
///     print(rows.indices)  // [0, 2, 1, 2]
public struct GroupedRows: Sendable, Hashable {
  /// Where each group starts, and at the end the number of positions.
  public let offsets: [Int]
  /// The row at each position.
  public let indices: [Int32]

  /// Groups of the given rows.
  ///
  /// - Parameter groups: The rows of each group.
  public init(_ groups: [[Int]]) {
    var offsets = [0]
    for group in groups { offsets.append(offsets[offsets.count - 1] + group.count) }
    self.init(offsets: offsets, indices: groups.joined().map(Int32.init))
  }

  /// Groups that are given by where each starts; `offsets` must rise from 0 to the number of
  /// indices.
  package init(offsets: [Int], indices: [Int32]) {
    require(
      offsets.first == 0 && offsets.last == indices.count,
      "GroupedRows: offsets \(offsets) against \(indices.count) indices")
    self.offsets = offsets
    self.indices = indices
  }

  /// One group of all rows in order.
  ///
  /// - Parameter rowCount: The number of rows.
  /// - Returns: A single group.
  public static func all(_ rowCount: Int) -> GroupedRows {
    GroupedRows(offsets: [0, rowCount], indices: (0..<Int32(rowCount)).map { $0 })
  }

  /// Rows that stand in the order of the groups already.
  package static func inOrder(_ offsets: [Int]) -> GroupedRows {
    GroupedRows(offsets: offsets, indices: (0..<Int32(offsets[offsets.count - 1])).map { $0 })
  }

  /// The number of groups.
  public var groupCount: Int { offsets.count - 1 }

  /// The number of positions: the sizes of all groups together.
  public var count: Int { indices.count }

  /// The positions of a group.
  ///
  /// - Parameter group: The index of the group; one that does not exist traps.
  /// - Returns: A range that may be empty.
  public func positions(of group: Int) -> Range<Int> { offsets[group]..<offsets[group + 1] }

  /// Some neighbouring groups alone, whose positions start again at 0.
  ///
  /// - Parameter range: The indices of the groups.
  public subscript(groups range: Range<Int>) -> GroupedRows {
    guard range != 0..<groupCount else { return self }
    let start = offsets[range.lowerBound]
    return GroupedRows(
      offsets: offsets[range.lowerBound...range.upperBound].map { $0 - start },
      indices: Array(indices[start..<offsets[range.upperBound]]))
  }

  /// The lowest and the highest row, or nothing where there are no positions.
  package var bounds: ClosedRange<Int>? {
    guard var lowest = indices.first else { return nil }
    var highest = lowest
    for index in indices {
      if index < lowest { lowest = index }
      if index > highest { highest = index }
    }
    return Int(lowest)...Int(highest)
  }
}
