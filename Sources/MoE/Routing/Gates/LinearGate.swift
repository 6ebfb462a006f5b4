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

  /// The number of experts.
  public var expertCount: Int { linear.outputSize }

  /// Visits the parameters of the linear map, under their own names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try linear.visitParameters(visit)
  }

  /// Packs the weight of the map.
  public mutating func packWeights() { linear.packWeights() }

  /// The logits.
  public func forward(_ tokens: Tensor, context: RoutingContext) -> GatePass {
    GatePass(logits: linear(tokens))
  }

  /// The gradients with respect to the tokens and the parameters.
  public func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient {
    let pass = Linear.Pass(output: pass.logits, input: tokens)
    let back = linear.backward(gradient.logits, pass: pass)
    return GateGradient(tokens: back.input, parameters: LinearGate(back.parameters))
  }
}

extension GateSpecification {
  /// A gate of one linear map.
  ///
  /// - Parameter bias: Whether there is a bias; published models have none, but for gpt-oss.
  /// - Returns: A specification of ``LinearGate``.
  public static func linear(bias: Bool = false) -> GateSpecification {
    GateSpecification { inputSize, expertCount, generator in
      LinearGate(
        Linear(inputSize: inputSize, outputSize: expertCount, bias: bias, using: &generator))
    }
  }
}
