/// The softmax over experts: pₑ = e^lₑ / Σᵢ e^lᵢ.
public struct SoftmaxScore: Score {
  /// A score.
  public init() {}

  /// The softmax of each row.
  public func scores(_ logits: Tensor, context: RoutingContext) -> Tensor { logits.softmax() }

  /// pₑ·(gₑ − Σ g·p), with g the gradient of the scores.
  public func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { Tensor.softmaxGradient(scoreGradient, softmax: scores) }
}

extension Score where Self == SoftmaxScore {
  /// The softmax over experts.
  public static var softmax: SoftmaxScore { SoftmaxScore() }
}
