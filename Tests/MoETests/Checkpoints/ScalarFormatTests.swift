import Foundation
import MoE
import Testing

/// Numbers of every format, as they stand in files.
@Suite struct ScalarFormatTests {
  /// The numbers of some words, at an odd place in memory.
  private func tensor(_ words: [UInt64], _ format: ScalarFormat) throws -> [Float] {
    var data = Data([0xAA])
    for word in words {
      for byte in 0..<format.byteCount {
        data.append(UInt8(truncatingIfNeeded: word >> (8 * byte)))
      }
    }
    return try StoredTensor(data.dropFirst(), as: format, shape: [words.count]).tensor.scalarArray
  }

  /// A number of a sign, an exponent and a fraction, by its definition.
  private func number(_ bits: Int, exponent: Int, fraction: Int, bias: Int) -> Double {
    let magnitude = bits % (1 << (exponent + fraction))
    let (high, low) = (magnitude >> fraction, magnitude % (1 << fraction))
    let significand = high == 0 ? low : low + (1 << fraction)
    let value = Double(significand) * power(max(high, 1) - bias - fraction)
    return bits >> (exponent + fraction) & 1 == 1 ? -value : value
  }

  private func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  @Test func everyNumberOfHalfPrecision() throws {
    let found = try tensor((0..<65_536).map(UInt64.init), .float16)
    for bits in 0..<65_536 {
      switch (bits >> 10 & 31, bits & 0x3FF) {
      case (31, 0): #expect(found[bits] == (bits >> 15 == 0 ? .infinity : -.infinity))
      case (31, _): #expect(found[bits].isNaN)
      default:
        let exact = number(bits, exponent: 5, fraction: 10, bias: 15)
        guard Double(found[bits]) == exact, (found[bits].sign == .minus) == (bits >> 15 == 1) else {
          Issue.record("\(bits): \(found[bits]), expected \(exact)")
          return
        }
      }
    }
    // And back, to the same bits.
    let stored = StoredTensor(Tensor(found), as: .float16).bytes
    for bits in 0..<65_536 where bits >> 10 & 31 != 31 || bits & 0x3FF == 0 {
      guard Int(stored[2 * bits]) | Int(stored[2 * bits + 1]) << 8 == bits else {
        Issue.record("\(bits) is \(stored[2 * bits]), \(stored[2 * bits + 1])")
        return
      }
    }
  }

  @Test func everyNumberOfEightBits() throws {
    let words = (0..<256).map(UInt64.init)
    let (e4m3, e5m2) = (try tensor(words, .float8E4M3), try tensor(words, .float8E5M2))
    let powers = try tensor(words, .float8E8M0)
    for bits in 0..<256 {
      if bits & 0x7F == 0x7F {
        #expect(e4m3[bits].isNaN)
      } else {
        #expect(Double(e4m3[bits]) == number(bits, exponent: 4, fraction: 3, bias: 7))
      }
      switch bits & 0x7F {
      case 0x7C: #expect(e5m2[bits] == (bits < 128 ? .infinity : -.infinity))
      case 0x7D...: #expect(e5m2[bits].isNaN)
      default: #expect(Double(e5m2[bits]) == number(bits, exponent: 5, fraction: 2, bias: 15))
      }
      if bits < 255 { #expect(Double(powers[bits]) == power(bits - 127)) }
    }
    #expect(powers[255].isNaN && e4m3[0x7E] == 448 && e5m2[0x7B] == 57_344)
  }

  @Test func wholeNumbersAndOthers() throws {
    #expect(try tensor([0, 1, 2], .bool) == [0, 1, 1])
    #expect(try tensor([0, 255], .uint8) == [0, 255] && tensor([0, 255], .int8) == [0, -1])
    #expect(
      try tensor([0x8000, 3], .int16) == [-32768, 3] && tensor([0x8000], .uint16) == [32768])
    #expect(try tensor([0xFFFF_FFFF], .int32) == [-1] && tensor([0xFFFF_FFFF], .uint32) == [0x1p32])
    #expect(try tensor([.max, 5], .int64) == [-1, 5] && tensor([.max], .uint64) == [0x1p64])
    #expect(try tensor([0x3F80, 0xC020], .bfloat16) == [1, -2.5])
    #expect(try tensor([(0.1).bitPattern], .float64) == [0.1])
    let bits = [1, 0x7FC0_1234, 0x8000_0000, 0x7F80_0000] as [UInt64]
    #expect(try tensor(bits, .float32).map { UInt64($0.bitPattern) } == bits)
    for format in ScalarFormat.allCases {
      #expect(try tensor([], format) == [])
      #expect(ScalarFormat(rawValue: format.rawValue) == format)
    }
  }

  @Test func integersKeepAllBits() throws {
    let numbers = [Int.min, -1, 0, 1, Int.max]
    #expect(StoredTensor(integers: numbers).integers == numbers)
    #expect(StoredTensor(integers: [1, 2], shape: [2, 1]).shape == [2, 1])
    let large = try StoredTensor(Data(repeating: 0xFF, count: 8), as: .uint64, shape: [1])
    #expect(large.integers == nil && StoredTensor([1]).integers == nil)
    let small = try StoredTensor(Data([0xFE, 0xFF, 1, 0]), as: .int16, shape: [2])
    #expect(small.integers == [-2, 1])
  }

  /// To the nearest, of two equally near to the even one.
  @Test func roundingIsToTheNearest() {
    func rounded(_ number: Float, _ format: ScalarFormat) -> Float {
      StoredTensor(Tensor([number]), as: format).tensor[0]
    }
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2000 {
      let number = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      guard number.isFinite, number.magnitude < 65_000 else { continue }
      let brain = rounded(number, .bfloat16)
      let step = Float(bitPattern: number.bitPattern & 0xFFFF_0000)
      let next = Float(bitPattern: (number.bitPattern & 0xFFFF_0000) &+ 0x1_0000)
      let (below, above) = ((number - step).magnitude, (next - number).magnitude)
      #expect(brain == (below < above ? step : above < below ? next : brain))
      let half = rounded(number, .float16)
      #if arch(x86_64) && os(Linux) || arch(arm64)
        #expect(half == Float(Float16(number)))
      #endif
    }
    #expect(rounded(1 + 0x1p-8, .bfloat16) == 1 && rounded(1 + 3 * 0x1p-8, .bfloat16) == 1 + 0x1p-6)
    #expect(rounded(65_519, .float16) == 65_504 && rounded(65_520, .float16) == .infinity)
    #expect(rounded(0x1p-25, .float16) == 0 && rounded(0x1.8p-25, .float16) == 0x1p-24)
    #expect(rounded(-.greatestFiniteMagnitude, .bfloat16) == -.infinity)
    for format in [ScalarFormat.float16, .bfloat16, .float32, .float64] {
      #expect(rounded(.nan, format).isNaN && rounded(-.infinity, format) == -.infinity)
      #expect(rounded(-0.0, format).sign == .minus)
    }
    #expect(rounded(Float(bitPattern: 0x7F80_0001), .bfloat16).isNaN)
  }

  @Test func shapesThatDoNotFitThrow() {
    #expect(throws: CheckpointError.self) {
      try StoredTensor(Data(count: 7), as: .float32, shape: [2])
    }
    #expect(throws: CheckpointError.self) {
      try StoredTensor(Data(count: 8), as: .float32, shape: [-2])
    }
    #expect(throws: CheckpointError.self) {
      try StoredTensor(Data(count: 8), as: .float32, shape: [Int.max, 4])
    }
  }
}
