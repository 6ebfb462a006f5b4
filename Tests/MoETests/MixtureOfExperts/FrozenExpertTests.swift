import MoE
import Testing

/// Experts that training leaves as they are.
@Suite(.namingCombinations) struct FrozenExpertTests {
  private static let tokens = SmallLayers.normal([9, 6])

  private static let optimizers: [(name: String, optimizer: any Optimizer)] = [
    ("AdamW", AdamW(learningRate: 0.1, weightDecay: 0.5, decays: { _ in true })),
    ("SGD", SGD(learningRate: 0.1)),
    ("momentum", SGD(learningRate: 0.1, momentum: 0.9, isNesterov: true)),
  ]

  private static func layer() throws -> MixtureOfExperts {
    try SmallLayers.full(.topK(3, gate: .linear(bias: true)), inputSize: 6)
  }

  private static func step(
    _ layer: inout MixtureOfExperts, _ optimizer: inout any Optimizer, _ step: Int
  ) throws {
    let pass = try layer.forward(tokens, context: .training(step: step))
    optimizer.update(&layer, along: try layer.backward(pass.output, pass: pass))
  }

  /// The bits of each expert's parameters, and of its row of the gate.
  private static func state(
    _ layer: MixtureOfExperts
  ) throws -> (experts: [[[UInt32]]], rows: [[[UInt32]]]) {
    let experts = try zip(layer.expertGroups, layer.testedRanges).flatMap { group, range in
      try range.map {
        try group.namedParameters(ofExpert: $0 - range.lowerBound).map(\.parameter.bits)
      }
    }
    return (
      experts,
      try (0..<layer.expertCount).map {
        try layer.router.gate.namedParameters(ofExpert: $0).map(\.parameter.bits)
      }
    )
  }

  @Test func theyAreNotMovedByDecayOrMomentum() throws {
    try withEvery("optimizer", in: Self.optimizers.map(\.name)) { name in
      for (known, fresh) in Self.optimizers where known == name {
        var (layer, optimizer) = (try Self.layer(), fresh)
        // Moving already: momentum would carry them on.
        for index in 0..<2 { try Self.step(&layer, &optimizer, index) }
        try layer.freezeExperts([1, 4])
        let before = try Self.state(layer)
        for index in 2..<5 { try Self.step(&layer, &optimizer, index) }
        let after = try Self.state(layer)
        for expert in 0..<5 {
          let isSame = after.experts[expert] == before.experts[expert]
          #expect(isSame == [1, 4].contains(expert), "expert \(expert)")
          #expect(after.rows[expert] != before.rows[expert])
        }
        layer.unfreezeExperts([4])
        #expect(layer.frozenExperts == [1])
        try Self.step(&layer, &optimizer, 5)
        let last = try Self.state(layer)
        #expect(last.experts[4] != after.experts[4] && last.experts[1] == after.experts[1])
      }
    }
  }

  @Test func rowsOfTheGateCanBeFrozenToo() throws {
    var layer = try Self.layer()
    var optimizer: any Optimizer = AdamW(learningRate: 0.1, weightDecay: 0.5, decays: { _ in true })
    try layer.freezeExperts([2], includingGateRows: true)
    let before = try Self.state(layer)
    for index in 0..<3 { try Self.step(&layer, &optimizer, index) }
    let after = try Self.state(layer)
    for expert in 0..<5 {
      #expect((after.rows[expert] == before.rows[expert]) == (expert == 2))
      #expect((after.experts[expert] == before.experts[expert]) == (expert == 2))
    }
    layer.unfreezeExperts()
    #expect(layer.frozenExperts.isEmpty && layer.frozenGateRows.isEmpty)
  }

  @Test func theirGradientsAreZeroAndTheOthersAreWhatTheyWere() throws {
    var layer = try Self.layer()
    let free = try layer.forward(Self.tokens, context: .training(step: 0))
    let whole = try layer.backward(Self.tokens[columns: 5], pass: free)
    try layer.freezeExperts([0, 3], includingGateRows: true)
    let pass = try layer.forward(Self.tokens, context: .training(step: 0))
    #expect(pass.output.bits == free.output.bits)
    let gradient = try layer.backward(Self.tokens[columns: 5], pass: pass)
    #expect(gradient.input.bits == whole.input.bits)
    let (mine, theirs) = (try Self.state(gradient.parameters), try Self.state(whole.parameters))
    for expert in 0..<5 {
      if [0, 3].contains(expert) {
        #expect(mine.experts[expert].joined().allSatisfy { $0 == 0 })
        #expect(mine.rows[expert].joined().allSatisfy { $0 == 0 })
        #expect(theirs.experts[expert].joined().contains { $0 != 0 })
      } else {
        #expect(mine.experts[expert] == theirs.experts[expert])
        #expect(mine.rows[expert] == theirs.rows[expert])
      }
    }
  }

  /// However deep a layer stands, and though what holds it says nothing of freezing.
  @Test func theyStayInsideOtherLayers() throws {
    struct Model: Parameterized {
      var layers: PerExpert<MixtureOfExperts>

      mutating func visitParameters(
        _ visit: (String, inout Tensor) throws -> Void
      ) rethrows { try layers.visitParameters(under: "layers", visit) }
    }
    var inner = try MixtureOfExpertsCases.square()
    try inner.freezeExperts([1])
    var model = Model(layers: PerExpert([inner, inner]))
    var gradient = model
    gradient.visitParameters { $1 = Tensor(repeating: 1, shape: $1.shape) }
    var optimizer = AdamW(learningRate: 0.1, weightDecay: 0.5, decays: { _ in true })
    optimizer.update(&model, along: gradient)
    for layer in model.layers.layers {
      let (before, after) = (try Self.state(inner), try Self.state(layer))
      for expert in 0..<3 {
        #expect((after.experts[expert] == before.experts[expert]) == (expert == 1))
      }
    }
  }

  /// Loading parameters is no training.
  @Test func theyCanBeLoaded() throws {
    var layer = try Self.layer()
    let other = try SmallLayers.full(.topK(3, gate: .linear(bias: true)), seed: 99)
    try layer.freezeExperts([0, 1, 2, 3, 4], includingGateRows: true)
    layer.visitParameters(with: other) { $1 = $2 }
    for (mine, theirs) in zip(layer.namedParameters, other.namedParameters) {
      #expect(mine.parameter.bits == theirs.parameter.bits)
    }
  }

  @Test func theFrozenSlotsOfASoftMixtureStay() throws {
    var generator = SeededGenerator(seed: 3)
    var layer = try MixtureOfExperts(
      inputSize: 6, experts: [.feedForward(count: 3, hiddenSize: 2)],
      routing: .soft(slotsPerExpert: 2), using: &generator)
    try layer.freezeExperts([1], includingGateRows: true)
    let before = layer.router.namedParameters[0].parameter
    var optimizer: any Optimizer = AdamW(learningRate: 0.1, weightDecay: 0.5)
    try Self.step(&layer, &optimizer, 0)
    let after = layer.router.namedParameters[0].parameter
    for slot in 0..<6 {
      #expect((after[entry: slot] == before[entry: slot]) == [2, 3].contains(slot))
    }
  }

  @Test func whatIsFrozenStaysWithTheExperts() throws {
    var layer = try Self.layer()
    try layer.freezeExperts([1, 3], includingGateRows: true)
    let edited = try layer.editingExperts(ExpertEdit(averaging: [[3], [3, 4], [1], [0]], of: 5))
    #expect(edited.frozenExperts == [0, 2] && edited.frozenGateRows == [0, 2])
    var generator = SeededGenerator(seed: 4)
    try layer.addExperts(.feedForward(count: 1, hiddenSize: 2), like: 3, using: &generator)
    #expect(layer.frozenExperts == [1, 3] && layer.frozenGateRows == [1, 3])
  }

  @Test func whichAreFrozenIsSaved() throws {
    var layer = try Self.layer()
    #expect(!layer.namedBuffers.contains { $0.name.hasPrefix("frozen") })
    try layer.freezeExperts([4, 1])
    #expect(layer.namedBuffers.map(\.name).suffix(1) == ["frozenExperts"])
    let buffers = Dictionary(uniqueKeysWithValues: layer.namedBuffers.map { ($0.name, $0.tensor) })
    var fresh = try Self.layer()
    try fresh.restoreBuffers(buffers)
    #expect(fresh.frozenExperts == [1, 4] && fresh.frozenGateRows.isEmpty)
    // And is gone where it was not.
    try fresh.restoreBuffers([:])
    #expect(fresh.frozenExperts.isEmpty)
    for wrong in [Tensor(integers: [5]), Tensor([0.5]), Tensor(integers: [0])[entries: 0..<0]] {
      let before = fresh.namedBuffers.map(\.name)
      if wrong.count > 0 {
        #expect(throws: MoEError.self) { try fresh.restoreBuffers(["frozenExperts": wrong]) }
      }
      #expect(fresh.namedBuffers.map(\.name) == before)
    }
    expectConfigurationError("frozen expert is 5, expected 0 to 4") {
      try layer.freezeExperts([5])
    }
    #expect(layer.frozenExperts == [1, 4])
  }
}

/// A layer that can stand in others.
private enum MixtureOfExpertsCases {
  static func square() throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 3)
    return try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 2)],
      routing: .topK(2), using: &generator)
  }
}

extension Tensor {
  /// The first columns alone.
  fileprivate subscript(columns count: Int) -> Tensor {
    transposed()[entries: 0..<count].transposed()
  }
}
