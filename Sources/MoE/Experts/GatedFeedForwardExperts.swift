/// Gated experts: Eₑ(x) = W_dₑ·f(W_gₑ·x, W_uₑ·x), each map with an optional bias.
///
/// **Shapes**: `gate` and `up` [experts, hiddenSize, inputSize], `down` [experts, outputSize,
/// hiddenSize].
///
/// **Initial values**: as ``Linear``.
///
/// Source: the experts of Mixtral, Qwen, DeepSeek and most published models (SwiGLU), arXiv
/// 2401.04088.
public struct GatedFeedForwardExperts: ExpertGroup {
  /// The map of each expert to its gate.
  public var gate: GroupedLinear
  /// The map of each expert to the up value, which the gate multiplies.
  public var up: GroupedLinear
  /// The map of each expert to its output.
  public var down: GroupedLinear
  /// The function f of gate and up value.
  public let activation: GatedActivation
  /// The probability that a scalar after the activation is zero in training.
  public let dropout: Double

  /// Experts of the given maps.
  ///
  /// - Parameters:
  ///   - gate: The map of each expert whose activation is the gate.
  ///   - up: The map that the gate multiplies, of the gate's sizes; others trap.
  ///   - down: The map to the output, whose input is the output of the others; others trap.
  ///   - activation: The function of both; where ``GatedActivation/check()`` throws, it traps.
  ///   - dropout: The probability that a scalar after the activation is zero in training, the
  ///     others being divided by the rest; below 0, or 1 and above, traps.
  public init(
    gate: GroupedLinear, up: GroupedLinear, down: GroupedLinear,
    activation: GatedActivation = .silu, dropout: Double = 0
  ) {
    require(
      dropout >= 0 && dropout < 1,
      "GatedFeedForwardExperts: dropout \(dropout), expected 0 to below 1")
    require(
      gate.expertCount == up.expertCount && gate.inputSize == up.inputSize
        && gate.outputSize == up.outputSize && up.expertCount == down.expertCount
        && up.outputSize == down.inputSize,
      "GatedFeedForwardExperts: gate \(gate.weight.shape), up \(up.weight.shape), "
        + "down \(down.weight.shape)")
    activation.requireValid("GatedFeedForwardExperts")
    self.gate = gate
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
  public struct Pass: ExpertPass {
    /// One row for each position.
    public var output: ExpertOutput
    let input: GroupedTokens
    /// The rows of both maps.
    let saved: SavedRows<(gates: Tensor, ups: Tensor)>
    let dropout: HiddenDropout?
  }

  /// The outputs, and in training the rows of gate and up with them where they are kept.
  public func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    let rows = input.rows
    let dropout = HiddenDropout(rate: dropout, input, context)
    var (hidden, products) = GroupedLinear.gated(
      gate, up, by: activation, .picked(input.matrix), rows: rows,
      keepingProducts: context.purpose.keepsHiddenRows)
    dropout?.apply(to: &hidden)
    return Pass(
      output: .rows(down.forward(.ordered(hidden), rows: rows)),
      input: input, saved: SavedRows(products, context), dropout: dropout)
  }

  /// The gradients; the outputs are not needed for them.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<GatedFeedForwardExperts> {
    let rows = pass.input.rows
    let (gates, ups) = pass.saved.rows(of: "GatedFeedForwardExperts") {
      GroupedLinear.forward(gate, up, .picked(pass.input.matrix), rows: rows)
    }
    var hidden = activation(gates, ups)
    pass.dropout?.apply(to: &hidden)
    var back = down.weightedBackward(outputGradient, input: consume hidden, rows: rows)
    pass.dropout?.apply(to: &back.input)
    // Hidden rows are the largest part of a step: no more than two of the gradients' stand at a
    // time.
    let upGradient = activation.split(&back.input, gate: gates, up: ups)
    // Picked once for both maps.
    let tokens = GroupedOperand.ordered(rows.gathering(.picked(pass.input.matrix)))
    var rowGradient = up.inputGradient(.ordered(upGradient), rows: rows)
    let upParameters = up.parameterGradient(
      .ordered(consume upGradient), input: tokens, rows: rows)
    rowGradient += gate.inputGradient(.ordered(back.input), rows: rows)
    return ExpertGradient(
      rows: rowGradient, weights: back.weights,
      parameters: GatedFeedForwardExperts(
        gate: gate.parameterGradient(.ordered(back.input), input: tokens, rows: rows),
        up: upParameters, down: back.parameters, activation: activation, dropout: dropout))
  }
}

extension ExpertSpecification {
  /// Gated experts: SwiGLU unless another activation is named.
  ///
  /// The layer's initialiser throws where a limit of the activation is not a finite number above
  /// zero.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - hiddenSize: The size of the gate; at least 1, else the layer's initialiser throws.
  ///   - activation: The function of gate and up value.
  ///   - bias: Whether the maps have biases.
  ///   - dropout: The probability that a scalar after the activation is zero in training; below 0,
  ///     or 1 and above, the layer's initialiser throws.
  /// - Returns: A specification of ``GatedFeedForwardExperts``.
  public static func gatedFeedForward(
    count: Int, hiddenSize: Int, activation: GatedActivation = .silu, bias: Bool = false,
    dropout: Double = 0
  ) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, generator in
      try checkHiddenSize(hiddenSize)
      try DropoutMask.check(rate: dropout, of: "expert dropout")
      try activation.check()
      func maps(from input: Int, to output: Int) -> GroupedLinear {
        GroupedLinear(
          count: count, inputSize: input, outputSize: output, bias: bias, using: &generator)
      }
      return GatedFeedForwardExperts(
        gate: maps(from: inputSize, to: hiddenSize), up: maps(from: inputSize, to: hiddenSize),
        down: maps(from: hiddenSize, to: outputSize), activation: activation, dropout: dropout)
    }.planned(
      .gatedFeedForward(
        count: count, hiddenSize: hiddenSize, activation: activation, bias: bias,
        dropout: dropout))
  }
}
