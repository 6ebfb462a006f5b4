/// A gate that adds noise of a learned size to its logits in training: l = base(x) + ε·(softplus(W_n·x) + δ).
///
/// ε is standard normal, one number a token and expert, and δ = 10⁻². In inference there is no noise. A pass
/// in training says what noise there was, for losses that reckon with it: ``GatePass/noise``.
///
/// **Gradient**: with g that of the logits, gc that of the logits without noise and gs that of the noise's
/// scale: g + gc for the gate inside, and (g·ε + gs)·σ(W_n·x) for W_n·x.
///
/// **Shapes**: W_n [experts, inputSize], as `noise.weight`; the parameters of the gate inside keep their names.
///
/// **Initial values**: W_n zero, so that all noise starts with the same scale, ln 2 + δ.
///
/// Source: Shazeer and others, arXiv 1701.06538, equations 3 to 5; the floor δ is that of Tensor2Tensor.
public struct NoisyGate: Gate {
  /// The gate inside.
  public var base: any Gate
  /// The map W_n from tokens to the scales of noise.
  public var noise: Linear

  /// The smallest scale of noise: δ.
  public static let floor: Float = 1e-2

  /// A gate around another.
  ///
  /// - Parameters:
  ///   - base: The gate inside.
  ///   - noise: The map from tokens to the scales of noise, of the gate's own sizes; another traps.
  public init(_ base: any Gate, noise: Linear) {
    require(
      noise.weight.shape == [base.expertCount, base.inputSize],
      "NoisyGate: weight of shape \(noise.weight.shape) against a gate from \(base.inputSize) to "
        + "\(base.expertCount) experts")
    self.base = base
    self.noise = noise
  }

  /// The size of a token.
  public var inputSize: Int { base.inputSize }

  /// The number of experts.
  public var expertCount: Int { base.expertCount }

  /// Visits the parameters of the gate inside, under their own names, then `noise.weight`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitParameters(visit)
    try noise.visitParameters(under: "noise", visit)
  }

  /// Packs the weights of the gate inside and of the noise.
  public mutating func packWeights() {
    base.packWeights()
    noise.packWeights()
  }

  /// Visits the state of the gate inside.
  public mutating func visitBuffers(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitBuffers(visit)
  }

  /// The logits, and in training the noise with them.
  ///
  /// - Complexity: That of the gate inside, a second product of the same size, and O(tokens · experts).
  public func forward(_ tokens: Tensor, context: RoutingContext) throws -> GatePass {
    let inner = try base.forward(tokens, context: context)
    guard context.mode.isTraining else { return GatePass(logits: inner.logits, around: inner) }
    return noisy(
      inner, tokens,
      sample: context.noise.normal(
        .gate, context, tokens: tokens.rowCount, experts: expertCount))
  }

  /// A pass in training with given standard normal numbers.
  package func forward(_ tokens: Tensor, context: RoutingContext, sample: Tensor) throws -> GatePass
  {
    noisy(try base.forward(tokens, context: context), tokens, sample: sample)
  }

  private func noisy(_ inner: GatePass, _ tokens: Tensor, sample: Tensor) -> GatePass {
    let raw = noise(tokens)
    let scale = raw.softplus() + NoisyGate.floor
    return GatePass(
      logits: inner.logits + sample * scale, saved: [raw],
      noise: GateNoise(clean: inner.logits, scale: scale, sample: sample), around: inner)
  }

  /// The gradients with respect to the tokens and the parameters, those of the noise included.
  public func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient {
    let raw = kept(pass.saved.first, by: "NoisyGate")
    let sample = kept(pass.noise, by: "NoisyGate").sample
    let clean = gradient.clean.map { gradient.logits + $0 } ?? gradient.logits
    var back = base.backward(LogitGradient(clean), tokens: tokens, pass: pass.inner)
    var scaleGradient = gradient.logits * sample
    if let beside = gradient.noiseScale { scaleGradient += beside }
    let through = noise.backward(
      scaleGradient * raw.sigmoid(), pass: Linear.Pass(output: raw, input: tokens))
    back.tokens += through.input
    back.parameters = NoisyGate(back.parameters, noise: through.parameters)
    return back
  }
}

extension GateSpecification {
  /// This gate, with noise of a learned size added to its logits in training.
  ///
  /// - Returns: A specification of ``NoisyGate``; one around a gate that is noisy already makes the layer's
  ///   initialiser throw.
  public func noisy() -> GateSpecification {
    var specification = around { base, _ in
      try GateSpecification.checkFree("noise.weight", of: base, for: "noisy()")
      return NoisyGate(
        base, noise: Linear(weight: Tensor(zeros: [base.expertCount, base.inputSize])))
    }
    specification.isDeterministic = false
    return specification
  }
}

extension RoutingStrategy {
  /// The experts with the highest noisy logits, weighted by the softmax over these.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - startsAtZero: Whether the gate's weights are zero at first, so that noise alone decides; in inference
  ///     before any training the first experts then take all tokens.
  /// - Returns: The routing of Shazeer and others, arXiv 1701.06538.
  public static func noisyTopK(_ count: Int, startsAtZero: Bool = true) -> RoutingStrategy {
    let zero = GateSpecification { inputSize, expertCount, _ in
      LinearGate(Linear(weight: Tensor(zeros: [expertCount, inputSize])))
    }
    return .topK(
      count, weighting: .softmaxOverSelected, gate: (startsAtZero ? zero : .linear()).noisy())
  }
}
