import Foundation
import MoE
import Testing

/// Losses of numbers that no smallest one may be taken for: scores, weights and probabilities far
/// below one.
@Suite(.namingCombinations) struct SmallNumberTests {
  private static let sigmoids = RoutingStrategy(
    score: .sigmoid, selector: .topK(1), weighting: .scores)
  private static let normalized = LoadBalancingLoss(
    coefficient: 1, probabilities: .normalizedScores)

  // MARK: - Scores over their sum

  /// Even routes give one, whatever the shares are.
  @Test(arguments: [-60, -120] as [Float])
  func normalizedScoresAreOneAtEvenRoutes(logit: Float) throws {
    let logits = Tensor([logit, logit, logit - 1, logit], shape: [2, 2])
    // Scores that round to zero are all one to the selector.
    let routing = try Selecting.router(Self.sigmoids, experts: 2).forward(
      logits, context: .training(step: 0),
      overrides: RoutingOverrides(forcedExperts: [0: [0], 1: [1]])
    ).routing
    #expect(routing.demand == [1, 1])
    #expect(abs(Self.normalized(routing).value - 1) <= 8 * 0x1p-24)
  }

  /// Of [l, l − 2] the shares are the softmax of −softplus(−l): of [0, −2], to all digits.
  @Test(arguments: [-60, -120] as [Float])
  func normalizedScoresOfOneToken(logit: Float) throws {
    let logits = Tensor([logit, logit - 2], shape: [1, 2])
    let routing = try KnownRouting.pass(logits, Self.sigmoids).pass.routing
    // c = 2 and f = [1, 0].
    func exact(_ scalars: [Double]) -> Double {
      2 * Reference.softmax(scalars.map { -log1p(exp(-$0)) })[0]
    }
    #expect(abs(exact(logits.doubles) - 2 * 0.880797) < 1e-6)
    // Logarithms that are whole numbers in `Float`, and a softmax of two (8) with two factors.
    let tolerance = 2 * 12 * GradientTolerance.unitRoundoff
    #expect((Double(Self.normalized(routing).value) - exact(logits.doubles)).magnitude <= tolerance)
    let slopes = centralDifferences(at: ["logits": logits.doubles]) { exact($0["logits"]!) }
    GradientTolerance.expect(
      try KnownRouting.gradient(Self.normalized, logits, Self.sigmoids), near: slopes["logits"]!,
      within: tolerance, "gradient")
    // 2·p₀·p₁, and so nowhere near zero.
    #expect(abs(slopes["logits"]![0] - 2 * 0.880797 * 0.119203) < 1e-6)
  }

  // MARK: - Coefficients of variation

  /// One token for each expert, with the given weights.
  private static func weighted(_ weights: [Float]) -> Routing {
    let count = weights.count
    let logits = Tensor(zeros: [count, count])
    return Routing(
      selection: Selection(
        logits: logits, scores: logits.softmax(),
        selected: SelectedExperts((0..<count).map { Int32($0) }, slotCount: 1),
        context: RoutingContext(.training(step: 0))),
      weights: Tensor(weights, shape: [count, 1]))
  }

  /// CV² of [1, 3]·s is a quarter, with a gradient of [−3/8, 1/8]/s.
  @Test(arguments: [1, 1e-5, 1e-6, 1e-20] as [Float])
  func variationDoesNotDependOnTheSize(scale: Float) throws {
    let routing = Self.weighted([scale, 3 * scale])
    for (isUnbiased, factor) in [(false, 1.0), (true, 2)] {
      let loss = ImportanceLoss(coefficient: 1, isUnbiased: isUnbiased)(routing)
      // 3·s is rounded, and so is the result.
      let tolerance = 4 * GradientTolerance.unitRoundoff
      #expect((Double(loss.value) - 0.25 * factor).magnitude <= tolerance)
      GradientTolerance.expect(
        try #require(loss.gradient.weights) * scale, near: [-0.375 * factor, 0.125 * factor],
        within: tolerance, "gradient")
    }
  }

  /// There is no variation where the mean is zero, and nothing that could be divided by it.
  @Test func variationOfAMeanOfZeroIsZero() throws {
    for weights in [[0, 0], [-1, 1], [1e-20, -1e-20]] as [[Float]] {
      for isUnbiased in [false, true] {
        let loss = ImportanceLoss(coefficient: 1, isUnbiased: isUnbiased)(Self.weighted(weights))
        #expect(loss.value == 0 && loss.gradient.weights == Tensor(zeros: [2, 1]), "\(weights)")
      }
    }
  }

  // MARK: - Entropies

  private static func entropy(
    _ loss: EntropyLoss, _ logits: Tensor
  ) throws -> (value: Float, gradient: Tensor) {
    let strategy = RoutingStrategy.topK(1, weighting: .scores)
    let value = loss(try KnownRouting.pass(logits, strategy).pass.routing).value
    return (value, try KnownRouting.gradient(loss, logits, strategy))
  }

  /// e⁻²⁰⁰ is zero in `Float`: p·ln p is then zero, and so is the gradient.
  @Test func entropiesOfSureTokens() throws {
    let (sure, zeros) = ([[0, -200]] as Tensor, Tensor(zeros: [1, 2]))
    let tokens = try Self.entropy(.tokenEntropy(coefficient: 1), sure)
    #expect(tokens.value == 0 && tokens.gradient == zeros)
    let mean = try Self.entropy(.meanEntropy(coefficient: 1), sure)
    #expect((Double(mean.value) - log(2)).magnitude <= GradientTolerance.unitRoundoff)
    #expect(mean.gradient == zeros)
    // Sure of one expert each, and even together.
    let even = try Self.entropy(.meanEntropy(coefficient: 1), [[0, -200], [-200, 0]])
    #expect(even.value.magnitude <= 0x1p-24 && even.gradient == Tensor(zeros: [2, 2]))
  }

  /// A token without a doubt beside others: values and gradients in `Double`, where e⁻²⁰⁰ is a
  /// number.
  @Test func entropiesBesideASureToken() throws {
    let logits: Tensor = [[0, -200, -200], [0, 0, -200], [1, -1, 0.5]]
    func entropy(_ p: [Double]) -> Double { -p.reduce(0) { $0 + $1 * log($1) } }
    func probabilities(_ scalars: [Double]) -> [[Double]] {
      Reference.rows(scalars, columns: 3).map(Reference.softmax)
    }
    let formulas: [(EntropyLoss, ([Double]) -> Double)] = [
      (.tokenEntropy(coefficient: 1), { probabilities($0).reduce(0) { $0 + entropy($1) } / 3 }),
      (
        .meanEntropy(coefficient: 1),
        { scalars in
          let rows = probabilities(scalars)
          return log(3) - entropy((0..<3).map { e in rows.reduce(0) { $0 + $1[e] } / 3 })
        }
      ),
    ]
    // Logarithms of up to ln 3, as in the tests of gradients.
    let tolerance = 120 * GradientTolerance.unitRoundoff
    for (loss, exact) in formulas {
      let found = try Self.entropy(loss, logits)
      #expect((Double(found.value) - exact(logits.doubles)).magnitude <= tolerance, "\(loss.name)")
      GradientTolerance.expect(
        found.gradient,
        near: centralDifferences(at: ["l": logits.doubles]) { exact($0["l"]!) }["l"]!,
        within: tolerance, "gradient of \(loss.name)")
    }
  }

  /// With p = eˡ the gradients are ±l·p, to the last digits, down to the smallest normal numbers:
  /// no such number stands in for p.
  @Test(arguments: [-80, -87] as [Float])
  func gradientsOfSmallProbabilities(logit: Float) throws {
    let slope = -Double(logit) * exp(Double(logit))
    let logits = Tensor([0, logit], shape: [1, 2])
    let tokens = try Self.entropy(.tokenEntropy(coefficient: 1), logits)
    let mean = try Self.entropy(.meanEntropy(coefficient: 1), logits)
    let tolerance = 20 * GradientTolerance.unitRoundoff * slope
    GradientTolerance.expect(
      tokens.gradient, near: [-slope, slope], within: tolerance, "of tokens")
    GradientTolerance.expect(
      mean.gradient, near: [slope, -slope], within: tolerance, "of the mean")
  }
}
