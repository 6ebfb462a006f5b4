/// Writes codes of a tile as its layout has them.
struct CodeWriter {
  /// How codes stand.
  let code: NumberCode

  /// Rounds numbers to codes, and writes them.
  ///
  /// - Parameters:
  ///   - panel: The numbers, input by input, 16 side by side on a 64-byte boundary.
  ///   - count: The number of inputs.
  ///   - scales: What they are rounded with.
  ///   - coding: How they are rounded.
  ///   - target: The place of the first code, which starts a block.
  @inline(__always)
  func write<Coding: TileCoding>(
    _ panel: UnsafePointer<Float>, count: Int, _ scales: GroupScales, _ coding: Coding,
    to target: UnsafeMutableRawPointer
  ) {
    let width = CompressedLayout.tileWidth
    let (divisors, zeros) = (scales.divisors, scales.zeros)
    @inline(__always)
    func codes(_ input: Int) -> TileBits {
      let numbers = unsafe TileVector.load(panel + input * width)
      return coding.codes(Coding.isScaled ? numbers / divisors : numbers, zero: zeros)
    }
    guard code.blockInputs > 1 else {
      for input in 0..<count {
        let (codes, place) = (codes(input), input * code.blockBytes)
        if code.bits == 8 {
          unsafe target.storeBytes(
            of: SIMD16<UInt8>(truncatingIfNeeded: codes), toByteOffset: place,
            as: SIMD16<UInt8>.self)
        } else {
          unsafe target.storeBytes(
            of: SIMD16<UInt16>(truncatingIfNeeded: codes), toByteOffset: place,
            as: SIMD16<UInt16>.self)
        }
      }
      return
    }
    let (inputs, mask) = (code.blockInputs, UInt32.max >> UInt32(32 - code.bits))
    for first in stride(from: 0, to: count, by: inputs) {
      var words = TileBits()
      for input in 0..<min(inputs, count - first) {
        words |= (codes(first + input) & mask) &<< UInt32(code.position(input))
      }
      unsafe target.storeBytes(
        of: words, toByteOffset: first / inputs * code.blockBytes, as: TileBits.self)
    }
  }
}
