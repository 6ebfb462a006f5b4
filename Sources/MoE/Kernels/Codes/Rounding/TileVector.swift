/// The numbers of a tile's 16 outputs at one input.
///
/// Only operations of the processor's baseline are used on it, of which none fuses or depends on a
/// library: so what is rounded has the same bits everywhere.
package typealias TileVector = SIMD16<Float>

/// The bits of a ``TileVector``, or codes, each in the lowest bits of its lane.
package typealias TileBits = SIMD16<UInt32>

extension TileVector {
  /// The bits of each lane.
  @inline(__always)
  var bits: TileBits { unsafe unsafeBitCast(self, to: TileBits.self) }

  /// The lanes of some bits.
  @inline(__always)
  init(bits: TileBits) { self = unsafe unsafeBitCast(bits, to: TileVector.self) }

  /// The lanes at some place, which is on a 64-byte boundary.
  @inline(__always)
  static func load(_ place: UnsafePointer<Float>) -> TileVector {
    unsafe UnsafeRawPointer(place).load(as: TileVector.self)
  }
}

extension TileVector: VectorArithmetic {
  package typealias Mask = SIMDMask<SIMD16<Int32>>

  @inline(__always)
  private var integers: SIMD16<Int32> { unsafe unsafeBitCast(self, to: SIMD16<Int32>.self) }

  @inline(__always)
  private init(_ integers: SIMD16<Int32>, isBits: Void) {
    self = unsafe unsafeBitCast(integers, to: TileVector.self)
  }

  @inline(__always)
  package static func scalar(_ value: Float, slot: Int) -> TileVector {
    TileVector(repeating: value)
  }

  @inline(__always)
  package func bitwiseAnd(_ mask: UInt32) -> TileVector { TileVector(bits: bits & mask) }

  @inline(__always)
  package func bitwiseOr(_ other: TileVector) -> TileVector { TileVector(bits: bits | other.bits) }

  @inline(__always)
  package func integerAdding(_ other: TileVector) -> TileVector {
    TileVector(bits: bits &+ other.bits)
  }

  @inline(__always)
  package func integerSubtracting(_ other: TileVector) -> TileVector {
    TileVector(bits: bits &- other.bits)
  }

  @inline(__always)
  package func shiftedLeft(_ count: UInt8) -> TileVector {
    TileVector(bits: bits &<< UInt32(count))
  }

  @inline(__always)
  package func shiftedRight(_ count: UInt8) -> TileVector {
    TileVector(integers &>> Int32(count), isBits: ())
  }

  @inline(__always)
  package func integersAsFloats() -> TileVector { TileVector(integers) }
}

/// What rounding needs of vectors, of a tile and of those that code is generated for.
extension VectorArithmetic {
  /// The lower of each two lanes; the other where this one is not a number.
  @inline(__always)
  func lower(_ other: Self) -> Self { other.replacing(with: self, where: self .< other) }

  /// The higher of each two lanes; the other where this one is not a number.
  @inline(__always)
  func higher(_ other: Self) -> Self { other.replacing(with: self, where: other .< self) }

  /// The lanes, with 0 for those that are not numbers.
  @inline(__always)
  var numbersOrZero: Self { replacing(with: Self(repeating: 0), where: self .!= self) }

  /// The lanes, with 0 for those that are not finite.
  @inline(__always)
  var finiteOrZero: Self {
    Self(repeating: 0).replacing(with: self, where: magnitudes .< .infinity)
  }

  /// The whole numbers nearest to lanes of magnitudes up to 2²², of two equally near the even ones,
  /// as 1.5·2²³ more than they are: the lowest bits are the number's own.
  ///
  /// A float of that size has no bits for a fraction, so that the sum is rounded to whole numbers.
  @inline(__always)
  var shiftedWholeNumbers: Self { self + Self.wholeShift }

  /// What ``shiftedWholeNumbers`` adds.
  @inline(__always)
  static var wholeShift: Float { 0x1.8p23 }
}
