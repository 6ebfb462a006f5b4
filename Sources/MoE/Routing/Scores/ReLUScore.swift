/// The logits where they are positive, and zero elsewhere: sₑ = max(0, lₑ).
///
/// **Gradient**: that of the score where the logit is positive, zero elsewhere.
///
/// Source: ReMoE, arXiv 2412.14711.
public struct ReLUScore: Score {
  /// A score.
  public init() {}

  /// The positive part of each logit.
  public func scores(_ logits: Tensor, context: RoutingContext) -> Tensor {
    Activation.relu(logits)
  }

  /// The gradient of the scores, where logits are positive.
  public func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { Activation.relu.gradient(scoreGradient, at: logits) }
}

extension Score where Self == ReLUScore {
  /// The logits where they are positive, and zero elsewhere.
  public static var relu: ReLUScore { ReLUScore() }
}
