import MoE
import Testing

/// What holds for any layer, whatever its parameters.
@Suite struct MixturePropertyTests {
  private static let weightings: [any Weighting] = [
    .renormalized, .softmaxOverSelected, .probabilities,
  ]

  /// A layer of two groups and a shared expert, with a loss.
  private static func full(
    _ routing: RoutingStrategy = .topK(2), inputSize: Int = 6, hiddenSize: Int = 5,
    seed: UInt64 = 41
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: seed)
    return try MixtureOfExperts(
      inputSize: inputSize, outputSize: 5,
      experts: [
        .feedForward(count: 2, hiddenSize: hiddenSize, activation: .gelu),
        .gatedFeedForward(count: 3, hiddenSize: hiddenSize + 2),
      ],
      sharedExpert: .feedForward(count: 1, hiddenSize: 4), routing: routing,
      balancingLosses: [.loadBalancing(coefficient: 0.1)], using: &generator)
  }

  private static func normal(_ shape: [Int], seed: UInt64 = 42) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .normal(shape: shape, using: &generator)
  }

  /// Output and gradients of two layers on the same tokens, within the tolerance of the first.
  private static func expectAlike(
    _ first: MixtureOfExperts, _ second: MixtureOfExperts,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let tokens = normal([7, first.inputSize])
    let direction = normal([7, first.outputSize], seed: 43)
    func run(
      _ layer: MixtureOfExperts, _ perturb: inout GradientTolerance.Perturbation
    ) throws -> [Tensor] {
      let layer = perturb(layer)
      let pass = try layer.forward(perturb(tokens), mode: .training(step: 0))
      let gradient = layer.backward(perturb(direction), pass: pass)
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
        MixturePropertyTests.full(.topK(count, weighting: .renormalized)),
        MixturePropertyTests.full(.topK(count, weighting: .softmaxOverSelected)))
    }
  }

  @Test func allExpertsByRankEqualAllInOrder() throws {
    for weighting in MixturePropertyTests.weightings {
      try MixturePropertyTests.expectAlike(
        MixturePropertyTests.full(RoutingStrategy(selector: .topK(5), weighting: weighting)),
        MixturePropertyTests.full(RoutingStrategy(selector: .all, weighting: weighting)))
    }
  }

  @Test func normalisedWeightsAddUpToOne() throws {
    for weighting in MixturePropertyTests.weightings.prefix(2) {
      let layer = try MixturePropertyTests.full(.topK(3, weighting: weighting))
      let weights = try layer.forward(
        MixturePropertyTests.normal([9, 6]), mode: .inference
      ).routing.weights
      // Three roundings of weights and two of their sum, all below one.
      for sum in weights.rowSums().scalarArray { #expect(abs(sum - 1) <= 5 * 0x1p-24) }
      // Slots go from the largest on.
      for token in 0..<9 {
        let row = weights[row: token].scalarArray
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
    let up = ExpertBank(count: 5, inputSize: 6, outputSize: 4, bias: true, using: &generator)
    let down = ExpertBank(count: 5, inputSize: 4, outputSize: 6, bias: true, using: &generator)
    let permutedGate = Linear(
      weight: gate.weight.gatheringRows(order), bias: gate.bias?.gatheringRows(order))
    func permuted(_ bank: ExpertBank) -> ExpertBank {
      ExpertBank(
        weight: bank.weight.gatheringRows(order), bias: bank.bias?.gatheringRows(order))
    }
    let tokens = MixturePropertyTests.normal([9, 6])
    for weighting in MixturePropertyTests.weightings {
      let strategy = RoutingStrategy.topK(2, weighting: weighting)
      let layer = try MixtureOfExperts(
        router: Router(gate: LinearGate(gate), strategy: strategy),
        experts: [FeedForwardExperts(up: up, down: down, activation: .gelu)])
      let other = try MixtureOfExperts(
        router: Router(gate: LinearGate(permutedGate), strategy: strategy),
        experts: [
          FeedForwardExperts(up: permuted(up), down: permuted(down), activation: .gelu)
        ])
      let (pass, otherPass) = (
        try layer.forward(tokens, mode: .inference), try other.forward(tokens, mode: .inference)
      )
      #expect(
        otherPass.routing.selection.experts.map { order[Int($0)] }
          == pass.routing.selection.experts.map(Int.init))
      #expect(order.map { pass.routing.load[$0] } == otherPass.routing.load)
      if weighting is SelectedSoftmaxWeighting {
        // Nothing here depends on where an expert stands, so not a bit may change.
        #expect(GradientTolerance.bits(pass.output) == GradientTolerance.bits(otherPass.output))
      } else {
        // What a weight passes through: a sum over experts in another order (4 roundings), its inverse and
        // a product; the same over slots (3); and a product and a sum in the output. Twice, as both err,
        // of the experts' outputs, whose weights add up to one at most.
        let rows = GroupedRows(Array(repeating: Array(0..<9), count: 5))
        let scale = GradientTolerance.largest(
          layer.experts[0].forward(tokens, rows: rows, mode: .inference).output)
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
    func bank(_ linear: Linear) throws -> ExpertBank {
      let (weight, bias) = (linear.weight, try #require(linear.bias))
      return ExpertBank(
        weight: Tensor(concatenatingRows: [weight, weight]).reshaped(to: [2] + weight.shape),
        bias: Tensor(concatenatingRows: [bias, bias]).reshaped(to: [2] + bias.shape))
    }
    let gate = LinearGate(Linear(inputSize: 6, outputSize: 2, using: &generator))
    let layer = try MixtureOfExperts(
      router: Router(gate: gate, strategy: .topK(2)),
      experts: [FeedForwardExperts(up: bank(dense.up), down: bank(dense.down), activation: .relu)])
    let tokens = MixturePropertyTests.normal([9, 6])
    let exact = dense(tokens)
    // y·w₁ + y·w₂ with w₁ + w₂ = 1: five roundings of the weights, two products and a sum.
    GradientTolerance.expect(
      try layer(tokens), near: Reference.scalars(exact),
      within: Reference.scalars(exact).map { 8 * GradientTolerance.unitRoundoff * $0.magnitude },
      "output")
    // Nothing the gate says matters, so that it has no gradient but roundings.
    let pass = try layer.forward(tokens, mode: .training(step: 0))
    let gradient = layer.backward(exact, pass: pass)
    let densePass = dense.forward(tokens, mode: .training(step: 0))
    let denseGradient = dense.backward(exact, pass: densePass)
    let weight = gradient.parameters.namedParameters[2].parameter
    let sum = weight[row: 0] + weight[row: 1]
    let scale = GradientTolerance.largest(denseGradient.parameters.up.weight)
    // 9 tokens, twice 6 products and 4, and the weights.
    GradientTolerance.expect(
      sum, near: Reference.scalars(denseGradient.parameters.up.weight),
      within: 2 * (9 + 2 * 6 + 2 * 4 + 8) * GradientTolerance.unitRoundoff * scale, "gradient")
  }

  @Test func anExpertWithoutTokensHasAGradientOfZeros() throws {
    for weighting in MixturePropertyTests.weightings {
      var layer = try MixturePropertyTests.full(
        .topK(2, weighting: weighting, gate: .linear(bias: true)))
      layer.visitParameters { name, parameter in
        // Experts 1 and 3 are out of the question.
        if name == "router.gate.bias" { parameter = [0, -1e4, 0, -1e4, 0] }
      }
      let tokens = MixturePropertyTests.normal([8, 6])
      let pass = try layer.forward(tokens, mode: .training(step: 0))
      #expect(pass.routing.load.map { $0 == 0 } == [false, true, false, true, false])
      let gradient = layer.backward(MixturePropertyTests.normal([8, 5]), pass: pass)
      for (name, parameter) in gradient.parameters.namedParameters
      where name.hasPrefix("experts.") {
        for expert in 0..<parameter.shape[0] {
          let number = name.hasPrefix("experts.0.") ? expert : expert + 2
          let isZero = parameter[row: expert].scalarArray.allSatisfy { $0 == 0 }
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
    let bank = ExpertBank(weight: weights)
    var ones = Tensor(zeros: [4, 4, 4])
    for expert in 0..<4 { for index in 0..<4 { ones[expert, index, index] = 1 } }
    let layer = try MixtureOfExperts(
      router: Router(
        gate: LinearGate(Linear(weight: identity)),
        strategy: .topK(1, weighting: .probabilities)),
      experts: [FeedForwardExperts(up: bank, down: ExpertBank(weight: ones), activation: .identity)]
    )
    let tokens: Tensor = [[0, 0, 2, 0], [1, 0, 0, 0], [0, 0, 0, 3], [0, 4, 0, 0]]
    let pass = try layer.forward(tokens, mode: .inference)
    #expect(pass.routing.selection.experts == [2, 0, 3, 1])
    // e⁻⁵⁰ is beyond the digits of one, so that the weights are exactly one.
    #expect(pass.output == [[0, 0, 6, 0], [1, 0, 0, 0], [0, 0, 0, 12], [0, 8, 0, 0]])
  }

  @Test func ofEqualScoresTheFirstExpertWins() throws {
    for count in 1...5 {
      let layer = try MixturePropertyTests.full(.topK(count, weighting: .probabilities))
      // Zero tokens make every logit zero.
      let routing = try layer.forward(Tensor(zeros: [3, 6]), mode: .inference).routing
      for token in 0..<3 { #expect(routing.experts(of: token) == Array(0..<count)) }
      #expect(routing.weights == Tensor(repeating: routing.weights[0, 0], shape: [3, count]))
    }
  }

  /// Four experts of weight ¼ that give 2²⁶ and three times 4: the sum of 2²⁴, 1, 1 and 1 is 2²⁴ from the
  /// first on, as each one is lost by itself, but 2²⁴ + 4 from the last on.
  @Test func addsTheSlotsInOrder() throws {
    let layer = try MixtureOfExperts(
      router: Router(
        gate: LinearGate(Linear(weight: Tensor(zeros: [4, 2]))),
        strategy: .topK(4, weighting: .probabilities)),
      experts: [
        FeedForwardExperts(
          up: ExpertBank(weight: Tensor(zeros: [4, 1, 2])),
          down: ExpertBank(
            weight: Tensor(zeros: [4, 1, 1]), bias: [[0x4000000], [4], [4], [4]]),
          activation: .identity)
      ])
    #expect(try layer([[1, 2]]) == [[0x1000000]])
  }

  // MARK: - Tokens

  /// A token's routing, output and gradient have the same bits whatever stands beside it.
  @Test(arguments: ["top 2", "top 1", "dense"])
  func aTokenAloneEqualsTheTokenAmongMany(strategy: String) throws {
    let routing: RoutingStrategy =
      switch strategy {
      case "top 2": .topK(2)
      case "top 1": .topK(1, weighting: .probabilities)
      default: .dense()
      }
    var layer = try MixturePropertyTests.full(routing)
    // The loss is of the batch, so that its gradient is not the token's own.
    layer = try MixtureOfExperts(
      router: layer.router, experts: layer.experts, sharedExperts: layer.sharedExperts)
    let tokens = MixturePropertyTests.normal([37, 6])
    let direction = MixturePropertyTests.normal([37, 5], seed: 43)
    let pass = try layer.forward(tokens, mode: .training(step: 0))
    let gradient = layer.backward(direction, pass: pass)
    for range in [0..<1, 5..<6, 17..<18, 36..<37, 11..<14, 30..<37] {
      let alone = try layer.forward(tokens[rows: range], mode: .training(step: 0))
      let own = layer.backward(direction[rows: range], pass: alone)
      #expect(
        GradientTolerance.bits(alone.output) == GradientTolerance.bits(pass.output[rows: range]),
        "output of \(range)")
      #expect(
        GradientTolerance.bits(own.input) == GradientTolerance.bits(gradient.input[rows: range]),
        "gradient of \(range)")
      #expect(
        GradientTolerance.bits(alone.routing.weights)
          == GradientTolerance.bits(pass.routing.weights[rows: range]), "weights of \(range)")
      for (token, index) in range.enumerated() {
        #expect(alone.routing.experts(of: token) == pass.routing.experts(of: index))
      }
    }
  }

  @Test func permutingTokensPermutesTheOutput() throws {
    let layer = try MixturePropertyTests.full()
    var generator = SeededGenerator(seed: 46)
    let order = generator.permutation(of: 23)
    let tokens = MixturePropertyTests.normal([23, 6])
    let direction = MixturePropertyTests.normal([23, 5], seed: 43)
    let pass = try layer.forward(tokens, mode: .training(step: 0))
    let permuted = try layer.forward(tokens.gatheringRows(order), mode: .training(step: 0))
    #expect(
      GradientTolerance.bits(permuted.output)
        == GradientTolerance.bits(pass.output.gatheringRows(order)))
    #expect(permuted.routing.load == pass.routing.load)
    // Of other tokens, the loss's gradient has but the counts, which are the same in any order.
    let gradient = layer.backward(direction, pass: pass)
    let other = layer.backward(direction.gatheringRows(order), pass: permuted)
    #expect(
      GradientTolerance.bits(other.input)
        == GradientTolerance.bits(gradient.input.gatheringRows(order)))
  }

  // MARK: - Threads, modes

  /// Enough tokens that products, elementwise functions and combinations are cut into pieces.
  @Test func theNumberOfThreadsChangesNoBit() throws {
    let layer = try MixturePropertyTests.full(.topK(2), hiddenSize: 160)
    let tokens = MixturePropertyTests.normal([280, 6])
    let direction = MixturePropertyTests.normal([280, 5], seed: 43)
    func run(_ threads: Int) throws -> [String: [UInt32]] {
      try Compute.withThreadCount(threads) {
        let pass = try layer.forward(tokens, mode: .training(step: 0))
        var bits = GradientTolerance.bits(layer.backward(direction, pass: pass))
        bits["output"] = GradientTolerance.bits(pass.output)
        bits["loss"] = [pass.auxiliaryLoss.bitPattern]
        return bits
      }
    }
    let single = try run(1)
    for threads in [2, 3, 8] {
      let several = try run(threads)
      for (name, bits) in single {
        #expect(several[name] == bits, "\(name) with \(threads) threads")
      }
    }
  }

  @Test func inferenceEqualsTrainingBitForBit() throws {
    for routing in [RoutingStrategy.topK(2), .dense(), .topK(3, gate: .network(hiddenSize: 4))] {
      let layer = try MixturePropertyTests.full(routing)
      let tokens = MixturePropertyTests.normal([11, 6])
      let training = try layer.forward(tokens, mode: .training(step: 0))
      let later = try layer.forward(tokens, mode: .training(step: 9))
      let inference = try layer.forward(tokens, mode: .inference)
      let bits = GradientTolerance.bits(training.output)
      #expect(GradientTolerance.bits(later.output) == bits)
      #expect(GradientTolerance.bits(inference.output) == bits)
      #expect(GradientTolerance.bits(try layer(tokens)) == bits)
      #expect(training.losses.map(\.name) == ["load balancing"])
      #expect(training.auxiliaryLoss == training.losses[0].value && training.auxiliaryLoss > 0)
      #expect(inference.losses.isEmpty && inference.auxiliaryLoss == 0)
    }
  }

  @Test func keepsNothingInInference() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = SeededGenerator(seed: 47)
      let layer = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 3)], routing: .topK(2),
        using: &generator)
      let pass = try layer.forward(Tensor(zeros: [2, 4]), mode: .inference)
      _ = layer.backward(Tensor(zeros: [2, 4]), pass: pass)
    }
    #expect(
      result?.standardErrorSays(
        "MixtureOfExperts.backward: a pass in .inference mode keeps nothing; use .training(step:)")
        == true)
  }

  @Test func trapsWhereTheGradientHasAnotherShape() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = SeededGenerator(seed: 47)
      let layer = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 3)], routing: .topK(2),
        using: &generator)
      let pass = try layer.forward(Tensor(zeros: [2, 4]), mode: .training(step: 0))
      _ = layer.backward(Tensor(zeros: [3, 4]), pass: pass)
    }
    #expect(
      result?.standardErrorSays(
        "MixtureOfExperts.backward: gradient of shape [3, 4] against output of shape [2, 4]")
        == true)
  }

  // MARK: - Corners

  @Test func takesNoTokens() throws {
    for routing in [RoutingStrategy.topK(2), .dense(), .topK(1, weighting: .probabilities)] {
      let layer = try MixturePropertyTests.full(routing)
      let pass = try layer.forward(Tensor(zeros: [0, 6]), mode: .training(step: 0))
      #expect(pass.output.shape == [0, 5])
      #expect(pass.routing.load == [0, 0, 0, 0, 0])
      #expect(pass.auxiliaryLoss == 0)
      let gradient = layer.backward(Tensor(zeros: [0, 5]), pass: pass)
      #expect(gradient.input.shape == [0, 6])
      for (own, other) in zip(layer.namedParameters, gradient.parameters.namedParameters) {
        #expect(other.name == own.name)
        #expect(other.parameter == Tensor(zeros: own.parameter.shape), "\(own.name)")
      }
    }
  }

  @Test func aSingleExpertIsItsNetwork() throws {
    for weighting in MixturePropertyTests.weightings {
      var generator = SeededGenerator(seed: 48)
      let layer = try MixtureOfExperts(
        inputSize: 6, experts: [.feedForward(count: 1, hiddenSize: 4)],
        routing: .topK(1, weighting: weighting), using: &generator)
      let group = try #require(layer.experts[0] as? FeedForwardExperts)
      let network = try FeedForward(
        up: Linear(weight: group.up.weight[row: 0], bias: #require(group.up.bias)[row: 0]),
        down: Linear(weight: group.down.weight[row: 0], bias: #require(group.down.bias)[row: 0]),
        activation: .relu)
      let tokens = MixturePropertyTests.normal([9, 6])
      let direction = MixturePropertyTests.normal([9, 6], seed: 43)
      // A weight of exactly one, and nothing for the gate to learn: which with one expert is no error.
      let pass = try layer.forward(tokens, mode: .training(step: 0))
      #expect(GradientTolerance.bits(pass.output) == GradientTolerance.bits(network(tokens)))
      let gradient = layer.backward(direction, pass: pass)
      let networkPass = network.forward(tokens, mode: .training(step: 0))
      let networkGradient = network.backward(direction, pass: networkPass)
      #expect(gradient.input == networkGradient.input)
      let gradients = gradient.parameters.namedParameters
      #expect(gradients[0].parameter == Tensor(zeros: [1, 6]))
      for (own, other) in zip(gradients.dropFirst(), networkGradient.parameters.namedParameters) {
        #expect(own.parameter.scalarArray == other.parameter.scalarArray, "\(own.name)")
      }
    }
  }

  /// With routed experts that give zeros, what is left is the shared expert.
  @Test func theSharedExpertTakesEveryTokenWithWeightOne() throws {
    var layer = try MixturePropertyTests.full()
    layer.visitParameters { name, parameter in
      if name.hasPrefix("experts.") { parameter = Tensor(zeros: parameter.shape) }
    }
    let group = try #require(layer.sharedExperts as? FeedForwardExperts)
    let network = try FeedForward(
      up: Linear(weight: group.up.weight[row: 0], bias: #require(group.up.bias)[row: 0]),
      down: Linear(weight: group.down.weight[row: 0], bias: #require(group.down.bias)[row: 0]),
      activation: .relu)
    let tokens = MixturePropertyTests.normal([9, 6])
    #expect(try layer(tokens) == network(tokens))
  }

  @Test func namesItsParametersInOrder() throws {
    #expect(
      try MixturePropertyTests.full(.topK(2, gate: .network(hiddenSize: 4))).namedParameters
        .map(\.name) == [
          "router.gate.up.weight", "router.gate.down.weight",
          "experts.0.up.weight", "experts.0.up.bias", "experts.0.down.weight",
          "experts.0.down.bias",
          "experts.1.gate.weight", "experts.1.up.weight", "experts.1.down.weight",
          "shared.up.weight", "shared.up.bias", "shared.down.weight", "shared.down.bias",
        ])
    let layer = try MixturePropertyTests.full(.dense())
    #expect(
      layer.namedParameters.prefix(2).map(\.name) == ["router.gate.weight", "router.gate.bias"])
    #expect((layer.inputSize, layer.outputSize, layer.expertCount) == (6, 5, 5))
  }

  @Test func describesItsParts() throws {
    #expect(
      try MixturePropertyTests.full().description == """
        MixtureOfExperts from 6 to 5, 5 experts, 2 a token
          router: LinearGate, SoftmaxScore, TopKSelector, RenormalizedWeighting, 30 parameters
          experts 0 to 1: FeedForwardExperts, 65 parameters each
          experts 2 to 4: GatedFeedForwardExperts, 119 parameters each
          shared: 1 FeedForwardExperts, 53 parameters
          loss: load balancing
          570 parameters
        """)
  }

  @Test func drawsTheSameLayerFromTheSameSeed() throws {
    let (first, second) = (try MixturePropertyTests.full(), try MixturePropertyTests.full())
    let other = try MixturePropertyTests.full(seed: 49)
    for (index, parameter) in first.namedParameters.enumerated() {
      #expect(parameter.parameter == second.namedParameters[index].parameter)
      #expect(parameter.parameter != other.namedParameters[index].parameter, "\(parameter.name)")
    }
  }

  /// Logits far apart leave one expert with all of the probability, not NaN.
  @Test func hugeLogitsStayFinite() throws {
    for weighting in MixturePropertyTests.weightings {
      var layer = try MixturePropertyTests.full(.topK(2, weighting: weighting))
      layer.visitParameters { name, parameter in
        if name == "router.gate.weight" { parameter *= 1e30 }
      }
      let pass = try layer.forward(MixturePropertyTests.normal([5, 6]), mode: .training(step: 0))
      let gradient = layer.backward(MixturePropertyTests.normal([5, 5]), pass: pass)
      #expect(pass.output.scalarArray.allSatisfy { $0.isFinite })
      #expect(gradient.parameters.parameterNorm.isFinite)
      // One of each pair is exactly one, the other exactly zero.
      #expect(pass.routing.weights == Tensor(repeating: 1, shape: [5, 1]).matmul([[1, 0]]))
    }
  }
}
