import MoE
import Testing

/// Which numbers codes stand for: each its own, and what lies between them the nearest.
@Suite(.onEveryKernelSet) struct RoundedValueTests {
  /// Weights of one output with a scale of 1, and what the codes of all but the last are.
  private func codes(_ numbers: [Float], _ format: WeightFormat, pin: Float?) -> [Int] {
    let all = numbers + (pin.map { [$0] } ?? [])
    let weights = CompressedWeights(Tensor(all, shape: [1, all.count]), format: format)
    let matrix = weights.matrix(0)
    for group in 0..<weights.layout.groupCount where weights.layout.scale != nil {
      #expect(matrix.scale(output: 0, group: group) == 1)
    }
    return numbers.indices.map { Int(matrix[code: 0, $0]) }
  }

  /// Formats with what a row, in one group each, has to have for a scale of 1.
  private static let whole: [(format: WeightFormat, code: NumberCode, pin: Float?)] = [
    (.float16, .float16, nil), (.bfloat16, .bfloat16, nil),
    (.float8E4M3(scales: .rows), .float8E4M3, 448),
    (.float8E5M2(scales: .rows), .float8E5M2, 57_344),
    (.int8(groupSize: 512), .int8, 127), (.int4(groupSize: 64), .int4, 7),
  ]

  /// The finite numbers of a format, each with its code.
  private func numbers(_ code: NumberCode) -> [(code: Int, number: Double)] {
    // Of 65,536 codes, a part with all exponents and both signs.
    let step = code.bits == 16 ? 61 : 1
    return stride(from: 0, to: 1 << code.bits, by: step)
      .map { ($0, CodeDefinition.number($0, code)) }
      .filter { $0.number.isFinite }
  }

  @Test func everyNumberIsItself() {
    for (format, code, pin) in Self.whole {
      // The lowest whole numbers are out of reach of symmetric scales.
      let known = numbers(code).filter { pin == nil || $0.number >= -Double(pin ?? 0) }
      #expect(codes(known.map { Float($0.number) }, format, pin: pin) == known.map(\.code))
    }
  }

  @Test func middlesGoToEvenCodes() {
    for (format, code, pin) in Self.whole {
      let whole = code == .int8 || code == .int4
      let known = numbers(code)
        .filter { $0.number.sign == .plus && $0.number < Double(pin ?? 60_000) }
      // From each to the next, whose code is one more.
      let pairs = known.map { ($0.number, CodeDefinition.number($0.code + 1, code), $0.code) }
        .filter { $0.1.isFinite }
      let middles = pairs.map { Float(($0.0 + $0.1) / 2) }
      let even = pairs.map { $0.2 + $0.2 % 2 }
      #expect(codes(middles, format, pin: pin) == even)
      #expect(codes(middles.map(\.nextDown), format, pin: pin) == pairs.map(\.2))
      #expect(codes(middles.map(\.nextUp), format, pin: pin) == pairs.map { $0.2 + 1 })
      let negative = even.map {
        whole ? -$0 & (1 << code.bits - 1) : $0 | 1 << (code.bits - 1)
      }
      #expect(codes(middles.map { -$0 }, format, pin: pin) == negative)
    }
  }

  /// Quotients are rounded once: half a step is half a step by any scale.
  @Test func middlesByAnyScaleGoToEvenCodes() {
    // Scales of eight bits, so that their products with halves of small numbers are exact.
    for fraction in 128..<256 {
      let scale = Float(fraction) * 0x1p-13
      let middles = (-7..<7).map { (Float($0) + 0.5) * scale }
      let weights = CompressedWeights(
        Tensor(middles + [7 * scale], shape: [1, 15]), format: .int4(groupSize: 16))
      #expect(weights.matrix(0).scale(output: 0, group: 0) == scale)
      let found = weights.decompressed().scalarArray.dropLast()
      #expect(found.elementsEqual((-7..<7).map { Float($0 + $0 & 1) * scale }))
    }
  }

  /// Groups of four bits with a fraction, each with a 6.
  @Test func fourBitsWithAFraction() {
    let numbers: [Float] = [
      0, 0.25, 0.26, 0.5, 0.74, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 2.6, 3.5, 5, 5.1,
    ]
    let expected = [0, 0, 1, 1, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 7]
    let rows = numbers + numbers.map { -$0 }
    var codes: [Int] = []
    for number in rows {
      let weights = CompressedWeights(
        Tensor([number, 6], shape: [1, 2]), format: .mxfp4)
      #expect(weights.matrix(0)[scaleCode: 0, 0] == 127)
      codes.append(Int(weights.matrix(0)[code: 0, 0]))
    }
    #expect(codes == expected + expected.map { $0 | 8 })
    // What is above 6 and below 8 has the same scale, and saturates.
    let wide = CompressedWeights(Tensor([7.9, -6.5, 3], shape: [1, 3]), format: .mxfp4)
    #expect(wide.decompressed().scalarArray == [6, -6, 3])
    // The maximum of the matrix is the largest code with the largest scale.
    var row = [Float](repeating: 0, count: 32)
    (row[0], row[16], row[17]) = (2688, 6, 0.75)
    let scaled = CompressedWeights(Tensor(row, shape: [1, 32]), format: .nvfp4)
    let matrix = scaled.matrix(0)
    #expect(
      matrix.factor == 1 && matrix[scaleCode: 0, 0] == 0x7E && matrix[scaleCode: 0, 1] == 0x38)
    #expect(scaled.decompressed().scalarArray[16..<18] == [6, 1])
  }

  @Test func zeroPointsCoverTheRange() {
    // From 1 to 16 with 0: steps of 16/15, and 0 is the lowest code.
    let weights = CompressedWeights(
      Tensor([1, 16, 7.5], shape: [1, 3]),
      format: .int4(groupSize: 16, zeroPoints: true, scales: .float32))
    let matrix = weights.matrix(0)
    #expect(matrix[zeroPoint: 0, 0] == -8 && matrix.scale(output: 0, group: 0) == Float(16) / 15)
    #expect((0..<3).map { matrix[code: 0, $0] } == [9, 7, 15])
    // A range on both sides: −5…10 in steps of 1 has its zero 5 above −8.
    let both = CompressedWeights(
      Tensor([-5, 10, 0, 0.5, 1.5], shape: [1, 5]),
      format: .int4(groupSize: 16, zeroPoints: true, scales: .float16))
    #expect(both.matrix(0)[zeroPoint: 0, 0] == -3)
    #expect(both.decompressed().scalarArray == [-5, 10, 0, 0, 2])
  }

  /// Half a step at most, and what the scale's own rounding takes from the reach of the furthest.
  @Test(arguments: RoundingCases.formats)
  func errorsAreBounded(_ format: WeightFormat) {
    let tensor = Tensor(scattered: [17, 96], seed: 12)
    let weights = CompressedWeights(tensor, format: format)
    let (rounded, matrix, layout) = (weights.decompressed(), weights.matrix(0), weights.layout)
    for output in 0..<17 {
      for input in 0..<96 {
        let (weight, found) = (tensor[output, input], rounded[output, input])
        let group = input / layout.groupSize
        let scale = Double(matrix.scale(output: output, group: group))
        let error = Double(weight - found).magnitude
        let size = Double(weight.magnitude)
        let bound: Double =
          switch layout.code {
          // A bit less than half the distance of two numbers, and half of the smallest.
          case .bfloat16: size * 0x1p-8
          case .float16: size * 0x1p-11 + 0x1p-25
          case .float8E4M3: size * 0x1p-4 * 1.0001 + scale * 0x1p-10
          case .float8E5M2: size * 0x1p-3 * 1.0001 + scale * 0x1p-17
          // Scales with 8 bits are off by 2⁻⁹ of themselves; zero points round both ends.
          case .int8, .int4: scale * (layout.hasZeroPoints ? 1.3 : 0.51)
          // Steps of 2 below 6; scales may leave an eighth of 8, or a sixteenth of 6, out of reach.
          default: scale * (format == .mxfp4 ? 2 : 1.001)
          }
        guard error <= bound else {
          Issue.record("\(weight) at \(output), \(input) is \(found), off by more than \(bound)")
          return
        }
      }
    }
  }
}
