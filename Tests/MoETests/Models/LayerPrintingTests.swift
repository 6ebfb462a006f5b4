import MoE
import Testing

/// How layers and models print.
@Suite struct LayerPrintingTests {
  @Test func layersSayTheirSizes() {
    var generator = SeededGenerator(seed: 1)
    let linear = Linear(inputSize: 3, outputSize: 4, bias: true, using: &generator)
    #expect("\(linear)" == "Linear from 3 to 4 with bias, 16 parameters")
    let network = FeedForward(inputSize: 3, hiddenSize: 5, bias: false, using: &generator)
    #expect(
      "\(network)" == """
        FeedForward from 3 to 3, 30 parameters
          up.weight [5, 3], down.weight [3, 5]
        """)
    #expect("\(RMSNorm(size: 6))".hasPrefix("RMSNorm of 6, epsilon"))
  }

  /// Equal blocks in a row are told once, and what differs is told apart.
  @Test func stacksTellEqualBlocksOnce() throws {
    let stack = try StackFixtures.stack(
      StackFixtures.configuration(blockCount: 5, pattern: .blocks([3])))
    let text = "\(stack)"
    #expect(text.hasPrefix("MixtureStack of 5 blocks, \(stack.parameterCount) parameters, "))
    for heading in ["  blocks 0 to 2, each: ", "  block 3: ", "  block 4: "] {
      #expect(text.contains("\n\(heading)TransformerBlock of"), "\(heading)")
    }
    #expect(text.contains("\n    feed-forward: MixtureOfExperts from"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count < 120 })
  }

  /// What a token uses of a stack is what it uses of its blocks.
  @Test func activeParametersAddUp() throws {
    let stack = try StackFixtures.stack(StackFixtures.configuration(blockCount: 3))
    let idle = stack.blocks.compactMap(\.mixture).map { mixture in
      mixture.parameterCount - mixture.activeParameterCount
    }
    #expect(idle.count == 3 && idle.allSatisfy { $0 > 0 })
    #expect(stack.activeParameterCount == stack.parameterCount - idle.reduce(0, +))

    var generator = SeededGenerator(seed: 2)
    for (routing, active) in [(RoutingStrategy.topK(1), 1), (.topK(3), 3), (.dense(), 4)] {
      let mixture = try MixtureOfExperts(
        inputSize: 4, experts: [.gatedFeedForward(count: 4, hiddenSize: 5)], routing: routing,
        using: &generator)
      #expect(
        mixture.activeParameterCount == mixture.router.parameterCount + active * 3 * 4 * 5)
      let isWhole = active == 4
      #expect("\(mixture)".contains("active for a token") != isWhole)
    }
  }

  @Test func weightsInFewerBitsSaySo() throws {
    var generator = SeededGenerator(seed: 3)
    let mixture = try MixtureOfExperts(
      inputSize: 32, experts: [.feedForward(count: 2, hiddenSize: 32, bias: false)],
      routing: .topK(1, weighting: .scores), using: &generator)
    let small = try mixture.compressing(to: .mxfp4) { $0.contains("down") }
    #expect(
      "\(small)".contains("up.weight [2, 32, 32], down.weight [2, 32, 32] in \(WeightFormat.mxfp4)")
    )
  }

  @Test func decodersNameTheirParts() throws {
    var generator = SeededGenerator(seed: 4)
    for isTied in [false, true] {
      let decoder = try MixtureDecoder(
        DecoderFixtures.configuration(isHeadTied: isTied), using: &generator)
      let text = "\(decoder)"
      #expect(text.contains("\n  embedding: Embedding of") && text.contains("\n  stack: Mixture"))
      #expect(text.contains("\n  head: the embedding") == isTied)
    }
  }
}
