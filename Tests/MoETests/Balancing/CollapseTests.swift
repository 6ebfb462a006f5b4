import MoE
import Testing

/// Top-1 routing of tokens that are much alike: the expert that is best at the start gets all,
/// learns, and stays best, unless something balances.
@Suite struct CollapseTests {
  private static let (experts, tokenCount, size) = (4, 48, 8)

  /// Trains for a while and gives the coefficient of variation of the load of the last twenty
  /// steps.
  private static func variation(
    _ losses: [any BalancingLoss] = [], bias: SelectionBiasUpdate? = nil,
    gate: GateSpecification = .linear(), routing: RoutingStrategy? = nil, gateBias: Float = 0
  ) throws -> Double {
    var generator = SeededGenerator(seed: 17)
    var layer = try MixtureOfExperts(
      inputSize: size, experts: [.feedForward(count: experts, hiddenSize: 8)],
      routing: routing
        ?? RoutingStrategy(
          gate: gate, selector: .topK(1), weighting: .scores, hasSelectionBias: bias != nil),
      balancingLosses: losses, using: &generator)
    layer.visitParameters { name, parameter in
      if name == "router.gate.bias" { parameter = Tensor(repeating: gateBias, shape: [experts]) }
    }
    let common = Tensor.normal(shape: [size], using: &generator)
    let tokens = Tensor.normal(shape: [tokenCount, size], using: &generator)
      .addingToEachRow(common * 1.5)
    let targets = tokens.matmul(Tensor.normal(shape: [size, size], using: &generator))
    var optimizer = AdamW(learningRate: 0.01)
    var loads = [Double](repeating: 0, count: experts)
    for step in 0..<80 {
      let pass = try layer.forward(tokens, context: .training(step: step))
      let loss = try MeanSquaredError()(pass.output, targets)
      optimizer.update(&layer, along: try layer.backward(loss.gradient, pass: pass))
      bias?(&layer.router, after: [pass.routing])
      try layer.finishStep([pass])
      guard step >= 60 else { continue }
      for expert in 0..<experts { loads[expert] += Double(pass.routing.load[expert]) }
    }
    let mean = loads.reduce(0, +) / Double(experts)
    let variance = loads.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(experts)
    return variance.squareRoot() / mean
  }

  /// All to one of four experts is √3; all to two of them is 1.
  @Test func collapsesWithoutBalance() throws {
    let variation = try CollapseTests.variation()
    #expect(variation > 1.2, "\(variation)")
  }

  @Test(
    arguments: [
      .loadBalancing(coefficient: 20),
      .loadBalancing(coefficient: 20, scope: .sequences(length: 16)),
      .meanEntropy(coefficient: 40),
      .heterogeneous(coefficient: 80),
    ] as [any BalancingLoss])
  func aLossKeepsItFrom(_ loss: any BalancingLoss) throws {
    let variation = try CollapseTests.variation([loss])
    #expect(variation < 0.8, "\(variation)")
  }

  /// With noise the load has a gradient, and importance is not that of one expert alone; noise by
  /// itself does not help.
  @Test func aLossOfANoisyGateKeepsItFrom() throws {
    let alone = try CollapseTests.variation(gate: .linear().noisy())
    #expect(alone > 1.2, "\(alone)")
    for loss in [.importance(coefficient: 20), .load(coefficient: 20)] as [any BalancingLoss] {
      let variation = try CollapseTests.variation([loss], gate: .linear().noisy())
      #expect(variation < 0.8, "\(loss.name): \(variation)")
    }
  }

  @Test(
    arguments: [
      SelectionBiasUpdate(.sign, rate: 0.05), SelectionBiasUpdate(.proportional, rate: 0.05),
      SelectionBiasUpdate(.quantile, rate: 0.5),
    ])
  func aBiasKeepsItFrom(_ update: SelectionBiasUpdate) throws {
    let variation = try CollapseTests.variation(bias: update)
    #expect(variation < 0.8, "\(variation)")
  }

  /// From a start where nearly all is positive, rectified logits that are made sparse leave one
  /// expert; weighed by load, sparsity spares the others.
  @Test func aLoadWeightedSparsityKeepsItFrom() throws {
    func variation(isLoadWeighted: Bool) throws -> Double {
      try CollapseTests.variation(
        [
          AdaptiveSparsityLoss(
            targetCount: 1, coefficient: 0.1, rate: 1.2, isLoadWeighted: isLoadWeighted)
        ], routing: .relu(gate: .linear(bias: true)), gateBias: 2)
    }
    let (plain, weighted) = (
      try variation(isLoadWeighted: false), try variation(isLoadWeighted: true)
    )
    #expect(plain > 1.2 && weighted < 0.8, "\(plain), \(weighted)")
  }
}
