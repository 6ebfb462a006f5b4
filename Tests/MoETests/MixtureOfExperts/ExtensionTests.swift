import Foundation
import MoE
import Testing

// Parts as a user of the library would write them: nothing here needs more than its public
// interface.

/// Experts that multiply a token by a vector of their own.
private struct ScalingExperts: ExpertGroup {
  var scale: Tensor

  var expertCount: Int { scale.shape[0] }
  var inputSize: Int { scale.shape[1] }
  var outputSize: Int { scale.shape[1] }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("scale", &scale)
  }

  /// The expert at each position.
  private func experts(_ rows: GroupedRows) -> [Int] {
    (0..<expertCount).flatMap { expert in rows.positions(of: expert).map { _ in expert } }
  }

  struct Pass: ExpertPass {
    var output: ExpertOutput
    let rows: GroupedRows
    let picked: Tensor
  }

  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    let picked = input.matrix.gatheringEntries(input.rows.indices.map(Int.init))
    return Pass(
      output: .rows(picked * scale.gatheringEntries(experts(input.rows))), rows: input.rows,
      picked: picked)
  }

  func backward(_ outputGradient: GroupedGradient, pass: Pass) -> ExpertGradient<ScalingExperts> {
    let rows = pass.rows
    let gradient = outputGradient.matrix.gatheringEntries(rows.indices.map(Int.init))
    let weighted =
      gradient.reshaped(to: [rows.count, inputSize]) * column(outputGradient.weights, inputSize)
    let scales = scale.gatheringEntries(experts(rows))
    var scaleGradient = Tensor(zeros: scale.shape)
    scaleGradient.scatterAddEntries(weighted * pass.picked, at: experts(rows))
    return ExpertGradient(
      rows: weighted * scales, weights: (gradient * pass.picked * scales).rowSums(),
      parameters: ScalingExperts(scale: scaleGradient))
  }

  /// A vector as a matrix of so many equal columns.
  private func column(_ vector: Tensor, _ count: Int) -> Tensor {
    vector.reshaped(to: [vector.count, 1]).matmul(Tensor(repeating: 1, shape: [1, count]))
  }
}

extension ExpertSpecification {
  fileprivate static func scaling(count: Int) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, _, generator in
      ScalingExperts(scale: .normal(shape: [count, inputSize], using: &generator))
    }
  }
}

/// Logits that fall with the distance to a centre: 2·⟨x, c⟩ − ‖c‖².
private struct DistanceGate: Gate {
  var centers: Tensor

  var inputSize: Int { centers.shape[1] }
  var expertCount: Int { centers.shape[0] }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("centers", &centers)
  }

  struct Pass: GatePass {
    let logits: Tensor
    let tokens: Tensor
  }

  func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    let logits = 2 * tokens.matmul(centers, transposingRight: true)
    return Pass(
      logits: logits.addingToEachRow(-(centers * centers).rowSums()), tokens: tokens)
  }

  func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<DistanceGate> {
    let logitGradient = gradient.logits
    var gradient = logitGradient.matmul(pass.tokens, transposingLeft: true)
    let sums = logitGradient.columnSums()
    for expert in 0..<expertCount {
      let range = expert..<expert + 1
      gradient[entries: range] =
        2 * (gradient[entries: range] - sums[expert] * centers[entries: range])
    }
    return GateGradient(
      input: 2 * logitGradient.matmul(centers), parameters: DistanceGate(centers: gradient))
  }
}

extension GateSpecification {
  fileprivate static var distance: GateSpecification {
    GateSpecification { inputSize, expertCount, generator in
      DistanceGate(centers: .normal(shape: [expertCount, inputSize], using: &generator))
    }
  }
}

/// σ(l), for every expert by itself.
private struct LogisticScore: Score {
  func scores(_ logits: Tensor, context: RoutingContext) -> Tensor { logits.sigmoid() }

  func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor {
    scoreGradient * scores * (1 - scores)
  }
}

extension Score where Self == LogisticScore {
  fileprivate static var logistic: LogisticScore { LogisticScore() }
}

/// All experts but the one with the highest score.
private struct AllButBest: ExpertSelector {
  func slotCount(expertCount: Int) throws -> Int {
    guard expertCount > 1 else {
      throw MoEError.configuration(
        "expert count", value: "\(expertCount)", expected: "at least 2 to leave one out")
    }
    return expertCount - 1
  }

  func select(_ input: SelectionInput) -> SelectedExperts {
    SelectedExperts(
      lists: input.priorities.rowArgmax().map { best in
        (0..<Int32(input.expertCount)).filter { $0 != best }
      })
  }

  var promises: RoutingPromises { [.tokenLocal, .deterministic, .readsScores] }
}

/// w = s².
private struct SquaredWeighting: Weighting {
  func weights(_ selection: Selection) -> Tensor {
    let scores = selection.picked(from: selection.scores)
    return scores * scores
  }

  func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    .scores(selection.spread(2 * weightGradient * selection.picked(from: selection.scores)))
  }

  func isConstant(slotCount: Int) -> Bool { false }
}

/// The mean over tokens of (ln Σ eˡ)², times a coefficient.
private struct SquaredNormalizer: BalancingLoss {
  var coefficient: Float
  var name: String { "squared normalizer" }

  func value(of routing: Routing) -> BalancingLossValue {
    let normalizers = routing.logits.logSumExp()
    let scale = coefficient / Float(routing.tokenCount)
    var gradient = routing.logits.softmax()
    for token in 0..<routing.tokenCount {
      let range = token..<token + 1
      gradient[entries: range] = gradient[entries: range] * (2 * scale * normalizers[token])
    }
    return BalancingLossValue(
      value: scale * (normalizers * normalizers).sum(), logitGradient: gradient)
  }
}

@Suite struct ExtensionTests {
  private static func layer(_ generator: inout SeededGenerator) throws -> MixtureOfExperts {
    try MixtureOfExperts(
      inputSize: 4,
      experts: [
        .scaling(count: 2), .feedForward(count: 2, hiddenSize: 3, activation: .tanh, bias: false),
      ],
      sharedExperts: .experts(.scaling(count: 1)),
      routing: RoutingStrategy(
        gate: .distance, score: .logistic, selector: AllButBest(), weighting: SquaredWeighting()),
      balancingLosses: [
        SquaredNormalizer(coefficient: 0.2), .loadBalancing(coefficient: 0.3),
      ],
      using: &generator)
  }

  /// The same layer in `Double`: the output and the sum of the losses, for a selection.
  private static func reference(
    _ tokens: [[Double]], _ parameters: [String: [Double]], selected: [[Int]]
  ) -> (output: [[Double]], loss: Double) {
    let (centers, scales) = (
      parameters["router.gate.centers"]!, parameters["expertGroups.0.scale"]!
    )
    let up = Reference.Map(parameters, "expertGroups.1.up", outputSize: 3)
    let down = Reference.Map(parameters, "expertGroups.1.down", outputSize: 4)
    let shared = parameters["sharedExperts.groups.0.scale"]!
    var output: [[Double]] = []
    var (squares, shares, probabilities) = (0.0, [0.0, 0, 0, 0], [0.0, 0, 0, 0])
    for (x, chosen) in zip(tokens, selected) {
      let logits = (0..<4).map { expert in
        (0..<4).reduce(0) { sum, index in
          let center = centers[expert * 4 + index]
          return sum + 2 * x[index] * center - center * center
        }
      }
      var y = (0..<4).map { x[$0] * shared[$0] }
      for expert in chosen {
        let score = Reference.sigmoid(logits[expert])
        let result =
          expert < 2
          ? (0..<4).map { x[$0] * scales[expert * 4 + $0] }
          : Reference.feedForward(x, up: up, down: down, .tanh, expert: expert - 2)
        for index in 0..<4 { y[index] += score * score * result[index] }
        shares[expert] += 1 / Double(chosen.count * tokens.count)
      }
      output.append(y)
      let normalizer = log(logits.reduce(0) { $0 + exp($1) })
      squares += normalizer * normalizer / Double(tokens.count)
      for (expert, probability) in Reference.softmax(logits).enumerated() {
        probabilities[expert] += probability / Double(tokens.count)
      }
    }
    let balance = 4 * zip(shares, probabilities).reduce(0) { $0 + $1.0 * $1.1 }
    return (output, 0.2 * squares + 0.3 * balance)
  }

  @Test func aLayerOfAUsersOwnPartsTrains() throws {
    var generator = SeededGenerator(seed: 61)
    let layer = try ExtensionTests.layer(&generator)
    #expect(
      layer.namedParameters.map(\.name) == [
        "router.gate.centers", "expertGroups.0.scale", "expertGroups.1.up.weight",
        "expertGroups.1.down.weight",
        "sharedExperts.groups.0.scale",
      ])
    let tokens = Tensor.normal(shape: [5, 4], using: &generator)
    let direction = Tensor.normal(shape: [5, 4], using: &generator)
    let selected = try layer.forward(tokens, context: .inference).routing.experts
    // The gate 18 and σ 8 and the weight 3; an expert 8, tanh 6 and 6; the sum of three slots and
    // the shared expert 8; the logarithm and its square 20; all of it twice, and the sums over
    // tokens.
    let (results, tolerances) = try GradientTolerance.tolerances(
      roundings: 2 * (18 + 11 + 20 + 8 + 20) + 10
    ) { perturb in
      let layer = perturb(layer)
      let pass = try layer.forward(perturb(tokens), context: .training(step: 0))
      guard pass.routing.experts == selected else { return nil }
      #expect(pass.losses.map(\.name) == ["squared normalizer", "load balancing"])
      let gradient = try layer.backward(perturb(direction), pass: pass)
      return [pass.output, Tensor([pass.auxiliaryLoss]), gradient.input]
        + gradient.parameters.namedParameters.map(\.parameter)
    }
    let chosen = (0..<5).map { token in selected[token * 3..<token * 3 + 3].map(Int.init) }
    let exact = ExtensionTests.reference(
      Reference.rows(tokens), Reference.parameters(layer), selected: chosen)
    GradientTolerance.expect(
      results[0], near: exact.output.flatMap { $0 }, within: tolerances[0], "output")
    GradientTolerance.expect(results[1], near: [exact.loss], within: tolerances[1], "losses")

    var point = Reference.parameters(layer)
    point["tokens"] = Reference.scalars(tokens)
    let derivatives = centralDifferences(at: point) { moved in
      let result = ExtensionTests.reference(
        Reference.rows(moved["tokens"]!, columns: 4), moved, selected: chosen)
      return Reference.inner(result.output, Reference.rows(direction)) + result.loss
    }
    for (index, name) in (["tokens"] + layer.namedParameters.map(\.name)).enumerated() {
      GradientTolerance.expect(
        results[index + 2], near: derivatives[name]!, within: tolerances[index + 2],
        "gradient of \(name)")
    }
  }

  @Test func aSelectorOfOnesOwnCanRefuse() {
    var generator = SeededGenerator(seed: 62)
    let error = #expect(throws: MoEError.self) {
      _ = try MixtureOfExperts(
        inputSize: 4, experts: [.scaling(count: 1)],
        routing: RoutingStrategy(selector: AllButBest()), using: &generator)
    }
    #expect(error?.description == "expert count is 1, expected at least 2 to leave one out")
  }

  /// The weights of a custom kind are trained by an optimiser as any other.
  @Test func anOptimizerTrainsAUsersOwnParameters() throws {
    var generator = SeededGenerator(seed: 63)
    var layer = try ExtensionTests.layer(&generator)
    let before = layer
    let tokens = Tensor.normal(shape: [5, 4], using: &generator)
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let gradient = try layer.backward(Tensor(repeating: 1, shape: [5, 4]), pass: pass)
    var optimizer = SGD(learningRate: 0.5)
    optimizer.update(&layer, along: gradient)
    for (index, (name, parameter)) in layer.namedParameters.enumerated() {
      let step = gradient.parameters.namedParameters[index].parameter
      #expect(parameter == before.namedParameters[index].parameter - step * 0.5, "\(name)")
      #expect(step.norm() > 0, "\(name)")
    }
  }
}
