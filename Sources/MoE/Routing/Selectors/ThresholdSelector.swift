/// Every expert whose priority is above a threshold: any number of them, and possibly none.
///
/// They stand in the order of their indices. A token without experts has an output of zeros.
///
/// Source: with a threshold of zero and rectified scores ReMoE, arXiv 2412.14711.
public struct ThresholdSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// The limit that a priority must exceed.
  public let threshold: Float

  /// A selector of the given threshold.
  ///
  /// - Parameter threshold: What a priority must exceed.
  public init(threshold: Float) { self.threshold = threshold }

  /// Experts stand in the order of their indices, and one below the threshold is out of the
  /// question.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .readsScores, .readsSelectionBias]
  }

  /// The number of experts, or an error where the threshold is not a finite number.
  public func slotCount(expertCount: Int) throws -> Int {
    guard threshold.isFinite else {
      throw MoEError.configuration(
        "threshold of the selection", value: "\(threshold)", expected: "a finite number")
    }
    return expertCount
  }

  /// Every expert above the threshold, in order, for each token.
  ///
  /// There are as many slots as the token with the most experts needs.
  ///
  /// - Complexity: O(tokens · experts).
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let (tokens, experts) = (input.tokenCount, input.expertCount)
    let priorities = input.priorities.scalars
    var slotCount = 0
    for token in 0..<tokens {
      var found = 0
      for expert in 0..<experts where priorities[token * experts + expert] > threshold {
        found += 1
      }
      slotCount = max(slotCount, found)
    }
    var selected = [Int32](repeating: SelectedExperts.none, count: tokens * slotCount)
    for token in 0..<tokens {
      var slot = token * slotCount
      for expert in 0..<experts where priorities[token * experts + expert] > threshold {
        selected[slot] = Int32(expert)
        slot += 1
      }
    }
    return SelectedExperts(selected, slotCount: slotCount)
  }
}

extension ExpertSelector where Self == ThresholdSelector {
  /// Every expert whose score is above a threshold.
  ///
  /// - Parameter threshold: What a score must exceed.
  /// - Returns: A selector, which throws where the threshold is not a finite number.
  public static func above(_ threshold: Float) -> ThresholdSelector {
    ThresholdSelector(threshold: threshold)
  }

  /// Every expert whose score is above zero.
  public static var positive: ThresholdSelector { ThresholdSelector(threshold: 0) }
}
