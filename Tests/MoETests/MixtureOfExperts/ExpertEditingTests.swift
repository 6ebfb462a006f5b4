import MoE
import Testing

/// Experts that are reordered, merged, copied and added, and what cannot be.
@Suite struct ExpertEditingTests {
  private static let tokens = SmallLayers.normal([9, 6])

  /// Two groups and a shared expert, from 6 to 5.
  private static func layer() throws -> MixtureOfExperts {
    try SmallLayers.full(.topK(2, weighting: .softmaxOverSelected))
  }

  private static func parameters(
    _ layer: MixtureOfExperts, ofExpert expert: Int
  ) throws -> [[UInt32]] {
    for (group, range) in zip(layer.expertGroups, layer.testedRanges) where range.contains(expert) {
      return try group.namedParameters(ofExpert: expert - range.lowerBound).map(\.parameter.bits)
    }
    return []
  }

  // MARK: - Order and groups

  @Test func anotherOrderIsTheSameFunction() throws {
    let layer = try Self.layer()
    let order = [1, 4, 0, 3, 2]
    let edited = try layer.editingExperts(ExpertEdit(order, of: 5))
    // Each run of one former group is a group.
    #expect(edited.expertGroups.map(\.expertCount) == [1, 1, 1, 2])
    #expect(edited.expertGroups[0] is FeedForwardExperts)
    #expect(edited.expertGroups[3] is GatedFeedForwardExperts)
    for (place, expert) in order.enumerated() {
      #expect(
        try Self.parameters(edited, ofExpert: place) == Self.parameters(layer, ofExpert: expert))
    }
    #expect(try edited(Self.tokens).bits == layer(Self.tokens).bits)
    // And back, in two groups again.
    let back = try edited.editingExperts(ExpertEdit([2, 0, 4, 3, 1], of: 5))
    #expect(try back(Self.tokens).bits == layer(Self.tokens).bits)
    #expect(
      try layer.editingExperts(ExpertEdit([0, 1, 2, 3, 4], of: 5)).namedParameters.map(\.name)
        == layer.namedParameters.map(\.name))
  }

  @Test func aGroupWithoutExpertsIsGone() throws {
    var layer = try Self.layer()
    try layer.removeExperts([0, 1])
    #expect(layer.expertGroups.count == 1 && layer.expertGroups[0] is GatedFeedForwardExperts)
    #expect(layer.expertCount == 3 && layer.sharedExperts != nil)
    try layer.keepExperts([2, 0])
    #expect(layer.expertCount == 2)
  }

  @Test func layersInLayersAreMovedWhole() throws {
    var generator = SeededGenerator(seed: 4)
    var layer = try MixtureOfExperts(
      inputSize: 6,
      experts: [
        .perExpert(count: 3) { inputSize, outputSize, generator in
          try MixtureOfExperts(
            inputSize: inputSize, outputSize: outputSize,
            experts: [.feedForward(count: 2, hiddenSize: 3)], routing: .dense(),
            using: &generator)
        }
      ], routing: .topK(2, weighting: .softmaxOverSelected), using: &generator)
    let before = try (0..<3).map { try Self.parameters(layer, ofExpert: $0) }
    try layer.keepExperts([2, 1])
    #expect(try Self.parameters(layer, ofExpert: 0) == before[2])
    #expect(try Self.parameters(layer, ofExpert: 1) == before[1])
  }

  /// Experts between norms, in a smaller space than that of tokens, beside a shared one.
  @Test func latentExpertsAreEdited() throws {
    var generator = SeededGenerator(seed: 4)
    var layer = try MixtureOfExperts(
      inputSize: 6, outputSize: 5,
      experts: [.feedForward(count: 4, hiddenSize: 3).normalized(before: .rms(), after: .rms())],
      sharedExperts: .feedForward(count: 1, hiddenSize: 2), latent: LatentSpecification(size: 3),
      routing: .topK(2, weighting: .softmaxOverSelected), using: &generator)
    var off = layer
    off.router.disabledExperts = [1]
    try layer.removeExperts([1])
    #expect(try layer(Self.tokens).bits == off(Self.tokens).bits)
    try layer.addExperts(.gatedFeedForward(count: 1, hiddenSize: 2), using: &generator)
    #expect(layer.expertGroups[1].inputSize == 3 && layer.expertCount == 4)
    try layer.freezeExperts([0])
    let pass = try layer.forward(Self.tokens, context: .training(step: 0))
    let gradient = try layer.backward(pass.output, pass: pass)
    #expect(
      try gradient.parameters.expertGroups[0].namedParameters(ofExpert: 0)
        .allSatisfy { $0.name.hasPrefix("experts.") && $0.parameter.norm() == 0 })
  }

  // MARK: - Merging

  @Test func equalExpertsMergeToOneOfThem() throws {
    let layer = try Self.layer()
    var doubled = layer
    try doubled.duplicateExperts([1, 3], times: 3)
    #expect(doubled.expertCount == 9)
    try doubled.mergeExperts([5, 6, 7], weights: [0.1, 0.7, 0.2])
    try doubled.mergeExperts([1, 2, 3])
    #expect(doubled.expertGroups.map(\.expertCount) == [2, 3])
    for (mine, theirs) in zip(doubled.namedParameters, layer.namedParameters) {
      #expect(mine.name == theirs.name && mine.parameter.bits == theirs.parameter.bits)
    }
  }

  @Test func mergedExpertsAreAverages() throws {
    var layer = try Self.layer()
    layer.router.logitOffset = [1, 2, 3, 4, 8]
    let before = layer
    try layer.mergeExperts([4, 2], weights: [3, 1])
    #expect(layer.expertCount == 4 && layer.expertGroups.map(\.expertCount) == [2, 2])
    #expect(layer.router.logitOffset == [1, 2, 4, 6.75])
    let (gates, merged) = (
      try #require(before.expertGroups[1] as? GatedFeedForwardExperts),
      try #require(layer.expertGroups[1] as? GatedFeedForwardExperts)
    )
    let weight = gates.up.weight
    let exact = zip(weight[entry: 2].scalarArray, weight[entry: 0].scalarArray).map {
      first, second -> Float in
      Float(0.75 * Double(first) + 0.25 * Double(second))
    }
    #expect(merged.up.weight[entry: 1].scalarArray == exact)
    #expect(merged.up.weight[entry: 0] == weight[entry: 1])
  }

  @Test func layersOfExpertsMergeByTheirParameters() throws {
    var generator = SeededGenerator(seed: 4)
    let networks = (0..<3).map { index in
      FeedForward(inputSize: 3, hiddenSize: index == 2 ? 5 : 4, using: &generator)
    }
    let group = PerExpert(networks)
    let merged = try group.editingExperts(ExpertEdit(averaging: [[2], [0, 1]], of: 3))
    #expect(merged.layers[0].up.weight == networks[2].up.weight)
    let average = (networks[0].up.weight + networks[1].up.weight) * 0.5
    #expect((merged.layers[1].up.weight - average).norm() < 1e-6)
    let error = #expect(throws: MoEError.self) {
      try group.editingExperts(ExpertEdit(averaging: [[1, 2]], of: 3))
    }
    #expect(
      error?.description.hasPrefix("parameters of expert 2, which is merged with 1 is ") == true)
  }

  // MARK: - Adding

  @Test func addedExpertsStandBehindTheOthers() throws {
    var generator = SeededGenerator(seed: 7)
    let layer = try Self.layer()
    let old = try layer.forward(Self.tokens, context: .inference)
    for rows in [.normal(deviation: 0.5), .zero, .like(1, noise: 0.1)] as [AddedGateRows] {
      var edited = layer
      try edited.addExperts(
        .feedForward(count: 2, hiddenSize: 7), gateRows: rows, using: &generator)
      #expect(edited.expertCount == 7 && edited.expertGroups.map(\.expertCount) == [2, 3, 2])
      // With the new ones switched off it is the layer of before.
      edited.router.disabledExperts = [5, 6]
      #expect(try edited(Self.tokens).bits == old.output.bits)
      edited.router.disabledExperts = []
      _ = try edited.forward(Self.tokens, context: .training(step: 0))
      let weights = try (0..<7).map {
        try edited.router.gate.namedParameters(ofExpert: $0)[0].parameter
      }
      switch rows {
      case .zero: #expect(weights[5].norm() == 0 && weights[6].norm() == 0)
      case .like:
        let distance = (weights[5] - weights[1]).norm() / weights[1].norm()
        #expect(distance > 0.01 && distance < 0.3 && weights[5] != weights[6])
      default: #expect(weights[5] != weights[6] && weights[5].norm() > 0.2)
      }
    }
  }

  @Test func rowsCanBeGiven() throws {
    var layer = try Self.layer()
    var generator = SeededGenerator(seed: 7)
    let untouched = layer
    try layer.addExperts(
      .feedForward(count: 1, hiddenSize: 7),
      gateRows: .given([["weight": [1, 2, 3, 4, 5, 6]]]), using: &generator)
    #expect(
      try layer.router.gate.namedParameters(ofExpert: 5)[0].parameter == [1, 2, 3, 4, 5, 6])
    for (sentence, rows) in [
      ("number of given gate rows is 2, expected 1", [[:], [:]]),
      ("given gate rows is bias, weight, expected weight", [["weight": [1], "bias": [1]]]),
      ("given gate row weight has shape [2], expected [6]", [["weight": [1, 2]]]),
    ] as [(String, [[String: Tensor]])] {
      var (copy, copied) = (untouched, generator)
      let error = #expect(throws: MoEError.self) {
        try copy.addExperts(
          .feedForward(count: 1, hiddenSize: 7), gateRows: .given(rows), using: &copied)
      }
      #expect(error?.description == sentence)
      #expect(copy.expertCount == 5 && copied.next() == generator.copyOfNext())
    }
  }

  @Test func addedExpertsTakeAfterAnother() throws {
    var generator = SeededGenerator(seed: 7)
    var layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 3)],
      routing: RoutingStrategy(
        selector: .topK(2),
        capacity: Capacity(training: .factor(1), shares: [1, 2, 3]), hasSelectionBias: true),
      balancingLosses: [HeterogeneousBalancingLoss(coefficient: 0.1, costs: [1, 0.5, 0.25])],
      using: &generator)
    layer.router.selectionBias = [4, 5, 6]
    layer.router.disabledExperts = [1]
    try layer.addExperts(.gatedFeedForward(count: 2, hiddenSize: 2), like: 1, using: &generator)
    #expect(layer.router.selectionBias == [4, 5, 6, 5, 5])
    #expect(layer.router.strategy.capacity.shares == [1, 2, 3, 2, 2])
    #expect(
      (layer.balancingLosses[0] as? HeterogeneousBalancingLoss)?.costs
        == .each([1, 0.5, 0.25, 0.5, 0.5]))
    // But what is new is switched on.
    #expect(layer.router.disabledExperts == [1])
    let wrong = PerExpert([Linear(weight: Tensor(zeros: [4, 3]))])
    expectConfigurationError("experts to add is 1 from 3 to 4, expected at least 1 from 4 to 4") {
      try layer.addExperts(wrong, using: &generator)
    }
    expectConfigurationError("expert that is kept in an edit is 9, expected 0 to 4") {
      try layer.addExperts(.feedForward(count: 1, hiddenSize: 2), like: 9, using: &generator)
    }
    for rows in [.normal(deviation: .nan), .like(0, noise: -1)] as [AddedGateRows] {
      let error = #expect(throws: MoEError.self) {
        try layer.addExperts(
          .feedForward(count: 1, hiddenSize: 2), gateRows: rows, using: &generator)
      }
      #expect(error?.description.hasPrefix("deviation of added gate rows is ") == true)
    }
    #expect(layer.expertCount == 5)
  }

  // MARK: - What cannot be

  @Test func impossibleEditsChangeNothing() throws {
    var layer = try Self.layer()
    let (before, output) = (layer.namedParameters, try layer(Self.tokens))
    for (sentence, edit) in [
      (
        "number of experts after an edit is 0, expected at least 1",
        { try $0.removeExperts([0, 1, 2, 3, 4]) }
      ),
      ("expert to remove is 5, expected 0 to 4", { try $0.removeExperts([1, 5]) }),
      ("expert to remove is -1, expected 0 to 4", { try $0.removeExperts([-1]) }),
      ("experts that are kept is [1, 1], expected none twice", { try $0.keepExperts([1, 1]) }),
      ("number of experts after an edit is 0, expected at least 1", { try $0.keepExperts([]) }),
      (
        "experts a token (top-k) is 2, expected 1 to 1, the experts there are",
        { try $0.keepExperts([3]) }
      ),
      ("experts to merge is none, expected at least 1", { try $0.mergeExperts([]) }),
      (
        "experts that are merged is [1, 2], expected experts of one group, which are of one kind and "
          + "size", { try $0.mergeExperts([1, 2]) }
      ),
      (
        "experts that expert 2 is made of is [2, 2], expected at least one, and none twice",
        { try $0.mergeExperts([2, 2]) }
      ),
      ("expert that is kept in an edit is 7, expected 0 to 4", { try $0.mergeExperts([7]) }),
      (
        "weights of merged experts is [[1.0], [1.0], [1.0], [1.0]], expected one for each of [[0], "
          + "[1], [2, 3], [4]]", { try $0.mergeExperts([2, 3], weights: [1]) }
      ),
      (
        "experts before an edit is 4, expected 5, as the router has",
        { $0 = try $0.editingExperts(ExpertEdit([0], of: 4)) }
      ),
    ] as [(String, (inout MixtureOfExperts) throws -> Void)] {
      expectConfigurationError(sentence) { try edit(&layer) }
    }
    #expect(try layer(Self.tokens).bits == output.bits)
    for (mine, theirs) in zip(layer.namedParameters, before) {
      #expect(mine.parameter.bits == theirs.parameter.bits)
    }
    // With fewer experts a token one is enough.
    try layer.keepExperts([3], routing: .topK(1, weighting: .scores))
    #expect(layer.expertCount == 1 && layer.router.slotCount == 1)
  }

  /// Parts of a user's own that do not say what becomes of them are not taken to hold nothing.
  @Test func ownPartsThatSayNothingThrow() throws {
    var layer = try BufferTests.layer(3)
    expectConfigurationError(
      "part of a layer whose experts change is ScaledGate, expected one that implements "
        + "editingExperts(_:), or is ExpertAgnostic"
    ) { try layer.removeExperts([0]) }
    var generator = SeededGenerator(seed: 2)
    layer = try MixtureOfExperts(
      inputSize: 4, experts: [.offset(count: 2), .feedForward(count: 2, hiddenSize: 2)],
      routing: .topK(1, weighting: .scores), using: &generator)
    expectConfigurationError(
      "part of a layer whose experts change is OffsetExperts, expected one that implements "
        + "editingExperts(_:), or is ExpertAgnostic"
    ) { try layer.removeExperts([0]) }
    // Where its own experts stay it is not asked.
    try layer.removeExperts([2])
    #expect(layer.expertGroups.map(\.expertCount) == [2, 1])
    expectConfigurationError(
      "part of a layer whose experts' parameters are asked for is OffsetExperts, expected one that "
        + "implements visitParameters(ofExpert:_:)"
    ) { try layer.freezeExperts([0]) }
  }

  @Test func aGateOfLogitsTakesOtherTokensAfterwards() throws {
    var generator = SeededGenerator(seed: 2)
    var layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 2)],
      routing: .topK(1, weighting: .scores, gate: .logits), using: &generator)
    expectConfigurationError(
      "input size of the gate after an edit is 3, expected 4, as the experts take"
    ) { try layer.removeExperts([0]) }
    try layer.keepExperts([3, 2, 1, 0])
  }

  /// What is saved after an edit can be restored into a layer of the same experts.
  @Test func stateIsSavedAndRestored() throws {
    var generator = SeededGenerator(seed: 2)
    func made(_ count: Int) throws -> MixtureOfExperts {
      try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: count, hiddenSize: 2)],
        routing: RoutingStrategy(selector: .topK(2), hasSelectionBias: true),
        balancingLosses: [.adaptiveSparsity(targetCount: 2)],
        stepUpdates: [
          SelectionBiasUpdate(), try QualityTracker(expertCount: count),
          LoadCounts(expertCount: count), BalanceMonitor(),
        ], using: &generator)
    }
    var layer = try made(5)
    let tokens = SmallLayers.normal([9, 4])
    let quality = [[Float](repeating: 0.5, count: 9)]
    let pass = try layer.forward(tokens, context: .training(step: 0))
    try layer.finishStep([pass], tokenQuality: quality)
    try layer.removeExperts([1])
    try layer.freezeExperts([2], includingGateRows: true)
    #expect(layer.finishedStep == 0)
    var restored = try made(4)
    restored.visitParameters(with: layer) { $1 = $2 }
    try restored.restoreBuffers(
      Dictionary(uniqueKeysWithValues: layer.namedBuffers.map { ($0.name, $0.tensor) }))
    #expect(restored.finishedStep == 0 && restored.frozenExperts == [2])
    #expect(restored.frozenGateRows == [2])
    // Both go on alike.
    for step in 1..<3 {
      let mine = try layer.forward(tokens, context: .training(step: step))
      let theirs = try restored.forward(tokens, context: .training(step: step))
      #expect(mine.output.bits == theirs.output.bits)
      try layer.finishStep([mine], tokenQuality: quality)
      try restored.finishStep([theirs], tokenQuality: quality)
    }
    for (mine, theirs) in zip(layer.namedBuffers, restored.namedBuffers) {
      #expect(mine.name == theirs.name && mine.tensor.bits == theirs.tensor.bits)
    }
  }
}

extension SeededGenerator {
  /// The next number, without moving on.
  fileprivate func copyOfNext() -> UInt64 {
    var copy = self
    return copy.next()
  }
}
