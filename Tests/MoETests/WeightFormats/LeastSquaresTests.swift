import Foundation
import MoE
import Testing

/// Scales by search.
@Suite(.namingCombinations) struct LeastSquaresTests {
  /// Numbers with few that are large, as trained weights are.
  private func weights(_ shape: [Int], seed: UInt64) -> Tensor {
    Tensor(Tensor(scattered: shape, seed: seed).scalarArray.map { $0 * $0 * $0 }, shape: shape)
  }

  /// The squared error of a group, in double precision.
  private func error(
    _ tensor: Tensor, _ rounded: Tensor, _ group: (outputs: Range<Int>, inputs: Range<Int>),
    _ columnWeights: Tensor? = nil
  ) -> Double {
    var sum = 0.0
    for output in group.outputs {
      for input in group.inputs {
        let difference = Double(tensor[output, input]) - Double(rounded[output, input])
        sum += difference * difference * Double(columnWeights?[input] ?? 1)
      }
    }
    return sum
  }

  @Test(arguments: RoundingCases.formats)
  func noGroupIsWorse(_ format: WeightFormat) {
    let tensor = weights([18, 140], seed: 4)
    let counts = Tensor((0..<140).map { Float($0 % 7) * 0.5 }, shape: [140])
    for columnWeights in [nil, counts] {
      let plain = CompressedWeights(tensor, format: format)
      let searched = CompressedWeights(
        tensor, format: format, rounding: .leastSquares(), columnWeights: columnWeights)
      let (before, after) = (plain.decompressed(), searched.decompressed())
      var (sum, least) = (0.0, 0.0)
      for group in plain.groups {
        let old = error(tensor, before, group, columnWeights)
        let new = error(tensor, after, group, columnWeights)
        // Errors are compared in single precision, from sums of at most 256 in a row.
        #expect(new <= old * (1 + 300 * 0x1p-24), "\(group)")
        (sum, least) = (sum + old, least + new)
      }
      // Steps of 1/127 and less are so fine that nothing need be gained by cutting off.
      if plain.layout.scale != nil, plain.layout.code != .int8 { #expect(least < sum) }
      if plain.layout.scale == nil { #expect(plain.content == searched.content) }
    }
  }

  /// How much a search gains on such weights: less would say that the right scales are not tried.
  @Test(arguments: [
    (WeightFormat.int4(groupSize: 32), 0.92), (.int4(groupSize: 128), 0.97), (.nvfp4, 0.93),
    (.mxfp4, 0.97),
  ])
  func searchGains(_ format: WeightFormat, most: Double) {
    let tensor = weights([32, 256], seed: 9)
    func error(_ rounding: WeightRounding) -> Double {
      let weights = CompressedWeights(tensor, format: format, rounding: rounding)
      return WeightRoundingReport.Entry(name: "", original: tensor, weights: weights).relativeError
    }
    #expect(error(.leastSquares()) < most * error(.byMaximum))
  }

  /// A large weight decides by maximum; where its column counts nothing, the others do.
  @Test(arguments: [WeightFormat.int4(groupSize: 16), .int4(groupSize: 16, zeroPoints: true)])
  func columnsThatCountNothingDecideNothing(_ format: WeightFormat) {
    var numbers = Tensor(scattered: [1, 16], seed: 2).scalarArray
    numbers[3] = 2
    let tensor = Tensor(numbers, shape: [1, 16])
    var counts = [Float](repeating: 1, count: 16)
    counts[3] = 0
    let columnWeights = Tensor(counts)
    let inputs = (outputs: 0..<1, inputs: 0..<16)
    func error(_ rounding: WeightRounding, _ given: Tensor?) -> Double {
      let weights = CompressedWeights(
        tensor, format: format, rounding: rounding, columnWeights: given)
      return self.error(tensor, weights.decompressed(), inputs, columnWeights)
    }
    let (weighted, plain) = (
      error(.leastSquares(), columnWeights), error(.leastSquares(), nil)
    )
    #expect(weighted < 0.6 * plain)
    // By maximum they do not count.
    #expect(error(.byMaximum, columnWeights) == error(.byMaximum, nil))
  }

  @Test func matricesHaveColumnWeightsOfTheirOwn() {
    let tensor = weights([2, 3, 32], seed: 3)
    let counts = Tensor((0..<64).map { Float(($0 * 7) % 10) }, shape: [2, 32])
    let stack = CompressedWeights(
      tensor, format: .int4(), rounding: .leastSquares(), columnWeights: counts)
    for index in 0..<2 {
      let single = CompressedWeights(
        tensor[entry: index], format: .int4(), rounding: .leastSquares(),
        columnWeights: counts[entry: index])
      #expect(stack.content[index] == single.content[0])
    }
    #expect(stack.content[0] != stack.content[1])
  }

  /// Weights of any size have squares that can be compared.
  @Test(arguments: [Float(1e-23), 1e-38, 1e18, 1e30])
  func sizeDoesNotMatter(_ size: Float) {
    let tensor = weights([4, 64], seed: 7)
    let power = Float(sign: .plus, exponent: size.exponent, significand: 1)
    let scaled = tensor * power
    let format = WeightFormat.int4(scales: .float32)
    let codes = [tensor, scaled].map {
      CompressedWeights($0, format: format, rounding: .leastSquares()).content[0].codes
    }
    #expect(codes[0] == codes[1])
  }

  @Test func noCandidatesAreTheMaximum() {
    let tensor = weights([5, 40], seed: 1)
    for candidates in [0, -3] {
      #expect(
        CompressedWeights(tensor, format: .nvfp4, rounding: .leastSquares(candidates: candidates))
          .content == CompressedWeights(tensor, format: .nvfp4).content)
    }
  }

  @Test func roundingsAreCoded() throws {
    for rounding in [WeightRounding.byMaximum, .leastSquares(), .leastSquares(candidates: 3)] {
      let data = try JSONEncoder().encode(rounding)
      #expect(try JSONDecoder().decode(WeightRounding.self, from: data) == rounding)
    }
  }
}
