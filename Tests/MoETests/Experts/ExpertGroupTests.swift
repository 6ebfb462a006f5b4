import MoE
import Testing

@Suite struct ExpertGroupTests {
  /// Out of order, repeated, one expert with none, one token with none.
  private static let rows = GroupedRows([[4, 0, 0], [], [2, 4, 1, 0]])
  private static let (inputSize, hiddenSize, outputSize) = (4, 5, 3)

  private static func normal(_ shape: [Int], seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .normal(shape: shape, using: &generator)
  }

  private static func linear(_ bank: GroupedLinear, _ expert: Int) -> Linear {
    Linear(weight: bank.weight[entry: expert], bias: bank.bias?[entry: expert])
  }

  /// Holds a group to one network for each expert, bit for bit.
  ///
  /// Each element of a product is the same chain of multiply-adds, and the weights are powers of
  /// two. The gradients with respect to the weights are found in another way; the sweep over layers
  /// has them.
  private static func check<Network: Layer>(
    _ group: some ExpertGroup, networks: [Network],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let tokens = normal([5, inputSize], seed: 91)
    let direction = normal([5, outputSize], seed: 92)
    let weights: Tensor = [1, 2, 0.5, 4, -1, 2, 0.25]
    let pass = try group.forward(
      GroupedTokens(tokens, rows: rows), context: .training(step: 0))
    let gradient = try group.backward(
      GroupedGradient(direction, weights: weights), pass: pass)
    let (output, tokenGradient) = (pass.output.rows, try #require(gradient.rows))
    #expect(output.shape == [7, outputSize], sourceLocation: sourceLocation)
    #expect(tokenGradient.shape == [7, inputSize], sourceLocation: sourceLocation)
    #expect(gradient.weights?.shape == [7], sourceLocation: sourceLocation)
    #expect(
      try group.forward(
        GroupedTokens(tokens, rows: rows), context: .inference
      ).output.rows == output,
      sourceLocation: sourceLocation)

    for (expert, network) in networks.enumerated() {
      let positions = rows.positions(of: expert)
      let picked = rows.indices[positions].map(Int.init)
      let own = try network.forward(tokens.gatheringEntries(picked), context: .training(step: 0))
      #expect(
        output[entries: positions] == own.output, "output of expert \(expert)",
        sourceLocation: sourceLocation)
      var weighted = direction.gatheringEntries(picked)
      for (index, position) in positions.enumerated() {
        weighted[entries: index..<index + 1] =
          weighted[entries: index..<index + 1] * weights[position]
      }
      let expected = try network.backward(weighted, pass: own)
      #expect(
        tokenGradient[entries: positions] == expected.input, "tokens of expert \(expert)",
        sourceLocation: sourceLocation)
      let parameters = zip(
        gradient.parameters.namedParameters, expected.parameters.namedParameters)
      for ((name, parameter), (ownName, ownParameter)) in parameters {
        #expect(name == ownName, sourceLocation: sourceLocation)
        #expect(
          parameter[entry: expert] == ownParameter, "\(name) of expert \(expert)",
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: [true, false])
  func feedForwardExpertsAreFeedForwardNetworks(bias: Bool) throws {
    var generator = SeededGenerator(seed: 93)
    let specification = ExpertSpecification.feedForward(
      count: 3, hiddenSize: ExpertGroupTests.hiddenSize, activation: .gelu, bias: bias)
    let group = try #require(
      try specification.group(
        inputSize: ExpertGroupTests.inputSize, outputSize: ExpertGroupTests.outputSize,
        using: &generator) as? FeedForwardExperts)
    try ExpertGroupTests.check(
      group,
      networks: (0..<3).map {
        FeedForward(
          up: ExpertGroupTests.linear(group.up, $0), down: ExpertGroupTests.linear(group.down, $0),
          activation: .gelu)
      })
  }

  @Test(
    arguments: [true, false],
    [GatedActivation.silu, .gptOSS(limit: 0.2), .clampedAfter(limit: 0.1)])
  func gatedExpertsAreGatedNetworks(bias: Bool, activation: GatedActivation) throws {
    var generator = SeededGenerator(seed: 94)
    let specification = ExpertSpecification.gatedFeedForward(
      count: 3, hiddenSize: ExpertGroupTests.hiddenSize, activation: activation, bias: bias)
    let group = try #require(
      try specification.group(
        inputSize: ExpertGroupTests.inputSize, outputSize: ExpertGroupTests.outputSize,
        using: &generator) as? GatedFeedForwardExperts)
    try ExpertGroupTests.check(
      group,
      networks: (0..<3).map {
        GatedFeedForward(
          gate: ExpertGroupTests.linear(group.gate, $0),
          up: ExpertGroupTests.linear(group.up, $0), down: ExpertGroupTests.linear(group.down, $0),
          activation: activation)
      })
  }

  @Test func namesParametersInOrder() throws {
    var generator = SeededGenerator(seed: 95)
    func names(_ specification: ExpertSpecification) throws -> [String] {
      try specification.group(inputSize: 4, outputSize: 3, using: &generator).namedParameters.map {
        "\($0.name) \($0.parameter.shape)"
      }
    }
    #expect(
      try names(.feedForward(count: 2, hiddenSize: 5)) == [
        "up.weight [2, 5, 4]", "up.bias [2, 5]", "down.weight [2, 3, 5]", "down.bias [2, 3]",
      ])
    #expect(
      try names(.gatedFeedForward(count: 2, hiddenSize: 5)) == [
        "gate.weight [2, 5, 4]", "up.weight [2, 5, 4]", "down.weight [2, 3, 5]",
      ])
    #expect(
      try names(.gatedFeedForward(count: 2, hiddenSize: 5, bias: true)) == [
        "gate.weight [2, 5, 4]", "gate.bias [2, 5]", "up.weight [2, 5, 4]", "up.bias [2, 5]",
        "down.weight [2, 3, 5]", "down.bias [2, 3]",
      ])
  }

  @Test func drawsWithinTheFanInRangeExpertByExpert() {
    var generator = SeededGenerator(seed: 96)
    let bank = GroupedLinear(count: 3, inputSize: 16, outputSize: 4, bias: true, using: &generator)
    var again = SeededGenerator(seed: 96)
    #expect(bank.weight == Tensor.uniform(in: -0.25...0.25, shape: [3, 4, 16], using: &again))
    #expect(bank.bias == Tensor.uniform(in: -0.25...0.25, shape: [3, 4], using: &again))
    #expect((bank.expertCount, bank.inputSize, bank.outputSize) == (3, 16, 4))
  }

  @Test func trapsWherePartsDoNotFit() async {
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GroupedLinear(weight: Tensor(zeros: [3, 4]))
    }
    #expect(
      rank?.standardErrorSays(
        "GroupedLinear: weight of shape [3, 4], expected [experts, outputSize, inputSize]") == true)
    let bias = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GroupedLinear(weight: Tensor(zeros: [3, 4, 5]), bias: Tensor(zeros: [3, 5]))
    }
    #expect(
      bias?.standardErrorSays(
        "GroupedLinear: bias of shape [3, 5] against weight of shape [3, 4, 5]") == true)
    let feedForward = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = FeedForwardExperts(
        up: GroupedLinear(weight: Tensor(zeros: [3, 4, 5])),
        down: GroupedLinear(weight: Tensor(zeros: [2, 5, 4])), activation: .relu)
    }
    #expect(
      feedForward?.standardErrorSays("FeedForwardExperts: up [3, 4, 5] against down [2, 5, 4]")
        == true)
    let gated = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GatedFeedForwardExperts(
        gate: GroupedLinear(weight: Tensor(zeros: [3, 4, 5])),
        up: GroupedLinear(weight: Tensor(zeros: [3, 4, 6])),
        down: GroupedLinear(weight: Tensor(zeros: [3, 5, 4])))
    }
    #expect(gated?.standardErrorSays("[3, 4, 5]") == true)
    #expect(gated?.standardErrorSays("[3, 4, 6]") == true)
  }

  @Test func keepsNothingInInference() async {
    let feedForward = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = SeededGenerator(seed: 97)
      let group = try ExpertSpecification.feedForward(count: 2, hiddenSize: 3).group(
        inputSize: 4, outputSize: 4, using: &generator)
      let (tokens, rows) = (Tensor(zeros: [2, 4]), GroupedRows([[0], [1]]))
      let pass = try group.forward(GroupedTokens(tokens, rows: rows), context: .inference)
      _ = try group.anyBackward(GroupedGradient(tokens, weights: [1, 1]), pass: pass)
    }
    #expect(
      feedForward?.standardErrorSays(
        "FeedForwardExperts.backward: a pass in .inference mode keeps nothing") == true)
    let gated = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = SeededGenerator(seed: 97)
      let group = try ExpertSpecification.gatedFeedForward(count: 2, hiddenSize: 3).group(
        inputSize: 4, outputSize: 4, using: &generator)
      let (tokens, rows) = (Tensor(zeros: [2, 4]), GroupedRows([[0], [1]]))
      let pass = try group.forward(GroupedTokens(tokens, rows: rows), context: .inference)
      _ = try group.anyBackward(GroupedGradient(tokens, weights: [1, 1]), pass: pass)
    }
    #expect(
      gated?.standardErrorSays(
        "GatedFeedForwardExperts.backward: a pass in .inference mode keeps nothing") == true)
  }

  /// Maps that are computed together give what each gives by itself, with and without panels.
  @Test func severalMapsAtOnce() {
    let rows = GroupedRows([[2, 0, 0], [], [1, 3, 2, 0]])
    let tokens = Tensor(scattered: [4, 9], seed: 31)
    var first = GroupedLinear(
      weight: Tensor(scattered: [3, 17, 9], seed: 32), bias: Tensor(scattered: [3, 17], seed: 33))
    let second = GroupedLinear(weight: Tensor(scattered: [3, 5, 9], seed: 34))
    for isPacked in [false, true] {
      if isPacked { first.packWeights() }
      let products = GroupedLinear.forward([first, second], .picked(tokens), rows: rows)
      #expect(products.count == 2)
      #expect(products[0].bits == first.forward(.picked(tokens), rows: rows).bits)
      #expect(products[1].bits == second.forward(.picked(tokens), rows: rows).bits)
      for activation in [Activation.relu, .silu] {
        expectBits(
          first.forward(.picked(tokens), rows: rows, then: activation).scalarArray,
          activation(products[0]).scalarArray)
      }
    }
    #expect(GroupedLinear.forward([], .picked(tokens), rows: rows).isEmpty)
    let linear = Linear(weight: first.weight[entry: 0], bias: first.bias?[entry: 0])
    let other = Linear(weight: second.weight[entry: 0])
    let both = Linear.forward([linear, other], tokens)
    #expect(both[0].bits == linear(tokens).bits && both[1].bits == other(tokens).bits)
  }

  /// Scaling in place never shows to whoever still holds the input.
  @Test func weightedBackwardLeavesTheInputAlone() {
    let rows = GroupedRows([[0, 1], [1]])
    let map = GroupedLinear(weight: Tensor(scattered: [2, 3, 4], seed: 35))
    let input = Tensor(scattered: [3, 4], seed: 36)
    let before = input.bits
    _ = map.weightedBackward(
      GroupedGradient(Tensor(scattered: [2, 3], seed: 37), weights: [2, 3, 4]), input: input,
      rows: rows)
    #expect(input.bits == before)
  }
}
