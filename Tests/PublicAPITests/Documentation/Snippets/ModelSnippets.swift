import MoE
import Testing

/// The snippets of doc comments on whole models, as they stand there.
@Suite("Snippets on models run")
struct ModelSnippets {
  @Test func decoder() throws {
    // snippet
    let configuration = StackConfiguration(
      size: 64, blockCount: 4, attention: .heads(4), dense: .gatedFeedForward(hiddenSize: 128),
      mixture: MixtureSpecification(
        experts: [.gatedFeedForward(count: 8, hiddenSize: 64)], routing: .topK(2)),
      pattern: .every(2))
    // end
    var generator = SeededGenerator(seed: 1)
    var decoder = try MixtureDecoder(
      DecoderConfiguration(vocabularySize: 16, stack: configuration), using: &generator)
    #expect(decoder.stack.mixtureParts.map(\.block) == [1, 3])
    var optimizer = AdamW(learningRate: 1e-2)
    let (ids, following, step) = ([1, 2, 3, 4], [2, 3, 4, 5], 0)
    let before = try CrossEntropy()(decoder(ids), labels: following).value
    // snippet
    let pass = try decoder.forward(ids, context: .training(step: step))
    let loss = try CrossEntropy()(pass.logits, labels: following)
    let gradient = try decoder.backward(loss.gradient, pass: pass)
    optimizer.update(&decoder, along: gradient)
    try decoder.finishStep([pass])
    // end
    #expect(try CrossEntropy()(decoder(ids), labels: following).value < before)
    let prompt = ids
    // snippet
    var cache = try decoder.makeCache()
    let logits = try decoder.next(prompt, cache: &cache)
    // end
    #expect(try logits == decoder(prompt))
  }
}
