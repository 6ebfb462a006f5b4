/// Strict balance: in training each expert takes its best tokens, in inference those above a
/// threshold of its own.
///
/// In training, of T tokens and E experts, each expert takes the m = ⌈k·T/E⌉ tokens with the
/// highest scores for it. In inference a token goes to every expert with sₑ > Tₑ, alone or among
/// others. The thresholds T are learned so that both agree: see ``BatchwiseThresholdLoss``. They
/// live in the router as ``Router/selectionBias``, −Tₑ for expert e, so that they are saved with
/// the layer; an expert is chosen where its priority sₑ − Tₑ is above zero. They start at zero,
/// with which every expert is chosen that has any score.
///
/// A token has any number of experts, k on average in training, and may have none. Experts
/// that are switched off do not count.
///
/// Source: Shazeer and others, arXiv 1701.06538, appendix F.
public struct BatchwiseBalancedSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How many experts a token has on average.
  public let count: Int

  /// A selector of the given number of experts.
  ///
  /// - Parameter count: How many experts a token has on average.
  public init(count: Int) { self.count = count }

  /// In training tokens compete with each other, and experts stand in the order of their indices.
  public var promises: RoutingPromises { [.deterministic, .readsScores, .readsSelectionBias] }

  /// The number of experts, as a token may be taken by all; an error where ``count`` is not from 1
  /// to that.
  public func slotCount(expertCount: Int) throws -> Int {
    _ = try ExpertCount.check(count, expertCount: expertCount)
    return expertCount
  }

  /// The experts that take each token, in ascending order.
  ///
  /// - Complexity: O(experts · tokens), in training times the logarithm of the number of tokens.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    guard !input.context.mode.isTraining else {
      // A threshold is the same for all tokens of an expert, so that it does not change their
      // order; left out, it does not make equals of them by rounding either.
      return SelectionInput(
        logits: input.logits, scores: input.scores, priorities: scoresOfAvailable(input),
        context: input.context
      ).bestTokensOfExperts(share: Double(count))
    }
    let priorities = input.priorities.scalars
    var lists = [[Int32]](repeating: [], count: input.tokenCount)
    for token in 0..<input.tokenCount where input.isFree(token) {
      for expert in 0..<input.expertCount where priorities[token * input.expertCount + expert] > 0 {
        lists[token].append(Int32(expert))
      }
    }
    return SelectedExperts(lists: lists)
  }

  private func scoresOfAvailable(_ input: SelectionInput) -> Tensor {
    let isOn = Set(input.availableExperts)
    guard isOn.count < input.expertCount else { return input.scores }
    var scores = input.scores
    var scalars = scores.mutableScalars
    for expert in 0..<input.expertCount where !isOn.contains(expert) {
      for token in 0..<input.tokenCount { scalars[token * input.expertCount + expert] = -.infinity }
    }
    return scores
  }
}

extension ExpertSelector where Self == BatchwiseBalancedSelector {
  /// In training each expert takes its best tokens, in inference those above its learned threshold.
  ///
  /// - Parameter count: How many experts a token has on average.
  /// - Returns: A selector, which throws where there are fewer experts.
  public static func batchwiseBalanced(_ count: Int) -> BatchwiseBalancedSelector {
    BatchwiseBalancedSelector(count: count)
  }
}
