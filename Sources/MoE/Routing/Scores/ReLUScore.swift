/// The positive part of each logit: sₑ = max(lₑ, 0), so that a token may have no expert at all.
///
/// **Gradient**: dlₑ = gₑ where lₑ > 0, else zero.
///
/// Source: ReMoE, arXiv 2412.14711.
public struct ReLUScore: Score, ExpertAgnostic, Hashable, Codable {
  /// A score.
  public init() {}

  /// Each token has its own, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// max(l, 0) of each logit; zero for experts that are switched off.
  ///
  /// - Complexity: O(tokens · experts).
  public func scores(_ logits: Tensor, context: RoutingContext) -> Tensor {
    Activation.relu(logits)
  }

  /// g where the logit is above zero.
  public func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { Activation.relu.gradient(scoreGradient, at: logits) }
}

extension Score where Self == ReLUScore {
  /// The positive part of each logit.
  public static var relu: ReLUScore { ReLUScore() }
}
