import MoE
import Testing

/// Products with weights in fewer bits have the bits of products with the decompressed weights.
@Suite(.namingCombinations, .onEveryKernelSet) struct CompressedProductTests {
  private func check(
    _ weights: CompressedWeights, rows: Int, bias: Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (outputs, inputs) = (weights.layout.outputSize, weights.layout.inputSize)
    let (compressed, plain) = (WeightMatrix(weights), WeightMatrix(weights.decompressed()))
    let left = Tensor(scattered: [rows, inputs], seed: 7)
    let row = bias ? Tensor(scattered: [outputs], seed: 8) : nil
    expectBits(
      left.product(compressed.operand(bias: row)).scalarArray,
      left.product(plain.operand(bias: row)).scalarArray, "\(weights.format) forward",
      sourceLocation: sourceLocation)
    let back = Tensor(scattered: [rows, outputs], seed: 9)
    expectBits(
      back.product(compressed.backwardOperand).scalarArray,
      back.product(plain.backwardOperand).scalarArray, "\(weights.format) backward",
      sourceLocation: sourceLocation)
  }

  /// What kernels decompress is what the definition says, element by element.
  @Test func decompressionIsAsDefined() {
    for format in WeightFormatCases.all {
      withEvery("outputs", in: [1, 16, 17, 33]) { outputs in
        withEvery("inputs", in: [1, 2, 31, 64, 130]) { inputs in
          let weights = WeightFormatCases.scattered(format, shape: [outputs, inputs], seed: 3)
          let matrix = weights.matrix(0)
          let expected = (0..<outputs).flatMap { output in
            (0..<inputs).map { matrix[output, $0] }
          }
          expectBits(weights.decompressed().scalarArray, expected, "\(format)")
        }
      }
    }
  }

  @Test func productsHaveTheBitsOfDecompressedWeights() {
    for format in WeightFormatCases.all {
      withEvery("rows", in: [1, 3, 6, 7]) { rows in
        withEvery("outputs", in: [16, 33, 70]) { outputs in
          withEvery("inputs", in: [9, 40]) { inputs in
            check(
              WeightFormatCases.scattered(format, shape: [outputs, inputs], seed: 4), rows: rows,
              bias: outputs == 33)
          }
        }
      }
    }
  }

  /// Whatever the bits are, spoiled ones included, they mean the same to every kernel.
  @Test func anyBitsMeanTheSame() {
    var generator = SeededGenerator(seed: 2024)
    for format in WeightFormatCases.all {
      for _ in 0..<6 {
        let shape = [
          Int.random(in: 1...40, using: &generator), .random(in: 1...150, using: &generator),
        ]
        let rows = Int.random(in: 1...8, using: &generator)
        let weights = WeightFormatCases.anyBits(format, shape: shape, using: &generator)
        let (compressed, plain) = (WeightMatrix(weights), WeightMatrix(weights.decompressed()))
        let (left, back) = (
          Tensor(scattered: [rows, shape[1]], seed: 7),
          Tensor(scattered: [rows, shape[0]], seed: 9)
        )
        let results = [
          (left.product(compressed.operand()), left.product(plain.operand())),
          (back.product(compressed.backwardOperand), back.product(plain.backwardOperand)),
        ]
        for (found, expected) in results {
          let differing = zip(found.scalarArray, expected.scalarArray).filter {
            $0.bitPattern != $1.bitPattern && !($0.isNaN && $1.isNaN)
          }
          #expect(differing.isEmpty, "\(format), \(rows) × \(shape)")
        }
      }
    }
  }

  /// Sizes of several groups, blocks and parts of the depth.
  @Test func largerProductsHaveTheBitsOfDecompressedWeights() {
    let large = KernelSet.current == .portable ? 60 : 1100
    for format in WeightFormatCases.all {
      let some = KernelSet.current == .portable ? [33, 70] : [150, 264]
      withEvery("rows", in: [1, 5, 20]) { rows in
        check(WeightFormatCases.scattered(format, shape: some, seed: 5), rows: rows, bias: true)
      }
      check(WeightFormatCases.scattered(format, shape: [20, large], seed: 6), rows: 9, bias: false)
      check(WeightFormatCases.scattered(format, shape: [large, 20], seed: 6), rows: 9, bias: false)
    }
  }
}
