/// The experts with the highest priorities, in descending order; of equal ones the first.
public struct TopKSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
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
  /// - Complexity: O(tokens · experts), times up to ``count`` where scores rise from expert to
  ///   expert.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    SelectedExperts(topK: count, of: input.priorities)
  }
}

extension ExpertSelector where Self == TopKSelector {
  /// The experts with the highest scores, in descending order; of equal ones the first.
  ///
  /// - Parameter count: How many experts each token goes to.
  /// - Returns: A selector, which throws where there are fewer experts.
  public static func topK(_ count: Int) -> TopKSelector { TopKSelector(count: count) }
}
