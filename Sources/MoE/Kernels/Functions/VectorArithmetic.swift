/// The language of vector kernels: arithmetic on a vector of floats, lane by lane.
///
/// A kernel is written once, as a generic function. Run on ``FloatVector`` it is the portable
/// kernel; run on a ``TracedVector`` it leaves a ``VectorProgram``, which machine code is generated
/// from. So all kernel sets share one definition and, where multiply-add is fused, give the same
/// bits.
package protocol VectorArithmetic {
  /// The result of a comparison, lane by lane.
  associatedtype Mask

  /// A constant in every lane.
  init(repeating value: Float)

  /// A number in every lane that is known only when the kernel runs: the one at `slot` of the
  /// function's ``VectorFunction/scalars``, which must be `value`.
  static func scalar(_ value: Float, slot: Int) -> Self

  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static func / (left: Self, right: Self) -> Self
  static func + (left: Self, right: Float) -> Self
  static func - (left: Self, right: Float) -> Self
  static func * (left: Self, right: Float) -> Self
  static func / (left: Self, right: Float) -> Self
  static func + (left: Float, right: Self) -> Self
  static func - (left: Float, right: Self) -> Self
  static func * (left: Float, right: Self) -> Self
  static func / (left: Float, right: Self) -> Self

  /// `self + a * b`, rounded once where the machine has the instruction.
  func adding(_ a: Self, times b: Self) -> Self

  /// The square root, correctly rounded.
  func squareRoot() -> Self

  static func .< (left: Self, right: Self) -> Mask
  static func .<= (left: Self, right: Self) -> Mask
  static func .== (left: Self, right: Self) -> Mask
  static func .!= (left: Self, right: Self) -> Mask
  static func .< (left: Self, right: Float) -> Mask
  static func .<= (left: Self, right: Float) -> Mask
  static func .== (left: Self, right: Float) -> Mask

  /// The lanes of `other` where `mask` is set, and those of `self` elsewhere.
  func replacing(with other: Self, where mask: Mask) -> Self

  /// The lanes as 32-bit integers: those bits that are set in both.
  func bitwiseAnd(_ bits: UInt32) -> Self

  /// The lanes as 32-bit integers: those bits that are set in either.
  func bitwiseOr(_ other: Self) -> Self

  /// The lanes as 32-bit integers: the sum, wrapping around.
  func integerAdding(_ other: Self) -> Self

  /// The lanes as 32-bit integers: the difference, wrapping around.
  func integerSubtracting(_ other: Self) -> Self

  /// The lanes as 32-bit integers, multiplied by a power of two.
  func shiftedLeft(_ count: UInt8) -> Self

  /// The lanes as signed 32-bit integers, divided by a power of two and rounded down.
  func shiftedRight(_ count: UInt8) -> Self

  /// The numbers that the lanes are as signed 32-bit integers.
  func integersAsFloats() -> Self
}

extension VectorArithmetic {
  /// `self + a * b` for one number `b`.
  @inline(__always)
  func adding(_ a: Self, times b: Float) -> Self { adding(a, times: Self(repeating: b)) }

  /// One step of Horner's rule: `self * x + constant`.
  @inline(__always)
  func times(_ x: Self, plus constant: Float) -> Self {
    Self(repeating: constant).adding(self, times: x)
  }

  /// A constant whose lanes have the given bits.
  @inline(__always)
  init(integer: Int32) { self.init(repeating: Float(bitPattern: UInt32(bitPattern: integer))) }

  /// The magnitude of each lane.
  @inline(__always)
  package var magnitudes: Self { bitwiseAnd(0x7FFF_FFFF) }

  /// The magnitudes of `self` with the signs of `other`.
  @inline(__always)
  func withSigns(of other: Self) -> Self { magnitudes.bitwiseOr(other.bitwiseAnd(0x8000_0000)) }

  /// The lanes of one number where `mask` is set, and those of `self` elsewhere.
  @inline(__always)
  func replacing(with value: Float, where mask: Mask) -> Self {
    replacing(with: Self(repeating: value), where: mask)
  }
}
