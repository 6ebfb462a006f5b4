import MoE
import Testing

/// Dense blocks of a stack that become mixtures.
@Suite struct StackUpcyclingTests {
  private static func decoder(
    dense: DenseSpecification = .gatedFeedForward(hiddenSize: 12)
  ) throws -> MixtureDecoder {
    var generator = SeededGenerator(seed: 1)
    return try MixtureDecoder(
      DecoderConfiguration(
        vocabularySize: 9,
        stack: StackConfiguration(
          size: 8, blockCount: 3, attention: .heads(2, rotary: RotaryPositions()), dense: dense,
          pattern: .none)),
      seed: 5, using: &generator)
  }

  private static let ids = [1, 5, 2, 8, 0, 3]

  @Test func startsAsTheDenseModel() throws {
    for dense in [
      .gatedFeedForward(hiddenSize: 12), .feedForward(hiddenSize: 12),
    ] as [DenseSpecification] {
      var decoder = try Self.decoder(dense: dense)
      let before = try decoder(Self.ids)
      var generator = SeededGenerator(seed: 2)
      try decoder.stack.upcycle(
        Upcycling(copies: 4), routing: .topK(1, weighting: .softmaxOverSelected),
        using: &generator)
      #expect(try decoder(Self.ids).bits == before.bits)
      #expect(decoder.stack.mixtureParts.count == 3)
      let routers = decoder.stack.blocks.compactMap(\.mixture?.router)
      #expect(routers.map(\.layer) == [0, 1, 2] && routers.allSatisfy { $0.seed == 5 })
      // Gates are drawn one after another.
      let gates = routers.map { $0.gate.namedParameters[0].parameter }
      #expect(gates[0] != gates[1] && gates[1] != gates[2])
    }
  }

  @Test func chosenBlocksAlone() throws {
    var decoder = try Self.decoder()
    var generator = SeededGenerator(seed: 2)
    try decoder.stack.upcycle(
      Upcycling(copies: 2, parts: 2), blocks: [1], routing: .topK(2), using: &generator)
    #expect(decoder.stack.mixtureParts.map(\.block) == [1])
    // The others follow; what is a mixture stays.
    let kept = decoder.stack.blocks[1].mixture?.router.gate.namedParameters[0].parameter
    try decoder.stack.upcycle(Upcycling(copies: 2), routing: .topK(2), using: &generator)
    #expect(decoder.stack.mixtureParts.map(\.block) == [0, 1, 2])
    #expect(decoder.stack.blocks.map { $0.mixture?.expertCount } == [2, 4, 2])
    #expect(decoder.stack.blocks[1].mixture?.router.gate.namedParameters[0].parameter == kept)
  }

  /// A routing that looks at later tokens is refused behind causal attention, and nothing changes.
  @Test func failuresChangeNothing() throws {
    var decoder = try Self.decoder()
    var generator = SeededGenerator(seed: 2)
    func refused(
      _ blocks: [Int]?, naming part: String, plan: Upcycling = Upcycling(copies: 2),
      routing: RoutingStrategy = .topK(2)
    ) {
      #expect {
        try decoder.stack.upcycle(plan, blocks: blocks, routing: routing, using: &generator)
      } throws: {
        "\($0)".contains(part)
      }
      #expect(decoder.stack.mixtureParts.isEmpty)
      var fresh = SeededGenerator(seed: 2)
      var own = generator
      #expect(own.next() == fresh.next())
    }
    refused([3], naming: "block 3")
    refused([], naming: "blocks to upcycle")
    refused(nil, naming: "parts of a network", plan: Upcycling(copies: 2, parts: 5))
    refused(nil, naming: "causal", routing: .expertChoice())
    try decoder.stack.upcycle(Upcycling(copies: 2), routing: .topK(2), using: &generator)
    #expect(throws: MoEError.self) {
      try decoder.stack.upcycle(Upcycling(copies: 2), routing: .topK(2), using: &generator)
    }
  }
}
