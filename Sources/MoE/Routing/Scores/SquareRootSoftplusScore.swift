/// The square root of the softplus of each logit: sₑ = √ln(1 + e^lₑ), which grows as √l and has no
/// upper bound.
///
/// **Gradient**: dlₑ = gₑ·σ(lₑ) / (2·sₑ), zero where sₑ is.
///
/// Source: DeepSeek-V4.
public struct SquareRootSoftplusScore: Score, ExpertAgnostic, Hashable, Codable {
  /// A score.
  public init() {}

  /// Each token has its own, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

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

  /// ½·ln softplus(l); from l = −17 down softplus(l) is eˡ to the last bit, and this ½·l.
  public func logarithms(_ logits: Tensor, context: RoutingContext) -> Tensor {
    var logarithms = logits.softplus().log() * 0.5
    let source = logits.scalars
    var scalars = logarithms.mutableScalars
    for index in 0..<scalars.count where source[index] < -17 { scalars[index] = source[index] / 2 }
    return logarithms
  }

  /// g·σ(l) / (2·softplus(l)), which goes to g/2 far to the left.
  public func gradient(
    logarithms logarithmGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor {
    var slopes = logits.sigmoid() / (2 * logits.softplus())
    let source = logits.scalars
    var scalars = slopes.mutableScalars
    for index in 0..<scalars.count where source[index] < -17 {
      scalars[index] = source[index] > -.infinity ? 0.5 : 0
    }
    return logarithmGradient * slopes
  }
}

extension Score where Self == SquareRootSoftplusScore {
  /// The square root of the softplus of each logit.
  public static var squareRootSoftplus: SquareRootSoftplusScore { SquareRootSoftplusScore() }
}
