// What groups of experts were made of, from their own sizes.

extension FeedForwardExperts {
  /// Of two maps; nothing where one of them alone has biases.
  public var specification: ExpertSpecification? {
    guard (up.bias == nil) == (down.bias == nil) else { return nil }
    return .feedForward(
      count: expertCount, hiddenSize: up.outputSize, activation: activation, bias: up.bias != nil,
      dropout: dropout)
  }
}

extension GatedFeedForwardExperts {
  /// Of three maps; nothing where some of them alone have biases.
  public var specification: ExpertSpecification? {
    let hasBias = up.bias != nil
    guard (gate.bias != nil) == hasBias, (down.bias != nil) == hasBias else { return nil }
    return .gatedFeedForward(
      count: expertCount, hiddenSize: up.outputSize, activation: activation, bias: hasBias,
      dropout: dropout)
  }
}

extension LowRankExperts {
  /// On a gated network; nothing on another base, or where some of its maps alone have biases.
  public var specification: ExpertSpecification? {
    guard let base = base as? GatedFeedForward, down.bias == nil, up.bias == nil,
      Set([base.gate, base.up, base.down].map { $0.bias != nil }).count == 1
    else { return nil }
    return .lowRank(
      count: expertCount, rank: down.outputSize, hiddenSize: base.up.outputSize,
      activation: base.activation, bias: base.up.bias != nil,
      alpha: scale * Float(down.outputSize))
  }
}

extension ZeroExperts {
  /// Of none.
  public var specification: ExpertSpecification? { .zero(count: expertCount) }
}

extension CopyExperts {
  /// Of none.
  public var specification: ExpertSpecification? { .copy(count: expertCount) }
}

extension ConstantExperts {
  /// Of a vector each.
  public var specification: ExpertSpecification? { .constant(count: expertCount) }
}

extension NormalizedExperts {
  /// That of the experts, between norms of the same kinds.
  public var specification: ExpertSpecification? {
    experts.specification?.normalized(
      before: before?.specification, after: after?.specification)
  }
}

extension Norm {
  /// A plan for a norm of the same kind.
  public var specification: NormSpecification {
    switch self {
    case .rms(let norm): .rms(epsilon: norm.epsilon, addsOne: norm.addsOne)
    case .layer(let norm): .layer(epsilon: norm.epsilon, bias: norm.bias != nil)
    case .prescaledRMS(let norm): .prescaledRMS(epsilon: norm.epsilon, addsOne: norm.addsOne)
    }
  }
}
