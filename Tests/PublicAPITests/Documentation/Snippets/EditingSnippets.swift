import MoE
import Testing

/// The snippets of doc comments on changing which experts a layer has.
@Suite("Snippets on editing experts run")
struct EditingSnippets {
  @Test("Edits")
  func edits() throws {
    // snippet
    let others = try ExpertEdit([0, 2, 3], of: 4)  // without expert 1
    let doubled = try ExpertEdit([0, 0, 1, 1], of: 2)  // each of two twice
    let merged = try ExpertEdit(averaging: [[0], [1, 2]], of: 3)
    // end
    #expect(others.count == 3 && doubled.count == 4 && merged.count == 2)
  }

  @Test("Upcycling, and an optimiser that follows")
  func upcycling() throws {
    var generator = SeededGenerator(seed: 12)
    // snippet
    let dense = GatedFeedForward(inputSize: 16, hiddenSize: 64, using: &generator)
    let sparse = try MixtureOfExperts(
      upcycling: dense, Upcycling(copies: 4, parts: 2), routing: .topK(2), using: &generator)
    // end
    let tokens = Tensor.normal(shape: [5, 16], using: &generator)
    let (before, after) = (dense(tokens).scalarArray, try sparse(tokens).scalarArray)
    for (before, after) in zip(before, after) { #expect((before - after).magnitude < 1e-5) }

    var moe = sparse
    var optimizer = AdamW()
    let pass = try moe.forward(tokens, context: .training(step: 0))
    let gradient = try moe.backward(pass.output, pass: pass)
    optimizer.update(&moe, along: gradient)
    // snippet
    try optimizer.edit(&moe) { try $0.removeExperts([3]) }
    // end
    #expect(moe.expertCount == 7)
  }

  @Test("Stacks")
  func stacks() throws {
    var generator = SeededGenerator(seed: 12)
    var stack = try MixtureStack(
      StackConfiguration(
        size: 8, blockCount: 3, dense: .gatedFeedForward(hiddenSize: 4),
        mixture: MixtureSpecification(
          experts: [.gatedFeedForward(count: 4, hiddenSize: 4)], routing: .topK(2)),
        pattern: .all), using: &generator)
    // snippet
    try stack.editExperts(ExpertEdit([0, 1, 3], of: 4), ofMixture: 2)
    // end
    #expect(stack.blocks[2].mixture?.expertCount == 3)
  }
}
