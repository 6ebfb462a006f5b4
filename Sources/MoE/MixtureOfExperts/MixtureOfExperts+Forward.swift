extension MixtureOfExperts {
  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [tokens, outputSize].
    public let output: Tensor
    /// Where each token went.
    public let routing: Routing
    /// The values of the auxiliary losses, one by one; none in inference.
    public let losses: [NamedLoss]
    let saved: Saved?

    /// The sum of the auxiliary losses.
    public var auxiliaryLoss: Float { losses.reduce(0) { $0 + $1.value } }
  }

  /// All that the backward pass reads, of the tokens that are no padding.
  struct Saved: Sendable {
    var router: Router.Pass
    var dispatch: TokenDispatch
    var experts: ExpertRun
    var shared: (any ExpertPass)?
    /// Whether what the shared experts give is the tokens.
    var copiesShared = false
    var lossGradients: [RoutingGradient]
  }

  /// Routes the tokens, runs the experts and combines their outputs.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns; rows of padding may hold anything.
  ///   - context: What the batch is, and what the pass is for. In inference nothing is kept, and no
  ///     auxiliary loss is computed.
  /// - Returns: The output, zero for padding, the routing and, in training, the auxiliary losses.
  /// - Throws: ``MoEError/shape(_:found:expected:)``, what the router and the experts throw, and in
  ///   training what the balancing losses throw where they do not fit the layer, and an error where
  ///   a step is below 0, or steps go on without ``finishStep(_:tokenQuality:)``.
  /// - Complexity: The products of the gate and of each route's expert; memory for the routes'
  ///   hidden rows.
  public func forward(_ tokens: Tensor, context: LayerContext) throws -> Pass {
    try forward(tokens, context: context, overrides: RoutingOverrides())
  }

  /// Routes the tokens under live conditions, runs the experts and combines their outputs.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns; rows of padding may hold anything.
  ///   - context: What the batch is, and what the pass is for.
  ///   - overrides: What overrides the routing strategy.
  /// - Returns: The output, zero for padding, the routing and, in training, the auxiliary losses.
  /// - Throws: As ``forward(_:context:)``.
  /// - Complexity: As ``forward(_:context:)``.
  public func forward(
    _ tokens: Tensor, context: LayerContext, overrides: RoutingOverrides
  ) throws -> Pass {
    guard tokens.rank == 2, tokens.shape[1] == inputSize else {
      throw MoEError.shape("tokens", found: tokens.shape, expected: "[tokens, \(inputSize)]")
    }
    if context.mode.isTraining {
      try balancingLosses.check(expertCount: router.expertCount)
      try checkFinished(before: context.mode.step)
    }
    let routed = try router.forward(tokens, context: context, overrides: overrides)
    guard let valid = routed.validTokens else { return try run(routed, context) }
    var inner = context
    inner.batch = context.batch.picking(valid)
    let pass = try run(routed, inner)
    return Pass(
      output: pass.output.placingEntries(at: valid, count: tokens.rowCount),
      routing: routed.routing, losses: pass.losses, saved: pass.saved)
  }

  /// Runs the experts on tokens without padding, and combines their outputs.
  private func run(_ routed: Router.Pass, _ context: LayerContext) throws -> Pass {
    let (tokens, routing) = (routed.tokens, routed.inner)
    var context = context
    context.purpose.noise = router.noise(context.mode)
    let dispatch = TokenDispatch(
      routing, appliesWeightsToInput: router.strategy.appliesWeightsToInput)
    var experts = try runExperts(dispatch.input(tokens), context, isSoft: routing.soft != nil)
    var output = dispatch.combined(
      experts.rows(else: outputSize), from: experts.computing(expertRanges))
    PassThrough(routing, copying: experts.copying(expertRanges)).add(tokens, to: &output)
    var shared = try runShared(tokens, context)
    var copiesShared = false
    if let group = sharedExperts, let pass = shared {
      addShared(pass.output, group, tokens, to: &output)
      if case .tokens = pass.output { copiesShared = true }
    }
    guard context.mode.isTraining else {
      return Pass(output: output, routing: routing, losses: [], saved: nil)
    }
    if !dispatch.readsOutputs { experts.dropOutputs() }
    shared?.output = .zero
    let losses = balancingLosses.map { loss in
      let value = loss(routing)
      value.gradient.check(against: routing, type(of: loss))
      return (loss.name, value)
    }
    return Pass(
      output: output, routing: routing,
      losses: losses.map { NamedLoss(name: $0, value: $1.value) },
      saved: Saved(
        router: routed, dispatch: dispatch, experts: experts, shared: shared,
        copiesShared: copiesShared,
        lossGradients: losses.map(\.1.gradient)))
  }

  /// The experts of each group, numbered through all groups.
  var expertRanges: [Range<Int>] {
    var start = 0
    return expertGroups.map { group in
      defer { start += group.expertCount }
      return start..<start + group.expertCount
    }
  }
}
