import MoE
import Testing

@Suite struct PhiloxTests {
  /// The published answers of Random123 (kat_vectors, philox4x32 with 10 rounds).
  @Test(arguments: [
    (
      SIMD4<UInt32>(0, 0, 0, 0), SIMD2<UInt32>(0, 0),
      SIMD4<UInt32>(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
    ),
    (
      SIMD4<UInt32>(repeating: .max), SIMD2<UInt32>(repeating: .max),
      SIMD4<UInt32>(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
    ),
    (
      SIMD4<UInt32>(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
      SIMD2<UInt32>(0xA409_3822, 0x299F_31D0),
      SIMD4<UInt32>(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
    ),
  ])
  func knownAnswers(_ counter: SIMD4<UInt32>, _ key: SIMD2<UInt32>, _ words: SIMD4<UInt32>) {
    #expect(Philox4x32(key: key)(counter) == words)
  }

  @Test func seedsAreKeysLowWordFirst() {
    #expect(Philox4x32(seed: 0x299F_31D0_A409_3822).key == SIMD2(0xA409_3822, 0x299F_31D0))
    #expect(Philox4x32(seed: 7) == Philox4x32(key: SIMD2(7, 0)))
    #expect(Philox4x32(seed: 7) != Philox4x32(key: SIMD2(0, 7)))
  }

  /// Each word of counter and key, and each bit of one, changes the answer.
  @Test func everyInputTells() {
    let philox = Philox4x32(seed: 3)
    let words = philox(SIMD4(1, 2, 3, 4))
    for lane in 0..<4 {
      for bit in [0, 15, 31] {
        var counter = SIMD4<UInt32>(1, 2, 3, 4)
        counter[lane] ^= 1 << UInt32(bit)
        #expect(philox(counter) != words)
      }
    }
    for lane in 0..<2 {
      var other = philox
      other.key[lane] ^= 1
      #expect(other(SIMD4(1, 2, 3, 4)) != words)
    }
    #expect(philox(SIMD4(1, 2, 3, 4)) == words)
  }
}
