import MoE

/// Strategies, losses and a batch of rows with NaN for padding, which nothing may depend on.
enum PaddingCases {
  /// Strategies whose parts look at one token, at the whole batch, at counts, and at noise.
  static let strategies: KeyValuePairs<String, RoutingStrategy> = [
    "top-k with a bias": RoutingStrategy(selector: .topK(2), hasSelectionBias: true),
    "top-p": RoutingStrategy(selector: .topP(0.6)),
    "first choices first":
      RoutingStrategy(
        selector: .topK(2),
        capacity: .factor(0.75, prioritizesFirstChoices: true, overflow: .nextBest)),
    "capacity in random order":
      RoutingStrategy(
        selector: .topK(2), capacity: Capacity(training: .factor(0.75), order: .random)),
    "passing through":
      RoutingStrategy(
        selector: .topK(2),
        capacity: Capacity(training: .routes(2), order: .score, overflow: .passThrough)),
    "expert choice": .expertChoice(capacityFactor: 1),
    "softmax over tokens":
      .expertChoice(
        capacityFactor: 1, score: .softmaxOverTokens, weighting: .scoresByCount),
    "top-k of a softmax over tokens":
      RoutingStrategy(score: .softmaxOverTokens, selector: .topK(2), weighting: .scores),
    "one expert by Sinkhorn": .sinkhorn(1), "Sinkhorn": .sinkhorn(2),
    "noisy gate": .noisyTopK(2, startsAtZero: false),
    "jitter": .topK(2, gate: .linear(bias: true).jittered(by: 0.3)),
    "draws": RoutingStrategy(selector: .gumbelTopK(2), weighting: .scores),
    "load": RoutingStrategy(selector: .greedyByLoad(2, strength: 1), weighting: .scores),
    "assignment": RoutingStrategy(selector: .linearAssignment, weighting: .scores),
    "balanced batches":
      RoutingStrategy(
        score: .sigmoid, selector: .batchwiseBalanced(2), weighting: .scores,
        hasSelectionBias: true),
    "soft mixture": .soft(slotsPerExpert: 2),
    "noisy soft mixture": .soft(slotsPerExpert: 2, gate: .linear().noisy()),
  ]

  /// All losses of the library, those of sequences by the lengths of the batch.
  ///
  /// - Parameter hasSelectionBias: Whether there are thresholds for those that need some.
  /// - Returns: Losses of five experts.
  static func losses(hasSelectionBias: Bool) -> [any BalancingLoss] {
    let normalizations: [LoadBalancingLoss.Normalization] = [
      .balancedIsOne, .perToken, .switchTransformers, .gShard, .deepSpeed, .megatron,
      .megaBlocks(layerCount: 2), .transformers, .flaxformer,
    ]
    var losses: [any BalancingLoss] = normalizations.map {
      .loadBalancing(coefficient: 0.1, normalization: $0)
    }
    losses += [
      .loadBalancing(coefficient: 0.1, scope: .sequencesOfBatch),
      .loadBalancing(coefficient: 0.1, experts: .devices(groupSize: 2)),
      .loadBalancing(
        coefficient: 0.1, experts: .communication(groupSize: 2, groupsPerToken: 2)),
      .loadBalancing(coefficient: 0.1, probabilities: .normalizedScores),
      .routerZ(coefficient: 0.1), .tokenEntropy(coefficient: 0.1),
      .topPEntropy(coefficient: 0.1), .meanEntropy(coefficient: 0.1),
      .importance(coefficient: 0.1), .importance(coefficient: 0.1, isUnbiased: true),
      .load(coefficient: 0.1), .load(coefficient: 0.1, isUnbiased: true),
      .heterogeneous(coefficient: 0.1, costs: [1, 1, 1, 0.75, 0.75]),
      .heterogeneous(coefficient: 0.1),
      .adaptiveSparsity(targetCount: 2, coefficient: 0.1),
      AdaptiveSparsityLoss(targetCount: 2, coefficient: 0.1, isLoadWeighted: true),
    ]
    if hasSelectionBias { losses.append(.batchwiseThreshold(coefficient: 0.1)) }
    return losses
  }

  /// Where the seven tokens stand among eleven rows, in sequences of five and six.
  static let places = [1, 2, 4, 5, 7, 9, 10]
  static let tokens = SmallLayers.normal([7, 6])
  static let padded = LayerContext(
    .training(step: 1),
    batch: Batch(padding: (0..<11).map { !places.contains($0) }, sequenceLengths: [5, 6]))
  static let bare = LayerContext(
    .training(step: 1), batch: Batch(sequenceLengths: [3, 4]))

  /// Rows among others of NaN.
  static func among(_ rows: Tensor) -> Tensor {
    var result = rows.placingEntries(at: places, count: 11)
    let size = rows.count / rows.shape[0]
    var scalars = result.mutableScalars
    for token in 0..<11 where !places.contains(token) {
      for index in token * size..<(token + 1) * size { scalars[index] = .nan }
    }
    return result
  }

  /// Calls something with each strategy, and names it in failures.
  static func withEveryStrategy(_ body: (RoutingStrategy) throws -> Void) rethrows {
    try withEvery("strategy", in: strategies.map(\.key)) { name in
      for (key, strategy) in strategies where key == name { try body(strategy) }
    }
  }

  /// A layer of two groups of experts and a shared one, whose router has buffers that are not zero.
  static func layer(
    _ strategy: RoutingStrategy, losses: [any BalancingLoss] = []
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 61)
    var layer = try MixtureOfExperts(
      inputSize: 6,
      experts: [
        .feedForward(count: 2, hiddenSize: 3, activation: .gelu),
        .gatedFeedForward(count: 3, hiddenSize: 4),
      ],
      sharedExperts: .feedForward(count: 1, hiddenSize: 4), routing: strategy,
      balancingLosses: losses, seed: 5, layer: 2, using: &generator)
    if strategy.hasSelectionBias { layer.router.selectionBias = [0.1, -0.2, 0, 0.05, -0.1] }
    layer.router.logitOffset = [0.3, 0, -0.2, 0.1, 0]
    return layer
  }

  /// A gradient with respect to all that a router gives.
  static func gradient(_ routing: Routing) -> RoutingGradient {
    func random(_ tensor: Tensor?, _ seed: UInt64) -> Tensor? {
      tensor.map { Tensor(scattered: $0.shape, seed: seed) }
    }
    return RoutingGradient(
      weights: routing.soft == nil ? random(routing.weights, 1) : nil,
      passThroughWeights: random(routing.passThroughWeights, 2),
      scores: random(routing.scores, 3), logScores: random(routing.scores, 4),
      logits: random(routing.logits, 5), cleanLogits: random(routing.gateNoise?.clean, 6),
      noiseScale: random(routing.gateNoise?.scale, 7),
      slotLogits: random(routing.soft?.logits, 8))
  }

  /// The same, with NaN for padding.
  static func among(_ gradient: RoutingGradient) -> RoutingGradient {
    RoutingGradient(
      weights: gradient.weights.map(among),
      passThroughWeights: gradient.passThroughWeights.map(among),
      scores: gradient.scores.map(among), logScores: gradient.logScores.map(among),
      logits: gradient.logits.map(among), cleanLogits: gradient.cleanLogits.map(among),
      noiseScale: gradient.noiseScale.map(among), slotLogits: gradient.slotLogits.map(among))
  }
}
