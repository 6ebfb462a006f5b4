import MoE

/// One lane of a vector with fused multiply-add: what generated kernels are held to, bit for bit.
struct FusedLane: VectorArithmetic {
  var value: Float

  init(_ value: Float) { self.value = value }
  init(repeating value: Float) { self.value = value }
  static func scalar(_ value: Float, slot: Int) -> FusedLane { FusedLane(value) }

  static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
  static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
  static func * (left: Self, right: Self) -> Self { Self(left.value * right.value) }
  static func / (left: Self, right: Self) -> Self { Self(left.value / right.value) }
  static func + (left: Self, right: Float) -> Self { Self(left.value + right) }
  static func - (left: Self, right: Float) -> Self { Self(left.value - right) }
  static func * (left: Self, right: Float) -> Self { Self(left.value * right) }
  static func / (left: Self, right: Float) -> Self { Self(left.value / right) }
  static func + (left: Float, right: Self) -> Self { Self(left + right.value) }
  static func - (left: Float, right: Self) -> Self { Self(left - right.value) }
  static func * (left: Float, right: Self) -> Self { Self(left * right.value) }
  static func / (left: Float, right: Self) -> Self { Self(left / right.value) }

  func adding(_ a: Self, times b: Self) -> Self { Self(value.addingProduct(a.value, b.value)) }
  func squareRoot() -> Self { Self(value.squareRoot()) }

  static func .< (left: Self, right: Self) -> Bool { left.value < right.value }
  static func .<= (left: Self, right: Self) -> Bool { left.value <= right.value }
  static func .== (left: Self, right: Self) -> Bool { left.value == right.value }
  static func .!= (left: Self, right: Self) -> Bool { left.value != right.value }
  static func .< (left: Self, right: Float) -> Bool { left.value < right }
  static func .<= (left: Self, right: Float) -> Bool { left.value <= right }
  static func .== (left: Self, right: Float) -> Bool { left.value == right }

  func replacing(with other: Self, where mask: Bool) -> Self { mask ? other : self }

  private var integer: Int32 { Int32(bitPattern: value.bitPattern) }
  private init(bits: Int32) { value = Float(bitPattern: UInt32(bitPattern: bits)) }

  func bitwiseAnd(_ bits: UInt32) -> Self { Self(bits: integer & Int32(bitPattern: bits)) }
  func bitwiseOr(_ other: Self) -> Self { Self(bits: integer | other.integer) }
  func integerAdding(_ other: Self) -> Self { Self(bits: integer &+ other.integer) }
  func integerSubtracting(_ other: Self) -> Self { Self(bits: integer &- other.integer) }
  func shiftedLeft(_ count: UInt8) -> Self { Self(bits: integer << Int32(count)) }
  func shiftedRight(_ count: UInt8) -> Self { Self(bits: integer >> Int32(count)) }
  func integersAsFloats() -> Self { Self(Float(integer)) }
}
