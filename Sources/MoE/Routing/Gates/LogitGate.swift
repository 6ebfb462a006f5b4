/// A gate that passes tokens through: they are the logits, so that routing alone can be fed with
/// them.
///
/// It has no parameters. The gradient with respect to the tokens is that with respect to the
/// logits: what a loss asks for is to be had of a router with this gate.
public struct LogitGate: Gate {
  /// The number of experts, which is the size of a token.
  public let expertCount: Int

  /// A gate for so many experts.
  ///
  /// - Parameter expertCount: The number of experts.
  public init(expertCount: Int) { self.expertCount = expertCount }

  /// The size of a token: the number of experts.
  public var inputSize: Int { expertCount }

  /// Each token has its own logits, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// Visits nothing.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  /// The result of a forward pass.
  public struct Pass: GatePass {
    /// The logits: the tokens.
    public let logits: Tensor
  }

  /// The tokens as logits.
  public func forward(_ tokens: Tensor, context: RoutingContext) -> Pass { Pass(logits: tokens) }

  /// The gradient with respect to the logits.
  public func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<LogitGate> {
    GateGradient(input: gradient.logits, parameters: self)
  }
}

extension GateSpecification {
  /// A gate that takes tokens for logits; it throws in a layer whose tokens have another size than
  /// there are experts.
  public static var logits: GateSpecification {
    GateSpecification(promises: [.tokenLocal, .deterministic]) { _, expertCount, _ in
      LogitGate(expertCount: expertCount)
    }.planned(.logits)
  }
}
