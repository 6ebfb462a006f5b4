import MoE
import Testing

/// What attention by itself does at its corners.
@Suite(.onEveryKernelSet) struct ScaledDotProductAttentionTests {
  private typealias Sequence = ScaledDotProductAttention.Sequence

  private static func attention(
    heads: Int = 4, shared: Int = 2, period: Int? = nil, window: Int? = nil
  ) -> ScaledDotProductAttention {
    ScaledDotProductAttention(
      headCount: heads, keyValueHeadCount: shared, headPeriod: period, headSize: 3,
      isCausal: true, window: window)
  }

  /// How many blocks there is memory for at a time changes no bit.
  @Test(arguments: [nil, 20])
  func memoryChangesNoBit(window: Int?) {
    var attention = Self.attention(heads: 2, shared: 1, window: window)
    let sequences = Sequence.whole([66, 0, 5])
    let (queries, direction) = (
      3 * Tensor(scattered: [71, 6], seed: 1), Tensor(scattered: [71, 6], seed: 2)
    )
    let (keys, values) = (
      3 * Tensor(scattered: [71, 3], seed: 3), Tensor(scattered: [71, 3], seed: 4)
    )
    func run() -> [[UInt32]] {
      let output = attention(queries, keys: keys, values: values, sequences: sequences)
      let back = attention.backward(
        direction, queries: queries, keys: keys, values: values, sequences: sequences)
      return [output.bits, back.queries.bits, back.keys.bits, back.values.bits]
    }
    let whole = run()
    for limit in [1, 5000] {
      attention.scoreLimit = limit
      #expect(run() == whole, "\(limit) scores")
    }
  }

  /// A sum that vanishes below zero is zero, with keys behind it that are not seen and without.
  @Test func sumsThatVanishHaveOneSign() {
    let attention = Self.attention(heads: 1, shared: 1)
    let least = Float.leastNonzeroMagnitude
    let rows = Tensor(zeros: [3, 3])
    let values = Tensor([-least, -least, 0, -least, -least, -0.0, 1, -1, 1], shape: [3, 3])
    let whole = attention(rows, keys: rows, values: values, sequences: Sequence.whole([3]))
    let first = attention(
      rows[entries: 0..<2], keys: rows[entries: 0..<2], values: values[entries: 0..<2],
      sequences: Sequence.whole([2]))
    let second = attention(
      rows[entries: 1..<2], keys: rows[entries: 0..<2], values: values[entries: 0..<2],
      sequences: [Sequence(queries: 0..<1, keys: 0..<2)])
    #expect(first.bits == whole[entries: 0..<2].bits)
    #expect(second.bits == whole[entries: 1..<2].bits)
    var broken = values
    do {
      var scalars = broken.mutableScalars
      scalars[8] = .infinity
    }
    let other = attention(rows, keys: rows, values: broken, sequences: Sequence.whole([3]))
    #expect(other[entries: 0..<2].bits == whole[entries: 0..<2].bits)
  }

  /// Heads of keys and values begin anew after each period.
  @Test func headsBeginAnewAfterAPeriod() {
    let attention = Self.attention(heads: 8, shared: 2, period: 4)
    let (queries, direction) = (
      Tensor(scattered: [9, 24], seed: 1), Tensor(scattered: [9, 24], seed: 2)
    )
    let (keys, values) = (
      Tensor(scattered: [9, 6], seed: 3), Tensor(scattered: [9, 6], seed: 4)
    )
    let sequences = Sequence.whole([9])
    let output = attention(queries, keys: keys, values: values, sequences: sequences)
    let back = attention.backward(
      direction, queries: queries, keys: keys, values: values, sequences: sequences)
    func half(_ tensor: Tensor, _ index: Int) -> Tensor {
      tensor.reshaped(to: [18, 12]).gatheringEntries((0..<9).map { 2 * $0 + index })
    }
    var (ofKeys, ofValues) = (Tensor(zeros: [9, 6]), Tensor(zeros: [9, 6]))
    for index in 0..<2 {
      let own = Self.attention()
      #expect(
        half(output, index).bits
          == own(half(queries, index), keys: keys, values: values, sequences: sequences).bits)
      let part = own.backward(
        half(direction, index), queries: half(queries, index), keys: keys, values: values,
        sequences: sequences)
      #expect(half(back.queries, index).bits == part.queries.bits)
      ofKeys += part.keys
      ofValues += part.values
    }
    // Sums of four heads' parts in another order.
    #expect((back.keys - ofKeys).norm() <= 4 * 0x1p-24 * 8 * ofKeys.norm())
    #expect((back.values - ofValues).norm() <= 4 * 0x1p-24 * 8 * ofValues.norm())
  }
}
