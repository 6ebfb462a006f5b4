/// A gate that also reads the logits of the layer before: l = base(x) + W_g·l_previous.
///
/// The first layer has none before it: its W_g is not used, and has a gradient of zero. Where an expert was
/// switched off in the layer before, its logit, −∞, counts as zero and has a gradient of zero.
///
/// Hand each layer `pass.routing.logits` of the one before as ``RoutingContext/previousLogits``, and go back with
/// ``MixtureOfExperts/backward(_:logitGradient:pass:)`` from the last layer to the first. Between soft mixtures of
/// several slots an expert hand over ``SoftRouting/logits``, which have the shape of such a gate's own.
///
/// **Gradient**: with δ that of the logits, dW_g = δᵀ·l_previous, and δ·W_g for the logits before.
///
/// **Shapes**: W_g [experts, experts], as `residual.weight`; the parameters of the gate inside keep their names.
///
/// **Initial values**: W_g zero, so that a layer starts as one without.
///
/// Source: MoE++, arXiv 2410.07348, equation 6.
public struct ResidualGate: Gate {
  /// The gate of the tokens.
  public var base: any Gate
  /// The map W_g of the logits before.
  public var residual: Linear

  /// A gate around another.
  ///
  /// - Parameters:
  ///   - base: The gate of the tokens.
  ///   - residual: The map of the logits before, from and to the number of experts; another traps.
  public init(_ base: any Gate, residual: Linear) {
    require(
      residual.weight.shape == [base.expertCount, base.expertCount],
      "ResidualGate: weight of shape \(residual.weight.shape) against \(base.expertCount) experts")
    self.base = base
    self.residual = residual
  }

  /// The size of a token.
  public var inputSize: Int { base.inputSize }

  /// The number of experts.
  public var expertCount: Int { base.expertCount }

  /// Visits the parameters of the gate inside, under their own names, then `residual.weight`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitParameters(visit)
    try residual.visitParameters(under: "residual", visit)
  }

  /// Packs the weights of the gate inside and of the map of the logits before.
  public mutating func packWeights() {
    base.packWeights()
    residual.packWeights()
  }

  /// Visits the state of the gate inside.
  public mutating func visitBuffers(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitBuffers(visit)
  }

  /// The logits, and in training those of the layer before with them.
  ///
  /// - Throws: ``MoEError/shape(_:found:expected:)`` where the logits before are of another shape, and what the gate
  ///   inside throws.
  /// - Complexity: That of the gate inside, and O(tokens · experts²).
  public func forward(_ tokens: Tensor, context: RoutingContext) throws -> GatePass {
    let inner = try base.forward(tokens, context: context)
    guard let previous = context.previousLogits else {
      // A tensor that is no matrix says that there was no layer before.
      return GatePass(
        logits: inner.logits, saved: context.mode.isTraining ? [Tensor([])] : [],
        noise: inner.noise, around: inner)
    }
    guard previous.shape == inner.logits.shape else {
      throw MoEError.shape(
        "previous logits", found: previous.shape, expected: "\(inner.logits.shape)")
    }
    let finite = ResidualGate.withoutSwitchedOff(previous)
    let added = residual(finite)
    var noise = inner.noise
    noise?.clean += added
    return GatePass(
      logits: inner.logits + added, saved: context.mode.isTraining ? [finite, previous] : [],
      noise: noise, around: inner)
  }

  /// Logits with zero in the place of −∞; the same memory where there is none.
  private static func withoutSwitchedOff(_ logits: Tensor) -> Tensor {
    // Only an infinity or a NaN times zero is not zero.
    guard (logits * 0).sum() != 0 else { return logits }
    var finite = logits
    var scalars = finite.mutableScalars
    for index in 0..<scalars.count where scalars[index] == -.infinity { scalars[index] = 0 }
    return finite
  }

  /// The gradients with respect to the tokens, the parameters and the logits of the layer before.
  public func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient {
    let previous = kept(pass.saved.first, by: "ResidualGate")
    var back = base.backward(gradient, tokens: tokens, pass: pass.inner)
    guard previous.rank == 2 else {
      back.parameters = ResidualGate(
        back.parameters,
        residual: Linear(
          weight: Tensor(zeros: residual.weight.shape),
          bias: residual.bias.map { Tensor(zeros: $0.shape) }))
      return back
    }
    // What is added to the logits is added to those without noise too.
    let added = gradient.clean.map { gradient.logits + $0 } ?? gradient.logits
    let through = residual.backward(added, pass: Linear.Pass(output: added, input: previous))
    var previousGradient = through.input
    let given = pass.saved[1]
    var scalars = previousGradient.mutableScalars
    for index in 0..<scalars.count where given.scalars[index] == -.infinity { scalars[index] = 0 }
    back.previousLogits = back.previousLogits.map { $0 + previousGradient } ?? previousGradient
    back.parameters = ResidualGate(back.parameters, residual: through.parameters)
    return back
  }
}

extension GateSpecification {
  /// This gate, with a linear map of the logits of the layer before added to its logits.
  ///
  /// - Returns: A specification of ``ResidualGate``; one around a gate that has a residual already makes the
  ///   layer's initialiser throw.
  public func residual() -> GateSpecification {
    around { base, _ in
      try GateSpecification.checkFree("residual.weight", of: base, for: "residual()")
      return ResidualGate(
        base, residual: Linear(weight: Tensor(zeros: [base.expertCount, base.expertCount])))
    }
  }
}
