// Specifications are written as what they were made of; one of a kind of your own is not.

extension ExpertSpecification: Codable {
  /// Writes what it was made of.
  ///
  /// - Throws: `EncodingError` for experts of your own kind, and for those of a base of your own.
  public func encode(to encoder: any Encoder) throws {
    try encodePlan(plan, of: "experts", to: encoder)
  }

  /// Makes it of what was written.
  public init(from decoder: any Decoder) throws {
    self = try ExpertPlan(from: decoder).specification
  }
}

extension ExpertPlan {
  var specification: ExpertSpecification {
    switch self {
    case .feedForward(let count, let size, let activation, let bias, let dropout):
      .feedForward(
        count: count, hiddenSize: size, activation: activation, bias: bias, dropout: dropout)
    case .gatedFeedForward(let count, let size, let activation, let bias, let dropout):
      .gatedFeedForward(
        count: count, hiddenSize: size, activation: activation, bias: bias, dropout: dropout)
    case .lowRank(let count, let rank, let size, let activation, let bias, let alpha):
      .lowRank(
        count: count, rank: rank, hiddenSize: size, activation: activation, bias: bias,
        alpha: alpha)
    case .zero(let count): .zero(count: count)
    case .copy(let count): .copy(count: count)
    case .constant(let count): .constant(count: count)
    case .transformer(let count, let heads, let size, let isCausal, let rotary, let norm):
      .transformer(
        count: count, headCount: heads, hiddenSize: size, isCausal: isCausal, rotary: rotary,
        norm: norm)
    case .normalized(let base, let before, let after):
      base.specification.normalized(before: before, after: after)
    }
  }
}

extension GateSpecification: Codable {
  /// Writes what it was made of.
  ///
  /// - Throws: `EncodingError` for a gate of your own, and for one around such a gate.
  public func encode(to encoder: any Encoder) throws {
    try encodePlan(plan, of: "gate", to: encoder)
  }

  /// Makes it of what was written.
  public init(from decoder: any Decoder) throws {
    self = try GatePlan(from: decoder).specification
  }
}

extension GatePlan {
  var specification: GateSpecification {
    switch self {
    case .linear(let bias): .linear(bias: bias)
    case .feedForward(let size, let activation, let bias):
      .feedForward(hiddenSize: size, activation: activation, bias: bias)
    case .cosine(let size, let temperature):
      .cosine(projectionSize: size, initialTemperature: temperature)
    case .hierarchical(let groups, let bias): .hierarchical(groups: groups, bias: bias)
    case .logits: .logits
    case .zero: .zero
    case .moePlusPlus(let mode): .moePlusPlus(mode)
    case .stateful(let size, let norm, let readsState):
      .stateful(stateSize: size, norm: norm, readsState: readsState)
    case .jittered(let base, let amount): base.specification.jittered(by: amount)
    case .noisy(let base): base.specification.noisy()
    case .normalized(let base, let scale): base.specification.normalized(scale: scale)
    case .softcapped(let base, let limit): base.specification.softcapped(limit)
    case .multiplied(let base, let factor): base.specification.multiplied(by: factor)
    case .reading(let base, let norm): base.specification.reading(by: norm)
    case .residual(let base): base.specification.residual()
    case .repeated(let base, let count): base.specification.repeated(count)
    }
  }
}

/// Writes what a specification was made of, where it is known.
func encodePlan(_ plan: (some Encodable)?, of name: String, to encoder: any Encoder) throws {
  guard let plan else {
    throw EncodingError.invalidValue(
      name,
      EncodingError.Context(
        codingPath: encoder.codingPath,
        debugDescription: "\(name) of a kind of your own, expected one of this library"))
  }
  try plan.encode(to: encoder)
}
