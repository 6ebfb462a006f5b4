import MoE
import Testing

/// What optimisers have gathered goes where the parameters go.
@Suite struct OptimizerEditTests {
  private static let tokens = SmallLayers.normal([9, 4])

  private static func trained(
    _ optimizer: inout some Optimizer
  ) throws -> MixtureOfExperts {
    var layer = try SmallLayers.layer(.topK(3, gate: .linear(bias: true)))
    for step in 0..<3 {
      let pass = try layer.forward(tokens, context: .training(step: step))
      optimizer.update(&layer, along: try layer.backward(pass.output, pass: pass))
    }
    return layer
  }

  private static func state(_ optimizer: some Optimizer) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: optimizer.namedBuffers.map { ($0.name, $0.tensor) })
  }

  @Test func momentsMoveWithTheirExperts() throws {
    var optimizer = AdamW(learningRate: 0.1)
    var layer = try Self.trained(&optimizer)
    let before = Self.state(optimizer)
    let edit = try ExpertEdit(averaging: [[3], [0, 1], [3], [2]], of: 4)
    try optimizer.edit(&layer) { $0 = try $0.editingExperts(edit) }
    let after = Self.state(optimizer)
    #expect(before.count == after.count && after["step"] == before["step"])
    for (name, tensor) in before where name != "step" {
      #expect(after[name]?.bits == edit(tensor).bits, "\(name)")
    }
    try optimizer.checkBuffers()
    let pass = try layer.forward(Self.tokens, context: .training(step: 3))
    optimizer.update(&layer, along: try layer.backward(pass.output, pass: pass))
  }

  @Test func whatIsNewStartsFromZero() throws {
    var optimizer = AdamW(learningRate: 0.1)
    var layer = try Self.trained(&optimizer)
    let before = Self.state(optimizer)
    try optimizer.edit(&layer) {
      var generator = SeededGenerator(seed: 3)
      try $0.addExperts(.gatedFeedForward(count: 2, hiddenSize: 3), using: &generator)
    }
    let after = Self.state(optimizer)
    for part in ["mean", "square"] {
      let gate = "moments.router.gate.weight.\(part)"
      #expect(after[gate]?[entries: 0..<4].bits == before[gate]?.bits)
      #expect(after[gate]?[entries: 4..<6].norm() == 0 && before[gate]?.norm() ?? 0 > 0)
      #expect(after["moments.expertGroups.1.up.weight.\(part)"]?.norm() == 0)
      let old = "moments.expertGroups.0.up.weight.\(part)"
      #expect(after[old]?.bits == before[old]?.bits)
    }
  }

  @Test func copiesWithNoiseKeepSquaresAboveZero() throws {
    var optimizer = AdamW(learningRate: 0.1)
    var layer = try Self.trained(&optimizer)
    try optimizer.edit(&layer) {
      var generator = SeededGenerator(seed: 3)
      try $0.duplicateExperts([0, 2], times: 3, noise: 2, using: &generator)
    }
    try optimizer.checkBuffers()
    try optimizer.check(layer)
  }

  @Test func velocitiesMoveToo() throws {
    var optimizer = SGD(learningRate: 0.1, momentum: 0.5)
    var layer = try Self.trained(&optimizer)
    let before = Self.state(optimizer)
    try optimizer.edit(&layer) { try $0.keepExperts([2, 0, 3]) }
    let edit = try ExpertEdit([2, 0, 3], of: 4)
    let after = Self.state(optimizer)
    #expect(!after.isEmpty && after.count == before.count)
    for (name, tensor) in before { #expect(after[name]?.bits == edit(tensor).bits) }
    // Without momentum there is nothing to move.
    var plain = SGD(learningRate: 0.1)
    var other = try Self.trained(&plain)
    try plain.edit(&other) { try $0.removeExperts([0]) }
    #expect(other.expertCount == 3 && plain.namedBuffers.isEmpty)
  }

  @Test func whatCannotFollowChangesNothing() throws {
    var optimizer = AdamW(learningRate: 0.1)
    var layer = try Self.trained(&optimizer)
    let (before, parameters) = (Self.state(optimizer), layer.namedParameters)
    var generator = SeededGenerator(seed: 3)
    let error = #expect(throws: MoEError.self) {
      try optimizer.edit(&layer) {
        try $0.addExperts(.feedForward(count: 1, hiddenSize: 3), using: &generator)
      }
    }
    #expect(
      error?.description.hasSuffix(
        "each time, expected the same each time, by a copy of a generator that is made inside")
        == true)
    #expect(throws: MoEError.self) { try optimizer.edit(&layer) { try $0.removeExperts([7]) } }
    // One of another model.
    var other = try SmallLayers.full()
    #expect(throws: MoEError.self) { try optimizer.edit(&other) { try $0.removeExperts([0]) } }
    #expect(layer.expertCount == 4 && other.expertCount == 5)
    for (mine, theirs) in zip(layer.namedParameters, parameters) {
      #expect(mine.parameter.bits == theirs.parameter.bits)
    }
    let after = Self.state(optimizer)
    #expect(after.keys.sorted() == before.keys.sorted())
    for (name, tensor) in before { #expect(after[name]?.bits == tensor.bits) }
  }

  /// One of a user's own that has gathered something is not taken to follow.
  @Test func ownOptimizersThatSayNothingThrow() throws {
    struct Counting: Optimizer {
      var learningRate: Float = 0.1
      var steps: Tensor?

      mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
        model.updateParameters(along: gradient) { $1 -= learningRate * $2 }
        steps = (steps ?? [0]) + 1
      }

      mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
        try visit("steps", &steps)
      }
    }
    var fresh = Counting()
    var layer = try SmallLayers.layer(.topK(2))
    try fresh.edit(&layer) { try $0.removeExperts([0]) }
    #expect(layer.expertCount == 3)
    layer = try Self.trained(&fresh)
    expectConfigurationError(
      "optimizer of a model whose experts change is Counting, expected one that implements "
        + "follow(_:_:), or has gathered nothing yet"
    ) { try fresh.edit(&layer) { try $0.removeExperts([0]) } }
    #expect(layer.expertCount == 4)
  }
}
