/// The vector of the portable kernels: eight floats, which is two registers of SSE or NEON.
package typealias FloatVector = SIMD8<Float>

/// A vector of integers beside ``FloatVector``.
package typealias IntegerVector = SIMD8<Int32>

extension SIMD where Scalar == Float {
  /// `self + a * b`: fused where the baseline has the instruction, rounded twice where it has not.
  ///
  /// On the x86-64 baseline `addingProduct` would be a call of the mathematics library for every lane.
  @inline(__always)
  func adding(_ a: Self, times b: Self) -> Self {
    #if arch(arm64)
      return addingProduct(a, b)
    #else
      return self + a * b
    #endif
  }
}

extension FloatVector {
  /// `self + a * b` for one number `b`.
  @inline(__always)
  func adding(_ a: FloatVector, times b: Float) -> FloatVector {
    adding(a, times: FloatVector(repeating: b))
  }

  /// The bits of each lane as an integer.
  @inline(__always)
  var bits: IntegerVector { unsafe unsafeBitCast(self, to: IntegerVector.self) }

  /// The vector whose lanes have the given bits.
  @inline(__always)
  init(bits: IntegerVector) { self = unsafe unsafeBitCast(bits, to: FloatVector.self) }

  /// The magnitude of each lane.
  @inline(__always)
  package var magnitudes: FloatVector { FloatVector(bits: bits & 0x7FFF_FFFF) }

  /// The magnitudes of `self` with the signs of `other`.
  @inline(__always)
  func withSigns(of other: FloatVector) -> FloatVector {
    FloatVector(bits: (bits & 0x7FFF_FFFF) | (other.bits & Int32.min))
  }

  /// The sum of the lanes, halves first: a fixed order, the same for every kernel.
  @inline(__always)
  package var laneSum: Float {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// One step of Horner's rule: `self * x + constant`.
  @inline(__always)
  func times(_ x: FloatVector, plus constant: Float) -> FloatVector {
    FloatVector(repeating: constant).adding(self, times: x)
  }
}
