/// The square root of the softplus of each logit: sₑ = √ln(1 + e^lₑ), which grows as √l and has no upper bound.
///
/// **Gradient**: dlₑ = gₑ·σ(lₑ) / (2·sₑ), zero where sₑ is.
///
/// Source: DeepSeek-V4.
public struct SquareRootSoftplusScore: Score {
  /// A score.
  public init() {}

  /// √ln(1 + eˡ) of each logit, within 4 ulp in both tails; zero for experts that are switched off.
  ///
  /// - Complexity: O(tokens · experts).
  public func scores(_ logits: Tensor, context: RoutingContext) -> Tensor {
    logits.squareRootSoftplus()
  }

  /// g·σ(l) / (2s); zero where s is.
  public func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor {
    scoreGradient
      * logits.combined(
        with: scores, "SquareRootSoftplusScore.gradient",
        ElementaryFunctions.SquareRootSoftplusDerivative())
  }
}

extension Score where Self == SquareRootSoftplusScore {
  /// The square root of the softplus of each logit.
  public static var squareRootSoftplus: SquareRootSoftplusScore { SquareRootSoftplusScore() }
}
