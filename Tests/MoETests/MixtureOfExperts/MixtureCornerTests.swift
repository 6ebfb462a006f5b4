import MoE
import Testing

/// Layers of no tokens, of one expert, of huge logits; names, descriptions and seeds.
@Suite struct MixtureCornerTests {
  private static let weightings: [any Weighting] = [
    .renormalized, .softmaxOverSelected, .scores,
  ]

  // MARK: - Corners

  @Test func takesNoTokens() throws {
    for routing in [RoutingStrategy.topK(2), .dense(), .topK(1, weighting: .scores)] {
      let layer = try SmallLayers.full(routing)
      let pass = try layer.forward(Tensor(zeros: [0, 6]), context: .training(step: 0))
      #expect(pass.output.shape == [0, 5])
      #expect(pass.routing.load == [0, 0, 0, 0, 0])
      #expect(pass.auxiliaryLoss == 0)
      let gradient = try layer.backward(Tensor(zeros: [0, 5]), pass: pass)
      #expect(gradient.input.shape == [0, 6])
      for (own, other) in zip(layer.namedParameters, gradient.parameters.namedParameters) {
        #expect(other.name == own.name)
        #expect(other.parameter == Tensor(zeros: own.parameter.shape), "\(own.name)")
      }
    }
  }

  @Test func aSingleExpertIsItsNetwork() throws {
    for weighting in MixtureCornerTests.weightings {
      var generator = SeededGenerator(seed: 48)
      let layer = try MixtureOfExperts(
        inputSize: 6, experts: [.feedForward(count: 1, hiddenSize: 4)],
        routing: .topK(1, weighting: weighting), using: &generator)
      let group = try #require(layer.expertGroups[0] as? FeedForwardExperts)
      let network = try FeedForward(
        up: Linear(weight: group.up.weight[entry: 0], bias: #require(group.up.bias)[entry: 0]),
        down: Linear(
          weight: group.down.weight[entry: 0], bias: #require(group.down.bias)[entry: 0]),
        activation: .relu)
      let tokens = SmallLayers.normal([9, 6])
      let direction = SmallLayers.normal([9, 6], seed: 43)
      // A weight of exactly one, and nothing for the gate to learn: which with one expert is no
      // error.
      let pass = try layer.forward(tokens, context: .training(step: 0))
      #expect(GradientTolerance.bits(pass.output) == GradientTolerance.bits(network(tokens)))
      let gradient = try layer.backward(direction, pass: pass)
      let networkPass = network.forward(tokens, context: .training(step: 0))
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
    var layer = try SmallLayers.full()
    layer.visitParameters { name, parameter in
      if name.hasPrefix("expertGroups.") { parameter = Tensor(zeros: parameter.shape) }
    }
    let group = try #require(layer.sharedExperts?.groups[0] as? FeedForwardExperts)
    let network = try FeedForward(
      up: Linear(weight: group.up.weight[entry: 0], bias: #require(group.up.bias)[entry: 0]),
      down: Linear(weight: group.down.weight[entry: 0], bias: #require(group.down.bias)[entry: 0]),
      activation: .relu)
    let tokens = SmallLayers.normal([9, 6])
    #expect(try layer(tokens) == network(tokens))
  }

  @Test func namesItsParametersInOrder() throws {
    #expect(
      try SmallLayers.full(.topK(2, gate: .feedForward(hiddenSize: 4))).namedParameters
        .map(\.name) == [
          "router.gate.up.weight", "router.gate.down.weight",
          "expertGroups.0.up.weight", "expertGroups.0.up.bias", "expertGroups.0.down.weight",
          "expertGroups.0.down.bias",
          "expertGroups.1.gate.weight", "expertGroups.1.up.weight", "expertGroups.1.down.weight",
          "sharedExperts.groups.0.up.weight", "sharedExperts.groups.0.up.bias",
          "sharedExperts.groups.0.down.weight",
          "sharedExperts.groups.0.down.bias",
        ])
    let layer = try SmallLayers.full(.dense())
    #expect(
      layer.namedParameters.prefix(2).map(\.name) == ["router.gate.weight", "router.gate.bias"])
    #expect((layer.inputSize, layer.outputSize, layer.expertCount) == (6, 5, 5))
  }

  @Test func describesItsParts() throws {
    #expect(
      try SmallLayers.full().description == """
        MixtureOfExperts from 6 to 5, 5 experts, 2 a token, 570 parameters, 321 active for a token
          router: LinearGate, SoftmaxScore, TopKSelector, RenormalizedWeighting, 30 parameters
            weight [5, 6]
          experts 0 to 1: FeedForwardExperts, 65 parameters each
            up.weight [2, 5, 6], up.bias [2, 5], down.weight [2, 5, 5], down.bias [2, 5]
          experts 2 to 4: GatedFeedForwardExperts, 119 parameters each
            gate.weight [3, 7, 6], up.weight [3, 7, 6], down.weight [3, 5, 7]
          shared: 1 FeedForwardExperts, 53 parameters
            up.weight [1, 4, 6], up.bias [1, 4], down.weight [1, 5, 4], down.bias [1, 5]
          loss: load balancing
        """)
  }

  @Test func drawsTheSameLayerFromTheSameSeed() throws {
    let (first, second) = (try SmallLayers.full(), try SmallLayers.full())
    let other = try SmallLayers.full(seed: 49)
    for (index, parameter) in first.namedParameters.enumerated() {
      #expect(parameter.parameter == second.namedParameters[index].parameter)
      #expect(parameter.parameter != other.namedParameters[index].parameter, "\(parameter.name)")
    }
  }

  /// Logits far apart leave one expert with all of the probability, not NaN.
  @Test func hugeLogitsStayFinite() throws {
    for weighting in MixtureCornerTests.weightings {
      var layer = try SmallLayers.full(.topK(2, weighting: weighting))
      layer.visitParameters { name, parameter in
        if name == "router.gate.weight" { parameter *= 1e30 }
      }
      let pass = try layer.forward(SmallLayers.normal([5, 6]), context: .training(step: 0))
      let gradient = try layer.backward(SmallLayers.normal([5, 5]), pass: pass)
      #expect(pass.output.scalarArray.allSatisfy { $0.isFinite })
      #expect(gradient.parameters.parameterNorm.isFinite)
      // One of each pair is exactly one, the other exactly zero.
      #expect(pass.routing.weights == Tensor(repeating: 1, shape: [5, 1]).matmul([[1, 0]]))
    }
  }
}
