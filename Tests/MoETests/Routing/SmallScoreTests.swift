import Foundation
import MoE
import Testing

/// Renormalised weights of scores that are too small to divide by each other.
///
/// σ(−100) has a few bits and σ(−120) none, but the ratios of such scores are as good as any.
@Suite struct SmallScoreTests {
  enum Kind: CaseIterable, Sendable {
    case sum, norm, best

    var weighting: any Weighting {
      switch self {
      case .sum: .renormalized
      case .norm: .pNorm(p: 2)
      case .best: .renormalizedOverBest(2)
      }
    }

    /// The weights of some experts of a token by their formula, in the ratios of their scores.
    func weights(_ logits: [Double], _ experts: [Int]) -> [Double] {
      let logarithms = logits.map { min($0, 0) - log1p(exp(-$0.magnitude)) }
      let counted =
        self == .best
        ? Array(logarithms.sorted(by: >).prefix(2)) : experts.map { logarithms[$0] }
      let largest = counted.max() ?? 0
      let ratios = counted.map { exp($0 - largest) }
      let size =
        self == .norm
        ? ratios.reduce(0) { $0 + $1 * $1 }.squareRoot() : ratios.reduce(0, +)
      return experts.map { exp(logarithms[$0] - largest) / size }
    }

    /// The weights of all tokens, zero in empty slots.
    func weights(_ logits: [[Double]], _ experts: [[Int]]) -> [[Double]] {
      zip(logits, experts).map { logits, experts in
        let chosen = experts.filter { $0 >= 0 }
        return weights(logits, chosen) + experts.dropFirst(chosen.count).map { _ in 0 }
      }
    }
  }

  private static let ordinary: Tensor = [[1, -0.5, 2, 0.25], [-3, 0.75, -1, 5]]
  /// Of the two experts selected of each, one and the other are not the best; the last has one.
  private static let small: Tensor = [
    [-100, -102, -101, -104], [-120, -121, -123, -120.5], [-121, -120, -125, -122],
  ]
  private static let smallExperts: [[Int]] = [[1, 0], [3, 1], [2, -1]]

  private static func selection(_ logits: Tensor, _ experts: [[Int]]) -> Selection {
    Selection(
      logits: logits, scores: SigmoidScore().scores(logits, context: RoutingContext()),
      selected: SelectedExperts(experts.flatMap { $0.map(Int32.init) }, slotCount: 2),
      score: .sigmoid)
  }

  /// Holds weights and the gradient of Σ direction·weights to the formula, and its derivatives.
  ///
  /// ln σ(l) is l to the last bit from −17 down, and the differences of these logits are exact. So
  /// the roundings are those of an exponential (2.2), a sum, a norm and a quotient (7) alone, to be
  /// counted twice, as norms have them: less than 20 of each weight. The gradient is a weight times
  /// a difference of directions and their mean: less than 20 more of the largest direction. The
  /// step of the differences, 2⁻¹⁷·125, leaves h²/6 < 2⁻²² of the third derivative, at most one for
  /// each of two slots.
  private func expect(
    _ weights: Tensor, _ gradient: Tensor, _ direction: Tensor, _ kind: Kind, _ logits: Tensor,
    _ experts: [[Int]], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let exact = kind.weights(Reference.rows(logits), experts).flatMap { $0 }
    let unit = GradientTolerance.unitRoundoff
    GradientTolerance.expect(
      weights, near: exact, within: exact.map { 20 * unit * $0 }, "weights",
      sourceLocation: sourceLocation)
    let rows = Reference.rows(direction)
    let derivatives = centralDifferences(at: ["logits": Reference.scalars(logits)]) {
      let logits = Reference.rows($0["logits"] ?? [], columns: logits.columnCount)
      return Reference.inner(kind.weights(logits, experts), rows)
    }
    GradientTolerance.expect(
      gradient, near: derivatives["logits"] ?? [],
      within: (40 * unit + 2 * 0x1p-22) * GradientTolerance.largest(direction), "gradient",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: Kind.allCases)
  func weightsAreRatiosOfLogarithms(kind: Kind) {
    let selection = Self.selection(Self.small, Self.smallExperts)
    #expect(selection.scores[entries: 1..<3] == Tensor(zeros: [2, 4]))
    #expect(selection.logScores.bits == Self.small.bits)
    let weights = kind.weighting.weights(selection)
    let direction: Tensor = [[1, -0.5], [0.75, -1], [1, 0.5]]
    let gradient = kind.weighting.gradient(direction, weights: weights, selection: selection)
    expect(
      weights, gradient.logitGradient(.sigmoid, selection), direction, kind, Self.small,
      Self.smallExperts)
    // Something is left to learn from, which a score of zero would not give.
    let logitGradient = gradient.logitGradient(.sigmoid, selection)
    for token in 0..<2 {
      #expect(GradientTolerance.largest(logitGradient[entry: token]) > 0.05)
    }
  }

  /// As a router hands them over, forward and backward.
  @Test(arguments: Kind.allCases)
  func routersKeepTheRatios(kind: Kind) throws {
    let logits: Tensor = [[-100, -102], [-102, -100], [-120, -121], [-121, -120]]
    let router = try Router(
      gate: LogitGate(expertCount: 2),
      strategy: RoutingStrategy(
        gate: .logits, score: .sigmoid, selector: .topK(2), weighting: kind.weighting))
    let pass = try router.forward(logits, context: .training(step: 0))
    let experts = KnownRouting.selected(pass.routing)
    let direction = Tensor(scattered: [4, 2], seed: 61)
    let gradient = try router.backward(RoutingGradient(weights: direction), pass: pass)
    expect(pass.routing.weights, gradient.input, direction, kind, logits, experts)
    #expect(pass.routing.logScores.bits == logits.bits)
  }

  /// Tokens of ordinary scores have the bits that they have alone.
  @Test(arguments: Kind.allCases)
  func ordinaryTokensKeepTheirBits(kind: Kind) throws {
    let experts = [[2, 0], [3, 1]]
    let direction = Tensor(scattered: [5, 2], seed: 62)
    func parts(_ tokens: [Int]) -> (weights: Tensor, gradient: Tensor) {
      let rows = (Self.ordinary.scalarArray + Self.small.scalarArray)
      let logits = Tensor(rows, shape: [5, 4]).gatheringEntries(tokens)
      let selection = Self.selection(
        logits, tokens.map { (experts + Self.smallExperts)[$0] })
      let weights = kind.weighting.weights(selection)
      let gradient = kind.weighting.gradient(
        direction.gatheringEntries(tokens), weights: weights, selection: selection)
      return (weights, gradient.logitGradient(.sigmoid, selection))
    }
    let (alone, mixed) = (parts([0, 1]), parts([2, 0, 3, 1, 4]))
    #expect(mixed.weights.gatheringEntries([1, 3]).bits == alone.weights.bits)
    #expect(mixed.gradient.gatheringEntries([1, 3]).bits == alone.gradient.bits)
    // And the small ones those that they have alone.
    let small = parts([2, 3, 4])
    #expect(mixed.weights.gatheringEntries([0, 2, 4]).bits == small.weights.bits)
    #expect(mixed.gradient.gatheringEntries([0, 2, 4]).bits == small.gradient.bits)

    let router = try Router(
      gate: LogitGate(expertCount: 4),
      strategy: RoutingStrategy(
        gate: .logits, score: .sigmoid, selector: .topK(2), weighting: kind.weighting))
    func routed(_ logits: Tensor, _ direction: Tensor) throws -> (Tensor, Tensor) {
      let pass = try router.forward(logits, context: .training(step: 0))
      let gradient = try router.backward(RoutingGradient(weights: direction), pass: pass)
      return (pass.routing.weights, gradient.input)
    }
    let all = Tensor(Self.small.scalarArray + Self.ordinary.scalarArray, shape: [5, 4])
    let together = try routed(all, direction)
    let apart = try routed(Self.ordinary, direction[entries: 3..<5])
    #expect(together.0[entries: 3..<5].bits == apart.0.bits)
    #expect(together.1[entries: 3..<5].bits == apart.1.bits)
  }
}
