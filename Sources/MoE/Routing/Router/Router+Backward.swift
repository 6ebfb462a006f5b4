/// The result of a router's backward pass.
public struct RouterGradient: Sendable {
  /// The gradient with respect to the tokens, zero for padding.
  public var input: Tensor
  /// The gradients with respect to the parameters.
  public var parameters: Router
  /// The gradients with respect to what the router read beside the tokens, or in place of them;
  /// ``input`` is zero then.
  public var overrides: OverridesGradient
}

extension Router {
  /// The gradients of a loss, from those with respect to all that a router gives.
  ///
  /// - Parameters:
  ///   - gradient: With respect to weights, logits, scores and noise; what stands for padding does
  ///     not matter.
  ///   - pass: The forward pass.
  /// - Returns: The gradients with respect to the tokens, to the parameters and, where the gate
  ///   reads them, to the logits of the layer before.
  /// - Throws: What a gate of the user's own throws.
  public func backward(_ gradient: RoutingGradient, pass: Pass) throws -> RouterGradient {
    gradient.check(against: pass.routing, Router.self)
    guard let valid = pass.validTokens else { return try backward(gradient, inner: pass) }
    var back = try backward(gradient.picking(valid), inner: pass)
    let count = pass.routing.tokenCount
    back.input = back.input.placingEntries(at: valid, count: count)
    back.overrides = back.overrides.placing(at: valid, count: count)
    return back
  }

  /// The gradients of the tokens that are no padding.
  package func backward(_ gradient: RoutingGradient, inner pass: Pass) throws -> RouterGradient {
    let back = try gate.anyBackward(logitGradient(of: gradient, pass: pass), pass: pass.gate)
    var parameters = Router(self, gate: back.parameters)
    parameters.weightScale = weightScaleGradient(gradient, pass)
    let readsTokens = pass.weighed.context.overrides.routerInput == nil
    return RouterGradient(
      input: readsTokens ? back.input.tokens : Tensor(zeros: pass.tokens.shape),
      parameters: parameters,
      overrides: OverridesGradient(
        previousLogits: back.input.previousLogits, previousState: back.input.previousState,
        routerInput: readsTokens ? nil : back.input.tokens))
  }

  /// The gradient with respect to the gate's logits, of the tokens that are no padding.
  private func logitGradient(of gradient: RoutingGradient, pass: Pass) -> LogitGradient {
    LogitGradient(
      strategy.slotsPerExpert == nil
        ? logitGradient(gradient, pass: pass) : softGradient(gradient, pass: pass),
      clean: gradient.cleanLogits, noiseScale: gradient.noiseScale, state: gradient.gateState)
  }

  /// The gradient of a loss with respect to the logits of this router's gate, noise included.
  ///
  /// - Parameters:
  ///   - gradient: With respect to weights, scores and logits, as a balancing loss gives it.
  ///   - pass: The forward pass.
  /// - Returns: Of the shape of the gate's logits, zero for padding.
  public func logitGradient(_ gradient: RoutingGradient, of pass: Pass) -> Tensor {
    gradient.check(against: pass.routing, Router.self)
    let inner = pass.validTokens.map { gradient.picking($0) } ?? gradient
    let logits = logitGradient(of: inner, pass: pass).logits
    return pass.validTokens.map {
      logits.placingEntries(at: $0, count: pass.routing.tokenCount)
    } ?? logits
  }

  /// The gradient with respect to the logits of a soft mixture's slots: their own, and that of the
  /// experts' logits, which are their log-sum-exp, and scores, which are the softmax of these.
  private func softGradient(_ outputGradient: RoutingGradient, pass: Pass) -> Tensor {
    var gradient = outputGradient.slotLogits ?? Tensor(zeros: pass.gate.logits.shape)
    var expertGradient = outputGradient.logits
    for through in scoreGradients(
      scores: outputGradient.scores, logScores: outputGradient.logScores, pass)
    { expertGradient = expertGradient.map { $0 + through } ?? through }
    if let expertGradient { gradient += slots(expertGradient, pass) }
    // Whatever reads a logit of −∞ has no effect on the one that it stands in for.
    disable(pass.inner.disabledExperts, in: &gradient, by: 0)
    return gradient
  }

  /// The gradient with respect to the logits: their own, and what comes through weights and scores.
  private func logitGradient(_ outputGradient: RoutingGradient, pass: Pass) -> Tensor {
    let routing = pass.inner
    var gradient = Tensor(zeros: routing.logits.shape)
    var (scores, logScores) = (outputGradient.scores, outputGradient.logScores)
    if var weightGradient = rawWeightGradient(outputGradient, routing) {
      if let weightScale { weightGradient *= scales(of: pass.weighed, by: weightScale) }
      let back = weighting.gradient(weightGradient, weights: pass.weights, selection: pass.weighed)
      if let logits = back.logits { gradient = logits }
      if let through = back.scores { scores = scores.map { $0 + through } ?? through }
      if let through = back.logScores { logScores = logScores.map { $0 + through } ?? through }
    }
    for through in scoreGradients(scores: scores, logScores: logScores, pass) {
      gradient += through
    }
    if let logits = outputGradient.logits { gradient += logits }
    disable(pass.inner.disabledExperts, in: &gradient, by: 0)
    return gradient
  }

  /// The gradient with respect to the learned factor of the weights; nothing where there is none.
  private func weightScaleGradient(_ gradient: RoutingGradient, _ pass: Pass) -> Tensor? {
    guard let weightScale else { return nil }
    var sums = [Double](repeating: 0, count: weightScale.count)
    guard let ofWeights = rawWeightGradient(gradient, pass.inner) else {
      return Tensor(zeros: weightScale.shape)
    }
    // Added up in the order of the tokens, in double precision, as there may be many.
    let products = (ofWeights * pass.weights).scalarArray
    for (route, expert) in pass.weighed.experts.enumerated() where expert >= 0 {
      sums[sums.count == 1 ? 0 : Int(expert)] += Double(products[route])
    }
    return Tensor(sums.map { Float($0) })
  }

  /// The gradients with respect to the experts' logits that come through scores and their
  /// logarithms.
  private func scoreGradients(scores: Tensor?, logScores: Tensor?, _ pass: Pass) -> [Tensor] {
    let (routing, context) = (pass.inner, pass.weighed.context)
    // The experts of a soft mixture have scores by the softmax.
    let score: any Score = strategy.slotsPerExpert == nil ? score : SoftmaxScore()
    return [
      scores.map {
        score.gradient($0, scores: routing.scores, logits: routing.logits, context: context)
      },
      logScores.map {
        score.gradient(
          logarithms: $0, scores: routing.scores, logits: routing.logits, context: context)
      },
    ].compactMap { $0 }
  }

  /// The gradient with respect to the weights before any was set to zero: dropped routes have none,
  /// and those that the token stands in for have that of the token.
  private func rawWeightGradient(_ outputGradient: RoutingGradient, _ routing: Routing) -> Tensor? {
    guard outputGradient.weights != nil || outputGradient.passThroughWeights != nil else {
      return nil
    }
    var gradient = outputGradient.weights ?? Tensor(zeros: routing.weights.shape)
    let (slotCount, outcomes) = (routing.slotCount, routing.outcomes)
    let ofTokens = outputGradient.passThroughWeights
    let keepsRemainder = weighting.promises.contains(.keepsRemainder)
    guard ofTokens != nil || outcomes.contains(where: { !$0.isTaken }) else { return gradient }
    var scalars = gradient.mutableScalars
    for route in outcomes.indices {
      let token = ofTokens.map { $0.scalars[route / slotCount] } ?? 0
      // Weights that were made up after dropping know nothing of dropped routes.
      if outcomes[route] == .empty
        || outcomes[route].isDropped && strategy.capacity.weights == .afterDropping
      {
        scalars[route] = 0
        continue
      }
      var value: Float = 0
      if outcomes[route].isTaken { value = scalars[route] }
      if outcomes[route] == .passThrough { value = token }
      scalars[route] = keepsRemainder ? value - token : value
    }
    return gradient
  }

  /// The gradient with respect to slots' logits, from that with respect to the experts'
  /// log-sum-exp.
  private func slots(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    let slots = strategy.slotsPerExpert ?? 1
    var shares = pass.gate.logits
    let (rows, columns) = (shares.rowCount, shares.columnCount)
    shares = shares.reshaped(to: [rows * expertCount, slots]).softmax()
    shares.scaleRows(by: gradient.reshaped(to: [rows * expertCount]))
    return shares.reshaped(to: [rows, columns])
  }
}
