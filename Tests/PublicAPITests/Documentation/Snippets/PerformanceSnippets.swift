import MoE
import Testing

/// The snippet of the article on performance, as it stands there.
@Suite("Snippets on performance run")
struct PerformanceSnippets {
  @Test("Article: performance")
  func performance() throws {
    // snippet
    var generator = SeededGenerator(seed: 5)
    var layer = try MixtureOfExperts(
      inputSize: 64, experts: [.gatedFeedForward(count: 8, hiddenSize: 128)],
      routing: .topK(2), using: &generator)
    layer.packWeights()
    Compute.prepare()
    let tokens = Tensor.normal(shape: [32, 64], using: &generator)
    let output = try Compute.withThreadCount(2) { try layer(tokens) }
    print(output.shape)  // [32, 64]
    // end
    #expect(output.shape == [32, 64])
  }
}
