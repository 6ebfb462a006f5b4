/// Experts of two linear maps with an activation between them: Eₑ(x) = W₂ₑ·f(W₁ₑ·x + b₁ₑ) + b₂ₑ.
///
/// **Shapes**: `up` [experts, hiddenSize, inputSize], `down` [experts, outputSize, hiddenSize].
///
/// **Initial values**: as ``Linear``.
///
/// Source: the experts of Switch Transformers (ReLU), arXiv 2101.03961, and of the classic mixture.
public struct FeedForwardExperts: ExpertGroup {
  /// The first map of each expert.
  public var up: GroupedLinear
  /// The second map of each expert.
  public var down: GroupedLinear
  /// The function f.
  public let activation: Activation
  /// The probability that a scalar after the activation is zero in training.
  public let dropout: Double

  /// Experts of the given maps.
  ///
  /// - Parameters:
  ///   - up: The first map of each expert.
  ///   - down: The second, of as many experts, whose input is the first one's output; others trap.
  ///   - activation: The function between them.
  ///   - dropout: The probability that a scalar after the activation is zero in training, the
  ///     others being divided by the rest; below 0, or 1 and above, traps.
  public init(
    up: GroupedLinear, down: GroupedLinear, activation: Activation, dropout: Double = 0
  ) {
    require(
      dropout >= 0 && dropout < 1, "FeedForwardExperts: dropout \(dropout), expected 0 to below 1")
    require(
      up.expertCount == down.expertCount && up.outputSize == down.inputSize,
      "FeedForwardExperts: up \(up.weight.shape) against down \(down.weight.shape)")
    self.up = up
    self.down = down
    self.activation = activation
    self.dropout = dropout
  }

  /// The number of experts.
  public var expertCount: Int { up.expertCount }

  /// The size of a token.
  public var inputSize: Int { up.inputSize }

  /// The size of an expert's output.
  public var outputSize: Int { down.outputSize }

  /// Visits the parameters of `up` and `down`, under these names.
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
  public struct Pass: ExpertPass {
    /// One row for each position.
    public var output: ExpertOutput
    let input: GroupedTokens
    /// The rows before the activation.
    let hidden: SavedRows<Tensor>
    let dropout: HiddenDropout?
  }

  /// The outputs, and in training the hidden rows before the activation where they are kept.
  public func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    let rows = input.rows
    let dropout = HiddenDropout(rate: dropout, input, context)
    var activated: Tensor
    var hidden: Tensor?
    if context.purpose.keepsHiddenRows {
      (activated, hidden) = up.activated(
        by: activation, .picked(input.matrix), rows: rows, keepingProducts: true)
    } else {
      activated = up.forward(.picked(input.matrix), rows: rows, then: activation)
    }
    dropout?.apply(to: &activated)
    return Pass(
      output: .rows(down.forward(.ordered(activated), rows: rows)), input: input,
      hidden: SavedRows(hidden, context), dropout: dropout)
  }

  /// The gradients; the outputs are not needed for them.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<FeedForwardExperts> {
    let rows = pass.input.rows
    let hidden = pass.hidden.rows(of: "FeedForwardExperts") {
      up.forward(.picked(pass.input.matrix), rows: rows)
    }
    var activated = activation(hidden)
    pass.dropout?.apply(to: &activated)
    var back = down.weightedBackward(outputGradient, input: consume activated, rows: rows)
    pass.dropout?.apply(to: &back.input)
    activation.multiply(&back.input, byDerivativeAt: hidden)
    return ExpertGradient(
      rows: up.inputGradient(.ordered(back.input), rows: rows),
      weights: back.weights,
      parameters: FeedForwardExperts(
        up: up.parameterGradient(
          .ordered(back.input), input: .picked(pass.input.matrix), rows: rows),
        down: back.parameters, activation: activation, dropout: dropout))
  }
}

extension ExpertSpecification {
  /// Experts of two linear maps with an activation between them.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - hiddenSize: The size between the maps; at least 1, else the layer's initialiser throws.
  ///   - activation: The function between the maps.
  ///   - bias: Whether the maps have biases.
  ///   - dropout: The probability that a scalar after the activation is zero in training; below 0,
  ///     or 1 and above, the layer's initialiser throws.
  /// - Returns: A specification of ``FeedForwardExperts``.
  public static func feedForward(
    count: Int, hiddenSize: Int, activation: Activation = .relu, bias: Bool = true,
    dropout: Double = 0
  ) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, generator in
      try checkHiddenSize(hiddenSize)
      try DropoutMask.check(rate: dropout, of: "expert dropout")
      return FeedForwardExperts(
        up: GroupedLinear(
          count: count, inputSize: inputSize, outputSize: hiddenSize, bias: bias, using: &generator),
        down: GroupedLinear(
          count: count, inputSize: hiddenSize, outputSize: outputSize, bias: bias, using: &generator
        ),
        activation: activation, dropout: dropout)
    }.planned(
      .feedForward(
        count: count, hiddenSize: hiddenSize, activation: activation, bias: bias,
        dropout: dropout))
  }

  /// Throws where a hidden size is not positive.
  static func checkHiddenSize(_ size: Int) throws {
    guard size > 0 else {
      throw MoEError.configuration("expert hidden size", value: "\(size)", expected: "at least 1")
    }
  }
}
