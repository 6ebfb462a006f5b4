/// The router z-loss: α times the mean over tokens of (ln Σₑ e^lₑ)², which keeps logits small.
///
/// **Gradient**: 2α/T · zₜ·p_te, with z the log-sum-exp and p the softmax. **At zero logits**:
/// α·(ln E)². Experts that are switched off do not count.
///
/// Source: Zoph and others, ST-MoE, arXiv 2202.08906.
public struct RouterZLoss: BalancingLoss, ExpertAgnostic, Hashable, Codable {
  /// The factor α.
  public let coefficient: Float

  /// A loss with the given factor.
  ///
  /// - Parameter coefficient: The factor α; ST-MoE took 0.001.
  public init(coefficient: Float) { self.coefficient = coefficient }

  /// The name that the value is listed under: `router z`.
  public var name: String { "router z" }

  /// Throws where the coefficient is negative or not finite.
  public func check(expertCount: Int) throws { try check(coefficient: coefficient) }

  /// The loss of a routing; zero for one of no tokens.
  public func value(of routing: Routing) -> BalancingLossValue {
    let count = routing.tokenCount
    guard count > 0 else { return .zero }
    let normalizers = routing.logits.logSumExp()
    var gradient = routing.logits.softmax()
    let scale = coefficient / Float(count)
    gradient.scaleRows(by: normalizers * (2 * scale))
    return BalancingLossValue(
      value: scale * (normalizers * normalizers).sum(), logitGradient: gradient)
  }
}

extension BalancingLoss where Self == RouterZLoss {
  /// The router z-loss.
  ///
  /// - Parameter coefficient: The factor α.
  /// - Returns: A loss that keeps logits small.
  public static func routerZ(coefficient: Float = 0.001) -> RouterZLoss {
    RouterZLoss(coefficient: coefficient)
  }
}
