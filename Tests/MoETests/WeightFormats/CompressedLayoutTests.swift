import MoE
import Testing

/// Where codes, scales and zero points stand.
@Suite(.namingCombinations) struct CompressedLayoutTests {
  /// A number below 2³² that looks like chance.
  private func scatter(_ place: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(place) &+ 1) &* 0x9E37_79B9_7F4A_7C15 >> 24)
  }

  /// What is written through an accessor is read through it, each in a place of its own.
  @Test(arguments: RoundingCases.formats)
  func whatIsWrittenIsRead(_ format: WeightFormat) {
    withEvery("outputs", in: RoundingCases.outputSizes) { outputs in
      withEvery("inputs", in: RoundingCases.inputSizes) { inputs in
        let weights = CompressedWeights(
          format, shape: [2, outputs, inputs]
        ) { index, matrix in
          write(matrix, seed: index)
          return Float(index + 2)
        }
        for index in 0..<2 {
          #expect(isRead(weights.matrix(index), seed: index))
          #expect(weights.matrix(index).factor == Float(index + 2))
        }
        #expect(weights.shape == [2, outputs, inputs])
        #expect(
          weights.byteCount
            == weights.content.reduce(0) {
              $0 + $1.codes.count + $1.scales.count + $1.zeroPoints.count
            })
      }
    }
  }

  private func scaleOutputs(_ layout: CompressedLayout) -> [Int] {
    Array(stride(from: 0, to: layout.outputSize, by: layout.scaleRows))
  }

  private func mask(_ code: NumberCode) -> UInt32 { code.bits == 32 ? .max : 1 << code.bits - 1 }

  private func write(_ matrix: CompressedMatrix, seed: Int) {
    let layout = matrix.layout
    for output in 0..<layout.outputSize {
      for input in 0..<layout.inputSize {
        matrix[code: output, input] =
          scatter(output * 1000 + input + seed) & mask(layout.code)
      }
      for group in 0..<layout.groupCount {
        matrix[zeroPoint: output, group] = Int8(
          truncatingIfNeeded: scatter(output * 7 + group + seed))
      }
    }
    guard let scale = layout.scale else { return }
    for output in scaleOutputs(layout) {
      for group in 0..<layout.groupCount {
        matrix[scaleCode: output, group] = scatter(output * 77 + group + seed) & mask(scale)
      }
    }
  }

  private func isRead(_ matrix: CompressedMatrix, seed: Int) -> Bool {
    let layout = matrix.layout
    for output in 0..<layout.outputSize {
      for input in 0..<layout.inputSize
      where matrix[code: output, input] != scatter(output * 1000 + input + seed) & mask(layout.code)
      {
        return false
      }
      for group in 0..<layout.groupCount {
        let zero = Int8(truncatingIfNeeded: scatter(output * 7 + group + seed))
        guard matrix[zeroPoint: output, group] == (layout.hasZeroPoints ? zero : 0) else {
          return false
        }
      }
    }
    guard let scale = layout.scale else { return true }
    return scaleOutputs(layout).allSatisfy { output in
      (0..<layout.groupCount).allSatisfy { group in
        matrix[scaleCode: output, group] == scatter(output * 77 + group + seed) & mask(scale)
      }
    }
  }

  /// A weight is (value − zero point) · scale · factor, as its definition says, and all at once are
  /// the same.
  @Test(arguments: RoundingCases.formats)
  func weightsAreTheirDefinition(_ format: WeightFormat) {
    let (outputs, inputs) = (17, 130)
    let weights = CompressedWeights(
      format, shape: [outputs, inputs]
    ) { _, matrix in
      write(matrix, seed: 5)
      return format == .nvfp4 ? 0.3 : 1
    }
    let (matrix, layout) = (weights.matrix(0), weights.layout)
    let all = weights.decompressed()
    #expect(all.shape == [outputs, inputs])
    for output in 0..<outputs {
      for input in 0..<inputs {
        var exact = CodeDefinition.number(Int(matrix[code: output, input]), layout.code)
        if let scale = layout.scale {
          let group = input / layout.groupSize
          let bits = matrix[scaleCode: output, group]
          let number =
            scale == .float32
            ? Double(Float(bitPattern: bits)) : CodeDefinition.number(Int(bits), scale)
          if layout.hasZeroPoints { exact -= Double(matrix[zeroPoint: output, group]) }
          // Products of two floats are exact in double precision: each is rounded once.
          exact = Double(Float(exact * Double(Float(number * Double(matrix.factor)))))
        }
        let (one, found) = (matrix[output, input], all[output, input])
        guard CodeDefinition.isSame(one, exact), CodeDefinition.isSame(found, exact) else {
          Issue.record("weight \(output), \(input) is \(one), \(found), expected \(exact)")
          return
        }
      }
    }
  }

  /// Codes that are decoded side by side, all that there are, have the bits of those that are decoded
  /// one by one, on every kernel set; the last tile is not whole.
  @Test(arguments: RoundingCases.formats)
  func allCodesAtOnceAreThoseOneByOne(_ format: WeightFormat) {
    let outputs = CompressedLayout.tileWidth + 1
    // So many that the first tile has all codes of up to 16 bits.
    let inputs = format == .float16 || format == .bfloat16 ? 4096 : 64
    let weights = CompressedWeights(format, shape: [outputs, inputs]) { _, matrix in
      write(matrix, seed: 9)
      for output in 0..<outputs {
        for input in 0..<inputs {
          matrix[code: output, input] =
            UInt32(output * inputs + input) & mask(matrix.layout.code)
        }
      }
      return 1
    }
    let matrix = weights.matrix(0)
    let expected = (0..<outputs * inputs).map { matrix[$0 / inputs, $0 % inputs] }
    for set in KernelSet.available {
      let found = KernelSet.withCurrent(set) { weights.decompressed() }
      expectBits(found.scalarArray, expected, "\(set)")
    }
  }

  @Test func sizesFollowFromTheFormat() throws {
    let int4 = try #require(WeightFormat.int4().layout(outputSize: 64, inputSize: 128))
    #expect(int4.codeByteCount == 64 * 64 && int4.scaleByteCount == 64 * 4 * 2)
    let zeros = try #require(
      WeightFormat.int4(zeroPoints: true).layout(outputSize: 64, inputSize: 128))
    #expect(zeros.zeroPointByteCount == 64 * 4)
    let blocks = try #require(WeightFormat.float8E4M3().layout(outputSize: 130, inputSize: 300))
    #expect(blocks.scaleCount == 2 * 3 && blocks.codeByteCount == 144 * 300)
    #expect(WeightFormat.float32.layout(outputSize: 1, inputSize: 1) == nil)
  }
}
