extension Router {
  /// What reaches a router in a backward pass.
  public struct OutputGradient: Sendable {
    /// With respect to the weights, of shape [tokens, slots].
    public var weights: Tensor
    /// With respect to what each token is weighted by itself, of shape [tokens], where it is.
    public var identityWeights: Tensor?
    /// With respect to the logits, beside: from balancing losses, and from the next layer's gate.
    public var logits: LogitGradient?
    /// With respect to the scores, beside: the straight-through gradient.
    public var scores: Tensor?
    /// With respect to the logits of slots, from the two softmaxes of a soft mixture.
    public var slotLogits: Tensor?

    /// A gradient of the given parts.
    ///
    /// - Parameters:
    ///   - weights: With respect to the weights, of shape [tokens, slots].
    ///   - identityWeights: With respect to what each token is weighted by itself.
    ///   - logits: With respect to the logits.
    ///   - scores: With respect to the scores.
    public init(
      weights: Tensor, identityWeights: Tensor? = nil, logits: LogitGradient? = nil,
      scores: Tensor? = nil
    ) {
      self.weights = weights
      self.identityWeights = identityWeights
      self.logits = logits
      self.scores = scores
    }
  }

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
      OutputGradient(weights: weightGradient, logits: logitGradient.map { LogitGradient($0) }),
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
    _ outputGradient: OutputGradient, tokens: Tensor, pass: Pass
  ) -> (gradient: LayerGradient<Router>, previousLogits: Tensor?) {
    var gradient = logitGradient(outputGradient, pass: pass)
    if let others = outputGradient.logits {
      let logits = strategy.softSlots == nil ? others.logits : slots(others.logits, pass)
      gradient += LogitGradient(logits, clean: others.clean, noiseScale: others.noiseScale)
    }
    let back = gate.backward(gradient, tokens: tokens, pass: pass.gate)
    return (
      LayerGradient(input: back.tokens, parameters: Router(self, gate: back.parameters)),
      back.previousLogits
    )
  }

  /// The gradient with respect to the logits that comes through weights and scores.
  private func logitGradient(_ outputGradient: OutputGradient, pass: Pass) -> LogitGradient {
    if strategy.softSlots != nil {
      return LogitGradient(
        outputGradient.slotLogits ?? Tensor(zeros: pass.gate.logits.shape))
    }
    let routing = pass.routing
    let weighed = weighedSelection(routing)
    var scoreGradient = outputGradient.scores
    var logitGradient: Tensor?
    switch weighting.gradient(
      rawWeightGradient(outputGradient, routing), weights: pass.weights, selection: weighed)
    {
    case .logits(let logits): logitGradient = logits
    case .scores(let scores): scoreGradient = scoreGradient.map { $0 + scores } ?? scores
    }
    if let scoreGradient {
      let through = score.gradient(
        scoreGradient, scores: routing.scores, logits: routing.logits,
        context: routing.selection.context)
      logitGradient = logitGradient.map { $0 + through } ?? through
    }
    var gradient = logitGradient ?? Tensor(zeros: routing.logits.shape)
    disable(&gradient, by: 0)
    return LogitGradient(gradient)
  }

  /// The selection that weights were made up for.
  private func weighedSelection(_ routing: Routing) -> Selection {
    guard strategy.capacity.weights == .afterDropping, routing.outcomes.contains(.dropped) else {
      return routing.selection
    }
    let experts = zip(routing.selection.experts, routing.outcomes).map {
      $1 == .dropped ? SelectedExperts.none : $0
    }
    return Selection(
      logits: routing.logits, scores: routing.scores,
      selected: SelectedExperts(experts, slotCount: routing.slotCount),
      context: routing.selection.context)
  }

  /// The gradient with respect to the weights before any was set to zero: dropped routes have none, and those
  /// that the token stands in for have that of the token.
  private func rawWeightGradient(_ outputGradient: OutputGradient, _ routing: Routing) -> Tensor {
    var gradient = outputGradient.weights
    let (slotCount, outcomes) = (routing.slotCount, routing.outcomes)
    let identity = outputGradient.identityWeights
    guard identity != nil || outcomes.contains(where: { !$0.isTaken }) else { return gradient }
    var scalars = gradient.mutableScalars
    for route in outcomes.indices {
      let token = identity.map { $0.scalars[route / slotCount] } ?? 0
      if outcomes[route] == .empty {
        scalars[route] = 0
        continue
      }
      var value: Float = 0
      if outcomes[route].isTaken { value = scalars[route] }
      if outcomes[route] == .identity { value = token }
      scalars[route] = weighting.keepsRemainder ? value - token : value
    }
    return gradient
  }

  /// The gradient with respect to slots' logits, from that with respect to the experts' log-sum-exp.
  private func slots(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    let slots = strategy.softSlots ?? 1
    var shares = pass.gate.logits
    let (rows, columns) = (shares.rowCount, shares.columnCount)
    shares = shares.reshaped(to: [rows * expertCount, slots]).softmax()
    shares.scaleRows(by: gradient.reshaped(to: [rows * expertCount]))
    return shares.reshaped(to: [rows, columns])
  }
}
