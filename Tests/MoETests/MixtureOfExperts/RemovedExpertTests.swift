import MoE
import Testing

/// A layer without some experts is one in which their logits are −∞: it sends tokens to the same
/// others, and has the same gradients.
@Suite(.namingCombinations) struct RemovedExpertTests {
  /// Strategies in which no sum is over experts: what is left has the same bits.
  private static let exact: KeyValuePairs<String, RoutingStrategy> = [
    "softmax over what was chosen": .topK(2, weighting: .softmaxOverSelected),
    "logistic scores with a bias":
      RoutingStrategy(score: .sigmoid, selector: .topK(2), hasSelectionBias: true),
    "DeepSeek-V4's scores":
      RoutingStrategy(
        score: .squareRootSoftplus, selector: .topK(2),
        weighting: .renormalized(epsilon: 1e-20).scaled(by: 1.5)),
    "logistic weights": .topK(2, weighting: .sigmoidOfSelected),
    "rectified": .relu(gate: .linear(bias: true)),
    "weights on inputs":
      RoutingStrategy(score: .sigmoid, selector: .topK(2), appliesWeightsToInput: true),
    "straight through":
      RoutingStrategy(
        score: .sigmoid, selector: .topK(2), weighting: .scores, isStraightThrough: true),
    "next best": RoutingStrategy(
      score: .sigmoid, selector: .topK(2), capacity: .factor(0.75, overflow: .nextBest)),
    "a backup":
      RoutingStrategy(
        score: .sigmoid, selector: .topK(2), weighting: .scores,
        capacity: .factor(0.75, overflow: .backup(4))),
    "shares":
      RoutingStrategy(
        score: .sigmoid, selector: .topK(2), weighting: .scores,
        capacity: Capacity(training: .factor(0.75), order: .score, shares: [1, 2, 3, 4, 5])),
    "expert choice":
      .expertChoice(capacityFactor: 1, score: .sigmoid),
    "softmax over tokens":
      .expertChoice(
        capacityFactor: 1, score: .softmaxOverTokens, weighting: .scoresByCount),
    "balanced batches":
      RoutingStrategy(
        score: .sigmoid, selector: .batchwiseBalanced(2), weighting: .scores,
        hasSelectionBias: true),
    "greedy by load":
      RoutingStrategy(
        score: .sigmoid, selector: .greedyByLoad(2, strength: 1), weighting: .scores),
    "residual gate":
      RoutingStrategy(
        gate: .feedForward(hiddenSize: 3, bias: true).residual(), score: .sigmoid,
        selector: .topK(2)),
  ]

  /// Strategies with a softmax over all experts, whose sum is made in lanes by their numbers.
  private static let rounded: KeyValuePairs<String, RoutingStrategy> = [
    "renormalised": .topK(2), "scores": .topK(2, weighting: .scores),
    "one expert": .topK(1, weighting: .scores),
    "p-norm": .topK(2, weighting: .pNorm(p: 2)),
    "renormalised over the best": .topK(1, weighting: .renormalizedOverBest(2)),
    "cosine gate": .topK(2, gate: .cosine(projectionSize: 3)),
    "top-p": .topP(0.6), "dense": .dense(), "soft": .soft(slotsPerExpert: 2),
    "Sinkhorn": .sinkhorn(2),
    "assignment": RoutingStrategy(selector: .linearAssignment, weighting: .scores),
    "expert choice by softmax": .expertChoice(capacityFactor: 1),
    "passing through":
      RoutingStrategy(
        selector: .topK(2),
        capacity: Capacity(training: .routes(2), order: .score, overflow: .passThrough)),
    "remainder": .topK(2, weighting: .scores.keepingRemainder()),
    "draws that are off in inference": RoutingStrategy(selector: .gumbelTopK(2)),
  ]

  /// Of two experts and three, one of each is gone, or a whole group.
  private static let removals: [Set<Int>] = [[1, 3], [0, 1]]

  private static let losses: [any BalancingLoss] = [
    .loadBalancing(coefficient: 0.1), .routerZ(coefficient: 0.1), .importance(coefficient: 0.1),
  ]

  private static func context(_ strategy: RoutingStrategy) -> LayerContext {
    strategy.isDeterministic ? .training(step: 1) : .inference
  }

  /// A layer whose output has the size of its tokens, with and without some experts.
  private static func layers(
    _ strategy: RoutingStrategy, removing removed: Set<Int>, losses: [any BalancingLoss] = []
  ) throws -> (off: MixtureOfExperts, without: MixtureOfExperts) {
    var layer = try PaddingCases.layer(strategy, losses: losses)
    var generator = SeededGenerator(seed: 3)
    layer.router.visitParameters {
      $1 += .uniform(in: -0.3...0.3, shape: $1.shape, using: &generator)
    }
    var (off, without) = (layer, layer)
    off.router.disabledExperts = removed
    try without.removeExperts(removed)
    return (off, without)
  }

  /// Output, losses and all gradients, those of removed experts left out.
  private static func results(
    _ layer: MixtureOfExperts, _ context: LayerContext, _ tokens: Tensor, removing: Set<Int>
  ) throws -> (names: [String], tensors: [Tensor], routing: Routing) {
    var overrides = RoutingOverrides()
    if layer.router.gate.readsPreviousLogits {
      overrides.previousLogits = SmallLayers.normal([tokens.rowCount, 5], seed: 9)
    }
    let pass = try layer.forward(tokens, context: context, overrides: overrides)
    var names = ["output"]
    var tensors = [pass.output]
    if context.mode.isTraining {
      let direction = Tensor(scattered: pass.output.shape, seed: 4)
      let back = try layer.backward(direction, routing: RoutingGradient(), pass: pass)
      var parameters = back.gradient.parameters
      if !removing.isEmpty { try parameters.removeExperts(removing) }
      names += ["tokens", "losses"] + parameters.namedParameters.map(\.name)
      tensors += [back.gradient.input, Tensor(pass.losses.map(\.value))]
      tensors += parameters.namedParameters.map(\.parameter)
      if let previous = back.overrides.previousLogits {
        names.append("previous logits")
        tensors.append(previous)
      }
    }
    return (names, tensors, pass.routing)
  }

  private static func expectSameChoice(_ off: Routing, _ without: Routing, removed: Set<Int>) {
    let kept = (0..<5).filter { !removed.contains($0) }
    for token in 0..<off.tokenCount {
      #expect(without.experts(of: token).map { kept[$0] } == off.experts(of: token))
    }
    #expect(kept.map { off.load[$0] } == without.load)
    #expect(kept.map { off.demand[$0] } == without.demand)
  }

  @Test func whatIsLeftHasTheSameBits() throws {
    try withEvery("strategy", in: Self.exact.map(\.key)) { name in
      for (key, strategy) in Self.exact where key == name {
        for removed in Self.removals {
          let (off, without) = try Self.layers(strategy, removing: removed)
          let context = Self.context(strategy)
          let before = try Self.results(off, context, PaddingCases.tokens, removing: removed)
          let after = try Self.results(without, context, PaddingCases.tokens, removing: [])
          Self.expectSameChoice(before.routing, after.routing, removed: removed)
          #expect(before.names == after.names && before.names.count > 5)
          for (name, (mine, theirs)) in zip(before.names, zip(before.tensors, after.tensors)) {
            #expect(mine.bits == theirs.bits, "\(name) without \(removed)")
          }
        }
      }
    }
  }

  /// A softmax adds up in lanes by the number of the expert, whose order changes.
  ///
  /// With five experts that is four roundings, one more of the reciprocal and one of the product.
  /// All else goes by the weights, whose relative errors the conditions take through.
  @Test func aSoftmaxOverAllRoundsOtherwise() throws {
    try withEvery("strategy", in: Self.rounded.map(\.key)) { name in
      for (key, strategy) in Self.rounded where key == name {
        for removed in Self.removals {
          let losses = strategy.slotsPerExpert == nil ? Self.losses : []
          let (off, without) = try Self.layers(strategy, removing: removed, losses: losses)
          let context = Self.context(strategy)
          var names: [String] = []
          var routing: Routing?
          let (results, tolerances) = try GradientTolerance.tolerances(roundings: 64) { perturb in
            let found = try Self.results(
              perturb(off), context, perturb(PaddingCases.tokens), removing: removed)
            if let routing, routing.experts != found.routing.experts { return nil }
            (names, routing) = (found.names, routing ?? found.routing)
            return found.tensors
          }
          let after = try Self.results(without, context, PaddingCases.tokens, removing: [])
          Self.expectSameChoice(try #require(routing), after.routing, removed: removed)
          #expect(names == after.names)
          for (index, name) in names.enumerated() {
            GradientTolerance.expect(
              after.tensors[index], near: results[index].scalarArray.map(Double.init),
              within: tolerances[index], "\(key), \(name) without \(removed)")
          }
        }
      }
    }
  }

  /// Groups of experts, one of each or a whole one gone.
  @Test func groupsOfSelectorsStayTogether() throws {
    let strategy = RoutingStrategy(
      score: .sigmoid,
      selector: .groupLimited(2, groups: 3, groupsPerToken: 2, groupScore: .sumOfBestTwo),
      hasSelectionBias: true)
    for removed in [[0, 3, 4], [2, 3]] as [Set<Int>] {
      var generator = SeededGenerator(seed: 71)
      var layer = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 6, hiddenSize: 3)], routing: strategy,
        using: &generator)
      layer.router.selectionBias = [0.5, -0.25, 0.25, 0, 0.125, -0.5]
      let kept = (0..<6).filter { !removed.contains($0) }
      var off = layer
      off.router.disabledExperts = removed
      try layer.removeExperts(removed)
      let tokens = SmallLayers.normal([33, 4])
      let before = try off.forward(tokens, context: .training(step: 0))
      let after = try layer.forward(tokens, context: .training(step: 0))
      for token in 0..<33 {
        #expect(
          after.routing.experts(of: token).map { kept[$0] } == before.routing.experts(of: token))
      }
      #expect(after.output.bits == before.output.bits)
    }
  }

  /// Hash routing: the next expert stands in for one that is gone.
  @Test func tablesSendTokensOn() throws {
    let strategy = RoutingStrategy.hash(
      try HashRoutingTable(vocabulary: 20, expertCount: 5, count: 2, seed: 3), score: .sigmoid)
    for removed in Self.removals {
      let (off, without) = try Self.layers(strategy, removing: removed)
      let batch = Batch(tokenIDs: [3, 19, 0, 7, 7, 11, 12])
      let context = LayerContext(.training(step: 1), batch: batch)
      let before = try Self.results(off, context, PaddingCases.tokens, removing: removed)
      let after = try Self.results(without, context, PaddingCases.tokens, removing: [])
      Self.expectSameChoice(before.routing, after.routing, removed: removed)
      for (mine, theirs) in zip(before.tensors, after.tensors) { #expect(mine.bits == theirs.bits) }
    }
  }

  /// A layer goes on as one whose experts are switched off, the state that balances it too.
  @Test func trainingGoesOnAsWithoutThem() throws {
    var generator = SeededGenerator(seed: 6)
    var off = try MixtureOfExperts(
      inputSize: 4, experts: [.gatedFeedForward(count: 5, hiddenSize: 3)],
      routing: RoutingStrategy(score: .sigmoid, selector: .topK(2), hasSelectionBias: true),
      stepUpdates: [SelectionBiasUpdate(.proportional, rate: 0.125, recentres: false)],
      using: &generator)
    let tokens = SmallLayers.normal([19, 4])
    var optimizers = [
      AdamW(learningRate: 0.01, weightDecay: 0.1) as any Optimizer,
      SGD(learningRate: 0.01, momentum: 0.5, isNesterov: true),
    ]
    func train(
      _ layer: inout MixtureOfExperts, _ optimizer: inout any Optimizer, _ step: Int
    ) throws -> Tensor {
      let pass = try layer.forward(tokens, context: .training(step: step))
      let gradient = try layer.backward(pass.output - tokens, pass: pass)
      optimizer.update(&layer, along: gradient)
      try layer.finishStep([pass])
      return pass.output
    }
    for index in optimizers.indices {
      for step in 0..<2 { _ = try train(&off, &optimizers[index], step) }
      var without = off
      off.router.disabledExperts = [1, 2]
      var follower = optimizers[index]
      try follower.edit(&without) { try $0.removeExperts([1, 2]) }
      for step in 2..<5 {
        let before = try train(&off, &optimizers[index], step)
        #expect(try train(&without, &follower, step).bits == before.bits)
      }
      #expect(
        without.router.selectionBias == off.router.selectionBias?.gatheringEntries([0, 3, 4]))
      off.router.disabledExperts = []
      off.finishedStepIsNone()
    }
  }
}

extension MixtureOfExperts {
  /// Begins again to count steps.
  fileprivate mutating func finishedStepIsNone() {
    visitBuffers { name, buffer in if name == "finishedStep" { buffer = nil } }
  }
}
