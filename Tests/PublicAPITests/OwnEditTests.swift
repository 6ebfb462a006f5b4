import MoE
import Testing

/// Parts of one's own follow where experts change, as this library's do.
@Suite struct OwnEditTests {
  private static let size = 10

  private static func layer(isOwn: Bool) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 43)
    let maps = GroupedLinear(
      count: 5, inputSize: size, outputSize: size, bias: true, using: &generator)
    let layers = (0..<5).map { Linear(weight: maps.weight[entry: $0], bias: maps.bias?[entry: $0]) }
    let weight = Tensor.normal(shape: [5, size], using: &generator)
    let gate: any Gate =
      isOwn
      ? ModifiedGate(OwnLinearGate(linear: Linear(weight: weight)), OwnJitter(amount: 0.25))
      : JitteredGate(LinearGate(Linear(weight: weight)), by: 0.25)
    let selector: any ExpertSelector = isOwn ? OwnTopKSelector(count: 2) : TopKSelector(count: 2)
    let loss: any BalancingLoss =
      isOwn ? OwnLoadBalancingLoss(coefficient: 0.1) : LoadBalancingLoss(coefficient: 0.1)
    let update: any StepUpdate =
      isOwn ? OwnSignUpdate(rate: 0.125) : SelectionBiasUpdate(rate: 0.125)
    return try MixtureOfExperts(
      router: Router(
        gate: gate, strategy: RoutingStrategy(selector: selector, hasSelectionBias: true)),
      expertGroups: [isOwn ? OwnMappedExperts(map: maps) : PerExpert(layers)],
      balancingLosses: [loss], stepUpdates: [update])
  }

  private static let edits:
    [(name: String, edit: @Sendable (inout MixtureOfExperts) throws -> Void)] =
      [
        ("removing", { try $0.removeExperts([1, 3]) }),
        ("another order", { try $0.keepExperts([4, 0, 2, 1, 3]) }),
        ("copies", { try $0.duplicateExperts([0, 2], times: 3) }),
        ("merging", { try $0.mergeExperts([1, 2, 4], weights: [1, 2, 3]) }),
        (
          "noise",
          {
            var generator = SeededGenerator(seed: 4)
            try $0.duplicateExperts([1], noise: 0.125, gateNoise: 0.25, using: &generator)
          }
        ),
        (
          "adding",
          {
            var generator = SeededGenerator(seed: 4)
            try $0.addExperts(.feedForward(count: 2, hiddenSize: 3), using: &generator)
          }
        ),
        ("freezing", { try $0.freezeExperts([0, 3], includingGateRows: true) }),
      ]

  @Test(arguments: edits.map(\.name)) func ownPartsFollow(name: String) throws {
    let edit = try #require(Self.edits.first { $0.name == name }).edit
    var (own, ours) = (try Self.layer(isOwn: true), try Self.layer(isOwn: false))
    try edit(&own)
    try edit(&ours)
    let tokens = OwnExpertTests.tokens()
    let (first, second) = (try Outcome(of: own, tokens), try Outcome(of: ours, tokens))
    #expect(first.inference == second.inference && first.output == second.output)
    #expect(first.experts == second.experts && first.weights == second.weights)
    #expect(first.inputGradient == second.inputGradient && first.next == second.next)
    #expect(first.buffers["router.selectionBias"] == second.buffers["router.selectionBias"])
    // Names of one map an expert differ from those of one layer an expert; the gate's do not.
    #expect(
      first.gradients["router.gate.weight"] == second.gradients["router.gate.weight"])
  }
}
