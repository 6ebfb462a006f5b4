extension MixtureOfAttentionHeads {
  /// The result of a forward pass.
  public struct Pass: RoutedPass {
    /// The output, of shape [tokens, inputSize]; zero for padding.
    public let output: Tensor
    /// Where each token went.
    public let routing: Routing
    /// The values of the auxiliary losses, one by one; none in inference.
    public let losses: [NamedLoss]
    let saved: Saved?
  }

  /// All that the backward pass reads, of the tokens that are no padding.
  struct Saved: Sendable {
    let router: Router.Pass
    let dispatch: TokenDispatch
    let input: GroupedTokens
    let attention: PositionedAttention.Saved
    /// The heads' outputs, one row a slot.
    let heads: Tensor
    let lossGradients: [RoutingGradient]
  }

  /// Routes the tokens, and runs the heads that each was sent to along its sequence.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns; rows of padding may hold anything.
  ///   - context: What the batch is: its sequences, all tokens one unless given; and what the pass
  ///     is for.
  /// - Returns: The output, zero for padding, the routing and, in training, the auxiliary losses.
  /// - Throws: ``MoEError/shape(_:found:expected:)``, what the router throws, and in training as
  ///   ``MixtureOfExperts/forward(_:context:)``.
  /// - Complexity: The products of the gate, of keys and values, and of each route's two maps; and
  ///   two of each slot's queries with the keys that they see.
  public func forward(_ tokens: Tensor, context: LayerContext) throws -> Pass {
    try forward(tokens, context: context, overrides: RoutingOverrides())
  }

  /// Routes the tokens under live conditions, and runs the heads that each was sent to.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns; rows of padding may hold anything.
  ///   - context: What the batch is, and what the pass is for.
  ///   - overrides: What overrides the routing strategy.
  /// - Returns: As ``forward(_:context:)``.
  /// - Throws: As ``forward(_:context:)``.
  public func forward(
    _ tokens: Tensor, context: LayerContext, overrides: RoutingOverrides
  ) throws -> Pass {
    try Compute.pass {
      try check(tokens)
      if context.mode.isTraining { try checkBalancing(before: context.mode.step) }
      let routed = try router.forward(tokens, context: context, overrides: overrides)
      guard let valid = routed.validTokens else { return run(routed, context) }
      var inner = context
      inner.batch = context.batch.picking(valid)
      let pass = run(routed, inner)
      return Pass(
        output: pass.output.placingEntries(at: valid, count: tokens.rowCount),
        routing: routed.routing, losses: pass.losses, saved: pass.saved)
    }
  }

  private func check(_ tokens: Tensor) throws {
    guard tokens.rank == 2, tokens.shape[1] == inputSize else {
      throw MoEError.shape("tokens", found: tokens.shape, expected: "[tokens, \(inputSize)]")
    }
  }

  /// All experts, which compute and read rows.
  var span: ExpertSpan { ExpertSpan(0..<expertCount, .computing) }

  /// Runs the heads on tokens without padding.
  private func run(_ routed: Router.Pass, _ context: LayerContext) -> Pass {
    let routing = routed.inner
    let dispatch = dispatch(routing)
    let input = dispatch.inputs(routed.tokens, of: [span])[0]
    let (heads, attention) = attention(slotCount: routing.slotCount).forward(
      rows(routed, input),
      lengths: context.batch.sequenceLengths ?? [routing.tokenCount])
    let output = combined(heads, routed, dispatch)
    guard context.mode.isTraining else {
      return Pass(output: output, routing: routing, losses: [], saved: nil)
    }
    let losses = losses(of: routing)
    return Pass(
      output: output, routing: routing,
      losses: losses.map { NamedLoss(name: $0.name, value: $0.value.value) },
      saved: Saved(
        router: routed, dispatch: dispatch, input: input, attention: attention, heads: heads,
        lossGradients: losses.map(\.value.gradient)))
  }

  private func dispatch(_ routing: Routing) -> TokenDispatch {
    TokenDispatch(routing, appliesWeightsToInput: router.strategy.appliesWeightsToInput)
  }

  /// What the maps are around: all heads of all slots of a token side by side.
  func attention(slotCount: Int) -> PositionedAttention {
    PositionedAttention(
      ScaledDotProductAttention(
        headCount: slotCount * headCount, keyValueHeadCount: keyValueHeadCount,
        headPeriod: headCount, headSize: headSize, isCausal: isCausal, window: window),
      rotary: rotary, scale: scale)
  }

  /// Queries of all slots, zero where a slot has no expert, keys and values of tokens.
  private func rows(_ routed: Router.Pass, _ input: GroupedTokens) -> PositionedAttention.Rows {
    let queries = query.forward(.picked(input.matrix), rows: input.rows)
    let shared = Linear.forward([key, value], routed.tokens)
    return PositionedAttention.Rows(
      queries: bySlot(queries, routed.inner), keys: shared[0], values: shared[1])
  }

  /// The layer's output, from the heads' outputs of all slots.
  private func combined(
    _ heads: Tensor, _ routed: Router.Pass, _ dispatch: TokenDispatch
  ) -> Tensor {
    let routing = routed.inner
    // Gathered on the way into the product.
    let rows = GroupedRows(offsets: routing.rows.offsets, indices: routes(routing))
    let outputs = output.forward(.picked(bySlot(heads)), rows: rows)
    return dispatch.combined(
      [outputs], columnCount: outputSize, from: [0..<expertCount],
      passing: routing.passThroughWeights.map { (tokens: routed.tokens, weights: $0) })
  }

  // MARK: - Slots

  /// Rows of all slots of a token as one row a slot.
  func bySlot(_ rows: Tensor) -> Tensor {
    let columns = query.outputSize
    return rows.reshaped(to: [rows.count / columns, columns])
  }

  /// One row a token, of all its slots side by side, from one row a position; zero where a slot has
  /// none.
  func bySlot(_ rows: Tensor, _ routing: Routing) -> Tensor {
    let slots = routing.tokenCount * routing.slotCount
    return rows.placingEntries(at: routes(routing).map(Int.init), count: slots)
      .reshaped(to: [routing.tokenCount, routing.slotCount * query.outputSize])
  }

  /// The route at each position.
  func routes(_ routing: Routing) -> [Int32] {
    var routes = [Int32](repeating: 0, count: routing.rows.count)
    for (route, position) in routing.positions.enumerated() where position >= 0 {
      routes[Int(position)] = Int32(route)
    }
    return routes
  }
}

// MARK: - Piece by piece

extension MixtureOfAttentionHeads: CachedRoutedAttention {
  /// A cache of no tokens.
  ///
  /// - Parameter sequenceCount: The number of sequences that are read side by side.
  /// - Returns: A cache that fits this layer, and forgets what its window leaves behind.
  public func makeCache(sequenceCount: Int) -> KeyValueCache {
    KeyValueCache(sequenceCount: sequenceCount, size: key.outputSize, window: window)
  }

  /// The outputs of further tokens of each sequence, in inference.
  ///
  /// Where the routing is token-local, they have the bits that they have where the sequence is read
  /// at once.
  ///
  /// - Parameters:
  ///   - tokens: The further tokens, sequence by sequence, without padding.
  ///   - context: What the batch is: how many of the tokens are of each sequence, all of one unless
  ///     given. Whatever its mode, nothing is kept, and there are no losses.
  ///   - overrides: What overrides the routing strategy.
  ///   - cache: The keys and values of the tokens before, to which those of the new ones are added.
  /// - Returns: One row a further token, and the routing of these.
  /// - Throws: ``MoEError`` where tokens, sequences or the cache do not fit, or attention is not
  ///   causal, and what the router throws; the cache is then as it was.
  /// - Complexity: That of the maps, and O(tokens before · size) for each slot of a token.
  public func forward(
    _ tokens: Tensor, context: LayerContext, overrides: RoutingOverrides,
    cache: inout KeyValueCache
  ) throws -> Pass {
    try Compute.pass {
      try check(tokens)
      try context.batch.check(tokenCount: tokens.rowCount)
      let lengths = context.batch.sequenceLengths ?? [tokens.rowCount]
      try cache.check(context.batch, sequenceCount: lengths.count, attention(slotCount: 1).core)
      let routed = try router.forward(tokens, context: context, overrides: overrides)
      let (routing, dispatch) = (routed.inner, dispatch(routed.inner))
      let heads = attention(slotCount: routing.slotCount).forward(
        rows(routed, dispatch.inputs(routed.tokens, of: [span])[0]), lengths: lengths,
        cache: &cache)
      return Pass(
        output: combined(heads, routed, dispatch), routing: routing, losses: [], saved: nil)
    }
  }
}
