/// A gate that sees tokens times random numbers in training: l = base(x ⊙ u), with u uniform in [1 − ε, 1 + ε].
///
/// Experts take the tokens as they are. In inference there is no noise. A number depends on the seed, the
/// step, the layer, the token's position and the column alone.
///
/// **Gradient**: u ⊙ that of the gate inside. It has no parameters of its own; those of the gate inside keep
/// their names.
///
/// Source: Switch Transformers, arXiv 2101.03961; megablocks and Megatron, where too it stays in the router.
public struct JitteredGate: Gate {
  /// The gate inside.
  public var base: any Gate
  /// How far from one a factor may be: ε.
  public let amount: Float

  /// A gate around another.
  ///
  /// - Parameters:
  ///   - base: The gate inside.
  ///   - amount: How far from one a factor may be.
  public init(_ base: any Gate, by amount: Float) {
    self.base = base
    self.amount = amount
  }

  /// The size of a token.
  public var inputSize: Int { base.inputSize }

  /// The number of experts.
  public var expertCount: Int { base.expertCount }

  /// Visits the parameters of the gate inside, under their own names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitParameters(visit)
  }

  /// Packs the weights of the gate inside.
  public mutating func packWeights() { base.packWeights() }

  /// Visits the state of the gate inside.
  public mutating func visitBuffers(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitBuffers(visit)
  }

  /// The logits, and in training the factors with them.
  ///
  /// - Complexity: That of the gate inside, and O(tokens · inputSize) random numbers.
  public func forward(_ tokens: Tensor, context: RoutingContext) throws -> GatePass {
    guard context.mode.isTraining else {
      let inner = try base.forward(tokens, context: context)
      return GatePass(logits: inner.logits, noise: inner.noise, around: inner)
    }
    let numbers = context.noise.uniform(
      .jitter, context, tokens: tokens.rowCount, experts: tokens.columnCount)
    let factors = 1 + amount * (2 * numbers - 1)
    let inner = try base.forward(tokens * factors, context: context)
    return GatePass(logits: inner.logits, saved: [factors], noise: inner.noise, around: inner)
  }

  /// The gradients of the gate inside, that with respect to the tokens times the factors.
  public func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient {
    let factors = kept(pass.saved.first, by: "JitteredGate")
    var back = base.backward(gradient, tokens: tokens * factors, pass: pass.inner)
    back.tokens *= factors
    back.parameters = JitteredGate(back.parameters, by: amount)
    return back
  }
}

extension GateSpecification {
  /// This gate, with its tokens multiplied by random numbers in training; the experts' are not.
  ///
  /// - Parameter amount: How far from one a factor may be: at least 0, below 1; published models take 0.01.
  /// - Returns: A specification of ``JitteredGate``; an amount that cannot work makes the layer's initialiser
  ///   throw.
  public func jittered(by amount: Float) -> GateSpecification {
    var specification = around { base, _ in
      guard amount >= 0, amount < 1 else {
        throw MoEError.configuration(
          "jitter of the gate's input", value: "\(amount)", expected: "at least 0 and below 1")
      }
      return JitteredGate(base, by: amount)
    }
    specification.isDeterministic = false
    return specification
  }
}
