extension MixtureOfAttentionHeads {
  /// The gradients of a loss and of the auxiliary losses together.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output, of its shape; another shape
  ///     traps. Its rows for padding may hold anything.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the tokens, zero for padding, and to every parameter.
  /// - Throws: What a part of the user's own throws.
  public func backward(
    _ outputGradient: Tensor, pass: Pass
  ) throws -> LayerGradient<MixtureOfAttentionHeads> {
    try backward(outputGradient, routing: RoutingGradient(), pass: pass).gradient
  }

  /// The gradients of a loss and of the auxiliary losses together, where the loss also reads the
  /// routing.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output, of its shape; another shape
  ///     traps.
  ///   - routingGradient: The gradient with respect to the routing.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the tokens and to every parameter, and those with
  ///   respect to what else the router read.
  /// - Throws: What a part of the user's own throws.
  public func backward(
    _ outputGradient: Tensor, routing routingGradient: RoutingGradient, pass: Pass
  ) throws -> RoutedGradient<MixtureOfAttentionHeads> {
    try Compute.pass {
      let saved = kept(pass.saved, by: "MixtureOfAttentionHeads")
      require(
        outputGradient.shape == pass.output.shape,
        "MixtureOfAttentionHeads.backward: gradient of shape \(outputGradient.shape) against output "
          + "of shape \(pass.output.shape)")
      routingGradient.check(against: pass.routing, MixtureOfAttentionHeads.self)
      guard let valid = saved.router.validTokens else {
        return try run(outputGradient, routingGradient, saved)
      }
      return try run(
        outputGradient.gatheringEntries(valid), routingGradient.picking(valid), saved
      ).placing(at: valid, count: pass.output.rowCount)
    }
  }

  /// The gradients of tokens without padding.
  private func run(
    _ outputGradient: Tensor, _ routingGradient: RoutingGradient, _ saved: Saved
  ) throws -> RoutedGradient<MixtureOfAttentionHeads> {
    let (tokens, routing) = (saved.router.tokens, saved.router.inner)
    let (rows, dispatch) = (saved.input.rows, saved.dispatch)
    let places = routes(routing).map(Int.init)
    let ofOutput = output.weightedBackward(
      dispatch.outputGradients(outputGradient, of: [span])[0],
      input: bySlot(saved.heads).gatheringEntries(places), rows: dispatch.rows)
    let back = attention(slotCount: routing.slotCount).backward(
      bySlot(ofOutput.input, routing), saved.attention)
    let ofQueries = bySlot(back.queries).gatheringEntries(places)
    var (tokenGradient, gradient) = dispatch.backward(
      TokenDispatch.Back(
        rows: query.inputGradient(.ordered(ofQueries), rows: rows), weights: ofOutput.weights,
        experts: [0..<expertCount], outputs: nil),
      outputGradient: outputGradient, tokens: tokens)
    PassThrough(routing, copying: []).backward(
      outputGradient, tokens: tokens, routing: routing, tokenGradient: &tokenGradient,
      gradient: &gradient)
    let ofKeys = key.backward(back.keys, pass: Linear.Pass(output: back.keys, input: tokens))
    let ofValues = value.backward(
      back.values, pass: Linear.Pass(output: back.values, input: tokens))
    tokenGradient += ofKeys.input
    tokenGradient += ofValues.input
    for loss in saved.lossGradients { gradient += loss }
    gradient += routingGradient
    let ofRouter = try router.backward(gradient, inner: saved.router)
    tokenGradient += ofRouter.input
    var parameters = self
    parameters.router = ofRouter.parameters
    parameters.query = query.parameterGradient(
      .ordered(ofQueries), input: .picked(saved.input.matrix), rows: rows)
    parameters.key = ofKeys.parameters
    parameters.value = ofValues.parameters
    parameters.output = ofOutput.parameters
    return RoutedGradient(
      LayerGradient(input: tokenGradient, parameters: parameters),
      overrides: ofRouter.overrides)
  }

  // MARK: - Steps

  /// Tells the layer that a step of training has ended; see
  /// ``MixtureOfExperts/finishStep(_:tokenQuality:)``.
  ///
  /// - Parameters:
  ///   - passes: The passes of the step: one, or one a micro-batch.
  ///   - tokenQuality: How well each token of each pass was served, where that is tracked.
  /// - Throws: What an update throws; nothing has changed then.
  public mutating func finishStep(_ passes: [Pass], tokenQuality: [[Float]]? = nil) throws {
    try finishStep(TrainingStep(passes.map(\.routing), tokenQuality: tokenQuality))
  }

  /// Tells the layer that a step of training has ended.
  ///
  /// - Parameter step: What happened in the step.
  /// - Throws: As ``MixtureOfExperts/finishStep(_:)``; nothing has changed then.
  public mutating func finishStep(_ step: TrainingStep) throws {
    try finishBalancing(step)
  }
}
