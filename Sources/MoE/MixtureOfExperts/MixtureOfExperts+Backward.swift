extension MixtureOfExperts {
  /// The gradients of a loss and of the auxiliary losses together.
  ///
  /// The way of the forward pass in reverse: each group of experts gives the gradients with respect
  /// to its parameters, its tokens and the routes' weights; the router takes those of the weights,
  /// and those that the auxiliary losses have with respect to the logits, back to its gate and to
  /// the tokens. Selection carries no gradient.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output, of its shape; another shape
  ///     traps. Its rows for padding may hold anything.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the tokens, zero for padding, and to every parameter.
  /// - Throws: What a part of the user's own throws.
  public func backward(
    _ outputGradient: Tensor, pass: Pass
  ) throws -> LayerGradient<MixtureOfExperts> {
    try backward(outputGradient, routing: RoutingGradient(), pass: pass).gradient
  }

  /// The gradients of a loss and of the auxiliary losses together, where the loss also reads the
  /// routing, as in a chain of layers whose gates read the logits of the layer before.
  ///
  /// Go through the layers from the last to the first, and hand each the gradient with respect to
  /// its logits that the next one returned.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output, of its shape; another shape
  ///     traps.
  ///   - routingGradient: The gradient with respect to the routing: as logits, or as logits of
  ///     slots, what the next layer returned as `previousLogits`, by which of the two it was
  ///     handed; as state what it returned as `previousState`.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the tokens and to every parameter, and those with
  ///   respect to what else the router read.
  /// - Throws: What a part of the user's own throws.
  public func backward(
    _ outputGradient: Tensor, routing routingGradient: RoutingGradient, pass: Pass
  ) throws -> RoutedGradient<MixtureOfExperts> {
    try Compute.pass(effort: 2 * estimatedEffort(pass.output)) {
      let saved = kept(pass.saved, by: "MixtureOfExperts")
      require(
        outputGradient.shape == pass.output.shape,
        "MixtureOfExperts.backward: gradient of shape \(outputGradient.shape) against output of shape "
          + "\(pass.output.shape)")
      routingGradient.check(against: pass.routing, MixtureOfExperts.self)
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
  ) throws -> RoutedGradient<MixtureOfExperts> {
    let routing = saved.router.inner
    var stage = outputStage
    let outputGradient =
      outputStage?.wholeGradient(outputGradient, saved.outputStage, parameters: &stage)
      ?? outputGradient
    var ofRouted =
      sharedExperts.flatMap { shared in
        saved.shared.map { shared.routedGradient(outputGradient, $0) }
      } ?? outputGradient
    if let outputStage {
      ofRouted = outputStage.routedGradient(ofRouted, saved.outputStage, parameters: &stage)
    }
    var up: Linear?
    if let latent, let pass = saved.latent {
      let back = latent.up.backward(ofRouted, pass: pass.up)
      (ofRouted, up) = (back.input, back.parameters)
    }
    let scale = router.strategy.expertInputScale
    let experts = try expertGradients(
      saved.dispatch.outputGradients(ofRouted, of: expertSpans), input: saved.dispatch.rows,
      saved.experts)
    var (tokenGradient, gradient) = saved.dispatch.backward(
      TokenDispatch.Back(
        rows: experts.rows, weights: experts.weights,
        experts: saved.experts.computing(expertRanges),
        outputs: saved.dispatch.readsOutputs
          ? Tensor(concatenatingEntries: saved.experts.rows) : nil),
      outputGradient: ofRouted, tokens: saved.scaledTokens)
    if scale != 1 { tokenGradient *= scale }
    PassThrough(routing, copying: saved.experts.copying(expertRanges), scale: scale).backward(
      ofRouted, tokens: saved.expertTokens, routing: routing, tokenGradient: &tokenGradient,
      gradient: &gradient)
    var latentGradient = latent
    if let latent, let pass = saved.latent, let up {
      let back = latent.backward(tokenGradient, pass: pass.down, up: up)
      (tokenGradient, latentGradient) = (back.input, back.parameters)
    }
    let shared = try sharedExperts.flatMap { shared in
      try saved.shared.map {
        try shared.backward(
          outputGradient, $0, tokens: saved.tokens, tokenGradient: &tokenGradient)
      }
    }
    if router.strategy.isStraightThrough {
      gradient.scores = try straightThroughGradient(ofRouted, saved.scaledTokens, routing)
    }
    for loss in saved.lossGradients { gradient += loss }
    gradient += routingGradient
    let back = try router.backward(gradient, inner: saved.router)
    tokenGradient += back.input
    return RoutedGradient(
      LayerGradient(
        input: tokenGradient,
        parameters: try MixtureOfExperts(
          self, router: back.parameters, expertGroups: experts.parameters,
          latent: latentGradient, sharedExperts: shared, outputStage: stage
        ).withoutFrozen()), overrides: back.overrides)
  }

  /// The straight-through gradient of scores: for every expert that is switched on and was not
  /// selected, the gradient that its weight would have, ⟨dy, E(x)⟩.
  private func straightThroughGradient(
    _ outputGradient: Tensor, _ tokens: Tensor, _ routing: Routing
  ) throws -> Tensor {
    let (tokenCount, expertCount) = (routing.tokenCount, routing.expertCount)
    var context = LayerContext(.inference, batch: routing.batch)
    context.purpose.noise = router.noise(routing.mode)
    var result = Tensor(zeros: [tokenCount, expertCount])
    for (group, range) in zip(expertGroups, expertRanges) {
      // What is switched off may be broken: not even a NaN of it may reach the gate.
      for expert in range where !routing.disabledExperts.contains(expert) {
        // One expert at a time, so that memory does not grow with their number.
        let offsets = (0...group.expertCount).map {
          $0 > expert - range.lowerBound ? tokenCount : 0
        }
        let rows = GroupedRows(offsets: offsets, indices: (0..<Int32(tokenCount)).map { $0 })
        var input = GroupedTokens(tokens, rows: rows)
        input.firstExpert = range.lowerBound
        let output = try group.forward(input, context: context).output
        let ofExpert: Tensor
        switch output {
        case .rows(let rows): ofExpert = outputGradient.rowDots(rows)
        case .zero: continue
        case .tokens: ofExpert = outputGradient.rowDots(tokens)
        }
        let source = ofExpert.scalarArray
        var scalars = result.mutableScalars
        for token in 0..<tokenCount { scalars[token * expertCount + expert] = source[token] }
      }
    }
    var scalars = result.mutableScalars
    for (route, expert) in routing.experts.enumerated() where expert >= 0 {
      scalars[route / routing.slotCount * expertCount + Int(expert)] = 0
    }
    return result
  }
}
