/// A draw of k different experts in proportion to their scores over their live load.
///
/// Tokens go one after another, in order. The first expert of a token is drawn with probability in
/// proportion to sₑ/(nₑ + 10⁻⁸), each further one in the same way from those that are left; n is
/// ``RoutingOverrides/load`` plus the routes that were handed out to earlier tokens of the batch.
/// An expert without load is so taken before any with some. Experts with a score of zero are never
/// drawn. There is a draw in inference, too.
///
/// The selection bias has no say.
public struct LoadBalancedSamplingSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How many experts each token goes to.
  public let count: Int

  /// A number that is added to the load.
  private static let epsilon = 1e-8

  /// A selector of the given number of experts.
  ///
  /// - Parameter count: How many experts each token goes to.
  public init(count: Int) { self.count = count }

  /// A token's experts are drawn, and depend on those of the tokens before it; a token may have
  /// fewer than others, as experts with a score of zero are never drawn.
  public var promises: RoutingPromises { [.causal, .readsScores, .ordersChoices] }

  /// ``count``, or an error where it is not from 1 to the number of experts.
  public func slotCount(expertCount: Int) throws -> Int {
    try ExpertCount.check(count, expertCount: expertCount)
  }

  /// The experts that are drawn for each token, in the order of the draw.
  ///
  /// - Complexity: O(tokens · experts · ``count``).
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let (context, experts) = (input.context, input.expertCount)
    var load = LiveLoad(input)
    var draw = ExpertDraw(expertCount: experts)
    return load.assign(input, slotCount: count) { token, routes, slots in
      let (scores, priorities) = (input.scores.scalars, input.priorities.scalars)
      for expert in 0..<experts {
        let index = token * experts + expert
        draw.shares[expert] =
          priorities[index] > -.infinity
          ? Double(scores[index]) / (routes[expert] + LoadBalancedSamplingSelector.epsilon) : 0
      }
      for slot in slots.indices {
        let uniform = context.noise.uniform(
          .selection, position: context.position(of: token), expert: slot)
        guard let expert = draw.next(uniform) else { break }
        slots[slot] = Int32(expert)
      }
    }
  }
}

extension ExpertSelector where Self == LoadBalancedSamplingSelector {
  /// A draw of different experts in proportion to their scores over their live load.
  ///
  /// - Parameter count: How many experts each token goes to.
  /// - Returns: A selector, which throws where there are fewer experts.
  public static func loadBalancedSampling(_ count: Int) -> LoadBalancedSamplingSelector {
    LoadBalancedSamplingSelector(count: count)
  }
}
