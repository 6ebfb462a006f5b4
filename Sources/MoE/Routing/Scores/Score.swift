/// A differentiable function from logits to scores, which experts are selected and weighted by.
///
/// To add one, write a type that conforms, and a static member such as ``Score/softmax``.
public protocol Score: Sendable {
  /// Whether a token's scores depend on that token alone; true unless given.
  var isTokenLocal: Bool { get }

  /// The scores of each token.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts]; finite, or −∞ for experts that are switched off, whose scores
  ///     are to be zero.
  ///   - context: What the pass is for, and which tokens are padding.
  /// - Returns: A tensor of the same shape, all finite.
  func scores(_ logits: Tensor, context: RoutingContext) -> Tensor

  /// The gradient with respect to the logits.
  ///
  /// - Parameters:
  ///   - scoreGradient: The gradient with respect to the scores.
  ///   - scores: The scores of the forward pass.
  ///   - logits: The logits of the forward pass.
  ///   - context: The context of the forward pass.
  /// - Returns: A tensor of the same shape, zero for experts that are switched off.
  func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor
}

extension Score {
  /// True.
  public var isTokenLocal: Bool { true }
}
