import MoE
import Testing

/// MoE++ as its paper has it, and as its released code does.
@Suite(.namingCombinations) struct MoEPlusPlusTests {
  private static let experts: [ExpertSpecification] = [
    .gatedFeedForward(count: 8, hiddenSize: 6), .zero(count: 1), .copy(count: 1),
    .constant(count: 2),
  ]

  private static func layer(
    _ strategy: RoutingStrategy, losses: [any BalancingLoss] = []
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 12)
    return try MixtureOfExperts(
      inputSize: 4, experts: experts, routing: strategy, balancingLosses: losses, isCausal: true,
      using: &generator)
  }

  private static func parameters(_ layer: MixtureOfExperts) -> [String] {
    layer.router.namedParameters.map { "\($0.name) \($0.parameter.shape)" }
  }

  @Test func thePaper() throws {
    let layer = try Self.layer(.moePlusPlus())
    #expect(
      Self.parameters(layer) == ["gate.weight [12, 4]", "gate.residual.weight [12, 12]"])
    let strategy = layer.router.strategy
    #expect(layer.router.slotCount == 2 && strategy.weighting is ScoreWeighting)
    #expect(strategy.score is SoftmaxScore && strategy.expertInputScale == 1)
    #expect(strategy.capacity == .heterogeneous(factor: 1.1, tau: 0.75))
    #expect(strategy.isCausal && !strategy.isTokenLocal && layer.router.gate.readsPreviousLogits)
    let routing = try layer.forward(SmallLayers.normal([9, 4]), context: .inference).routing
    let scores = Reference.rows(routing.logits).map(Reference.softmax)
    for token in 0..<9 {
      for (slot, expert) in routing.experts(of: token).enumerated() {
        let (weight, score) = (Double(routing.weights[token, slot]), scores[token][expert])
        // Exponentials of one ulp, a sum of twelve and a quotient.
        #expect((weight - score).magnitude <= 20 * GradientTolerance.unitRoundoff * score)
      }
    }
    #expect(RoutingStrategy.moePlusPlus(capacityFactor: nil).isTokenLocal)
    let counted = RoutingStrategy.moePlusPlus(
      4, tau: 0.25, capacityFactor: 2, inferenceFactor: 3, counting: .tokens,
      readsPreviousLogits: false)
    #expect(
      counted.capacity
        == .heterogeneous(factor: 2, inference: 3, tau: 0.25, counting: .tokens))
    #expect(try !Self.layer(counted).router.gate.readsPreviousLogits)
  }

  @Test func theReleasedCode() throws {
    for mode in [MoEPlusPlusMode.releasedCode, .releasedCodeMixtral] {
      let layer = try Self.layer(.moePlusPlus(3, mode: mode))
      #expect(
        Self.parameters(layer) == [
          "gate.up.weight [96, 4]", "gate.down.weight [12, 96]", "gate.residual.weight [12, 12]",
        ])
      let strategy = layer.router.strategy
      #expect(strategy.capacity == .none && strategy.isTokenLocal)
      #expect(strategy.expertInputScale == (mode == .releasedCode ? 3 : 1))
      let gate = try #require(
        (layer.router.gate as? ResidualGate)?.base as? FeedForwardGate)
      #expect(gate.network.activation == .tanh)
    }
  }

  /// The zero expert's weight is nothing, the others add up to one, and tokens of zero experts alone
  /// have weights of zero.
  @Test func releasedWeightsLeaveZeroExpertsOut() throws {
    var router = try Selecting.router(
      .topK(2, weighting: .renormalizedWithoutZeroExperts), experts: 4)
    let zero = ExpertTraits(relativeCost: 0, output: .zero)
    router.expertTraits = [zero, .computing, zero, ExpertTraits(relativeCost: 0, output: .tokens)]
    let tokens: Tensor = [[2, 1, 0, 0], [3, 0, 2, 1], [0, 2, 0, 2]]
    let pass = try router.forward(tokens, context: .training(step: 0))
    #expect(pass.routing.weights == [[0, 1], [0, 0], [0.5, 0.5]])
    let gradient = try router.backward([[1, 2], [3, 4], [1, 0]], pass: pass).input
    // A weight that is one whatever the scores are has no gradient.
    #expect(gradient[entries: 0..<2] == Tensor(zeros: [2, 4]))
    #expect(gradient[2, 1] > 0 && gradient[2, 1] == -gradient[2, 3])
    // Where nothing is known, nothing is left out.
    router.expertTraits = Array(repeating: .computing, count: 4)
    let plain = try router.forward(tokens, context: .inference).routing
    #expect(plain.weights.scalarArray.allSatisfy { $0 > 0 })
  }

  /// The whole layer of the released code: E(2·x), weights without those of zero experts, by central
  /// differences.
  @Test func theReleasedCodeIsItsFormula() throws {
    var strategy = RoutingStrategy.moePlusPlus(mode: .releasedCode)
    strategy.gate = .linear()
    let layer = try KindGroups.layer("fkcz", strategy)
    let tokens = SmallLayers.normal([9, 4])
    let routing = try layer.forward(tokens, context: .training(step: 0)).routing
    #expect(routing.load[4] > 0 && routing.load[5] > 0)
    try checkMixture(layer, tokens, RoutingContext(.training(step: 0))) { routing in
      { tokens, parameters in
        ReferenceKinds(layer: layer, routing: routing, weights: .withoutZeroExperts)(
          tokens, parameters)
      }
    }
  }

  /// With `mixtral_gating` a zero expert keeps its weight, and the mass that goes to it is lost.
  @Test func theMixtralOptionLosesMass() throws {
    var strategy = RoutingStrategy.moePlusPlus(mode: .releasedCodeMixtral)
    strategy.gate = .linear()
    let layer = try KindGroups.layer("fkcz", strategy)
    try checkMixture(layer, SmallLayers.normal([9, 4]), RoutingContext(.training(step: 0))) {
      routing in
      { tokens, parameters in
        ReferenceKinds(layer: layer, routing: routing, weights: .renormalized)(tokens, parameters)
      }
    }
  }

  /// A layer of MoE++ learns, with its own loss, and tells how many routes cost nothing.
  @Test func trains() throws {
    var layer = try Self.layer(
      .moePlusPlus(), losses: [.heterogeneous(coefficient: 0.01, tau: 0.75)])
    let tokens = SmallLayers.normal([48, 4])
    let targets = tokens.matmul(SmallLayers.normal([4, 4], seed: 3)).tanh()
    var optimizer = AdamW(learningRate: 0.02)
    var values: [Float] = []
    for step in 0..<60 {
      let pass = try layer.forward(tokens, context: .training(step: step))
      #expect(pass.losses.map(\.name) == ["heterogeneous balancing"])
      let loss = try MeanSquaredError()(pass.output, targets)
      values.append(loss.value + pass.auxiliaryLoss)
      optimizer.update(&layer, along: try layer.backward(loss.gradient, pass: pass).parameters)
      try layer.finishStep([pass])
    }
    #expect(values[59] < values[0] / 2, "\(values[0]) to \(values[59])")
    let statistics = try layer.forward(tokens, context: .inference).routing.statistics
    #expect(statistics.shareWithoutComputation > 0 && statistics.shareWithoutComputation < 1)
    let counted = zip(0..., statistics.tokensByComputingExperts).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(Double(counted) == 48 * statistics.meanComputingExperts)
  }
}
