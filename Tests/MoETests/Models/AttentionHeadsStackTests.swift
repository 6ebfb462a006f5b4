import MoE
import Testing

/// Decoders whose attention is a mixture.
@Suite struct AttentionHeadsStackTests {
  private static func decoder() throws -> MixtureDecoder {
    var configuration = DecoderFixtures.configuration(blockCount: 2, pattern: .all)
    configuration.stack.attention = .mixtureOfHeads(
      expertCount: 3, headSize: 4, headCount: 2, keyValueHeadCount: 1,
      routing: .topK(2, weighting: .scores, gate: .linear().residual()),
      rotary: RotaryPositions(), balancingLosses: [.loadBalancing(coefficient: 0.25)])
    return try DecoderFixtures.decoder(configuration)
  }

  private static func mixture(
    _ decoder: MixtureDecoder, _ block: Int
  ) throws -> MixtureOfAttentionHeads {
    try #require(decoder.stack.blocks[block].attention as? MixtureOfAttentionHeads)
  }

  @Test func theStackKnowsItsMixtures() throws {
    let decoder = try Self.decoder()
    #expect(
      decoder.stack.mixtureParts.map(\.part) == [
        .attention, .feedForward, .attention, .feedForward,
      ])
    // Layers of attention are numbered after those of all blocks.
    #expect(try (0..<2).map { try Self.mixture(decoder, $0).router.layer } == [2, 3])
    #expect(try Self.mixture(decoder, 1).router.seed == 4)
    let pass = try decoder.forward(DecoderFixtures.ids(6), context: .training(step: 0))
    #expect(pass.mixtures.map(\.routing.expertCount) == [3, 4, 3, 4])
    #expect(pass.losses.count == 4)
    var stepped = decoder
    try stepped.finishStep([pass])
    #expect(try Self.mixture(stepped, 1).finishedStep == 0)
  }

  /// The slope along a random direction in all parameters, those of the residual of logits
  /// included, with the choices held fixed.
  @Test func gradientsAreThoseOfTheWhole() throws {
    let decoder = try Self.decoder()
    let ids = DecoderFixtures.ids(7)
    let context = LayerContext(.training(step: 0), batch: Batch(sequenceLengths: [4, 3]))
    let pass = try decoder.forward(ids, context: context)
    let direction = Tensor(scattered: pass.logits.shape, seed: 5)
    let back = try decoder.backward(direction, pass: pass)
    var (step, index) = (decoder, UInt64(0))
    step.visitParameters { _, parameter in
      index += 1
      parameter *= Tensor(scattered: parameter.shape, seed: 200 + index)
    }
    var expected = 0.0
    for (gradient, step) in zip(back.namedParameters, step.namedParameters) {
      let products = zip(gradient.parameter.doubles, step.parameter.doubles)
      expected += products.reduce(0) { $0 + $1.0 * $1.1 }
    }
    let moves = step.namedParameters.map(\.parameter)
    let magnitude = (pass.logits * direction).scalarArray.reduce(0) { $0 + $1.magnitude }
    let overrides = StackOverrides(replaying: pass.trace)
    let (slope, tolerance) = try singlePrecisionSlope(
      step: 0x1p-9, roundings: 60, magnitude: magnitude + pass.auxiliaryLoss
    ) { distance in
      var (moved, index) = (decoder, 0)
      moved.visitParameters { _, parameter in
        parameter += distance * moves[index]
        index += 1
      }
      let other = try moved.forward(ids, context: context, overrides: overrides)
      return (other.logits * direction).sum() + other.auxiliaryLoss
    }
    #expect(pass.auxiliaryLoss > 0 && (slope - expected).magnitude <= tolerance)
    #expect(tolerance < 0.05 * expected.magnitude)
  }

  @Test func readPieceByPieceItHasTheBitsOfTheWhole() throws {
    let decoder = try Self.decoder()
    let ids = DecoderFixtures.ids(12)
    let whole = try decoder(ids)
    for pieces in [Array(repeating: 1, count: 12), [5, 1, 6], [12]] {
      var cache = try decoder.makeCache()
      var start = 0
      for count in pieces {
        let logits = try decoder.next(Array(ids[start..<start + count]), cache: &cache)
        #expect(logits.bits == whole[entries: start..<start + count].bits, "\(pieces)")
        start += count
      }
    }
    // A replay goes to the mixtures of attention, too.
    let trace = try decoder.forward(ids, context: .inference).trace
    var cache = try decoder.makeCache()
    let replayed = try decoder.next(
      ids, cache: &cache, overrides: StackOverrides(replaying: trace))
    #expect(replayed.bits == whole.bits)
  }

  /// Attention that is routed and cannot read with a cache is found out before it reads nothing.
  @Test func routedAttentionWithoutACacheThrows() throws {
    var decoder = try Self.decoder()
    let mixture = try #require(decoder.stack.blocks[0].mixture)
    decoder.stack.blocks[0].attention = mixture
    let error = try #require(throws: MoEError.self) { _ = try decoder.makeCache() }
    #expect("\(error)".contains("CachedRoutedAttention"))
  }
}
