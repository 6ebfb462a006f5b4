import MoE
import Testing

/// The snippets of the article on kinds of experts, as they stand there.
@Suite("Snippets on kinds of experts run")
struct KindSnippets {
  @Test("Article: kinds of experts")
  func kinds() throws {
    // snippet
    var generator = SeededGenerator(seed: 21)
    let mixed = try MixtureOfExperts(
      inputSize: 32,
      experts: [
        .gatedFeedForward(count: 6, hiddenSize: 64),
        .gatedFeedForward(count: 2, hiddenSize: 128),
        .feedForward(count: 4, hiddenSize: 96, activation: .squaredReLU, bias: false),
      ],
      routing: .topK(2), using: &generator)
    print(mixed.expertCount)  // 12
    // end
    #expect(mixed.expertCount == 12)
    let tokens = Tensor.normal(shape: [6, 32], using: &generator)
    #expect(try mixed(tokens).shape == [6, 32])

    // snippet
    let gate = Tensor([12], shape: [1])
    let up = Tensor([-15], shape: [1])
    print(GatedActivation.silu(gate, up)[0])  // -179.99889
    print(GatedActivation.clamped(limit: 10)(gate, up)[0])  // -99.99546
    // end
    #expect("\(GatedActivation.silu(gate, up)[0])" == "-179.99889")
    #expect("\(GatedActivation.clamped(limit: 10)(gate, up)[0])" == "-99.99546")

    // snippet
    let shared = try MixtureOfExperts(
      inputSize: 32,
      experts: [.gatedFeedForward(count: 8, hiddenSize: 32)],
      sharedExperts: .gatedFeedForward(count: 1, hiddenSize: 128).gated(),
      routing: .topK(2, weighting: .scores), using: &generator)
    // end
    #expect(shared.sharedExperts?.gate?.weight.shape == [1, 32])
    #expect(try shared(tokens).shape == [6, 32])

    // snippet
    let latent = try MixtureOfExperts(
      inputSize: 32,
      experts: [.feedForward(count: 16, hiddenSize: 64, activation: .squaredReLU, bias: false)],
      sharedExperts: .feedForward(
        count: 1, hiddenSize: 64, activation: .squaredReLU, bias: false),
      latent: LatentSpecification(size: 16),
      routing: RoutingStrategy(
        score: .sigmoid, selector: .topK(4), weighting: .renormalized),
      using: &generator)
    print(latent.inputSize, latent.expertGroups[0].inputSize)  // 32 16
    // end
    #expect(latent.inputSize == 32 && latent.expertGroups[0].inputSize == 16)
    #expect(try latent(tokens).shape == [6, 32])

    // snippet
    let spark = try MixtureOfExperts(
      inputSize: 32,
      experts: [
        .gatedFeedForward(count: 16, hiddenSize: 32)
          .normalized(after: .prescaledRMS(epsilon: 1e-8, addsOne: true))
      ],
      latent: LatentSpecification(size: 16, norm: .rms(addsOne: true)),
      routing: RoutingStrategy(
        score: .sigmoid, selector: .topK(4), weighting: .renormalized(epsilon: 1e-15)),
      using: &generator)
    // end
    #expect(try spark(tokens).shape == [6, 32])
  }
}
