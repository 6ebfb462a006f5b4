/// What a specification of experts of this library's own kinds was made of: what can be written and
/// read again.
indirect enum ExpertPlan: Sendable, Hashable, Codable {
  case feedForward(count: Int, hiddenSize: Int, activation: Activation, bias: Bool, dropout: Double)
  case gatedFeedForward(
    count: Int, hiddenSize: Int, activation: GatedActivation, bias: Bool, dropout: Double)
  case lowRank(
    count: Int, rank: Int, hiddenSize: Int, activation: GatedActivation, bias: Bool, alpha: Float?)
  case zero(count: Int)
  case copy(count: Int)
  case constant(count: Int)
  case transformer(
    count: Int, headCount: Int, hiddenSize: Int, isCausal: Bool, rotary: RotaryPositions?,
    norm: NormSpecification?)
  case normalized(ExpertPlan, before: NormSpecification?, after: NormSpecification?)
}

extension ExpertSpecification {
  /// The same, knowing what it was made of.
  func planned(_ plan: ExpertPlan?) -> ExpertSpecification {
    var specification = self
    specification.plan = plan
    return specification
  }
}
