/// A loss by the entropy of the routing's distributions, with p the softmax of the logits.
///
/// Of tokens: α times the mean over tokens of −Σₑ p·ln p; it makes each token decided, and is α·ln
/// E where all are undecided. It keeps the number of experts small that a top-p selector takes.
/// **Gradient**: −α/T · p·(ln p + Hₜ).
///
/// Of the mean: α·(ln E + Σₑ Pₑ·ln Pₑ) with P the mean over tokens; it makes the experts even, is
/// zero at perfect balance and α·ln E at collapse. Switched-off experts do not count in E.
///
/// Source: the entropy of tokens, arXiv 2403.07652, equation 4.
public struct EntropyLoss: BalancingLoss, ExpertAgnostic, Hashable, Codable {
  /// Whose entropy.
  public enum Distribution: Sendable, Hashable, Codable {
    /// That of each token, to be small.
    case tokens
    /// That of the mean over tokens, to be large.
    case mean
  }

  /// The factor α.
  public let coefficient: Float
  /// Whose entropy.
  public let distribution: Distribution

  /// A loss with the given factor.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α.
  ///   - distribution: Whose entropy.
  public init(coefficient: Float, of distribution: Distribution) {
    self.coefficient = coefficient
    self.distribution = distribution
  }

  /// The name that the value is listed under: `entropy of tokens` or `entropy of the mean`.
  public var name: String {
    distribution == .tokens ? "entropy of tokens" : "entropy of the mean"
  }

  /// Throws where the coefficient is negative or not finite.
  public func check(expertCount: Int) throws { try check(coefficient: coefficient) }

  /// The loss of a routing; zero for one of no tokens.
  public func value(of routing: Routing) -> BalancingLossValue {
    let count = routing.tokenCount
    guard count > 0 else { return .zero }
    let probabilities = routing.logits.softmax()
    let scale = coefficient / Float(count)
    let gradient: Tensor
    let value: Float
    switch distribution {
    case .tokens:
      let logarithms = routing.logits.logSoftmax().zeroing(where: probabilities)
      value = -scale * (probabilities * logarithms).sum()
      // The one of d(p·ln p)/dp = ln p + 1 falls out in the softmax's gradient.
      gradient = logarithms * -scale
    case .mean:
      let means = probabilities.columnSums() / Float(count)
      let logarithms = means.log().zeroing(where: means)
      let available = routing.availableExpertCount
      value =
        coefficient
        * ((means * logarithms).sum() + Tensor([Float(available)]).log().scalars[0])
      gradient = Tensor(zeros: probabilities.shape).addingToEachRow(logarithms * scale)
    }
    return BalancingLossValue(
      value: value, logitGradient: Tensor.softmaxGradient(gradient, softmax: probabilities))
  }
}

extension BalancingLoss where Self == EntropyLoss {
  /// The mean entropy of tokens, which makes each decided.
  ///
  /// - Parameter coefficient: The factor α.
  /// - Returns: A loss that is `coefficient` · ln E where all tokens are undecided.
  public static func tokenEntropy(coefficient: Float) -> EntropyLoss {
    EntropyLoss(coefficient: coefficient, of: .tokens)
  }

  /// The entropy loss of top-p routing: that of tokens.
  ///
  /// - Parameter coefficient: The factor α; the paper took 0.0001.
  /// - Returns: A loss that keeps the number of experts small that reach a sum of p.
  public static func topPEntropy(coefficient: Float = 1e-4) -> EntropyLoss {
    EntropyLoss(coefficient: coefficient, of: .tokens)
  }

  /// The difference of the mean distribution's entropy from its largest value.
  ///
  /// - Parameter coefficient: The factor α.
  /// - Returns: A loss that is zero at perfect balance.
  public static func meanEntropy(coefficient: Float) -> EntropyLoss {
    EntropyLoss(coefficient: coefficient, of: .mean)
  }
}
