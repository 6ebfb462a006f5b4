/// A gate of two linear maps with an activation between them: l = W₂·f(W₁·x + b₁) + b₂.
///
/// **Shapes**: tokens [tokens, inputSize], logits [tokens, experts].
///
/// **Initial values**: as ``Linear``.
///
/// Source: with tanh and without biases, the gate of MoE++, arXiv 2410.07348.
public struct FeedForwardGate: Gate {
  /// The two maps and the function between them.
  public var network: FeedForward

  /// A gate of the given network.
  ///
  /// - Parameter network: A network from tokens to logits.
  public init(_ network: FeedForward) { self.network = network }

  /// The size of a token.
  public var inputSize: Int { network.inputSize }

  /// Each token has its own logits, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// The number of experts.
  public var expertCount: Int { network.outputSize }

  /// Visits the parameters of the network, under their own names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try network.visitParameters(visit)
  }

  /// Visits the weights of the network.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try network.visitWeights(visit)
  }

  /// The result of a forward pass.
  public struct Pass: GatePass {
    /// The logits, of shape [tokens, experts].
    public var logits: Tensor { network.output }
    let network: FeedForward.Pass
  }

  /// The logits, and in training what the network keeps.
  public func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    Pass(
      network: network.forward(
        tokens, context: LayerContext(batch: context.batch, purpose: context.purpose)))
  }

  /// The gradients with respect to the tokens and the parameters.
  public func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<FeedForwardGate> {
    let back = network.backward(gradient.logits, pass: pass.network)
    return GateGradient(input: back.input, parameters: FeedForwardGate(back.parameters))
  }
}

extension GateSpecification {
  /// A gate of two linear maps with an activation between them.
  ///
  /// - Parameters:
  ///   - hiddenSize: The size between the maps; at least 1, else the layer's initialiser throws.
  ///   - activation: The function between the maps.
  ///   - bias: Whether the maps have biases.
  /// - Returns: A specification of ``FeedForwardGate``.
  public static func feedForward(
    hiddenSize: Int, activation: Activation = .tanh, bias: Bool = false
  ) -> GateSpecification {
    GateSpecification(promises: [.tokenLocal, .deterministic]) {
      inputSize, expertCount, generator in
      guard hiddenSize > 0 else {
        throw MoEError.configuration(
          "gate hidden size", value: "\(hiddenSize)", expected: "at least 1")
      }
      return FeedForwardGate(
        FeedForward(
          inputSize: inputSize, hiddenSize: hiddenSize, outputSize: expertCount,
          activation: activation, bias: bias, using: &generator))
    }.planned(
      .feedForward(hiddenSize: hiddenSize, activation: activation, bias: bias))
  }
}
