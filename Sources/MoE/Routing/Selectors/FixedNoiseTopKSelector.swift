/// The experts with the highest logits after noise of one fixed size has been added, in training.
///
/// With E experts, chosen are the k largest of lₑ + σ·εₑ/E, ε standard normal; in inference, the k
/// largest of l. The noise is for the choice alone: scores and weights are those of the logits
/// without it. As the choice is by logits, a selection bias has no say in it.
///
/// Source: Tutel, arXiv 2206.03382, whose `gate_noise` is σ.
public struct FixedNoiseTopKSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How many experts each token goes to.
  public let count: Int
  /// The standard deviation σ of the noise, times the number of experts.
  public let deviation: Float

  /// A selector of the given number of experts and size of noise.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - deviation: The standard deviation of the noise, times the number of experts.
  public init(count: Int, deviation: Float) {
    self.count = count
    self.deviation = deviation
  }

  /// The choice is by noisy logits, not by priorities; it is deterministic where the deviation is
  /// zero.
  public var promises: RoutingPromises {
    let noise: RoutingPromises = deviation == 0 ? .deterministic : []
    return noise.union([
      .tokenLocal, .readsScores, .fixedCount, .ordersChoices, .allowsRedirection,
    ])
  }

  /// ``count``, or an error where it is not from 1 to the number of experts, or the deviation is
  /// below zero.
  public func slotCount(expertCount: Int) throws -> Int {
    guard deviation >= 0, deviation.isFinite else {
      throw MoEError.configuration(
        "deviation of the selection noise", value: "\(deviation)",
        expected: "a finite number, at least 0")
    }
    return try ExpertCount.check(count, expertCount: expertCount)
  }

  /// The highest logits of each token, with noise in training.
  ///
  /// - Complexity: As ``TopKSelector``, and in training a normal number for each token and expert.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    guard input.context.mode.isTraining, deviation > 0 else {
      return SelectedExperts(topK: count, of: input.logits)
    }
    let noise = input.context.noise.normal(
      .selection, input.context.batch, tokens: input.tokenCount, experts: input.expertCount)
    return SelectedExperts(
      topK: count, of: input.logits + noise * (deviation / Float(input.expertCount)))
  }
}

extension ExpertSelector where Self == FixedNoiseTopKSelector {
  /// The experts with the highest logits after noise of one fixed size has been added, in training.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - deviation: The standard deviation of the noise, times the number of experts.
  /// - Returns: A selector, which throws where there are fewer experts or the deviation is below
  ///   zero.
  public static func fixedNoiseTopK(_ count: Int, deviation: Float) -> FixedNoiseTopKSelector {
    FixedNoiseTopKSelector(count: count, deviation: deviation)
  }
}
