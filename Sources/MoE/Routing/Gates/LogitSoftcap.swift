/// The softcap of a gate's logits: l' = c·tanh(l / c), which is never beyond ±c.
///
/// **Gradient**: dl = g·(1 − (l'/c)²).
///
/// It has no parameters. The noise of a gate inside is not handed on, as its scale is no longer that
/// of the logits: add noise around this gate.
///
/// Source: `moe_router_logit_softcapping` of Laguna; Gemma 2, arXiv 2408.00118, for attention.
public struct LogitSoftcap: GateModifier, ExpertAgnostic {
  /// The largest magnitude c of a logit.
  public let limit: Float

  /// A softcap.
  ///
  /// - Parameter limit: The largest magnitude of a logit.
  public init(limit: Float) { self.limit = limit }

  /// A token's logits are its own.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// Visits nothing.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  /// The capped logits, which the backward pass reads.
  public func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Tensor) {
    let logits = (try base(tokens).logits * (1 / limit)).tanh()
    return (GateOutput(logits: logits * limit), logits)
  }

  /// The gradients of the gate inside.
  public func backward(
    _ gradient: LogitGradient, saved tangents: Tensor,
    base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: LogitSoftcap) {
    let slopes = -(tangents * tangents) + 1
    return (try base(LogitGradient(gradient.logits * slopes)), self)
  }
}

/// The product of a gate's logits and a number: l' = m·l.
///
/// **Gradient**: dl = m·g. It has no parameters, and the noise of a gate inside is not handed on.
///
/// Source: `output_multiplier` of Muse Spark.
public struct LogitMultiplier: GateModifier, ExpertAgnostic {
  /// The factor m.
  public let factor: Float

  /// A product.
  ///
  /// - Parameter factor: What logits are multiplied by.
  public init(factor: Float) { self.factor = factor }

  /// A token's logits are its own.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// Visits nothing.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  /// The multiplied logits.
  public func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Float) {
    (GateOutput(logits: try base(tokens).logits * factor), factor)
  }

  /// The gradients of the gate inside.
  public func backward(
    _ gradient: LogitGradient, saved factor: Float,
    base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: LogitMultiplier) {
    (try base(LogitGradient(gradient.logits * factor)), self)
  }
}

extension GateSpecification {
  /// This gate, with logits that are never beyond ±c: c·tanh(l / c).
  ///
  /// - Parameter limit: The largest magnitude c; above zero.
  /// - Returns: A specification of ``LogitSoftcap``; a limit that cannot work makes the layer's
  ///   initialiser throw.
  public func softcapped(_ limit: Float) -> GateSpecification {
    modified(promises: [.tokenLocal, .deterministic]) { _, _ in
      guard limit > 0, limit.isFinite, (1 / limit).isFinite else {
        throw MoEError.configuration(
          "softcap of logits", value: "\(limit)", expected: "a finite number above 0")
      }
      return LogitSoftcap(limit: limit)
    }.planned(plan.map { .softcapped($0, limit: limit) })
  }

  /// This gate, with logits times a number.
  ///
  /// - Parameter factor: The number; not zero.
  /// - Returns: A specification of ``LogitMultiplier``; a factor that cannot work makes the layer's
  ///   initialiser throw.
  public func multiplied(by factor: Float) -> GateSpecification {
    modified(promises: [.tokenLocal, .deterministic]) { _, _ in
      guard factor != 0, factor.isFinite else {
        throw MoEError.configuration(
          "multiplier of logits", value: "\(factor)", expected: "a finite number other than 0")
      }
      return LogitMultiplier(factor: factor)
    }.planned(plan.map { .multiplied($0, factor: factor) })
  }
}
