import MoE
import Testing

/// Rounding by maximum one weight at a time, from the definition, in double precision.
enum RoundingReference {
  /// The codes of numbers not below 0, and their numbers, in order: finite ones alone.
  private static let magnitudes: [NumberCode: [Double]] = Dictionary(
    uniqueKeysWithValues: NumberCode.allCases.filter { $0.bits <= 16 }.map { code in
      let count = code == .float8E8M0 ? 255 : 1 << (code.bits - 1)
      return (
        code, (0..<count).map { CodeDefinition.number($0, code) }.filter { $0.isFinite }
      )
    })

  /// The code nearest to a number not below 0, of two equally near the even one.
  static func nearest(_ number: Double, _ code: NumberCode) -> Int {
    guard let numbers = magnitudes[code] else { preconditionFailure("too many codes") }
    // The first that is not below the number.
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    guard low < numbers.count else { return numbers.count - 1 }
    guard low > 0 else { return 0 }
    let (below, above) = (number - numbers[low - 1], numbers[low] - number)
    return below < above || below == above && (low - 1) % 2 == 0 ? low - 1 : low
  }

  /// The code of a weight in a group with the given scale and zero point.
  static func code(_ weight: Float, scale: Float, zero: Int, _ layout: CompressedLayout) -> Int {
    // A quotient is a float.
    let quotient = Double(scale == 0 ? weight : weight / scale)
    switch layout.code {
    case .int8, .int4:
      let least = layout.code == .int8 ? -128 : -8
      let lowest = layout.hasZeroPoints ? least : least + 1
      let bounded = min(max(quotient.isNaN ? 0 : quotient, -1000), 1000)
      let whole = Int(bounded.rounded(.toNearestOrEven)) + zero
      return min(max(whole, lowest), -1 - least) & (1 << layout.code.bits - 1)
    case .bfloat16, .float16:
      let step = layout.code == .bfloat16 ? 0x1p120 : 32
      let numbers = magnitudes[layout.code] ?? []
      // Half a step beyond the largest number.
      let isFar = quotient.magnitude >= numbers[numbers.count - 1] + step / 2
      let code = isFar ? numbers.count : nearest(quotient.magnitude, layout.code)
      return code | (quotient.sign == .minus ? 0x8000 : 0)
    default:
      let sign = quotient.sign == .minus ? 1 << (layout.code.bits - 1) : 0
      return nearest(quotient.magnitude, layout.code) | sign
    }
  }

  /// The code of the scale of a group from a least to a largest number, both beside 0.
  static func scaleCode(
    _ low: Float, _ high: Float, factor: Float, _ layout: CompressedLayout
  ) -> UInt32 {
    let largest = max(high, -low)
    guard let format = layout.scale, largest > 0 else { return 0 }
    if format == .float8E8M0 { return UInt32(max(-127, Int(largest.exponent) - 2) + 127) }
    let reach: Float =
      switch layout.code {
      case .int8: 127
      case .int4: 7
      case .float8E4M3: 448
      case .float8E5M2: 57_344
      default: 6
      }
    let range = layout.hasZeroPoints ? (high - low) / (layout.code == .int8 ? 255 : 15) : 0
    let wanted = (layout.hasZeroPoints ? range : largest / reach) / factor
    let code = format == .float32 ? wanted.bitPattern : UInt32(nearest(Double(wanted), format))
    return max(code, 1)
  }

  /// The zero point of a group.
  static func zero(_ low: Float, scale: Float, _ layout: CompressedLayout) -> Int {
    guard layout.hasZeroPoints, scale > 0 else { return 0 }
    let least: Float = layout.code == .int8 ? -128 : -8
    return Int(min(max(least - low / scale, least), -1 - least).rounded(.toNearestOrEven))
  }

  /// Expects all codes, scales and zero points of finite weights to be these.
  static func expect(
    _ weights: CompressedWeights, _ tensor: Tensor,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (layout, numbers) = (weights.layout, tensor.scalarArray)
    for index in 0..<weights.matrixCount {
      let matrix = weights.matrix(index)
      func number(_ output: Int, _ input: Int) -> Float {
        numbers[(index * layout.outputSize + output) * layout.inputSize + input]
      }
      if layout.scale == .float8E4M3 {
        let all = numbers[
          index * layout.outputSize * layout.inputSize..<(index + 1) * layout.outputSize
            * layout.inputSize]
        let largest = all.reduce(0) { max($0, $1.magnitude) }
        #expect(matrix.factor == (largest == 0 ? 1 : largest / (448 * 6)))
      }
      for (outputs, inputs) in weights.groups {
        var (low, high): (Float, Float) = (0, 0)
        for output in outputs {
          for input in inputs {
            low = min(low, number(output, input))
            high = max(high, number(output, input))
          }
        }
        let (output, group) = (outputs.lowerBound, inputs.lowerBound / layout.groupSize)
        let scaleCode = scaleCode(low, high, factor: matrix.factor, layout)
        let scale = matrix.scale(output: output, group: group)
        let zero = zero(low, scale: scale, layout)
        guard matrix[scaleCode: output, group] == scaleCode,
          matrix[zeroPoint: output, group] == Int8(zero)
        else {
          Issue.record(
            """
            group \(output), \(group) from \(low) to \(high) has scale \
            \(matrix[scaleCode: output, group]) and zero \(matrix[zeroPoint: output, group]), \
            expected \(scaleCode) and \(zero)
            """, sourceLocation: sourceLocation)
          return
        }
        for output in outputs {
          for input in inputs {
            let weight = number(output, input)
            let expected = code(weight, scale: scale, zero: zero, layout)
            let found = Int(matrix[code: output, input])
            guard found == expected else {
              Issue.record(
                "\(weight) by \(scale), \(zero) at \(output), \(input) is \(found), expected \(expected)",
                sourceLocation: sourceLocation)
              return
            }
          }
        }
      }
    }
  }
}
