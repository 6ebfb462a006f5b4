extension Router {
  /// The gradients of a loss, from those with respect to the weights and, where there are any, the logits.
  ///
  /// - Parameters:
  ///   - weightGradient: With respect to the weights, of shape [tokens, slots].
  ///   - logitGradient: What is added to the gradient with respect to the logits, as that of a balancing loss.
  ///   - tokens: What the forward pass was handed.
  ///   - pass: The forward pass.
  /// - Returns: The gradients with respect to the tokens and the parameters.
  public func backward(
    _ weightGradient: Tensor, logitGradient: Tensor? = nil, tokens: Tensor, pass: Pass
  ) -> LayerGradient<Router> {
    let (gradient, _) = backward(
      RoutingGradient(weights: weightGradient, logits: logitGradient),
      tokens: tokens, pass: pass)
    return gradient
  }

  /// The gradients of a loss, from those with respect to all that a router gives.
  ///
  /// - Parameters:
  ///   - outputGradient: With respect to weights, logits and scores.
  ///   - tokens: What the forward pass was handed.
  ///   - pass: The forward pass.
  /// - Returns: The gradients with respect to the tokens and the parameters, and with respect to the logits of the
  ///   layer before where the gate reads them.
  public func backward(
    _ outputGradient: RoutingGradient, tokens: Tensor, pass: Pass
  ) -> (gradient: LayerGradient<Router>, previousLogits: Tensor?) {
    outputGradient.check(against: pass.routing, Router.self)
    let gradient = LogitGradient(
      strategy.slotsPerExpert == nil
        ? logitGradient(outputGradient, pass: pass) : softGradient(outputGradient, pass: pass),
      clean: outputGradient.cleanLogits, noiseScale: outputGradient.noiseScale)
    let back = gate.backward(gradient, tokens: tokens, pass: pass.gate)
    return (
      LayerGradient(input: back.tokens, parameters: Router(self, gate: back.parameters)),
      back.previousLogits
    )
  }

  /// The gradient with respect to the logits of a soft mixture's slots: their own, and that of the experts' logits,
  /// which are their log-sum-exp, and scores, which are the softmax of these.
  private func softGradient(_ outputGradient: RoutingGradient, pass: Pass) -> Tensor {
    let routing = pass.routing
    var gradient = outputGradient.slotLogits ?? Tensor(zeros: pass.gate.logits.shape)
    var expertGradient = outputGradient.logits
    if let scores = outputGradient.scores {
      let through = Tensor.softmaxGradient(scores, softmax: routing.scores)
      expertGradient = expertGradient.map { $0 + through } ?? through
    }
    if var expertGradient {
      disable(&expertGradient, by: 0)
      gradient += slots(expertGradient, pass)
    }
    return gradient
  }

  /// The gradient with respect to the logits: their own, and what comes through weights and scores.
  private func logitGradient(_ outputGradient: RoutingGradient, pass: Pass) -> Tensor {
    let routing = pass.routing
    var gradient = Tensor(zeros: routing.logits.shape)
    var scoreGradient = outputGradient.scores
    if let weightGradient = rawWeightGradient(outputGradient, routing) {
      switch weighting.gradient(
        weightGradient, weights: pass.weights, selection: weighedSelection(routing))
      {
      case .logits(let logits): gradient = logits
      case .scores(let scores): scoreGradient = scoreGradient.map { $0 + scores } ?? scores
      }
    }
    if let scoreGradient {
      gradient += score.gradient(
        scoreGradient, scores: routing.scores, logits: routing.logits,
        context: routing.selection.context)
    }
    if let logits = outputGradient.logits { gradient += logits }
    disable(&gradient, by: 0)
    return gradient
  }

  /// The selection that weights were made up for.
  private func weighedSelection(_ routing: Routing) -> Selection {
    guard strategy.capacity.weights == .afterDropping, routing.outcomes.contains(.dropped) else {
      return routing.selection
    }
    return Selection(
      logits: routing.logits, scores: routing.scores,
      selected: SelectedExperts(routing.selection.experts, slotCount: routing.slotCount)
        .withoutDropped(routing.outcomes),
      context: routing.selection.context)
  }

  /// The gradient with respect to the weights before any was set to zero: dropped routes have none, and those
  /// that the token stands in for have that of the token.
  private func rawWeightGradient(_ outputGradient: RoutingGradient, _ routing: Routing) -> Tensor? {
    guard outputGradient.weights != nil || outputGradient.passThroughWeights != nil else {
      return nil
    }
    var gradient = outputGradient.weights ?? Tensor(zeros: routing.weights.shape)
    let (slotCount, outcomes) = (routing.slotCount, routing.outcomes)
    let identity = outputGradient.passThroughWeights
    guard identity != nil || outcomes.contains(where: { !$0.isTaken }) else { return gradient }
    var scalars = gradient.mutableScalars
    for route in outcomes.indices {
      let token = identity.map { $0.scalars[route / slotCount] } ?? 0
      // Weights that were made up after dropping know nothing of dropped routes.
      if outcomes[route] == .empty
        || outcomes[route] == .dropped && strategy.capacity.weights == .afterDropping
      {
        scalars[route] = 0
        continue
      }
      var value: Float = 0
      if outcomes[route].isTaken { value = scalars[route] }
      if outcomes[route] == .passThrough { value = token }
      scalars[route] = weighting.keepsRemainder ? value - token : value
    }
    return gradient
  }

  /// The gradient with respect to slots' logits, from that with respect to the experts' log-sum-exp.
  private func slots(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    let slots = strategy.slotsPerExpert ?? 1
    var shares = pass.gate.logits
    let (rows, columns) = (shares.rowCount, shares.columnCount)
    shares = shares.reshaped(to: [rows * expertCount, slots]).softmax()
    shares.scaleRows(by: gradient.reshaped(to: [rows * expertCount]))
    return shares.reshaped(to: [rows, columns])
  }
}
