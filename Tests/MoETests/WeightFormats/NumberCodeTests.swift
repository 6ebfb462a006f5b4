import MoE
import Testing

/// What numbers codes are, for every code there is, against their definition in double precision.
@Suite struct NumberCodeTests {
  @Test(arguments: NumberCode.allCases.filter { $0.bits <= 16 })
  func everyCodeIsItsNumber(_ code: NumberCode) {
    for bits in 0..<1 << code.bits {
      let (found, exact) = (code.value(UInt32(bits)), CodeDefinition.number(bits, code))
      guard CodeDefinition.isSame(found, exact) else {
        Issue.record("\(code) \(bits) is \(found), expected \(exact)")
        return
      }
    }
  }

  @Test func singlePrecisionIsItself() {
    for bits in [0, 0x8000_0000, 1, 0x3F80_0000, 0x7F80_0000, 0x7FC0_1234, 0xFF7F_FFFF] as [UInt32]
    {
      #expect(NumberCode.float32.value(bits).bitPattern == bits)
    }
  }

  @Test func knownNumbers() {
    #expect(NumberCode.float8E4M3.value(0x7E) == 448 && NumberCode.float8E4M3.value(0x7F).isNaN)
    #expect(NumberCode.float8E4M3.value(1) == 0x1p-9 && NumberCode.float8E4M3.value(8) == 0x1p-6)
    #expect(NumberCode.float8E5M2.value(0x7B) == 57_344)
    #expect(NumberCode.float8E5M2.value(0x7C) == .infinity)
    #expect(NumberCode.float8E8M0.value(127) == 1 && NumberCode.float8E8M0.value(0) == 0x1p-127)
    #expect(NumberCode.float8E8M0.value(255).isNaN)
    #expect(NumberCode.int4.value(7) == 7 && NumberCode.int4.value(8) == -8)
    #expect(NumberCode.int8.value(127) == 127 && NumberCode.int8.value(128) == -128)
    #expect(NumberCode.float4E2M1.value(7) == 6 && NumberCode.float4E2M1.value(9) == -0.5)
    #expect(NumberCode.float4E2M1.value(8).bitPattern == 0x8000_0000)
    #expect(NumberCode.float16.value(0x7BFF) == 65_504 && NumberCode.float16.value(1) == 0x1p-24)
    #expect(NumberCode.bfloat16.value(0x3FC0) == 1.5)
  }

  @Test func numbersTakeTheirBits() {
    for code in NumberCode.allCases {
      #expect(code.bytes(0) == 0 && code.bytes(64) == 8 * code.bits)
      #expect(code.bytes(1) == max(1, code.bits / 8))
    }
    #expect(NumberCode.int4.bytes(3) == 2)
  }
}

/// Numbers of codes by arithmetic in double precision.
enum CodeDefinition {
  /// The number of a code of at most 16 bits.
  static func number(_ bits: Int, _ code: NumberCode) -> Double {
    switch code {
    case .float32: preconditionFailure("too many codes")
    case .bfloat16: float(bits, exponent: 8, fraction: 7, bias: 127)
    case .float16: float(bits, exponent: 5, fraction: 10, bias: 15)
    case .float8E5M2: float(bits, exponent: 5, fraction: 2, bias: 15)
    case .float8E4M3:
      bits & 0x7F == 0x7F
        ? .nan : float(bits, exponent: 4, fraction: 3, bias: 7, hasInfinity: false)
    case .float4E2M1: float(bits, exponent: 2, fraction: 1, bias: 1, hasInfinity: false)
    case .float8E8M0: bits == 255 ? .nan : power(bits - 127)
    case .int8: Double(bits < 128 ? bits : bits - 256)
    case .int4: Double(bits < 8 ? bits : bits - 16)
    }
  }

  /// A number of a sign, an exponent and a fraction.
  private static func float(
    _ bits: Int, exponent: Int, fraction: Int, bias: Int, hasInfinity: Bool = true
  ) -> Double {
    let magnitude = bits % (1 << (exponent + fraction))
    let (high, low) = (magnitude >> fraction, magnitude % (1 << fraction))
    let isNegative = bits >> (exponent + fraction) & 1 == 1
    if hasInfinity, high == 1 << exponent - 1 {
      return low > 0 ? .nan : isNegative ? -.infinity : .infinity
    }
    let significand = high == 0 ? low : low + 1 << fraction
    let value = Double(significand) * power(max(high, 1) - bias - fraction)
    return isNegative ? -value : value
  }

  static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// Whether a float is a number, down to the sign of zero; all that are no numbers are the same.
  static func isSame(_ found: Float, _ exact: Double) -> Bool {
    exact.isNaN ? found.isNaN : Double(found) == exact && found.sign == exact.sign
  }
}
