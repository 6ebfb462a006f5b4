/// The change of a gate that sees tokens times random numbers in training: l = base(x ⊙ u), with u
/// uniform in [1 − ε, 1 + ε].
///
/// Experts take the tokens as they are. In inference there is no noise. A number depends on the
/// seed, the step, the layer, the token's position and the column alone.
///
/// **Gradient**: u ⊙ that of the gate inside. It has no parameters.
///
/// Source: Switch Transformers, arXiv 2101.03961; megablocks and Megatron, where too it stays in
/// the router.
public struct GateJitter: GateModifier, ExpertAgnostic {
  /// How far from one a factor may be: ε.
  public let amount: Float

  /// A change of the given size.
  ///
  /// - Parameter amount: How far from one a factor may be.
  public init(by amount: Float) { self.amount = amount }

  /// A token's factors are its own, but there is noise.
  public var promises: RoutingPromises { .tokenLocal }

  /// Visits nothing.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  /// The factors of a pass; nothing in inference.
  public struct Saved: Sendable {
    let factors: Tensor?
  }

  /// The logits of the tokens times the factors.
  ///
  /// - Complexity: That of the gate inside, and O(tokens · inputSize) random numbers.
  public func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Saved) {
    guard context.mode.isTraining else { return (try base(tokens), Saved(factors: nil)) }
    let numbers = context.noise.uniform(
      .jitter, context.batch, tokens: tokens.rowCount, experts: tokens.columnCount)
    let factors = 1 + amount * (2 * numbers - 1)
    return (try base(tokens * factors), Saved(factors: factors))
  }

  /// The gradients of the gate inside, that with respect to the tokens times the factors.
  public func backward(
    _ gradient: LogitGradient, saved: Saved, base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: GateJitter) {
    let factors = kept(saved.factors, by: "GateJitter")
    var input = try base(gradient)
    input.tokens *= factors
    return (input, self)
  }
}

/// A gate that sees tokens times random numbers in training.
public typealias JitteredGate = ModifiedGate<GateJitter>

extension ModifiedGate where Modifier == GateJitter {
  /// A gate around another.
  ///
  /// - Parameters:
  ///   - base: The gate inside.
  ///   - amount: How far from one a factor may be.
  public init(_ base: any Gate, by amount: Float) { self.init(base, GateJitter(by: amount)) }
}

extension GateSpecification {
  /// This gate, with its tokens multiplied by random numbers in training; the experts' are not.
  ///
  /// - Parameter amount: How far from one a factor may be: at least 0, below 1; published models
  ///   take 0.01.
  /// - Returns: A specification of ``GateJitter``; an amount that cannot work makes the layer's
  ///   initialiser throw.
  public func jittered(by amount: Float) -> GateSpecification {
    modified(promises: .tokenLocal) { _, _ in
      guard amount >= 0, amount < 1 else {
        throw MoEError.configuration(
          "jitter of the gate's input", value: "\(amount)", expected: "at least 0 and below 1")
      }
      return GateJitter(by: amount)
    }.planned(plan.map { .jittered($0, amount: amount) })
  }
}
