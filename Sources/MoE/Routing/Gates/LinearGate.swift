/// A gate of one linear map: l = W·x + b, the bias optional.
///
/// **Shapes**: tokens [tokens, inputSize], logits [tokens, experts], weight [experts, inputSize].
///
/// **Initial values**: as ``Linear``.
public struct LinearGate: Gate {
  /// The map.
  public var linear: Linear

  /// A gate of the given map.
  ///
  /// - Parameter linear: A map from tokens to logits.
  public init(_ linear: Linear) { self.linear = linear }

  /// The size of a token.
  public var inputSize: Int { linear.inputSize }

  /// Each token has its own logits, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// The number of experts.
  public var expertCount: Int { linear.outputSize }

  /// Visits the parameters of the linear map, under their own names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try linear.visitParameters(visit)
  }

  /// Visits the weight of the map.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try linear.visitWeights(visit)
  }

  /// The result of a forward pass.
  public struct Pass: GatePass {
    /// The logits, of shape [tokens, experts].
    public let logits: Tensor
    let tokens: Tensor
  }

  /// The logits.
  public func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    Pass(logits: linear(tokens), tokens: tokens)
  }

  /// The gradients with respect to the tokens and the parameters.
  public func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<LinearGate> {
    let back = linear.backward(
      gradient.logits, pass: Linear.Pass(output: pass.logits, input: pass.tokens))
    return GateGradient(input: back.input, parameters: LinearGate(back.parameters))
  }
}

extension GateSpecification {
  /// A gate of one linear map.
  ///
  /// - Parameter bias: Whether there is a bias; published models have none, but for gpt-oss.
  /// - Returns: A specification of ``LinearGate``.
  public static func linear(bias: Bool = false) -> GateSpecification {
    GateSpecification(promises: [.tokenLocal, .deterministic]) {
      inputSize, expertCount, generator in
      LinearGate(
        Linear(inputSize: inputSize, outputSize: expertCount, bias: bias, using: &generator))
    }.planned(.linear(bias: bias))
  }
}
