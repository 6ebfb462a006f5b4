import MoE

/// The formats that tests go through, and weights of arbitrary codes in them.
enum WeightFormatCases {
  /// Each kind of code, scale and zero point.
  static let all: [WeightFormat] = [
    .bfloat16, .float16, .float8E4M3(scales: .blocks), .float8E4M3(scales: .rows),
    .float8E5M2(scales: .blocks), .float8E5M2(scales: .rows), .int8(groupSize: 128),
    .int8(groupSize: 16, zeroPoints: true, scales: .float32), .int4(groupSize: 32),
    .int4(groupSize: 16, scales: .float16), .int4(groupSize: 64, zeroPoints: true), .mxfp4, .nvfp4,
  ]

  /// Weights of codes, scales and zero points without pattern, all of them finite.
  static func scattered(_ format: WeightFormat, shape: [Int], seed: UInt64) -> CompressedWeights {
    var generator = SeededGenerator(seed: seed)
    return CompressedWeights(format, shape: shape) { _, matrix in
      let layout = matrix.layout
      for output in 0..<layout.outputSize {
        for input in 0..<layout.inputSize {
          matrix[code: output, input] = finiteCode(layout.code, using: &generator)
        }
        for group in 0..<layout.groupCount {
          if let scale = layout.scale {
            matrix[scaleCode: output, group] = scaleCode(scale, using: &generator)
          }
          let limit: Int8 = layout.code == .int4 ? 8 : 127
          matrix[zeroPoint: output, group] = .random(in: -limit..<limit, using: &generator)
        }
      }
      return format == .nvfp4 ? 0.37 : 1
    }
  }

  /// Weights of whatever bits, as of a file that somebody has spoiled: infinite ones, what is no
  /// number, scales of any sign and size.
  static func anyBits(
    _ format: WeightFormat, shape: [Int], using generator: inout SeededGenerator
  ) -> CompressedWeights {
    CompressedWeights(format, shape: shape) { _, matrix in
      let layout = matrix.layout
      for output in 0..<layout.outputSize {
        for input in 0..<layout.inputSize {
          matrix[code: output, input] = bits(of: layout.code, using: &generator)
        }
        for group in 0..<layout.groupCount {
          if let scale = layout.scale {
            matrix[scaleCode: output, group] = bits(of: scale, using: &generator)
          }
          if layout.hasZeroPoints {
            matrix[zeroPoint: output, group] = .random(in: -128...127, using: &generator)
          }
        }
      }
      return format == .nvfp4 ? Float(bitPattern: generator.next()) : 1
    }
  }

  private static func bits(of code: NumberCode, using generator: inout SeededGenerator) -> UInt32 {
    let limit = UInt32((UInt64(1) << UInt64(code.bits)) - 1)
    // One in eight at an end of the range, where zeros, infinities and what is no number stand.
    return generator.next(upperBound: UInt32(8)) == 0
      ? (Bool.random(using: &generator) ? limit : 0) : .random(in: 0...limit, using: &generator)
  }

  private static func finiteCode(
    _ code: NumberCode, using generator: inout SeededGenerator
  ) -> UInt32 {
    while true {
      let bits = UInt32.random(in: 0..<1 << UInt32(code.bits), using: &generator)
      if code.value(bits).isFinite { return bits }
    }
  }

  /// A scale of moderate size, so that sums stay finite.
  private static func scaleCode(
    _ code: NumberCode, using generator: inout SeededGenerator
  ) -> UInt32 {
    switch code {
    case .float8E8M0: .random(in: 117...130, using: &generator)
    case .float8E4M3: .random(in: 1..<0x7F, using: &generator)
    default:
      {
        let scale = Float.random(in: 0.01..<2, using: &generator)
        return code == .float32
          ? scale.bitPattern
          : code == .bfloat16 ? scale.bitPattern >> 16 : UInt32(0x2000 + scale.bitPattern % 0x1800)
      }()
    }
  }
}
