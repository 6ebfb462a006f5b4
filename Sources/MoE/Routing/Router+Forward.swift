extension Router {
  /// What a forward pass returns.
  public struct Pass: Sendable {
    /// Where each token goes.
    public let routing: Routing
    let gate: GatePass
    /// The weights before those of dropped routes were set to zero.
    let weights: Tensor
  }

  /// Routes tokens.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns.
  ///   - mode: What the pass is for.
  /// - Returns: Where each token goes, and what the backward pass needs.
  /// - Throws: As ``forward(_:context:)``.
  /// - Complexity: The gate's product, and O(tokens · experts).
  public func forward(_ tokens: Tensor, mode: PassMode) throws -> Pass {
    try forward(tokens, context: RoutingContext(mode: mode))
  }

  /// Routes tokens under live conditions.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns.
  ///   - context: What the pass is for, and live conditions.
  /// - Returns: Where each token goes, and what the backward pass needs.
  /// - Throws: ``MoEError/nonFiniteLogit(token:expert:value:)``, for padding too;
  ///   ``MoEError/untrainableGate(weighting:slotCount:remedy:)`` in training mode, where there is more than one expert
  ///   and scores select them; ``MoEError/configuration(_:value:expected:)`` where the context does not fit, or every
  ///   expert is switched off.
  /// - Complexity: The gate's product, and O(tokens · experts).
  public func forward(_ tokens: Tensor, context: RoutingContext) throws -> Pass {
    try checkState()
    var context = context
    let step = if case .training(let step) = context.mode { step } else { 0 }
    context.noise = RoutingNoise(seed: seed, step: step, layer: layer)
    try context.check(
      tokenCount: tokens.rowCount, expertCount: expertCount, logitCount: gate.expertCount)
    guard strategy.slotsPerExpert == nil || context.forcedExperts.isEmpty else {
      throw MoEError.configuration(
        "number of tokens with forced experts", value: "\(context.forcedExperts.count)",
        expected: "0, as a soft mixture selects no experts")
    }
    if context.mode.isTraining, expertCount > 1, strategy.slotsPerExpert == nil,
      selector.readsScores,
      weighting.isConstant(slotCount: slotCount), !strategy.isStraightThrough
    {
      throw untrainableGate
    }
    let pass = try gate.forward(tokens, context: context)
    require(
      pass.logits.shape == [tokens.rowCount, gate.expertCount],
      "\(type(of: gate)): logits of shape \(pass.logits.shape), expected "
        + "[\(tokens.rowCount), \(gate.expertCount)]")
    try Router.checkFinite(pass.logits)
    if let slots = strategy.slotsPerExpert {
      try context.replay?.check(tokenCount: tokens.rowCount, context: context, router: self)
      return softPass(pass, slots: slots, context)
    }
    let logits = masked(logitOffset.map { pass.logits.addingToEachRow($0) } ?? pass.logits)
    let scores = score.scores(logits, context: context)
    let input = SelectionInput(
      logits: logits, scores: scores, priorities: priorities(scores), context: context)
    let placement = try placement(input)
    return weighted(placement, input, pass)
  }

  /// What is wrong with constant weights, and what helps: one that is constant with two experts a token is so with any.
  private var untrainableGate: MoEError {
    guard !weighting.isConstant(slotCount: 2) else {
      return .untrainableGate(
        weighting: "\(type(of: weighting))", slotCount: slotCount,
        remedy: "a weighting that depends on the scores, such as .scores")
    }
    return .untrainableGate(weighting: "\(type(of: weighting))", slotCount: slotCount)
  }

  /// Throws where every expert is switched off, the state is of another size, or the layer has no such number.
  private func checkState() throws {
    try Router.checkLayer(layer)
    for expert in disabledExperts.sorted() where !(0..<expertCount).contains(expert) {
      throw MoEError.configuration(
        "disabled expert", value: "\(expert)", expected: "0 to \(expertCount - 1)")
    }
    guard disabledExperts.count < expertCount else {
      throw MoEError.configuration(
        "number of experts switched on", value: "0", expected: "at least 1")
    }
    for (name, state) in [("selection bias", selectionBias), ("logit offset", logitOffset)] {
      guard let state else { continue }
      guard state.shape == [expertCount] else {
        throw MoEError.shape(name, found: state.shape, expected: "[\(expertCount)]")
      }
      guard (state * 0).sum() == 0 else {
        throw MoEError.configuration(
          name, value: "\(state.scalarArray)", expected: "finite numbers")
      }
    }
  }

  static func checkFinite(_ logits: Tensor) throws {
    // x·0 is zero for a finite x and NaN for any other.
    guard (logits * 0).sum() != 0 else { return }
    let scalars = logits.scalars
    for index in 0..<scalars.count where !scalars[index].isFinite {
      throw MoEError.nonFiniteLogit(
        token: index / logits.columnCount, expert: index % logits.columnCount, value: scalars[index]
      )
    }
  }

  /// Logits with −∞ for the experts that are switched off.
  private func masked(_ logits: Tensor) -> Tensor {
    var logits = logits
    disable(&logits, by: -.infinity)
    return logits
  }

  /// Sets the columns of the experts that are switched off.
  func disable(_ matrix: inout Tensor, by value: Float) {
    guard !disabledExperts.isEmpty else { return }
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    var scalars = matrix.mutableScalars
    for row in 0..<rows {
      for expert in disabledExperts { scalars[row * columns + expert] = value }
    }
  }

  private func priorities(_ scores: Tensor) -> Tensor {
    var priorities = selectionBias.map { scores.addingToEachRow($0) } ?? scores
    disable(&priorities, by: -.infinity)
    return priorities
  }

  /// The experts of each token and what became of each route: recorded, or selected and given room.
  private func placement(_ input: SelectionInput) throws -> Capacity.Placement {
    let (context, tokenCount) = (input.context, input.tokenCount)
    if let replay = context.replay {
      try replay.check(tokenCount: tokenCount, context: context, router: self)
      return Capacity.Placement(
        chosen: replay.chosenExperts ?? replay.experts,
        selected: SelectedExperts(replay.experts, slotCount: replay.slotCount),
        outcomes: replay.outcomes)
    }
    var selected = try selector.select(input)
    require(
      selected.experts.count == tokenCount * selected.slotCount,
      "\(type(of: selector)): \(selected.experts.count) experts of \(selected.slotCount) slots for "
        + "\(tokenCount) tokens")
    for (token, experts) in context.forcedExperts.sorted(by: { $0.key < $1.key }) {
      for expert in experts where disabledExperts.contains(expert) {
        throw MoEError.configuration(
          "forced expert of token \(token)", value: "\(expert)", expected: "one that is switched on"
        )
      }
      selected = selected.widened(to: experts.count, tokenCount: tokenCount)
      selected.replace(token, with: experts)
    }
    if let padding = context.padding {
      for token in 0..<tokenCount where padding[token] { selected.replace(token, with: []) }
    }
    return strategy.capacity.place(selected, input)
  }

  /// The routing of placed routes: their weights, zero for those that no expert takes.
  private func weighted(
    _ placement: Capacity.Placement, _ input: SelectionInput, _ pass: GatePass
  ) -> Pass {
    let outcomes = placement.outcomes
    let weighed: SelectedExperts
    if strategy.capacity.weights == .afterDropping {
      weighed = placement.selected.withoutDropped(outcomes)
    } else {
      weighed = placement.selected
    }
    let raw = weighting.weights(
      Selection(
        logits: input.logits, scores: input.scores, selected: weighed, context: input.context))
    require(
      raw.shape == [input.tokenCount, weighed.slotCount],
      "\(type(of: weighting)): weights of shape \(raw.shape), expected "
        + "[\(input.tokenCount), \(weighed.slotCount)]")
    var weights = raw
    var identity: Tensor?
    if weighting.keepsRemainder || outcomes.contains(.passThrough) {
      identity = passThroughWeights(raw, outcomes)
    }
    if outcomes.contains(where: { $0 == .dropped || $0 == .passThrough }) {
      var scalars = weights.mutableScalars
      for route in outcomes.indices where !outcomes[route].isTaken { scalars[route] = 0 }
    }
    let selection = Selection(
      logits: input.logits, scores: input.scores, selected: placement.selected,
      context: input.context)
    // The offset is no noise: what stands beside the noise has it too.
    var noise = pass.noise
    if let logitOffset { noise?.clean.addToEachRow(logitOffset) }
    return Pass(
      routing: Routing(
        selection: selection, weights: weights, outcomes: outcomes, passThroughWeights: identity,
        gateNoise: noise, chosenExperts: placement.chosen, selectionBias: selectionBias,
        routesPerToken: selector.hasFixedCount ? slotCount : nil, disabledExperts: disabledExperts),
      gate: pass, weights: raw)
  }

  /// What each token is weighted by itself: for routes it stands in for, and for what its weights lack of one.
  private func passThroughWeights(_ weights: Tensor, _ outcomes: [RouteOutcome]) -> Tensor {
    let slotCount = weights.columnCount
    let source = weights.scalars
    return Tensor(
      (0..<weights.rowCount).map { token in
        var (sum, stood, hasRoute): (Float, Float, Bool) = (0, 0, false)
        for route in token * slotCount..<(token + 1) * slotCount where outcomes[route] != .empty {
          hasRoute = true
          sum += source[route]
          if outcomes[route] == .passThrough { stood += source[route] }
        }
        return stood + (weighting.keepsRemainder && hasRoute ? 1 - sum : 0)
      })
  }

  /// A pass of a soft mixture: logits of experts are the log-sum-exp of those of their slots, so that the
  /// softmax of the ones is the sum of the softmax of the others.
  private func softPass(_ pass: GatePass, slots: Int, _ context: RoutingContext) -> Pass {
    var (slotLogits, noise) = (pass.logits, pass.noise)
    if let logitOffset {
      let offset = Tensor((0..<expertCount * slots).map { logitOffset.scalars[$0 / slots] })
      slotLogits.addToEachRow(offset)
      noise?.clean.addToEachRow(offset)
    }
    if !disabledExperts.isEmpty {
      let (rows, columns) = (slotLogits.rowCount, slotLogits.columnCount)
      var scalars = slotLogits.mutableScalars
      for row in 0..<rows {
        for column in 0..<columns where disabledExperts.contains(column / slots) {
          scalars[row * columns + column] = -.infinity
        }
      }
    }
    let soft = SoftRouting(logits: slotLogits, slotsPerExpert: slots, context: context)
    let rows = slotLogits.rowCount
    var logits = slotLogits.reshaped(to: [rows * expertCount, slots]).logSumExp()
      .reshaped(to: [rows, expertCount])
    disable(&logits, by: -.infinity)
    let selection = Selection(
      logits: logits, scores: logits.softmax(), selected: SelectedExperts([], slotCount: 0),
      context: context)
    let weights = Tensor(zeros: [rows, 0])
    return Pass(
      routing: Routing(
        selection: selection, weights: weights, soft: soft, gateNoise: noise,
        disabledExperts: disabledExperts),
      gate: pass, weights: weights)
  }
}
