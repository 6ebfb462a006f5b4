/// A draw of k different experts in proportion to their scores.
///
/// The first expert is drawn with probability sₑ/Σs, each further one in the same way from those
/// that are left, by uniform numbers and running sums; slots are in the order of the draw. Experts
/// with a score of zero are never drawn: where fewer than k have more, slots stay empty. With
/// softmax scores the draw is distributed as that of ``GumbelTopKSelector``; this one takes any
/// scores.
///
/// There is a draw in training, and in inference where it is asked for; without it, chosen are the
/// k highest priorities. The selection bias has no say in the draw.
///
/// Source: the policy `sample` of Mesh TensorFlow's mixture of experts, for one expert.
public struct SampledSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How many experts each token goes to.
  public let count: Int
  /// Whether there is a draw in inference, too.
  public let isNoisyInInference: Bool

  /// A selector of the given number of experts.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - isNoisyInInference: Whether there is a draw in inference, too.
  public init(count: Int, isNoisyInInference: Bool = false) {
    self.count = count
    self.isNoisyInInference = isNoisyInInference
  }

  /// Experts with a score of zero are never drawn, so that a token may have fewer than others.
  public var promises: RoutingPromises { [.tokenLocal, .readsScores, .ordersChoices] }

  /// ``count``, or an error where it is not from 1 to the number of experts.
  public func slotCount(expertCount: Int) throws -> Int {
    try ExpertCount.check(count, expertCount: expertCount)
  }

  /// The experts that are drawn for each token, in the order of the draw.
  ///
  /// - Complexity: O(tokens · experts · ``count``).
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let context = input.context
    guard context.mode.isTraining || isNoisyInInference else {
      return SelectedExperts(topK: count, of: input.priorities)
    }
    let experts = input.expertCount
    let (scores, priorities) = (input.scores.scalars, input.priorities.scalars)
    var selected = [Int32](repeating: SelectedExperts.none, count: input.tokenCount * count)
    var draw = ExpertDraw(expertCount: experts)
    for token in 0..<input.tokenCount {
      for expert in 0..<experts {
        let index = token * experts + expert
        draw.shares[expert] = priorities[index] > -.infinity ? Double(scores[index]) : 0
      }
      for slot in 0..<count {
        // Each draw has a number of its own: that of the slot, in the place of an expert's.
        let uniform = context.noise.uniform(
          .selection, position: context.position(of: token), expert: slot)
        guard let expert = draw.next(uniform) else { break }
        selected[token * count + slot] = Int32(expert)
      }
    }
    return SelectedExperts(selected, slotCount: count)
  }
}

extension ExpertSelector where Self == SampledSelector {
  /// A draw of different experts in proportion to their scores.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - isNoisyInInference: Whether there is a draw in inference, too; else the highest priorities
  ///     are chosen.
  /// - Returns: A selector, which throws where there are fewer experts.
  public static func sampled(_ count: Int, isNoisyInInference: Bool = false) -> SampledSelector {
    SampledSelector(count: count, isNoisyInInference: isNoisyInInference)
  }
}
