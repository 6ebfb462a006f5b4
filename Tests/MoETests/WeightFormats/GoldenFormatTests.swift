import MoE
import Testing

/// Codes as other implementations have them: numbers rounded by PyTorch, and MXFP4 as the reference
/// decoder of gpt-oss reads it.
///
/// The numbers are random over each format's reach, exact middles of neighbours, and the floats
/// beside these.
@Suite struct GoldenFormatTests {
  @Test(
    .onEveryKernelSet,
    arguments: [
      ("bfloat16", WeightFormat.bfloat16), ("float16", .float16),
      ("float8_e4m3", .float8E4M3(scales: .rows)), ("float8_e5m2", .float8E5M2(scales: .rows)),
    ])
  func numbersHaveTheirCodes(_ name: String, _ format: WeightFormat) throws {
    let file = try SafetensorsReader("weight_formats", "codes")
    let numbers = try file.tensor("\(name).numbers")
    let (codes, values) = (
      try file.integers("\(name).codes"), try file.doubles("\(name).values")
    )
    try #require(codes.count == numbers.count && codes.count > 1000)
    // The largest number is among them, so that the scale is 1.
    let weights = CompressedWeights(numbers.reshaped(to: [1, numbers.count]), format: format)
    let (matrix, all) = (weights.matrix(0), weights.decompressed().scalarArray)
    for index in codes.indices {
      let found = Int(matrix[code: 0, index])
      guard found == codes[index], CodeDefinition.isSame(all[index], values[index]) else {
        Issue.record(
          "\(numbers[index]) has code \(found), \(all[index]), expected \(codes[index])")
        return
      }
    }
  }

  @Test func fourBitsAreDecoded() throws {
    let file = try SafetensorsReader("weight_formats", "codes")
    let (codes, scales) = (try file.integers("mxfp4.codes"), try file.integers("mxfp4.scales"))
    let (values, shape) = (try file.doubles("mxfp4.values"), try file.shape("mxfp4.codes"))
    let weights = CompressedWeights(
      .mxfp4, shape: shape
    ) { _, matrix in
      for output in 0..<shape[0] {
        for input in 0..<shape[1] {
          matrix[code: output, input] = UInt32(codes[output * shape[1] + input])
        }
        for group in 0..<shape[1] / 32 {
          matrix[scaleCode: output, group] = UInt32(scales[output * shape[1] / 32 + group])
        }
      }
      return 1
    }
    let found = weights.decompressed().scalarArray
    for index in values.indices where !CodeDefinition.isSame(found[index], values[index]) {
      Issue.record("\(found[index]) at \(index), expected \(values[index])")
      return
    }
    // Rounding what it is changes none of its numbers.
    let again = CompressedWeights(weights.decompressed(), format: .mxfp4)
    #expect(again.decompressed() == weights.decompressed())
  }
}
