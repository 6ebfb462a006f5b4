/// Different experts at random, all with the same probability, whatever the scores say.
///
/// The draw is the start of a random permutation of the experts that are switched on, in training
/// as in inference. What to measure other routing against; and where scores do not weigh experts
/// either, what stochastic routing trains with.
///
/// Source: THOR, Zuo and others, "Taming sparsely activated transformer with stochastic experts",
/// arXiv 2110.04260.
public struct RandomSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How many experts each token goes to.
  public let count: Int

  /// A selector of the given number of experts.
  ///
  /// - Parameter count: How many experts each token goes to.
  public init(count: Int) { self.count = count }

  /// The draw knows nothing of the scores.
  public var promises: RoutingPromises {
    [.tokenLocal, .fixedCount, .ordersChoices, .allowsRedirection]
  }

  /// ``count``, or an error where it is not from 1 to the number of experts.
  public func slotCount(expertCount: Int) throws -> Int {
    try ExpertCount.check(count, expertCount: expertCount)
  }

  /// The experts that are drawn for each token, in the order of the draw.
  ///
  /// - Complexity: O(tokens · experts).
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let (context, experts) = (input.context, input.expertCount)
    let priorities = input.priorities.scalars
    var selected = [Int32](repeating: SelectedExperts.none, count: input.tokenCount * count)
    var left = [Int32](repeating: 0, count: experts)
    for token in 0..<input.tokenCount {
      var leftCount = 0
      for expert in 0..<experts where priorities[token * experts + expert] > -.infinity {
        left[leftCount] = Int32(expert)
        leftCount += 1
      }
      for slot in 0..<min(count, leftCount) {
        let uniform = context.noise.uniform(
          .selection, position: context.position(of: token), expert: slot)
        left.swapAt(slot, slot + Int(uniform * Double(leftCount - slot)))
        selected[token * count + slot] = left[slot]
      }
    }
    return SelectedExperts(selected, slotCount: count)
  }
}

extension ExpertSelector where Self == RandomSelector {
  /// Different experts at random, whatever the scores say.
  ///
  /// - Parameter count: How many experts each token goes to.
  /// - Returns: A selector, which throws where there are fewer experts.
  public static func random(_ count: Int) -> RandomSelector { RandomSelector(count: count) }
}
