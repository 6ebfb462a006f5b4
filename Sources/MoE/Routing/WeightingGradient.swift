/// The gradient of weights, each part of shape [tokens, experts]; a part that is missing is zero.
public struct WeightingGradient: Sendable {
  /// With respect to the logits.
  public var logits: Tensor?
  /// With respect to the scores.
  public var scores: Tensor?
  /// With respect to the logarithms of the scores.
  public var logScores: Tensor?

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - logits: With respect to the logits.
  ///   - scores: With respect to the scores.
  ///   - logScores: With respect to the logarithms of the scores.
  public init(logits: Tensor? = nil, scores: Tensor? = nil, logScores: Tensor? = nil) {
    self.logits = logits
    self.scores = scores
    self.logScores = logScores
  }

  /// A gradient with respect to the logits alone.
  ///
  /// - Parameter gradient: Of shape [tokens, experts].
  /// - Returns: A gradient of that part.
  public static func logits(_ gradient: Tensor) -> WeightingGradient {
    WeightingGradient(logits: gradient)
  }

  /// A gradient with respect to the scores alone.
  ///
  /// - Parameter gradient: Of shape [tokens, experts].
  /// - Returns: A gradient of that part.
  public static func scores(_ gradient: Tensor) -> WeightingGradient {
    WeightingGradient(scores: gradient)
  }
}
