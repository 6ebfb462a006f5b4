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
    /// The router's pass, with the tokens that it read.
    var router: Router.Pass
    /// The tokens that shared experts and the map of a latent mixture read.
    var tokens: Tensor
    var latent: LatentPass?
    /// The rows that routed experts took: the tokens, or those of a latent mixture.
    var expertTokens: Tensor
    /// The same times the scale of experts' inputs.
    var scaledTokens: Tensor
    var dispatch: TokenDispatch
    var experts: ExpertRun
    var shared: SharedExperts.Saved?
    var outputStage: OutputStage.Saved
    var lossGradients: [RoutingGradient]
  }

  /// The passes of both maps of a latent mixture.
  struct LatentPass: Sendable {
    var down: LatentProjection.Pass
    var up: Linear.Pass
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
    try Compute.pass(effort: estimatedEffort(tokens)) {
      guard tokens.rank == 2, tokens.sizes[1] == inputSize else {
        throw MoEError.shape("tokens", found: tokens.shape, expected: "[tokens, \(inputSize)]")
      }
      if context.mode.isTraining {
        try checkBalancing(before: context.mode.step)
      }
      let routed = try router.forward(tokens, context: context, overrides: overrides)
      guard let valid = routed.validTokens else { return try run(routed, tokens, context) }
      var inner = context
      inner.batch = context.batch.picking(valid)
      // The router has taken padding out of the tokens.
      let pass = try run(routed, routed.tokens, inner)
      return Pass(
        output: pass.output.placingEntries(at: valid, count: tokens.rowCount),
        routing: routed.routing, losses: pass.losses, saved: pass.saved)
    }
  }

  /// Runs the experts on tokens without padding, which need not be the rows that the router read,
  /// and combines their outputs.
  private func run(
    _ routed: Router.Pass, _ tokens: Tensor, _ context: LayerContext
  ) throws -> Pass {
    let routing = routed.inner
    var context = context
    context.purpose.noise = router.noise(context.mode)
    let down = latent?.project(tokens, context: context)
    let expertTokens = down?.output ?? tokens
    let dispatch = TokenDispatch(
      routing, appliesWeightsToInput: router.strategy.appliesWeightsToInput)
    let scale = router.strategy.expertInputScale
    let scaledTokens = scale == 1 ? expertTokens : expertTokens * scale
    let ranges = expertRanges
    var experts = try runExperts(
      dispatch.inputs(scaledTokens, of: expertSpans(ranges)), context, isSoft: routing.soft != nil)
    let passing = PassThrough(
      routing, copying: experts.copying(ranges), scale: scale)
    var output = dispatch.combined(
      experts.rows, columnCount: expertGroups[0].outputSize,
      from: experts.computing(ranges),
      passing: passing.weights.map { (tokens: expertTokens, weights: $0) })
    let up = latent?.up.forward(output, context: context)
    if let up { output = up.output }
    let routedNorm = outputStage?.norming(routed: &output, context: context)
    var shared: SharedExperts.Saved?
    if let sharedExperts {
      (output, shared) = try sharedExperts.combined(
        output, tokens: tokens, routeCount: router.slotCount, firstExpert: expertCount,
        context: context)
    }
    let norm = outputStage?.finishing(&output, context: context)
    guard context.mode.isTraining else {
      return Pass(output: output, routing: routing, losses: [], saved: nil)
    }
    if !dispatch.readsOutputs { experts.dropOutputs() }
    let losses = losses(of: routing)
    return Pass(
      output: output, routing: routing,
      losses: losses.map { NamedLoss(name: $0.name, value: $0.value.value) },
      saved: Saved(
        router: routed, tokens: tokens, latent: latentPass(down, up),
        expertTokens: expertTokens, scaledTokens: scaledTokens, dispatch: dispatch,
        experts: experts, shared: shared,
        outputStage: OutputStage.Saved(routed: routedNorm, whole: norm),
        lossGradients: losses.map(\.value.gradient)))
  }

  /// About how many multiply-adds the products of gated experts will take, before tokens are routed
  /// and known to be as wide as they should: hidden sizes are taken to be those of tokens.
  func estimatedEffort(_ tokens: Tensor) -> Int {
    Int(min(3 * Double(tokens.count) * Double(router.slotCount * inputSize), 1e15))
  }

  private func latentPass(_ down: LatentProjection.Pass?, _ up: Linear.Pass?) -> LatentPass? {
    guard let down, let up else { return nil }
    return LatentPass(down: down, up: up)
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
