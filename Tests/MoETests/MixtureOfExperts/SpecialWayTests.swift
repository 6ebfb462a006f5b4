import Foundation
import MoE
import Testing

/// Soft mixtures, weights on inputs, straight-through gradients, remainders; and what is checked of strategies.
@Suite(.namingCombinations) struct SpecialWayTests {
  private static let training = RoutingContext(mode: .training(step: 0))

  // MARK: - Soft mixtures

  /// A soft mixture of two groups of experts as its formula says it.
  private struct SoftReference {
    var slots: Int
    var counts = [2, 1]
    var hiddenSizes = [3, 2]
    var padding: [Bool]
    var disabled: Set<Int> = []
    var offset: [Double] = [0, 0, 0]

    func callAsFunction(_ tokens: [[Double]], _ parameters: [String: [Double]]) -> [[Double]] {
      let experts = counts.reduce(0, +)
      let gate = Reference.Map(parameters, "router.gate", outputSize: experts * slots)
      let valid = tokens.indices.filter { !padding[$0] }
      let columns = (0..<experts * slots).filter { !disabled.contains($0 / slots) }
      let logits = tokens.map { token in
        let row = Reference.linear(token, gate)
        return row.indices.map { row[$0] + offset[$0 / slots] }
      }
      var outputs = tokens.map { $0.map { _ in 0.0 } }
      let combination = valid.map { token in Reference.softmax(columns.map { logits[token][$0] }) }
      for (column, slot) in columns.enumerated() {
        let dispatch = Reference.softmax(valid.map { logits[$0][slot] })
        var mixed = tokens[0].map { _ in 0.0 }
        for (part, token) in zip(dispatch, valid) {
          for index in mixed.indices { mixed[index] += part * tokens[token][index] }
        }
        let expert = slot / slots
        let (group, own) = expert < counts[0] ? (0, expert) : (1, expert - counts[0])
        let result = Reference.feedForward(
          mixed,
          up: Reference.Map(parameters, "experts.\(group).up", outputSize: hiddenSizes[group]),
          down: Reference.Map(parameters, "experts.\(group).down", outputSize: mixed.count),
          .tanh, expert: own)
        for (row, token) in valid.enumerated() {
          for index in result.indices {
            outputs[token][index] += combination[row][column] * result[index]
          }
        }
      }
      return outputs
    }
  }

  private static func soft(_ slots: Int) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 17)
    return try MixtureOfExperts(
      inputSize: 4,
      experts: [
        .feedForward(count: 2, hiddenSize: 3, activation: .tanh),
        .feedForward(count: 1, hiddenSize: 2, activation: .tanh),
      ],
      routing: .soft(slotsPerExpert: slots), using: &generator)
  }

  @Test(arguments: [1, 2, 3])
  func aSoftMixtureIsItsFormula(slots: Int) throws {
    var layer = try SpecialWayTests.soft(slots)
    let tokens = SmallLayers.normal([5, 4])
    let none = Array(repeating: false, count: 5)
    let cases: [(padding: [Bool], disabled: Set<Int>, offset: Tensor?)] = [
      (none, [], nil), ([false, true, false, false, true], [], nil), (none, [1], nil),
      ([true, false, false, false, false], [0, 2], nil), (none, [], [0.5, -0.25, 1]),
    ]
    for (padding, disabled, offset) in cases {
      layer.router.disabledExperts = disabled
      layer.router.logitOffset = offset
      var context = SpecialWayTests.training
      context.padding = padding
      try checkMixture(layer, tokens, context) { _ in
        let reference = SoftReference(
          slots: slots, padding: padding, disabled: disabled, offset: offset?.doubles ?? [0, 0, 0])
        return { reference($0, $1) }
      }
      let pass = try layer.forward(tokens, context: context)
      let soft = try #require(pass.routing.soft)
      for token in 0..<5 where padding[token] {
        #expect(pass.output[row: token] == Tensor(zeros: [4]))
        #expect(soft.dispatch[row: token] == Tensor(zeros: [3 * slots]))
      }
      // An expert's score is the part of its slots in the output.
      let sums = soft.combination.reshaped(to: [5 * 3, slots]).rowSums()
      for token in 0..<5 where !padding[token] {
        for expert in 0..<3 {
          let difference = sums[token * 3 + expert] - pass.routing.scores[token, expert]
          #expect(difference.magnitude < 20 * 0x1p-24)
        }
      }
    }
  }

  /// A loss by the experts' logits reaches the slots' through their log-sum-exp.
  @Test func aLossReachesTheSlotsOfASoftMixture() throws {
    var generator = SeededGenerator(seed: 18)
    let router = try Router(
      inputSize: 3, expertCount: 2, strategy: .soft(slotsPerExpert: 2), using: &generator)
    let tokens = SmallLayers.normal([4, 3])
    let direction = SmallLayers.normal([4, 2], seed: 2)
    let pass = try router.forward(tokens, mode: .training(step: 0))
    let gradient = router.backward(
      RoutingGradient(logits: direction), tokens: tokens, pass: pass
    ).gradient
    var point = ["tokens": tokens.doubles]
    point["weight"] = router.namedParameters[0].parameter.doubles
    let derivatives = centralDifferences(at: point) { moved in
      let gate = Reference.Map(["g.weight": moved["weight"]!], "g", outputSize: 4)
      return Reference.inner(
        Reference.rows(moved["tokens"]!, columns: 3).map { token in
          let row = Reference.linear(token, gate)
          return [0, 1].map { SpecialWayTests.logSumExp([row[2 * $0], row[2 * $0 + 1]]) }
        }, Reference.rows(direction))
    }
    GradientTolerance.expect(gradient.input, near: derivatives["tokens"]!, within: 3e-6, "tokens")
    GradientTolerance.expect(
      gradient.parameters.namedParameters[0].parameter, near: derivatives["weight"]!,
      within: 3e-6, "weight")
  }

  private static func logSumExp(_ x: [Double]) -> Double {
    let largest = x.max() ?? 0
    return largest + log(x.reduce(0) { $0 + exp($1 - largest) })
  }

  @Test func aSoftMixtureOfNothingIsEmpty() throws {
    let layer = try SpecialWayTests.soft(2)
    let pass = try layer.forward(Tensor(zeros: [0, 4]), mode: .training(step: 0))
    #expect(pass.output == Tensor(zeros: [0, 4]))
    let gradient = layer.backward(pass.output, pass: pass)
    #expect(gradient.input == Tensor(zeros: [0, 4]))
    for (name, parameter) in gradient.parameters.namedParameters {
      #expect(parameter.scalarArray.allSatisfy { $0 == 0 }, "\(name)")
    }
    let padded = try layer.forward(
      SmallLayers.normal([2, 4]),
      context: RoutingContext(mode: .training(step: 0), padding: [true, true]))
    #expect(padded.output == Tensor(zeros: [2, 4]))
  }

  @Test func aSoftMixtureNeedsSlots() {
    var generator = SeededGenerator(seed: 1)
    for slots in [0, -2] {
      expectConfigurationError("slots an expert is \(slots), expected at least 1") {
        _ = try MixtureOfExperts(
          inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 2)],
          routing: .soft(slotsPerExpert: slots), using: &generator)
      }
    }
    expectConfigurationError(
      "slots an expert is 3, expected a divisor of 4, the logits that the gate gives"
    ) {
      _ = try Router(
        gate: LinearGate(Linear(weight: Tensor(zeros: [4, 2]))), strategy: .soft(slotsPerExpert: 3))
    }
  }

  // MARK: - Weights on inputs

  @Test func weightsOnInputsAreTheirFormula() throws {
    let tokens = SmallLayers.normal([6, 4])
    let weightings: [(any Weighting, ReferenceRoutes.Weights)] = [
      (.renormalized, .renormalized), (.probabilities, .probabilities),
      (.sigmoidOfSelected, .logistic),
    ]
    for (weighting, weights) in weightings {
      for capacity in [Capacity.none, .routes(3, order: .probability, overflow: .identity)] {
        let layer = try SmallLayers.layer(
          RoutingStrategy(
            selector: .topK(2), weighting: weighting, capacity: capacity, weightsInput: true))
        try checkMixture(layer, tokens, SpecialWayTests.training) {
          var reference = ReferenceRoutes($0, hiddenSize: 3)
          reference.weights = weights
          reference.weightsInput = true
          return { reference($0, $1) }
        }
      }
    }
    let layer = try SmallLayers.layer(
      RoutingStrategy(selector: .topK(2), weightsInput: true))
    #expect(try layer(Tensor(zeros: [0, 4])) == Tensor(zeros: [0, 4]))
  }

  /// With experts that are linear it does not matter where the weight is.
  @Test func ofLinearExpertsWeightsCommute() throws {
    let bank = ExpertBank(weight: SmallLayers.normal([3, 4, 4]))
    let gate = LinearGate(Linear(weight: SmallLayers.normal([3, 4], seed: 3)))
    let outputs = try [false, true].map { weightsInput in
      try MixtureOfExperts(
        router: Router(
          gate: gate, strategy: RoutingStrategy(selector: .topK(2), weightsInput: weightsInput)),
        experts: [FeedForwardExperts(up: bank, down: bank, activation: .identity)]
      )(SmallLayers.normal([5, 4], seed: 4))
    }
    let scale = GradientTolerance.largest(outputs[0])
    GradientTolerance.expect(
      outputs[1], near: outputs[0].doubles,
      within: 4 * 12 * GradientTolerance.unitRoundoff * scale, "output")
  }

  // MARK: - Remainders

  @Test func remaindersStayWithTheToken() throws {
    let layer = try SmallLayers.layer(
      RoutingStrategy(
        selector: .topK(2), weighting: .sigmoidOfSelected.scaled(by: 0.5).keepingRemainder(),
        capacity: .routes(2, order: .probability)))
    let tokens = SmallLayers.normal([6, 4])
    var context = SpecialWayTests.training
    context.padding = [false, false, false, true, false, false]
    #expect(try layer.forward(tokens, context: context).routing.outcomes.contains(.dropped))
    try checkMixture(layer, tokens, context) { routing in
      let reference = { (tokens: [[Double]], parameters: [String: [Double]]) in
        var kept = ReferenceRoutes(routing, hiddenSize: 3)
        kept.weights = .logistic
        let gate = Reference.Map(parameters, "router.gate", outputSize: 4)
        return zip(kept(tokens, parameters), tokens.indices).map { row, token in
          let logits = Reference.linear(tokens[token], gate)
          let chosen = kept.experts[token].filter { $0 >= 0 }
          guard !chosen.isEmpty else { return row }
          let rest = 1 - chosen.reduce(0) { $0 + Reference.sigmoid(logits[$1]) / 2 }
          return zip(row, tokens[token]).map { $0 / 2 + rest * $1 }
        }
      }
      return reference
    }
  }

  /// y = α·E(x) + (1 − α)·x with α = σ(l), also where the assignment is not the token's own first choice.
  @Test func baseMixesByAlpha() throws {
    let layer = try SmallLayers.layer(.base())
    let tokens = SmallLayers.normal([7, 4])
    let routing = try layer.forward(tokens, context: SpecialWayTests.training).routing
    #expect(routing.load.allSatisfy { $0 == 1 || $0 == 2 })
    #expect(
      try routing.selection.experts
        != layer.forward(tokens, mode: .inference).routing.selection.experts)
    try checkMixture(layer, tokens, SpecialWayTests.training) { routing in
      { tokens, parameters in
        var own = ReferenceRoutes(routing, hiddenSize: 3)
        own.weights = .logistic
        let gate = Reference.Map(parameters, "router.gate", outputSize: 4)
        return zip(own(tokens, parameters), tokens.indices).map { row, token in
          let alpha = Reference.sigmoid(
            Reference.linear(tokens[token], gate)[own.experts[token][0]])
          return zip(row, tokens[token]).map { $0 + (1 - alpha) * $1 }
        }
      }
    }
  }

  // MARK: - Straight-through gradients

  /// With the scores as weights it is the gradient of the dense mixture, for the gate and its way to the tokens.
  @Test func straightThroughIsTheGradientOfTheDenseMixture() throws {
    let tokens = SmallLayers.normal([5, 4])
    let direction = SmallLayers.normal([5, 4], seed: 9)
    var strategy = RoutingStrategy(
      selector: .topK(2), weighting: .probabilities, isStraightThrough: true)
    let layer = try SmallLayers.layer(strategy)
    let plain = layer.backward(
      direction, pass: try layer.forward(tokens, context: SpecialWayTests.training))
    strategy.selector = .all
    strategy.isStraightThrough = false
    let dense = try SmallLayers.layer(strategy)
    let other = dense.backward(
      direction, pass: try dense.forward(tokens, context: SpecialWayTests.training))
    let (own, full) = (
      plain.parameters.namedParameters[0].parameter, other.parameters.namedParameters[0].parameter
    )
    // Dot products of four and an expert of two maps, the softmax's gradient and a sum over five tokens, twice.
    GradientTolerance.expect(
      own, near: full.doubles,
      within: 2 * 40 * GradientTolerance.unitRoundoff * GradientTolerance.largest(full), "gate")
    #expect(own.bits != SmallLayers.normal([4, 4]).bits && own.norm() > 0)
    // Experts have the gradient of what they took alone.
    strategy.selector = .topK(2)
    let without = try SmallLayers.layer(strategy)
    let usual = without.backward(
      direction, pass: try without.forward(tokens, context: SpecialWayTests.training))
    for index in 1..<usual.parameters.namedParameters.count {
      let (name, parameter) = usual.parameters.namedParameters[index]
      #expect(parameter.bits == plain.parameters.namedParameters[index].parameter.bits, "\(name)")
    }
    #expect(usual.parameters.namedParameters[0].parameter.bits != own.bits)
  }

  /// ds = ⟨dy, E(x)⟩ of those that were not selected, and the weighting's own gradient of those that were.
  @Test func straightThroughIsItsFormula() throws {
    let tokens = SmallLayers.normal([6, 4])
    let direction = SmallLayers.normal([6, 4], seed: 9)
    let strategy = RoutingStrategy(selector: .topK(2), isStraightThrough: true)
    var layer = try SmallLayers.layer(strategy, experts: 5)
    layer.router.disabledExperts = [4]
    var context = SpecialWayTests.training
    context.padding = [false, false, true, false, false, false]
    let pass = try layer.forward(tokens, context: context)
    let gradient = layer.backward(direction, pass: pass)
    let parameters = Reference.parameters(layer)
    let gate = Reference.Map(parameters, "router.gate", outputSize: 5)
    var expected = [Double](repeating: 0, count: 20)
    for token in 0..<6 where token != 2 {
      let x = Reference.rows(tokens)[token]
      var logits = Reference.linear(x, gate)
      logits[4] = -.infinity
      let scores = Reference.softmax(logits)
      let dots = (0..<5).map { expert in
        zip(
          Reference.feedForward(
            x, up: Reference.Map(parameters, "experts.0.up", outputSize: 3),
            down: Reference.Map(parameters, "experts.0.down", outputSize: 4), .tanh,
            expert: expert), Reference.rows(direction)[token]
        ).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let chosen = pass.routing.experts(of: token)
      let sum = chosen.reduce(0) { $0 + scores[$1] }
      let mean = chosen.reduce(0) { $0 + dots[$1] * scores[$1] / sum }
      let own = (0..<5).map {
        chosen.contains($0) ? (dots[$0] - mean) / sum : dots[$0]
      }
      let average = zip(own, scores).reduce(0) { $0 + $1.0 * $1.1 }
      for expert in 0..<5 {
        for column in 0..<4 {
          expected[expert * 4 + column] += scores[expert] * (own[expert] - average) * x[column]
        }
      }
    }
    let scale = expected.reduce(0) { max($0, $1.magnitude) }
    GradientTolerance.expect(
      gradient.parameters.namedParameters[0].parameter, near: expected,
      within: 100 * GradientTolerance.unitRoundoff * scale, "gate")
  }

  // MARK: - What is checked

  @Test func aCausalLayerLooksAtNothingLater() throws {
    func make(_ strategy: RoutingStrategy) throws {
      var generator = SeededGenerator(seed: 1)
      _ = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 2)], routing: strategy,
        isCausal: true, using: &generator)
    }
    var limited = RoutingStrategy.topK(2)
    limited.capacity = .factor(1)
    try make(limited)
    try make(.topK(2))
    try make(.dense())
    limited.capacity = .factor(1, order: .batchPrioritized)
    let cases: [(RoutingStrategy, String)] = [
      (.soft(), "soft mixture"), (.expertChoice(), "ExpertChoiceSelector"),
      (.sinkhorn(1), "SinkhornSelector"), (.batchwiseBalanced(2), "BatchwiseBalancedSelector"),
      (.base(), "LinearAssignmentSelector"),
      (limited, "capacity"),
    ]
    for (strategy, part) in cases {
      #expect(!strategy.isCausal)
      expectConfigurationError(
        "routing in a causal layer is \(part), expected a strategy that looks at no later token, "
          + "as its isCausal says"
      ) { try make(strategy) }
    }
  }

  /// What comes later changes nothing, in a capacity that says it is causal, for the same number of routes.
  @Test func aCausalCapacityIsCausal() throws {
    for (overflow, selector, limit) in [
      (.drop, .topK(2), .factor(0.7)), (.identity, .topK(2), .factor(0.7)),
      // Tokens with any number of experts.
      (.drop, .topP(0.6), .tokenFactor(1)),
    ] as [(Capacity.Overflow, any ExpertSelector, Capacity.Limit)] {
      var strategy = RoutingStrategy(selector: selector, weighting: .probabilities)
      strategy.capacity = Capacity(training: limit, overflow: overflow)
      #expect(strategy.isCausal)
      let layer = try SmallLayers.layer(strategy)
      let tokens = SmallLayers.normal([9, 4])
      var other = tokens
      other[rows: 5..<9] = SmallLayers.normal([4, 4], seed: 99)
      #expect(try layer(tokens)[rows: 0..<5].bits == layer(other)[rows: 0..<5].bits)
    }
  }

  @Test func aGateThatCannotLearnThrowsInTrainingAlone() throws {
    let tokens = SmallLayers.normal([3, 4])
    for weighting in [.renormalized, .softmaxOverSelected] as [any Weighting] {
      var strategy = RoutingStrategy.topK(1, weighting: weighting)
      let layer = try SmallLayers.layer(strategy)
      _ = try layer(tokens)
      let error = #expect(throws: MoEError.self) {
        _ = try layer.forward(tokens, mode: .training(step: 0))
      }
      #expect(
        error == .untrainableGate(weighting: "\(type(of: weighting))", slotCount: 1))
      // One expert has nothing to learn; a straight-through gradient reaches the others.
      _ = try SmallLayers.layer(strategy, experts: 1).forward(tokens, mode: .training(step: 0))
      strategy.isStraightThrough = true
      let other = try SmallLayers.layer(strategy)
      let pass = try other.forward(tokens, mode: .training(step: 0))
      let gradient = other.backward(tokens, pass: pass)
      #expect(gradient.parameters.namedParameters[0].parameter.norm() > 0)
    }
  }
}
