/// The softmax over tokens, for each expert: sₜₑ = e^lₜₑ / Σᵤ e^lᵤₑ.
///
/// An expert's scores add up to one: they say which tokens it would rather have. A token's scores
/// depend on the whole batch.
///
/// **Gradient**: dlₜₑ = sₜₑ·(gₜₑ − Σᵤ gᵤₑ·sᵤₑ).
///
/// Source: expert selection in Mesh TensorFlow; the dispatch of Soft MoE, arXiv 2308.00951.
public struct SoftmaxOverTokensScore: Score, ExpertAgnostic, Hashable, Codable {
  /// A score.
  public init() {}

  /// A token's scores depend on those beside it.
  public var promises: RoutingPromises { .deterministic }

  /// The softmax of each column; zero for experts that are switched off.
  ///
  /// - Complexity: O(tokens · experts).
  public func scores(_ logits: Tensor, context: RoutingContext) -> Tensor {
    logits.softmaxOverRows()
  }

  /// s·(g − Σ g·s), with the sum over tokens.
  public func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { Tensor.softmaxOverRowsGradient(scoreGradient, softmax: scores) }

  /// l − ln Σ eˡ of each column; −∞ for experts that are switched off.
  public func logarithms(_ logits: Tensor, context: RoutingContext) -> Tensor {
    var result = logits.transposed().logSoftmax()
    var scalars = result.mutableScalars
    for index in 0..<scalars.count where scalars[index].isNaN { scalars[index] = -.infinity }
    return result.transposed()
  }

  /// g − s·Σ g, with the sum over tokens.
  public func gradient(
    logarithms logarithmGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor {
    var shares = scores.transposed()
    shares.scaleRows(by: logarithmGradient.columnSums())
    return logarithmGradient - shares.transposed()
  }
}

extension Score where Self == SoftmaxOverTokensScore {
  /// The softmax over tokens, for each expert.
  public static var softmaxOverTokens: SoftmaxOverTokensScore { SoftmaxOverTokensScore() }
}
