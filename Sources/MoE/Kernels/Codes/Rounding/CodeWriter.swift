/// Writes codes of a tile as its layout has them.
struct CodeWriter {
  /// The bits of a code: 4, 8 or 16.
  let bits: Int

  /// Rounds numbers to codes, and writes them.
  ///
  /// - Parameters:
  ///   - panel: The numbers, input by input, 16 side by side on a 64-byte boundary.
  ///   - count: The number of inputs.
  ///   - scales: What they are rounded with.
  ///   - coding: How they are rounded.
  ///   - target: The place of the first code; of four bits, that of an even input.
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
    switch bits {
    case 4:
      for pair in 0..<count / 2 {
        let both = (codes(2 * pair) & 15) | (codes(2 * pair + 1) & 15) &<< 4
        unsafe target.storeBytes(
          of: SIMD16<UInt8>(truncatingIfNeeded: both), toByteOffset: pair * width,
          as: SIMD16<UInt8>.self)
      }
      if count % 2 == 1 {
        unsafe target.storeBytes(
          of: SIMD16<UInt8>(truncatingIfNeeded: codes(count - 1) & 15),
          toByteOffset: count / 2 * width, as: SIMD16<UInt8>.self)
      }
    case 8:
      for input in 0..<count {
        unsafe target.storeBytes(
          of: SIMD16<UInt8>(truncatingIfNeeded: codes(input)), toByteOffset: input * width,
          as: SIMD16<UInt8>.self)
      }
    default:
      for input in 0..<count {
        unsafe target.storeBytes(
          of: SIMD16<UInt16>(truncatingIfNeeded: codes(input)), toByteOffset: 2 * input * width,
          as: SIMD16<UInt16>.self)
      }
    }
  }
}
