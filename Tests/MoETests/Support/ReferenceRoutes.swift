import MoE
import Testing

/// A mixture of feed-forward experts without biases, as its formula says it for given routes, in
/// `Double`.
///
/// What is discrete is taken from a routing: which expert each slot holds, and what became of it.
/// The rest is a function of tokens and parameters that can be differentiated.
struct ReferenceRoutes {
  enum Weights { case renormalized, scores, logistic, overTokens }

  var expertCount: Int
  var hiddenSize: Int
  var weights = Weights.renormalized
  var isAfterDropping = false
  var appliesWeightsToInput = false
  var disabled: Set<Int> = []
  var padding: Set<Int> = []
  /// The experts of each token, slot by slot, −1 where a slot is empty.
  var experts: [[Int]]
  var outcomes: [[RouteOutcome]]

  init(_ routing: Routing, hiddenSize: Int) {
    expertCount = routing.expertCount
    self.hiddenSize = hiddenSize
    let slots = routing.slotCount
    experts = (0..<routing.tokenCount).map { token in
      routing.experts[token * slots..<(token + 1) * slots].map(Int.init)
    }
    outcomes = (0..<routing.tokenCount).map {
      Array(routing.outcomes[$0 * slots..<($0 + 1) * slots])
    }
  }

  func callAsFunction(_ tokens: [[Double]], _ parameters: [String: [Double]]) -> [[Double]] {
    let size = tokens.first?.count ?? 0
    let up = Reference.Map(parameters, "expertGroups.0.up", outputSize: hiddenSize)
    let down = Reference.Map(parameters, "expertGroups.0.down", outputSize: size)
    let gate = Reference.Map(parameters, "router.gate", outputSize: expertCount)
    let valid = tokens.indices.filter { !padding.contains($0) }
    let columns = (0..<expertCount).map { expert in
      Reference.softmax(valid.map { Reference.linear(tokens[$0], gate)[expert] })
    }
    return tokens.indices.map { token in
      let x = tokens[token]
      var logits = Reference.linear(x, gate)
      for expert in disabled { logits[expert] = -.infinity }
      let scores = Reference.softmax(logits)
      let counted = experts[token].indices.filter {
        experts[token][$0] >= 0
          && !(isAfterDropping && [.dropped, .leftOut].contains(outcomes[token][$0]))
      }
      let sum = counted.reduce(0) { $0 + scores[experts[token][$1]] }
      var y = [Double](repeating: 0, count: size)
      for slot in counted {
        let expert = experts[token][slot]
        let weight =
          switch weights {
          case .renormalized: scores[expert] / sum
          case .scores: scores[expert]
          case .logistic: Reference.sigmoid(logits[expert])
          // Divided by the number of the token's experts.
          case .overTokens:
            columns[expert][valid.firstIndex(of: token)!] / Double(counted.count)
          }
        let scaled = x.map { $0 * weight }
        let own: [Double]
        switch outcomes[token][slot] {
        case .kept, .redirected:
          let output = Reference.feedForward(
            appliesWeightsToInput ? scaled : x, up: up, down: down, .tanh, expert: expert)
          own = appliesWeightsToInput ? output : output.map { $0 * weight }
        case .passThrough: own = scaled
        default: continue
        }
        for column in y.indices { y[column] += own[column] }
      }
      return y
    }
  }
}

/// Holds a layer's output and gradients to a reference in `Double`, for the routing that it takes
/// at this point.
///
/// `roundings` are those of the longest chain forward and backward together. Perturbed inputs that
/// lead to another routing are left out.
func checkMixture(
  _ layer: MixtureOfExperts, _ tokens: Tensor, _ context: RoutingContext, roundings: Int = 160,
  sourceLocation: SourceLocation = #_sourceLocation,
  reference: (Routing) -> (_ tokens: [[Double]], _ parameters: [String: [Double]]) -> [[Double]]
) throws {
  var generator = SeededGenerator(seed: 78)
  let direction = Tensor.uniform(in: -1...1, shape: tokens.shape, using: &generator)
  let routing = try layer.forward(tokens, context: context).routing
  let (results, tolerances) = try GradientTolerance.tolerances(roundings: roundings) { perturb in
    let layer = perturb(layer)
    let pass = try layer.forward(perturb(tokens), context: context)
    guard pass.routing.experts == routing.experts,
      pass.routing.outcomes == routing.outcomes
    else { return nil }
    let gradient = try layer.backward(perturb(direction), pass: pass)
    return [pass.output, gradient.input] + gradient.parameters.namedParameters.map(\.parameter)
  }
  var point = Reference.parameters(layer)
  let exact = reference(routing)
  GradientTolerance.expect(
    results[0], near: exact(Reference.rows(tokens), point).flatMap { $0 }, within: tolerances[0],
    "output", sourceLocation: sourceLocation)
  point["tokens"] = Reference.scalars(tokens)
  let derivatives = centralDifferences(at: point) { moved in
    Reference.inner(
      exact(Reference.rows(moved["tokens"]!, columns: tokens.columnCount), moved),
      Reference.rows(direction))
  }
  for (index, name) in (["tokens"] + layer.namedParameters.map(\.name)).enumerated() {
    GradientTolerance.expect(
      results[index + 1], near: derivatives[name]!, within: tolerances[index + 1],
      "gradient of \(name)", sourceLocation: sourceLocation)
  }
}

/// Small layers to route in.
enum SmallLayers {
  /// Feed-forward experts from 4 to 4 by 3 hidden ones, without biases.
  static func layer(
    _ strategy: RoutingStrategy, experts: Int = 4, seed: UInt64 = 31
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: seed)
    return try MixtureOfExperts(
      inputSize: 4,
      experts: [.feedForward(count: experts, hiddenSize: 3, activation: .tanh, bias: false)],
      routing: strategy, seed: 5, using: &generator)
  }

  /// A layer of two groups and a shared expert, from 6 to 5, with a loss.
  static func full(
    _ routing: RoutingStrategy = .topK(2), inputSize: Int = 6, hiddenSize: Int = 5,
    seed: UInt64 = 41
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: seed)
    return try MixtureOfExperts(
      inputSize: inputSize, outputSize: 5,
      experts: [
        .feedForward(count: 2, hiddenSize: hiddenSize, activation: .gelu),
        .gatedFeedForward(count: 3, hiddenSize: hiddenSize + 2),
      ],
      sharedExperts: .feedForward(count: 1, hiddenSize: 4), routing: routing,
      balancingLosses: [.loadBalancing(coefficient: 0.1)], using: &generator)
  }

  /// Standard normal numbers.
  static func normal(_ shape: [Int], seed: UInt64 = 42) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .normal(shape: shape, using: &generator)
  }
}

/// Expects a configuration error in these words.
func expectConfigurationError(
  _ sentence: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let error = #expect(throws: MoEError.self, sourceLocation: sourceLocation) { try body() }
  #expect(error?.description == sentence, sourceLocation: sourceLocation)
}
