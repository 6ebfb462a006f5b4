/// Two experts, one after the other, each out of those whose logits are near the largest.
///
/// A logit is near the largest m of those that are left where (m − lₑ) / max(|lₑ|, m) is at most
/// 2·jitter. In inference a choice is the one of logit m. In training it is drawn from the softmax
/// over those that are near: the largest of l + Gumbel noise. The first choice is out of reach of
/// the second.
///
/// It goes by the logits alone, whatever the scores, and a selection bias has no effect on it.
///
/// Source: SparseMixer-v2, arXiv 2409.12136; Phi-3.5-MoE.
public struct SparseMixerSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// Half the largest relative distance to the largest logit.
  public let jitter: Float

  /// A selector.
  ///
  /// - Parameter jitter: Half the largest relative distance to the largest logit.
  public init(jitter: Float) { self.jitter = jitter }

  /// In training choices are drawn, and only those near the largest logit may be chosen.
  public var promises: RoutingPromises { [.tokenLocal, .readsScores, .fixedCount, .ordersChoices] }

  /// Two, or an error where there are fewer experts or the jitter is negative.
  public func slotCount(expertCount: Int) throws -> Int {
    guard expertCount >= 2 else {
      throw MoEError.configuration(
        "number of experts (SparseMixer)", value: "\(expertCount)",
        expected: "at least 2, the experts a token goes to")
    }
    try NearLogits.check(jitter: jitter)
    return 2
  }

  /// Two experts of each token, or one where only one is switched on.
  ///
  /// - Complexity: O(tokens · experts), and in training two random numbers for each of them.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let (tokens, experts) = (input.tokenCount, input.expertCount)
    var selected = [Int32](repeating: SelectedExperts.none, count: 2 * tokens)
    let (logits, priorities) = (input.logits.scalars, input.priorities.scalars)
    for slot in 0..<2 {
      let noise =
        input.context.mode.isTraining
        ? input.context.noise.gumbel(
          slot == 0 ? .selection : .decision, input.context.batch, tokens: tokens, experts: experts)
        : nil
      for token in 0..<tokens {
        let taken = slot == 0 ? SelectedExperts.none : selected[2 * token]
        let start = token * experts
        func isLeft(_ expert: Int) -> Bool {
          expert != Int(taken) && priorities[start + expert] > -.infinity
            && logits[start + expert] > -.infinity
        }
        var largest = -Float.infinity
        for expert in 0..<experts where isLeft(expert) {
          largest = max(largest, logits[start + expert])
        }
        var best = -Float.infinity
        for expert in 0..<experts where isLeft(expert) {
          let logit = logits[start + expert]
          guard NearLogits.isNear(logit, largest, jitter: jitter) else { continue }
          let value = noise.map { logit + $0.scalars[start + expert] } ?? logit
          if value > best {
            best = value
            selected[2 * token + slot] = Int32(expert)
          }
        }
      }
    }
    return SelectedExperts(selected, slotCount: 2)
  }
}

extension ExpertSelector where Self == SparseMixerSelector {
  /// Two experts, one after the other, each out of those whose logits are near the largest.
  ///
  /// - Parameter jitter: Half the largest relative distance to the largest logit; 0.01 in
  ///   Phi-3.5-MoE.
  /// - Returns: A selector, which throws where there are fewer than two experts.
  public static func sparseMixer(jitter: Float = 0.01) -> SparseMixerSelector {
    SparseMixerSelector(jitter: jitter)
  }
}
