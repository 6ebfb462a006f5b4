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
    let plusPlus = try MixtureOfExperts(
      inputSize: 32,
      experts: [
        .gatedFeedForward(count: 8, hiddenSize: 64), .zero(count: 1), .copy(count: 1),
        .constant(count: 2),
      ],
      routing: .moePlusPlus(tau: 0.75),
      balancingLosses: [.heterogeneous(coefficient: 0.01, tau: 0.75)], using: &generator)
    let pass = try plusPlus.forward(
      .normal(shape: [64, 32], using: &generator), context: .inference)
    print(pass.routing.statistics.shareWithoutComputation)  // between 0 and 1
    // end
    let share = pass.routing.statistics.shareWithoutComputation
    #expect(share > 0 && share < 1)

    // snippet
    let adapted = try MixtureOfExperts(
      inputSize: 32, experts: [.lowRank(count: 8, rank: 4, hiddenSize: 128)],
      routing: .topK(2, weighting: .softmaxOverSelected), using: &generator)
    // end
    #expect(try adapted(tokens).shape == [6, 32])

    // snippet
    let small = try MixtureOfExperts(
      inputSize: 32, experts: [.transformer(count: 4, headCount: 4, hiddenSize: 64)],
      routing: .topK(2), isCausal: true, using: &generator)
    // end
    #expect(try small(tokens).shape == [6, 32])

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

    // snippet
    var routing = RoutingStrategy.topK(2)
    routing.dropout = RoutingDropout(routes: 0.1, experts: 0.05)
    let dropping = try MixtureOfExperts(
      inputSize: 32, experts: [.gatedFeedForward(count: 8, hiddenSize: 64, dropout: 0.1)],
      routing: routing, using: &generator)
    // end
    #expect(
      try dropping.forward(tokens, context: .training(step: 0)).output != dropping(tokens))
  }
}
