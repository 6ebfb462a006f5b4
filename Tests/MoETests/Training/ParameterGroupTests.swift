import MoE
import Testing

@Suite struct ParameterGroupTests {
  // MARK: - Selections

  @Test func selectionsGoByNames() throws {
    let names = try OptimizerChecks.layer().namedParameters.map(\.name)
    func chosen(_ selection: ParameterSelection) -> [String] { names.filter { selection($0) } }
    #expect(chosen(.routers) == ["router.gate.weight"])
    // The map called gate inside an expert is none of a router.
    #expect(chosen(.experts).contains("expertGroups.0.gate.weight"))
    #expect(chosen(.biases) == ["expertGroups.1.up.bias", "expertGroups.1.down.bias"])
    #expect(chosen(.all) == names && chosen(!.all).isEmpty)
    #expect(chosen(.named(startingWith: "expertGroups.1.")).count == 4)
    #expect(
      chosen(.routers.union(.biases)).count + chosen(!.routers.union(.biases)).count
        == names.count)
    let norms = ParameterSelection.norms
    #expect(norms("stack.blocks.0.feedForwardNorm.weight") && norms("attention.queryNorm.weight"))
    #expect(norms("expertGroups.0.before.weight"))
    #expect(norms("norm.weight") && !norms("norm") && !norms("normal.weight"))
    #expect(ParameterSelection.embeddings("embedding.weight"))
    #expect(ParameterSelection.heads("head.weight") && !ParameterSelection.heads("heads.weight"))
    for name in ["router.gate.weight", "up.bias", "norm.weight"] {
      #expect(ParameterSelection.gatesBiasesAndNorms(name))
    }
  }

  // MARK: - Groups

  /// Groups of which nothing is given change no bit.
  private static func expectNeutral<Tested: Optimizer>(
    _ make: () -> Tested, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var (whole, optimizer) = (try OptimizerChecks.layer(), make())
    var grouped = GroupedOptimizer(
      make(), groups: [ParameterGroup(.routers), ParameterGroup(where: { $0.contains("down") })])
    var parts = whole
    try OptimizerChecks.train(&whole, &optimizer, steps: 0..<4)
    try OptimizerChecks.train(&parts, &grouped, steps: 0..<4)
    #expect(
      OptimizerChecks.bits(whole) == OptimizerChecks.bits(parts), sourceLocation: sourceLocation)
  }

  @Test func neutralGroupsChangeNoBit() throws {
    try Self.expectNeutral { SGD(learningRate: 0, momentum: 0.9, isNesterov: true) }
    try Self.expectNeutral { AdamW(weightDecay: 0.1) }
    try Self.expectNeutral { Adafactor(isRelative: true, weightDecay: 0.1) }
    try Self.expectNeutral { Lion(weightDecay: 0.1) }
    try Self.expectNeutral { Muon() }
  }

  @Test func aGroupHasARateAndADecayOfItsOwn() {
    let gradient = FeedForward(
      up: Linear(weight: [[1]], bias: [1]), down: Linear(weight: [[1]], bias: [1]),
      activation: .relu)
    var layer = gradient
    var optimizer = GroupedOptimizer(
      SGD(learningRate: 0.5),
      groups: [
        ParameterGroup(.named(startingWith: "up"), learningRateScale: 0.5),
        // Those of up are taken.
        ParameterGroup(.biases, isFrozen: true),
      ])
    optimizer.update(&layer, along: gradient)
    #expect(layer.up.weight == [[0.75]] && layer.up.bias == [0.75])
    #expect(layer.down.weight == [[0.5]] && layer.down.bias == [1])
    #expect(optimizer.parameterNames(ofGroup: 0, in: layer) == ["up.weight", "up.bias"])
    #expect(optimizer.parameterNames(ofGroup: 1, in: layer) == ["down.bias"])
    #expect(optimizer.parameterNames(ofGroup: nil, in: layer) == ["down.weight"])
    // A schedule goes through.
    optimizer.learningRate = 0.25
    optimizer.update(&layer, along: gradient)
    #expect(layer.up.weight == [[0.625]] && layer.down.weight == [[0.25]])

    var decayed = gradient
    var zeros = gradient
    zeros.visitParameters { $1 *= 0 }
    var adamW = GroupedOptimizer(
      AdamW(learningRate: 0.5, weightDecay: 0.5),
      groups: [
        ParameterGroup(.named(startingWith: "up"), weightDecay: 0),
        ParameterGroup(where: { $0 == "down.bias" }, weightDecay: 0.25),
      ])
    adamW.update(&decayed, along: zeros)
    #expect(decayed.up.weight == [[1]] && decayed.up.bias == [1])
    #expect(decayed.down.weight == [[0.75]] && decayed.down.bias == [0.875])

    // What Muon leaves to another optimiser decays as its group says, too.
    var byMuon = gradient
    var muon = GroupedOptimizer(
      Muon(learningRate: 0.5, weightDecay: 0.5, others: AdamW(learningRate: 0.5, weightDecay: 0.5)),
      groups: [
        ParameterGroup(.named(startingWith: "up"), weightDecay: 0),
        ParameterGroup(where: { $0 == "down.bias" }, weightDecay: 0.25),
      ])
    muon.update(&byMuon, along: zeros)
    #expect(byMuon.up.weight == [[1]] && byMuon.up.bias == [1])
    #expect(byMuon.down.weight == [[0.75]] && byMuon.down.bias == [0.875])
  }

  @Test func groupsKeepTheirPromises() throws {
    let make = {
      GroupedOptimizer(
        Muon(),
        groups: [
          ParameterGroup(.routers, learningRateScale: 0.1, weightDecay: 0),
          ParameterGroup(.biases, learningRateScale: 2),
        ])
    }
    try OptimizerChecks.expectResumable(make)
    try OptimizerChecks.expectSameBitsForAnyThreadCount(make)
    try OptimizerChecks.expectRespectsFrozenExperts(make())
    try OptimizerChecks.expectFollowsEdits(make())
    try OptimizerChecks.expectInPlace(make())
    try OptimizerChecks.expectInPlace(
      GroupedOptimizer(AdamW(), groups: [ParameterGroup(.routers, isFrozen: true)]))
  }

  @Test func frozenGroupsKeepTheirBits() throws {
    var layer = try OptimizerChecks.layer()
    let before = layer
    var optimizer = GroupedOptimizer(
      AdamW(weightDecay: 1), groups: [ParameterGroup(.routers, isFrozen: true)])
    try OptimizerChecks.train(&layer, &optimizer, steps: 0..<3)
    for (own, old) in zip(layer.namedParameters, before.namedParameters) {
      #expect((own.parameter.bits == old.parameter.bits) == own.name.hasPrefix("router"))
    }
  }

  /// An optimiser that has trained already goes on in groups, and what is saved then is read again.
  private static func expectGoesOn<Tested: Optimizer>(
    _ make: () -> Tested, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let groups = [ParameterGroup(.routers), ParameterGroup(where: { $0.contains("down") })]
    var (whole, optimizer) = (try OptimizerChecks.layer(), make())
    try OptimizerChecks.train(&whole, &optimizer, steps: 0..<3)
    var (parts, grouped) = (whole, GroupedOptimizer(optimizer, groups: groups))
    try grouped.check(parts)
    #expect(
      grouped.namedBuffers.filter { $0.tensor.count > 3 }.count
        == optimizer.namedBuffers.filter { $0.tensor.count > 3 }.count,
      sourceLocation: sourceLocation)
    var restored = GroupedOptimizer(make(), groups: groups)
    try restored.restoreBuffers(Dictionary(uniqueKeysWithValues: grouped.namedBuffers))
    try restored.check(parts)
    var second = parts
    try OptimizerChecks.train(&whole, &optimizer, steps: 3..<5)
    try OptimizerChecks.train(&parts, &grouped, steps: 3..<5)
    try OptimizerChecks.train(&second, &restored, steps: 3..<5)
    let bits = OptimizerChecks.bits(whole)
    #expect(OptimizerChecks.bits(parts) == bits, sourceLocation: sourceLocation)
    #expect(OptimizerChecks.bits(second) == bits, sourceLocation: sourceLocation)
  }

  @Test func whatWasGatheredGoesToItsGroup() throws {
    try Self.expectGoesOn { SGD(learningRate: 0, momentum: 0.9) }
    try Self.expectGoesOn { AdamW(weightDecay: 0.1) }
    try Self.expectGoesOn { Adafactor(isRelative: true, weightDecay: 0.1) }
    try Self.expectGoesOn { Lion(weightDecay: 0.1) }
    try Self.expectGoesOn { Muon() }
    // Groups of groups.
    try Self.expectGoesOn { GroupedOptimizer(AdamW(), groups: [ParameterGroup(.experts)]) }
  }

  @Test func groupsRefuseBuffersOfOthers() {
    var optimizer = GroupedOptimizer(AdamW(), groups: [ParameterGroup(.routers)])
    expectConfigurationError(
      "saved buffers is groups.1.step, expected those of groups.0, others"
    ) { try optimizer.restoreBuffers(["groups.1.step": [1, 0, 0]]) }
  }

  @Test func trapsOnADecayThatCannotBe() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GroupedOptimizer(
        SGD(learningRate: 1), groups: [ParameterGroup(.routers, weightDecay: 0)])
    }
    #expect(
      result?.standardErrorSays(
        "GroupedOptimizer: a group with a weight decay, but SGD has none") == true)
  }
}
