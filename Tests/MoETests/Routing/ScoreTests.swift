import Foundation
import MoE
import Testing

@Suite struct ScoreTests {
  private static let context = RoutingContext()

  private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-x.magnitude)) }

  /// Holds a score and its gradient to a reference of one token's logits, or of all.
  private func check(
    _ score: any Score, _ logits: Tensor, context: RoutingContext = context, roundings: Int,
    _ reference: ([[Double]]) -> [[Double]]
  ) throws {
    let direction = Tensor(scattered: logits.shape, seed: 40)
    let computed = try GradientTolerance.tolerances(roundings: roundings) { perturb in
      let logits = perturb(logits)
      let scores = score.scores(logits, context: context)
      return [
        scores,
        score.gradient(perturb(direction), scores: scores, logits: logits, context: context),
      ]
    }
    GradientTolerance.expect(
      computed.results[0], near: reference(Reference.rows(logits)).flatMap { $0 },
      within: computed.tolerances[0], "scores")
    let rows = Reference.rows(direction)
    let derivatives = centralDifferences(at: ["logits": Reference.scalars(logits)]) {
      Reference.inner(
        reference(Reference.rows($0["logits"]!, columns: logits.columnCount)), rows)
    }
    GradientTolerance.expect(
      computed.results[1], near: derivatives["logits"]!, within: computed.tolerances[1], "gradient")
  }

  @Test func areTheirFormulas() throws {
    let logits = 4 * Tensor(scattered: [6, 5], seed: 41)
    try check(.sigmoid, logits, roundings: 10) { $0.map { $0.map(Reference.sigmoid) } }
    try check(.squareRootSoftplus, logits, roundings: 14) {
      $0.map { $0.map { ScoreTests.softplus($0).squareRoot() } }
    }
    try check(.relu, logits, roundings: 2) { $0.map { $0.map { max($0, 0) } } }
    // An exponential (3), a sum, a quotient; and a dot, a difference and a product.
    try check(.softmaxOverTokens, logits, roundings: 30) { rows in
      let columns = (0..<5).map { column in Reference.softmax(rows.map { $0[column] }) }
      return rows.indices.map { row in columns.map { $0[row] } }
    }
  }

  @Test func softmaxOverTokensLeavesPaddingOut() throws {
    let logits = 4 * Tensor(scattered: [6, 5], seed: 42)
    let padding = [false, true, false, false, true, false]
    try check(.softmaxOverTokens, logits, context: RoutingContext(), roundings: 30) { rows in
      let columns = (0..<5).map { column in Reference.softmax(rows.map { $0[column] }) }
      return rows.indices.map { row in columns.map { $0[row] } }
    }
    let score: SoftmaxOverTokensScore = .softmaxOverTokens
    let router = try Selecting.router(
      RoutingStrategy(score: score, selector: .topK(2), weighting: .scores), experts: 5)
    let context = LayerContext(.training(step: 0), batch: Batch(padding: padding))
    let scores = try router.forward(logits, context: context).routing.scores
    // What stands in padding has no effect at all.
    var other = logits
    other[entries: 1..<2] = Tensor(repeating: .nan, shape: [1, 5])
    let pass = try router.forward(other, context: context)
    #expect(pass.routing.scores.bits == scores.bits)
    let gradient = try router.backward(
      RoutingGradient(scores: Tensor(scattered: [6, 5], seed: 43)), pass: pass)
    for token in [1, 4] {
      #expect(scores[entry: token] == Tensor(zeros: [5]))
      #expect(gradient.input[entry: token] == Tensor(zeros: [5]))
    }
    #expect(
      !score.promises.contains(.tokenLocal) && SigmoidScore().promises.contains(.tokenLocal)
        && ReLUScore().promises.contains(.tokenLocal))
    let strategy = RoutingStrategy(score: .softmaxOverTokens, selector: .topK(2))
    #expect(!strategy.isTokenLocal && !strategy.isCausal)
  }

  @Test(
    arguments: [SigmoidScore(), SquareRootSoftplusScore(), ReLUScore(), SoftmaxOverTokensScore()]
      as [any Score])
  func takeCorners(score: any Score) {
    let logits: Tensor = [
      [80, -80, 1e4, -1e4, 0], [80, -80, 1e4, -1e4, 0], [79, -81, -1e4, 1e4, 0],
    ]
    var masked = logits
    for token in 0..<3 { masked[token, 4] = -.infinity }
    for logits in [logits, masked] {
      let scores = score.scores(logits, context: ScoreTests.context)
      let gradient = score.gradient(
        Tensor(scattered: [3, 5], seed: 43), scores: scores, logits: logits,
        context: ScoreTests.context)
      #expect(scores.scalarArray.allSatisfy { $0.isFinite && $0 >= 0 })
      #expect(gradient.scalarArray.allSatisfy { $0.isFinite })
      for token in 0..<3 where logits[token, 4] == -.infinity {
        #expect(scores[token, 4] == 0 && gradient[token, 4] == 0)
      }
    }
    #expect(score.scores(Tensor(zeros: [0, 5]), context: ScoreTests.context).shape == [0, 5])
  }

  /// To the last digits in both tails, where the plain formula gives 0 and infinity.
  @Test func keepTheirDigitsFarOut() {
    let logits: Tensor = [[-200, -120, -80, -20, -17, -16.9, 17, 80, 1e4, 1e30]]
    let score = SquareRootSoftplusScore()
    let scores = score.scores(logits, context: ScoreTests.context)
    let gradient = score.gradient(
      Tensor(repeating: 1, shape: [1, 10]), scores: scores, logits: logits,
      context: ScoreTests.context)
    for index in 0..<10 {
      let x = Double(logits[0, index])
      let value = ScoreTests.softplus(x).squareRoot()
      #expect(Tolerance.ulps(from: scores[0, index], to: value) <= 4, "\(x)")
      // A logistic function within 3, a score within 4, and a quotient.
      let slope = (x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))) / (2 * value)
      #expect(Tolerance.ulps(from: gradient[0, index], to: slope) <= 8, "\(x)")
    }
    let sigmoid = SigmoidScore()
    let s = sigmoid.scores(logits, context: ScoreTests.context)
    let slopes = sigmoid.gradient(
      Tensor(repeating: 1, shape: [1, 10]), scores: s, logits: logits, context: ScoreTests.context)
    // σ(80) rounds to one, but its slope is e⁻⁸⁰ and not zero.
    #expect(Tolerance.ulps(from: slopes[0, 7], to: exp(-80)) <= 7)
    #expect(Tolerance.ulps(from: slopes[0, 2], to: exp(-80)) <= 7)
  }
}
