import MoE
import Testing

/// Caches that forget what no later token sees.
@Suite struct KeyValueCacheTests {
  private static func attention(window: Int?) throws -> MultiHeadAttention {
    var generator = SeededGenerator(seed: 5)
    return try MultiHeadAttention(
      inputSize: 4, headCount: 2, window: window, rotary: RotaryPositions(), using: &generator)
  }

  private static let input = 2 * Tensor(scattered: [400, 4], seed: 1)
  private static func context(_ lengths: [Int]) -> LayerContext {
    LayerContext(.inference, batch: Batch(sequenceLengths: lengths))
  }

  /// Windows around the lanes of a fold.
  @Test(arguments: [1, 5, 16, 17, 30])
  func forgettingChangesNoBit(window: Int) throws {
    let attention = try Self.attention(window: window)
    let whole = try attention(Self.input)
    for piece in [1, 7, 64, 150] {
      var cache = attention.makeCache(sequenceCount: 1)
      for start in stride(from: 0, to: 400, by: piece) {
        let range = start..<min(400, start + piece)
        let output = try attention.forward(
          Self.input[entries: range], context: .inference, cache: &cache)
        #expect(output.bits == whole[entries: range].bits, "\(range)")
        let forgotten = cache.forgottenCounts[0]
        #expect(forgotten % 16 == 0 && forgotten <= max(0, range.lowerBound + 1 - window))
        if piece == 1 { #expect(start - forgotten < 4 * (window + 16)) }
      }
      #expect(cache.tokenCounts == [400] && cache.forgottenCounts[0] > 0)
    }
  }

  /// Sequences forget by themselves, and a cache of a larger window or of none does as well.
  @Test func sequencesForgetByThemselves() throws {
    let attention = try Self.attention(window: 5)
    let whole = try attention(Self.input[entries: 0..<100])
    for window in [5, 12, nil] {
      var cache = KeyValueCache(sequenceCount: 2, size: 4, window: window)
      for start in 0..<100 {
        let row = Self.input[entries: start..<start + 1]
        let isOdd = start % 3 == 1
        let output = try attention.forward(
          isOdd ? Tensor(concatenatingEntries: [row, row]) : row,
          context: Self.context([1, isOdd ? 1 : 0]), cache: &cache)
        #expect(output[entry: 0].bits == whole[entry: start].bits)
      }
      #expect(cache.tokenCounts == [100, 33])
      #expect(window == nil ? cache.forgottenCounts == [0, 0] : cache.forgottenCounts[0] > 0)
    }
  }

  @Test func onlyWhatIsKeptCanBeReadAgain() throws {
    let attention = try Self.attention(window: 5)
    var cache = attention.makeCache(sequenceCount: 2)
    _ = try attention.forward(
      Self.input[entries: 0..<90], context: Self.context([88, 2]), cache: &cache)
    _ = try attention.forward(
      Self.input[entries: 88..<100], context: Self.context([12, 0]), cache: &cache)
    let forgotten = cache.forgottenCounts[0]
    #expect(forgotten == 80 && cache.forgottenCounts[1] == 0)
    #expect(throws: MoEError.self) { try cache.truncate(to: [83, 0]) }
    #expect(cache.tokenCounts == [100, 2])
    try cache.truncate(to: [84, 1])
    #expect(cache.tokenCounts == [84, 1])
    let output = try attention.forward(
      Self.input[entries: 84..<85], context: Self.context([1, 0]), cache: &cache)
    let whole = try attention(Self.input[entries: 0..<85])
    #expect(output.bits == whole[entries: 84..<85].bits)
  }

  @Test func windowsThatAreTooSmallThrow() throws {
    let input = Self.input[entries: 0..<2]
    for window in [6, nil] {
      let attention = try Self.attention(window: window)
      var cache = KeyValueCache(sequenceCount: 1, size: 4, window: 5)
      #expect(throws: MoEError.self) {
        _ = try attention.forward(input, context: .inference, cache: &cache)
      }
      #expect(cache.tokenCounts == [0])
    }
  }

  /// A cache that is nobody else's is written in place.
  @Test func tokensAreAddedInPlace() throws {
    let attention = try Self.attention(window: nil)
    var cache = attention.makeCache(sequenceCount: 1)
    _ = try attention.forward(Self.input[entries: 0..<33], context: .inference, cache: &cache)
    var addresses: Set<UInt> = []
    for start in 33..<60 {
      _ = try attention.forward(
        Self.input[entries: start..<start + 1], context: .inference, cache: &cache)
      addresses.insert(cache.rows(of: 0).keys.address)
    }
    #expect(addresses.count == 1)
  }
}
