import MoE

/// A linear gate with a pass of its own.
struct OwnLinearGate: Gate {
  var linear: Linear
  var promises: RoutingPromises = [.tokenLocal, .deterministic]

  var inputSize: Int { linear.inputSize }
  var expertCount: Int { linear.outputSize }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try linear.visitParameters(visit)
  }

  mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows { try linear.visitWeights(visit) }

  struct Pass: GatePass {
    let logits: Tensor
    let inner: Linear.Pass
  }

  func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    let pass = linear.forward(
      tokens, context: LayerContext(batch: context.batch, purpose: context.purpose))
    return Pass(logits: pass.output, inner: pass)
  }

  func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<OwnLinearGate> {
    let back = linear.backward(gradient.logits, pass: pass.inner)
    return GateGradient(input: back.input, parameters: OwnLinearGate(linear: back.parameters))
  }
}

extension GateSpecification {
  static func ownLinear(
    promises: RoutingPromises = [.tokenLocal, .deterministic]
  ) -> GateSpecification {
    GateSpecification(promises: promises) { inputSize, expertCount, generator in
      OwnLinearGate(
        linear: Linear(
          inputSize: inputSize, outputSize: expertCount, bias: false, using: &generator),
        promises: promises)
    }
  }
}

/// The change of a gate that sees tokens times uniform numbers in training: what `.jittered(by:)`
/// does.
struct OwnJitter: GateModifier {
  let amount: Float

  var promises: RoutingPromises { .tokenLocal }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Tensor?) {
    guard context.mode.isTraining else { return (try base(tokens), nil) }
    let numbers = context.noise.uniform(
      .jitter, context.batch, tokens: tokens.rowCount, experts: tokens.columnCount)
    let factors = 1 + amount * (2 * numbers - 1)
    return (try base(tokens * factors), factors)
  }

  func backward(
    _ gradient: LogitGradient, saved: Tensor?,
    base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: OwnJitter) {
    guard let factors = saved else { fatalError("OwnJitter: a pass in inference keeps nothing") }
    var input = try base(gradient)
    input.tokens *= factors
    return (input, self)
  }
}

/// A change that multiplies logits by a learned number.
struct OwnScale: GateModifier {
  var scale: Tensor
  let parameterName: String

  var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit(parameterName, &scale)
  }

  func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Tensor) {
    let inner = try base(tokens)
    return (GateOutput(logits: scale[0] * inner.logits), inner.logits)
  }

  func backward(
    _ gradient: LogitGradient, saved: Tensor,
    base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: OwnScale) {
    var own = self
    own.scale = Tensor([(gradient.logits * saved).sum()])
    return (try base(LogitGradient(scale[0] * gradient.logits)), own)
  }
}

/// The highest priorities of each token, found by sorting.
struct OwnTopKSelector: ExpertSelector {
  let count: Int
  var promises: RoutingPromises = [
    .tokenLocal, .deterministic, .readsScores, .readsSelectionBias, .fixedCount, .ordersChoices,
    .allowsRedirection,
  ]

  func slotCount(expertCount: Int) throws -> Int {
    guard count >= 1, count <= expertCount else {
      throw MoEError.configuration(
        "experts a token (top-k)", value: "\(count)",
        expected: "1 to \(expertCount), the experts there are")
    }
    return count
  }

  func select(_ input: SelectionInput) -> SelectedExperts {
    var experts: [Int32] = []
    for token in 0..<input.tokenCount {
      let row = input.priorities[entry: token].scalarArray
      let order = row.indices.filter { row[$0] > -.infinity }
        .sorted { row[$0] != row[$1] ? row[$0] > row[$1] : $0 < $1 }
      for slot in 0..<count {
        experts.append(slot < order.count ? Int32(order[slot]) : SelectedExperts.none)
      }
    }
    return SelectedExperts(experts, slotCount: count)
  }
}

/// A selector that gives every token the same list, whatever it is.
struct OwnListSelector: ExpertSelector {
  let list: [Int32]
  var promises: RoutingPromises = [.tokenLocal, .deterministic]

  func slotCount(expertCount: Int) throws -> Int { list.count }

  func select(_ input: SelectionInput) -> SelectedExperts {
    SelectedExperts(lists: (0..<input.tokenCount).map { _ in list })
  }
}

/// wⱼ = sⱼ / Σ s over a token's experts.
struct OwnRenormalizedWeighting: Weighting {
  var promises: RoutingPromises = [
    .tokenLocal, .deterministic, .weighsAnyExpert, .scoresStandForWeights,
  ]

  func weights(_ selection: Selection) -> Tensor {
    var weights = selection.picked(from: selection.scores)
    weights.scaleRows(by: 1 / weights.rowSums())
    return weights
  }

  func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let sums = selection.picked(from: selection.scores).rowSums()
    let means = weightGradient.rowDots(weights)
    var gradient = weightGradient
    for token in 0..<selection.tokenCount {
      for slot in 0..<selection.slotCount { gradient[token, slot] -= means[token] }
    }
    gradient.scaleRows(by: 1 / sums)
    return .scores(selection.spread(gradient))
  }

  func isConstant(slotCount: Int) -> Bool { slotCount == 1 }
}

/// The same weights from the logarithms of the scores, which knows no score too small.
struct OwnLogarithmicWeighting: Weighting {
  func weights(_ selection: Selection) -> Tensor {
    selection.picked(from: selection.logScores, empty: -.infinity).softmax()
  }

  func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let gradient = Tensor.softmaxGradient(weightGradient, softmax: weights)
    return WeightingGradient(logScores: selection.spread(gradient))
  }

  func isConstant(slotCount: Int) -> Bool { slotCount == 1 }
}

/// σ(l) of each logit.
struct OwnSigmoidScore: Score {
  var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  func scores(_ logits: Tensor, context: RoutingContext) -> Tensor { logits.sigmoid() }

  func gradient(
    _ scoreGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { scoreGradient * scores * (-logits).sigmoid() }

  func logarithms(_ logits: Tensor, context: RoutingContext) -> Tensor { -(-logits).softplus() }

  func gradient(
    logarithms logarithmGradient: Tensor, scores: Tensor, logits: Tensor, context: RoutingContext
  ) -> Tensor { logarithmGradient * (-logits).sigmoid() }
}
