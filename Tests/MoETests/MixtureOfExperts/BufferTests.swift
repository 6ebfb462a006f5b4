import MoE
import Testing

/// A linear gate whose logits are multiplied by numbers that are saved and not trained.
private struct ScaledGate: Gate {
  var linear: Linear
  var scale: Tensor?

  var inputSize: Int { linear.inputSize }
  var expertCount: Int { linear.outputSize }
  var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try linear.visitParameters(visit)
  }

  mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try visit("scale", &scale)
  }

  func checkBuffers() throws { try check(scale, "scale", [expertCount]) }

  struct Pass: GatePass {
    var logits: Tensor
    let tokens: Tensor
  }

  private var factors: Tensor {
    let rows = scale ?? Tensor(repeating: 1, shape: [expertCount])
    var result = Tensor(zeros: [expertCount, expertCount])
    for index in 0..<expertCount { result[index, index] = rows[index] }
    return result
  }

  func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    Pass(logits: linear(tokens).matmul(factors), tokens: tokens)
  }

  func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<ScaledGate> {
    let own = linear.forward(pass.tokens, context: .training(step: 0))
    let back = linear.backward(gradient.logits.matmul(factors), pass: own)
    return GateGradient(
      input: back.input, parameters: ScaledGate(linear: back.parameters, scale: scale))
  }
}

private func check(_ buffer: Tensor?, _ name: String, _ shape: [Int]) throws {
  guard let buffer else { return }
  guard buffer.shape == shape else {
    throw MoEError.shape(name, found: buffer.shape, expected: "\(shape)")
  }
  guard buffer.scalarArray.allSatisfy(\.isFinite) else {
    throw MoEError.configuration(name, value: "\(buffer.scalarArray)", expected: "finite numbers")
  }
}

/// Experts that add a row that is saved and not trained: E(x) = W·x + offset.
private struct OffsetExperts: ExpertGroup {
  var map: GroupedLinear
  var offset: Tensor?

  var expertCount: Int { map.expertCount }
  var inputSize: Int { map.inputSize }
  var outputSize: Int { map.outputSize }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try map.visitParameters(visit)
  }

  mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try visit("offset", &offset)
  }

  func checkBuffers() throws { try check(offset, "offset", [outputSize]) }

  struct Pass: ExpertPass {
    var output: ExpertOutput
    let input: GroupedTokens
  }

  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    var output = map.forward(.picked(input.matrix), rows: input.rows)
    if let offset { output.addToEachRow(offset) }
    return Pass(output: .rows(output), input: input)
  }

  func backward(_ outputGradient: GroupedGradient, pass: Pass) -> ExpertGradient<OffsetExperts> {
    let rows = pass.input.rows
    let taken = pass.input.matrix.gatheringEntries(rows.indices.map(Int.init))
    let back = map.weightedBackward(outputGradient, input: taken, rows: rows)
    var weights = back.weights
    if let offset {
      let gradient = outputGradient.matrix.gatheringEntries(rows.indices.map(Int.init))
      weights += gradient.matmul(offset.reshaped(to: [outputSize, 1])).reshaped(to: [rows.count])
    }
    return ExpertGradient(
      rows: back.input, weights: weights,
      parameters: OffsetExperts(map: back.parameters, offset: offset))
  }
}

extension ExpertSpecification {
  fileprivate static func offset(count: Int) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, generator in
      OffsetExperts(
        map: GroupedLinear(
          count: count, inputSize: inputSize, outputSize: outputSize, bias: false,
          using: &generator))
    }
  }
}

/// Buffers of a layer: those of every part are saved, and restored into a layer that lacks them.
@Suite(.namingCombinations) struct BufferTests {
  private static let tokens = SmallLayers.normal([9, 4])

  /// A layer with buffers in all of its parts, none of them set.
  private static func layer(_ seed: UInt64, hasBias: Bool = false) throws -> MixtureOfExperts {
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
      sharedExperts: .offset(count: 1),
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
  private static func trained() throws -> MixtureOfExperts {
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

  private static func saved(_ layer: some Buffered) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: layer.namedBuffers.map { ($0.name, $0.tensor) })
  }

  private static func bits(_ layer: some Buffered) -> [String: [UInt32]] {
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
        "sharedExperts.offset", "balancingLosses.1.coefficient", "stepUpdates.0.quality",
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

  // MARK: - What cannot be restored

  /// Names, shapes and values that cannot work, and what the error has to name.
  private static let wrong: [(name: String, tensor: Tensor?, says: String)] = [
    ("router.gate.weights", [1], "router.gate.weights"),
    ("stepUpdates.3.quality", [1], "stepUpdates.3.quality"),
    ("router.selectionBias", [1, 2], "selection bias"),
    ("router.selectionBias", [0, 0, .infinity, 0, 0], "selection bias"),
    ("router.logitOffset", [[1, 2, 3, 4, 5]], "logit offset"),
    ("router.logitOffset", [0, .nan, 0, 0, 0], "logit offset"),
    ("router.disabledExperts", [1, 1, 1, 1, 1], "experts switched on"),
    ("router.disabledExperts", [0, 0, 0, 0, 0, 1], "disabled expert"),
    ("router.gate.scale", [1], "scale"), ("router.gate.scale", [1, 1, .nan, 1, 1], "scale"),
    ("expertGroups.0.offset", [1], "offset"),
    ("sharedExperts.offset", [.nan, 0, 0, 0], "offset"),
    ("expertGroups.1.1.router.selectionBias", [1, 2, 3, 4], "selection bias"),
    ("expertGroups.1.1.router.selectionBias", nil, "selection bias"),
    ("expertGroups.1.0.expertGroups.0.offset", [0, 0, 0, .infinity], "offset"),
    ("balancingLosses.1.coefficient", [1, 2], "adaptive sparsity"),
    ("balancingLosses.1.coefficient", [.nan], "adaptive sparsity"),
    ("balancingLosses.1.coefficient", [-1], "adaptive sparsity"),
    ("stepUpdates.0.quality", [1, 1, 1, 1, 1], "quality"),
    ("stepUpdates.0.quality", Tensor(doubles: [1, 1, 0, 1, 1]), "quality"),
    ("stepUpdates.0.quality", Tensor(doubles: [1, 1, 1, 1]), "number of experts"),
    ("stepUpdates.2.routes", Tensor(integers: [1, 2]), "load counts"),
    ("stepUpdates.2.routes", [0.5, 0, 0], "load counts"),
    ("finishedStep", [1], "step"), ("finishedStep", [0.5, 0, 0], "step"),
    ("finishedStep", [.nan, 0, 0], "step"),
  ]

  @Test func whatCannotWorkThrowsAndChangesNothing() throws {
    var layer = try Self.trained()
    let (saved, before) = (Self.saved(layer), Self.bits(layer))
    withEvery("buffer", in: Self.wrong) { name, tensor, says in
      var buffers = saved
      buffers[name] = tensor
      let error = #expect(throws: MoEError.self) { try layer.restoreBuffers(buffers) }
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
      #expect(Self.bits(layer) == before)
    }
    // Several names that are not known are all named.
    let error = #expect(throws: MoEError.self) {
      try layer.restoreBuffers(["b": [1], "finishedStep": [.nan], "a": [1]])
    }
    #expect(error?.description.hasPrefix("saved buffers is a, b, expected some of router.") == true)
    #expect(Self.bits(layer) == before)
  }

  @Test func aMissingBiasThrows() throws {
    var layer = try Self.layer(5, hasBias: true)
    var saved = Self.saved(layer)
    #expect(saved.removeValue(forKey: "router.selectionBias") != nil)
    expectConfigurationError(
      "selection bias is none, expected 5 numbers, as the strategy has one"
    ) { try layer.restoreBuffers(saved) }
    #expect(layer.router.selectionBias == Tensor(zeros: [5]))
  }
}
