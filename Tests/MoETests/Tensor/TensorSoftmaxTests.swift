import MoE
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite(.namingCombinations) struct TensorSoftmaxTests {
  /// The stated bounds of the two functions, each unit being at most two roundoffs of the result.
  static let exponentialBound = 2 * Tolerance.roundoff * ElementaryFunction.exponential.bound
  static let logarithmBound = 2 * Tolerance.roundoff * ElementaryFunction.naturalLogarithm.bound
  /// For the products of two or more relative errors, each of which is below 10⁻³.
  static let secondOrder = 1.01

  /// A row's softmax in double precision, and what it and the logarithm of the sum may be off by.
  struct Reference {
    var shares: [Double]
    var logSum: Double
    /// The relative error of the sum of exponentials in single precision.
    ///
    /// The difference xᵢ − m is rounded, which changes e^(xᵢ − m) by |xᵢ − m| roundoffs; the
    /// exponential adds its own bound. The sum carries the average of that, and its own roundings.
    var sumError: Double
    var differences: [Double]

    init(_ row: [Float]) {
      let largest = Double(row.max() ?? 0)
      differences = row.map { Double($0) - largest }
      let powers = differences.map { exp($0) }
      let sum = powers.reduce(0, +)
      shares = powers.map { $0 / sum }
      logSum = largest + log(sum)
      let average = zip(shares, differences).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * -$1.1 : 0) }
      sumError =
        Tolerance.roundoff * average + exponentialBound
        + Tolerance.laneSum(count: row.count, magnitude: 1)
    }

    /// One over the sum and the product with it round once each; a share below the normal numbers
    /// may lose one denormal in the exponential and half a one in the product.
    var tolerances: [Double] {
      zip(shares, differences).map { share, difference in
        guard share > 0 else { return 0 }
        let relative =
          sumError - Tolerance.roundoff * difference + exponentialBound + 2 * Tolerance.roundoff
        return relative * secondOrder * share + 2 * Double(Float.leastNonzeroMagnitude)
      }
    }

    /// The logarithm takes the relative error of the sum as an absolute one and adds its own; the
    /// sum with the largest scalar rounds once more.
    var logSumTolerance: Double {
      let logarithm = (logSum - (differences.isEmpty ? 0 : maximum)).magnitude
      return (sumError + logarithmBound * logarithm + Tolerance.roundoff * logSum.magnitude)
        * secondOrder
    }

    private var maximum: Double { logSum + log(shares.max() ?? 1) }
  }

  @Test func agreesWithDoublePrecision() {
    withEvery("columns", in: [1, 2, 7, 8, 9, 17, 63, 257]) { columns in
      withEvery("scale", in: [0.01, 1, 30, 1000] as [Float]) { scale in
        let matrix = Tensor(scattered: [3, columns], seed: UInt64(columns)) * scale
        let softmax = matrix.softmax()
        let sums = matrix.logSumExp()
        #expect(softmax.shape == matrix.shape)
        #expect(sums.shape == [3])
        for row in 0..<3 {
          let reference = Reference(matrix[entry: row].scalarArray)
          expectScalars(
            of: softmax[entry: row], near: reference.shares, within: reference.tolerances)
          expectScalars(
            of: sums[entry: row], near: [reference.logSum], within: [reference.logSumTolerance])
        }
      }
    }
  }

  /// Each share is e·(1/s) with two roundings, and s off by at most what its additions round.
  @Test func rowsAddUpToOne() {
    withEvery("columns", in: [1, 2, 8, 9, 63, 257]) { columns in
      let softmax = (Tensor(scattered: [4, columns], seed: 9) * 20).softmax()
      for row in 0..<4 {
        let sum = softmax[entry: row].doubles.reduce(0, +)
        let tolerance = Tolerance.laneSum(count: columns, magnitude: 1) + 2 * Tolerance.roundoff
        #expect((sum - 1).magnitude <= tolerance * Self.secondOrder)
      }
    }
  }

  /// Multiples of 1/8 stay exact when 1024 is added, so that the differences are the same numbers.
  @Test func shiftsChangeNoBit() {
    let tensor = Tensor((0..<39).map { Float(($0 * 17) % 64) / 8 }, shape: [3, 13])
    #expect((tensor + 1024).softmax().bits == tensor.softmax().bits)
    #expect((tensor - 1024).softmax().bits == tensor.softmax().bits)
  }

  @Test(arguments: [1, 2, 3, 7, 8, 9, 100]) func equalScalarsShareEqually(_ columns: Int) {
    for value in [0, -3.7, 3e38, -3e38, .leastNonzeroMagnitude] as [Float] {
      let softmax = Tensor(repeating: value, shape: [2, columns]).softmax()
      expectBits(
        softmax.scalarArray, [Float](repeating: 1 / Float(columns), count: 2 * columns))
    }
  }

  @Test func infinitiesAndHugeScalars() {
    #expect(Tensor([0, -.infinity, 0]).softmax() == [0.5, 0, 0.5])
    #expect(Tensor([-.infinity, -3e38]).softmax() == [0, 1])
    #expect(Tensor([3e38, -3e38]).softmax() == [1, 0])
    #expect(Tensor([1000, 0, 1000, -1000]).softmax() == [0.5, 0, 0.5, 0])
    let masked = Tensor([0.3, -.infinity, 1.7, -.infinity, -0.4])
    let alone = Tensor([0.3, 1.7, -0.4])
    expectScalars(
      of: masked.softmax().gatheringEntries([0, 2, 4]), near: alone.softmax().doubles,
      // The lanes of the two sums are others.
      within: alone.softmax().doubles.map {
        2 * Tolerance.laneSum(count: 5, magnitude: $0) + 2 * Tolerance.roundoff * $0
      })
    withEvery("columns", in: [1, 3, 8, 9, 17]) { columns in
      withEvery("position", in: 0..<columns) { position in
        for poison in [Float.nan, .infinity] {
          var row = [Float](repeating: 1, count: columns)
          row[position] = poison
          let softmax = Tensor(row + [Float](repeating: 1, count: columns), shape: [2, columns])
            .softmax()
          #expect(softmax[entry: 0].isNaNThroughout)
          expectBits(
            softmax[entry: 1].scalarArray,
            [Float](repeating: 1 / Float(columns), count: columns))
        }
      }
    }
    #expect(Tensor([-.infinity, -.infinity]).softmax().isNaNThroughout)
  }

  @Test func emptyAndSingle() {
    #expect(Tensor(zeros: [0, 3]).softmax().shape == [0, 3])
    #expect(Tensor(zeros: [3, 0]).softmax().shape == [3, 0])
    #expect(Tensor([42], shape: []).softmax() == Tensor([1], shape: []))
    #expect(Tensor(zeros: [2, 3, 4]).softmax() == Tensor(repeating: 0.25, shape: [2, 3, 4]))
  }

  @Test func aRowDependsOnItselfAlone() {
    let matrix = Tensor(scattered: [9, 21], seed: 10) * 5
    let softmax = Compute.sharingAllWork(among: 1) { matrix.softmax() }
    let sums = matrix.logSumExp()
    for row in 0..<9 {
      #expect(matrix[entries: row..<row + 1].softmax().bits == softmax[entry: row].bits)
      #expect(matrix[entries: row..<row + 1].logSumExp().bits == sums[entry: row].bits)
    }
    #expect(Compute.sharingAllWork(among: 4) { matrix.softmax() }.bits == softmax.bits)
  }

  // MARK: - Gradient

  /// Against central differences of Σ gᵢ·pᵢ(x) in double precision.
  ///
  /// With h = 10⁻⁴ they are off by h²/6 times the
  /// third derivative, which is at most Σ|gᵢ|, as no derivative of a share so far exceeds one.
  @Test func gradientAgreesWithDifferences() {
    let h = 1e-4
    withEvery("columns", in: [1, 2, 7, 8, 9, 17]) { columns in
      let row = (Tensor(scattered: [columns], seed: 11) * 4).doubles
      let weights = Tensor(scattered: [columns], seed: 12)
      func shares(_ row: [Double]) -> [Double] {
        let powers = row.map { exp($0) }
        return powers.map { $0 / powers.reduce(0, +) }
      }
      func loss(_ row: [Double]) -> Double {
        zip(weights.doubles, shares(row)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let exact = shares(row)
      let gradient = Tensor.softmaxGradient(weights, softmax: Tensor(exact.map { Float($0) }))
      let mean = loss(row)
      let magnitude = zip(weights.doubles, exact).reduce(0) { $0 + $1.0.magnitude * $1.1 }
      var (expected, tolerances): ([Double], [Double]) = ([], [])
      for index in 0..<columns {
        var (above, below) = (row, row)
        above[index] += h
        below[index] -= h
        expected.append((loss(above) - loss(below)) / (2 * h))
        // The mean is a dot product of shares that were rounded; difference, share and product
        // round once.
        let meanError =
          Tolerance.laneDot(count: columns, magnitude: magnitude) + Tolerance.roundoff * magnitude
        let difference = (Double(weights.scalars[index]) - mean).magnitude
        tolerances.append(
          exact[index] * (meanError + 3 * Tolerance.roundoff * difference) * Self.secondOrder
            + h * h / 6 * weights.doubles.reduce(0) { $0 + $1.magnitude })
      }
      expectScalars(of: gradient, near: expected, within: tolerances)
    }
  }

  /// Adding the same to each share's gradient changes nothing: for a constant one the gradient is
  /// zero but for the rounding of a mean of shares that add up to one.
  @Test func constantGradientsVanish() {
    let softmax = (Tensor(scattered: [3, 17], seed: 13) * 3).softmax()
    let gradient = Tensor.softmaxGradient(Tensor(repeating: 2, shape: [3, 17]), softmax: softmax)
    // Of the mean and of what the shares add up to.
    let error = 2 * (2 * Tolerance.laneDot(count: 17, magnitude: 1) + 2 * Tolerance.roundoff)
    expectScalars(
      of: gradient, near: [Double](repeating: 0, count: 51),
      within: softmax.doubles.map { $0 * error * Self.secondOrder })
    let none = Tensor(zeros: [0, 2])
    #expect(Tensor.softmaxGradient(none, softmax: none).shape == [0, 2])
  }

  // MARK: - Log-sum-exp

  @Test func logSumExpOfInfinities() {
    let infinity = Float.infinity
    #expect(Tensor([-infinity, -infinity]).logSumExp() == Tensor([-infinity], shape: []))
    #expect(Tensor([1, infinity, 2]).logSumExp() == Tensor([infinity], shape: []))
    #expect(Tensor([-infinity, infinity]).logSumExp() == Tensor([infinity], shape: []))
    #expect(Tensor([-infinity, 5]).logSumExp() == Tensor([5], shape: []))
    #expect(Tensor(zeros: [3, 0]).logSumExp() == Tensor(repeating: -infinity, shape: [3]))
    withEvery("columns", in: [1, 2, 8, 9, 17]) { columns in
      withEvery("position", in: 0..<columns) { position in
        withEvery("others", in: [1, infinity, -infinity]) { other in
          var row = [Float](repeating: other, count: columns)
          row[position] = .nan
          #expect(Tensor(row).logSumExp().scalarArray[0].isNaN)
        }
      }
    }
  }

  @Test func logSumExpOfHugeAndSingleScalars() {
    #expect(Tensor([3e38, 3e38]).logSumExp() == Tensor([3e38], shape: []))
    #expect(Tensor([-3e38, 3e38]).logSumExp() == Tensor([3e38], shape: []))
    #expect(Tensor([-3e38, -3e38]).logSumExp() == Tensor([-3e38], shape: []))
    for value in [0, 1, -87.5, 1e30, -0x1p-140] as [Float] {
      #expect(Tensor([value], shape: []).logSumExp() == Tensor([value], shape: []))
    }
    #expect(Tensor(zeros: [0, 4]).logSumExp().shape == [0])
    #expect(Tensor(zeros: [2, 3, 4]).logSumExp().shape == [2, 3])
  }
}
