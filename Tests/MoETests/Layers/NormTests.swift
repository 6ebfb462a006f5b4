import Foundation
import MoE
import Testing

/// Root mean square norms and layer norms against their formulas in `Double`.
@Suite struct NormTests {
  /// y = w ⊙ (x − m)/√(mean((x − m)²) + ε) + b, with m zero where nothing is centered.
  private static func reference(
    _ x: [Double], weight: [Double], bias: [Double]?, epsilon: Double, isCentered: Bool
  ) -> [Double] {
    let mean = isCentered ? x.reduce(0, +) / Double(x.count) : 0
    let square = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let scale = square + epsilon == 0 ? 0 : 1 / (square + epsilon).squareRoot()
    return x.indices.map {
      ($0 < x.count ? (x[$0] - mean) * scale * weight[$0] : 0) + (bias?[$0] ?? 0)
    }
  }

  private static func rows(_ rows: Int, _ columns: Int, scale: Float = 1) -> Tensor {
    scale * Tensor(scattered: [rows, columns], seed: UInt64(columns) + 1)
  }

  /// A square, a sum over n, a root, a quotient and two products, twice over and the sums back.
  private static func roundings(_ columns: Int) -> Int { 4 * columns + 40 }

  @Test(arguments: [1, 2, 7, 16, 17, 33], [false, true])
  func rootMeanSquareNormMatchesTheReference(columns: Int, addsOne: Bool) throws {
    var norm = RMSNorm(size: columns, epsilon: 1e-3, addsOne: addsOne)
    norm.weight += 0.5 * Tensor(scattered: [columns], seed: 3)
    try checkLayer(
      norm, input: Self.rows(5, columns), roundings: Self.roundings(columns), "\(columns) columns"
    ) { row, parameters in
      let weight = parameters["weight"]!.map { addsOne ? 1 + $0 : $0 }
      return Self.reference(
        row, weight: weight, bias: nil, epsilon: Double(Float(1e-3)), isCentered: false)
    }
  }

  @Test(arguments: [2, 7, 16, 17, 33], [false, true])
  func layerNormMatchesTheReference(columns: Int, bias: Bool) throws {
    var norm = LayerNorm(size: columns, epsilon: 1e-3, bias: bias)
    norm.visitParameters { name, parameter in
      parameter += 0.5 * Tensor(scattered: [columns], seed: name == "bias" ? 4 : 5)
    }
    try checkLayer(
      norm, input: Self.rows(5, columns), roundings: Self.roundings(columns), "\(columns) columns"
    ) { row, parameters in
      Self.reference(
        row, weight: parameters["weight"]!, bias: parameters["bias"],
        epsilon: Double(Float(1e-3)), isCentered: true)
    }
  }

  @Test(arguments: [1, 2, 7, 16, 17, 33], [false, true])
  func prescaledNormMatchesTheReference(columns: Int, addsOne: Bool) throws {
    var norm = PrescaledRMSNorm(size: columns, epsilon: 1e-3, addsOne: addsOne)
    norm.weight += 0.5 * Tensor(scattered: [columns], seed: 3)
    try checkLayer(
      norm, input: Self.rows(5, columns), roundings: Self.roundings(columns), "\(columns) columns"
    ) { row, parameters in
      let weight = parameters["weight"]!.map { addsOne ? 1 + $0 : $0 }
      return Self.reference(
        zip(row, weight).map { $0 * $1 }, weight: row.map { _ in 1 }, bias: nil,
        epsilon: Double(Float(1e-3)), isCentered: false)
    }
  }

  /// Rows of 10³⁰ and of 10⁻³⁰, whose squares are no numbers of single precision.
  @Test(arguments: [Float(1e30), 3e38, 1e-30, 1e-38], [Float(0), 1e-5, 1e-38])
  func rowsOfAnySizeHaveTheirResult(scale: Float, epsilon: Float) throws {
    let input = Self.rows(3, 9, scale: scale)
    let ones = [Double](repeating: 1, count: 9)
    for isCentered in [false, true] {
      let norm = try
        (isCentered
        ? NormSpecification.layer(epsilon: epsilon, bias: false)
        : NormSpecification.rms(epsilon: epsilon)).norm(size: 9)
      let output = norm.forward(input, context: .inference).output
      let exact = Reference.rows(input).flatMap {
        Self.reference(
          $0, weight: ones, bias: nil, epsilon: Double(epsilon), isCentered: isCentered)
      }
      // Relative to the largest of a row, whose mean square is at most one.
      let largest = exact.reduce(0) { max($0, $1.magnitude) }
      expectScalars(of: output, near: exact, within: exact.map { _ in 64 * 0x1p-24 * largest })
      #expect(output.scalarArray.allSatisfy { $0.isFinite })
    }
  }

  @Test func zerosAndWhatIsNotFinite() {
    for norm in [
      Norm.rms(RMSNorm(size: 3, epsilon: 0)), .layer(LayerNorm(size: 3, epsilon: 0)),
      .prescaledRMS(PrescaledRMSNorm(size: 3, epsilon: 0)),
    ] {
      let zeros = norm.forward(Tensor(zeros: [2, 3]), context: .training(step: 0))
      #expect(zeros.output == Tensor(zeros: [2, 3]))
      let back = norm.backward(Tensor(repeating: 1, shape: [2, 3]), pass: zeros)
      #expect(back.input == Tensor(zeros: [2, 3]))
      let broken = norm.forward(
        Tensor([1, .nan, 2, 1, 2, 3, 4, .infinity, 1], shape: [3, 3]), context: .inference)
      #expect(broken.output[entry: 0].isNaNThroughout && broken.output[entry: 2].isNaNThroughout)
      #expect(broken.output[entry: 1].scalarArray.allSatisfy { $0.isFinite })
      let none = norm.forward(Tensor(zeros: [0, 3]), context: .training(step: 0))
      #expect(norm.backward(none.output, pass: none).input.shape == [0, 3])
    }
  }

  /// Scalars that are alike leave nothing, whatever their mean rounds to.
  @Test(arguments: [3, 7, 100, 1000], [Float(0.1), 0x1.8p-140, -3e38, 1.7])
  func aRowOfOneNumberIsZero(columns: Int, value: Float) {
    let norm = LayerNorm(size: columns, epsilon: 0)
    let pass = norm.forward(
      Tensor(repeating: value, shape: [2, columns]), context: .training(step: 0))
    #expect(pass.output.norm() == 0)
    let back = norm.backward(Tensor(repeating: 1, shape: [2, columns]), pass: pass)
    #expect(back.input.norm() == 0)
  }

  /// Rows that lie close together far from zero: their spread keeps its digits.
  @Test(arguments: [17, 1000])
  func aMeanThatIsLargeTakesNoDigits(columns: Int) {
    let input = 4096 + Self.rows(3, columns)
    let output = LayerNorm(size: columns, epsilon: 0).forward(input, context: .inference).output
    let exact = Reference.rows(input).flatMap {
      Self.reference(
        $0, weight: Array(repeating: 1, count: columns), bias: nil, epsilon: 0, isCentered: true)
    }
    // Differences of such scalars are exact but for the rounding of the mean, once of what is left.
    expectScalars(of: output, near: exact, within: exact.map { _ in 64 * 0x1p-24 })
  }

  /// Rows of subnormal numbers, whose root's inverse is no number, have gradients without NaN.
  @Test func gradientsOfSubnormalRows() {
    for norm in [Norm.rms(RMSNorm(size: 1, epsilon: 0)), .layer(LayerNorm(size: 1, epsilon: 0))] {
      let pass = norm.forward([[0x1p-149]], context: .training(step: 0))
      let back = norm.backward([[2]], pass: pass)
      #expect(back.input.scalarArray == [0])
    }
    let norm = RMSNorm(size: 2, epsilon: 0)
    let pass = norm.forward([[0x1p-149, 0x1p-149]], context: .training(step: 0))
    #expect(pass.output == [[1, 1]])
    #expect(norm.backward([[1, 1]], pass: pass).input == [[0, 0]])
  }

  @Test func generatedKernelSetsGiveTheSameBits() {
    let input = Self.rows(5, 77)
    let direction = Tensor(scattered: [5, 77], seed: 8)
    for norm in [Norm.rms(RMSNorm(size: 77)), .layer(LayerNorm(size: 77))] {
      let results = KernelSet.available.filter { $0 != .portable }.map { set in
        KernelSet.withCurrent(set) {
          let pass = norm.forward(input, context: .training(step: 0))
          let back = norm.backward(direction, pass: pass)
          return [pass.output.bits, back.input.bits]
            + back.parameters.namedParameters.map(\.parameter.bits)
        }
      }
      for other in results.dropFirst() { #expect(other == results[0]) }
    }
  }

  @Test func aRowHasTheBitsThatItHasAlone() {
    let input = Self.rows(70, 513)
    let direction = Tensor(scattered: [70, 513], seed: 8)
    for norm in [Norm.rms(RMSNorm(size: 513)), .layer(LayerNorm(size: 513))] {
      let pass = norm.forward(input, context: .training(step: 0))
      let back = norm.backward(direction, pass: pass)
      let alone = norm.forward(input[entries: 41..<42], context: .training(step: 0))
      #expect(alone.output.bits == pass.output[entries: 41..<42].bits)
      #expect(
        norm.backward(direction[entries: 41..<42], pass: alone).input.bits
          == back.input[entries: 41..<42].bits)
      for threads in [2, 3] {
        Compute.sharingAllWork(among: threads) {
          let other = norm.forward(input, context: .training(step: 0))
          #expect(other.output.bits == pass.output.bits)
          #expect(norm.backward(direction, pass: other).input.bits == back.input.bits)
        }
      }
    }
  }

  @Test func specificationsMakeTheirNorm() throws {
    guard case .rms(let root) = try NormSpecification.rms(epsilon: 0.5, addsOne: true).norm(size: 4)
    else {
      Issue.record("another kind")
      return
    }
    #expect(root.epsilon == 0.5 && root.addsOne && root.weight == Tensor(zeros: [4]))
    #expect(
      try NormSpecification.layer().norm(size: 4).namedParameters.map(\.name) == ["weight", "bias"])
    for epsilon in [Float.nan, -1, .infinity] {
      #expect(throws: MoEError.self) {
        _ = try NormSpecification.rms(epsilon: epsilon).norm(size: 1)
      }
    }
    let stored = try JSONEncoder().encode(NormSpecification.rms(epsilon: 0.25, addsOne: true))
    #expect(
      try JSONDecoder().decode(NormSpecification.self, from: stored)
        == .rms(epsilon: 0.25, addsOne: true))
  }
}
