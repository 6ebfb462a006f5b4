/// A gated network: y = W_d·f(W_g·x, W_u·x), each map with an optional bias.
///
/// With ``GatedActivation/silu`` it is SwiGLU, with ``GatedActivation/gelu`` GEGLU, with
/// ``GatedActivation/relu`` ReGLU: f(g, u) = f(g)·u.
///
/// **Shapes**: input [rows, inputSize], output [rows, outputSize]; `gate` and `up` are
/// [hiddenSize, inputSize], `down` [outputSize, hiddenSize].
///
/// **Initial values**: as ``Linear``.
///
/// Traps where the input has another number of columns.
///
/// Source: Shazeer, "GLU variants improve transformer", arXiv 2002.05202.
public struct GatedFeedForward: Layer {
  /// The map W_g of the gate.
  public var gate: Linear
  /// The map W_u of the up value, which the gate multiplies.
  public var up: Linear
  /// The map W_d back to the output.
  public var down: Linear
  /// The function f of gate and up value.
  public let activation: GatedActivation

  /// A network of the given maps.
  ///
  /// - Parameters:
  ///   - gate: The map whose activation is the gate.
  ///   - up: The map that the gate multiplies, of the gate's sizes; others trap.
  ///   - down: The map to the output, whose input is the output of the others; of another size it
  ///     traps.
  ///   - activation: The function of both; where ``GatedActivation/check()`` throws, it traps.
  public init(gate: Linear, up: Linear, down: Linear, activation: GatedActivation = .silu) {
    require(
      gate.weight.sizes == up.weight.sizes && up.outputSize == down.inputSize,
      "GatedFeedForward: gate \(gate.weight.shape), up \(up.weight.shape), down \(down.weight.shape)"
    )
    activation.requireValid("GatedFeedForward")
    self.gate = gate
    self.up = up
    self.down = down
    self.activation = activation
  }

  /// A network with random parameters.
  ///
  /// - Parameters:
  ///   - inputSize: The size of an input row.
  ///   - hiddenSize: The size of the gate.
  ///   - outputSize: The size of an output row; that of the input unless given.
  ///   - activation: The function of both; where ``GatedActivation/check()`` throws, it traps.
  ///   - bias: Whether the maps have biases.
  ///   - generator: The source of randomness.
  public init(
    inputSize: Int, hiddenSize: Int, outputSize: Int? = nil,
    activation: GatedActivation = .silu, bias: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) {
    activation.requireValid("GatedFeedForward")
    gate = Linear(inputSize: inputSize, outputSize: hiddenSize, bias: bias, using: &generator)
    up = Linear(inputSize: inputSize, outputSize: hiddenSize, bias: bias, using: &generator)
    down = Linear(
      inputSize: hiddenSize, outputSize: outputSize ?? inputSize, bias: bias, using: &generator)
    self.activation = activation
  }

  /// The number of columns of the input.
  public var inputSize: Int { up.inputSize }

  /// The number of columns of the output.
  public var outputSize: Int { down.outputSize }

  /// Visits the parameters of `gate`, `up` and `down`, under these names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try gate.visitParameters(under: "gate", visit)
    try up.visitParameters(under: "up", visit)
    try down.visitParameters(under: "down", visit)
  }

  /// Visits the weights of the three maps.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try gate.visitWeights(under: "gate", visit)
    try up.visitWeights(under: "up", visit)
    try down.visitWeights(under: "down", visit)
  }

  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [rows, outputSize].
    public let output: Tensor
    let saved: (input: Tensor, hidden: SavedRows<(gates: Tensor, ups: Tensor)>)?
  }

  /// The output, and in training the rows of gate and up where they are kept.
  public func forward(_ input: Tensor, context: LayerContext) -> Pass {
    Compute.pass {
      let (hidden, products) = Linear.gated(
        gate, up, by: activation, input, keepingProducts: context.purpose.keepsHiddenRows)
      return Pass(
        output: down(hidden),
        saved: context.mode.isTraining ? (input, SavedRows(products, context)) : nil)
    }
  }

  /// The output alone.
  ///
  /// - Parameter input: A matrix of ``inputSize`` columns.
  /// - Returns: A matrix of as many rows and ``outputSize`` columns.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    forward(input, context: .inference).output
  }

  /// The backward passes of the maps, with the activation's two gradients between them.
  public func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<GatedFeedForward> {
    Compute.pass {
      let saved = kept(pass.saved, by: "GatedFeedForward")
      let (gates, ups) = saved.hidden.rows(of: "GatedFeedForward") {
        Linear.forward(gate, up, saved.input)
      }
      var downGradient = down.backward(outputGradient, input: activation(gates, ups))
      let upGradient = activation.split(&downGradient.input, gate: gates, up: ups)
      let upBack = up.backward(consume upGradient, input: saved.input)
      let gateBack = gate.backward(downGradient.input, input: saved.input)
      return LayerGradient(
        input: gateBack.input + upBack.input,
        parameters: GatedFeedForward(
          gate: gateBack.parameters, up: upBack.parameters,
          down: downGradient.parameters, activation: activation))
    }
  }
}
