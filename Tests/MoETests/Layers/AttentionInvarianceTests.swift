import MoE
import Testing

/// What attention does not depend on: other sequences, threads, pieces, padding, later tokens.
@Suite struct AttentionInvarianceTests {
  private static let size = 8

  private static func attention(window: Int? = nil, isCausal: Bool = true) throws
    -> MultiHeadAttention
  {
    var generator = SeededGenerator(seed: 5)
    return try MultiHeadAttention(
      inputSize: size, headCount: 4, keyValueHeadCount: 2, isCausal: isCausal, window: window,
      rotary: RotaryPositions(), headNorm: .rms(), using: &generator)
  }

  private static func rows(_ count: Int, seed: UInt64 = 1) -> Tensor {
    2 * Tensor(scattered: [count, size], seed: seed)
  }

  private static func context(_ lengths: [Int], padding: [Bool]? = nil) -> LayerContext {
    LayerContext(
      .training(step: 0), batch: Batch(padding: padding, sequenceLengths: lengths))
  }

  /// Lengths around the size of a block and the lanes of a fold.
  @Test(arguments: [nil, 1, 20], [false, true])
  func aSequenceHasTheBitsThatItHasAlone(window: Int?, isCausal: Bool) throws {
    guard isCausal || window == nil else { return }
    let attention = try Self.attention(window: window, isCausal: isCausal)
    let lengths = [15, 16, 17, 0, 1, 63, 64, 65, 130]
    let count = lengths.reduce(0, +)
    let (input, direction) = (Self.rows(count), Self.rows(count, seed: 2))
    let together = try attention.forward(input, context: Self.context(lengths))
    let back = attention.backward(direction, pass: together)
    var start = 0
    for length in lengths {
      let range = start..<start + length
      start += length
      let alone = try attention.forward(input[entries: range], context: Self.context([length]))
      #expect(alone.output.bits == together.output[entries: range].bits, "length \(length)")
      let own = attention.backward(direction[entries: range], pass: alone)
      #expect(own.input.bits == back.input[entries: range].bits, "gradient of length \(length)")
    }
  }

  @Test func theNumberOfThreadsChangesNoBit() throws {
    let attention = try Self.attention()
    let lengths = [200, 30, 170]
    let (input, direction) = (Self.rows(400), Self.rows(400, seed: 2))
    func run(_ threads: Int) throws -> [[UInt32]] {
      try Compute.sharingAllWork(among: threads) {
        let pass = try attention.forward(input, context: Self.context(lengths))
        let back = attention.backward(direction, pass: pass)
        return [pass.output.bits, back.input.bits]
          + back.parameters.namedParameters.map(\.parameter.bits)
      }
    }
    let single = try run(1)
    for threads in [2, 5] { #expect(try run(threads) == single) }
  }

  /// Sums over hundreds of keys, and what a window cuts off.
  @Test(arguments: [nil, 300])
  func generatedKernelSetsGiveTheSameBits(window: Int?) throws {
    let attention = try Self.attention(window: window)
    let (input, direction) = (Self.rows(420), Self.rows(420, seed: 2))
    let results = try KernelSet.available.filter { $0 != .portable }.map { set in
      try KernelSet.withCurrent(set) {
        let pass = try attention.forward(input, context: Self.context([401, 19]))
        let back = attention.backward(direction, pass: pass)
        return [pass.output.bits, back.input.bits]
          + back.parameters.namedParameters.map(\.parameter.bits)
      }
    }
    for other in results.dropFirst() { #expect(other == results[0]) }
  }

  /// Windows of more keys than a product takes at a time, cut at other places where a sequence is
  /// read piece by piece.
  @Test(.onEveryKernelSet, arguments: [290, 700])
  func longWindowsHaveTheBitsOfTheWhole(window: Int) throws {
    let attention = try Self.attention(window: window)
    let input = Self.rows(640)
    let whole = try attention(input)
    var cache = attention.makeCache(sequenceCount: 1)
    var start = 0
    for count in [333, 1, 1, 70, 1, 127, 107] {
      let output = try attention.forward(
        input[entries: start..<start + count], context: .inference, cache: &cache)
      #expect(output.bits == whole[entries: start..<start + count].bits, "\(start), \(count)")
      start += count
    }
  }

  @Test(arguments: [nil, 1, 20])
  func readPieceByPieceItHasTheBitsOfTheWhole(window: Int?) throws {
    let attention = try Self.attention(window: window)
    let input = Self.rows(150)
    let whole = try attention(input)
    for pieces in [
      [150], [1, 149], [64, 64, 22], [100, 0, 1, 1, 1, 47], Array(repeating: 1, count: 150),
    ] {
      var cache = attention.makeCache(sequenceCount: 1)
      var start = 0
      for count in pieces {
        let output = try attention.forward(
          input[entries: start..<start + count], context: .inference, cache: &cache)
        #expect(output.bits == whole[entries: start..<start + count].bits, "\(start), \(count)")
        start += count
      }
      #expect(cache.tokenCounts == [150])
    }
  }

  /// A copy of a cache is a branch, and what is forgotten is read anew.
  @Test func cachesAreValues() throws {
    let attention = try Self.attention()
    let input = Self.rows(9)
    var cache = attention.makeCache(sequenceCount: 2)
    let context = Self.inference([3, 2])
    _ = try attention.forward(input[entries: 0..<5], context: context, cache: &cache)
    var branch = cache
    let next = Self.inference([1, 0])
    let first = try attention.forward(input[entries: 5..<6], context: next, cache: &cache)
    _ = try attention.forward(input[entries: 6..<7], context: next, cache: &branch)
    #expect(cache.tokenCounts == [4, 2] && branch.tokenCounts == [4, 2])
    try branch.truncate(to: [3, 9])
    #expect(branch.tokenCounts == [3, 2])
    let again = try attention.forward(input[entries: 5..<6], context: next, cache: &branch)
    #expect(again.bits == first.bits)
  }

  private static func inference(_ lengths: [Int]) -> LayerContext {
    LayerContext(.inference, batch: Batch(sequenceLengths: lengths))
  }

  @Test func cachesThatDoNotFitThrow() throws {
    let attention = try Self.attention()
    let input = Self.rows(3)
    var two = attention.makeCache(sequenceCount: 2)
    #expect(throws: MoEError.self) {
      _ = try attention.forward(input, context: .inference, cache: &two)
    }
    var small = KeyValueCache(sequenceCount: 1, size: 3)
    #expect(throws: MoEError.self) {
      _ = try attention.forward(input, context: .inference, cache: &small)
    }
    var cache = attention.makeCache(sequenceCount: 1)
    #expect(throws: MoEError.self) {
      _ = try attention.forward(
        input, context: LayerContext(.inference, batch: Batch(padding: [true, false, false])),
        cache: &cache)
    }
    let both = try Self.attention(isCausal: false)
    #expect(throws: MoEError.self) {
      _ = try both.forward(input, context: .inference, cache: &cache)
    }
    #expect(two.tokenCounts == [0, 0] && small.tokenCounts == [0] && cache.tokenCounts == [0])
  }

  @Test func paddingDoesNotMatter() throws {
    let attention = try Self.attention()
    let valid = [1, 2, 4, 5, 6, 8, 9]
    let mask = (0..<10).map { !valid.contains($0) }
    let (input, direction) = (Self.rows(7), Self.rows(7, seed: 2))
    let noise = Tensor(mask.flatMap { Array(repeating: $0 ? Float.nan : 0, count: Self.size) })
      .reshaped(to: [10, Self.size])
    let padded = input.placingEntries(at: valid, count: 10) + noise
    let plain = try attention.forward(input, context: Self.context([3, 4]))
    let other = try attention.forward(padded, context: Self.context([5, 5], padding: mask))
    #expect(other.output.gatheringEntries(valid).bits == plain.output.bits)
    #expect(other.output[entry: 0] == Tensor(zeros: [Self.size]))
    let back = attention.backward(direction, pass: plain)
    let otherBack = attention.backward(
      direction.placingEntries(at: valid, count: 10) + noise, pass: other)
    #expect(otherBack.input.gatheringEntries(valid).bits == back.input.bits)
    #expect(
      otherBack.parameters.namedParameters.map(\.parameter.bits)
        == back.parameters.namedParameters.map(\.parameter.bits))
  }

  /// A NaN reaches the tokens that see it, and no other.
  @Test(arguments: [nil, 3])
  func whatIsNotSeenDoesNotReachAToken(window: Int?) throws {
    let attention = try Self.attention(window: window)
    let input = Self.rows(20)
    let whole = try attention(input)
    for value in [Float.nan, .infinity] {
      var broken = input
      do {
        var scalars = broken.mutableScalars
        scalars[10 * Self.size] = value
      }
      let output = try attention(broken)
      #expect(output[entries: 0..<10].bits == whole[entries: 0..<10].bits)
      #expect(output[entry: 10].isNaNThroughout)
      if let window {
        #expect(output[entry: 10 + window - 1].isNaNThroughout)
        #expect(output[entries: 10 + window..<20].bits == whole[entries: 10 + window..<20].bits)
      }
    }
  }

  @Test func noTokensGiveNoRows() throws {
    let attention = try Self.attention()
    for lengths in [[], [0], [0, 0]] {
      let pass = try attention.forward(Self.rows(0), context: Self.context(lengths))
      #expect(pass.output.shape == [0, Self.size])
      let back = attention.backward(pass.output, pass: pass)
      #expect(back.parameters.namedParameters.allSatisfy { $0.parameter.norm() == 0 })
    }
    var none = attention.makeCache(sequenceCount: 0)
    let output = try attention.forward(
      Self.rows(0), context: Self.inference([]), cache: &none)
    #expect(output.shape == [0, Self.size])
  }
}
