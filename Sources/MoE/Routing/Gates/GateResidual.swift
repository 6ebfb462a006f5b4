/// The addition of the logits of the layer before to those of a gate: l = base(x) + W_g·l_previous.
///
/// The first layer has none before it: its W_g is not used, and has a gradient of zero. Where an
/// expert was switched off in the layer before, its logit, −∞, counts as zero and has a gradient of
/// zero.
///
/// Hand each layer `pass.routing.logits` of the one before as ``RoutingOverrides/previousLogits``,
/// and go back with ``MixtureOfExperts/backward(_:routing:pass:)`` from the last layer to the
/// first. Between soft mixtures of several slots an expert hand over ``SoftRouting/logits``, which
/// have the shape of such a gate's own.
///
/// **Gradient**: with δ that of the logits, dW_g = δᵀ·l_previous, and δ·W_g for the logits before.
///
/// **Shapes**: W_g [experts, experts of the layer before], as `residual.weight`; the parameters of
/// the gate inside keep their names.
///
/// **Initial values**: W_g zero, so that a layer starts as one without.
///
/// Source: MoE++, arXiv 2410.07348, equation 6.
public struct GateResidual: GateModifier {
  /// The map W_g of the logits before.
  public var residual: Linear

  /// A residual of a given map.
  ///
  /// - Parameter residual: The map of the logits before, from the number of experts of the layer
  ///   before to that of this one.
  public init(residual: Linear) { self.residual = residual }

  /// A token's residual is its own.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// True.
  public var readsPreviousLogits: Bool { true }

  /// The inputs of W_g.
  public var previousLogitCount: Int? { residual.inputSize }

  /// Visits `residual.weight`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try residual.visitParameters(under: "residual", visit)
  }

  /// Visits the weight of the map.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try residual.visitWeights(under: "residual", visit)
  }

  /// The logits of the layer before: as they were given, and with zero in the place of −∞; nothing
  /// in the first layer.
  public struct Saved: Sendable {
    let previous: (given: Tensor, finite: Tensor)?
  }

  /// The logits, those of the layer before added.
  ///
  /// - Throws: ``MoEError/shape(_:found:expected:)`` where the logits before are of another shape,
  ///   and what the gate inside throws.
  /// - Complexity: That of the gate inside, and O(tokens · experts²).
  public func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Saved) {
    var output = try base(tokens)
    guard let previous = context.overrides.previousLogits else {
      return (output, Saved(previous: nil))
    }
    let expected = [output.logits.rowCount, residual.inputSize]
    guard previous.shape == expected else {
      throw MoEError.shape("previous logits", found: previous.shape, expected: "\(expected)")
    }
    let finite = GateResidual.withoutSwitchedOff(previous)
    let added = residual(finite)
    output.noise?.clean += added
    output.logits += added
    return (output, Saved(previous: (previous, finite)))
  }

  /// Logits with zero in the place of −∞; the same memory where there is none.
  private static func withoutSwitchedOff(_ logits: Tensor) -> Tensor {
    guard !logits.isFinite else { return logits }
    var finite = logits
    var scalars = finite.mutableScalars
    for index in 0..<scalars.count where scalars[index] == -.infinity { scalars[index] = 0 }
    return finite
  }

  /// The gradients with respect to the tokens, the parameters and the logits of the layer before.
  public func backward(
    _ gradient: LogitGradient, saved: Saved, base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: GateResidual) {
    var input = try base(gradient)
    guard let previous = saved.previous else {
      return (
        input,
        GateResidual(
          residual: Linear(
            weight: Tensor(zeros: residual.weight.shape),
            bias: residual.bias.map { Tensor(zeros: $0.shape) }))
      )
    }
    // What is added to the logits is added to those without noise too.
    let added = gradient.clean.map { gradient.logits + $0 } ?? gradient.logits
    let through = residual.backward(
      added, pass: Linear.Pass(output: added, input: previous.finite))
    var previousGradient = through.input
    do {
      let given = previous.given.scalars
      var scalars = previousGradient.mutableScalars
      for index in 0..<scalars.count where given[index] == -.infinity { scalars[index] = 0 }
    }
    input.previousLogits = input.previousLogits.map { $0 + previousGradient } ?? previousGradient
    return (input, GateResidual(residual: through.parameters))
  }
}

/// A gate that also reads the logits of the layer before.
public typealias ResidualGate = ModifiedGate<GateResidual>

extension ModifiedGate where Modifier == GateResidual {
  /// A gate around another.
  ///
  /// - Parameters:
  ///   - base: The gate of the tokens.
  ///   - residual: The map of the logits before to the number of experts; another traps.
  public init(_ base: any Gate, residual: Linear) {
    require(
      residual.outputSize == base.expertCount,
      "ResidualGate: weight of shape \(residual.weight.shape) against \(base.expertCount) experts")
    self.init(base, GateResidual(residual: residual))
  }
}

extension GateSpecification {
  /// This gate, with a linear map of the logits of the layer before added to its logits.
  ///
  /// - Returns: A specification of ``GateResidual``; one around a gate that has a residual already
  ///   makes the layer's initialiser throw.
  public func residual() -> GateSpecification {
    modified(promises: [.tokenLocal, .deterministic]) { base, _ in
      try GateSpecification.checkFree("residual.weight", of: base, for: "residual()")
      return GateResidual(
        residual: Linear(weight: Tensor(zeros: [base.expertCount, base.expertCount])))
    }.planned(plan.map { .residual($0) })
  }
}
