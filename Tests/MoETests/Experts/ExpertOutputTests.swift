import MoE
import Testing

/// ``IdleExperts`` that do not say so: they return rows of zeros, or copies of their rows.
private struct ExplicitExperts: ExpertGroup {
  let idle: IdleExperts

  var expertCount: Int { idle.expertCount }
  var inputSize: Int { idle.inputSize }
  var outputSize: Int { idle.outputSize }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  struct Pass: ExpertPass {
    var output: ExpertOutput
    let input: GroupedTokens
  }

  private func taken(_ matrix: Tensor, _ rows: GroupedRows) -> Tensor {
    matrix.gatheringEntries(rows.indices.map(Int.init))
  }

  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    let rows = taken(input.matrix, input.rows)
    let zeros = Tensor(zeros: [input.rows.count, outputSize])
    return Pass(output: .rows(idle.copies ? rows : zeros), input: input)
  }

  func backward(_ outputGradient: GroupedGradient, pass: Pass) -> ExpertGradient<ExplicitExperts> {
    let rows = pass.input.rows
    guard idle.copies else {
      return ExpertGradient(
        rows: Tensor(zeros: [rows.count, inputSize]), weights: Tensor(zeros: [rows.count]),
        parameters: self)
    }
    let gradient = taken(outputGradient.matrix, rows)
    var weighted = gradient
    weighted.scaleRows(by: outputGradient.weights)
    return ExpertGradient(
      rows: weighted, weights: gradient.rowDots(taken(pass.input.matrix, rows)), parameters: self)
  }
}

/// Experts whose output is nothing, or the token itself, as if they had returned rows.
@Suite(.namingCombinations) struct ExpertOutputTests {
  /// A group of a layer, by its letter: feed-forward, zero, tokens.
  private static func group(
    _ letter: Character, saysSo: Bool, seed: UInt64
  ) -> any ExpertGroup {
    var generator = SeededGenerator(seed: seed)
    guard letter != "f" else {
      return FeedForwardExperts(
        up: GroupedLinear(
          count: 2, inputSize: 4, outputSize: 3, bias: false, using: &generator),
        down: GroupedLinear(
          count: 2, inputSize: 3, outputSize: 4, bias: false, using: &generator),
        activation: .tanh)
    }
    let idle = IdleExperts(
      expertCount: letter == "z" ? 2 : 1, inputSize: 4, outputSize: 4, copies: letter == "t")
    return saysSo ? idle : ExplicitExperts(idle: idle)
  }

  private static func layer(
    _ letters: String, shared: Character?, _ strategy: RoutingStrategy, saysSo: Bool
  ) throws -> MixtureOfExperts {
    let groups = letters.enumerated().map {
      group($1, saysSo: saysSo, seed: UInt64($0))
    }
    var generator = SeededGenerator(seed: 71)
    let count = groups.reduce(0) { $0 + $1.expertCount }
    return try MixtureOfExperts(
      router: Router(
        inputSize: 4, expertCount: count, strategy: strategy, seed: 5, using: &generator),
      expertGroups: groups,
      sharedExperts: shared.map { try SharedExperts([group($0, saysSo: saysSo, seed: 9)]) },
      balancingLosses: [.loadBalancing(coefficient: 0.1)])
  }

  private static let strategies: [(name: String, strategy: RoutingStrategy)] = {
    let full = Capacity.routes(2, order: .score, overflow: .passThrough)
    var soft = RoutingStrategy.soft(slotsPerExpert: 2)
    soft.gate = .linear(bias: true)
    return [
      ("top-k", .topK(2)),
      ("pass-through", RoutingStrategy(selector: .topK(2), capacity: full)),
      (
        "remainder",
        RoutingStrategy(
          selector: .topK(2), weighting: .scores.keepingRemainder(), capacity: .routes(2))
      ),
      (
        "weighted inputs",
        RoutingStrategy(
          selector: .topK(2), weighting: .scores, capacity: full, appliesWeightsToInput: true)
      ),
      (
        "straight-through",
        RoutingStrategy(selector: .topK(2), weighting: .scores, isStraightThrough: true)
      ),
      (
        "straight-through with a capacity",
        RoutingStrategy(
          selector: .topK(2), weighting: .scores, capacity: full, isStraightThrough: true)
      ),
      ("soft", soft),
    ]
  }()

  /// The results of a training pass, none where perturbed numbers lead to other experts.
  private static func results(
    _ layer: MixtureOfExperts, _ tokens: Tensor, _ direction: Tensor, as routing: Routing
  ) throws -> [Tensor]? {
    let context = LayerContext(
      .training(step: 0), batch: Batch(padding: (0..<7).map { $0 == 3 }))
    let pass = try layer.forward(tokens, context: context)
    guard pass.routing.experts == routing.experts, pass.routing.outcomes == routing.outcomes
    else { return nil }
    let back = try layer.backward(direction, pass: pass)
    return [pass.output, back.input] + back.parameters.namedParameters.map(\.parameter)
  }

  /// Outputs and gradients are those of experts that return rows: exactly where these are zeros,
  /// and but for the order of a sum where they are copies.
  @Test func groupsMayLeaveRowsOut() throws {
    let (tokens, direction) = (SmallLayers.normal([7, 4]), SmallLayers.normal([7, 4], seed: 6))
    try withEvery("strategy", in: Self.strategies) { name, strategy in
      try withEvery("groups", in: ["fz", "zf", "ft", "tf", "zft", "tfz", "ztf", "tz", "zz", "zff"])
      {
        letters in
        try withEvery("shared", in: [nil, "z", "t"] as [Character?]) { shared in
          let own = try Self.layer(letters, shared: shared, strategy, saysSo: true)
          let explicit = try Self.layer(letters, shared: shared, strategy, saysSo: false)
          let context = LayerContext(
            .training(step: 0), batch: Batch(padding: (0..<7).map { $0 == 3 }))
          let routing = try explicit.forward(tokens, context: context).routing
          let found = try #require(try Self.results(own, tokens, direction, as: routing))
          // The terms of a token's sums stand in another order, of at most five forward and eight
          // backward, and pass through the gate: both ways of both layers.
          let (exact, tolerances) = try GradientTolerance.tolerances(roundings: 2 * (5 + 8 + 4)) {
            perturb in
            try Self.results(perturb(explicit), perturb(tokens), perturb(direction), as: routing)
          }
          let copies = letters.contains("t") || shared == "t"
          for index in exact.indices {
            GradientTolerance.expect(
              found[index], near: exact[index].doubles, within: copies ? tolerances[index] : 0,
              "result \(index)")
          }
          #expect(found.allSatisfy { $0.scalarArray.allSatisfy(\.isFinite) })
        }
      }
    }
  }

  /// The formula, by central differences: y = Σ wⱼ·Eⱼ(x), with the token for what finds no room.
  @Test func zerosAndCopiesAreTheirFormula() throws {
    let strategy = RoutingStrategy(
      selector: .topK(2), weighting: .scores,
      capacity: .routes(2, order: .score, overflow: .passThrough))
    var layer = try Self.layer("zft", shared: "t", strategy, saysSo: true)
    layer.balancingLosses = []
    let tokens = SmallLayers.normal([7, 4])
    let training = RoutingContext(.training(step: 0))
    let routing = try layer.forward(tokens, context: training).routing
    #expect(routing.outcomes.contains(.passThrough))
    for expert in 0..<5 { #expect(routing.load[expert] > 0, "expert \(expert)") }
    try checkMixture(layer, tokens, training) { routing in
      { tokens, parameters in
        let up = Reference.Map(parameters, "expertGroups.1.up", outputSize: 3)
        let down = Reference.Map(parameters, "expertGroups.1.down", outputSize: 4)
        let gate = Reference.Map(parameters, "router.gate", outputSize: 5)
        return tokens.enumerated().map { token, x in
          let scores = Reference.softmax(Reference.linear(x, gate))
          var y = x
          for route in 2 * token..<2 * token + 2 {
            let expert = Int(routing.experts[route])
            let isCopied = routing.outcomes[route] == .passThrough || expert == 4
            if !isCopied && expert < 2 { continue }
            let own =
              isCopied
              ? x : Reference.feedForward(x, up: up, down: down, .tanh, expert: expert - 2)
            for column in y.indices { y[column] += scores[expert] * own[column] }
          }
          return y
        }
      }
    }
  }

  /// Copies of tokens that have not the size of outputs are a slip.
  @Test func copiesOfAnotherSizeSaySo() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = SeededGenerator(seed: 1)
      let copies = IdleExperts(expertCount: 2, inputSize: 4, outputSize: 3, copies: true)
      let layer = try MixtureOfExperts(
        router: Router(inputSize: 4, expertCount: 2, strategy: .topK(1), using: &generator),
        expertGroups: [copies])
      _ = try layer(Tensor(zeros: [2, 4]))
    }
    #expect(
      result?.standardErrorSays("IdleExperts: tokens of 4 as outputs of 3") == true)
  }
}
