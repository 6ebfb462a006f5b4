import MoE
import Testing

/// A decoder against its parts, sequences beside others, and what is read piece by piece.
@Suite struct MixtureDecoderTests {
  @Test(arguments: [false, true])
  func equalsItsPartsOneByOne(isHeadTied: Bool) throws {
    let decoder = try DecoderFixtures.decoder(
      DecoderFixtures.configuration(isHeadTied: isHeadTied))
    let ids = DecoderFixtures.ids(9)
    var context = LayerContext.training(step: 2)
    let pass = try decoder.forward(ids, context: context)
    let direction = Tensor(scattered: pass.logits.shape, seed: 5)
    let back = try decoder.backward(direction, pass: pass)

    context.batch.tokenIDs = ids
    let stackPass = try decoder.stack.forward(decoder.embedding.forward(ids), context: context)
    let norm = try #require(decoder.norm)
    let normPass = norm.forward(stackPass.output, context: context)
    var hiddenGradient: Tensor
    if let head = decoder.head {
      #expect(!isHeadTied)
      let headPass = head.forward(normPass.output, context: context)
      #expect(pass.logits.bits == headPass.output.bits)
      hiddenGradient = head.backward(direction, pass: headPass).input
    } else {
      #expect(isHeadTied)
      #expect(pass.logits.bits == decoder.embedding.logits(of: normPass.output).bits)
      hiddenGradient = direction.matmul(decoder.embedding.weight)
    }
    let normBack = norm.backward(hiddenGradient, pass: normPass)
    let stackBack = try decoder.stack.backward(normBack.input, pass: stackPass)
    func bits(_ value: some Parameterized) -> [[UInt32]] {
      value.namedParameters.map(\.parameter.bits)
    }
    #expect(bits(back.stack) == bits(stackBack.parameters))
    #expect(back.norm.map(bits) == bits(normBack.parameters))
    var ofEmbedding = Tensor(zeros: decoder.embedding.weight.shape)
    for (row, id) in ids.enumerated() {
      let size = decoder.size
      let gradient = stackBack.input[entry: row].scalarArray
      var scalars = ofEmbedding.mutableScalars
      for column in 0..<size { scalars[id * size + column] += gradient[column] }
    }
    if isHeadTied {
      let ofHead = direction.matmul(normPass.output, transposingLeft: true)
      ofEmbedding += ofHead
    }
    let difference = (back.embedding.weight - ofEmbedding).norm()
    #expect(difference <= 0x1p-20 * ofEmbedding.norm())
    #expect(pass.losses == stackPass.losses)
    #expect(pass.mixtures.count == 1 && pass.routings.map { $0 == nil } == [true, false, true])
  }

  /// Sequences of lengths 5, 1, 0 and 7: each has the bits that it has alone.
  @Test func aSequenceHasTheBitsThatItHasAlone() throws {
    let decoder = try DecoderFixtures.decoder()
    let lengths = [5, 1, 0, 7]
    let ids = DecoderFixtures.ids(13)
    let together = try decoder.forward(
      ids, context: LayerContext(.inference, batch: Batch(sequenceLengths: lengths)))
    var start = 0
    for length in lengths {
      let range = start..<start + length
      let alone = try decoder(Array(ids[range]))
      #expect(together.logits[entries: range].bits == alone.bits, "length \(length)")
      start += length
    }
  }

  @Test(arguments: [nil, 3])
  func readPieceByPieceItHasTheBitsOfTheWhole(window: Int?) throws {
    let decoder = try DecoderFixtures.decoder(
      DecoderFixtures.configuration(pattern: .all, window: window))
    let ids = DecoderFixtures.ids(12)
    let whole = try decoder(ids)
    for pieces in [Array(repeating: 1, count: 12), [5, 1, 6], [12], [1, 0, 10, 1]] {
      var cache = try decoder.makeCache()
      var start = 0
      for count in pieces {
        let logits = try decoder.next(Array(ids[start..<start + count]), cache: &cache)
        #expect(logits.bits == whole[entries: start..<start + count].bits, "\(pieces)")
        start += count
      }
    }
  }

  /// What is drawn for a token depends on its place in the sequence.
  @Test func drawsAreThoseOfTheWhole() throws {
    var mixture = StackFixtures.mixture()
    mixture.routing.selector = .random(2)
    let decoder = try DecoderFixtures.decoder(DecoderFixtures.configuration(mixture: mixture))
    let ids = DecoderFixtures.ids(12)
    let whole = try decoder(ids)
    var cache = try decoder.makeCache()
    for (index, id) in ids.enumerated() {
      let logits = try decoder.next([id], cache: &cache)
      #expect(logits.bits == whole[entries: index..<index + 1].bits, "token \(index)")
    }
    #expect(cache.tokenCounts == [12])
  }

  /// Two sequences side by side, of which one goes on alone.
  @Test func sequencesAreReadSideBySide() throws {
    let decoder = try DecoderFixtures.decoder()
    let (first, second) = (DecoderFixtures.ids(6), DecoderFixtures.ids(4, seed: 8))
    let (wholeFirst, wholeSecond) = (try decoder(first), try decoder(second))
    var cache = try decoder.makeCache(sequenceCount: 2)
    let start = try decoder.next(
      Array(first[..<3] + second[..<2]), counts: [3, 2], cache: &cache)
    #expect(start[entries: 0..<3].bits == wholeFirst[entries: 0..<3].bits)
    #expect(start[entries: 3..<5].bits == wholeSecond[entries: 0..<2].bits)
    let middle = try decoder.next(Array(second[2..<4]), counts: [0, 2], cache: &cache)
    #expect(middle.bits == wholeSecond[entries: 2..<4].bits)
    let end = try decoder.next(Array(first[3..<6]), counts: [3, 0], cache: &cache)
    #expect(end.bits == wholeFirst[entries: 3..<6].bits)
  }

  /// A cache of a decoder whose blocks are others.
  @Test func cachesOfOtherDecodersThrow() throws {
    let decoder = try DecoderFixtures.decoder()
    var plan = DecoderFixtures.configuration()
    plan.stack.attention = nil
    let plain = try DecoderFixtures.decoder(plan)
    let deep = try DecoderFixtures.decoder(DecoderFixtures.configuration(blockCount: 4))
    for (own, other) in [(decoder, plain), (plain, decoder), (decoder, deep)] {
      var cache = try other.makeCache()
      #expect(throws: MoEError.self) { _ = try own.next([1, 2], cache: &cache) }
    }
    // Without attention there is nothing to keep.
    var cache = try plain.makeCache()
    #expect(try plain.next([1, 2], cache: &cache).bits == plain([1, 2]).bits)
  }

  @Test func idsOutsideTheVocabularyThrow() throws {
    let decoder = try DecoderFixtures.decoder()
    for ids in [[0, 11], [-1], [Int.max]] {
      #expect(throws: MoEError.self) { _ = try decoder(ids) }
    }
    var cache = try decoder.makeCache()
    _ = try decoder.next([1, 2], cache: &cache)
    #expect(throws: MoEError.self) { _ = try decoder.next([3, 11], cache: &cache) }
    #expect(throws: MoEError.self) { _ = try decoder.next([3], counts: [2], cache: &cache) }
    #expect(throws: MoEError.self) { _ = try decoder.next([3], counts: [1, 0], cache: &cache) }
    #expect(throws: MoEError.self) { _ = try decoder.makeCache(sequenceCount: 0) }
    // The cache is as it was.
    let logits = try decoder.next([3], cache: &cache)
    #expect(logits.bits == (try decoder([1, 2, 3]))[entries: 2..<3].bits)
  }

  /// Ids of padding may be anything.
  @Test func paddingDoesNotMatter() throws {
    let decoder = try DecoderFixtures.decoder()
    let ids = DecoderFixtures.ids(6)
    let valid = [0, 1, 3, 5, 6, 7]
    var padded = [Int](repeating: -5, count: 9)
    for (index, place) in valid.enumerated() { padded[place] = ids[index] }
    let mask = (0..<9).map { !valid.contains($0) }
    let plain = LayerContext(
      .training(step: 1), batch: Batch(sequenceLengths: [3, 3]))
    let context = LayerContext(
      .training(step: 1), batch: Batch(padding: mask, sequenceLengths: [5, 4]))
    let pass = try decoder.forward(ids, context: plain)
    let other = try decoder.forward(padded, context: context)
    #expect(other.logits.gatheringEntries(valid).bits == pass.logits.bits)
    #expect(other.logits[entry: 2].norm() == 0)
    let direction = Tensor(scattered: pass.logits.shape, seed: 5)
    let paddedDirection = direction.placingEntries(at: valid, count: 9)
    let back = try decoder.backward(direction, pass: pass)
    let otherBack = try decoder.backward(paddedDirection, pass: other)
    #expect(
      back.namedParameters.map(\.parameter.bits) == otherBack.namedParameters.map(\.parameter.bits))
  }

  @Test func sizesThatDoNotFitThrow() throws {
    let decoder = try DecoderFixtures.decoder()
    var generator = SeededGenerator(seed: 1)
    let (wide, many) = (
      Linear(inputSize: 9, outputSize: 11, using: &generator),
      Linear(inputSize: 8, outputSize: 12, using: &generator)
    )
    for head in [wide, many] {
      #expect(throws: MoEError.self) {
        _ = try MixtureDecoder(embedding: decoder.embedding, stack: decoder.stack, head: head)
      }
    }
    var plan = DecoderFixtures.configuration()
    plan.vocabularySize = 0
    #expect(throws: MoEError.self) { _ = try MixtureDecoder(plan, using: &generator) }
    plan = DecoderFixtures.configuration(blockCount: 0)
    #expect(throws: MoEError.self) { _ = try MixtureDecoder(plan, using: &generator) }
  }
}
