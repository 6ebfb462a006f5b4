/// Two linear maps with an activation between them: y = W₂·f(W₁·x + b₁) + b₂.
///
/// **Shapes**: input [rows, inputSize], output [rows, outputSize]; `up` is [hiddenSize, inputSize],
/// `down` [outputSize, hiddenSize].
///
/// **Initial values**: as ``Linear``.
///
/// Traps where the input has another number of columns.
public struct FeedForward: Layer {
  /// The first map, W₁ and b₁.
  public var up: Linear
  /// The second map, W₂ and b₂.
  public var down: Linear
  /// The function f.
  public let activation: Activation

  /// A network of the given maps.
  ///
  /// - Parameters:
  ///   - up: The first map.
  ///   - down: The second map, whose input is the first one's output; of another size it traps.
  ///   - activation: The function between them.
  public init(up: Linear, down: Linear, activation: Activation) {
    require(
      up.outputSize == down.inputSize,
      "FeedForward: up gives \(up.outputSize) columns, down takes \(down.inputSize)")
    self.up = up
    self.down = down
    self.activation = activation
  }

  /// A network with random parameters.
  ///
  /// - Parameters:
  ///   - inputSize: The size of an input row.
  ///   - hiddenSize: The size between the two maps.
  ///   - outputSize: The size of an output row; that of the input unless given.
  ///   - activation: The function between the maps.
  ///   - bias: Whether the maps have biases.
  ///   - generator: The source of randomness.
  public init(
    inputSize: Int, hiddenSize: Int, outputSize: Int? = nil, activation: Activation = .relu,
    bias: Bool = true, using generator: inout some RandomNumberGenerator
  ) {
    up = Linear(inputSize: inputSize, outputSize: hiddenSize, bias: bias, using: &generator)
    down = Linear(
      inputSize: hiddenSize, outputSize: outputSize ?? inputSize, bias: bias, using: &generator)
    self.activation = activation
  }

  /// The number of columns of the input.
  public var inputSize: Int { up.inputSize }

  /// The number of columns of the output.
  public var outputSize: Int { down.outputSize }

  /// Visits the parameters of `up`, then those of `down`, under these names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try up.visitParameters(under: "up", visit)
    try down.visitParameters(under: "down", visit)
  }

  /// Visits the weights of both maps.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try up.visitWeights(under: "up", visit)
    try down.visitWeights(under: "down", visit)
  }

  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [rows, outputSize].
    public let output: Tensor
    let saved: (input: Tensor, hidden: SavedRows<Tensor>)?
  }

  /// The output, and in training the rows before the activation where they are kept.
  public func forward(_ input: Tensor, context: LayerContext) -> Pass {
    Compute.pass {
      guard context.mode.isTraining else {
        return Pass(output: down(up(input, then: activation)), saved: nil)
      }
      guard context.purpose.keepsHiddenRows else {
        return Pass(output: down(up(input, then: activation)), saved: (input, .recomputed))
      }
      let hidden = up(input)
      return Pass(output: down(activation(hidden)), saved: (input, .kept(hidden)))
    }
  }

  /// The output alone.
  ///
  /// - Parameter input: A matrix of ``inputSize`` columns.
  /// - Returns: A matrix of as many rows and ``outputSize`` columns.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    forward(input, context: .inference).output
  }

  /// The backward passes of the two maps, with the activation's derivative between them.
  public func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<FeedForward> {
    Compute.pass {
      let saved = kept(pass.saved, by: "FeedForward")
      let hidden = saved.hidden.rows(of: "FeedForward") { up(saved.input) }
      var downGradient = down.backward(outputGradient, input: activation(hidden))
      activation.multiply(&downGradient.input, byDerivativeAt: hidden)
      let upGradient = up.backward(downGradient.input, input: saved.input)
      return LayerGradient(
        input: upGradient.input,
        parameters: FeedForward(
          up: upGradient.parameters, down: downGradient.parameters, activation: activation))
    }
  }
}
