/// The load-balancing loss of Switch Transformers: α·E·Σₑ fₑ·Pₑ.
///
/// Of T tokens and E experts, fₑ is the share of routes that go to expert e, and Pₑ the mean over tokens of
/// the softmax of the logits. It is smallest where both are even. The counts carry no gradient; with p the
/// softmax, that with respect to logit e of token t is α·E/T · p_te·(fₑ − Σᵢ fᵢ·p_ti).
///
/// Where every token goes to every expert the shares are even whatever the gate says: the loss is then
/// constant and has no gradient.
///
/// With several routes a token the field disagrees on f: see ``Normalization``.
///
/// Source: Fedus, Zoph and Shazeer, arXiv 2101.03961, equations 4 to 6.
public struct SwitchLoadBalancing: BalancingLoss {
  /// What the number of routes to an expert is divided by.
  public enum Normalization: Sendable, Hashable {
    /// The number of routes, so that the loss is α at perfect balance, whatever the number of routes a token:
    /// the convention of Megatron and DeepSeek.
    case balancedIsOne
    /// The number of tokens, so that the loss is α·K at perfect balance with K routes a token: the convention
    /// of Transformers' Mixtral and of Flaxformer.
    case perToken
  }

  /// The factor α.
  public let coefficient: Float
  /// What the number of routes to an expert is divided by.
  public let normalization: Normalization

  /// A loss with the given factor.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α; Switch Transformers took 0.01.
  ///   - normalization: What the number of routes to an expert is divided by.
  public init(coefficient: Float, normalization: Normalization = .balancedIsOne) {
    self.coefficient = coefficient
    self.normalization = normalization
  }

  /// The name that the value is listed under: `switch load balancing`.
  public var name: String { "switch load balancing" }

  /// The loss of a routing; zero for one of no tokens.
  public func callAsFunction(_ routing: Routing) -> BalancingLossValue {
    let (tokenCount, expertCount) = (routing.tokenCount, routing.expertCount)
    guard tokenCount > 0 else {
      return BalancingLossValue(value: 0, logitGradient: Tensor(zeros: [0, expertCount]))
    }
    let divisor = normalization == .balancedIsOne ? tokenCount * routing.slotCount : tokenCount
    let shares = Tensor(routing.load.map { Float($0) / Float(divisor) })
    let probabilities = routing.logits.softmax()
    let scale = coefficient * Float(expertCount)
    // The gradient with respect to each probability is that of its column's mean.
    let repeated = Tensor(zeros: probabilities.shape).addingToEachRow(
      shares * (scale / Float(tokenCount)))
    return BalancingLossValue(
      value: scale * (shares * probabilities.columnMeans()).sum(),
      logitGradient: Tensor.softmaxGradient(repeated, softmax: probabilities))
  }
}

extension BalancingLoss where Self == SwitchLoadBalancing {
  /// The load-balancing loss of Switch Transformers.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α.
  ///   - normalization: What the number of routes to an expert is divided by.
  /// - Returns: A loss that is `coefficient` at perfect balance, with the default normalisation.
  public static func switchLoadBalancing(
    coefficient: Float = 0.01, normalization: SwitchLoadBalancing.Normalization = .balancedIsOne
  ) -> SwitchLoadBalancing {
    SwitchLoadBalancing(coefficient: coefficient, normalization: normalization)
  }
}
