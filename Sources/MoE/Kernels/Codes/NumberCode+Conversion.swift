/// Single numbers of formats that the language has no type of on every system.
extension NumberCode {
  /// The number of half precision of the given bits.
  static func float(halfBits bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let (exponent, fraction) = (UInt32(bits >> 10 & 0x1F), UInt32(bits & 0x3FF))
    switch exponent {
    case 0:
      // No normal number in half precision, but one in single: fraction·2⁻²⁴.
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    // The bias is 15 in half precision and 127 in single.
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The bits of the nearest number of half precision, of two equally near that with an even last
  /// bit.
  static func halfBits(_ number: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: number.bitPattern >> 16 & 0x8000)
    let magnitude = number.bitPattern & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 {
      // A NaN stays one, with what fits of its payload.
      return sign | 0x7E00 | UInt16(truncatingIfNeeded: magnitude >> 13 & 0x3FF)
    }
    // 65,520 is half way between the largest number and what would be the next: 2¹⁶.
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude < 0x3880_0000 {
      // Below 2⁻¹⁴ all numbers are multiples of 2⁻²⁴.
      return sign | UInt16((number.magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    let rounded = magnitude + 0xFFF + (magnitude >> 13 & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded - 112 << 23) >> 13)
  }

  /// The upper half of the nearest number whose lower half is zero, of two equally near that with an
  /// even last bit.
  static func brainBits(_ number: Float) -> UInt16 {
    let bits = number.bitPattern
    // Rounding could carry a NaN to infinity.
    if number.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }

  /// The number of eight bits: a sign, four bits of exponent with bias 7 and three of fraction; all
  /// ones are a NaN, and there is no infinity.
  static func float(e4m3Bits bits: UInt8) -> Float {
    let (exponent, fraction) = (Int(bits >> 3 & 0xF), Float(bits & 7))
    if bits & 0x7F == 0x7F { return .nan }
    let magnitude =
      exponent == 0
      ? fraction * 0x1p-9 : Float(sign: .plus, exponent: exponent - 10, significand: 8 + fraction)
    return bits & 0x80 == 0 ? magnitude : -magnitude
  }

  /// The number of eight bits: the upper half of a number of half precision.
  static func float(e5m2Bits bits: UInt8) -> Float { float(halfBits: UInt16(bits) << 8) }

  /// The power of two with bias 127; all ones are a NaN.
  static func float(e8m0Bits bits: UInt8) -> Float {
    bits == 0xFF ? .nan : Float(sign: .plus, exponent: Int(bits) - 127, significand: 1)
  }

  /// The numbers of all eight-bit patterns, for formats of that size.
  static let e4m3Values = (0...UInt8.max).map { float(e4m3Bits: $0) }
  static let e5m2Values = (0...UInt8.max).map { float(e5m2Bits: $0) }
  static let e8m0Values = (0...UInt8.max).map { float(e8m0Bits: $0) }
}
