/// The softmax over experts: pₑ = e^lₑ / Σᵢ e^lᵢ.
public struct SoftmaxScore: Score, ExpertAgnostic, Hashable, Codable {
  /// A score.
  public init() {}

  /// Each token has its own, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// The softmax of each row.
  public func scores(_ logits: Tensor, context: RoutingContext) -> Tensor { logits.softmax() }

  /// pₑ·(gₑ − Σ g·p), with g the gradient of the scores.
  public func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { Tensor.softmaxGradient(scoreGradient, softmax: scores) }

  /// l − ln Σ eˡ of each row.
  public func logarithms(_ logits: Tensor, context: RoutingContext) -> Tensor {
    logits.logSoftmax()
  }

  /// g − p·Σ g.
  public func gradient(
    logarithms logarithmGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor {
    var shares = scores
    shares.scaleRows(by: logarithmGradient.rowSums())
    return logarithmGradient - shares
  }
}

extension Score where Self == SoftmaxScore {
  /// The softmax over experts.
  public static var softmax: SoftmaxScore { SoftmaxScore() }
}
