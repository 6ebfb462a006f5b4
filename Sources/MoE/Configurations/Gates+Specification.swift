// What gates and their changes were made of, from their own sizes.

extension LinearGate {
  /// Of one linear map.
  public var specification: GateSpecification? { .linear(bias: linear.bias != nil) }
}

extension FeedForwardGate {
  /// Of two maps; nothing where one of them alone has a bias.
  public var specification: GateSpecification? {
    let (up, down) = (network.up, network.down)
    guard (up.bias == nil) == (down.bias == nil) else { return nil }
    return .feedForward(
      hiddenSize: up.outputSize, activation: network.activation, bias: up.bias != nil)
  }
}

extension CosineGate {
  /// Of a projection and directions; its temperature starts at that of now.
  public var specification: GateSpecification? {
    .cosine(
      projectionSize: projection.outputSize, initialTemperature: (-logScale).exp().scalars[0])
  }
}

extension HierarchicalGate {
  /// Of two levels.
  public var specification: GateSpecification? {
    .hierarchical(groups: groupCount, bias: primary.bias != nil)
  }
}

extension LogitGate {
  /// Of none.
  public var specification: GateSpecification? { .logits }
}

extension StatefulGate {
  /// Of a state.
  public var specification: GateSpecification? {
    .stateful(
      stateSize: down.outputSize, norm: norm.specification, readsState: stateScale != nil)
  }
}

extension ModifiedGate {
  /// That of the gate inside, changed.
  public var specification: GateSpecification? {
    base.specification.flatMap(modifier.specification(of:))
  }
}

extension GateJitter {
  /// The same jitter.
  public func specification(of base: GateSpecification) -> GateSpecification? {
    base.jittered(by: amount)
  }
}

extension LearnedGateNoise {
  /// Noise of a learned size, which starts anew.
  public func specification(of base: GateSpecification) -> GateSpecification? { base.noisy() }
}

extension GateNormalization {
  /// The same scale.
  public func specification(of base: GateSpecification) -> GateSpecification? {
    base.normalized(scale: scale)
  }
}

extension LogitSoftcap {
  /// The same limit.
  public func specification(of base: GateSpecification) -> GateSpecification? {
    base.softcapped(limit)
  }
}

extension LogitMultiplier {
  /// The same factor.
  public func specification(of base: GateSpecification) -> GateSpecification? {
    base.multiplied(by: factor)
  }
}

extension GateInputNorm {
  /// A norm of the same kind.
  public func specification(of base: GateSpecification) -> GateSpecification? {
    base.reading(by: norm.specification)
  }
}

extension GateResidual {
  /// A residual that reads as many logits as the gate gives; nothing where it reads another number.
  public func specification(of base: GateSpecification) -> GateSpecification? {
    residual.inputSize == residual.outputSize ? base.residual() : nil
  }
}
