/// The experts that a selector chose: for each token, some slots that hold an expert or nothing.
///
/// All tokens have as many slots; one with fewer experts leaves the others empty, so that the
/// number of experts may differ from token to token.
public struct SelectedExperts: Sendable, Hashable {
  /// The number that an empty slot holds.
  public static let none: Int32 = -1

  /// The expert of each slot, token by token, or ``none``.
  public var experts: [Int32]
  /// How many slots each token has.
  public let slotCount: Int

  /// A choice of the given slots.
  ///
  /// - Parameters:
  ///   - experts: The expert of each slot, token by token; a number that is no multiple of
  ///     `slotCount` traps.
  ///   - slotCount: How many slots each token has.
  public init(_ experts: [Int32], slotCount: Int) {
    require(
      slotCount == 0 ? experts.isEmpty : experts.count % slotCount == 0,
      "SelectedExperts: \(experts.count) experts in slots of \(slotCount)")
    self.experts = experts
    self.slotCount = slotCount
  }

  /// A choice of any number of experts for each token: there are as many slots as the longest list.
  ///
  /// - Parameter lists: The experts of each token.
  public init(lists: [[Int32]]) {
    let slotCount = lists.reduce(0) { max($0, $1.count) }
    var experts = [Int32](repeating: SelectedExperts.none, count: lists.count * slotCount)
    for (token, list) in lists.enumerated() {
      for (slot, expert) in list.enumerated() { experts[token * slotCount + slot] = expert }
    }
    self.init(experts, slotCount: slotCount)
  }

  /// The largest scalars of each row of a tensor, in descending order; of equal ones the first.
  ///
  /// −∞ and NaN are never among them: where fewer than `count` are left, slots stay empty.
  ///
  /// - Parameters:
  ///   - count: How many experts to take of each row; as many as there are columns where that is
  ///     fewer.
  ///   - tensor: One row a token, with one column an expert.
  /// - Complexity: O(rows · columns), times up to `count` where scalars rise from column to column.
  public init(topK count: Int, of tensor: Tensor) {
    self.init(
      tensor.largestColumns(count), slotCount: max(0, min(count, tensor.columnCount)))
  }

  /// The first route to what is no expert, or to one that the token has a route to already.
  ///
  /// - Parameter expertCount: The number of experts.
  /// - Returns: The index of the route; nothing where there is none.
  /// - Complexity: O(routes · slots).
  func firstFault(expertCount: Int) -> Int? {
    for route in experts.indices where experts[route] != SelectedExperts.none {
      guard experts[route] >= 0, experts[route] < expertCount else { return route }
      for other in route - route % slotCount..<route where experts[other] == experts[route] {
        return route
      }
    }
    return nil
  }

  /// Makes room for more slots a token; the new ones are empty.
  ///
  /// - Parameters:
  ///   - count: The number of slots, at least the present one.
  ///   - tokenCount: The number of tokens.
  /// - Returns: The same choice with so many slots.
  func widened(to count: Int, tokenCount: Int) -> SelectedExperts {
    guard count > slotCount else { return self }
    var wide = [Int32](repeating: SelectedExperts.none, count: tokenCount * count)
    for token in 0..<tokenCount {
      for slot in 0..<slotCount { wide[token * count + slot] = experts[token * slotCount + slot] }
    }
    return SelectedExperts(wide, slotCount: count)
  }

  /// Replaces the experts of one token; it must have slots enough.
  mutating func replace(_ token: Int, with list: [Int]) {
    for slot in 0..<slotCount {
      experts[token * slotCount + slot] =
        slot < list.count ? Int32(list[slot]) : SelectedExperts.none
    }
  }
}

extension SelectedExperts {
  /// The same with empty slots in the place of routes that were dropped or left out, as weights
  /// that are made up after dropping see them.
  func withoutDropped(_ outcomes: [RouteOutcome]) -> SelectedExperts {
    SelectedExperts(
      zip(experts, outcomes).map { $1.isDropped ? SelectedExperts.none : $0 },
      slotCount: slotCount)
  }
}
