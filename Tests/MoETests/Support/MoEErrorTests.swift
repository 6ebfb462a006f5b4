import MoE
import Testing

@Suite("Errors") struct MoEErrorTests {
  static let errors: [MoEError] = [
    .configuration("slots", value: "0", expected: "at least 1"),
    .configuration("slots", value: "1", expected: "at least 1"),
    .shape("input", found: [1], expected: "[2]"),
    .shape("input", found: [2], expected: "[1]"),
    .nonFiniteLogit(token: 1, expert: 2, value: .nan),
    .nonFiniteLogit(token: 1, expert: 2, value: .infinity),
    .nonFiniteLogit(token: 1, expert: 2, value: -.infinity),
    .nonFiniteLogit(token: 2, expert: 2, value: .nan),
    .nonFiniteLogit(token: 1, expert: 3, value: .nan),
    .untrainableGate(weighting: "softmax", slotCount: 1),
    .untrainableGate(weighting: "softmax", slotCount: 2),
    .untrainableGate(weighting: "softmax", slotCount: 2, remedy: "another"),
  ]

  @Test func anErrorEqualsItselfAlone() {
    for (number, left) in Self.errors.enumerated() {
      for (other, right) in Self.errors.enumerated() {
        #expect((left == right) == (number == other), "\(left), \(right)")
      }
    }
  }
}
