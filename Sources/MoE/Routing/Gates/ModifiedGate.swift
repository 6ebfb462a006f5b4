/// A gate around another: the one type for all that changes what a gate sees or gives.
///
/// The parameters of the gate inside keep their names; those of the modifier follow. It promises
/// what both do.
public struct ModifiedGate<Modifier: GateModifier>: Gate {
  /// The gate inside.
  public var base: any Gate
  /// The change.
  public var modifier: Modifier

  /// A gate around another.
  ///
  /// - Parameters:
  ///   - base: The gate inside.
  ///   - modifier: The change.
  public init(_ base: any Gate, _ modifier: Modifier) {
    self.base = base
    self.modifier = modifier
  }

  /// The size of a token.
  public var inputSize: Int { base.inputSize }

  /// The number of experts.
  public var expertCount: Int { base.expertCount }

  /// The promises of the gate inside that the modifier keeps.
  public var promises: RoutingPromises { base.promises.intersection(modifier.promises) }

  /// Whether either reads the logits of the layer before.
  public var readsPreviousLogits: Bool { base.readsPreviousLogits || modifier.readsPreviousLogits }

  /// As many as the modifier says or, where it does not, the gate inside.
  public var previousLogitCount: Int { modifier.previousLogitCount ?? base.previousLogitCount }

  /// That of the gate inside: what changes its logits leaves its state alone.
  public var stateSize: Int? { base.stateSize }

  /// Visits the parameters of the gate inside, under their own names, then those of the modifier.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitParameters(visit)
    try modifier.visitParameters(visit)
  }

  /// Visits the buffers of the gate inside, under their own names, then those of the modifier.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try base.visitBuffers(visit)
    try modifier.visitBuffers(visit)
  }

  /// Throws what either throws.
  public func checkBuffers() throws {
    try base.checkBuffers()
    try modifier.checkBuffers()
  }

  /// Visits the weights of both.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try base.visitWeights(visit)
    try modifier.visitWeights(visit)
  }

  /// The result of a forward pass.
  public struct Pass: GatePass {
    /// The logits, of shape [tokens, experts].
    public let logits: Tensor
    /// The noise in them, where there is some.
    public let noise: GateNoise?
    let base: any GatePass
    let saved: Modifier.Saved

    /// That of the gate inside.
    public var state: Tensor? { base.state }
  }

  /// The logits of the gate inside, changed.
  ///
  /// - Throws: What either throws.
  /// - Complexity: That of both.
  public func forward(_ tokens: Tensor, context: RoutingContext) throws -> Pass {
    var inner: (any GatePass)?
    let (output, saved) = try modifier.forward(tokens, context: context) { tokens in
      let pass = try base.forward(tokens, context: context)
      inner = pass
      return GateOutput(logits: pass.logits, noise: pass.noise)
    }
    guard let inner else { fatalError("\(Modifier.self).forward: the gate inside was not run") }
    return Pass(logits: output.logits, noise: output.noise, base: inner, saved: saved)
  }

  /// The gradients with respect to the tokens and the parameters of both.
  public func backward(
    _ gradient: LogitGradient, pass: Pass
  ) throws -> GateGradient<ModifiedGate<Modifier>> {
    var inner: (any Gate)?
    var previousState: Tensor?
    let ofState = gradient.state
    let (input, parameters) = try modifier.backward(gradient, saved: pass.saved) { gradient in
      var gradient = gradient
      gradient.state = ofState
      let back = try base.anyBackward(gradient, pass: pass.base)
      inner = back.parameters
      previousState = back.input.previousState
      return back.input
    }
    guard let inner else { fatalError("\(Modifier.self).backward: the gate inside was not run") }
    return GateGradient(
      input: input.tokens, parameters: ModifiedGate(inner, parameters),
      previousLogits: input.previousLogits, previousState: previousState)
  }
}

extension GateSpecification {
  /// A specification of this one's gate with a change.
  ///
  /// - Parameters:
  ///   - promises: What the change promises, where the gate does.
  ///   - make: Makes the change from the gate and a source of randomness.
  /// - Returns: A specification that draws the gate inside first; one whose change has a parameter
  ///   of a name that the gate uses makes the layer's initialiser throw.
  public func modified<Modifier: GateModifier>(
    promises: RoutingPromises,
    by make:
      @escaping @Sendable (_ base: any Gate, _ generator: inout ErasedGenerator) throws -> Modifier
  ) -> GateSpecification {
    GateSpecification(promises: self.promises.intersection(promises)) {
      inputSize, expertCount, generator in
      let base = try gate(inputSize: inputSize, expertCount: expertCount, using: &generator)
      let modifier = try make(base, &generator)
      for (name, _) in modifier.namedParameters {
        try GateSpecification.checkFree(name, of: base, for: "\(Modifier.self)")
      }
      return ModifiedGate(base, modifier)
    }
  }

  /// Throws where a gate has a parameter of the name that a change of it needs.
  static func checkFree(_ name: String, of base: any Gate, for combinator: String) throws {
    guard !base.namedParameters.contains(where: { $0.name == name }) else {
      throw MoEError.configuration(
        "gate that \(combinator) is put around", value: "one with a parameter \(name)",
        expected: "one without")
    }
  }
}
