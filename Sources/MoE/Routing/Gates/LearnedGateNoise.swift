/// Noise of a learned size that is added to a gate's logits in training:
/// l = base(x) + ε·(softplus(W_n·x) + δ).
///
/// ε is standard normal, one number a token and expert, and δ = 10⁻². In inference there is no
/// noise. A pass in training says what noise there was, for losses that reckon with it:
/// ``GateNoise``.
///
/// **Gradient**: with g that of the logits, gc that of the logits without noise and gs that of the
/// noise's scale: g + gc for the gate inside, and (g·ε + gs)·σ(W_n·x) for W_n·x.
///
/// **Shapes**: W_n [experts, inputSize], as `noise.weight`; the parameters of the gate inside keep
/// their names.
///
/// **Initial values**: W_n zero, so that all noise starts with the same scale, ln 2 + δ.
///
/// Source: Shazeer and others, arXiv 1701.06538, equations 3 to 5; the floor δ is that of
/// Tensor2Tensor.
public struct LearnedGateNoise: GateModifier {
  /// The map W_n from tokens to the scales of noise.
  public var noise: Linear

  /// The smallest scale of noise: δ.
  public static let floor: Float = 1e-2

  /// Noise of a given map.
  ///
  /// - Parameter noise: The map from tokens to the scales of noise, of the gate's own sizes.
  public init(noise: Linear) { self.noise = noise }

  /// A token's noise is its own.
  public var promises: RoutingPromises { .tokenLocal }

  /// Visits `noise.weight`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try noise.visitParameters(under: "noise", visit)
  }

  /// Visits the weights of the noise.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try noise.visitWeights(under: "noise", visit)
  }

  /// The parts that the noise of a pass was made of; none in inference.
  public struct Saved: Sendable {
    let parts: (tokens: Tensor, raw: Tensor, sample: Tensor)?
  }

  /// The logits, and in training the noise with them.
  ///
  /// - Complexity: That of the gate inside, a second product of the same size, and O(tokens ·
  ///   experts).
  public func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Saved) {
    let inner = try base(tokens)
    guard context.mode.isTraining else {
      return (GateOutput(logits: inner.logits), Saved(parts: nil))
    }
    return noisy(
      inner, tokens,
      sample: context.noise.normal(
        .gate, context.batch, tokens: tokens.rowCount, experts: noise.outputSize))
  }

  /// The logits with noise of given standard normal numbers.
  func noisy(_ inner: GateOutput, _ tokens: Tensor, sample: Tensor) -> (
    output: GateOutput, saved: Saved
  ) {
    let raw = noise(tokens)
    let scale = raw.softplus() + LearnedGateNoise.floor
    return (
      GateOutput(
        logits: inner.logits + sample * scale,
        noise: GateNoise(clean: inner.logits, scale: scale, sample: sample)),
      Saved(parts: (tokens, raw, sample))
    )
  }

  /// The gradients with respect to the tokens and the parameters, those of the noise included.
  public func backward(
    _ gradient: LogitGradient, saved: Saved, base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: LearnedGateNoise) {
    let (tokens, raw, sample) = kept(saved.parts, by: "LearnedGateNoise")
    let clean = gradient.clean.map { gradient.logits + $0 } ?? gradient.logits
    var input = try base(LogitGradient(clean))
    var scaleGradient = gradient.logits * sample
    if let beside = gradient.noiseScale { scaleGradient += beside }
    let through = noise.backward(
      scaleGradient * raw.sigmoid(), pass: Linear.Pass(output: raw, input: tokens))
    input.tokens += through.input
    return (input, LearnedGateNoise(noise: through.parameters))
  }
}

/// A gate that adds noise of a learned size to its logits in training.
public typealias NoisyGate = ModifiedGate<LearnedGateNoise>

extension ModifiedGate where Modifier == LearnedGateNoise {
  /// A gate around another.
  ///
  /// - Parameters:
  ///   - base: The gate inside.
  ///   - noise: The map from tokens to the scales of noise, of the gate's own sizes; another traps.
  public init(_ base: any Gate, noise: Linear) {
    require(
      noise.weight.sizes == TensorShape(base.expertCount, base.inputSize),
      "NoisyGate: weight of shape \(noise.weight.shape) against a gate from \(base.inputSize) to "
        + "\(base.expertCount) experts")
    self.init(base, LearnedGateNoise(noise: noise))
  }

  /// A pass in training with given standard normal numbers.
  package func forward(
    _ tokens: Tensor, context: RoutingContext, sample: Tensor
  ) throws -> Pass {
    let inner = try base.forward(tokens, context: context)
    let (output, saved) = modifier.noisy(
      GateOutput(logits: inner.logits, noise: inner.noise), tokens, sample: sample)
    return Pass(logits: output.logits, noise: output.noise, base: inner, saved: saved)
  }
}

extension GateSpecification {
  /// This gate, with noise of a learned size added to its logits in training.
  ///
  /// - Returns: A specification of ``LearnedGateNoise``; one around a gate that is noisy already
  ///   makes the layer's initialiser throw.
  public func noisy() -> GateSpecification {
    modified(promises: .tokenLocal) { base, _ in
      try GateSpecification.checkFree("noise.weight", of: base, for: "noisy()")
      return LearnedGateNoise(
        noise: Linear(weight: Tensor(zeros: [base.expertCount, base.inputSize])))
    }.planned(plan.map { .noisy($0) })
  }
}
