import MoE

/// A routing context as tests vary it: one value for a layer's context and what overrides its
/// routing.
extension RoutingContext {
  var layerContext: LayerContext { LayerContext(batch: batch, purpose: purpose) }

  var positions: [Int]? {
    get { batch.positions }
    set { batch.positions = newValue }
  }

  var padding: [Bool]? {
    get { batch.padding }
    set { batch.padding = newValue }
  }

  var previousLogits: Tensor? {
    get { overrides.previousLogits }
    set { overrides.previousLogits = newValue }
  }

  var forcedExperts: [Int: [Int]] {
    get { overrides.forcedExperts }
    set { overrides.forcedExperts = newValue }
  }

  var load: [Float]? {
    get { overrides.load }
    set { overrides.load = newValue }
  }

  /// A recording to learn from.
  var replay: RoutingTrace.Pass? {
    get { overrides.replay?.recording }
    set { overrides.replay = newValue.map { .learning($0) } }
  }
}

extension Router {
  func forward(_ tokens: Tensor, context: RoutingContext) throws -> Pass {
    try forward(tokens, context: context.layerContext, overrides: context.overrides)
  }
}

extension MixtureOfExperts {
  func forward(_ tokens: Tensor, context: RoutingContext) throws -> Pass {
    try forward(tokens, context: context.layerContext, overrides: context.overrides)
  }
}

extension Router {
  /// The gradients of a loss, from those with respect to weights and logits.
  func backward(
    _ weights: Tensor, logitGradient: Tensor? = nil, pass: Pass
  ) throws -> RouterGradient {
    try backward(RoutingGradient(weights: weights, logits: logitGradient), pass: pass)
  }
}

extension Routing {
  /// The experts of each token with what they were selected by.
  var selection: Selection {
    Selection(
      logits: logits, scores: scores, selected: SelectedExperts(experts, slotCount: slotCount),
      score: score, context: RoutingContext(mode, batch: batch))
  }
}
