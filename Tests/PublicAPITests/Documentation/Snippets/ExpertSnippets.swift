import MoE
import Testing

/// The snippets of the article on experts of your own, as they stand there.
@Suite("Snippets on experts run")
struct ExpertSnippets {
  @Test("Article: your own experts")
  func experts() throws {
    // snippet
    struct SquaredExperts: ExpertGroup {
      var up: GroupedLinear
      var down: GroupedLinear

      var expertCount: Int { up.expertCount }
      var inputSize: Int { up.inputSize }
      var outputSize: Int { down.outputSize }

      mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
        try up.visitParameters(under: "up", visit)
        try down.visitParameters(under: "down", visit)
      }

      mutating func visitWeights(
        _ visit: (String, inout WeightMatrix) throws -> Void
      ) rethrows {
        try up.visitWeights(under: "up", visit)
        try down.visitWeights(under: "down", visit)
      }

      struct Pass: ExpertPass {
        var output: ExpertOutput
        let input: GroupedTokens
        let hidden: Tensor?
      }

      func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
        let rows = input.rows
        let hidden = up.forward(.picked(input.matrix), rows: rows, then: .relu)
        return Pass(
          output: .rows(down.forward(.ordered(hidden * hidden), rows: rows)),
          input: input, hidden: context.mode.isTraining ? hidden : nil)
      }

      func backward(
        _ outputGradient: GroupedGradient, pass: Pass
      ) -> ExpertGradient<SquaredExperts> {
        guard let hidden = pass.hidden else { fatalError("a pass for inference keeps nothing") }
        let rows = pass.input.rows
        let last = down.weightedBackward(outputGradient, input: hidden * hidden, rows: rows)
        let hiddenGradient = GroupedOperand.ordered(2 * hidden * last.input)
        return ExpertGradient(
          rows: up.inputGradient(hiddenGradient, rows: rows),
          weights: last.weights,
          parameters: SquaredExperts(
            up: up.parameterGradient(
              hiddenGradient, input: .picked(pass.input.matrix), rows: rows),
            down: last.parameters))
      }
    }
    // end

    // snippet
    func squared(count: Int, hiddenSize: Int) -> ExpertSpecification {
      ExpertSpecification(count: count) { inputSize, outputSize, generator in
        SquaredExperts(
          up: GroupedLinear(
            count: count, inputSize: inputSize, outputSize: hiddenSize, bias: false,
            using: &generator),
          down: GroupedLinear(
            count: count, inputSize: hiddenSize, outputSize: outputSize, bias: false,
            using: &generator))
      }
    }

    var generator = SeededGenerator(seed: 11)
    var layer = try MixtureOfExperts(
      inputSize: 16, experts: [squared(count: 4, hiddenSize: 32)], routing: .topK(2),
      using: &generator)
    layer.packWeights()
    let output = try layer(Tensor.normal(shape: [10, 16], using: &generator))
    print(output.shape)  // [10, 16]
    // end
    #expect(output.shape == [10, 16])

    do {
      // snippet
      let tokens = Tensor.normal(shape: [10, 16], using: &generator)
      let check = try GradientCheck(layer, on: tokens)
      print(check)
      print(check.largestError < 0.01)  // true
      // end
      #expect(check.largestError < 0.01, "\(check)")
    }
    // Along a direction, the loss rises as the gradient says.
    let tokens = Tensor.normal(shape: [10, 16], using: &generator)
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let gradient = try layer.backward(Tensor(repeating: 1, shape: [10, 16]), pass: pass)
    for name in ["expertGroups.0.up.weight", "expertGroups.0.down.weight"] {
      func sum(_ step: Float) throws -> Float {
        var moved = layer
        moved.visitParameters(with: gradient.parameters) {
          if $0 == name { $1 += step * $2 }
        }
        return try moved(tokens).sum()
      }
      // Two products of up to 16 and an activation (6).
      let step: Float = 0x1p-10
      func difference(_ step: Float) throws -> Double {
        try Double(sum(step) - sum(-step)) / Double(2 * step)
      }
      let (slope, far) = (try difference(step), try difference(2 * step))
      let magnitude = pass.output.scalarArray.reduce(0.0) { $0 + Double($1.magnitude) }
      let tolerance = (far - slope).magnitude + 40 * 0x1p-24 * magnitude / Double(step)
      let own = gradient.parameters.namedParameters.first { $0.name == name }?.parameter
      let expected = try #require(own.map { ($0 * $0).sum() })
      #expect(expected > 0 && (slope - Double(expected)).magnitude <= tolerance, "\(name)")
    }
  }

  @Test("Article: your own experts, of any layer")
  func expertsOfAnyLayer() throws {
    var generator = SeededGenerator(seed: 12)
    // snippet
    let plain = try MixtureOfExperts(
      inputSize: 16,
      experts: [
        .perExpert(count: 4) { inputSize, outputSize, generator in
          FeedForward(
            inputSize: inputSize, hiddenSize: 32, outputSize: outputSize, using: &generator)
        }
      ],
      routing: .topK(2), using: &generator)
    // end
    #expect(try plain(Tensor(zeros: [3, 16])).shape == [3, 16])

    // snippet
    let experts = PerExpert(
      (0..<4).map { _ in
        FeedForward(inputSize: 16, hiddenSize: 32, using: &generator)
      })
    // end
    #expect(experts.expertCount == 4)
    let tokens = Tensor.normal(shape: [3, 16], using: &generator)
    // snippet
    let input = GroupedTokens(tokens, rows: GroupedRows([[0, 2], [1]]))
    // end
    #expect(input.tokens == [0, 2, 1])
  }
}
