/// The logistic function of each logit: sₑ = σ(lₑ), so that experts do not compete for a sum of one.
///
/// **Gradient**: dlₑ = gₑ·σ(lₑ)·σ(−lₑ).
///
/// Source: DeepSeek-V3, arXiv 2412.19437; GLM-4.5; BASE layers, arXiv 2103.16716.
public struct SigmoidScore: Score {
  /// A score.
  public init() {}

  /// σ of each logit; zero for experts that are switched off.
  ///
  /// - Complexity: O(tokens · experts).
  public func scores(_ logits: Tensor, context: RoutingContext) -> Tensor { logits.sigmoid() }

  /// g·σ(l)·σ(−l), which keeps its digits where σ rounds to one.
  public func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { scoreGradient * scores * (-logits).sigmoid() }
}

extension Score where Self == SigmoidScore {
  /// The logistic function of each logit.
  public static var sigmoid: SigmoidScore { SigmoidScore() }
}
