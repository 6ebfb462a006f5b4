import MoE
import Testing

/// Small Transformers as experts, against the block on the rows that each was given.
@Suite struct TransformerExpertTests {
  private static let (size, count) = (4, 3)

  private static func layer(isCausal: Bool = true) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 2)
    return try MixtureOfExperts(
      inputSize: size,
      experts: [
        .transformer(
          count: count, headCount: 2, hiddenSize: 3, isCausal: isCausal, rotary: RotaryPositions())
      ], routing: .topK(2), using: &generator)
  }

  /// Each expert sees the rows of one sequence at a time, in their order.
  @Test(arguments: [true, false])
  func equalsTheBlocksOnTheirRows(isCausal: Bool) throws {
    let layer = try Self.layer(isCausal: isCausal)
    let tokens = Tensor(scattered: [11, Self.size], seed: 1)
    let lengths = [5, 0, 6]
    let context = LayerContext(.training(step: 0), batch: Batch(sequenceLengths: lengths))
    let pass = try layer.forward(tokens, context: context)
    let experts = try #require(layer.expertGroups[0] as? TransformerExperts)
    var expected = [[Double]](
      repeating: [Double](repeating: 0, count: Self.size), count: 11)
    for expert in 0..<Self.count {
      for range in [0..<5, 5..<11] {
        let own = range.filter { pass.routing.experts(of: $0).contains(expert) }
        guard !own.isEmpty else { continue }
        let output = try experts.layers[expert](tokens.gatheringEntries(own))
        for (row, token) in own.enumerated() {
          let slot = try #require(pass.routing.experts(of: token).firstIndex(of: expert))
          let weight = Double(pass.routing.weights[token, slot])
          for column in 0..<Self.size {
            expected[token][column] += weight * Double(output[row, column])
          }
        }
      }
    }
    // Two products and a sum.
    let exact = expected.flatMap { $0 }
    expectScalars(of: pass.output, near: exact, within: exact.map { 0x1p-22 * (1 + $0.magnitude) })
  }

  /// The slope along a direction in all parameters and tokens is what the gradients say.
  @Test func gradientsAreTheSlope() throws {
    let layer = try Self.layer()
    let tokens = Tensor(scattered: [7, Self.size], seed: 1)
    let direction = Tensor(scattered: [7, Self.size], seed: 3)
    let context = LayerContext(.training(step: 0), batch: Batch(sequenceLengths: [3, 4]))
    let pass = try layer.forward(tokens, context: context)
    let back = try layer.backward(direction, pass: pass)
    func moved(_ step: Float) throws -> Float {
      var other = layer
      var index: UInt64 = 50
      other.visitParameters { _, parameter in
        index += 1
        parameter += step * Tensor(scattered: parameter.shape, seed: index)
      }
      let output = try other.forward(
        tokens + step * Tensor(scattered: tokens.shape, seed: 40), context: context,
        overrides: RoutingOverrides(replay: .recomputation(RoutingTrace.Pass(pass.routing))))
      return (output.output * direction).sum()
    }
    var slope = Double((back.input * Tensor(scattered: tokens.shape, seed: 40)).sum())
    for (index, (_, gradient)) in back.parameters.namedParameters.enumerated() {
      slope += Double(
        (gradient * Tensor(scattered: gradient.shape, seed: UInt64(51 + index))).sum())
    }
    let magnitude = (pass.output * direction).scalarArray.reduce(0) { $0 + $1.magnitude }
    let found = try singlePrecisionSlope(
      step: 0x1p-9, roundings: 60, magnitude: magnitude, of: moved)
    #expect((found.slope - slope).magnitude <= found.tolerance)
    #expect(slope.magnitude > 10 * found.tolerance)
  }

  @Test func sizesThatCannotWorkThrow() {
    var generator = SeededGenerator(seed: 2)
    for (output, heads, hidden) in [(3, 2, 3), (4, 3, 3), (4, 2, 0)] {
      #expect(throws: MoEError.self) {
        _ = try MixtureOfExperts(
          inputSize: 4, outputSize: output,
          experts: [.transformer(count: 2, headCount: heads, hiddenSize: hidden)],
          routing: .topK(1, weighting: .scores), using: &generator)
      }
    }
  }
}
