import MoE
import Testing

/// Mixtures of attention heads against their formula in `Double`, and against other layers.
@Suite struct MixtureOfAttentionHeadsTests {
  /// One way to put a mixture together.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var routing: RoutingStrategy
    var weights = ReferenceAttentionHeads.Weights.renormalized
    var heads = 1
    var shared: Int?
    var isCausal = true
    var window: Int?
    var rotary: RotaryPositions? = RotaryPositions()
    var bias = false
    var hasLoss = false
    var lengths = [3, 0, 2]

    var testDescription: String { name }

    func mixture() throws -> MixtureOfAttentionHeads {
      try AttentionHeadsFixtures.mixture(
        routing, heads: heads, shared: shared, isCausal: isCausal, window: window, rotary: rotary,
        bias: bias, losses: hasLoss ? [.loadBalancing(coefficient: 0.5)] : [])
    }
  }

  static let cases = [
    Case(name: "two of three", routing: .topK(2)),
    Case(
      name: "one, its score for weight", routing: .topK(1, weighting: .scores), weights: .scores),
    Case(name: "biases and a loss", routing: .topK(2), rotary: nil, bias: true, hasLoss: true),
    Case(
      name: "two heads that share one", routing: .topK(2), heads: 2, shared: 1,
      rotary: RotaryPositions(base: 20, pairing: .interleaved), hasLoss: true),
    Case(name: "two heads an expert", routing: .topK(2), heads: 2, bias: true),
    Case(name: "all", routing: .dense(), weights: .scores, hasLoss: true),
    Case(name: "not causal", routing: .topK(2), isCausal: false, lengths: [4]),
    Case(name: "a window", routing: .topK(2), window: 2, lengths: [5]),
    Case(
      name: "a capacity",
      routing: RoutingStrategy(
        selector: .topK(2), weighting: .scores, capacity: .routes(2, inference: 2)),
      weights: .scores,
      bias: true, lengths: [5]),
    Case(
      name: "as many as it takes",
      routing: RoutingStrategy(selector: .topP(0.6), weighting: .scores), weights: .scores),
    Case(
      name: "weights on the input",
      routing: RoutingStrategy(
        score: .sigmoid, selector: .topK(2), weighting: .scores, appliesWeightsToInput: true),
      weights: .logistic, bias: true),
  ]

  /// As attention of several heads, with a weighted sum over experts, a gate and a softmax beside.
  @Test(arguments: cases)
  func matchesTheReference(_ example: Case) throws {
    let mixture = try example.mixture()
    let count = example.lengths.reduce(0, +)
    let (tokens, direction) = (
      AttentionHeadsFixtures.tokens(count), Tensor(scattered: [count, 4], seed: 2)
    )
    let context = AttentionHeadsFixtures.context(example.lengths)
    let routing = try mixture.forward(tokens, context: context).routing
    let (results, tolerances) = try GradientTolerance.tolerances(roundings: 200) { perturb in
      let mixture = perturb(mixture)
      let pass = try mixture.forward(perturb(tokens), context: context)
      guard pass.routing.experts == routing.experts, pass.routing.outcomes == routing.outcomes
      else { return nil }
      let back = try mixture.backward(perturb(direction), pass: pass)
      return [pass.output, Tensor([pass.auxiliaryLoss]), back.input]
        + back.parameters.namedParameters.map(\.parameter)
    }
    let reference = ReferenceAttentionHeads(
      mixture, routing, lengths: example.lengths, weights: example.weights,
      lossCoefficient: example.hasLoss ? 0.5 : nil)
    var point = Reference.parameters(mixture)
    let exact = reference(Reference.rows(tokens), point)
    GradientTolerance.expect(
      results[0], near: exact.output.flatMap { $0 }, within: tolerances[0], "output")
    GradientTolerance.expect(results[1], near: [exact.loss], within: tolerances[1], "loss")
    point["tokens"] = Reference.scalars(tokens)
    let rows = Reference.rows(direction)
    let derivatives = centralDifferences(at: point) { moved in
      let result = reference(Reference.rows(moved["tokens"]!, columns: 4), moved)
      return Reference.inner(result.output, rows) + result.loss
    }
    let names = ["tokens"] + mixture.namedParameters.map(\.name)
    #expect(results.count == names.count + 2)
    for (index, name) in names.enumerated() {
      // A bias of keys moves all scores of a query alike: its gradient is zero but for roundings.
      GradientTolerance.expect(
        results[index + 2], near: derivatives[name]!,
        within: max(tolerances[index + 2], name == "key.bias" ? 0x1p-20 : 0), "gradient of \(name)")
    }
    let inference = try mixture.forward(
      tokens, context: LayerContext(.inference, batch: context.batch))
    #expect(inference.output.bits == results[0].bits && inference.losses.isEmpty)
  }

  /// One expert of weight one is attention of its heads.
  @Test(arguments: [(1, 1), (2, 2), (4, 2)])
  func oneExpertIsAttentionOfItsHeads(heads: Int, shared: Int) throws {
    let mixture = try AttentionHeadsFixtures.mixture(
      .topK(1), experts: 1, heads: heads, shared: shared, bias: true)
    func linear(_ maps: GroupedLinear) -> Linear {
      Linear(weight: maps.weight[entry: 0], bias: maps.bias.map { $0[entry: 0] })
    }
    let attention = try MultiHeadAttention(
      query: linear(mixture.query), key: mixture.key, value: mixture.value,
      output: linear(mixture.output), headCount: heads, keyValueHeadCount: shared,
      rotary: mixture.rotary)
    let (tokens, direction) = (
      AttentionHeadsFixtures.tokens(9), Tensor(scattered: [9, 4], seed: 2)
    )
    let context = AttentionHeadsFixtures.context([5, 4])
    let pass = try mixture.forward(tokens, context: context)
    let other = try attention.forward(tokens, context: context)
    #expect(pass.output == other.output)
    let back = try mixture.backward(direction, pass: pass)
    let otherBack = attention.backward(direction, pass: other)
    // The gradient of the input is a sum of parts in another order.
    #expect((back.input - otherBack.input).norm() < 0x1p-20 * otherBack.input.norm())
    #expect(back.parameters.query.weight[entry: 0] == otherBack.parameters.query.weight)
    #expect(back.parameters.output.weight[entry: 0] == otherBack.parameters.output.weight)
    #expect(back.parameters.key.weight == otherBack.parameters.key.weight)
    #expect(back.parameters.value.bias == otherBack.parameters.value.bias)
    #expect(back.parameters.router.namedParameters.allSatisfy { $0.parameter.norm() == 0 })
  }

  /// All experts with weight one are attention of several heads that share one of keys and values.
  @Test func allExpertsAreAttentionOfAllHeads() throws {
    let mixture = try AttentionHeadsFixtures.mixture(
      RoutingStrategy(selector: .all, weighting: .unweighted))
    let attention = try MultiHeadAttention(
      query: Linear(weight: mixture.query.weight.reshaped(to: [6, 4])), key: mixture.key,
      value: mixture.value,
      output: Linear(
        weight: Tensor(
          (0..<4).flatMap { row in
            (0..<3).flatMap { expert in (0..<2).map { mixture.output.weight[expert, row, $0] } }
          }, shape: [4, 6])), headCount: 3, keyValueHeadCount: 1, rotary: mixture.rotary)
    let tokens = AttentionHeadsFixtures.tokens(7)
    let (output, other) = (try mixture(tokens), try attention(tokens))
    // Sums of six products in another order.
    #expect((output - other).norm() <= 12 * 0x1p-24 * 6 * other.norm())
  }

  @Test func configurationsThatCannotWorkThrow() throws {
    let fixture = AttentionHeadsFixtures.self
    let mixture = try fixture.mixture()
    var generator = SeededGenerator(seed: 1)
    for (experts, headSize, heads, shared) in [
      (0, 2, 1, 1), (3, 0, 1, 1), (3, 2, 0, 1), (3, 2, 3, 2), (3, 2, 1, 0), (1, 2, 1, 1),
      (3, 3, 1, 1),
    ] {
      var before = generator
      #expect(throws: MoEError.self, "\(experts), \(headSize), \(heads), \(shared)") {
        _ = try MixtureOfAttentionHeads(
          inputSize: 4, expertCount: experts, headSize: headSize, headCount: heads,
          keyValueHeadCount: shared, routing: .topK(2), rotary: RotaryPositions(),
          using: &generator)
      }
      var after = generator
      #expect(after.next() == before.next())
    }
    var straight = RoutingStrategy.topK(2, weighting: .scores)
    straight.isStraightThrough = true
    for (routing, isCausal) in [
      (RoutingStrategy.soft(), false), (straight, true), (.expertChoice(capacityFactor: 1), true),
      (RoutingStrategy(selector: .topK(2), capacity: .routes(2, order: .score)), true),
    ] {
      #expect(throws: MoEError.self) {
        _ = try fixture.mixture(routing, isCausal: isCausal)
      }
    }
    #expect(throws: MoEError.self) { _ = try fixture.mixture(isCausal: false, window: 2) }
    #expect(throws: MoEError.self) { _ = try fixture.mixture(window: 0) }
    func grouped(_ count: Int, _ input: Int, _ output: Int) -> GroupedLinear {
      GroupedLinear(
        count: count, inputSize: input, outputSize: output, bias: false, using: &generator)
    }
    for (query, output) in [
      (grouped(2, 4, 2), mixture.output), (grouped(3, 3, 2), mixture.output),
      (mixture.query, grouped(3, 2, 3)), (mixture.query, grouped(2, 2, 4)),
      (grouped(3, 4, 3), mixture.output),
    ] {
      #expect(throws: MoEError.self) {
        _ = try MixtureOfAttentionHeads(
          router: mixture.router, query: query, key: mixture.key, value: mixture.value,
          output: output)
      }
    }
  }
}
