/// What a specification of a gate of this library's own kinds was made of: what can be written and
/// read again.
indirect enum GatePlan: Sendable, Hashable, Codable {
  case linear(bias: Bool)
  case feedForward(hiddenSize: Int, activation: Activation, bias: Bool)
  case cosine(projectionSize: Int, initialTemperature: Float)
  case hierarchical(groups: Int, bias: Bool)
  case logits
  /// A linear one whose weights are zero at first.
  case zero
  case moePlusPlus(MoEPlusPlusMode)
  case stateful(stateSize: Int, norm: NormSpecification, readsState: Bool)
  case jittered(GatePlan, amount: Float)
  case noisy(GatePlan)
  case normalized(GatePlan, scale: Float)
  case softcapped(GatePlan, limit: Float)
  case multiplied(GatePlan, factor: Float)
  case reading(GatePlan, norm: NormSpecification)
  case residual(GatePlan)
  case repeated(GatePlan, count: Int)
}

extension GateSpecification {
  /// The same, knowing what it was made of.
  func planned(_ plan: GatePlan?) -> GateSpecification {
    var specification = self
    specification.plan = plan
    return specification
  }
}
