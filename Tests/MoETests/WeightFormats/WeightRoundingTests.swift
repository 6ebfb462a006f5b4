import MoE
import Testing

/// Rounding by maximum against the definition, at all sizes, threads and kernels.
@Suite(.namingCombinations) struct WeightRoundingTests {
  /// Weights whose groups differ in size, some of them all zero.
  private func weights(_ shape: [Int], seed: UInt64) -> Tensor {
    let tensor = Tensor(scattered: shape, seed: seed)
    let sizes: [Float] = [1, 0.01, 0, 300]
    let scalars = tensor.scalarArray.enumerated().map { index, number in
      let (row, column) = index.quotientAndRemainder(dividingBy: tensor.columnCount)
      return number * sizes[(row + column / 16) % 4]
    }
    return Tensor(scalars, shape: shape)
  }

  @Test(arguments: RoundingCases.formats)
  func everySizeFollowsTheDefinition(_ format: WeightFormat) {
    withEvery("outputs", in: RoundingCases.outputSizes) { outputs in
      withEvery("inputs", in: RoundingCases.inputSizes) { inputs in
        let tensor = weights([outputs, inputs], seed: UInt64(outputs * inputs))
        let rounded = CompressedWeights(tensor, format: format)
        RoundingReference.expect(rounded, tensor)
        #expect(rounded.shape == tensor.shape)
        // What fills the last tile up is zero.
        let layout = rounded.layout
        for output in outputs..<layout.tileCount * CompressedLayout.tileWidth {
          for input in 0..<inputs {
            guard rounded.matrix(0)[code: output, input] == 0 else {
              Issue.record("code \(output), \(input) beyond the last output")
              return
            }
          }
        }
      }
    }
  }

  @Test(arguments: RoundingCases.formats)
  func kernelsAndThreadsDoNotShow(_ format: WeightFormat) {
    let tensor = weights([260, 260], seed: 3)
    for rounding in [WeightRounding.byMaximum, .leastSquares(candidates: 2)] {
      let part = rounding == .byMaximum ? tensor : Tensor(scattered: [19, 150], seed: 8)
      let contents = KernelSet.available.map { set in
        KernelSet.withCurrent(set) {
          CompressedWeights(part, format: format, rounding: rounding).content
        }
      }
      #expect(Set(contents).count == 1)
    }
    let shared = Compute.sharingAllWork(among: 3) {
      CompressedWeights(tensor, format: format)
    }
    let single = Compute.withThreadCount(1) { CompressedWeights(tensor, format: format) }
    #expect(shared.content == single.content)
    let restored = Compute.sharingAllWork(among: 3) { shared.decompressed() }
    #expect(restored.bits == Compute.withThreadCount(1) { single.decompressed() }.bits)
  }

  /// Rounding what rounding gave changes nothing where scales are the numbers that they were.
  @Test(arguments: [WeightFormat.bfloat16, .float16, .mxfp4])
  func roundedWeightsStay(_ format: WeightFormat) {
    let tensor = weights([17, 70], seed: 5)
    let once = CompressedWeights(tensor, format: format).decompressed()
    #expect(CompressedWeights(once, format: format).decompressed().bits == once.bits)
  }

  @Test(arguments: RoundingCases.formats)
  func stacksAreTheirMatrices(_ format: WeightFormat) {
    let tensor = weights([3, 18, 40], seed: 6)
    let stack = CompressedWeights(tensor, format: format)
    #expect(stack.shape == [3, 18, 40] && stack.matrixCount == 3)
    for index in 0..<3 {
      let single = CompressedWeights(tensor[entry: index], format: format)
      #expect(stack.content[index] == single.content[0])
      #expect(stack.decompressed()[entry: index].bits == single.decompressed().bits)
    }
    let one = CompressedWeights(Tensor(scattered: [1, 3, 5], seed: 1), format: format)
    #expect(one.shape == [1, 3, 5] && one.decompressed().shape == [1, 3, 5])
  }

  @Test(arguments: [[0, 5], [5, 0], [2, 0, 3], [0, 4, 4]])
  func nothingIsNothing(_ shape: [Int]) {
    for format in RoundingCases.formats {
      let weights = CompressedWeights(Tensor(zeros: shape), format: format)
      #expect(weights.shape == shape && weights.decompressed().count == 0)
    }
  }

  @Test func otherShapesTrap() async {
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = CompressedWeights(Tensor(zeros: [4]), format: .int4())
    }
    #expect(rank?.standardErrorSays("shape [4], expected 2 or 3 axes") == true)
    let columns = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = CompressedWeights(
        Tensor(zeros: [2, 4, 8]), format: .int4(), columnWeights: Tensor(zeros: [9]))
    }
    #expect(columns?.standardErrorSays("9 column weights against 2 matrices of 8") == true)
  }
}
