/// A counter-based random generator: four 32-bit words that depend on a key and a counter alone.
///
/// Ten rounds of Philox 4×32. The same key and counter give the same words on every machine, in
/// every order of execution and on any number of threads, which is what lets the noise of a router
/// be a pure function of seed, step, layer, token and expert.
///
/// - Complexity: Calling one is O(1): 20 multiplications.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
package struct Philox4x32: Sendable, Hashable {
  /// The key: one stream of numbers for each.
  package var key: SIMD2<UInt32>

  /// A generator with the given key.
  ///
  /// - Parameter key: Two words that name the stream.
  package init(key: SIMD2<UInt32>) { self.key = key }

  /// A generator whose key is the 64 bits of a seed, the low word first.
  ///
  /// - Parameter seed: The number that names the stream.
  package init(seed: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// The four random words at a counter.
  ///
  /// - Parameter counter: The position in the stream.
  /// - Returns: Four words, uniform over all 32-bit values.
  package func callAsFunction(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var words = counter
    var key = key
    for round in 0..<10 {
      // The Weyl increments of the paper: the golden ratio and √3 − 1, in units of 2⁻³².
      if round > 0 { key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85) }
      let first = words.x.multipliedFullWidth(by: 0xD251_1F53)
      let second = words.z.multipliedFullWidth(by: 0xCD9E_8D57)
      words = SIMD4(
        second.high ^ words.y ^ key.x, second.low, first.high ^ words.w ^ key.y, first.low)
    }
    return words
  }
}
