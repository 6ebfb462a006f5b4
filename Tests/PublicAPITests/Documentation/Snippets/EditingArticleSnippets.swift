import MoE
import Testing

/// The snippets of the article on editing experts, as they stand there.
@Suite("Snippets of the article on editing experts run")
struct EditingArticleSnippets {
  @Test("Article: editing experts")
  func editing() throws {
    // snippet
    var generator = SeededGenerator(seed: 31)
    var moe = try MixtureOfExperts(
      inputSize: 16, experts: [.gatedFeedForward(count: 8, hiddenSize: 32)],
      routing: .topK(2), using: &generator)
    try moe.removeExperts([3, 5])
    try moe.mergeExperts([0, 1])
    try moe.addExperts(.gatedFeedForward(count: 2, hiddenSize: 64), using: &generator)
    print(moe.expertCount)  // 7
    // end
    #expect(moe.expertCount == 7)

    // snippet
    let dense = GatedFeedForward(inputSize: 16, hiddenSize: 64, using: &generator)
    let sparse = try MixtureOfExperts(
      upcycling: dense, Upcycling(copies: 4, parts: 2), routing: .topK(2), using: &generator)
    let tokens = Tensor.normal(shape: [5, 16], using: &generator)
    let difference = try sparse(tokens) - dense(tokens)
    print(sparse.expertCount, (difference * difference).sum() < 1e-9)  // 8 true
    // end
    #expect(sparse.expertCount == 8 && (difference * difference).sum() < 1e-9)

    // snippet
    var pruned = sparse
    try pruned.removeExperts([1])
    var disabled = sparse
    disabled.router.disabledExperts = [1]
    // end
    let (without, masked) = (try pruned(tokens), try disabled(tokens))
    #expect((without - masked).sum().magnitude < 1e-9)

    // snippet
    var plain = try MixtureOfExperts(
      inputSize: 16, experts: [.gatedFeedForward(count: 4, hiddenSize: 32)],
      routing: .topK(1, weighting: .softmaxOverSelected), using: &generator)
    let before = try plain(tokens)
    try plain.duplicateExperts(
      [0, 1, 2, 3], routing: .topK(2, weighting: .softmaxOverSelected))
    print(try plain(tokens) == before)  // true
    // end
    #expect(try plain(tokens) == before)

    // snippet
    try moe.freezeExperts([0, 1], includingGateRows: true)
    // end
    let frozen = try moe.expertGroups[0].namedParameters(ofExpert: 0).map(\.parameter)

    // snippet
    var optimizer = AdamW(learningRate: 1e-3)
    let pass = try moe.forward(tokens, context: .training(step: 0))
    optimizer.update(&moe, along: try moe.backward(pass.output, pass: pass))
    try optimizer.edit(&moe) { try $0.removeExperts([6]) }
    // end
    #expect(moe.expertCount == 6)
    #expect(try moe.expertGroups[0].namedParameters(ofExpert: 0).map(\.parameter) == frozen)

    // snippet
    let order = try ExpertEdit([2, 0, 1, 3, 4, 5], of: 6)
    moe = try moe.editingExperts(order)
    // end
    #expect(moe.expertCount == 6)

    // snippet
    var stack = try MixtureStack(
      StackConfiguration(
        size: 16, blockCount: 2,
        mixture: MixtureSpecification(
          experts: [.gatedFeedForward(count: 4, hiddenSize: 16)],
          routing: .topK(2, gate: .linear().residual()))),
      using: &generator)
    try stack.editExperts(ExpertEdit([0, 1, 3], of: 4), ofMixture: 0)
    // end
    let mixtures = try stack.forward(tokens, context: .inference).mixtures
    #expect(mixtures.map(\.routing.expertCount) == [3, 4])

    var decoder = try MixtureDecoder(
      DecoderConfiguration(
        vocabularySize: 8,
        stack: StackConfiguration(
          size: 16, blockCount: 2, attention: .heads(2), dense: .feedForward(hiddenSize: 8),
          pattern: .none)),
      using: &generator)
    // snippet
    try decoder.stack.upcycle(
      Upcycling(copies: 4), routing: .topK(2),
      balancingLosses: [.loadBalancing(coefficient: 0.01)], using: &generator)
    // end
    #expect(decoder.stack.mixtureParts.count == 2)
  }
}
