/// The vector of the portable kernels: eight floats, which is two registers of SSE or NEON.
package typealias FloatVector = SIMD8<Float>

/// A vector of integers beside ``FloatVector``.
private typealias IntegerVector = SIMD8<Int32>

extension SIMD where Scalar == Float {
  /// `self + a * b`: fused where the baseline has the instruction, rounded twice where it has not.
  ///
  /// On the x86-64 baseline `addingProduct` would be a call of the mathematics library for every
  /// lane.
  @inline(__always)
  package func adding(_ a: Self, times b: Self) -> Self {
    #if arch(arm64)
      return addingProduct(a, b)
    #else
      return self + a * b
    #endif
  }
}

extension FloatVector: VectorArithmetic {
  package typealias Mask = SIMDMask<SIMD8<Int32>>

  @inline(__always)
  package static func scalar(_ value: Float, slot: Int) -> FloatVector {
    FloatVector(repeating: value)
  }

  @inline(__always)
  private var bits: IntegerVector { unsafe unsafeBitCast(self, to: IntegerVector.self) }

  @inline(__always)
  private init(bits: IntegerVector) { self = unsafe unsafeBitCast(bits, to: FloatVector.self) }

  @inline(__always)
  package func bitwiseAnd(_ mask: UInt32) -> FloatVector {
    FloatVector(bits: bits & Int32(bitPattern: mask))
  }

  @inline(__always)
  package func bitwiseOr(_ other: FloatVector) -> FloatVector {
    FloatVector(bits: bits | other.bits)
  }

  @inline(__always)
  package func integerAdding(_ other: FloatVector) -> FloatVector {
    FloatVector(bits: bits &+ other.bits)
  }

  @inline(__always)
  package func integerSubtracting(_ other: FloatVector) -> FloatVector {
    FloatVector(bits: bits &- other.bits)
  }

  @inline(__always)
  package func shiftedLeft(_ count: UInt8) -> FloatVector {
    FloatVector(bits: bits &<< Int32(count))
  }

  @inline(__always)
  package func shiftedRight(_ count: UInt8) -> FloatVector {
    FloatVector(bits: bits &>> Int32(count))
  }

  @inline(__always)
  package func integersAsFloats() -> FloatVector { FloatVector(bits) }
}
