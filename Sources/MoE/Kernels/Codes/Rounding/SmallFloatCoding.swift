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
  /// The bits of a float's fraction that the format has not.
  @inline(__always)
  private static var shift: UInt32 { 23 - Format.fractionBits }

  /// The least number with a full fraction.
  @inline(__always)
  private static var leastNormal: Float { Float(bitPattern: (128 - Format.bias) << 23) }

  /// A number to whose last bit numbers below ``leastNormal`` are rounded when it is added.
  @inline(__always)
  private static var step: Float {
    Float(bitPattern: (127 + 24 - Format.bias - Format.fractionBits) << 23)
  }

  /// The magnitudes up to the furthest; what is not a number stays.
  @inline(__always)
  private func bounded(_ numbers: TileVector) -> TileVector {
    let furthest = TileVector(repeating: Format.furthest)
    return furthest.lower(numbers.tileMagnitudes)
  }

  /// The bits of magnitudes, rounded to the format's where they are normal.
  @inline(__always)
  private func nearest(_ magnitudes: TileVector) -> TileBits {
    let bits = magnitudes.bits
    return bits &+ ((1 << Self.shift) / 2 - 1) &+ (bits &>> Self.shift & 1)
  }

  @inline(__always)
  func codes(_ numbers: TileVector, zero: TileVector) -> TileBits {
    let magnitudes = bounded(numbers)
    let normal = nearest(magnitudes) &>> Self.shift &- ((127 - Format.bias) << Format.fractionBits)
    let small = (magnitudes + Self.step).bits &- Self.step.bitPattern
    let sign = numbers.bits &>> (32 - Format.bits) & (1 << (Format.bits - 1))
    let codes = small.replacing(with: normal, where: magnitudes .>= Self.leastNormal) | sign
    return codes.replacing(with: Format.notANumber, where: numbers .!= numbers)
  }

  @inline(__always)
  func rounded(_ numbers: TileVector, zero: TileVector) -> TileVector {
    let magnitudes = bounded(numbers)
    let normal = TileVector(bits: nearest(magnitudes) & ~((1 << Self.shift) - 1))
    let small = (magnitudes + Self.step) - Self.step
    let nearest = small.replacing(with: normal, where: magnitudes .>= Self.leastNormal)
    return TileVector(bits: nearest.bits | numbers.bits & 0x8000_0000)
  }
}
