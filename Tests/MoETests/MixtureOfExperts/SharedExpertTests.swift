import Foundation
import MoE
import Testing

/// Every way to bring shared experts together with the routed ones, against its formula.
@Suite(.namingCombinations) struct SharedExpertTests {
  private static let combinations: [(name: String, combination: SharedExperts.Combination)] = [
    ("sum", .sum), ("average", .average), ("average over routes", .averageOverRoutes),
    ("scaled", .scaled(routed: 0.75, shared: -1.5)), ("mixed", .mixed),
  ]

  /// A layer from 4 to 4 of four experts, with two shared groups of other widths and a copy.
  private static func layer(
    _ combination: SharedExperts.Combination, gate: SharedExpertSpecification.Gate? = nil,
    strategy: RoutingStrategy = .topK(2), losses: [any BalancingLoss] = []
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 91)
    var shared = SharedExpertSpecification(
      [
        .feedForward(count: 2, hiddenSize: 3, activation: .tanh),
        .copy(count: 1),
        .feedForward(count: 1, hiddenSize: 5, activation: .tanh, bias: false),
      ], gate: gate, combination: combination)
    shared.gateHasBias = gate == .perExpert
    return try MixtureOfExperts(
      inputSize: 4,
      experts: [.feedForward(count: 4, hiddenSize: 3, activation: .tanh, bias: false)],
      sharedExperts: shared, routing: strategy, balancingLosses: losses, seed: 3,
      using: &generator)
  }

  private static func everyLayer(
    _ body: (SharedExperts.Combination, SharedExpertSpecification.Gate?) throws -> Void
  ) throws {
    try withEvery("combination", in: combinations) { _, combination in
      try withEvery("gate", in: [nil, .common, .perExpert]) { gate in
        try body(combination, gate)
      }
    }
  }

  /// Output and all gradients, by central differences of the formula.
  @Test func combinationsAreTheirFormula() throws {
    let tokens = SmallLayers.normal([5, 4])
    try Self.everyLayer { combination, gate in
      var layer = try Self.layer(combination, gate: gate)
      layer.router.disabledExperts = [1]
      try checkMixture(layer, tokens, RoutingContext(.training(step: 0))) { routing in
        ReferenceCombination(
          routing: routing, shared: [(2, 3), (1, 0), (1, 5)], gate: gate,
          combination: combination
        ).callAsFunction
      }
    }
  }

  /// A token alone, rows of padding, threads and packed weights change no bit.
  @Test func nothingElseChangesABit() throws {
    let (tokens, direction) = (SmallLayers.normal([7, 4]), SmallLayers.normal([7, 4], seed: 3))
    try Self.everyLayer { combination, gate in
      let layer = try Self.layer(combination, gate: gate)
      try expectInvariance(layer, tokens, direction)
    }
  }

  @Test func noTokensGiveZeroGradients() throws {
    try Self.everyLayer { combination, gate in
      let layer = try Self.layer(combination, gate: gate)
      let pass = try layer.forward(Tensor(zeros: [0, 4]), context: .training(step: 0))
      #expect(pass.output.shape == [0, 4])
      let back = try layer.backward(Tensor(zeros: [0, 4]), pass: pass)
      for (own, other) in zip(layer.namedParameters, back.parameters.namedParameters) {
        #expect(other.parameter == Tensor(zeros: own.parameter.shape), "\(own.name)")
      }
    }
  }

  /// Experts that say that they give zeros, or copies, are those that return such rows.
  @Test func zerosAddNothing() throws {
    var generator = SeededGenerator(seed: 92)
    let zeros = ExpertSpecification.zero(count: 2)
    func layer(_ shared: SharedExpertSpecification?) throws -> MixtureOfExperts {
      var generator = SeededGenerator(seed: 93)
      return try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 2)], sharedExperts: shared,
        routing: .topK(2), using: &generator)
    }
    let tokens = Tensor.normal(shape: [3, 4], using: &generator)
    let plain = try layer(nil)(tokens)
    #expect(try layer(.experts(zeros))(tokens).bits == plain.bits)
    #expect(try layer(.experts(zeros).averaged())(tokens).bits == (plain * 0.5).bits)
    let pass = try layer(.experts(zeros).mixed().gated(.perExpert, bias: true)).forward(
      tokens, context: .training(step: 0))
    let back = try layer(.experts(zeros).mixed().gated(.perExpert, bias: true)).backward(
      tokens, pass: pass)
    let gate = back.parameters.namedParameters.first { $0.name == "sharedExperts.gate.weight" }
    #expect(gate?.parameter == Tensor(zeros: [2, 4]))
  }

  /// What a token gets is half of both, a part of both by its routes, and so on: in numbers.
  @Test func factorsAreThoseOfTheirSources() throws {
    let tokens = SmallLayers.normal([5, 4])
    func output(_ combination: SharedExperts.Combination) throws -> Tensor {
      try Self.layer(combination)(tokens)
    }
    let both = try output(.sum)
    let routed = try output(.scaled(routed: 1, shared: 0))
    let shared = both - routed
    for (combination, a, b) in [
      (.average, 0.5, 0.5), (.averageOverRoutes, 2.0 / 3, 1.0 / 3),
      (.scaled(routed: 0.70710678, shared: 0.70710678), 0.70710678, 0.70710678),
    ] as [(SharedExperts.Combination, Double, Double)] {
      let exact = zip(routed.doubles, shared.doubles).map { a * $0 + b * $1 }
      expectScalars(of: try output(combination), near: exact, within: exact.map { _ in 4e-6 })
    }
  }

  @Test func namesAreUniqueAndTheDescriptionHasAllParts() throws {
    let layer = try Self.layer(.mixed, gate: .perExpert)
    let names = layer.namedParameters.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(
      names.filter { $0.hasPrefix("sharedExperts") } == [
        "sharedExperts.groups.0.up.weight", "sharedExperts.groups.0.up.bias",
        "sharedExperts.groups.0.down.weight", "sharedExperts.groups.0.down.bias",
        "sharedExperts.groups.2.up.weight", "sharedExperts.groups.2.down.weight",
        "sharedExperts.gate.weight", "sharedExperts.gate.bias",
        "sharedExperts.coefficient.weight", "sharedExperts.coefficient.bias",
      ])
    let lines = layer.description.split(separator: "\n").filter { $0.contains("shared") }
    #expect(
      lines == [
        "  shared: 2 FeedForwardExperts, 62 parameters", "  shared: 1 CopyExperts, 0 parameters",
        "  shared: 1 FeedForwardExperts, 40 parameters", "  shared: mixed by a softmax, gated",
      ])
    let common = try Self.layer(.averageOverRoutes, gate: .common).description
    #expect(common.contains("  shared: averaged over routes, one gate for all"))
  }

  @Test func whatCannotWorkThrows() throws {
    func expectError(
      _ sentence: String, _ shared: SharedExpertSpecification, _ routing: RoutingStrategy = .topK(1)
    ) {
      expectConfigurationError(sentence) {
        var generator = SeededGenerator(seed: 1)
        _ = try MixtureOfExperts(
          inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 2)], sharedExperts: shared,
          routing: routing, using: &generator)
      }
    }
    let plain = SharedExpertSpecification.feedForward(count: 1, hiddenSize: 2)
    expectError(
      "number of groups of shared experts is 0, expected at least 1", SharedExpertSpecification([]))
    expectError(
      "factor of shared experts is nan, expected a finite number", plain.scaled(by: .nan))
    expectError(
      "factor of routed experts is inf, expected a finite number",
      plain.scaled(by: 1, routed: .infinity))
    expectError(
      "combination with shared experts is averageOverRoutes, expected another one, as tokens of a "
        + "soft mixture have no routes", plain.averagedOverRoutes(), .soft())
  }

  @Test func partsMustFitTogether() throws {
    var generator = SeededGenerator(seed: 1)
    func group(_ count: Int, _ outputSize: Int) throws -> any ExpertGroup {
      try ExpertSpecification.feedForward(count: count, hiddenSize: 2).group(
        inputSize: 4, outputSize: outputSize, using: &generator)
    }
    func map(_ outputSize: Int, from inputSize: Int = 4) -> Linear {
      Linear(weight: Tensor(zeros: [outputSize, inputSize]))
    }
    let groups = [try group(2, 4), try group(1, 4)]
    for (sentence, body) in [
      ("number of groups of shared experts is 0, expected at least 1", { try SharedExperts([]) }),
      (
        "gate of shared experts is from 4 to 2, expected from 4 to 1 or 3",
        { try SharedExperts(groups, gate: map(2)) }
      ),
      (
        "gate of shared experts is from 5 to 1, expected from 4 to 1 or 3",
        { try SharedExperts(groups, gate: map(1, from: 5)) }
      ),
      (
        "map of a mixture with shared experts is none, expected one, to two numbers",
        { try SharedExperts(groups, combination: .mixed) }
      ),
      (
        "map of a mixture with shared experts is one, expected none, as sum has none",
        { try SharedExperts(groups, coefficient: map(2)) }
      ),
      (
        "map of a mixture with shared experts is from 4 to 3, expected from 4 to 2",
        { try SharedExperts(groups, combination: .mixed, coefficient: map(3)) }
      ),
    ] as [(String, () throws -> SharedExperts)] {
      expectConfigurationError(sentence) { _ = try body() }
    }
    let wide = try group(1, 5)
    expectConfigurationError("expert group is from 4 to 5, expected from 4 to 4") {
      _ = try SharedExperts(groups + [wide])
    }
  }
}
