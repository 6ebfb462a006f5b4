/// A format of a sign, a few bits of exponent and a few of fraction.
protocol SmallFloatFormat {
  /// All bits of a code.
  static var bits: UInt32 { get }
  /// The lowest bits, which are the fraction.
  static var fractionBits: UInt32 { get }
  /// What is added to exponents.
  static var bias: UInt32 { get }
  /// What magnitudes beyond it become, a power of two or a number of the format.
  static var furthest: Float { get }
  /// The code of what is not a number.
  static var notANumber: UInt32 { get }
}

/// Half precision, in which large numbers become infinite.
enum HalfFormat: SmallFloatFormat {
  static var bits: UInt32 { 16 }
  static var fractionBits: UInt32 { 10 }
  static var bias: UInt32 { 15 }
  // What comes after the largest number has the bits of infinity.
  static var furthest: Float { 0x1p16 }
  static var notANumber: UInt32 { 0x7E00 }
}

/// Eight bits, of which four are the exponent.
enum E4M3Format: SmallFloatFormat {
  static var bits: UInt32 { 8 }
  static var fractionBits: UInt32 { 3 }
  static var bias: UInt32 { 7 }
  static var furthest: Float { 448 }
  static var notANumber: UInt32 { 0x7F }
}

/// Eight bits, of which five are the exponent: large numbers become the largest, not infinite.
enum E5M2Format: SmallFloatFormat {
  static var bits: UInt32 { 8 }
  static var fractionBits: UInt32 { 2 }
  static var bias: UInt32 { 15 }
  static var furthest: Float { 57_344 }
  static var notANumber: UInt32 { 0x7F }
}

/// Four bits, of which two are the exponent; what is not a number is 0.
enum E2M1Format: SmallFloatFormat {
  static var bits: UInt32 { 4 }
  static var fractionBits: UInt32 { 1 }
  static var bias: UInt32 { 1 }
  static var furthest: Float { 6 }
  static var notANumber: UInt32 { 0 }
}

/// Numbers of a ``SmallFloatFormat``.
struct SmallFloatCoding<Format: SmallFloatFormat>: TileCoding {
  static var isScaled: Bool { Format.bits < 16 }
  var variant: Int { 0 }

  /// The bits of a float's fraction that the format has not.
  @inline(__always)
  private static var shift: UInt32 { 23 - Format.fractionBits }

  /// The least number with a full fraction.
  @inline(__always)
  private static var leastNormal: Float { Float(bitPattern: (128 - Format.bias) << 23) }

  /// A constant whose lanes have the given bits.
  @inline(__always)
  private func bits<Vector: VectorArithmetic>(_ bits: UInt32) -> Vector {
    Vector(repeating: Float(bitPattern: bits))
  }

  /// Magnitudes up to the furthest, and for each what rounds it when it is added.
  ///
  /// That is a power of two whose last bit is the last bit that the format has at that magnitude.
  /// What is not a number counts as the furthest.
  @inline(__always)
  private func split<Vector: VectorArithmetic>(
    _ numbers: Vector
  ) -> (magnitudes: Vector, rounders: Vector) {
    let magnitudes = numbers.magnitudes.lower(Vector(repeating: Format.furthest))
    // All below the least normal number have its exponent.
    let powers = magnitudes.bitwiseAnd(0x7F80_0000).higher(Vector(repeating: Self.leastNormal))
    return (magnitudes, powers.integerAdding(bits(Self.shift << 23)))
  }

  @inline(__always)
  func codes<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector {
    let (magnitudes, rounders) = split(numbers)
    // In units of the last bit, the first one included, which the exponent then counts.
    let units = (magnitudes + rounders).integerSubtracting(rounders)
    let exponents = rounders.shiftedRight(UInt8(Self.shift))
    let least = (Self.shift + 128 - Format.bias) << Format.fractionBits
    let codes = units.integerAdding(exponents).integerSubtracting(bits(least))
    let sign = numbers.shiftedRight(UInt8(32 - Format.bits)).bitwiseAnd(1 << (Format.bits - 1))
    return codes.bitwiseOr(sign)
      .replacing(with: bits(Format.notANumber), where: numbers .!= numbers)
  }

  @inline(__always)
  func rounded<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector {
    let (magnitudes, rounders) = split(numbers)
    return ((magnitudes + rounders) - rounders).bitwiseOr(numbers.bitwiseAnd(0x8000_0000))
  }
}
