import MoE
import Testing

@Suite struct LinearTests {
  private static func map(_ parameters: [String: [Double]], outputSize: Int) -> Reference.Map {
    var map = Reference.Map([:], "", outputSize: outputSize)
    map.weight = parameters["weight"]!
    map.bias = parameters["bias"]
    return map
  }

  @Test(arguments: [true, false])
  func matchesTheReference(bias: Bool) throws {
    var generator = SeededGenerator(seed: 1)
    let layer = Linear(inputSize: 5, outputSize: 3, bias: bias, using: &generator)
    let input = Tensor.normal(shape: [4, 5], using: &generator)
    // The longest chain: five products, as many additions and the bias.
    try checkLayer(layer, input: input, roundings: 11) { row, parameters in
      Reference.linear(row, LinearTests.map(parameters, outputSize: 3))
    }
  }

  /// Scalar by scalar: |Δy| ≤ (k + 1)·u·(|x|·|W|ᵀ + |b|), for k products, their k − 1 additions and
  /// the bias's, each of relative error u; a product passes through k + 1 of them at most.
  @Test func errsByNoMoreThanItsRoundings() {
    var generator = SeededGenerator(seed: 2)
    let size = 8
    let layer = Linear(inputSize: size, outputSize: 7, using: &generator)
    let input = Tensor.normal(shape: [6, size], using: &generator)
    let parameters = Reference.parameters(layer)
    let magnitudes = parameters.mapValues { $0.map(\.magnitude) }
    var (exact, bounds): ([Double], [Double]) = ([], [])
    for row in Reference.rows(input) {
      exact += Reference.linear(row, LinearTests.map(parameters, outputSize: 7))
      bounds += Reference.linear(
        row.map(\.magnitude), LinearTests.map(magnitudes, outputSize: 7))
    }
    GradientTolerance.expect(
      layer(input), near: exact,
      within: bounds.map { Double(size + 1) * GradientTolerance.unitRoundoff * $0 }, "output")
  }

  @Test func drawsParametersWithinTheFanInRange() {
    for (inputSize, bound) in [(1, 1), (4, 0.5), (16, 0.25), (100, 0.1)] as [(Int, Float)] {
      var generator = SeededGenerator(seed: 3)
      let layer = Linear(inputSize: inputSize, outputSize: 50, using: &generator)
      for (name, parameter) in layer.namedParameters {
        let magnitudes = parameter.scalarArray.map(\.magnitude)
        #expect(magnitudes.max()! <= bound, "\(name) from \(inputSize)")
        // Of 50 numbers, all are below 0.8 of the bound once in 70,000 times.
        #expect(magnitudes.max()! > 0.8 * bound, "\(name) from \(inputSize)")
        let signs = Set(parameter.scalarArray.map { $0 < 0 })
        #expect(signs.count == 2, "\(name) from \(inputSize)")
      }
    }
  }

  @Test func drawsTheWeightBeforeTheBias() {
    var generator = SeededGenerator(seed: 4)
    let layer = Linear(inputSize: 4, outputSize: 3, using: &generator)
    var again = SeededGenerator(seed: 4)
    let drawn = Tensor.uniform(in: -0.5...0.5, shape: [15], using: &again)
    #expect(layer.weight == drawn[entries: 0..<12].reshaped(to: [3, 4]))
    #expect(layer.bias == drawn[entries: 12..<15])
    #expect(generator.next() == again.next())
  }

  @Test func namesItsParametersInOrder() {
    let weight: Tensor = [[1, 2], [3, 4], [5, 6]]
    let full = Linear(weight: weight, bias: [7, 8, 9])
    #expect(full.namedParameters.map(\.name) == ["weight", "bias"])
    #expect(full.parameterCount == 9)
    #expect(Linear(weight: weight).namedParameters.map(\.name) == ["weight"])
    #expect((full.inputSize, full.outputSize) == (2, 3))
  }

  @Test func takesNoRows() {
    let layer = Linear(weight: [[1, 2], [3, 4], [5, 6]], bias: [7, 8, 9])
    let pass = layer.forward(Tensor(zeros: [0, 2]), context: .training(step: 0))
    #expect(pass.output.shape == [0, 3])
    let gradient = layer.backward(Tensor(zeros: [0, 3]), pass: pass)
    #expect(gradient.input.shape == [0, 2])
    #expect(gradient.parameters.weight == Tensor(zeros: [3, 2]))
    #expect(gradient.parameters.bias == Tensor(zeros: [3]))
  }

  @Test func trapsWhereShapesDoNotFit() async {
    let columns = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Linear(weight: Tensor(zeros: [3, 4]))(Tensor(zeros: [2, 5]))
    }
    #expect(columns?.standardErrorSays("matmul: 5 columns against 4 rows") == true)

    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Linear(weight: Tensor(zeros: [3, 4, 5]))
    }
    #expect(
      rank?.standardErrorSays("Linear: weight of shape [3, 4, 5], expected a matrix") == true)

    let bias = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Linear(weight: Tensor(zeros: [3, 4]), bias: Tensor(zeros: [4]))
    }
    #expect(
      bias?.standardErrorSays("Linear: bias of shape [4] against weight of shape [3, 4]") == true)

    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let layer = Linear(weight: Tensor(zeros: [3, 4]))
      let pass = layer.forward(Tensor(zeros: [2, 4]), context: .training(step: 0))
      _ = layer.backward(Tensor(zeros: [5, 3]), pass: pass)
    }
    #expect(rows?.standardErrorSays("matmul: 5 columns against 2 rows") == true)
  }

  @Test func keepsNothingInInference() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let layer = Linear(weight: Tensor(zeros: [3, 4]))
      let pass = layer.forward(Tensor(zeros: [2, 4]), context: .inference)
      _ = layer.backward(Tensor(zeros: [2, 3]), pass: pass)
    }
    #expect(
      result?.standardErrorSays(
        "Linear.backward: a pass in .inference mode keeps nothing; use .training(step:)") == true)
  }
}
