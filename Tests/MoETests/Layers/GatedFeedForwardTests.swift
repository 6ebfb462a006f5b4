import MoE
import Testing

@Suite struct GatedFeedForwardTests {
  /// The longest chain: 4 products with their additions and the bias, the activation (20 covers the
  /// 16 roundings that 8 units are, and the 20 of a softcap), the gate's product, 5 products with
  /// their additions and the bias; and the same way back.
  private static let roundings = 2 * (2 * 4 + 1 + 20 + 1 + 2 * 5 + 1)

  /// SwiGLU, GEGLU and ReGLU, then the rest.
  @Test(arguments: GatedForm.all, [true, false])
  func matchesTheReference(form: GatedForm, bias: Bool) throws {
    let activation = form.activation
    // A perturbation by 2⁻¹² must not move an operand over a kink.
    let cases = (21..<60).lazy.map { (seed: UInt64) in
      var generator = SeededGenerator(seed: seed)
      let layer = GatedFeedForward(
        inputSize: 4, hiddenSize: 5, outputSize: 3, activation: activation, bias: bias,
        using: &generator)
      return (layer, Tensor.normal(shape: [5, 4], using: &generator))
    }
    let (layer, input) = try #require(
      cases.first { layer, input in
        zip(layer.gate(input).doubles, layer.up(input).doubles).allSatisfy {
          form.distanceToKink($0, $1) > 0x1p-9
        }
      })
    try checkLayer(
      layer, input: input, roundings: GatedFeedForwardTests.roundings
    ) { row, parameters in
      Reference.gatedFeedForward(
        row, gate: Reference.Map(parameters, "gate", outputSize: 5),
        up: Reference.Map(parameters, "up", outputSize: 5),
        down: Reference.Map(parameters, "down", outputSize: 3), activation)
    }
  }

  @Test func namesItsParametersInOrder() {
    var generator = SeededGenerator(seed: 22)
    let layer = GatedFeedForward(inputSize: 4, hiddenSize: 6, using: &generator)
    #expect(
      layer.namedParameters.map(\.name) == ["gate.weight", "up.weight", "down.weight"])
    #expect(layer.namedParameters.map(\.parameter.shape) == [[6, 4], [6, 4], [4, 6]])
    #expect((layer.inputSize, layer.outputSize) == (4, 4))
    #expect(layer.activation == .silu)
    let full = GatedFeedForward(inputSize: 4, hiddenSize: 6, bias: true, using: &generator)
    #expect(
      full.namedParameters.map(\.name) == [
        "gate.weight", "gate.bias", "up.weight", "up.bias", "down.weight", "down.bias",
      ])
  }

  @Test func takesNoRows() {
    var generator = SeededGenerator(seed: 23)
    let layer = GatedFeedForward(inputSize: 4, hiddenSize: 6, outputSize: 3, using: &generator)
    let pass = layer.forward(Tensor(zeros: [0, 4]), context: .training(step: 0))
    #expect(pass.output.shape == [0, 3])
    let gradient = layer.backward(Tensor(zeros: [0, 3]), pass: pass)
    #expect(gradient.input.shape == [0, 4])
    for (parameter, gradient) in zip(layer.namedParameters, gradient.parameters.namedParameters) {
      #expect(gradient.parameter == Tensor(zeros: parameter.parameter.shape))
    }
  }

  @Test func trapsWhereItsMapsDoNotFit() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GatedFeedForward(
        gate: Linear(weight: Tensor(zeros: [6, 4])), up: Linear(weight: Tensor(zeros: [5, 4])),
        down: Linear(weight: Tensor(zeros: [4, 5])))
    }
    #expect(
      result?.standardErrorSays("GatedFeedForward: gate [6, 4], up [5, 4], down [4, 5]") == true)
  }

  @Test func keepsNothingInInference() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = SeededGenerator(seed: 24)
      let layer = GatedFeedForward(inputSize: 4, hiddenSize: 6, using: &generator)
      let pass = layer.forward(Tensor(zeros: [2, 4]), context: .inference)
      _ = layer.backward(Tensor(zeros: [2, 4]), pass: pass)
    }
    #expect(
      result?.standardErrorSays(
        "GatedFeedForward.backward: a pass in .inference mode keeps nothing; use .training(step:)")
        == true)
  }
}
