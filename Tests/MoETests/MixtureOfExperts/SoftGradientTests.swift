import MoE
import Testing

/// A loss of a soft mixture's scores, as an auxiliary loss may be.
private struct ScoreLoss: BalancingLoss {
  var direction: Tensor

  var name: String { "scores" }

  func value(of routing: Routing) -> BalancingLossValue {
    BalancingLossValue(
      value: (direction * routing.scores).sum(), gradient: RoutingGradient(scores: direction))
  }
}

/// What goes back through a soft mixture beside its output: scores, noise and the logits of a chain
/// of layers.
@Suite struct SoftGradientTests {
  /// Logits of slots to scores of experts: the sum of the softmax over the slots of each.
  private static func scores(
    _ tokens: [Double], _ weight: [Double], slots: Int, experts: Int, disabled: Set<Int>
  ) -> [[Double]] {
    let gate = Reference.Map(["g.weight": weight], "g", outputSize: experts * slots)
    return Reference.rows(tokens, columns: 3).map { token in
      var row = Reference.linear(token, gate)
      for column in row.indices where disabled.contains(column / slots) { row[column] = -.infinity }
      let shares = Reference.softmax(row)
      return (0..<experts).map { expert in
        shares[expert * slots..<(expert + 1) * slots].reduce(0, +)
      }
    }
  }

  @Test(arguments: [1, 2], [[], [1]] as [Set<Int>])
  func scoresReachTheSlots(slots: Int, disabled: Set<Int>) throws {
    var generator = SeededGenerator(seed: 18)
    var router = try Router(
      inputSize: 3, expertCount: 3, strategy: .soft(slotsPerExpert: slots), using: &generator)
    router.disabledExperts = disabled
    let tokens = SmallLayers.normal([4, 3])
    let direction = SmallLayers.normal([4, 3], seed: 2)
    let computed = try GradientTolerance.tolerances(roundings: 60) { perturb in
      let (router, tokens) = (perturb(router), perturb(tokens))
      let pass = try router.forward(tokens, context: .training(step: 0))
      let back = try router.backward(
        RoutingGradient(scores: perturb(direction)), pass: pass)
      return [back.input, back.parameters.namedParameters[0].parameter]
    }
    let point = [
      "tokens": tokens.doubles, "weight": router.namedParameters[0].parameter.doubles,
    ]
    let derivatives = centralDifferences(at: point) { moved in
      Reference.inner(
        SoftGradientTests.scores(
          moved["tokens"]!, moved["weight"]!, slots: slots, experts: 3, disabled: disabled),
        Reference.rows(direction))
    }
    for (index, name) in ["tokens", "weight"].enumerated() {
      GradientTolerance.expect(
        computed.results[index], near: derivatives[name]!, within: computed.tolerances[index], name)
    }
    #expect(computed.results[1].norm() > 0.01)
  }

  /// Through the layer, with no gradient of the output.
  @Test func aLossOfScoresIsLearnedFrom() throws {
    var generator = SeededGenerator(seed: 19)
    let direction = SmallLayers.normal([5, 3], seed: 3)
    let layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 2)],
      routing: .soft(slotsPerExpert: 2), balancingLosses: [ScoreLoss(direction: direction)],
      using: &generator)
    let tokens = SmallLayers.normal([5, 4])
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let gradient = try layer.backward(Tensor(zeros: [5, 4]), pass: pass)
    #expect(gradient.parameters.namedParameters[0].parameter.norm() > 0.01)
  }

  // MARK: - Noise

  @Test(arguments: [1, 3])
  func noiseStandsBesideTheLogitsOfSlots(slots: Int) throws {
    var generator = SeededGenerator(seed: 20)
    var router = try Router(
      inputSize: 3, expertCount: 2,
      strategy: .soft(slotsPerExpert: slots, gate: .linear().noisy()), using: &generator)
    router.logitOffset = [0.5, -2]
    let tokens = SmallLayers.normal([4, 3])
    let pass = try router.forward(tokens, context: .training(step: 0))
    let (noise, soft) = (
      try #require(pass.routing.gateNoise), try #require(pass.routing.soft)
    )
    #expect(noise.clean.shape == [4, 2 * slots] && soft.logits.shape == noise.clean.shape)
    // A product and two sums, in another order.
    let difference = noise.clean + noise.scale * noise.sample - soft.logits
    #expect(GradientTolerance.largest(difference) <= 8 * 0x1p-24 * 8)
    // Gradients of noise have its shape.
    let direction = SmallLayers.normal([4, 2 * slots], seed: 4)
    let back = try router.backward(
      RoutingGradient(cleanLogits: direction, noiseScale: direction), pass: pass)
    for (name, parameter) in back.parameters.namedParameters {
      #expect(parameter.norm() > 0, "\(name)")
    }
  }

  /// What stands beside noise has the offset, too, where experts are selected.
  @Test func theOffsetIsNoNoise() throws {
    var generator = SeededGenerator(seed: 21)
    var router = try Router(
      inputSize: 3, expertCount: 4, strategy: .noisyTopK(2, startsAtZero: false), using: &generator)
    router.logitOffset = [3, -1, 0, 7]
    let routing = try router.forward(SmallLayers.normal([5, 3]), context: .training(step: 2))
      .routing
    let noise = try #require(routing.gateNoise)
    let difference = noise.clean + noise.scale * noise.sample - routing.logits
    #expect(GradientTolerance.largest(difference) <= 8 * 0x1p-24 * 16)
  }

  @Test func aNoiseGradientOfAnotherShapeSaysSo() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = SeededGenerator(seed: 20)
      let router = try Router(
        inputSize: 3, expertCount: 2,
        strategy: .soft(slotsPerExpert: 2, gate: .linear().noisy()), using: &generator)
      let tokens = SmallLayers.normal([4, 3])
      let pass = try router.forward(tokens, context: .training(step: 0))
      _ = try router.backward(
        RoutingGradient(cleanLogits: Tensor(zeros: [4, 2])), pass: pass)
    }
    #expect(
      result?.standardErrorSays("Router: clean logit gradient of shape [4, 2], expected [4, 4]")
        == true)
  }

  // MARK: - Chains of layers

  private static func chain(_ slots: Int) throws -> [MixtureOfExperts] {
    var generator = SeededGenerator(seed: 22)
    return try (0..<2).map { index in
      var layer = try MixtureOfExperts(
        inputSize: 3, experts: [.feedForward(count: 2, hiddenSize: 2, activation: .tanh)],
        routing: .soft(slotsPerExpert: slots, gate: .linear().residual()), using: &generator)
      layer.visitParameters { name, parameter in
        if name == "router.gate.residual.weight" {
          parameter = Tensor(scattered: parameter.shape, seed: 83)
        }
      }
      return layer
    }
  }

  /// Two layers of a few slots an expert, the second of which reads the slots' logits of the first:
  /// its gradient by differences of the layers themselves.
  @Test(arguments: [1, 2])
  func aGateReadsTheLogitsOfSlots(slots: Int) throws {
    let layers = try SoftGradientTests.chain(slots)
    let tokens = Tensor(scattered: [4, 3], seed: 5)
    let direction = Tensor(scattered: [4, 3], seed: 6)
    func run(_ tokens: Tensor) throws -> (MixtureOfExperts.Pass, MixtureOfExperts.Pass) {
      let first = try layers[0].forward(tokens, context: .training(step: 0))
      let second = try layers[1].forward(
        first.output,
        context: .training(step: 0),
        overrides: RoutingOverrides(previousLogits: first.routing.soft?.logits))
      return (first, second)
    }
    let (first, second) = try run(tokens)
    let back = try layers[1].backward(
      direction, routing: RoutingGradient(), pass: second)
    #expect(back.overrides.previousLogits?.shape == [4, 2 * slots])
    let gradient = try layers[0].backward(
      back.gradient.input, routing: RoutingGradient(slotLogits: back.overrides.previousLogits),
      pass: first
    ).gradient.input
    let terms = second.output * direction
    let magnitude = terms.scalarArray.reduce(0) { $0 + $1.magnitude }
    for token in 0..<4 {
      for column in 0..<3 {
        // Two layers, each of a product (3), two softmaxes (2 · 8) and mixtures (2 · 4), and an
        // expert (12).
        let (slope, tolerance) = try singlePrecisionSlope(
          step: 0x1p-6, roundings: 2 * 39, magnitude: magnitude
        ) { step in
          var moved = tokens
          moved[token, column] += step
          return try (run(moved).1.output * direction).sum()
        }
        #expect((slope - Double(gradient[token, column])).magnitude <= tolerance)
      }
    }
    #expect(gradient.norm() > 0.05)
  }

  @Test func previousLogitsHaveTheShapeOfTheGates() throws {
    let layer = try SoftGradientTests.chain(2)[1]
    let error = #expect(throws: MoEError.self) {
      _ = try layer.forward(
        Tensor(zeros: [4, 3]), context: .inference,
        overrides: RoutingOverrides(previousLogits: Tensor(zeros: [4, 2])))
    }
    #expect(error == .shape("previous logits", found: [4, 2], expected: "[4, 4]"))
  }

  @Test func nothingIsForcedIntoASoftMixture() throws {
    let layer = try SoftGradientTests.chain(1)[0]
    expectConfigurationError(
      "number of tokens with forced experts is 1, expected 0, as a soft mixture selects no experts"
    ) {
      _ = try layer.forward(
        Tensor(zeros: [4, 3]), context: .inference,
        overrides: RoutingOverrides(forcedExperts: [1: [0]]))
    }
  }

  // MARK: - Straight-through gradients

  private static func broken(_ layer: MixtureOfExperts, expert: Int, of count: Int)
    -> MixtureOfExperts
  {
    var layer = layer
    layer.visitParameters { name, parameter in
      guard name == "expertGroups.0.down.weight" else { return }
      let size = parameter.count / count
      var scalars = parameter.mutableScalars
      for index in expert * size..<(expert + 1) * size { scalars[index] = .nan }
    }
    return layer
  }

  /// An expert that is switched off may be broken: no number of it reaches the gate.
  @Test func aBrokenExpertThatIsSwitchedOffHasNoPartInStraightThrough() throws {
    var layer = try SmallLayers.layer(
      RoutingStrategy(selector: .topK(2), isStraightThrough: true))
    let tokens = SmallLayers.normal([6, 4])
    layer.router.disabledExperts = [2]
    func gradient(_ layer: MixtureOfExperts) throws -> LayerGradient<MixtureOfExperts> {
      try layer.backward(tokens, pass: try layer.forward(tokens, context: .training(step: 0)))
    }
    let sound = try gradient(layer)
    let broken = try gradient(SoftGradientTests.broken(layer, expert: 2, of: 4))
    #expect(GradientTolerance.bits(broken) == GradientTolerance.bits(sound))
    #expect(sound.input.scalarArray.allSatisfy { $0.isFinite })
  }

  /// Nor the output of a soft mixture, in which every other expert takes part in every token.
  @Test(arguments: [1, 2])
  func aBrokenExpertThatIsSwitchedOffHasNoPartInASoftMixture(slots: Int) throws {
    var layer = try SmallLayers.layer(.soft(slotsPerExpert: slots))
    let tokens = SmallLayers.normal([6, 4])
    layer.router.disabledExperts = [1]
    let other = SoftGradientTests.broken(layer, expert: 1, of: 4)
    let (sound, broken) = (
      try layer.forward(tokens, context: .training(step: 0)),
      try other.forward(tokens, context: .training(step: 0))
    )
    #expect(broken.output.bits == sound.output.bits)
    #expect(sound.output.scalarArray.allSatisfy { $0.isFinite } && sound.output.norm() > 0)
    let (first, second) = (
      try layer.backward(tokens, pass: sound), try other.backward(tokens, pass: broken)
    )
    #expect(GradientTolerance.bits(second) == GradientTolerance.bits(first))
  }
}
