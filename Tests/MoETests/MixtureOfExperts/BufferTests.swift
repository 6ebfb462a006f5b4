import MoE
import Testing

/// Buffers of a layer: those of every part are saved, and restored into a layer that lacks them.
@Suite(.namingCombinations) struct BufferTests {
  private static let tokens = SmallLayers.normal([9, 4])

  /// A layer with buffers in all of its parts, none of them set.
  static func layer(_ seed: UInt64, hasBias: Bool = false) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: seed)
    let gate = GateSpecification(promises: [.tokenLocal, .deterministic]) {
      ScaledGate(linear: Linear(inputSize: $0, outputSize: $1, using: &$2))
    }
    return try MixtureOfExperts(
      inputSize: 4,
      experts: [
        .offset(count: 2),
        .perExpert(count: 2) { inputSize, _, generator in
          try MixtureOfExperts(
            inputSize: inputSize, experts: [.offset(count: 3)],
            routing: RoutingStrategy(
              score: .sigmoid, selector: .topK(1), weighting: .scores, hasSelectionBias: true),
            using: &generator)
        },
        .feedForward(count: 1, hiddenSize: 3),
      ],
      sharedExperts: .experts(.offset(count: 1)),
      routing: RoutingStrategy(
        gate: gate.jittered(by: 0.125).jittered(by: 0.0625), selector: .topK(2),
        hasSelectionBias: hasBias),
      balancingLosses: [
        .loadBalancing(coefficient: 0.1), .adaptiveSparsity(targetCount: 2, coefficient: 0.5),
      ],
      stepUpdates: [
        try QualityTracker(expertCount: 5, decay: 0.75), BalanceMonitor(window: 2),
        LoadCounts(expertCount: 5),
      ], seed: 17, using: &generator)
  }

  /// The same with every buffer set, and the state of some steps.
  static func trained() throws -> MixtureOfExperts {
    var layer = try Self.layer(3)
    layer.router.selectionBias = [0.5, 0, -0.25, 0.125, 0]
    layer.router.disabledExperts = [3]
    var seed: UInt64 = 100
    layer.visitBuffers { name, buffer in
      seed += 1
      if name.hasSuffix("scale") { buffer = 1 + 0.5 * Tensor(scattered: [5], seed: seed) }
      if name.hasSuffix("offset") { buffer = Tensor(scattered: [4], seed: seed) }
      // The mixtures inside.
      if name.hasPrefix("expertGroups"), name.hasSuffix("selectionBias") {
        buffer = Tensor(scattered: [3], seed: seed)
      }
      if name.hasPrefix("expertGroups"), name.hasSuffix("logitOffset") {
        buffer = Tensor(scattered: [3], seed: seed)
      }
    }
    _ = try train(&layer, steps: 0..<3)
    return layer
  }

  /// Trains, and returns the bits of all outputs and gradients.
  private static func train(
    _ layer: inout MixtureOfExperts, steps: Range<Int>
  ) throws -> [[UInt32]] {
    var optimizer = SGD(learningRate: 0.125)
    return try steps.flatMap { step in
      let pass = try layer.forward(tokens, context: .training(step: step))
      let gradient = try layer.backward(tokens, pass: pass)
      optimizer.update(&layer, along: gradient)
      let quality = (0..<9).map { Float(1 + ($0 + step) % 4) / 4 }
      try layer.finishStep([pass], tokenQuality: [quality])
      return [pass.output.bits, Tensor(pass.losses.map(\.value)).bits, gradient.input.bits]
        + gradient.parameters.namedParameters.map { $0.parameter.bits }
    }
  }

  static func saved(_ layer: some Buffered) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: layer.namedBuffers.map { ($0.name, $0.tensor) })
  }

  static func bits(_ layer: some Buffered) -> [String: [UInt32]] {
    saved(layer).mapValues { $0.shape.map { UInt32($0) } + $0.bits }
  }

  // MARK: - What is saved

  @Test func everyPartIsVisited() throws {
    let inside = (0..<2).flatMap { expert in
      ["router.selectionBias", "router.logitOffset", "expertGroups.0.offset"].map {
        "expertGroups.1.\(expert).\($0)"
      }
    }
    #expect(
      try Self.trained().namedBuffers.map(\.name) == [
        "router.selectionBias", "router.logitOffset", "router.disabledExperts",
        "router.gate.scale", "expertGroups.0.offset",
      ] + inside + [
        "sharedExperts.groups.0.offset", "balancingLosses.1.coefficient", "stepUpdates.0.quality",
        "stepUpdates.1.steps", "stepUpdates.1.disabledExperts", "stepUpdates.2.routes",
        "stepUpdates.2.firstChoices", "stepUpdates.2.tokenCount", "finishedStep",
      ])
    // What is absent is not saved; what never is, is.
    #expect(
      try Self.layer(3).namedBuffers.map(\.name) == [
        "expertGroups.1.0.router.selectionBias", "expertGroups.1.1.router.selectionBias",
        "balancingLosses.1.coefficient", "stepUpdates.0.quality", "stepUpdates.2.routes",
        "stepUpdates.2.firstChoices", "stepUpdates.2.tokenCount",
      ])
  }

  /// Parameters and buffers are apart.
  @Test func buffersAreNoParameters() throws {
    let layer = try Self.trained()
    let names = Set(layer.namedParameters.map(\.name))
    #expect(names.isDisjoint(with: layer.namedBuffers.map(\.name)))
    let pass = try layer.forward(Self.tokens, context: .training(step: 3))
    let before = Self.bits(layer)
    let back = try layer.backward(Self.tokens, pass: pass)
    #expect(Self.bits(layer) == before && back.input.shape == [9, 4])
  }

  // MARK: - What is restored

  @Test func trainingGoesOnBitForBit() throws {
    var layer = try Self.trained()
    var fresh = try Self.layer(44)
    let parameters = Dictionary(
      uniqueKeysWithValues: layer.namedParameters.map { ($0.name, $0.parameter) })
    fresh.visitParameters { $1 = parameters[$0]! }
    try fresh.restoreBuffers(Self.saved(layer))
    #expect(Self.bits(fresh) == Self.bits(layer))
    #expect(fresh.finishedStep == 2 && fresh.router.disabledExperts == [3])
    #expect(fresh.router.selectionBias == [0.5, 0, -0.25, 0.125, 0])
    #expect(try fresh(Self.tokens).bits == layer(Self.tokens).bits)
    let (own, other) = (
      try Self.train(&layer, steps: 3..<6), try Self.train(&fresh, steps: 3..<6)
    )
    #expect(own == other && Self.bits(fresh) == Self.bits(layer))
  }

  /// Afterwards there are just the buffers that were saved.
  @Test func whatWasAbsentIsTakenAway() throws {
    let fresh = try Self.layer(44)
    var layer = try Self.trained()
    let coefficient = Self.saved(layer)["balancingLosses.1.coefficient"]
    try layer.restoreBuffers(Self.saved(fresh))
    #expect(Self.bits(layer) == Self.bits(fresh))
    #expect(layer.finishedStep == nil && layer.router.disabledExperts.isEmpty)
    #expect(Self.saved(layer)["balancingLosses.1.coefficient"] != coefficient)
  }
}
