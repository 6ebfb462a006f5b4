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

  /// The number of experts.
  public var expertCount: Int { network.outputSize }

  /// Visits the parameters of the network, under their own names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try network.visitParameters(visit)
  }

  /// Packs the weights of the network.
  public mutating func packWeights() { network.packWeights() }

  /// The logits, and in training the hidden rows before the activation with them.
  public func forward(_ tokens: Tensor, context: RoutingContext) -> GatePass {
    guard context.mode.isTraining else { return GatePass(logits: network(tokens)) }
    let hidden = network.up(tokens)
    return GatePass(logits: network.down(network.activation(hidden)), saved: [hidden])
  }

  /// The gradients with respect to the tokens and the parameters.
  public func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient {
    let hidden = kept(pass.saved.first, by: "FeedForwardGate")
    let saved = (
      up: Linear.Pass(output: hidden, input: tokens),
      down: Linear.Pass(output: pass.logits, input: network.activation(hidden))
    )
    let back = network.backward(
      gradient.logits, pass: FeedForward.Pass(output: pass.logits, saved: saved))
    return GateGradient(tokens: back.input, parameters: FeedForwardGate(back.parameters))
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
    GateSpecification { inputSize, expertCount, generator in
      guard hiddenSize > 0 else {
        throw MoEError.configuration(
          "gate hidden size", value: "\(hiddenSize)", expected: "at least 1")
      }
      return FeedForwardGate(
        FeedForward(
          inputSize: inputSize, hiddenSize: hiddenSize, outputSize: expertCount,
          activation: activation, bias: bias, using: &generator))
    }
  }
}
