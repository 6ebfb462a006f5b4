import MoE
import Testing

/// Holds a gate's logits to a reference, and its gradients to central differences of the reference.
///
/// `roundings` are those of the longest chain of its forward and backward pass together.
/// `reference` makes the logits from arrays by name: the parameters, `tokens` and, where given,
/// `previous`.
func checkGate<Checked: Gate>(
  _ gate: Checked, tokens: Tensor,
  context: RoutingContext = RoutingContext(.training(step: 3)),
  roundings: Int, sourceLocation: SourceLocation = #_sourceLocation,
  reference: ([String: [Double]]) -> [[Double]]
) throws {
  let direction = Tensor(scattered: [tokens.rowCount, gate.expertCount], seed: 91)
  let names = ["tokens"] + gate.namedParameters.map(\.name)
  let computed = try GradientTolerance.tolerances(roundings: roundings) { perturb in
    let (gate, tokens) = (perturb(gate), perturb(tokens))
    var context = context
    context.previousLogits = context.previousLogits.map { perturb($0) }
    context.overrides.previousState = context.overrides.previousState.map { perturb($0) }
    let pass = try gate.forward(tokens, context: context)
    let back = try gate.backward(
      LogitGradient(perturb(direction), state: pass.state.map { perturb(stateDirection($0)) }),
      pass: pass)
    return [pass.logits, back.input] + back.parameters.namedParameters.map(\.parameter)
      + [back.previousLogits, back.previousState].compactMap { $0 }
  }
  var point = Reference.parameters(gate)
  point["tokens"] = Reference.scalars(tokens)
  if let previous = context.previousLogits { point["previous"] = Reference.scalars(previous) }
  let state = context.overrides.previousState
  if let state { point["state"] = Reference.scalars(state) }
  // The reference gives a token's logits, and behind them its state where there is one.
  let exact = reference(point)
  GradientTolerance.expect(
    computed.results[0], near: exact.flatMap { $0.prefix(gate.expertCount) },
    within: computed.tolerances[0], "logits", sourceLocation: sourceLocation)
  var rows = Reference.rows(direction)
  if let size = gate.stateSize {
    let ofState = Reference.rows(stateDirection(Tensor(zeros: [tokens.rowCount, size])))
    rows = zip(rows, ofState).map { $0 + $1 }
  }
  let derivatives = centralDifferences(at: point) { Reference.inner(reference($0), rows) }
  let all =
    names + (context.previousLogits == nil ? [] : ["previous"]) + (state == nil ? [] : ["state"])
  #expect(computed.results.count == all.count + 1, sourceLocation: sourceLocation)
  for (index, name) in all.enumerated() where index + 1 < computed.results.count {
    GradientTolerance.expect(
      computed.results[index + 1], near: derivatives[name]!,
      within: computed.tolerances[index + 1], "gradient of \(name)",
      sourceLocation: sourceLocation)
  }
}

/// What a loss reads of a gate's state.
private func stateDirection(_ state: Tensor) -> Tensor { Tensor(scattered: state.shape, seed: 93) }

/// Holds the gradient of weights with respect to the logits to central differences of a reference,
/// which makes weights from the logits with the experts held fixed.
func checkWeighting(
  _ weighting: any Weighting, score: any Score = .softmax, logits: Tensor,
  selected: SelectedExperts, context: RoutingContext = RoutingContext(), roundings: Int,
  sourceLocation: SourceLocation = #_sourceLocation,
  reference: ([[Double]]) -> [[Double]]
) throws {
  let direction = Tensor(scattered: [logits.rowCount, selected.slotCount], seed: 92)
  let computed = try GradientTolerance.tolerances(roundings: roundings) { perturb in
    let logits = perturb(logits)
    let selection = Selection(
      logits: logits, scores: score.scores(logits, context: context), selected: selected,
      score: score, context: context)
    let weights = weighting.weights(selection)
    let back = weighting.gradient(perturb(direction), weights: weights, selection: selection)
    return [weights, back.logitGradient(score, selection)]
  }
  let exact = reference(Reference.rows(logits))
  GradientTolerance.expect(
    computed.results[0], near: exact.flatMap { $0 }, within: computed.tolerances[0], "weights",
    sourceLocation: sourceLocation)
  let rows = Reference.rows(direction)
  let derivatives = centralDifferences(at: ["logits": Reference.scalars(logits)]) {
    Reference.inner(reference(Reference.rows($0["logits"]!, columns: logits.columnCount)), rows)
  }
  GradientTolerance.expect(
    computed.results[1], near: derivatives["logits"]!, within: computed.tolerances[1], "gradient",
    sourceLocation: sourceLocation)
}

extension WeightingGradient {
  /// All parts as a gradient with respect to the logits.
  func logitGradient(_ score: any Score, _ selection: Selection) -> Tensor {
    var gradient = logits ?? Tensor(zeros: selection.logits.shape)
    if let scores {
      gradient += score.gradient(
        scores, scores: selection.scores, logits: selection.logits, context: selection.context)
    }
    if let logScores {
      gradient += score.gradient(
        logarithms: logScores, scores: selection.scores, logits: selection.logits,
        context: selection.context)
    }
    return gradient
  }
}

extension ExpertOutput {
  /// The rows, of experts that give some.
  var rows: Tensor {
    guard case .rows(let rows) = self else { fatalError("experts that give no rows") }
    return rows
  }
}
