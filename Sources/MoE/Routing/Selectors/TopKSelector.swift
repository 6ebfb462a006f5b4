/// The experts with the highest priorities, in descending order; of equal ones the first.
public struct TopKSelector: ExpertSelector {
  /// How many experts each token goes to.
  public let count: Int

  /// A selector of the given number of experts.
  ///
  /// - Parameter count: How many experts each token goes to.
  public init(count: Int) { self.count = count }

  /// All of them.
  public var promises: RoutingPromises {
    [
      .tokenLocal, .deterministic, .readsScores, .readsSelectionBias, .fixedCount, .ordersChoices,
      .allowsRedirection,
    ]
  }

  /// ``count``, or an error where it is not from 1 to the number of experts.
  public func slotCount(expertCount: Int) throws -> Int {
    try ExpertCount.check(count, expertCount: expertCount)
  }

  /// The highest priorities of each token, in descending order.
  ///
  /// - Complexity: O(tokens · experts), times up to ``count`` where scores rise from expert to expert.
  public func select(_ input: SelectionInput) -> SelectedExperts { input.priorities.topK(count) }
}

extension ExpertSelector where Self == TopKSelector {
  /// The experts with the highest scores, in descending order; of equal ones the first.
  ///
  /// - Parameter count: How many experts each token goes to.
  /// - Returns: A selector, which throws where there are fewer experts.
  public static func topK(_ count: Int) -> TopKSelector { TopKSelector(count: count) }
}

extension Tensor {
  /// The columns of the largest scalars of each row, in descending order; of equal ones the first.
  ///
  /// −∞ and NaN are never among them: where fewer than `count` are left, slots stay empty.
  ///
  /// - Parameter count: How many columns to take of each row.
  /// - Returns: One token a row, with `count` slots, or as many as there are columns.
  /// - Complexity: O(rows · columns), times up to `count` where scalars rise from column to column.
  public func topK(_ count: Int) -> SelectedExperts {
    let (rows, columns) = (rowCount, columnCount)
    let count = max(0, min(count, columns))
    guard count > 0 else { return SelectedExperts([], slotCount: 0) }
    var selected = [Int32](repeating: SelectedExperts.none, count: rows * count)
    var room = [UInt64](repeating: 0, count: count)
    var largest = LargestColumns(room.mutableSpan)
    let scalars = scalars
    for row in 0..<rows {
      largest.removeAll()
      let start = row * columns
      for index in start..<start + columns {
        largest.offer(scalars[index], column: index - start)
      }
      for slot in 0..<largest.found { selected[row * count + slot] = largest[slot] }
    }
    return SelectedExperts(selected, slotCount: count)
  }
}
