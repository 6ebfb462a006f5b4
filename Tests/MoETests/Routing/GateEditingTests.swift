import MoE
import Testing

/// Gates of other experts give the logits that these had.
@Suite(.namingCombinations) struct GateEditingTests {
  private static let tokens = SmallLayers.normal([5, 4])
  private static let previous = SmallLayers.normal([5, 6], seed: 43)

  private static let gates: [(name: String, gate: GateSpecification)] = [
    ("linear", .linear(bias: true)), ("feed-forward", .feedForward(hiddenSize: 3, bias: true)),
    ("cosine", .cosine(projectionSize: 3)), ("noisy", .linear().noisy()),
    ("jittered", .linear().jittered(by: 0.3)), ("residual", .linear().residual()),
    ("all around", .feedForward(hiddenSize: 2).noisy().residual().jittered(by: 0.1)),
  ]

  private static func router(_ gate: GateSpecification) throws -> Router {
    var generator = SeededGenerator(seed: 8)
    var router = try Router(
      inputSize: 4, expertCount: 6, strategy: .topK(1, gate: gate), using: &generator)
    // Some parameters start at zero.
    router.visitParameters {
      $1 += .uniform(in: -0.5...0.5, shape: $1.shape, using: &generator)
    }
    return router
  }

  private static func logits(_ router: Router, _ previous: Tensor) throws -> Tensor {
    let reads = router.gate.readsPreviousLogits
    return try router.forward(
      tokens, context: .inference,
      overrides: RoutingOverrides(previousLogits: reads ? previous : nil)
    ).routing.logits
  }

  @Test func logitsMoveWithTheirExperts() throws {
    try withEvery("gate", in: Self.gates.map(\.name)) { name in
      for (known, gate) in Self.gates where known == name {
        let router = try Self.router(gate)
        let before = try Self.logits(router, Self.previous)
        for order in [[0, 2, 3], [5, 4, 3, 2, 1, 0], [1, 1, 4, 4, 4, 0, 1], [2]] {
          let edit = try ExpertEdit(order, of: 6)
          let edited = try router.editingExperts(edit)
          #expect(
            try Self.logits(edited, Self.previous).bits
              == edit(before.transposed()).transposed().bits, "\(order)")
        }
      }
    }
  }

  /// The parameters of one expert are those of its row, and writing to them changes that row.
  @Test func anExpertsParametersAreItsOwn() throws {
    for (name, specification) in Self.gates {
      var gate = try Self.router(specification).gate
      let names = try gate.namedParameters(ofExpert: 2).map(\.name)
      #expect(!names.isEmpty, "\(name)")
      let before = try (0..<6).map { try gate.namedParameters(ofExpert: $0).map(\.parameter) }
      try gate.visitParameters(ofExpert: 2) { $1 = Tensor(zeros: $1.shape) }
      for expert in 0..<6 {
        let after = try gate.namedParameters(ofExpert: expert)
        #expect(after.map(\.name) == names)
        for (after, before) in zip(after, before[expert]) {
          #expect(expert == 2 ? after.parameter.norm() == 0 : after.parameter == before)
        }
      }
    }
  }

  /// A residual reads the logits of the layer before at the places that they have afterwards.
  @Test func residualsFollowTheLayerBefore() throws {
    let router = try Self.router(.linear().residual())
    var off = Self.previous
    for token in 0..<5 { for expert in [1, 4] { off[token, expert] = -.infinity } }
    let edit = try ExpertEdit([0, 2, 3, 5], of: 6)
    let edited = try router.editingPreviousExperts(edit)
    let fewer = edit(Self.previous.transposed()).transposed()
    #expect(try Self.logits(edited, fewer).bits == Self.logits(router, off).bits)
    // Of copies the first counts.
    let doubled = try ExpertEdit([0, 0, 1, 2, 3, 3, 3, 4, 5], of: 6)
    let more = doubled(Self.previous.transposed()).transposed()
    #expect(
      try Self.logits(router.editingPreviousExperts(doubled), more).bits
        == Self.logits(router, Self.previous).bits)
    // Then the experts themselves, which leaves the columns.
    let both = try edited.editingExperts(ExpertEdit([3], of: 6))
    #expect(both.gate.expertCount == 1 && both.gate.previousLogitCount == 4)
    #expect(
      try Self.logits(both, fewer).bits
        == Self.logits(router, off).transposed()[entries: 3..<4].transposed().bits)
    expectConfigurationError(
      "experts of the layer before is 5, expected 6, as the gate's residual reads"
    ) { _ = try router.editingPreviousExperts(ExpertEdit([0], of: 5)) }
    // One that reads none stays as it is.
    let plain = try Self.router(.linear())
    #expect(try plain.editingPreviousExperts(edit).gate.previousLogitCount == 6)
  }

  /// A group of a hierarchical gate keeps its probability, and what is left of it shares that.
  @Test func groupsKeepTheirProbability() throws {
    let router = try Self.router(.hierarchical(groups: 3, bias: true))
    let before = try Self.logits(router, Self.previous).softmax()
    let thinned = try router.editingExperts(ExpertEdit([1, 2, 4], of: 6))
    let after = try Self.logits(thinned, SmallLayers.normal([5, 3])).softmax()
    for token in 0..<5 {
      for group in 0..<3 {
        let both = before[token, 2 * group] + before[token, 2 * group + 1]
        #expect((after[token, group] - both).magnitude < 1e-6)
      }
    }
    expectConfigurationError(
      "experts in the groups of HierarchicalGate is [1, 2, 2], expected as many in each, of one "
        + "former group and side by side"
    ) { _ = try router.editingExperts(ExpertEdit([1, 2, 3, 4, 5], of: 6)) }
  }

  @Test func theSlotsOfASoftMixtureMoveTogether() throws {
    var generator = SeededGenerator(seed: 8)
    let router = try Router(
      inputSize: 4, expertCount: 3, strategy: .soft(slotsPerExpert: 2), using: &generator)
    let edited = try router.editingExperts(ExpertEdit([2, 0], of: 3))
    let before = try #require(
      try router.forward(Self.tokens, context: .inference).routing.soft?.logits)
    let after = try #require(
      try edited.forward(Self.tokens, context: .inference).routing.soft?.logits)
    #expect(after.bits == before.transposed().gatheringEntries([4, 5, 0, 1]).transposed().bits)
  }
}
