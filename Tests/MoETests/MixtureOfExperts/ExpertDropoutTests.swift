import MoE
import Testing

/// Dropout inside experts.
@Suite(.namingCombinations) struct ExpertDropoutTests {
  /// A dropout behind a map, as a layer of a user's own.
  private struct DroppedLinear: Layer {
    var linear: Linear
    let dropout: Dropout

    var inputSize: Int { linear.inputSize }
    var outputSize: Int { linear.outputSize }

    mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
      try linear.visitParameters(visit)
    }

    struct Pass: LayerPass {
      let linear: Linear.Pass
      let dropout: Dropout.Pass
      var output: Tensor { dropout.output }
    }

    func forward(_ input: Tensor, context: LayerContext) -> Pass {
      let pass = linear.forward(input, context: context)
      return Pass(linear: pass, dropout: dropout.forward(pass.output, context: context))
    }

    func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<DroppedLinear> {
      let own = dropout.backward(outputGradient, pass: pass.dropout)
      let back = linear.backward(own.input, pass: pass.linear)
      return LayerGradient(
        input: back.input,
        parameters: DroppedLinear(linear: back.parameters, dropout: dropout))
    }
  }

  private static func layer(
    _ strategy: RoutingStrategy = .topK(2), dropout: Double = 0.4, seed: UInt64 = 7
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 96)
    return try MixtureOfExperts(
      inputSize: 4,
      experts: [
        .feedForward(count: 2, hiddenSize: 9, activation: .tanh, dropout: dropout),
        .gatedFeedForward(count: 2, hiddenSize: 9, activation: .tanh, dropout: dropout),
        ExpertSpecification.feedForward(
          count: 1, hiddenSize: 5, activation: .gelu, dropout: dropout
        ).normalized(after: .rms(epsilon: 0.125)),
        .perExpert(count: 2) {
          DroppedLinear(
            linear: Linear(inputSize: $0, outputSize: $1, using: &$2),
            dropout: try Dropout(size: $1, rate: dropout))
        },
      ],
      sharedExperts: .feedForward(count: 2, hiddenSize: 9, activation: .tanh, dropout: dropout),
      routing: strategy, seed: seed, using: &generator)
  }

  @Test func nothingElseChangesABit() throws {
    let layer = try Self.layer()
    try expectInvariance(layer, SmallLayers.normal([7, 4]), SmallLayers.normal([7, 4], seed: 3))
  }

  @Test func gradientsAreTheDerivative() throws {
    let strategies: [(String, RoutingStrategy)] = [
      ("dense", .dense()), ("soft", .soft(slotsPerExpert: 2)),
      (
        "weighted inputs",
        RoutingStrategy(selector: .topK(3), weighting: .scores, appliesWeightsToInput: true)
      ),
    ]
    try withEvery("strategy", in: strategies) { _, strategy in
      try expectSlope(
        of: try Self.layer(strategy), SmallLayers.normal([6, 4]),
        SmallLayers.normal([6, 4], seed: 12))
    }
  }

  /// In inference, and with a rate of zero, the layer is the one without.
  @Test func inferenceKnowsNoDropout() throws {
    let tokens = SmallLayers.normal([6, 4])
    let (layer, plain) = (try Self.layer(), try Self.layer(dropout: 0))
    #expect(try layer(tokens).bits == plain(tokens).bits)
    let (first, second) = (
      try layer.forward(tokens, context: .training(step: 0)),
      try plain.forward(tokens, context: .training(step: 0))
    )
    #expect(first.output.bits != second.output.bits)
    #expect(try plain(tokens).bits == second.output.bits)
  }

  /// Seed and step make another mask, the same ones the same.
  @Test func masksAreReproducible() throws {
    let tokens = SmallLayers.normal([6, 4])
    func output(_ layer: MixtureOfExperts, step: Int) throws -> [UInt32] {
      try layer.forward(tokens, context: .training(step: step)).output.bits
    }
    let layer = try Self.layer()
    let plain = try output(layer, step: 1)
    #expect(try output(try Self.layer(), step: 1) == plain)
    #expect(try output(layer, step: 0) != plain)
    #expect(try output(try Self.layer(seed: 8), step: 1) != plain)
  }

  /// Experts of equal parameters leave out other columns, in one group and in two.
  @Test func expertsHaveMasksOfTheirOwn() throws {
    var generator = SeededGenerator(seed: 1)
    let expert = ExpertSpecification.feedForward(
      count: 2, hiddenSize: 40, activation: .identity, bias: false, dropout: 0.5)
    var layer = try MixtureOfExperts(
      inputSize: 1, experts: [expert, expert], routing: .dense(), seed: 3, using: &generator)
    layer.visitParameters { name, parameter in
      if name.hasPrefix("expertGroups") { parameter = Tensor(repeating: 1, shape: parameter.shape) }
    }
    let masks = try (0..<4).map { expert in
      var alone = layer
      alone.router.disabledExperts = Set(0..<4).subtracting([expert])
      let pass = try alone.forward(
        Tensor(repeating: 1, shape: [1, 1]), context: .training(step: 0))
      let back = try alone.backward(Tensor(repeating: 1, shape: [1, 1]), pass: pass)
      let down = back.parameters.namedParameters.filter { $0.name.hasSuffix("down.weight") }
      return down[expert / 2].parameter[entry: expert % 2].bits
    }
    #expect(Set(masks).count == 4)
    for mask in masks { #expect(mask.contains(0) && mask.contains(Float(2).bitPattern)) }
  }

  @Test func whatCannotWorkThrows() {
    for rate in [1, -0.5, .nan, .infinity] {
      for expert in [
        ExpertSpecification.feedForward(count: 2, hiddenSize: 3, dropout: rate),
        .gatedFeedForward(count: 2, hiddenSize: 3, dropout: rate),
      ] {
        expectConfigurationError(
          "rate of expert dropout is \(rate), expected at least 0 and below 1"
        ) {
          var generator = SeededGenerator(seed: 1)
          _ = try MixtureOfExperts(
            inputSize: 4, experts: [expert], routing: .dense(), using: &generator)
        }
      }
    }
  }
}
