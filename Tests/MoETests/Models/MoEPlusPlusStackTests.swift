import MoE
import Testing

/// Three layers of MoE++ with all kinds of experts, norms, residuals and gates that read the logits
/// before, against their formulas in `Double`.
@Suite struct MoEPlusPlusStackTests {
  private static let (size, blockCount, tokenCount) = (3, 3, 6)
  private static let epsilon: Float = 1e-3

  private static func stack() throws -> MixtureStack {
    var mixture = MixtureSpecification.moePlusPlus(
      computingExperts: 3, hiddenSize: 2, constantExperts: 2, capacityFactor: nil, coefficient: 0)
    mixture.balancingLosses = []
    var generator = SeededGenerator(seed: 6)
    var stack = try MixtureStack(
      StackConfiguration(
        size: size, blockCount: blockCount, norm: .rms(epsilon: epsilon), mixture: mixture),
      using: &generator)
    var index: UInt64 = 0
    stack.visitParameters { name, parameter in
      index += 1
      if name.hasSuffix("residual.weight") || name.contains("orm.weight") {
        parameter += 0.5 * Tensor(scattered: parameter.shape, seed: 100 + index)
      }
      if name.hasSuffix("router.gate.weight") { parameter *= 3 }
    }
    return stack
  }

  /// A layer has a norm (12), a gate (3), a residual (7), a softmax (11), an expert (12), a weight
  /// and sums (4): about 50, and about twice as many back; three of them.
  @Test func gradientsAreThoseOfTheStack() throws {
    let stack = try Self.stack()
    let tokens = Tensor(scattered: [Self.tokenCount, Self.size], seed: 1)
    let direction = Tensor(scattered: [Self.tokenCount, Self.size], seed: 2)
    var routes: [[Int32]]?
    let computed = try GradientTolerance.tolerances(roundings: 450) { perturb in
      let stack = perturb(stack)
      let pass = try stack.forward(perturb(tokens), context: .training(step: 0))
      let chosen = pass.mixtures.map(\.routing.experts)
      if routes == nil { routes = chosen }
      guard chosen == routes else { return nil }
      let back = try stack.backward(perturb(direction), pass: pass)
      return [pass.output, back.input] + back.parameters.namedParameters.map(\.parameter)
    }
    let chosen = try #require(routes)
    // Every kind of expert takes tokens, else its gradient would not be tested.
    #expect(Set(chosen.flatMap { $0 }).count == 7)
    let slots = chosen.map { experts in
      (0..<Self.tokenCount).map { [Int(experts[2 * $0]), Int(experts[2 * $0 + 1])] }
    }
    let reference = ReferenceStack(
      size: Self.size,
      groups: [(.gated(hiddenSize: 2), 3), (.zero, 1), (.copy, 1), (.constant, 2)],
      epsilon: Double(Self.epsilon), blockCount: Self.blockCount)
    var point = Reference.parameters(stack)
    let exact = reference(Reference.rows(tokens), point, routes: slots)
    GradientTolerance.expect(
      computed.results[0], near: exact.output.flatMap { $0 }, within: computed.tolerances[0],
      "output")
    point["input"] = Reference.scalars(tokens)
    let rows = Reference.rows(direction)
    let derivatives = centralDifferences(at: point) { moved in
      let tokens = Reference.rows(moved["input"]!, columns: Self.size)
      return Reference.inner(reference(tokens, moved, routes: slots).output, rows)
    }
    for (index, name) in (["input"] + stack.namedParameters.map(\.name)).enumerated() {
      GradientTolerance.expect(
        computed.results[index + 1], near: derivatives[name]!,
        within: computed.tolerances[index + 1], name)
    }
  }

  @Test func sizesHaveTheParametersOfTheirNames() {
    let billions: [MoEPlusPlusSize: ClosedRange<Double>] = [
      .size600M: 0.55...0.65, .size1B: 0.95...1.1, .size2B: 1.8...2.1, .size7B: 7...8,
    ]
    for size in MoEPlusPlusSize.allCases {
      let width = Double(size.size)
      let expert = 3 * width * Double(size.hiddenSize)
      let block = 4 * width * width + Double(size.computingExperts) * expert
      let count = Double(size.blockCount) * block + 2 * 65_536 * width
      #expect(billions[size]?.contains(count / 1e9) == true, "\(size): \(count)")
      #expect(size.size % size.headCount == 0)
    }
  }

  @Test(arguments: MoEPlusPlusMode.allCases)
  func aSmallDecoderTrains(mode: MoEPlusPlusMode) throws {
    var configuration = DecoderConfiguration.moePlusPlus(
      .size600M, vocabularySize: 12, mode: mode)
    configuration.stack.size = 24
    configuration.stack.blockCount = 2
    configuration.stack.mixture = .moePlusPlus(computingExperts: 4, hiddenSize: 16, mode: mode)
    var generator = SeededGenerator(seed: 3)
    var decoder = try MixtureDecoder(configuration, seed: 5, using: &generator)
    let groups = try #require(decoder.stack.blocks[0].mixture).expertGroups
    #expect(groups.map(\.expertCount) == (mode == .paper ? [4, 1, 1, 2] : [4, 2, 1, 1]))
    let ids = (0..<48).map { $0 * $0 % 12 }
    let following = (0..<48).map { ($0 + 1) * ($0 + 1) % 12 }
    var optimizer = AdamW(learningRate: 1e-2)
    var losses: [Float] = []
    for step in 0..<12 {
      let pass = try decoder.forward(
        ids,
        context: LayerContext(
          .training(step: step), batch: Batch(sequenceLengths: [24, 24])))
      let loss = try CrossEntropy()(pass.logits, labels: following)
      losses.append(loss.value)
      #expect(pass.losses.count == 2 && pass.auxiliaryLoss > 0)
      optimizer.update(&decoder, along: try decoder.backward(loss.gradient, pass: pass))
      try decoder.finishStep([pass])
    }
    #expect(losses[11] < 0.7 * losses[0], "\(losses)")
  }
}
