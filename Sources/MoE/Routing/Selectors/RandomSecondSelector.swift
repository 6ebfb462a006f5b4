/// The experts with the highest priorities, of which all but the first are kept only where they
/// matter.
///
/// With gates g the scores of the k chosen experts divided by their sum, the first is always kept,
/// and each other one by a policy: with probability min(1, gⱼ/θ), where gⱼ > θ, or always. What is
/// not kept leaves its slot empty. The policy holds in training and in inference alike.
///
/// Published models weigh by gⱼ itself, made up before anything is left out: take
/// ``Weighting/renormalizedOverBest(_:epsilon:)`` of the same number. ``Weighting/renormalized``
/// would give a first expert that is left alone the weight one, and no gradient.
///
/// Source: GShard, arXiv 2006.16668, with two experts; Mesh TensorFlow, for the policies; ST-MoE,
/// arXiv 2202.08906, for θ = 0.2.
public struct RandomSecondSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How the experts after the first are kept.
  public enum Policy: Sendable, Hashable, Codable {
    /// With probability min(1, g/θ).
    case random
    /// Where g > θ.
    case threshold
    /// Always.
    case always
  }

  /// How many experts each token goes to at most.
  public let count: Int
  /// The gate above which an expert is always kept: θ.
  public let threshold: Float
  /// How the experts after the first are kept.
  public let policy: Policy

  /// A selector of the given number of experts, threshold and policy.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to at most.
  ///   - threshold: The gate above which an expert is always kept.
  ///   - policy: How the experts after the first are kept.
  public init(count: Int = 2, threshold: Float = 0.2, policy: Policy = .random) {
    self.count = count
    self.threshold = threshold
    self.policy = policy
  }

  /// It is deterministic where the policy is not random.
  public var promises: RoutingPromises {
    let noise: RoutingPromises = policy == .random ? [] : .deterministic
    return noise.union([
      .tokenLocal, .readsScores, .readsSelectionBias, .ordersChoices, .allowsRedirection,
    ])
  }

  /// ``count``, or an error where it is not from 1 to the number of experts, or the threshold is
  /// not above zero or, for the policy of that name, so high that no further expert would ever be
  /// kept.
  public func slotCount(expertCount: Int) throws -> Int {
    guard threshold > 0, threshold.isFinite else {
      throw MoEError.configuration(
        "threshold of further experts", value: "\(threshold)", expected: "a finite number above 0")
    }
    // Without a selection bias the first gate is the largest, so that each other one is a half at
    // most.
    guard policy != .threshold || count == 1 || threshold < 0.5 else {
      throw MoEError.configuration(
        "threshold of further experts", value: "\(threshold)",
        expected: "less than 0.5, as no gate after the first is larger")
    }
    return try ExpertCount.check(count, expertCount: expertCount)
  }

  /// The experts of each token that are kept, in descending order of priority.
  ///
  /// - Complexity: As ``TopKSelector``.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    var selected = SelectedExperts(topK: count, of: input.priorities)
    guard policy != .always else { return selected }
    let (slotCount, experts, context) = (selected.slotCount, input.expertCount, input.context)
    let scores = input.scores.scalars
    for token in 0..<input.tokenCount {
      let slots = token * slotCount..<(token + 1) * slotCount
      var sum: Float = 0
      for slot in slots where selected.experts[slot] >= 0 {
        sum += scores[token * experts + Int(selected.experts[slot])]
      }
      for slot in slots.dropFirst() where selected.experts[slot] >= 0 {
        let expert = Int(selected.experts[slot])
        // Where the sum is zero this is not a number, and no comparison with it holds.
        let gate = scores[token * experts + expert] / sum
        let limit =
          policy == .threshold
          ? threshold
          : threshold
            * Float(
              context.noise.uniform(
                .decision, position: context.position(of: token), expert: expert))
        if !(gate > limit) { selected.experts[slot] = SelectedExperts.none }
      }
    }
    return selected
  }
}

extension ExpertSelector where Self == RandomSecondSelector {
  /// The experts with the highest scores, of which all but the first are kept only where they
  /// matter.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to at most.
  ///   - threshold: The gate above which an expert is always kept.
  ///   - policy: How the experts after the first are kept.
  /// - Returns: A selector, which throws where there are fewer experts or the threshold is not
  ///   above zero.
  public static func randomSecond(
    _ count: Int = 2, threshold: Float = 0.2, policy: RandomSecondSelector.Policy = .random
  ) -> RandomSecondSelector {
    RandomSecondSelector(count: count, threshold: threshold, policy: policy)
  }
}
