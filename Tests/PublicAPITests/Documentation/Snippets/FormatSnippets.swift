import MoE
import Testing

/// The snippets of the article on weight formats, as they stand there.
@Suite("Snippets on weight formats run")
struct FormatSnippets {
  @Test("Article: weight formats")
  func formats() throws {
    // snippet
    var generator = SeededGenerator(seed: 7)
    let layer = try MixtureOfExperts(
      inputSize: 64, experts: [.gatedFeedForward(count: 8, hiddenSize: 128)],
      routing: .topK(2), using: &generator)
    let small = try layer.compressing(to: .int4(groupSize: 32))
    let tokens = Tensor.normal(shape: [32, 64], using: &generator)

    print(small.weightByteCount * 6 < layer.weightByteCount)  // true
    print(try layer.roundingEffect(of: small, on: tokens).changedTokens)  // 0.0
    // end
    #expect(small.weightByteCount * 6 < layer.weightByteCount)
    let effect = try layer.roundingEffect(of: small, on: tokens)
    #expect(effect.changedTokens == 0 && effect.relativeError > 0.01 && effect.relativeError < 0.3)
    // snippet
    let decompressed = try small.compressing(to: .float32)
    print(try small(tokens) == decompressed(tokens))  // true
    // end
    #expect(try small(tokens) == decompressed(tokens))
    // snippet
    let calibrated = try layer.compressing(to: .int4(), rounding: .leastSquares()) {
      _ = try $0.forward(tokens, context: .inference)
    }
    print(layer.roundingReport(of: calibrated).entries.count)  // 3
    // end
    #expect(layer.roundingReport(of: calibrated).entries.count == 3)
    // snippet
    let trained = try layer.compressing(to: .int8(), keepingMaster: true)
    // end
    #expect(trained.weightByteCount * 3 < layer.weightByteCount)
    #expect(trained.namedParameters[1].parameter == layer.namedParameters[1].parameter)
  }
}
