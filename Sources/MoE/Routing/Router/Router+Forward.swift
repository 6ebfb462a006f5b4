extension Router {
  /// The result of a forward pass.
  public struct Pass: Sendable {
    /// Where each token goes, padding included.
    public let routing: Routing
    /// The same of the tokens that are no padding.
    var inner: Routing { withoutPadding ?? routing }
    /// The routing of the tokens that are no padding, where there is any.
    let withoutPadding: Routing?
    /// The places of the tokens that are no padding, where there is any.
    let validTokens: [Int]?
    /// The tokens that are no padding.
    let tokens: Tensor
    let gate: any GatePass
    /// The experts that weights were made up for.
    let weighed: Selection
    /// The weights before those of dropped routes were set to zero.
    let weights: Tensor
  }

  /// Routes tokens.
  ///
  /// Padding is taken out before anything else: whatever its rows hold, nothing depends on it.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns.
  ///   - context: What the batch is, and what the pass is for; its noise is set to that of
  ///     ``seed``, ``layer`` and the step.
  ///   - overrides: What overrides the strategy.
  /// - Returns: Where each token goes, and what the backward pass needs.
  /// - Throws: ``MoEError/nonFiniteLogit(token:expert:value:)``;
  ///   ``MoEError/untrainableGate(weighting:slotCount:remedy:)`` in training mode, where there is
  ///   more than one expert and scores select them; ``MoEError/configuration(_:value:expected:)``
  ///   where the context does not fit, or every expert is switched off.
  /// - Complexity: The gate's product, and O(tokens · experts).
  public func forward(
    _ tokens: Tensor, context: LayerContext, overrides: RoutingOverrides = RoutingOverrides()
  ) throws -> Pass {
    try Router.checkLayer(layer)
    try checkBuffers()
    let context = RoutingContext(
      batch: context.batch,
      purpose: PassPurpose(
        context.mode, noise: noise(context.mode), hiddenRows: context.purpose.hiddenRows),
      overrides: overrides, expertTraits: expertTraits)
    try check(context, tokenCount: tokens.rowCount)
    guard let valid = context.batch.validTokens else { return try route(tokens, context) }
    let pass = try route(tokens.gatheringEntries(valid), context.picking(valid))
    return Pass(
      routing: pass.routing.placing(at: valid, in: context.batch, count: tokens.rowCount),
      withoutPadding: pass.routing, validTokens: valid, tokens: pass.tokens, gate: pass.gate,
      weighed: pass.weighed, weights: pass.weights)
  }

  /// The noise of a pass: that of the seed and the layer, at the step.
  package func noise(_ mode: PassMode) -> Noise {
    Noise(seed: seed, step: mode.step, layer: layer)
  }

  /// Throws where a batch or overrides do not fit the router or so many tokens, padding included.
  ///
  /// For layers that take padding out before the router does: what is of another number of tokens
  /// would be picked from wrongly.
  func check(_ overrides: RoutingOverrides, _ context: LayerContext, tokenCount: Int) throws {
    try check(
      RoutingContext(batch: context.batch, purpose: context.purpose, overrides: overrides),
      tokenCount: tokenCount)
  }

  /// The experts that are left out for a pass: those of a recording, or those of the step.
  private func droppedExperts(_ context: RoutingContext) -> Set<Int> {
    if let recording = context.overrides.replay?.recording {
      return Set(recording.droppedExperts ?? []).subtracting(disabledExperts)
    }
    guard context.mode.isTraining, let dropout = strategy.dropout else { return [] }
    return dropout.leftOut(
      of: (0..<expertCount).filter { !disabledExperts.contains($0) }, noise: context.noise)
  }

  /// Throws where a context does not fit the router or so many tokens.
  private func check(_ context: RoutingContext, tokenCount: Int) throws {
    try context.check(
      tokenCount: tokenCount, expertCount: expertCount,
      columns: RoutingOverrides.Columns(
        previousLogits: gate.previousLogitCount, previousState: gate.stateSize,
        routerInput: gate.inputSize))
    try context.overrides.replay?.recording.check(
      tokenCount: tokenCount, batch: context.batch, router: self)
    let forced = context.overrides.forcedExperts
    guard strategy.slotsPerExpert == nil || forced.isEmpty else {
      throw MoEError.configuration(
        "number of tokens with forced experts", value: "\(forced.count)",
        expected: "0, as a soft mixture selects no experts")
    }
    for (token, experts) in forced.isEmpty ? [] : forced.sorted(by: { $0.key < $1.key })
    where !context.batch.isPadding(token) {
      for expert in experts where disabledExperts.contains(expert) {
        throw MoEError.configuration(
          "forced expert of token \(token)", value: "\(expert)", expected: "one that is switched on"
        )
      }
    }
    if context.mode.isTraining, !forced.isEmpty, let dropout = strategy.dropout,
      dropout.experts > 0, context.overrides.replay == nil
    {
      throw MoEError.configuration(
        "number of tokens with forced experts", value: "\(forced.count)",
        expected: "0, as experts are left out at random")
    }
    if context.mode.isTraining, expertCount > 1, strategy.slotsPerExpert == nil,
      selector.promises.contains(.readsScores), weighting.isConstant(slotCount: slotCount),
      !strategy.isStraightThrough
    {
      throw untrainableGate
    }
  }

  /// The error of constant weights, and what helps: one that is constant with two experts a token
  /// is so with any.
  private var untrainableGate: MoEError {
    guard !weighting.isConstant(slotCount: 2) else {
      return .untrainableGate(
        weighting: "\(type(of: weighting))", slotCount: slotCount,
        remedy: "a weighting that depends on the scores, such as .scores")
    }
    return .untrainableGate(weighting: "\(type(of: weighting))", slotCount: slotCount)
  }

  /// Routes tokens without padding.
  private func route(_ tokens: Tensor, _ context: RoutingContext) throws -> Pass {
    let pass = try gate.forward(context.overrides.routerInput ?? tokens, context: context)
    require(
      pass.logits.sizes == TensorShape(tokens.rowCount, gate.expertCount),
      "\(type(of: gate)): logits of shape \(pass.logits.shape), expected "
        + "[\(tokens.rowCount), \(gate.expertCount)]")
    require(
      pass.state?.sizes == gate.stateSize.map { TensorShape(tokens.rowCount, $0) },
      "\(type(of: gate)): state of shape \(pass.state?.shape ?? []), expected "
        + "[\(tokens.rowCount), \(gate.stateSize ?? 0)]")
    try Router.checkFinite(pass.logits, context.batch)
    let dropped = droppedExperts(context)
    if let slots = strategy.slotsPerExpert {
      return softPass(pass, tokens, slots: slots, dropping: dropped, context)
    }
    let off = dropped.isEmpty ? disabledExperts : disabledExperts.union(dropped)
    var logits = logitOffset.map { pass.logits.addingToEachRow($0) } ?? pass.logits
    disable(off, in: &logits, by: -.infinity)
    let scores = score.scores(logits, context: context)
    let biased = strategy.biasesLogits ? logits : scores
    var priorities = selectionBias.map { biased.addingToEachRow($0) } ?? scores
    disable(off, in: &priorities, by: -.infinity)
    let input = SelectionInput(
      logits: logits, scores: scores, priorities: priorities, context: context)
    return weighted(try placement(input, off), input, pass, tokens, dropping: dropped, off: off)
  }

  private static func checkFinite(_ logits: Tensor, _ batch: Batch) throws {
    guard !logits.isFinite else { return }
    let scalars = logits.scalars
    for index in 0..<scalars.count where !scalars[index].isFinite {
      throw MoEError.nonFiniteLogit(
        token: batch.place(of: index / logits.columnCount), expert: index % logits.columnCount,
        value: scalars[index])
    }
  }

  /// Sets the columns of the experts that are switched off, one an expert or one a slot.
  func disable(_ off: Set<Int>, in matrix: inout Tensor, by value: Float) {
    guard !off.isEmpty else { return }
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    let width = columns / expertCount
    var scalars = matrix.mutableScalars
    for row in 0..<rows {
      for expert in off {
        for column in expert * width..<(expert + 1) * width {
          scalars[row * columns + column] = value
        }
      }
    }
  }

  /// The experts of each token and what became of each route: recorded, or selected and given room.
  private func placement(
    _ input: SelectionInput, _ off: Set<Int>
  ) throws -> Capacity.Placement {
    let (context, tokenCount) = (input.context, input.tokenCount)
    if let replay = context.overrides.replay?.recording {
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
    checkExperts(of: selected, off)
    for (token, experts) in context.overrides.forcedExperts {
      selected = selected.widened(to: experts.count, tokenCount: tokenCount)
      selected.replace(token, with: experts)
    }
    return strategy.capacity.place(
      selected, input, outcomes: strategy.dropout?.outcomes(of: selected, context: context))
  }

  /// Traps where a selector, which may be the user's own, chose what is no expert, one that is
  /// switched off, or one twice for a token.
  private func checkExperts(of selected: SelectedExperts, _ off: Set<Int>) {
    if selected.slotCount <= Router.fewSlots, off.isEmpty {
      if let route = selected.firstFault(expertCount: expertCount) { fault(selected, route) }
      return
    }
    // The last token that chose each expert.
    var last = [Int](repeating: -1, count: expertCount)
    for expert in off { last[expert] = .max }
    let (experts, slotCount) = (selected.experts, selected.slotCount)
    var (route, token) = (0, 0)
    while route < experts.count {
      for _ in 0..<slotCount {
        let expert = Int(experts[route])
        route += 1
        guard expert != SelectedExperts.none else { continue }
        guard expert >= 0 && expert < expertCount && last[expert] < token else {
          fault(selected, route - 1)
        }
        last[expert] = token
      }
      token += 1
    }
  }

  /// Of so few slots a token each is compared with the others, without memory for it.
  private static let fewSlots = 4

  /// Traps because of a route.
  private func fault(_ selected: SelectedExperts, _ route: Int) -> Never {
    fatalError(
      "\(type(of: selector)): expert \(selected.experts[route]) for token "
        + "\(route / selected.slotCount), expected different ones from 0 to \(expertCount - 1) that are "
        + "switched on")
  }

  /// The routing of placed routes: their weights, zero for those that no expert takes.
  private func weighted(
    _ placement: Capacity.Placement, _ input: SelectionInput, _ pass: any GatePass,
    _ tokens: Tensor, dropping dropped: Set<Int>, off: Set<Int>
  ) -> Pass {
    let outcomes = placement.outcomes
    let selected = placement.selected
    let isAfter =
      strategy.capacity.weights == .afterDropping && outcomes.contains(where: \.isDropped)
    let all = Selection(
      logits: input.logits, scores: input.scores, selected: selected, score: score,
      context: input.context)
    let weighed = isAfter ? all.choosing(selected.withoutDropped(outcomes)) : all
    let raw = weighting.weights(weighed)
    require(
      raw.sizes == TensorShape(input.tokenCount, weighed.slotCount),
      "\(type(of: weighting)): weights of shape \(raw.shape), expected "
        + "[\(input.tokenCount), \(weighed.slotCount)]")
    let scaled = weightScale.map { raw * scales(of: weighed, by: $0) } ?? raw
    var weights = scaled
    if outcomes.contains(where: { $0.isDropped || $0 == .passThrough }) {
      var scalars = weights.mutableScalars
      for route in outcomes.indices where !outcomes[route].isTaken { scalars[route] = 0 }
    }
    // The offset is no noise: what stands beside the noise has it too.
    var noise = pass.noise
    if let logitOffset { noise?.clean.addToEachRow(logitOffset) }
    let routing = Routing(
      selection: all, weights: weights, outcomes: outcomes,
      passThroughWeights: PassThrough.weights(
        scaled, outcomes, keepsRemainder: weighting.promises.contains(.keepsRemainder)),
      gateNoise: noise, gateState: pass.state, chosenExperts: placement.chosen,
      alwaysOnCount: selector.alwaysOnCount, selectionBias: selectionBias,
      routesPerToken: selector.promises.contains(.fixedCount)
        ? slotCount - selector.alwaysOnCount : nil,
      disabledExperts: off, droppedExperts: dropped)
    return Pass(
      routing: routing, withoutPadding: nil, validTokens: nil, tokens: tokens, gate: pass,
      weighed: weighed, weights: raw)
  }

  /// The learned scale of each slot's expert, of shape [tokens, slots]; 1 in empty ones.
  func scales(of selection: Selection, by scale: Tensor) -> Tensor {
    let scalars = scale.scalarArray
    return Tensor(
      selection.experts.map { $0 < 0 ? 1 : scalars.count == 1 ? scalars[0] : scalars[Int($0)] },
      shape: [selection.tokenCount, selection.slotCount])
  }

  /// A pass of a soft mixture: logits of experts are the log-sum-exp of those of their slots, so
  /// that the softmax of the ones is the sum of the softmax of the others.
  private func softPass(
    _ pass: any GatePass, _ tokens: Tensor, slots: Int, dropping dropped: Set<Int>,
    _ context: RoutingContext
  ) -> Pass {
    let off = disabledExperts.union(dropped)
    var (slotLogits, noise) = (pass.logits, pass.noise)
    if let logitOffset {
      let offset = Tensor((0..<expertCount * slots).map { logitOffset.scalars[$0 / slots] })
      slotLogits.addToEachRow(offset)
      noise?.clean.addToEachRow(offset)
    }
    disable(off, in: &slotLogits, by: -.infinity)
    let soft = SoftRouting(logits: slotLogits, slotsPerExpert: slots)
    let rows = slotLogits.rowCount
    var logits = slotLogits.reshaped(to: [rows * expertCount, slots]).logSumExp()
      .reshaped(to: [rows, expertCount])
    disable(off, in: &logits, by: -.infinity)
    let selection = Selection(
      logits: logits, scores: logits.softmax(), selected: SelectedExperts([], slotCount: 0),
      score: SoftmaxScore(), context: context)
    let weights = Tensor(zeros: [rows, 0])
    let routing = Routing(
      selection: selection, weights: weights, soft: soft, gateNoise: noise, gateState: pass.state,
      disabledExperts: off, droppedExperts: dropped)
    return Pass(
      routing: routing, withoutPadding: nil, validTokens: nil, tokens: tokens, gate: pass,
      weighed: selection, weights: weights)
  }
}
