/// A differentiable function from logits to scores, which experts are selected and weighted by.
///
/// To add one, write a type that conforms, and a static member such as ``Score/softmax``.
public protocol Score: Sendable {
  /// The scores of each token.
  ///
  /// - Parameter logits: Of shape [tokens, experts], all finite.
  /// - Returns: A tensor of the same shape.
  func scores(_ logits: Tensor) -> Tensor

  /// The gradient with respect to the logits.
  ///
  /// - Parameters:
  ///   - scoreGradient: The gradient with respect to the scores.
  ///   - scores: The scores of the forward pass.
  ///   - logits: The logits of the forward pass.
  /// - Returns: A tensor of the same shape.
  func gradient(_ scoreGradient: Tensor, scores: Tensor, logits: Tensor) -> Tensor
}

/// The softmax over experts: pₑ = e^lₑ / Σᵢ e^lᵢ.
public struct SoftmaxScore: Score {
  /// A score.
  public init() {}

  /// The softmax of each row.
  public func scores(_ logits: Tensor) -> Tensor { logits.softmax() }

  /// pₑ·(gₑ − Σ g·p), with g the gradient of the scores.
  public func gradient(_ scoreGradient: Tensor, scores: Tensor, logits: Tensor) -> Tensor {
    Tensor.softmaxGradient(scoreGradient, softmax: scores)
  }
}

extension Score where Self == SoftmaxScore {
  /// The softmax over experts.
  public static var softmax: SoftmaxScore { SoftmaxScore() }
}
