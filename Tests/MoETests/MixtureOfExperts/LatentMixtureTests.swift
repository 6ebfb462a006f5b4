import MoE
import Testing

/// Experts that work in a smaller space than tokens, against their formula.
@Suite(.namingCombinations) struct LatentMixtureTests {
  private static let norms: [NormSpecification?] = [
    nil, .rms(epsilon: 0.125, addsOne: true), .layer(epsilon: 0.125),
    .prescaledRMS(epsilon: 0.125),
  ]

  private static func layer(
    _ latent: LatentSpecification, before: NormSpecification? = nil,
    after: NormSpecification? = nil, shared: SharedExpertSpecification? = nil,
    strategy: RoutingStrategy = .topK(2)
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 94)
    var experts = ExpertSpecification.feedForward(
      count: 4, hiddenSize: 3, activation: .tanh, bias: false)
    if before != nil || after != nil { experts = experts.normalized(before: before, after: after) }
    var layer = try MixtureOfExperts(
      inputSize: 4, experts: [experts], sharedExperts: shared, latent: latent,
      routing: strategy, seed: 3, using: &generator)
    // Norms start as ones and zeros.
    layer.visitParameters { name, parameter in
      if name.contains("norm") || name.contains("before") || name.contains("after") {
        parameter += 0.5 * Tensor(scattered: parameter.shape, seed: 17)
      }
    }
    return layer
  }

  @Test func latentMixturesAreTheirFormula() throws {
    let tokens = SmallLayers.normal([5, 4])
    try withEvery("norm", in: Self.norms) { norm in
      try withEvery("bias", in: [false, true]) { bias in
        var layer = try Self.layer(
          LatentSpecification(size: 3, bias: bias, norm: norm),
          shared: .feedForward(count: 1, hiddenSize: 2, activation: .tanh).mixed())
        layer.router.disabledExperts = [2]
        try checkMixture(layer, tokens, RoutingContext(.training(step: 0)), roundings: 240) {
          ReferenceCombination(
            routing: $0, latentSize: 3, latentNorm: norm, shared: [(1, 2)], combination: .mixed
          ).callAsFunction
        }
      }
    }
  }

  @Test func normsOfExpertsAreTheirFormula() throws {
    let tokens = SmallLayers.normal([5, 4])
    try withEvery("before", in: Self.norms) { before in
      try withEvery("after", in: Self.norms) { after in
        let layer = try Self.layer(LatentSpecification(size: 3), before: before, after: after)
        try checkMixture(layer, tokens, RoutingContext(.training(step: 0)), roundings: 320) {
          ReferenceCombination(routing: $0, latentSize: 3, before: before, after: after)
            .callAsFunction
        }
      }
    }
  }

  @Test func nothingElseChangesABit() throws {
    let (tokens, direction) = (SmallLayers.normal([7, 4]), SmallLayers.normal([7, 4], seed: 3))
    for norm in Self.norms {
      let layer = try Self.layer(
        LatentSpecification(size: 3, bias: true, norm: norm), before: norm, after: norm)
      try expectInvariance(layer, tokens, direction)
    }
  }

  /// The derivative where weights multiply inputs, tokens pass through in the latent space, slots
  /// are mixtures of it, and other experts are run too.
  @Test func strategiesHaveTheirDerivative() throws {
    let full = Capacity.routes(2, order: .score, overflow: .passThrough)
    let strategies: [(String, RoutingStrategy)] = [
      (
        "weighted inputs",
        RoutingStrategy(
          selector: .topK(2), weighting: .scores, capacity: full, appliesWeightsToInput: true)
      ),
      (
        "remainder",
        RoutingStrategy(selector: .topK(2), weighting: .scores.keepingRemainder())
      ), ("soft", .soft(slotsPerExpert: 2)),
    ]
    let tokens = SmallLayers.normal([6, 4])
    let direction = SmallLayers.normal([6, 4], seed: 12)
    try withEvery("strategy", in: strategies) { _, strategy in
      let layer = try Self.layer(
        LatentSpecification(size: 3, norm: .rms(epsilon: 0.125)), after: .layer(epsilon: 0.125),
        shared: .feedForward(count: 1, hiddenSize: 2, activation: .tanh).gated(),
        strategy: strategy)
      try expectSlope(of: layer, tokens, direction)
    }
  }

  /// A latent space of the size of tokens between maps that change nothing is none.
  @Test func identityMapsAreNoMaps() throws {
    var generator = SeededGenerator(seed: 95)
    let plain = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 2)], routing: .topK(2),
      using: &generator)
    var identity = Tensor(zeros: [4, 4])
    for index in 0..<4 { identity[index, index] = 1 }
    let map = Linear(weight: identity)
    let latent = try MixtureOfExperts(
      router: plain.router, expertGroups: plain.expertGroups,
      latent: LatentProjection(down: map, up: map))
    let tokens = SmallLayers.normal([6, 4])
    #expect(try latent(tokens) == plain(tokens))
    let (pass, other) = (
      try plain.forward(tokens, context: .training(step: 0)),
      try latent.forward(tokens, context: .training(step: 0))
    )
    #expect(
      try latent.backward(tokens, pass: other).input == plain.backward(tokens, pass: pass).input)
  }

  /// The router reads the whole token, whatever the latent space makes of it.
  @Test func theRouterReadsTheWholeToken() throws {
    var layer = try Self.layer(LatentSpecification(size: 1))
    let tokens = SmallLayers.normal([9, 4])
    let routing = try layer.forward(tokens, context: .inference).routing
    layer.latent?.down.weight = Tensor(zeros: [1, 4])
    let other = try layer.forward(tokens, context: .inference).routing
    #expect(other.experts == routing.experts && other.logits.bits == routing.logits.bits)
  }

  @Test func cornersAreDefined() throws {
    let layer = try Self.layer(
      LatentSpecification(size: 3, bias: true, norm: .rms()), after: .rms())
    let pass = try layer.forward(Tensor(zeros: [0, 4]), context: .training(step: 0))
    let back = try layer.backward(Tensor(zeros: [0, 4]), pass: pass)
    #expect(back.input.shape == [0, 4])
    for (own, other) in zip(layer.namedParameters, back.parameters.namedParameters) {
      #expect(other.parameter == Tensor(zeros: own.parameter.shape), "\(own.name)")
    }
    let names = layer.namedParameters.map(\.name)
    #expect(
      names == [
        "router.gate.weight", "expertGroups.0.experts.up.weight",
        "expertGroups.0.experts.down.weight", "expertGroups.0.after.weight",
        "latent.down.weight", "latent.down.bias", "latent.norm.weight", "latent.up.weight",
        "latent.up.bias",
      ])
    #expect(
      layer.description.contains(
        "  latent: 4 to 3 with a norm and 3 to 4, 34 parameters"))
    #expect(
      layer.description.contains("  experts 0 to 3: NormalizedExperts, 18 parameters each\n"))
  }

  @Test func whatCannotWorkThrows() throws {
    for size in [0, -2] {
      expectConfigurationError("latent size is \(size), expected at least 1") {
        _ = try Self.layer(LatentSpecification(size: size))
      }
    }
    for epsilon in [Float.nan, -1, .infinity] {
      let norm = NormSpecification.prescaledRMS(epsilon: epsilon)
      for latent in [LatentSpecification(size: 2, norm: norm), LatentSpecification(size: 2)] {
        expectConfigurationError(
          "epsilon of a norm is \(epsilon), expected a finite number, at least 0"
        ) { _ = try Self.layer(latent, after: norm) }
      }
    }
    let layer = try Self.layer(LatentSpecification(size: 3))
    func map(_ from: Int, _ to: Int) -> Linear { Linear(weight: Tensor(zeros: [to, from])) }
    expectConfigurationError(
      "map to the latent space is from 5, expected from 4, the size of a token"
    ) {
      _ = try MixtureOfExperts(
        router: layer.router, expertGroups: layer.expertGroups,
        latent: LatentProjection(down: map(5, 3), up: map(3, 4)))
    }
    expectConfigurationError("expert group is from 3 to 3, expected from 2 to 3") {
      _ = try MixtureOfExperts(
        router: layer.router, expertGroups: layer.expertGroups,
        latent: LatentProjection(down: map(4, 2), up: map(3, 4)))
    }
  }
}

/// Expects the gradients to be the derivative along a line, of the float layer itself: for what has
/// no reference in `Double`.
func expectSlope(
  of layer: MixtureOfExperts, _ tokens: Tensor, _ direction: Tensor,
  context: LayerContext = .training(step: 0), within tolerance: Double = 2e-3,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let pass = try layer.forward(tokens, context: context)
  let back = try layer.backward(direction, pass: pass)
  var trace = RoutingTrace()
  trace.record(pass.routing)
  let overrides = RoutingOverrides(replay: .learning(trace.passes[0]))
  func line(_ shape: [Int], _ index: Int) -> Tensor {
    Tensor(scattered: shape, seed: UInt64(index) + 50)
  }
  func loss(at place: Float) throws -> Double {
    var (moved, index) = (layer, 1)
    moved.visitParameters { _, parameter in
      parameter += place * line(parameter.shape, index)
      index += 1
    }
    let output = try moved.forward(
      tokens + place * line(tokens.shape, 0), context: context, overrides: overrides
    ).output
    return zip(output.doubles, direction.doubles).reduce(0) { $0 + $1.0 * $1.1 }
  }
  var (slope, size) = (0.0, 0.0)
  let gradients = [back.input] + back.parameters.namedParameters.map(\.parameter)
  for (index, gradient) in gradients.enumerated() {
    for (first, second) in zip(gradient.doubles, line(gradient.shape, index).doubles) {
      slope += first * second
      size += (first * second).magnitude
    }
  }
  let step: Float = 0x1p-8
  let difference = (try loss(at: step) - loss(at: -step)) / Double(2 * step)
  #expect(
    (slope - difference).magnitude < tolerance * size, "\(slope), not \(difference)",
    sourceLocation: sourceLocation)
}
