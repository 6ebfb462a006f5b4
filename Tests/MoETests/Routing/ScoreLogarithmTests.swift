import Foundation
import MoE
import Testing

/// The logarithms of scores and their gradients, where scores themselves are zero or one.
@Suite struct ScoreLogarithmTests {
  private static let context = RoutingContext()
  private static let values: [Float] = [-120, -20, -1, 0, 1, 20, 90]
  /// Beside them a logit for which √softplus is zero, too: that of −120 is still e⁻⁶⁰.
  private static let single = [-240] + values
  private static let unit = GradientTolerance.unitRoundoff

  /// Every value in every row and every column, at another place in each.
  private static let square = Tensor(
    (0..<49).map { values[($0 / 7 + $0 % 7) % 7] }, shape: [7, 7])

  private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-x.magnitude)) }

  private static func sigmoid(_ x: Double) -> Double {
    x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
  }

  /// What a score of single logits is to be: its logarithm and the derivative of that, each with
  /// the part of it and the number that it may be off by.
  private struct Exact {
    var logarithm: Double
    var slope: Double
    var logarithmError: Double
    /// In relation to the slope.
    var slopeError: Double
  }

  /// Holds a score of single logits to its formula.
  ///
  /// A denormal number has half of the smallest one beside its relative error, for each rounding.
  private func check(_ score: any Score, _ exact: (Double) -> Exact) {
    let logits = Tensor(Self.single, shape: [1, 8])
    let scores = score.scores(logits, context: Self.context)
    let logarithms = score.logarithms(logits, context: Self.context)
    let direction: Tensor = [[-0.25, 0.75, -0.5, 1, 0, -1, 0.625, -0.875]]
    for direction in [direction, Tensor(repeating: 1, shape: [1, 8])] {
      // No gradient is asked for where a score is zero.
      var direction = direction
      for index in 0..<8 where logarithms[0, index] == -.infinity { direction[0, index] = 0 }
      let gradient = score.gradient(
        logarithms: direction, scores: scores, logits: logits, context: Self.context)
      for index in 0..<8 {
        let x = Double(Self.single[index])
        let exact = exact(x)
        let (found, slope) = (Double(logarithms[0, index]), Double(gradient[0, index]))
        let least = 4 * Double(Float.leastNonzeroMagnitude)
        #expect(
          found == exact.logarithm
            || (found - exact.logarithm).magnitude <= exact.logarithmError + least, "ln s(\(x))")
        let expected = Double(direction[0, index]) * exact.slope
        #expect(
          (slope - expected).magnitude <= exact.slopeError * expected.magnitude + least,
          "(ln s)'(\(x)) is \(slope), expected \(expected)")
      }
    }
  }

  /// ln σ is a softplus (4 ulp), and its derivative a logistic function (3 ulp) times the gradient;
  /// an ulp is at most two roundings.
  @Test func sigmoids() {
    check(.sigmoid) {
      let logarithm = -Self.softplus(-$0)
      return Exact(
        logarithm: logarithm, slope: Self.sigmoid(-$0),
        logarithmError: 8 * Self.unit * logarithm.magnitude, slopeError: 7 * Self.unit)
    }
  }

  /// Half the logarithm (1 ulp) of a softplus (4 ulp); a logistic function (3 ulp) over a softplus,
  /// with a quotient and a product.
  @Test func squareRootsOfSoftplus() {
    check(.squareRootSoftplus) {
      let value = Self.softplus($0)
      // From −17 down softplus(x) is eˣ, and this x/2.
      let logarithm = log(value) / 2
      return Exact(
        logarithm: logarithm, slope: Self.sigmoid($0) / (2 * value),
        logarithmError: Self.unit * (4 + 3 * logarithm.magnitude), slopeError: 16 * Self.unit)
    }
  }

  /// A logarithm (1 ulp); an inverse and a product.
  @Test func positiveParts() {
    check(.relu) {
      Exact(
        logarithm: $0 > 0 ? log($0) : -.infinity, slope: $0 > 0 ? 1 / $0 : 0,
        logarithmError: $0 > 0 ? 2 * Self.unit * log($0).magnitude : 0, slopeError: 2 * Self.unit)
    }
  }

  /// Holds a softmax of each row, given by rows or by columns, to its formula.
  ///
  /// The logarithm of the sum rounds as large as it is, and the difference as large as that: three
  /// roundings of both with those of the sum itself (8), which its logarithm takes in full. A
  /// softmax has 8, and its product with a sum of seven 8 more, beside the difference of both.
  private func check(_ score: any Score, transposed: Bool) {
    func turned(_ tensor: Tensor) -> Tensor { transposed ? tensor.transposed() : tensor }
    let logits = turned(Self.square)
    let direction = Tensor(scattered: [7, 7], seed: 63)
    let scores = score.scores(logits, context: Self.context)
    let logarithms = turned(score.logarithms(logits, context: Self.context))
    let gradient = turned(
      score.gradient(
        logarithms: turned(direction), scores: scores, logits: logits, context: Self.context))
    let unit = Self.unit
    for (row, values) in Reference.rows(Self.square).enumerated() {
      let largest = values.max() ?? 0
      let sum = largest + log(values.reduce(0) { $0 + exp($1 - largest) })
      let exact = values.map { $0 - sum }
      expectScalars(
        of: logarithms[entry: row], near: exact,
        within: values.map { unit * (3 * ($0.magnitude + sum.magnitude) + 8) })
      let g = direction[entry: row].doubles
      let (total, size) = (g.reduce(0, +), g.reduce(0) { $0 + $1.magnitude })
      expectScalars(
        of: gradient[entry: row], near: zip(g, exact).map { $0 - exp($1) * total },
        within: zip(g, exact).map { unit * ($0.magnitude + 16 * exp($1) * size) })
    }
    // The score of −120 beside 90 is zero, and its logarithm −210.
    #expect(turned(scores)[0, 0] == 0)
    #expect(
      (Double(logarithms[0, 0]) + 210).magnitude <= unit * 3 * (120 + 90) + 8 * unit)
  }

  @Test func softmaxOverExperts() { check(.softmax, transposed: false) }

  @Test func softmaxOverTokens() { check(.softmaxOverTokens, transposed: true) }

  /// Where a score is a normal number, the logarithm is that of the score.
  @Test(
    arguments: [
      SoftmaxScore(), SigmoidScore(), SquareRootSoftplusScore(), SoftmaxOverTokensScore(),
    ] as [any Score])
  func areLogarithmsOfTheScores(score: any Score) {
    let logits = 3 * Tensor(scattered: [6, 5], seed: 64)
    let scores = score.scores(logits, context: Self.context)
    let logarithms = score.logarithms(logits, context: Self.context)
    // The score's own error, of 8 roundings or less, is all that they differ by to first order.
    let exact = scores.doubles.map { log($0) }
    expectScalars(of: logarithms, near: exact, within: exact.map { Self.unit * (24 + 4 * abs($0)) })
  }

  /// An expert that is switched off has a logarithm of −∞, and no gradient.
  @Test(
    arguments: [
      SoftmaxScore(), SigmoidScore(), SquareRootSoftplusScore(), ReLUScore(),
      SoftmaxOverTokensScore(),
    ] as [any Score])
  func leaveOutWhatIsSwitchedOff(score: any Score) {
    var logits = Self.square
    var direction = Tensor(scattered: [7, 7], seed: 65)
    let clean = logits
    for token in 0..<7 { (logits[token, 3], direction[token, 3]) = (-.infinity, 0) }
    for token in 0..<7 {
      for expert in 0..<7 where score is ReLUScore && clean[token, expert] <= 0 {
        direction[token, expert] = 0
      }
    }
    let scores = score.scores(logits, context: Self.context)
    let logarithms = score.logarithms(logits, context: Self.context)
    let gradient = score.gradient(
      logarithms: direction, scores: scores, logits: logits, context: Self.context)
    for token in 0..<7 {
      #expect(logarithms[token, 3] == -.infinity && gradient[token, 3] == 0)
    }
    #expect(logarithms.scalarArray.allSatisfy { !$0.isNaN })
    #expect(gradient.scalarArray.allSatisfy { $0.isFinite })
  }
}
