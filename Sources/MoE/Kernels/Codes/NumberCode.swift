/// How a number of a compressed weight stands in a few bits, and which float it is.
package enum NumberCode: UInt8, CaseIterable, Hashable, Sendable {
  /// Single precision itself.
  case float32
  /// The upper half of single precision.
  case bfloat16
  /// Half precision.
  case float16
  /// A sign, four bits of exponent and three of fraction; no infinity.
  case float8E4M3
  /// The upper half of half precision.
  case float8E5M2
  /// A power of two by its biased exponent.
  case float8E8M0
  /// A whole number from −128 to 127.
  case int8
  /// A whole number from −8 to 7.
  case int4
  /// A sign, two bits of exponent and one of fraction: 0, ½, 1, 1½, 2, 3, 4 and 6.
  case float4E2M1

  /// How many bits a number takes.
  package var bits: Int {
    switch self {
    case .float32: 32
    case .bfloat16, .float16: 16
    case .float8E4M3, .float8E5M2, .float8E8M0, .int8: 8
    case .int4, .float4E2M1: 4
    }
  }

  /// Bytes that so many numbers take: of four bits, two in each byte.
  package func bytes(_ count: Int) -> Int { (count * bits + 7) / 8 }

  /// Inputs of a block: as many as a word of 32 bits holds, or one.
  package var blockInputs: Int {
    switch self {
    case .float32, .float16, .int8: 1
    case .bfloat16, .float8E4M3, .float8E5M2, .float8E8M0, .int4, .float4E2M1: 32 / bits
    }
  }

  /// Bytes of a block of 16 outputs.
  package var blockBytes: Int { blockInputs * CompressedLayout.tileWidth * bits / 8 }

  /// How far up in its word the code of an input of a block stands.
  package func position(_ input: Int) -> Int { bits * input }

  /// The number of some bits, exactly: a code of either sign of zero keeps it.
  ///
  /// - Parameter code: The bits, those above the code's own zero.
  /// - Returns: A float; of a code that is not a number, a NaN.
  package func value(_ code: UInt32) -> Float {
    switch self {
    case .float32: Float(bitPattern: code)
    case .bfloat16: Float(bitPattern: code << 16)
    case .float16: NumberCode.float(halfBits: UInt16(truncatingIfNeeded: code))
    case .float8E4M3: NumberCode.float(e4m3Bits: UInt8(truncatingIfNeeded: code))
    case .float8E5M2: NumberCode.float(e5m2Bits: UInt8(truncatingIfNeeded: code))
    case .float8E8M0: NumberCode.float(e8m0Bits: UInt8(truncatingIfNeeded: code))
    case .int8: Float(Int8(truncatingIfNeeded: code))
    // The sign is the highest of four bits.
    case .int4: Float(Int8(truncatingIfNeeded: code << 4) >> 4)
    case .float4E2M1: NumberCode.float4Values[Int(code & 15)]
    }
  }

  /// The numbers of four bits with a fraction.
  package static let float4Values: [Float] = [
    0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6,
  ]

  /// Bits that are all set in codes which generated kernels leave to plain Swift: those of what is
  /// not finite in formats whose other codes need no such case; nothing where there are none.
  var specialBits: UInt8? {
    switch self {
    case .float8E4M3: 0x7F
    case .float8E5M2: 0x7C
    case .float8E8M0: 0xFF
    case .float32, .bfloat16, .float16, .int8, .int4, .float4E2M1: nil
    }
  }
}
