public import MoE

/// Gated experts as a user of the library writes them: the formula of ``GatedFeedForwardExperts``
/// with SiLU and without biases, by the public API alone.
public struct OwnGatedExperts: ExpertGroup {
  var gate: GroupedLinear
  var up: GroupedLinear
  var down: GroupedLinear

  /// Experts of the given maps.
  public init(gate: GroupedLinear, up: GroupedLinear, down: GroupedLinear) {
    self.gate = gate
    self.up = up
    self.down = down
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
    let hidden: (gates: Tensor, ups: Tensor)?
  }

  /// The outputs, and in training the rows of both maps with them.
  public func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    let rows = input.rows
    let parts = GroupedLinear.forward([gate, up], .picked(input.matrix), rows: rows)
    let hidden = GatedActivation.silu(parts[0], parts[1])
    return Pass(
      output: .rows(down.forward(.ordered(hidden), rows: rows)), input: input,
      hidden: context.mode.isTraining ? (parts[0], parts[1]) : nil)
  }

  /// The gradients.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<OwnGatedExperts> {
    guard let (gates, ups) = pass.hidden else {
      fatalError("OwnGatedExperts.backward: a pass in inference keeps nothing")
    }
    let (rows, tokens) = (pass.input.rows, GroupedOperand.picked(pass.input.matrix))
    var last = down.weightedBackward(
      outputGradient, input: GatedActivation.silu(gates, ups), rows: rows)
    let upGradient = GatedActivation.silu.split(&last.input, gate: gates, up: ups)
    var rowGradient = up.inputGradient(.ordered(upGradient), rows: rows)
    let upParameters = up.parameterGradient(
      .ordered(consume upGradient), input: tokens, rows: rows)
    rowGradient += gate.inputGradient(.ordered(last.input), rows: rows)
    return ExpertGradient(
      rows: rowGradient, weights: last.weights,
      parameters: OwnGatedExperts(
        gate: gate.parameterGradient(.ordered(last.input), input: tokens, rows: rows),
        up: upParameters, down: last.parameters))
  }
}

extension ExpertSpecification {
  /// A specification of ``OwnGatedExperts``, which draws what the library's gated experts draw.
  public static func ownGated(count: Int, hiddenSize: Int) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, generator in
      guard hiddenSize > 0 else {
        throw MoEError.configuration(
          "expert hidden size", value: "\(hiddenSize)", expected: "at least 1")
      }
      func maps(from input: Int, to output: Int) -> GroupedLinear {
        GroupedLinear(
          count: count, inputSize: input, outputSize: output, bias: false, using: &generator)
      }
      return OwnGatedExperts(
        gate: maps(from: inputSize, to: hiddenSize), up: maps(from: inputSize, to: hiddenSize),
        down: maps(from: hiddenSize, to: outputSize))
    }
  }
}
