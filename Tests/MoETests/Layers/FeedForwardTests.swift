import MoE
import Testing

@Suite struct FeedForwardTests {
  /// The longest chain: 4 products with their additions and the bias, the activation (20 covers the
  /// 16 roundings that 8 units are), 6 products with theirs and the bias; and the same way back.
  private static let roundings = 2 * (2 * 4 + 1 + 20 + 2 * 6 + 1)

  @Test(arguments: Activation.allCases, [true, false])
  func matchesTheReference(activation: Activation, bias: Bool) throws {
    var generator = SeededGenerator(seed: 11)
    let layer = FeedForward(
      inputSize: 4, hiddenSize: 6, outputSize: 3, activation: activation, bias: bias,
      using: &generator)
    let input = Tensor.normal(shape: [5, 4], using: &generator)
    // A perturbation by 2⁻¹² must not move ReLU over its kink.
    let hidden = layer.up(input).scalarArray
    try #require(
      ![.relu, .squaredReLU].contains(activation)
        || hidden.allSatisfy { $0.magnitude > 0x1p-9 })
    try checkLayer(
      layer, input: input, roundings: FeedForwardTests.roundings
    ) { row, parameters in
      Reference.feedForward(
        row, up: Reference.Map(parameters, "up", outputSize: 6),
        down: Reference.Map(parameters, "down", outputSize: 3), activation)
    }
  }

  @Test func namesItsParametersInOrder() {
    var generator = SeededGenerator(seed: 12)
    let layer = FeedForward(inputSize: 4, hiddenSize: 6, using: &generator)
    #expect(
      layer.namedParameters.map(\.name) == ["up.weight", "up.bias", "down.weight", "down.bias"])
    #expect(layer.namedParameters.map(\.parameter.shape) == [[6, 4], [6], [4, 6], [4]])
    #expect((layer.inputSize, layer.outputSize) == (4, 4))
    let bare = FeedForward(inputSize: 4, hiddenSize: 6, bias: false, using: &generator)
    #expect(bare.namedParameters.map(\.name) == ["up.weight", "down.weight"])
    #expect(layer.activation == .relu)
  }

  @Test func takesNoRows() {
    var generator = SeededGenerator(seed: 13)
    let layer = FeedForward(inputSize: 4, hiddenSize: 6, outputSize: 3, using: &generator)
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
      _ = FeedForward(
        up: Linear(weight: Tensor(zeros: [6, 4])), down: Linear(weight: Tensor(zeros: [4, 5])),
        activation: .relu)
    }
    #expect(
      result?.standardErrorSays("FeedForward: up gives 6 columns, down takes 5") == true)
  }

  @Test func keepsNothingInInference() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = SeededGenerator(seed: 14)
      let layer = FeedForward(inputSize: 4, hiddenSize: 6, using: &generator)
      let pass = layer.forward(Tensor(zeros: [2, 4]), context: .inference)
      _ = layer.backward(Tensor(zeros: [2, 4]), pass: pass)
    }
    #expect(
      result?.standardErrorSays(
        "FeedForward.backward: a pass in .inference mode keeps nothing; use .training(step:)")
        == true)
  }
}
