import MoE
import Testing

@Suite struct ParameterizedTests {
  private static func pair() -> FeedForward {
    FeedForward(
      up: Linear(weight: [[1, 2], [3, 4]], bias: [5, 6]), down: Linear(weight: [[7, 8]]),
      activation: .relu)
  }

  @Test func listsParametersWithoutCopyingThem() {
    let layer = ParameterizedTests.pair()
    let listed = layer.namedParameters
    #expect(listed.map(\.name) == ["up.weight", "up.bias", "down.weight"])
    #expect(listed[0].parameter.sharesMemory(with: layer.up.weight))
    #expect(layer.parameterCount == 8)
  }

  @Test func visitsInPlaceAndNowhereElse() {
    var layer = ParameterizedTests.pair()
    let before = layer
    layer.visitParameters { name, parameter in if name == "up.bias" { parameter *= 2 } }
    #expect(layer.up.bias == [10, 12])
    #expect(before.up.bias == [5, 6])
    #expect(layer.up.weight == before.up.weight && layer.down.weight == before.down.weight)
  }

  @Test func rethrowsFromTheVisit() {
    struct Stop: Error {}
    var layer = ParameterizedTests.pair()
    var visited: [String] = []
    #expect(throws: Stop.self) {
      try layer.visitParameters { name, _ in
        visited.append(name)
        if name == "up.bias" { throw Stop() }
      }
    }
    #expect(visited == ["up.weight", "up.bias"])
  }

  @Test func describesErrorsInSentences() {
    let cases: [(MoEError, String)] = [
      (
        .configuration("input size", value: "0", expected: "at least 1"),
        "input size is 0, expected at least 1"
      ),
      (
        .shape("tokens", found: [3, 5], expected: "[tokens, 4]"),
        "tokens has shape [3, 5], expected [tokens, 4]"
      ),
      (
        .nonFiniteLogit(token: 2, expert: 1, value: .infinity),
        "the gate's logit of token 2 for expert 1 is inf, expected a finite number; look for the "
          + "same in the token and in the gate's parameters"
      ),
      (
        .untrainableGate(weighting: "RenormalizedWeighting", slotCount: 1),
        "with 1 expert a token the weighting RenormalizedWeighting is constant, so that the gate "
          + "has no gradient; use .scores, or at least 2 experts a token"
      ),
    ]
    for (error, sentence) in cases {
      #expect("\(error)" == sentence)
      #expect(error.errorDescription == sentence)
    }
  }
}
