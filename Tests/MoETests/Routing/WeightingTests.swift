import Foundation
import MoE
import Testing

@Suite struct WeightingTests {
  private static let logits = 3 * Tensor(scattered: [5, 6], seed: 50)
  /// Three slots: all filled, one or two empty, also the first, and all empty.
  private static let selected = SelectedExperts(
    [4, 0, 2, 1, 5, -1, -1, 3, -1, -1, -1, -1, 5, 2, 0], slotCount: 3)

  /// Each token's weights from the scores of its experts, zero in empty slots.
  private static func slots(
    _ scores: [[Double]], _ weigh: ([Double]) -> [Double]
  ) -> [[Double]] {
    scores.enumerated().map { token, scores in
      let experts = selected.experts[token * 3..<token * 3 + 3].map(Int.init)
      let weights = weigh(experts.filter { $0 >= 0 }.map { scores[$0] })
      var next = weights.makeIterator()
      return experts.map { $0 < 0 ? 0 : next.next()! }
    }
  }

  private static func softmax(_ logits: [[Double]]) -> [[Double]] { logits.map(Reference.softmax) }

  private func check(
    _ weighting: any Weighting, score: any Score = .softmax, roundings: Int,
    _ reference: ([[Double]]) -> [[Double]]
  ) throws {
    try checkWeighting(
      weighting, score: score, logits: WeightingTests.logits, selected: WeightingTests.selected,
      roundings: roundings, reference: reference)
  }

  private static func divided(_ scores: [Double], by p: Double) -> [Double] {
    let norm = pow(scores.reduce(0) { $0 + pow($1, p) }, 1 / p)
    return scores.map { $0 / norm }
  }

  /// An exponential (3), sums and quotients (5) twice; and as many back.
  @Test func theOnesBeforeTakeEmptySlots() throws {
    try check(.renormalized, roundings: 40) {
      WeightingTests.slots(WeightingTests.softmax($0)) { WeightingTests.divided($0, by: 1) }
    }
    try check(.renormalized(epsilon: 0.125), roundings: 40) {
      WeightingTests.slots(WeightingTests.softmax($0)) { scores in
        scores.map { $0 / (scores.reduce(0, +) + 0.125) }
      }
    }
    try check(.softmaxOverSelected, roundings: 30) {
      WeightingTests.slots($0, Reference.softmax)
    }
    try check(.scores, roundings: 30) {
      WeightingTests.slots(WeightingTests.softmax($0)) { $0 }
    }
  }

  @Test func sigmoidsOfSelectedAreTheirFormula() throws {
    try check(.sigmoidOfSelected, roundings: 10) {
      WeightingTests.slots($0) { $0.map(Reference.sigmoid) }
    }
  }

  /// Powers by logarithms: their rounding counts as often as the exponent is large, here up to 3·ln
  /// of a ratio, of at most 2⁴ units each.
  @Test(arguments: [1, 1.5, 2, 3] as [Float])
  func normsAreTheirFormula(p: Float) throws {
    try check(.pNorm(p: p), roundings: 100) {
      WeightingTests.slots(WeightingTests.softmax($0)) {
        WeightingTests.divided($0, by: Double(p))
      }
    }
    try check(.pNorm(p: p), score: .sigmoid, roundings: 100) {
      WeightingTests.slots($0.map { $0.map(Reference.sigmoid) }) {
        WeightingTests.divided($0, by: Double(p))
      }
    }
  }

  /// Scores whose squares and cubes are zero.
  @Test func normsTakeSmallScores() {
    let scores: Tensor = [[3e-30, 4e-30, 0]]
    let selection = Selection(
      logits: scores, scores: scores, selected: SelectedExperts([1, 0, 2], slotCount: 3))
    let weights = PNormWeighting(p: 2).weights(selection)
    GradientTolerance.expect(
      weights, near: [0.8, 0.6, 0], within: 8 * GradientTolerance.unitRoundoff, "weights")
    let zero = Tensor(zeros: [1, 3])
    for p: Float in [1, 1.5, 2] {
      let none = Selection(
        logits: zero, scores: zero, selected: SelectedExperts([1, 0, 2], slotCount: 3))
      let weighting = PNormWeighting(p: p)
      #expect(weighting.weights(none) == zero)
      let gradient = weighting.gradient([[1, 2, 3]], weights: zero, selection: none)
      #expect(gradient.logits == nil && gradient.scores == zero)
    }
  }

  @Test func unitWeightsAreOne() throws {
    try check(.unweighted, roundings: 1) { WeightingTests.slots($0) { $0.map { _ in 1 } } }
    #expect(UnitWeighting().isConstant(slotCount: 3))
  }

  @Test func scaledWeightsAreScaled() throws {
    let weighting = RenormalizedWeighting(epsilon: 1e-20).scaled(by: 2.5)
    try check(weighting, score: .sigmoid, roundings: 40) {
      WeightingTests.slots($0.map { $0.map(Reference.sigmoid) }) {
        WeightingTests.divided($0, by: 1).map { 2.5 * $0 }
      }
    }
    try check(.pNorm(p: 2).scaled(by: -3), roundings: 60) {
      WeightingTests.slots(WeightingTests.softmax($0)) {
        WeightingTests.divided($0, by: 2).map { -3 * $0 }
      }
    }
    #expect(weighting.isConstant(slotCount: 1) && !weighting.isConstant(slotCount: 2))
    #expect(
      !weighting.promises.contains(.keepsRemainder)
        && RemainderWeighting().scaled(by: 2).promises.contains(.keepsRemainder))
    #expect(weighting.keepingRemainder().promises.contains(.keepsRemainder))
  }

  @Test func settingsAreChecked() throws {
    let cases: [(any Weighting, String)] = [
      (
        .scores.scaled(by: 0),
        "scale of the weights is 0.0, expected a finite number other than 0"
      ),
      (
        .pNorm(p: 0.5),
        "order of the weights' norm is 0.5, expected a finite number, at least 1"
      ),
      (
        .renormalized(epsilon: -1).scaled(by: 2).keepingRemainder(),
        "epsilon of the weights' sum is -1.0, expected a finite number, at least 0"
      ),
      (
        .hierarchical(groups: 4),
        "number of groups (hierarchical) is 4, expected a divisor of 6, the number of experts"
      ),
    ]
    for (weighting, message) in cases {
      var generator = SeededGenerator(seed: 1)
      let error = #expect(throws: MoEError.self) {
        _ = try Router(
          inputSize: 3, expertCount: 6, strategy: .topK(2, weighting: weighting), using: &generator)
      }
      #expect(error?.description == message)
    }
  }

  /// y = α·E(x) + (1 − α)·x with α = σ(l), and its gradients: dα = ⟨dy, E(x) − x⟩.
  @Test func remainderGoesToTheToken() throws {
    var generator = SeededGenerator(seed: 4)
    let layer = try MixtureOfExperts(
      inputSize: 3, experts: [.feedForward(count: 4, hiddenSize: 2, activation: .tanh)],
      routing: RoutingStrategy(
        score: .sigmoid, selector: .topK(1), weighting: .remainder), using: &generator)
    let tokens = Tensor(scattered: [5, 3], seed: 5)
    let direction = Tensor(scattered: [5, 3], seed: 6)
    var selected: [Int32]?
    let computed = try GradientTolerance.tolerances(roundings: 60) { perturb in
      let layer = perturb(layer)
      let pass = try layer.forward(perturb(tokens), context: .training(step: 0))
      if selected == nil { selected = pass.routing.experts }
      guard pass.routing.experts == selected else { return nil }
      let back = try layer.backward(perturb(direction), pass: pass)
      return [pass.output, back.input] + back.parameters.namedParameters.map(\.parameter)
    }
    let chosen = try #require(selected)
    func reference(_ point: [String: [Double]]) -> [[Double]] {
      let gate = Reference.Map(point, "router.gate", outputSize: 4)
      let up = Reference.Map(point, "expertGroups.0.up", outputSize: 2)
      let down = Reference.Map(point, "expertGroups.0.down", outputSize: 3)
      return Reference.rows(point["tokens"]!, columns: 3).enumerated().map { token, x in
        let expert = Int(chosen[token])
        let alpha = Reference.sigmoid(Reference.linear(x, gate)[expert])
        let output = Reference.feedForward(x, up: up, down: down, .tanh, expert: expert)
        return zip(output, x).map { alpha * $0 + (1 - alpha) * $1 }
      }
    }
    var point = Reference.parameters(layer)
    point["tokens"] = Reference.scalars(tokens)
    GradientTolerance.expect(
      computed.results[0], near: reference(point).flatMap { $0 }, within: computed.tolerances[0],
      "output")
    let derivatives = centralDifferences(at: point) {
      Reference.inner(reference($0), Reference.rows(direction))
    }
    for (index, name) in (["tokens"] + layer.namedParameters.map(\.name)).enumerated() {
      GradientTolerance.expect(
        computed.results[index + 1], near: derivatives[name]!,
        within: computed.tolerances[index + 1], name)
    }
  }

  /// A selection bias must not leak into the weights.
  @Test func selectionBiasStaysOutOfTheWeights() throws {
    let identity = LinearGate(Linear(weight: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    var router = try Router(
      gate: identity,
      strategy: RoutingStrategy(
        score: .sigmoid, selector: .topK(1), weighting: .scores, hasSelectionBias: true))
    router.selectionBias = [-5, -5, -4]
    // All biased scores are below zero.
    let routing = try router.forward([[2, 1, 0]], context: .inference).routing
    #expect(routing.experts == [2] && routing.weights == [[0.5]])
  }

  @Test func takeCorners() {
    let weightings: [any Weighting] = [
      .renormalized, .renormalized(epsilon: 1e-20), .softmaxOverSelected, .scores,
      .sigmoidOfSelected, .pNorm(p: 1), .pNorm(p: 2),
      .pNorm(p: 1.5), .unweighted, .remainder, .renormalized.scaled(by: 2.5),
      .sparseMixer(), .hierarchical(groups: 2),
    ]
    let rows: [[Float]] = [
      [80, -80, 0, 1e4], [-1e4, -1e4, -1e4, 1e4], [3, 3, 3, 3], [-80, -80, -80, -80],
      [-.infinity, 2, -.infinity, -.infinity], [0, 0, 0, 0],
    ]
    let logits = Tensor(rows.flatMap { $0 }, shape: [6, 4])
    let selected = SelectedExperts(
      [3, 0, 3, 2, 0, 1, 0, 2, 1, -1, -1, -1], slotCount: 2)
    let scores: [any Score] = [.softmax, .sigmoid, .squareRootSoftplus, .relu]
    for score in scores {
      let context = RoutingContext()
      let selection = Selection(
        logits: logits, scores: score.scores(logits, context: context), selected: selected)
      for weighting in weightings {
        let weights = weighting.weights(selection)
        #expect(weights.scalarArray.allSatisfy { $0.isFinite }, "\(weighting)")
        for route in [9, 10, 11] { #expect(weights.scalarArray[route] == 0, "\(weighting)") }
        let direction = Tensor(scattered: [6, 2], seed: 7)
        let gradient = weighting.gradient(direction, weights: weights, selection: selection)
          .logitGradient(score, selection)
        #expect(gradient.scalarArray.allSatisfy { $0.isFinite }, "\(weighting)")
        #expect(gradient[entry: 5] == Tensor(zeros: [4]), "\(weighting)")
      }
    }
    let none = Selection(
      logits: Tensor(zeros: [0, 4]), scores: Tensor(zeros: [0, 4]),
      selected: SelectedExperts([], slotCount: 2))
    for weighting in weightings {
      #expect(weighting.weights(none).shape == [0, 2])
      let gradient = weighting.gradient(
        Tensor(zeros: [0, 2]), weights: Tensor(zeros: [0, 2]), selection: none)
      #expect((gradient.logits ?? gradient.scores)?.shape == [0, 4])
    }
  }
}
