import MoE
import Testing

/// The snippets of the article on stacks, as they stand there.
@Suite("Snippets on stacks run")
struct StackSnippets {
  @Test("Article: stacks")
  func stacks() throws {
    // snippet
    var generator = SeededGenerator(seed: 4)
    var decoder = try MixtureDecoder(
      DecoderConfiguration(
        vocabularySize: 64,
        stack: StackConfiguration(
          size: 32, blockCount: 4,
          attention: .heads(4, keyValueHeadCount: 2, rotary: RotaryPositions()),
          dense: .gatedFeedForward(hiddenSize: 64),
          mixture: MixtureSpecification(
            experts: [.gatedFeedForward(count: 8, hiddenSize: 32)],
            routing: .topK(2, gate: .linear().residual()),
            balancingLosses: [.loadBalancing(coefficient: 0.01)]),
          pattern: .allAfter(1))),
      using: &generator)
    print(decoder.parameterCount)
    // end
    #expect(decoder.stack.mixtureParts.map(\.block) == [1, 2, 3])
    let before = decoder

    // snippet
    let plusPlus = try MixtureStack(
      StackConfiguration(
        size: 32, blockCount: 3, attention: .heads(4, rotary: RotaryPositions()),
        mixture: .moePlusPlus(computingExperts: 8, hiddenSize: 64)),
      using: &generator)
    // end
    #expect(plusPlus.mixtureParts.count == 3)

    // snippet
    let routedTwice = try MixtureStack(
      StackConfiguration(
        size: 32, blockCount: 2,
        attention: .mixtureOfHeads(
          expertCount: 8, headSize: 8, headCount: 2, keyValueHeadCount: 1, routing: .topK(2),
          rotary: RotaryPositions(), balancingLosses: [.loadBalancing(coefficient: 0.01)]),
        mixture: MixtureSpecification(
          experts: [.gatedFeedForward(count: 8, hiddenSize: 32)], routing: .topK(2))),
      using: &generator)
    print(routedTwice.mixtureParts.count)  // 4
    // end
    #expect(routedTwice.mixtureParts.count == 4)
    let rows = Tensor.normal(shape: [4, 32], using: &generator)
    #expect(try routedTwice.forward(rows, context: .training(step: 0)).mixtures.count == 4)

    // snippet
    let ids = (0..<32).map { $0 * 7 % 64 }
    let following = ids.map { ($0 + 7) % 64 }
    var optimizer = AdamW(learningRate: 3e-3)
    for step in 0..<10 {
      let context = LayerContext(
        .training(step: step), batch: Batch(sequenceLengths: [16, 16]))
      let pass = try decoder.forward(ids, context: context)
      let loss = try CrossEntropy()(pass.logits, labels: following)
      let gradient = try decoder.backward(loss.gradient, pass: pass)
      optimizer.update(&decoder, along: gradient)
      try decoder.finishStep([pass])
      for mixture in pass.mixtures {
        print(step, mixture.block, mixture.routing.statistics.coefficientOfVariation)
      }
    }
    // end
    let loss = CrossEntropy()
    let (start, end) = try (before(ids), decoder(ids))
    #expect(
      try loss(end, labels: following).value < loss(start, labels: following).value)

    // snippet
    let context = LayerContext(
      .training(step: 10), batch: Batch(sequenceLengths: [16, 16]))
    let pass = try decoder.forward(ids, context: context)
    let again = try decoder.forward(
      ids, context: context, overrides: StackOverrides(replaying: pass.trace))
    print(again.logits == pass.logits)  // true
    // end
    #expect(again.logits == pass.logits)

    // snippet
    var cache = try decoder.makeCache()
    let prompt = try decoder.next([1, 8, 15], cache: &cache)
    let next = try decoder.next([22], cache: &cache)
    let whole = try decoder([1, 8, 15, 22])
    print(next == whole[entries: 3..<4])  // true
    // end
    #expect(next == whole[entries: 3..<4] && prompt == whole[entries: 0..<3])
  }
}
