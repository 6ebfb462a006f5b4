import Foundation
import MoE
import Testing

@Suite struct HierarchicalTests {
  private static let (size, groups, experts) = (4, 3, 6)
  private static let tokens = Tensor(scattered: [7, size], seed: 70)

  private static var gate: HierarchicalGate {
    HierarchicalGate(
      primary: Linear(weight: 3 * Tensor(scattered: [groups, size], seed: 71)),
      secondary: Linear(
        weight: 3 * Tensor(scattered: [experts, size], seed: 72),
        bias: Tensor(scattered: [experts], seed: 73)))
  }

  /// The probabilities of groups, and of experts within their group.
  private static func shares(_ point: [String: [Double]]) -> [(
    groups: [Double], experts: [[Double]]
  )] {
    let primary = Reference.Map(point, "primary", outputSize: groups)
    let secondary = Reference.Map(point, "secondary", outputSize: experts)
    return Reference.rows(point["tokens"]!, columns: size).map { x in
      (
        Reference.softmax(Reference.linear(x, primary)),
        Reference.rows(Reference.linear(x, secondary), columns: experts / groups).map(
          Reference.softmax)
      )
    }
  }

  /// Two maps (5), a log-sum-exp (9), two differences and a sum; and as many back.
  @Test func gateIsItsFormula() throws {
    let gate = HierarchicalTests.gate
    #expect(
      gate.namedParameters.map(\.name) == ["primary.weight", "secondary.weight", "secondary.bias"])
    try checkGate(gate, tokens: HierarchicalTests.tokens, roundings: 40) { point in
      HierarchicalTests.shares(point).map { share in
        zip(share.groups, share.experts).flatMap { group, experts in
          experts.map { log(group) + log($0) }
        }
      }
    }
  }

  @Test func softmaxIsTheProductOfBothLevels() {
    var point = Reference.parameters(HierarchicalTests.gate)
    point["tokens"] = Reference.scalars(HierarchicalTests.tokens)
    let exact = HierarchicalTests.shares(point).flatMap { share in
      zip(share.groups, share.experts).flatMap { group, experts in experts.map { group * $0 } }
    }
    let logits = HierarchicalTests.gate.forward(
      HierarchicalTests.tokens, context: RoutingContext()
    ).logits
    // Logits up to 16, whose roundings of half a unit, about 20 of them, are a part of the
    // probability.
    GradientTolerance.expect(
      logits.softmax(), near: exact, within: 20 * 16 * GradientTolerance.unitRoundoff, "softmax")
    #expect(logits.scalarArray.allSatisfy { $0 <= 0 })
  }

  @Test(arguments: [1, 2, 3], [1, 2])
  func takesTheBestOfTheBest(groupsPerToken: Int, expertsPerGroup: Int) throws {
    let router = try Router(
      gate: HierarchicalTests.gate,
      strategy: .hierarchical(
        groups: 3, groupsPerToken: groupsPerToken, expertsPerGroup: expertsPerGroup))
    let routing = try router.forward(HierarchicalTests.tokens, context: .inference).routing
    var point = Reference.parameters(HierarchicalTests.gate)
    point["tokens"] = Reference.scalars(HierarchicalTests.tokens)
    for (token, share) in HierarchicalTests.shares(point).enumerated() {
      func best(_ values: [Double], _ count: Int) -> [Int] {
        Array(values.indices.sorted { values[$0] > values[$1] }.prefix(count))
      }
      let groups = best(share.groups, groupsPerToken)
      let groupSum = groups.reduce(0) { $0 + share.groups[$1] }
      var (experts, weights): ([Int], [Double]) = ([], [])
      for group in groups {
        let chosen = best(share.experts[group], expertsPerGroup)
        let sum = chosen.reduce(0) { $0 + share.experts[group][$1] }
        for expert in chosen {
          experts.append(2 * group + expert)
          weights.append(share.groups[group] / groupSum * share.experts[group][expert] / sum)
        }
      }
      #expect(routing.experts(of: token) == experts)
      // As above, and once more for the sums.
      GradientTolerance.expect(
        routing.weights[entry: token], near: weights,
        within: 40 * 16 * GradientTolerance.unitRoundoff, "weights")
    }
  }

  /// Log-sum-exps, softmaxes and products (20), and the same with two dots and differences back.
  @Test func weightsAreTheirFormula() throws {
    let logits = 2 * Tensor(scattered: [4, 6], seed: 74)
    // Two groups of two, one group alone, slots in any order, and none.
    let selected = SelectedExperts(
      [4, 5, 1, 0, 2, -1, 3, -1, -1, 2, 5, 0, -1, -1, -1, -1], slotCount: 4)
    try checkWeighting(
      .hierarchical(groups: 3), logits: logits, selected: selected, roundings: 60
    ) { rows in
      rows.enumerated().map { token, row in
        let slots = selected.experts[4 * token..<4 * token + 4].map(Int.init)
        let chosen = slots.filter { $0 >= 0 }
        func total(_ group: Int) -> Double { exp(row[2 * group]) + exp(row[2 * group + 1]) }
        let groups = Set(chosen.map { $0 / 2 })
        let all = groups.sorted().reduce(0) { $0 + total($1) }
        return slots.map { expert in
          guard expert >= 0 else { return 0 }
          let own = chosen.filter { $0 / 2 == expert / 2 }.reduce(0) { $0 + exp(row[$1]) }
          return total(expert / 2) / all * exp(row[expert]) / own
        }
      }
    }
  }

  @Test func skipsWhatIsSwitchedOff() throws {
    var router = try Router(
      gate: IdentityGate(expertCount: 6),
      strategy: .hierarchical(groups: 3, groupsPerToken: 2, expertsPerGroup: 2))
    let tokens: Tensor = [[5, 4, 3, 2, 1, 0], [0, 0, 0, 0, 0, 0], [-1e4, 1e4, -80, 80, 0, 0]]
    #expect(
      try router.forward(tokens, context: .inference).routing.experts
        == [0, 1, 2, 3, 0, 1, 2, 3, 1, 0, 3, 2])
    router.disabledExperts = [0, 1, 2]
    let routing = try router.forward(tokens, context: .inference).routing
    #expect(routing.experts == [3, -1, 4, 5, 4, 5, 3, -1, 3, -1, 4, 5])
    for sum in routing.weights.rowSums().scalarArray { #expect((sum - 1).magnitude < 1e-6) }
    // The same as logits of −∞, which a selector may be handed directly.
    var masked = tokens
    for token in 0..<3 { for expert in 0..<3 { masked[token, expert] = -.infinity } }
    let selector = HierarchicalSelector(groups: 3, groupsPerToken: 2, expertsPerGroup: 2)
    #expect(
      selector.select(SelectionInput(logits: masked, scores: tokens)).experts
        == routing.experts)
    #expect(
      selector.select(SelectionInput(logits: tokens, scores: tokens, priorities: masked)).experts
        == routing.experts)
    router.disabledExperts = [0, 1, 2, 3, 5]
    #expect(
      try router.forward(tokens, context: .inference).routing.experts
        == (0..<3).flatMap { _ in [4, -1, -1, -1] as [Int32] })
  }

  @Test func gateTakesLargeLogits() throws {
    let gate = HierarchicalGate(
      primary: Linear(weight: [[1], [-1]]), secondary: Linear(weight: [[1], [-1], [0], [1]]))
    for size: Float in [80, 1e4] {
      let token = Tensor([size], shape: [1, 1])
      let pass = gate.forward(token, context: RoutingContext(.training(step: 0)))
      #expect(pass.logits.scalarArray == [0, -2 * size, -3 * size, -2 * size])
      let back = gate.backward(LogitGradient([[1, 2, 3, 4]]), pass: pass)
      #expect(back.input.scalarArray.allSatisfy { $0.isFinite })
    }
  }

  @Test func checksItsSettings() {
    let cases: [(HierarchicalSelector, String)] = [
      (
        HierarchicalSelector(groups: 4, groupsPerToken: 1, expertsPerGroup: 1),
        "number of groups (hierarchical) is 4, expected a divisor of 6, the number of experts"
      ),
      (
        HierarchicalSelector(groups: 3, groupsPerToken: 4, expertsPerGroup: 1),
        "groups a token (hierarchical) is 4, expected 1 to 3, the groups there are"
      ),
      (
        HierarchicalSelector(groups: 3, groupsPerToken: 1, expertsPerGroup: 3),
        "experts a group (hierarchical) is 3, expected 1 to 2, the experts of a group"
      ),
    ]
    for (selector, message) in cases {
      let error = #expect(throws: MoEError.self) { _ = try selector.slotCount(expertCount: 6) }
      #expect(error?.description == message)
    }
  }
}
