import Foundation
import MoE
import Testing

@Suite struct SparseMixerTests {
  private static let logits = 2 * Tensor(scattered: [7, 6], seed: 60)

  /// The experts near the largest of those that are left.
  private static func near(_ row: [Double], without taken: [Int], jitter: Double) -> [Int] {
    let left = row.indices.filter { !taken.contains($0) && row[$0] > -.infinity }
    let largest = left.map { row[$0] }.max() ?? 0
    return left.filter { !((largest - row[$0]) / max(abs(row[$0]), largest) > 2 * jitter) }
  }

  private static func routing(
    _ logits: Tensor, jitter: Float, mode: PassMode, disabled: Set<Int> = []
  ) throws -> Routing {
    var router = try Router(
      gate: IdentityGate(expertCount: logits.columnCount), strategy: .sparseMixer(jitter: jitter),
      seed: 9)
    router.disabledExperts = disabled
    return try router.forward(logits, context: LayerContext(mode)).routing
  }

  @Test(arguments: [0, 0.01, 0.3, 2] as [Float])
  func inferenceTakesTheTwoLargest(jitter: Float) throws {
    let routing = try SparseMixerTests.routing(
      SparseMixerTests.logits, jitter: jitter, mode: .inference)
    for (token, row) in Reference.rows(SparseMixerTests.logits).enumerated() {
      let order = row.indices.sorted { row[$0] > row[$1] }
      let experts = Array(order.prefix(2))
      #expect(routing.experts(of: token) == experts)
      for slot in 0..<2 {
        let near = SparseMixerTests.near(
          row, without: Array(experts.prefix(slot)), jitter: Double(jitter))
        let sum = near.reduce(0) { $0 + exp(row[$1]) }
        #expect(
          (Double(routing.weights[token, slot]) - exp(row[experts[slot]]) / sum).magnitude < 1e-6)
      }
    }
    // With no room beside the largest each choice is certain, and the weights add up to two.
    if jitter == 0 { #expect(routing.weights == Tensor(repeating: 1, shape: [7, 2])) }
  }

  /// With the choice and the near experts held fixed, and the multiplier one, it is a derivative.
  ///
  /// An exponential, a sum and a quotient (8), a product; and two products and a difference.
  @Test func gradientIsThatOfAMaskedSoftmax() throws {
    let jitter: Float = 0.5
    let selected = SparseMixerSelector(jitter: jitter).select(
      SelectionInput(logits: SparseMixerTests.logits, scores: SparseMixerTests.logits))
    let sets = Reference.rows(SparseMixerTests.logits).enumerated().map { token, row in
      (0..<2).map { slot in
        SparseMixerTests.near(
          row, without: selected.experts[2 * token..<2 * token + slot].map(Int.init), jitter: 0.5)
      }
    }
    try checkWeighting(
      .sparseMixer(jitter: jitter), logits: SparseMixerTests.logits, selected: selected,
      roundings: 20
    ) { rows in
      rows.enumerated().map { token, row in
        (0..<2).map { slot in
          exp(row[Int(selected.experts[2 * token + slot])])
            / sets[token][slot].reduce(0) { $0 + exp(row[$1]) }
        }
      }
    }
  }

  /// The multiplier is 1, or 0.3333 for three in four of the others than the largest; the gradient
  /// leaves it out.
  @Test func trainingMultipliesButDoesNotDifferentiateIt() throws {
    let logits = Tensor((0..<1200).map { [1, 0.9, 0.8, 0.7][$0 % 4] }, shape: [300, 4])
    let router = try Router(
      gate: IdentityGate(expertCount: 4), strategy: .sparseMixer(jitter: 0.5), seed: 9)
    let pass = try router.forward(logits, context: .training(step: 2))
    let routing = pass.routing
    let row = [1.0, 0.9, 0.8, 0.7].map { Double(Float($0)) }
    var (others, third) = (0, 0)
    let direction = Tensor(scattered: [300, 2], seed: 3)
    let gradient = try router.backward(direction, pass: pass).input
    for token in 0..<300 {
      let experts = routing.experts(of: token)
      #expect(experts.count == 2 && experts[0] != experts[1])
      var expected = [Double](repeating: 0, count: 4)
      for slot in 0..<2 {
        let left = (0..<4).filter { slot == 0 || $0 != experts[0] }
        let sum = left.reduce(0) { $0 + exp(row[$1]) }
        let p = exp(row[experts[slot]]) / sum
        let multiplier = Double(routing.weights[token, slot]) / p
        if experts[slot] == left[0] {
          #expect((multiplier - 1).magnitude < 1e-5)
        } else {
          others += 1
          let isThird = multiplier < 0.5
          third += isThird ? 1 : 0
          #expect((multiplier - (isThird ? 0.3333 : 1)).magnitude < 1e-5)
        }
        for expert in left {
          expected[expert] +=
            Double(direction[token, slot]) * p
            * ((expert == experts[slot] ? 1 : 0) - exp(row[expert]) / sum)
        }
      }
      for expert in 0..<4 {
        #expect((Double(gradient[token, expert]) - expected[expert]).magnitude < 1e-6)
      }
    }
    // Four deviations of a binomial number around three quarters.
    let spread = 4 * (0.1875 * Double(others)).squareRoot()
    #expect(others > 300 && (Double(third) - 0.75 * Double(others)).magnitude < spread)
  }

  /// The frequencies of first choices are those of the softmax over the near experts.
  @Test func trainingDrawsFromTheNear() throws {
    let count = 2000
    let logits = Tensor((0..<3 * count).map { [1, 0.5, -3][$0 % 3] }, shape: [count, 3])
    let routing = try SparseMixerTests.routing(logits, jitter: 0.3, mode: .training(step: 1))
    let first = (0..<count).map { routing.experts(of: $0)[0] }
    let p = exp(1.0) / (exp(1.0) + exp(0.5))
    let found = Double(first.count { $0 == 0 })
    let spread = 4 * (p * (1 - p) * Double(count)).squareRoot()
    #expect((found - p * Double(count)).magnitude < spread)
    #expect(!first.contains(2))
    let again = try SparseMixerTests.routing(logits, jitter: 0.3, mode: .training(step: 1))
    #expect(again.experts == routing.experts)
    #expect(again.weights.bits == routing.weights.bits)
    let next = try SparseMixerTests.routing(logits, jitter: 0.3, mode: .training(step: 2))
    #expect(next.experts != routing.experts)
  }

  @Test func takesSwitchedOffExpertsAndTies() throws {
    for mode in [PassMode.inference, .training(step: 0)] {
      let one = try SparseMixerTests.routing(
        SparseMixerTests.logits, jitter: 0.3, mode: mode, disabled: [0, 1, 2, 4, 5])
      #expect(one.experts == (0..<7).flatMap { _ in [3, -1] as [Int32] })
      #expect(one.weights == Tensor((0..<14).map { $0 % 2 == 0 ? 1 : 0 }, shape: [7, 2]))
      let some = try SparseMixerTests.routing(
        SparseMixerTests.logits, jitter: 3, mode: mode, disabled: [0, 3])
      #expect(some.experts.allSatisfy { $0 >= 0 && $0 != 0 && $0 != 3 })
    }
    let ties = try SparseMixerTests.routing(
      [[0, 0, 0], [-2, -2, -2], [1e4, 1e4, -1e4], [-1e4, -80, 80]], jitter: 0.01,
      mode: .inference)
    #expect(ties.experts == [0, 1, 0, 1, 0, 1, 2, 1])
    GradientTolerance.expect(
      ties.weights, near: [1 / 3, 0.5, 1 / 3, 0.5, 0.5, 1, 1, 1],
      within: 8 * GradientTolerance.unitRoundoff, "weights")
  }

  @Test func isTokenLocal() throws {
    let router = try Router(
      gate: IdentityGate(expertCount: 6), strategy: .sparseMixer(jitter: 0.3), seed: 9)
    let positions = [5, 2, 8, 0, 1, 9, 30]
    let mode = PassMode.training(step: 4)
    let whole = try router.forward(
      SparseMixerTests.logits, context: LayerContext(mode, batch: Batch(positions: positions))
    ).routing
    for token in 0..<7 {
      let alone = try router.forward(
        SparseMixerTests.logits[entries: token..<token + 1],
        context: LayerContext(mode, batch: Batch(positions: [positions[token]]))
      ).routing
      #expect(alone.experts(of: 0) == whole.experts(of: token))
      #expect(alone.weights.bits == whole.weights[entry: token].bits)
    }
    #expect(router.strategy.isTokenLocal && !router.strategy.isDeterministic)
  }

  @Test func checksItsSettings() {
    let cases: [(Float, Int, String)] = [
      (
        0.1, 1,
        "number of experts (SparseMixer) is 1, expected at least 2, the experts a token goes to"
      ),
      (-0.1, 4, "jitter of SparseMixer is -0.1, expected a finite number, at least 0"),
    ]
    for (jitter, experts, message) in cases {
      let error = #expect(throws: MoEError.self) {
        _ = try SparseMixerSelector(jitter: jitter).slotCount(expertCount: experts)
      }
      #expect(error?.description == message)
    }
  }
}

/// A gate whose tokens are the logits.
typealias IdentityGate = LogitGate
