/// A draw of k different experts from the softmax of the logits, by Gumbel noise.
///
/// Chosen are the k largest of lₑ/τ + gₑ, with g a Gumbel number: a draw without replacement from
/// softmax(l/τ), in the order of the draw. There is noise in training, and in inference where it is
/// asked for; without it, chosen are the k largest of l. As the choice is by logits, a selection
/// bias has no say in it.
///
/// Source: Kool, van Hoof and Welling, "Stochastic beams and where to find them", arXiv 1903.06059;
/// with one expert the policy `sample` of Mesh TensorFlow and `RSample` of DeepSpeed.
public struct GumbelTopKSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How many experts each token goes to.
  public let count: Int
  /// The divisor of the logits: the larger, the more even the draw.
  public let temperature: Float
  /// Whether there is noise in inference, too.
  public let isNoisyInInference: Bool

  /// A selector of the given number of experts and temperature.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - temperature: What logits are divided by.
  ///   - isNoisyInInference: Whether there is noise in inference, too.
  public init(count: Int, temperature: Float = 1, isNoisyInInference: Bool = false) {
    self.count = count
    self.temperature = temperature
    self.isNoisyInInference = isNoisyInInference
  }

  /// The choice is by noisy logits, not by priorities.
  public var promises: RoutingPromises {
    [.tokenLocal, .readsScores, .fixedCount, .ordersChoices, .allowsRedirection]
  }

  /// ``count``, or an error where it is not from 1 to the number of experts, or the temperature is
  /// not above zero.
  public func slotCount(expertCount: Int) throws -> Int {
    guard temperature > 0, temperature.isFinite else {
      throw MoEError.configuration(
        "temperature of the selection", value: "\(temperature)", expected: "a finite number above 0"
      )
    }
    return try ExpertCount.check(count, expertCount: expertCount)
  }

  /// The experts that are drawn for each token, in the order of the draw.
  ///
  /// - Complexity: As ``TopKSelector``, and a Gumbel number for each token and expert.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let context = input.context
    guard context.mode.isTraining || isNoisyInInference else {
      return SelectedExperts(topK: count, of: input.logits)
    }
    let noise = context.noise.gumbel(
      .selection, context.batch, tokens: input.tokenCount, experts: input.expertCount)
    return SelectedExperts(topK: count, of: input.logits / temperature + noise)
  }
}

extension ExpertSelector where Self == GumbelTopKSelector {
  /// A draw of different experts from the softmax of the logits.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - temperature: What logits are divided by: the larger, the more even the draw.
  ///   - isNoisyInInference: Whether there is noise in inference, too.
  /// - Returns: A selector, which throws where there are fewer experts or the temperature is not
  ///   above zero.
  public static func gumbelTopK(
    _ count: Int, temperature: Float = 1, isNoisyInInference: Bool = false
  ) -> GumbelTopKSelector {
    GumbelTopKSelector(
      count: count, temperature: temperature, isNoisyInInference: isNoisyInInference)
  }
}
