import MoE
import Testing

/// Experts of a stack's mixtures that are taken away, or frozen.
@Suite struct StackEditingTests {
  private static let tokens = StackFixtures.tokens(9)

  /// Three mixtures whose gates read the logits of the one before, and in which no sum is over
  /// experts.
  private static func stack(_ gate: GateSpecification = .linear().residual()) throws -> MixtureStack
  {
    try StackFixtures.stack(
      StackFixtures.configuration(
        mixture: MixtureSpecification(
          experts: [
            .gatedFeedForward(count: 3, hiddenSize: 5), .feedForward(count: 2, hiddenSize: 4),
          ],
          routing: RoutingStrategy(gate: gate, score: .sigmoid, selector: .topK(2)))))
  }

  /// Output, and the gradients of the tokens and of the parameters that are left.
  private static func results(
    _ stack: MixtureStack, removing mixture: Int? = nil
  ) throws -> [Tensor] {
    let pass = try stack.forward(tokens, context: .training(step: 1))
    let back = try stack.backward(StackFixtures.tokens(9, seed: 4), pass: pass)
    var parameters = back.parameters
    if let mixture {
      try parameters.editExperts(ExpertEdit([0, 2, 4], of: 5), ofMixture: mixture)
    }
    return [pass.output, back.input] + parameters.namedParameters.map(\.parameter)
  }

  /// An expert that is gone is one that is switched off, for the mixtures after it too.
  @Test(arguments: [0, 1, 2]) func removedExpertsAreSwitchedOff(mixture: Int) throws {
    var (off, without) = (try Self.stack(), try Self.stack())
    off.blocks[mixture].mixture?.router.disabledExperts = [1, 3]
    try without.editExperts(ExpertEdit([0, 2, 4], of: 5), ofMixture: mixture)
    #expect(without.blocks[mixture].mixture?.expertCount == 3)
    let (before, after) = (
      try Self.results(off, removing: mixture), try Self.results(without)
    )
    #expect(before.count == after.count)
    for (before, after) in zip(before, after) { #expect(before.bits == after.bits) }
  }

  @Test func gatesThatReadNothingStayAsTheyAre() throws {
    var stack = try Self.stack(.linear())
    try stack.editExperts(
      ExpertEdit([4], of: 5), ofMixture: 0, routing: .topK(1, weighting: .scores))
    #expect(stack.blocks.map { $0.mixture?.expertCount } == [1, 5, 5])
    _ = try stack.forward(Self.tokens, context: .training(step: 0))
  }

  @Test func impossibleEditsChangeNothing() throws {
    var stack = try Self.stack()
    let before = try stack(Self.tokens)
    expectConfigurationError("mixture to edit is 3, expected 0 to 2") {
      try stack.editExperts(ExpertEdit([0], of: 5), ofMixture: 3)
    }
    expectConfigurationError("experts a token (top-k) is 2, expected 1 to 1, the experts there are")
    { try stack.editExperts(ExpertEdit([0], of: 5), ofMixture: 0) }
    expectConfigurationError("experts before an edit is 4, expected 5, as the router has") {
      try stack.editExperts(ExpertEdit([0, 1], of: 4), ofMixture: 0)
    }
    #expect(try stack(Self.tokens).bits == before.bits)
  }

  /// The optimiser of a whole model follows, and moves no frozen expert in it.
  @Test func optimizersOfStacksFollow() throws {
    var stack = try Self.stack()
    var optimizer = AdamW(learningRate: 0.1, weightDecay: 0.5, decays: { _ in true })
    func step(_ index: Int) throws {
      let pass = try stack.forward(Self.tokens, context: .training(step: index))
      optimizer.update(&stack, along: try stack.backward(pass.output, pass: pass))
    }
    try step(0)
    try optimizer.edit(&stack) {
      try $0.editExperts(ExpertEdit([0, 1, 3], of: 5), ofMixture: 1)
    }
    try stack.blocks[1].mixture?.freezeExperts([2])
    let group = try #require(stack.blocks[1].mixture?.expertGroups[1])
    try step(1)
    let after = try #require(stack.blocks[1].mixture?.expertGroups[1])
    #expect(group.expertCount == 1)
    for (before, after) in zip(group.namedParameters, after.namedParameters) {
      #expect(before.parameter.bits == after.parameter.bits)
    }
    let others = try #require(stack.blocks[1].mixture?.expertGroups[0])
    #expect(others.namedParameters[0].parameter.norm() > 0)
  }

  @Test func mixturesOfHeadsAreEdited() throws {
    var off = try AttentionHeadsFixtures.mixture(
      RoutingStrategy(score: .sigmoid, selector: .topK(2), hasSelectionBias: true), experts: 4,
      stepUpdates: [SelectionBiasUpdate()])
    off.router.selectionBias = [0.5, 0, -0.5, 0.25]
    let edit = try ExpertEdit([0, 1, 3], of: 4)
    let without = try off.editingExperts(edit)
    off.router.disabledExperts = [2]
    let context = AttentionHeadsFixtures.context([3, 4])
    let tokens = AttentionHeadsFixtures.tokens(7)
    let before = try off.forward(tokens, context: context)
    let after = try without.forward(tokens, context: context)
    #expect(before.output.bits == after.output.bits)
    let (mine, theirs) = (
      try off.backward(tokens, pass: before), try without.backward(tokens, pass: after)
    )
    #expect(mine.input.bits == theirs.input.bits)
    for (mine, theirs) in zip(
      try mine.parameters.editingExperts(edit).namedParameters, theirs.parameters.namedParameters)
    { #expect(mine.parameter.bits == theirs.parameter.bits, "\(mine.name)") }
    #expect(throws: MoEError.self) { try off.editingExperts(ExpertEdit([1], of: 4)) }
  }
}
