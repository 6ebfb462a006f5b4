/// A norm of what a gate reads: l = base(N(x)).
///
/// **Gradient**: that of the norm, to the tokens and to its own parameters.
///
/// **Shapes**: the parameters of the norm [inputSize], under `inputNorm`; those of the gate inside
/// keep their names.
///
/// Source: the router of Gemma 4, which reads a residual stream by a root mean square norm with
/// weights of its own, and multiplies logits with 1/√inputSize: ``LogitMultiplier``.
public struct GateInputNorm: GateModifier, ExpertAgnostic {
  /// The norm.
  public var norm: Norm

  /// A norm in front of a gate.
  ///
  /// - Parameter norm: The norm, of the gate's input size.
  public init(_ norm: Norm) { self.norm = norm }

  /// A token's norm is its own.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// Visits the parameters of the norm, under `inputNorm`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try norm.visitParameters(under: "inputNorm", visit)
  }

  /// The logits of the normed tokens, and in training what the norm keeps.
  public func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Norm.Pass) {
    let pass = norm.forward(
      tokens, context: LayerContext(batch: context.batch, purpose: context.purpose))
    return (try base(pass.output), pass)
  }

  /// The gradients of the gate inside, taken back through the norm.
  public func backward(
    _ gradient: LogitGradient, saved pass: Norm.Pass,
    base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: GateInputNorm) {
    var input = try base(gradient)
    let back = norm.backward(input.tokens, pass: pass)
    input.tokens = back.input
    return (input, GateInputNorm(back.parameters))
  }
}

extension ModifiedGate where Modifier == GateInputNorm {
  /// A gate that reads tokens by a norm.
  ///
  /// - Parameters:
  ///   - base: The gate inside.
  ///   - norm: The norm, of the gate's input size; another traps.
  public init(_ base: any Gate, inputNorm norm: Norm) {
    require(
      norm.inputSize == base.inputSize,
      "GateInputNorm: a norm of \(norm.inputSize) columns against \(base.inputSize)")
    self.init(base, GateInputNorm(norm))
  }
}

extension GateSpecification {
  /// This gate, reading tokens by a norm.
  ///
  /// - Parameter norm: The norm.
  /// - Returns: A specification of ``GateInputNorm``; a norm that cannot work makes the layer's
  ///   initialiser throw.
  public func reading(by norm: NormSpecification) -> GateSpecification {
    modified(promises: [.tokenLocal, .deterministic]) { base, _ in
      GateInputNorm(try norm.norm(size: base.inputSize))
    }.planned(plan.map { .reading($0, norm: norm) })
  }
}
