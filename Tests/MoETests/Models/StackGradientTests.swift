import MoE
import Testing

/// A stack with attention and mixtures against its formulas in `Double`, output and gradients.
@Suite struct StackGradientTests {
  private static let size = 4
  private static let lengths = [3, 0, 2]
  private static let epsilon: Float = 1e-3

  private static func stack() throws -> MixtureStack {
    try StackFixtures.stack(
      StackConfiguration(
        size: size, blockCount: 2,
        attention: .heads(2, keyValueHeadCount: 1, rotary: RotaryPositions(base: 10)),
        norm: .rms(epsilon: epsilon),
        mixture: MixtureSpecification(
          experts: [.gatedFeedForward(count: 3, hiddenSize: 2)],
          routing: .topK(2, weighting: .scores, gate: .linear().residual()))))
  }

  /// The routes of each block, token by token.
  private static func routes(_ pass: MixtureStack.Pass) -> [[[Int]]] {
    pass.mixtures.map { mixture in
      (0..<mixture.routing.tokenCount).map { mixture.routing.experts(of: $0) }
    }
  }

  private static func reference(_ stack: MixtureStack) throws -> ReferenceStack {
    var reference = ReferenceStack(
      size: size, groups: [(.gated(hiddenSize: 2), 3)], epsilon: Double(epsilon), blockCount: 2)
    let attention = try #require(stack.blocks[0].attention as? MultiHeadAttention)
    reference.attention = ReferenceAttention(attention, lengths: lengths)
    return reference
  }

  /// Two blocks, each of two norms, four maps, a softmax, a gate and an expert, and all of it back.
  @Test func matchesTheReference() throws {
    let stack = try Self.stack()
    let (input, direction) = (
      Tensor(scattered: [5, Self.size], seed: 1), Tensor(scattered: [5, Self.size], seed: 2)
    )
    let context = LayerContext(
      .training(step: 0), batch: Batch(sequenceLengths: Self.lengths))
    let routes = Self.routes(try stack.forward(input, context: context))
    let (results, tolerances) = try GradientTolerance.tolerances(roundings: 600) { perturb in
      let stack = perturb(stack)
      let pass = try stack.forward(perturb(input), context: context)
      guard Self.routes(pass) == routes else { return nil }
      let back = try stack.backward(perturb(direction), pass: pass)
      return [pass.output, back.input] + back.parameters.namedParameters.map(\.parameter)
    }
    let reference = try Self.reference(stack)
    var point = Reference.parameters(stack)
    let exact = reference(Reference.rows(input), point, routes: routes).output.flatMap { $0 }
    GradientTolerance.expect(results[0], near: exact, within: tolerances[0], "output")
    point["input"] = Reference.scalars(input)
    let rows = Reference.rows(direction)
    let derivatives = centralDifferences(at: point) { moved in
      let tokens = Reference.rows(moved["input"]!, columns: Self.size)
      return Reference.inner(reference(tokens, moved, routes: routes).output, rows)
    }
    let names = ["input"] + stack.namedParameters.map(\.name)
    #expect(results.count == names.count + 1 && names.contains("blocks.1.attention.key.weight"))
    for (index, name) in names.enumerated() {
      GradientTolerance.expect(
        results[index + 1], near: derivatives[name]!, within: tolerances[index + 1],
        "gradient of \(name)")
    }
  }

  @Test func generatedKernelSetsGiveTheSameBits() throws {
    let stack = try Self.stack()
    let (input, direction) = (
      Tensor(scattered: [90, Self.size], seed: 1), Tensor(scattered: [90, Self.size], seed: 2)
    )
    let context = LayerContext(.training(step: 0), batch: Batch(sequenceLengths: [70, 20]))
    let results = try KernelSet.available.filter { $0 != .portable }.map { set in
      try KernelSet.withCurrent(set) {
        let pass = try stack.forward(input, context: context)
        let back = try stack.backward(direction, pass: pass)
        return [pass.output.bits, back.input.bits]
          + back.parameters.namedParameters.map(\.parameter.bits)
      }
    }
    for other in results.dropFirst() { #expect(other == results[0]) }
  }
}
