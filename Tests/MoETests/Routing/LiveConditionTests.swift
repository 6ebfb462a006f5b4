import Foundation
import MoE
import Testing

/// Adds noise of the context to another gate's logits.
private struct NoisyGate: Gate {
  var linear: LinearGate

  var inputSize: Int { linear.inputSize }
  var expertCount: Int { linear.expertCount }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try linear.visitParameters(visit)
  }

  var promises: RoutingPromises { .tokenLocal }

  struct Pass: GatePass {
    let logits: Tensor
    let inner: LinearGate.Pass
  }

  func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    let pass = linear.forward(tokens, context: context)
    let noise = context.noise.normal(
      .gate, context.batch, tokens: tokens.rowCount, experts: expertCount)
    return Pass(logits: pass.logits + noise, inner: pass)
  }

  func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<NoisyGate> {
    let back = linear.backward(gradient, pass: pass.inner)
    return GateGradient(input: back.input, parameters: NoisyGate(linear: back.parameters))
  }
}

extension GateSpecification {
  fileprivate static var noisy: GateSpecification {
    GateSpecification { inputSize, expertCount, generator in
      NoisyGate(
        linear: LinearGate(
          Linear(inputSize: inputSize, outputSize: expertCount, bias: false, using: &generator)))
    }
  }
}

@Suite(.namingCombinations) struct LiveConditionTests {
  private static let training = RoutingContext(.training(step: 4))

  // MARK: - Switched-off experts

  @Test func aSwitchedOffExpertEqualsAnInfinitelyLowLogit() throws {
    for weighting in [.renormalized, .softmaxOverSelected, .scores] as [any Weighting] {
      let strategy = RoutingStrategy.topK(2, weighting: weighting, gate: .linear(bias: true))
      var layer = try SmallLayers.layer(strategy)
      var low = layer
      low.visitParameters { name, parameter in
        // So low that its probability is exactly zero.
        if name == "router.gate.bias" { parameter[2] = -1e30 }
      }
      layer.router.disabledExperts = [2]
      let tokens = SmallLayers.normal([7, 4])
      let (pass, other) = (
        try layer.forward(tokens, context: LiveConditionTests.training),
        try low.forward(tokens, context: LiveConditionTests.training)
      )
      #expect(pass.routing.load[2] == 0 && pass.routing.load.reduce(0, +) == 14)
      #expect(pass.routing.experts == other.routing.experts)
      #expect(pass.routing.logits[3, 2] == -.infinity && pass.routing.scores[3, 2] == 0)
      #expect(pass.output.bits == other.output.bits)
      let (gradient, otherGradient) = (
        try layer.backward(tokens, pass: pass), try low.backward(tokens, pass: other)
      )
      #expect(GradientTolerance.bits(gradient) == GradientTolerance.bits(otherGradient))
    }
  }

  @Test func whereFewAreLeftSlotsStayEmpty() throws {
    var layer = try SmallLayers.layer(.topK(3))
    layer.router.disabledExperts = [0, 1, 3]
    let tokens = SmallLayers.normal([5, 4])
    let pass = try layer.forward(tokens, context: .training(step: 0))
    #expect(pass.routing.load == [0, 0, 5, 0])
    for token in 0..<5 { #expect(pass.routing.weights[entry: token] == [1, 0, 0]) }
    #expect(
      try layer.backward(pass.output, pass: pass).input.scalarArray.allSatisfy { $0.isFinite })
    try checkMixture(layer, tokens, LiveConditionTests.training) { routing in
      var reference = ReferenceRoutes(routing, hiddenSize: 3)
      reference.disabled = [0, 1, 3]
      return { reference($0, $1) }
    }
  }

  @Test func switchingOffEverythingThrows() throws {
    var layer = try SmallLayers.layer(.topK(2))
    let tokens = SmallLayers.normal([2, 4])
    layer.router.disabledExperts = [0, 1, 2, 3]
    expectConfigurationError("number of experts switched on is 0, expected at least 1") {
      _ = try layer(tokens)
    }
    layer.router.disabledExperts = [1, 4]
    expectConfigurationError("disabled expert is 4, expected 0 to 3") { _ = try layer(tokens) }
  }

  // MARK: - Forced experts

  @Test func forcedExpertsAreTaken() throws {
    let layer = try SmallLayers.layer(.topK(2))
    let tokens = SmallLayers.normal([5, 4])
    var context = LiveConditionTests.training
    let free = try layer.forward(tokens, context: context).routing
    context.forcedExperts = [1: [3, 0, 2], 2: [], 4: [1]]
    let routing = try layer.forward(tokens, context: context).routing
    #expect(routing.slotCount == 3)
    #expect(routing.experts(of: 1) == [3, 0, 2])
    #expect(routing.experts(of: 2).isEmpty && routing.experts(of: 4) == [1])
    #expect(routing.weights[entry: 4] == [1, 0, 0])
    for token in [0, 3] { #expect(routing.experts(of: token) == free.experts(of: token)) }
    try checkMixture(layer, tokens, context) {
      let reference = ReferenceRoutes($0, hiddenSize: 3)
      return { reference($0, $1) }
    }
  }

  @Test func forcingWhatIsNotThereThrows() throws {
    var layer = try SmallLayers.layer(.topK(2))
    let tokens = SmallLayers.normal([3, 4])
    let cases: [([Int: [Int]], String)] = [
      ([3: [0]], "token with forced experts is 3, expected 0 to 2"),
      ([-1: [0]], "token with forced experts is -1, expected 0 to 2"),
      ([0: [4]], "forced experts of token 0 is [4], expected different experts from 0 to 3"),
      ([2: [1, 1]], "forced experts of token 2 is [1, 1], expected different experts from 0 to 3"),
      // The first of several, whatever the order of the dictionary.
      (
        [2: [9], 1: [9], 0: [9]],
        "forced experts of token 0 is [9], expected different experts from 0 to 3"
      ),
    ]
    for (forced, sentence) in cases {
      expectConfigurationError(sentence) {
        _ = try layer.forward(
          tokens, context: .inference, overrides: RoutingOverrides(forcedExperts: forced))
      }
    }
    layer.router.disabledExperts = [2]
    expectConfigurationError("forced expert of token 0 is 2, expected one that is switched on") {
      _ = try layer.forward(
        tokens, context: .inference,
        overrides: RoutingOverrides(forcedExperts: [2: [2], 0: [1, 2], 1: [2]]))
    }
  }

  // MARK: - Padding

  @Test func paddingGoesNowhereAndChangesNothing() throws {
    let valid = [0, 2, 3, 6, 7]
    let padding = (0..<9).map { !valid.contains($0) }
    let tokens = SmallLayers.normal([9, 4])
    let strategies: [RoutingStrategy] = [
      .topK(2), .dense(), .expertChoice(capacityFactor: 1), .sinkhorn(2), .batchwiseBalanced(2),
    ]
    for strategy in strategies {
      let layer = try SmallLayers.layer(strategy)
      var context = LiveConditionTests.training
      context.padding = padding
      context.forcedExperts = [1: [0]]
      let pass = try layer.forward(tokens, context: context)
      context.padding = nil
      context.forcedExperts = [:]
      context.positions = valid
      let alone = try layer.forward(tokens.gatheringEntries(valid), context: context)
      #expect(pass.output.gatheringEntries(valid).bits == alone.output.bits)
      #expect(pass.routing.load == alone.routing.load)
      #expect(pass.routing.validTokenCount == 5)
      let gradient = try layer.backward(tokens, pass: pass)
      let other = try layer.backward(tokens.gatheringEntries(valid), pass: alone)
      #expect(gradient.input.gatheringEntries(valid).bits == other.input.bits)
      for token in 0..<9 where padding[token] {
        #expect(pass.routing.experts(of: token).isEmpty)
        #expect(pass.output[entry: token] == Tensor(zeros: [4]))
        #expect(gradient.input[entry: token] == Tensor(zeros: [4]))
      }
    }
  }

  @Test func contextsOfAnotherSizeThrow() throws {
    let layer = try SmallLayers.layer(.topK(2))
    let tokens = SmallLayers.normal([3, 4])
    let cases: [(RoutingContext, String)] = [
      (
        RoutingContext(batch: Batch(padding: [true])),
        "number of padding mask is 1, expected 3, one a token"
      ),
      (
        RoutingContext(batch: Batch(positions: [1, 2])),
        "number of position ids is 2, expected 3, one a token"
      ),
    ]
    for (context, sentence) in cases {
      expectConfigurationError(sentence) { _ = try layer.forward(tokens, context: context) }
    }
  }

  // MARK: - Replay

  private static func noisyLayer(_ overflow: Capacity.Overflow = .nextBest) throws
    -> MixtureOfExperts
  {
    try SmallLayers.layer(
      RoutingStrategy(
        gate: .noisy, selector: .topK(2),
        capacity: .factor(0.8, order: .random, overflow: overflow)))
  }

  @Test func aReplayedTraceGivesTheSameBits() throws {
    let tokens = SmallLayers.normal([9, 4])
    for overflow in [Capacity.Overflow.drop, .nextBest, .passThrough] {
      let layer = try MixtureOfExperts(
        router: LiveConditionTests.noisyLayer(overflow).router,
        expertGroups: LiveConditionTests.noisyLayer(overflow).expertGroups,
        balancingLosses: [.loadBalancing(coefficient: 0.1)])
      var context = LiveConditionTests.training
      context.padding = [false, false, true] + Array(repeating: false, count: 6)
      let pass = try layer.forward(tokens, context: context)
      var trace = RoutingTrace()
      trace.record(pass.routing)
      let data = try JSONEncoder().encode(trace)
      let read = try JSONDecoder().decode(RoutingTrace.self, from: data)
      #expect(read == trace)
      context.replay = read.passes[0]
      let again = try layer.forward(tokens, context: context)
      #expect(again.output.bits == pass.output.bits)
      #expect(again.routing.outcomes == pass.routing.outcomes)
      #expect(again.routing.demand == pass.routing.demand)
      #expect(again.losses == pass.losses)
      let (first, second) = (
        try layer.backward(tokens, pass: pass), try layer.backward(tokens, pass: again)
      )
      #expect(GradientTolerance.bits(first) == GradientTolerance.bits(second))
      #expect((read.passes[0].chosenExperts != nil) == (overflow == .nextBest))
    }
  }

  @Test func aReplayThroughOtherParametersHasGradients() throws {
    let tokens = SmallLayers.normal([6, 4])
    let strategy = RoutingStrategy.topK(2)
    let (recorded, other) = (
      try SmallLayers.layer(strategy), try SmallLayers.layer(strategy, seed: 99)
    )
    let routing = try recorded.forward(tokens, context: LiveConditionTests.training).routing
    var context = LiveConditionTests.training
    #expect(
      try other.forward(tokens, context: context).routing.experts
        != routing.experts)
    context.replay = RoutingTrace.Pass(routing)
    let pass = try other.forward(tokens, context: context)
    #expect(pass.routing.experts == routing.experts)
    #expect(pass.routing.weights != routing.weights)
    try checkMixture(other, tokens, context) {
      let reference = ReferenceRoutes($0, hiddenSize: 3)
      return { reference($0, $1) }
    }
    let gradient = try other.backward(tokens, pass: pass)
    for (name, parameter) in gradient.parameters.namedParameters {
      #expect(parameter.norm() > 0, "\(name)")
    }
  }

  private static func trace(_ json: String) throws -> RoutingTrace.Pass {
    try JSONDecoder().decode(RoutingTrace.Pass.self, from: Data(json.utf8))
  }

  @Test func aTraceOfSomethingElseThrows() throws {
    var layer = try SmallLayers.layer(.topK(2))
    let tokens = SmallLayers.normal([2, 4])
    func expectError(
      _ json: String, _ sentence: String, _ context: RoutingContext = RoutingContext(),
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var context = context
      context.replay = try LiveConditionTests.trace(json)
      expectConfigurationError(sentence, sourceLocation: sourceLocation) {
        _ = try layer.forward(tokens, context: context)
      }
    }
    func recorded(_ slots: Int, _ count: Int, experts: Int = 4) -> String {
      "recorded routing is \(count) slots of \(slots) over \(experts) experts, "
        + "expected 2 tokens of different experts over 4"
    }
    func json(_ experts: [Int], _ outcomes: [Int], slots: Int = 2, count: Int = 4) -> String {
      "{\"expertCount\":\(count),\"slotCount\":\(slots),\"experts\":\(experts),\"outcomes\":\(outcomes)}"
    }
    // What is right goes through.
    let right = RoutingContext(
      overrides: RoutingOverrides(
        replay: .learning(try LiveConditionTests.trace(json([0, 1, 2, -1], [1, 1, 2, 0])))))
    #expect(try layer.forward(tokens, context: right).routing.load == [1, 1, 1, 0])
    // Another number of experts or of tokens; an expert that there is not; lists of other lengths.
    try expectError(json([0, 1, 2, 3], [1, 1, 1, 1], count: 5), recorded(2, 4, experts: 5))
    try expectError(json([0, 1, 2], [1, 1, 1], slots: 1), recorded(1, 3))
    try expectError(json([0, 1, 2, 4], [1, 1, 1, 1]), recorded(2, 4))
    try expectError(json([0, 1, 2, -2], [1, 1, 1, 0]), recorded(2, 4))
    try expectError(json([0, 1, 2, 3], [1, 1, 1]), recorded(2, 4))
    // An empty slot that is taken, one that holds an expert, and an expert twice.
    try expectError(json([0, 1, 2, -1], [1, 1, 1, 1]), recorded(2, 4))
    try expectError(json([0, 1, 2, 3], [1, 1, 1, 0]), recorded(2, 4))
    try expectError(json([0, 1, 2, 2], [1, 1, 1, 1]), recorded(2, 4))
    try expectError(
      json([0, 1, 2, 3], [1, 1, 4, 1]),
      "recorded outcome is passThrough, expected one of a capacity that overflows to drop")
    try expectError(
      json([0, 1, 2, 3], [1, 1, 1, 1]),
      "token of a recorded route is 1, expected one that is no padding",
      RoutingContext(batch: Batch(padding: [false, true])))
    #expect(throws: DecodingError.self) {
      _ = try LiveConditionTests.trace(json([0, 1, 2, 3], [1, 1, 1, 9]))
    }
    layer.router.disabledExperts = [3]
    try expectError(
      json([0, 1, 2, 3], [1, 1, 1, 3]),
      "expert of a recorded route is 3, expected one that is switched on")
    let empty = try LiveConditionTests.trace(json([], [], slots: -1))
    expectConfigurationError(
      "recorded routing is 0 slots of -1 over 4 experts, expected 0 tokens of different experts over 4"
    ) {
      _ = try layer.forward(
        Tensor(zeros: [0, 4]), context: .inference,
        overrides: RoutingOverrides(replay: .learning(empty)))
    }
  }

  // MARK: - Quality

  @Test func qualityIsAnAverageOfTheTokensAnExpertTook() throws {
    var router = try Selecting.router(.topK(1, weighting: .scores), experts: 3)
    let tokens: Tensor = [[9, 0, 0], [0, 9, 0], [9, 0, 0], [9, 0, 0]]
    let context = RoutingContext(
      .training(step: 0), batch: Batch(padding: [false, false, false, true]))
    let routing = try router.forward(tokens, context: context).routing
    var tracker = try QualityTracker(expertCount: 3, decay: 0.75, strength: 2)
    #expect(tracker.logitOffset == Tensor(zeros: [3]))
    // The last token is padding; what stands for it is no matter.
    try tracker.update(
      &router, after: TrainingStep([routing], tokenQuality: [[0.5, 0.25, 0.25, -7]]))
    #expect(tracker.quality == [0.75 + 0.25 * 0.375, 0.75 + 0.25 * 0.25, 1])
    try tracker.update(
      &router, after: TrainingStep([routing], tokenQuality: [[1, 1, 1, .nan]]))
    let quality = [0.75 * 0.84375 + 0.25, 0.75 * 0.8125 + 0.25, 1]
    #expect(tracker.quality == quality)
    let logarithms = quality.map { log($0) }
    let mean = logarithms.reduce(0, +) / 3
    // The logarithm and the mean's roundings, and what the qualities lose as Float, of numbers
    // below one.
    GradientTolerance.expect(
      tracker.logitOffset, near: logarithms.map { 2 * ($0 - mean) },
      within: 2 * 6 * GradientTolerance.unitRoundoff, "offset")
    #expect(router.logitOffset == tracker.logitOffset)
    #expect(router.namedBuffers.map(\.name) == ["logitOffset"])
    let moved = try router.forward([[0.1, 0.1, 0]], context: .inference).routing
    #expect(moved.experts(of: 0) == [2])
    #expect(moved.logits == ([[0.1, 0.1, 0]] as Tensor).addingToEachRow(tracker.logitOffset))
    let read = try JSONDecoder().decode(
      QualityTracker.self, from: JSONEncoder().encode(tracker))
    #expect(read == tracker)
  }

  @Test func qualityRefusesWhatCannotBe() throws {
    var router = try Selecting.router(.topK(2), experts: 3)
    let routing = try router.forward(
      Tensor(zeros: [2, 3]), context: .training(step: 0)
    ).routing
    expectConfigurationError("number of experts to track is 0, expected at least 1") {
      _ = try QualityTracker(expertCount: 0)
    }
    expectConfigurationError("decay of quality is 1.0, expected at least 0 and less than 1") {
      _ = try QualityTracker(expertCount: 3, decay: 1)
    }
    expectConfigurationError("strength of quality is nan, expected a finite number, at least 0") {
      _ = try QualityTracker(expertCount: 3, strength: .nan)
    }
    var tracker = try QualityTracker(expertCount: 3)
    let before = tracker
    expectConfigurationError("number of token qualities is 1, expected 2, one a token") {
      try tracker.update(&router, after: TrainingStep([routing], tokenQuality: [[1]]))
    }
    for value: Float in [0, 1.5, .nan] {
      expectConfigurationError("quality of token 1 is \(value), expected above 0 and at most 1") {
        try tracker.update(
          &router, after: TrainingStep([routing], tokenQuality: [[0.5, value]]))
      }
    }
    #expect(tracker == before)
    var other = try QualityTracker(expertCount: 4)
    expectConfigurationError("number of experts is 3, expected 4, as are tracked") {
      try other.update(&router, after: TrainingStep([routing], tokenQuality: [[1, 1]]))
    }
  }
}
