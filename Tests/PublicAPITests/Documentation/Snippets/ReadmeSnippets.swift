import MoE
import Testing

/// The snippets of the README, as they stand there.
@Suite("Snippets of the README run")
struct ReadmeSnippets {
  @Test("README")
  func readme() throws {
    // snippet
    var generator = SeededGenerator(seed: 42)
    var moe = try MixtureOfExperts(
      inputSize: 32,
      experts: [.gatedFeedForward(count: 8, hiddenSize: 64)],
      routing: .topK(2),
      balancingLosses: [.loadBalancing(coefficient: 0.01)],
      using: &generator)

    let tokens = Tensor.normal(shape: [64, 32], using: &generator)
    let output = try moe(tokens)
    print(output.shape)  // [64, 32]
    // end
    #expect(output.shape == [64, 32])
    let before = moe

    // snippet
    let targets = Tensor.normal(shape: [64, 32], using: &generator)
    var optimizer = AdamW(learningRate: 3e-3)
    for step in 0..<20 {
      let pass = try moe.forward(tokens, context: .training(step: step))
      let loss = try MeanSquaredError()(pass.output, targets)
      var gradient = try moe.backward(loss.gradient, pass: pass)
      gradient.clip(toNorm: 1)
      optimizer.update(&moe, along: gradient)
      if step % 10 == 0 {
        print("loss \(loss.value), balance \(pass.auxiliaryLoss), load \(pass.routing.load)")
      }
    }
    // end
    let first = try MeanSquaredError()(before(tokens), targets).value
    #expect(try MeanSquaredError()(moe(tokens), targets).value < first)

    // snippet
    let mixed = try MixtureOfExperts(
      inputSize: 32,
      experts: [
        .gatedFeedForward(count: 4, hiddenSize: 64),
        .feedForward(count: 4, hiddenSize: 32, activation: .gelu),
      ],
      sharedExperts: .gatedFeedForward(count: 1, hiddenSize: 32),
      routing: RoutingStrategy(
        gate: .feedForward(hiddenSize: 16, activation: .tanh),
        selector: .topK(2),
        weighting: .softmaxOverSelected),
      using: &generator)
    print(mixed)
    // end
    #expect(mixed.expertCount == 8)
  }
}
