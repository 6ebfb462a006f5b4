/// A differentiable function from logits to scores, which experts are selected and weighted by.
///
/// To add one, write a type that conforms, and a static member such as ``Score/softmax``.
public protocol Score: ExpertEditable, Sendable {
  /// The promises of the score; none unless given.
  var promises: RoutingPromises { get }

  /// The scores of each token.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts]; finite, or −∞ for experts that are switched off, whose
  ///     scores are to be zero.
  ///   - context: What else scores may depend on.
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

  /// The natural logarithms of the scores, exact where a score itself would be too small to tell.
  ///
  /// What is made of ratios of scores is made of differences of these. The logarithm of
  /// ``scores(_:context:)`` unless given.
  ///
  /// - Parameters:
  ///   - logits: As above.
  ///   - context: As above.
  /// - Returns: A tensor of the same shape; −∞ where a score is zero.
  func logarithms(_ logits: Tensor, context: RoutingContext) -> Tensor

  /// The gradient with respect to the logits, from that with respect to ``logarithms(_:context:)``.
  ///
  /// The gradient of the scores for g/s unless given, with zero where s is.
  ///
  /// - Parameters:
  ///   - logarithmGradient: The gradient with respect to the logarithms; zero where a score is.
  ///   - scores: The scores of the forward pass.
  ///   - logits: The logits of the forward pass.
  ///   - context: The context of the forward pass.
  /// - Returns: A tensor of the same shape, zero for experts that are switched off.
  func gradient(
    logarithms logarithmGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor
}

extension Score {
  /// Nothing.
  public var promises: RoutingPromises { [] }

  /// The logarithm of each score.
  public func logarithms(_ logits: Tensor, context: RoutingContext) -> Tensor {
    scores(logits, context: context).log()
  }

  /// The gradient of the scores for g/s.
  public func gradient(
    logarithms logarithmGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor {
    gradient(
      logarithmGradient * scores.inversesOrZero(), scores: scores, logits: logits, context: context)
  }
}
