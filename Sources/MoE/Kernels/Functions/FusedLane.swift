/// One lane of a vector with fused multiply-add: the bits of generated kernels, without code.
///
/// Generated kernels are held to it, and it runs where no page may be made executable any more.
package struct FusedLane: VectorArithmetic {
  /// The number in the lane.
  package var value: Float

  /// A lane that holds a number.
  package init(_ value: Float) { self.value = value }
  package init(repeating value: Float) { self.value = value }
  package static func scalar(_ value: Float, slot: Int) -> FusedLane { FusedLane(value) }

  package static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
  package static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
  package static func * (left: Self, right: Self) -> Self { Self(left.value * right.value) }
  package static func / (left: Self, right: Self) -> Self { Self(left.value / right.value) }
  package static func + (left: Self, right: Float) -> Self { Self(left.value + right) }
  package static func - (left: Self, right: Float) -> Self { Self(left.value - right) }
  package static func * (left: Self, right: Float) -> Self { Self(left.value * right) }
  package static func / (left: Self, right: Float) -> Self { Self(left.value / right) }
  package static func + (left: Float, right: Self) -> Self { Self(left + right.value) }
  package static func - (left: Float, right: Self) -> Self { Self(left - right.value) }
  package static func * (left: Float, right: Self) -> Self { Self(left * right.value) }
  package static func / (left: Float, right: Self) -> Self { Self(left / right.value) }

  package func adding(_ a: Self, times b: Self) -> Self {
    Self(value.addingProduct(a.value, b.value))
  }
  package func squareRoot() -> Self { Self(value.squareRoot()) }

  package static func .< (left: Self, right: Self) -> Bool { left.value < right.value }
  package static func .<= (left: Self, right: Self) -> Bool { left.value <= right.value }
  package static func .== (left: Self, right: Self) -> Bool { left.value == right.value }
  package static func .!= (left: Self, right: Self) -> Bool { left.value != right.value }
  package static func .< (left: Self, right: Float) -> Bool { left.value < right }
  package static func .<= (left: Self, right: Float) -> Bool { left.value <= right }
  package static func .== (left: Self, right: Float) -> Bool { left.value == right }

  package func replacing(with other: Self, where mask: Bool) -> Self { mask ? other : self }

  private var integer: Int32 { Int32(bitPattern: value.bitPattern) }
  private init(bits: Int32) { value = Float(bitPattern: UInt32(bitPattern: bits)) }

  package func bitwiseAnd(_ bits: UInt32) -> Self { Self(bits: integer & Int32(bitPattern: bits)) }
  package func bitwiseOr(_ other: Self) -> Self { Self(bits: integer | other.integer) }
  package func integerAdding(_ other: Self) -> Self { Self(bits: integer &+ other.integer) }
  package func integerSubtracting(_ other: Self) -> Self { Self(bits: integer &- other.integer) }
  package func shiftedLeft(_ count: UInt8) -> Self { Self(bits: integer << Int32(count)) }
  package func shiftedRight(_ count: UInt8) -> Self { Self(bits: integer >> Int32(count)) }
  package func integersAsFloats() -> Self { Self(Float(integer)) }
}
