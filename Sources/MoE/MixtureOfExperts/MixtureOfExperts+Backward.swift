extension MixtureOfExperts {
  /// The gradients of a loss and of the auxiliary losses together.
  ///
  /// The way of the forward pass in reverse: each group of experts gives the gradients with respect to its
  /// parameters, its tokens and the routes' weights; the router takes those of the weights, and those that
  /// the auxiliary losses have with respect to the logits, back to its gate and to the tokens. Selection
  /// carries no gradient.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output, of its shape; another shape traps.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the tokens and to every parameter.
  public func backward(
    _ outputGradient: Tensor, pass: Pass
  ) -> LayerGradient<MixtureOfExperts> {
    backward(outputGradient, logitGradient: nil, pass: pass).gradient
  }

  /// The gradients of a loss and of the auxiliary losses together, in a chain of layers whose gates read
  /// the logits of the layer before.
  ///
  /// Go through the layers from the last to the first, and hand each the gradient with respect to its logits
  /// that the next one returned.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output, of its shape; another shape traps.
  ///   - logitGradient: What the next layer returned as `previousLogits`; nothing for the last.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the tokens and to every parameter, and that with respect to the
  ///   logits of the layer before, where the gate reads them.
  public func backward(
    _ outputGradient: Tensor, logitGradient: Tensor?, pass: Pass
  ) -> (gradient: LayerGradient<MixtureOfExperts>, previousLogits: Tensor?) {
    let saved = kept(pass.saved, by: "MixtureOfExperts")
    require(
      outputGradient.shape == pass.output.shape,
      "MixtureOfExperts.backward: gradient of shape \(outputGradient.shape) against output of shape "
        + "\(pass.output.shape)")
    let (tokens, routing) = (saved.tokens, pass.routing)
    var (way, sharedParameters) = (
      expertBackward(outputGradient, pass, saved), (any ExpertGroup)?.none
    )
    var tokenGradient = way.tokens
    if let identity = routing.passThroughWeights {
      way.router.passThroughWeights = outputGradient.rowDots(tokens)
      var own = outputGradient
      own.scaleRows(by: identity)
      tokenGradient += own
    }
    if let group = sharedExperts, let sharedPass = saved.shared {
      let rows = sharedRows(of: group, tokenCount: tokens.rowCount)
      let gradient = group.backward(
        outputGradient, weights: Tensor(repeating: 1, shape: [rows.count]), tokens: tokens,
        rows: rows, pass: sharedPass)
      for expert in 0..<group.expertCount {
        tokenGradient += gradient.tokens[entries: rows.positions(of: expert)]
      }
      sharedParameters = gradient.parameters
    }
    if router.strategy.isStraightThrough {
      way.router.scores = straightThroughGradient(outputGradient, tokens, routing)
    }
    for gradient in saved.lossGradients { way.router += gradient }
    if let logitGradient {
      var gradient = RoutingGradient()
      // The next layer may have read the logits of a soft mixture's slots, or those of its experts.
      if logitGradient.shape == routing.logits.shape {
        gradient.logits = logitGradient
      } else {
        gradient.slotLogits = logitGradient
      }
      gradient.check(against: routing, MixtureOfExperts.self)
      way.router += gradient
    }
    let back = router.backward(way.router, tokens: tokens, pass: saved.router)
    tokenGradient += back.gradient.input
    return (
      LayerGradient(
        input: tokenGradient,
        parameters: MixtureOfExperts(
          self, router: back.gradient.parameters, expertGroups: way.parameters,
          sharedExperts: sharedParameters)), back.previousLogits
    )
  }
}
