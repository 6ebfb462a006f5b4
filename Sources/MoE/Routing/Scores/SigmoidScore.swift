/// The logistic function of each logit: sₑ = σ(lₑ), so that experts do not compete for a sum of
/// one.
///
/// **Gradient**: dlₑ = gₑ·σ(lₑ)·σ(−lₑ).
///
/// Source: DeepSeek-V3, arXiv 2412.19437; GLM-4.5; BASE layers, arXiv 2103.16716.
public struct SigmoidScore: Score, ExpertAgnostic, Hashable, Codable {
  /// A score.
  public init() {}

  /// Each token has its own, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// σ of each logit; zero for experts that are switched off.
  ///
  /// - Complexity: O(tokens · experts).
  public func scores(_ logits: Tensor, context: RoutingContext) -> Tensor { logits.sigmoid() }

  /// g·σ(l)·σ(−l), which keeps its digits where σ rounds to one.
  public func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { scoreGradient * scores * (-logits).sigmoid() }

  /// ln σ(l) = −softplus(−l), which keeps its digits where σ rounds to zero.
  public func logarithms(_ logits: Tensor, context: RoutingContext) -> Tensor {
    -(-logits).softplus()
  }

  /// g·σ(−l), as the derivative of −softplus(−l).
  public func gradient(
    logarithms logarithmGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { logarithmGradient * (-logits).sigmoid() }
}

extension Score where Self == SigmoidScore {
  /// The logistic function of each logit.
  public static var sigmoid: SigmoidScore { SigmoidScore() }
}
