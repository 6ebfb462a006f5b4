import MoE
import Testing

/// What holds for the weights and the experts of any layer, whatever its parameters.
@Suite struct MixturePropertyTests {
  private static let weightings: [any Weighting] = [
    .renormalized, .softmaxOverSelected, .scores,
  ]

  /// Output and gradients of two layers on the same tokens, within the tolerance of the first.
  private static func expectAlike(
    _ first: MixtureOfExperts, _ second: MixtureOfExperts,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let tokens = SmallLayers.normal([7, first.inputSize])
    let direction = SmallLayers.normal([7, first.outputSize], seed: 43)
    func run(
      _ layer: MixtureOfExperts, _ perturb: inout GradientTolerance.Perturbation
    ) throws -> [Tensor] {
      let layer = perturb(layer)
      let pass = try layer.forward(perturb(tokens), context: .training(step: 0))
      let gradient = try layer.backward(perturb(direction), pass: pass)
      return [pass.output, gradient.input] + gradient.parameters.namedParameters.map(\.parameter)
    }
    // As counted in the sweep, for sizes below 8; twice, as both err.
    let (results, tolerances) = try GradientTolerance.tolerances(
      roundings: 2 * 2 * (23 + 15 + 12 + 60 + 12)
    ) { try run(first, &$0) }
    var none = GradientTolerance.Perturbation()
    let others = try run(second, &none)
    let names = ["output", "tokens"] + first.namedParameters.map(\.name)
    #expect(others.count == results.count, sourceLocation: sourceLocation)
    for (index, name) in names.enumerated() {
      GradientTolerance.expect(
        others[index], near: Reference.scalars(results[index]), within: tolerances[index], name,
        sourceLocation: sourceLocation)
    }
  }

  // MARK: - Weights

  /// The forms A and B are one in exact arithmetic, in value and in gradient.
  @Test func renormalisingEqualsTheSoftmaxOverTheSelected() throws {
    for count in [2, 3, 5] {
      try MixturePropertyTests.expectAlike(
        SmallLayers.full(.topK(count, weighting: .renormalized)),
        SmallLayers.full(.topK(count, weighting: .softmaxOverSelected)))
    }
  }

  @Test func allExpertsByRankEqualAllInOrder() throws {
    for weighting in MixturePropertyTests.weightings {
      try MixturePropertyTests.expectAlike(
        SmallLayers.full(RoutingStrategy(selector: .topK(5), weighting: weighting)),
        SmallLayers.full(RoutingStrategy(selector: .all, weighting: weighting)))
    }
  }

  @Test func normalisedWeightsAddUpToOne() throws {
    for weighting in MixturePropertyTests.weightings.prefix(2) {
      let layer = try SmallLayers.full(.topK(3, weighting: weighting))
      let weights = try layer.forward(
        SmallLayers.normal([9, 6]), context: .inference
      ).routing.weights
      // Three roundings of weights and two of their sum, all below one.
      for sum in weights.rowSums().scalarArray { #expect(abs(sum - 1) <= 5 * 0x1p-24) }
      // Slots go from the largest on.
      for token in 0..<9 {
        let row = weights[entry: token].scalarArray
        #expect(row == row.sorted(by: >))
      }
    }
  }

  // MARK: - Experts

  /// Experts in another order, with the gate's rows in the same: only their numbers change.
  @Test func permutingExpertsPermutesTheRouting() throws {
    var generator = SeededGenerator(seed: 44)
    let order = [3, 0, 4, 2, 1]
    let gate = Linear(inputSize: 6, outputSize: 5, using: &generator)
    let up = GroupedLinear(count: 5, inputSize: 6, outputSize: 4, bias: true, using: &generator)
    let down = GroupedLinear(count: 5, inputSize: 4, outputSize: 6, bias: true, using: &generator)
    let permutedGate = Linear(
      weight: gate.weight.gatheringEntries(order), bias: gate.bias?.gatheringEntries(order))
    func permuted(_ bank: GroupedLinear) -> GroupedLinear {
      GroupedLinear(
        weight: bank.weight.gatheringEntries(order), bias: bank.bias?.gatheringEntries(order))
    }
    let tokens = SmallLayers.normal([9, 6])
    for weighting in MixturePropertyTests.weightings {
      let strategy = RoutingStrategy.topK(2, weighting: weighting)
      let layer = try MixtureOfExperts(
        router: Router(gate: LinearGate(gate), strategy: strategy),
        expertGroups: [FeedForwardExperts(up: up, down: down, activation: .gelu)])
      let other = try MixtureOfExperts(
        router: Router(gate: LinearGate(permutedGate), strategy: strategy),
        expertGroups: [
          FeedForwardExperts(up: permuted(up), down: permuted(down), activation: .gelu)
        ])
      let (pass, otherPass) = (
        try layer.forward(tokens, context: .inference),
        try other.forward(tokens, context: .inference)
      )
      #expect(
        otherPass.routing.experts.map { order[Int($0)] }
          == pass.routing.experts.map(Int.init))
      #expect(order.map { pass.routing.load[$0] } == otherPass.routing.load)
      if weighting is SelectedSoftmaxWeighting {
        // Nothing here depends on where an expert stands, so not a bit may change.
        #expect(GradientTolerance.bits(pass.output) == GradientTolerance.bits(otherPass.output))
      } else {
        // What a weight passes through: a sum over experts in another order (4 roundings), its
        // inverse and a product; the same over slots (3); and a product and a sum in the output.
        // Twice, as both err, of the experts' outputs, whose weights add up to one at most.
        let rows = GroupedRows(Array(repeating: Array(0..<9), count: 5))
        let scale = GradientTolerance.largest(
          try layer.expertGroups[0].forward(
            GroupedTokens(tokens, rows: rows), context: .inference
          ).output.rows)
        GradientTolerance.expect(
          otherPass.output, near: Reference.scalars(pass.output),
          within: 2 * (6 + 3 + 2) * GradientTolerance.unitRoundoff * scale, "\(weighting)")
      }
    }
  }

  /// Two copies of one expert, whose weights add up to one, are that expert.
  @Test func copiesOfAnExpertEqualTheExpert() throws {
    var generator = SeededGenerator(seed: 45)
    let dense = FeedForward(inputSize: 6, hiddenSize: 4, using: &generator)
    func bank(_ linear: Linear) throws -> GroupedLinear {
      let (weight, bias) = (linear.weight, try #require(linear.bias))
      return GroupedLinear(
        weight: Tensor(concatenatingEntries: [weight, weight]).reshaped(to: [2] + weight.shape),
        bias: Tensor(concatenatingEntries: [bias, bias]).reshaped(to: [2] + bias.shape))
    }
    let gate = LinearGate(Linear(inputSize: 6, outputSize: 2, using: &generator))
    let layer = try MixtureOfExperts(
      router: Router(gate: gate, strategy: .topK(2)),
      expertGroups: [
        FeedForwardExperts(up: bank(dense.up), down: bank(dense.down), activation: .relu)
      ])
    let tokens = SmallLayers.normal([9, 6])
    let exact = dense(tokens)
    // y·w₁ + y·w₂ with w₁ + w₂ = 1: five roundings of the weights, two products and a sum.
    GradientTolerance.expect(
      try layer(tokens), near: Reference.scalars(exact),
      within: Reference.scalars(exact).map { 8 * GradientTolerance.unitRoundoff * $0.magnitude },
      "output")
    // Nothing the gate says matters, so that it has no gradient but roundings.
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let gradient = try layer.backward(exact, pass: pass)
    let densePass = dense.forward(tokens, context: .training(step: 0))
    let denseGradient = dense.backward(exact, pass: densePass)
    let weight = gradient.parameters.namedParameters[2].parameter
    let sum = weight[entry: 0] + weight[entry: 1]
    let scale = GradientTolerance.largest(denseGradient.parameters.up.weight)
    // 9 tokens, twice 6 products and 4, and the weights.
    GradientTolerance.expect(
      sum, near: Reference.scalars(denseGradient.parameters.up.weight),
      within: 2 * (9 + 2 * 6 + 2 * 4 + 8) * GradientTolerance.unitRoundoff * scale, "gradient")
  }

  @Test func anExpertWithoutTokensHasAGradientOfZeros() throws {
    for weighting in MixturePropertyTests.weightings {
      var layer = try SmallLayers.full(
        .topK(2, weighting: weighting, gate: .linear(bias: true)))
      layer.visitParameters { name, parameter in
        // Experts 1 and 3 are out of the question.
        if name == "router.gate.bias" { parameter = [0, -1e4, 0, -1e4, 0] }
      }
      let tokens = SmallLayers.normal([8, 6])
      let pass = try layer.forward(tokens, context: .training(step: 0))
      #expect(pass.routing.load.map { $0 == 0 } == [false, true, false, true, false])
      let gradient = try layer.backward(SmallLayers.normal([8, 5]), pass: pass)
      for (name, parameter) in gradient.parameters.namedParameters
      where name.hasPrefix("expertGroups.") {
        for expert in 0..<parameter.shape[0] {
          let number = name.hasPrefix("expertGroups.0.") ? expert : expert + 2
          let isZero = parameter[entry: expert].scalarArray.allSatisfy { $0 == 0 }
          #expect(isZero == [1, 3].contains(number), "\(name) of expert \(expert)")
        }
      }
    }
  }

  @Test func aGateOfOneHotRowsDrivesKnownExperts() throws {
    var identity = Tensor(zeros: [4, 4])
    for index in 0..<4 { identity[index, index] = 50 }
    // Expert e multiplies by e + 1.
    var weights = Tensor(zeros: [4, 4, 4])
    for expert in 0..<4 {
      for index in 0..<4 { weights[expert, index, index] = Float(expert + 1) }
    }
    let bank = GroupedLinear(weight: weights)
    var ones = Tensor(zeros: [4, 4, 4])
    for expert in 0..<4 { for index in 0..<4 { ones[expert, index, index] = 1 } }
    let layer = try MixtureOfExperts(
      router: Router(
        gate: LinearGate(Linear(weight: identity)),
        strategy: .topK(1, weighting: .scores)),
      expertGroups: [
        FeedForwardExperts(up: bank, down: GroupedLinear(weight: ones), activation: .identity)
      ]
    )
    let tokens: Tensor = [[0, 0, 2, 0], [1, 0, 0, 0], [0, 0, 0, 3], [0, 4, 0, 0]]
    let pass = try layer.forward(tokens, context: .inference)
    #expect(pass.routing.experts == [2, 0, 3, 1])
    // e⁻⁵⁰ is beyond the digits of one, so that the weights are exactly one.
    #expect(pass.output == [[0, 0, 6, 0], [1, 0, 0, 0], [0, 0, 0, 12], [0, 8, 0, 0]])
  }

  @Test func ofEqualScoresTheFirstExpertWins() throws {
    for count in 1...5 {
      let layer = try SmallLayers.full(.topK(count, weighting: .scores))
      // Zero tokens make every logit zero.
      let routing = try layer.forward(Tensor(zeros: [3, 6]), context: .inference).routing
      for token in 0..<3 { #expect(routing.experts(of: token) == Array(0..<count)) }
      #expect(routing.weights == Tensor(repeating: routing.weights[0, 0], shape: [3, count]))
    }
  }

  /// Four experts of weight ¼ that give 2²⁶ and three times 4: the sum of 2²⁴, 1, 1 and 1 is 2²⁴
  /// from the first on, as each one is lost by itself, but 2²⁴ + 4 from the last on.
  @Test func addsTheSlotsInOrder() throws {
    let layer = try MixtureOfExperts(
      router: Router(
        gate: LinearGate(Linear(weight: Tensor(zeros: [4, 2]))),
        strategy: .topK(4, weighting: .scores)),
      expertGroups: [
        FeedForwardExperts(
          up: GroupedLinear(weight: Tensor(zeros: [4, 1, 2])),
          down: GroupedLinear(
            weight: Tensor(zeros: [4, 1, 1]), bias: [[0x4000000], [4], [4], [4]]),
          activation: .identity)
      ])
    #expect(try layer([[1, 2]]) == [[0x1000000]])
  }
}
