import MoE
import Testing

/// One layer an expert.
@Suite(.namingCombinations) struct PerExpertTests {
  /// Feed-forward experts, and the same maps as one layer an expert.
  private static func pair() -> (FeedForwardExperts, PerExpert<FeedForward>) {
    var generator = SeededGenerator(seed: 51)
    let group = FeedForwardExperts(
      up: GroupedLinear(count: 4, inputSize: 6, outputSize: 9, bias: true, using: &generator),
      down: GroupedLinear(count: 4, inputSize: 9, outputSize: 6, bias: true, using: &generator),
      activation: .gelu)
    func map(_ maps: GroupedLinear, _ expert: Int) -> Linear {
      Linear(weight: maps.weight[entry: expert], bias: maps.bias?[entry: expert])
    }
    let layers = (0..<4).map {
      FeedForward(up: map(group.up, $0), down: map(group.down, $0), activation: .gelu)
    }
    return (group, PerExpert(layers))
  }

  private static func layer(
    _ group: any ExpertGroup, shared: (any ExpertGroup)? = nil, _ strategy: RoutingStrategy
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 52)
    return try MixtureOfExperts(
      router: Router(inputSize: 6, expertCount: 4, strategy: strategy, using: &generator),
      expertGroups: [group], sharedExperts: shared.map { try SharedExperts([$0]) })
  }

  /// The results of a training pass: the output and the gradients, those of expert e one after
  /// another by the names of the grouped form.
  private static func results(
    _ layer: MixtureOfExperts, _ tokens: Tensor, _ direction: Tensor, as routing: Routing
  ) throws -> [Tensor]? {
    let pass = try layer.forward(tokens, context: .training(step: 0))
    guard pass.routing.experts == routing.experts, pass.routing.outcomes == routing.outcomes
    else { return nil }
    let back = try layer.backward(direction, pass: pass)
    return [pass.output, back.input, back.parameters.namedParameters[0].parameter]
      + back.parameters.expertGroups.flatMap(parameters)
      + (back.parameters.sharedExperts?.groups ?? []).flatMap(parameters)
  }

  private static func parameters(_ group: any ExpertGroup) -> [Tensor] {
    let named = group.namedParameters
    guard group is PerExpert<FeedForward> else { return named.map(\.parameter) }
    return (0..<4).map { part in
      let parts = (0..<4).map { named[4 * $0 + part].parameter }
      return Tensor(
        parts.flatMap(\.scalarArray), shape: [4] + parts[0].shape)
    }
  }

  /// Both are the same function, whose gradients differ in where weights are multiplied in.
  @Test func feedForwardLayersAreFeedForwardExperts() throws {
    let (group, layers) = Self.pair()
    let (tokens, direction) = (SmallLayers.normal([9, 6]), SmallLayers.normal([9, 6], seed: 4))
    let strategies: [RoutingStrategy] = [
      .topK(2), .topK(1, weighting: .scores),
      RoutingStrategy(
        selector: .topK(2), capacity: .routes(3, order: .score, overflow: .passThrough)),
      RoutingStrategy(selector: .topK(2), appliesWeightsToInput: true),
      RoutingStrategy(selector: .topK(2), weighting: .scores, isStraightThrough: true),
      .expertChoice(capacityFactor: 1.5), .soft(slotsPerExpert: 2),
    ]
    try withEvery("strategy", in: strategies.indices) { index in
      try withEvery("shared", in: [false, true]) { isShared in
        let grouped = try Self.layer(group, shared: isShared ? group : nil, strategies[index])
        let single = try Self.layer(layers, shared: isShared ? layers : nil, strategies[index])
        let routing = try grouped.forward(tokens, context: .training(step: 0)).routing
        let found = try #require(try Self.results(single, tokens, direction, as: routing))
        // A product of 9 and the weight one way, one of 9 and of 6 and the activation the other,
        // the sums over slots and tokens, and the gate's 4 and 6; the same of either.
        let (exact, tolerances) = try GradientTolerance.tolerances(roundings: 2 * (25 + 9 + 20)) {
          perturb in
          try Self.results(perturb(grouped), perturb(tokens), perturb(direction), as: routing)
        }
        for part in exact.indices {
          #expect(found[part].count == exact[part].count)
          GradientTolerance.expect(
            found[part], near: exact[part].doubles, within: tolerances[part], "result \(part)")
        }
        // Forward there is no difference at all.
        #expect(found[0].bits == exact[0].bits)
        #expect(try single(tokens).bits == grouped(tokens).bits)
      }
    }
  }

  @Test func namesHaveTheNumberOfTheExpert() throws {
    let (_, layers) = Self.pair()
    let names = layers.namedParameters.map(\.name)
    #expect(
      names.prefix(5) == [
        "0.up.weight", "0.up.bias", "0.down.weight", "0.down.bias", "1.up.weight",
      ])
    #expect(names.count == 16)
  }

  /// Mixtures as experts of a mixture.
  private static func nested() throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 60)
    return try MixtureOfExperts(
      inputSize: 4, outputSize: 3,
      experts: [
        .perExpert(count: 3) { inputSize, outputSize, generator in
          try MixtureOfExperts(
            inputSize: inputSize, outputSize: outputSize,
            experts: [.feedForward(count: 3, hiddenSize: 2, activation: .tanh)],
            routing: .topK(2), using: &generator)
        }
      ], routing: .topK(2), using: &generator)
  }

  @Test func aMixtureOfMixturesTrains() throws {
    let layer = try Self.nested()
    let tokens = SmallLayers.normal([5, 4])
    let direction = SmallLayers.normal([5, 3], seed: 8)
    let selected = try layer.forward(tokens, context: .inference).routing.experts
    let (results, tolerances) = try GradientTolerance.tolerances(roundings: 160) { perturb in
      let layer = perturb(layer)
      let pass = try layer.forward(perturb(tokens), context: .training(step: 0))
      guard pass.routing.experts == selected else { return nil }
      let gradient = try layer.backward(perturb(direction), pass: pass)
      return [pass.output, gradient.input] + gradient.parameters.namedParameters.map(\.parameter)
    }
    let inner = ReferenceMixtureOfExperts(
      outputSize: 3, groups: [.init(count: 3, hiddenSize: 2, activation: .tanh)], slotCount: 2,
      weights: .renormalized)
    func reference(_ tokens: [[Double]], _ parameters: [String: [Double]]) -> [[Double]] {
      let gate = Reference.Map(parameters, "router.gate", outputSize: 3)
      let experts = (0..<3).map { expert in
        let prefix = "expertGroups.0.\(expert)."
        var own: [String: [Double]] = [:]
        for (name, values) in parameters where name.hasPrefix(prefix) {
          own[String(name.dropFirst(prefix.count))] = values
        }
        return inner(tokens, own).output
      }
      return tokens.enumerated().map { token, x in
        let scores = Reference.softmax(Reference.linear(x, gate))
        let chosen = selected[2 * token..<2 * token + 2].map(Int.init)
        let sum = chosen.reduce(0) { $0 + scores[$1] }
        return (0..<3).map { column in
          chosen.reduce(0) { $0 + scores[$1] / sum * experts[$1][token][column] }
        }
      }
    }
    var point = Reference.parameters(layer)
    GradientTolerance.expect(
      results[0], near: reference(Reference.rows(tokens), point).flatMap { $0 },
      within: tolerances[0], "output")
    point["tokens"] = Reference.scalars(tokens)
    let derivatives = centralDifferences(at: point) { moved in
      Reference.inner(
        reference(Reference.rows(moved["tokens"]!, columns: 4), moved), Reference.rows(direction))
    }
    for (index, name) in (["tokens"] + layer.namedParameters.map(\.name)).enumerated() {
      GradientTolerance.expect(
        results[index + 1], near: derivatives[name]!, within: tolerances[index + 1],
        "gradient of \(name)")
    }
  }

  /// Layers inside route a token alike wherever it stands, as it keeps its position.
  @Test func layersInsideSeePositions() throws {
    var generator = SeededGenerator(seed: 61)
    let layer = try MixtureOfExperts(
      inputSize: 4,
      experts: [
        .perExpert(count: 2) { inputSize, _, generator in
          try MixtureOfExperts(
            inputSize: inputSize, experts: [.feedForward(count: 4, hiddenSize: 3)],
            routing: .noisyTopK(2, startsAtZero: false), using: &generator)
        }
      ], routing: .topK(1, weighting: .scores), using: &generator)
    let tokens = SmallLayers.normal([6, 4])
    let all = try layer.forward(tokens, context: .training(step: 3)).output
    for token in 0..<6 {
      let alone = try layer.forward(
        tokens[entries: token..<token + 1],
        context: LayerContext(.training(step: 3), batch: Batch(positions: [token]))
      ).output
      #expect(alone.bits == all[entries: token..<token + 1].bits, "token \(token)")
    }
  }

  @Test func aPassInInferenceSaysSo() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = SeededGenerator(seed: 3)
      let group = PerExpert([FeedForward(inputSize: 4, hiddenSize: 3, using: &generator)])
      let (tokens, rows) = (Tensor(zeros: [1, 4]), GroupedRows([[0]]))
      let pass = try group.forward(GroupedTokens(tokens, rows: rows), context: .inference)
      _ = try group.backward(GroupedGradient(tokens, weights: [1]), pass: pass)
    }
    #expect(
      result?.standardErrorSays(
        "PerExpert.backward: a pass in .inference mode keeps nothing; use .training(step:)")
        == true)
  }
}
