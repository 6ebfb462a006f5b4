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
    let saved = kept(pass.saved, by: "MixtureOfExperts")
    require(
      outputGradient.shape == pass.output.shape,
      "MixtureOfExperts.backward: gradient of shape \(outputGradient.shape) against output of shape "
        + "\(pass.output.shape)")
    let (tokens, routing) = (saved.tokens, pass.routing)
    let weights = routing.weightsByPosition
    let gradients = experts.indices.map { index in
      let range = expertRanges[index]
      let positions =
        routing.rows.offsets[range.lowerBound]..<routing.rows.offsets[range.upperBound]
      let gradient = experts[index].backward(
        outputGradient, weights: weights[rows: positions], tokens: tokens,
        rows: routing.rows[groups: range], pass: saved.experts[index])
      let group = type(of: experts[index])
      checkShape(
        of: gradient.tokens, is: [positions.count, inputSize], "gradient of tokens", group)
      checkShape(of: gradient.weights, is: [positions.count], "gradient of weights", group)
      return gradient
    }
    var tokenGradient = Tensor(concatenatingRows: gradients.map(\.tokens)).combiningRows(
      at: routing.positions, slotCount: routing.slotCount)

    var sharedParameters: (any ExpertGroup)?
    if let group = sharedExperts, let sharedPass = saved.shared {
      let rows = sharedRows(of: group, tokenCount: tokens.rowCount)
      let gradient = group.backward(
        outputGradient, weights: Tensor(repeating: 1, shape: [rows.count]), tokens: tokens,
        rows: rows, pass: sharedPass)
      for expert in 0..<group.expertCount {
        tokenGradient += gradient.tokens[rows: rows.positions(of: expert)]
      }
      sharedParameters = gradient.parameters
    }

    let logitGradient = saved.logitGradients.first.map {
      saved.logitGradients.dropFirst().reduce($0, +)
    }
    let routerGradient = router.backward(
      routing.byRoute(Tensor(concatenatingRows: gradients.map(\.weights))),
      logitGradient: logitGradient, tokens: tokens, pass: saved.router)
    tokenGradient += routerGradient.input
    return LayerGradient(
      input: tokenGradient,
      parameters: MixtureOfExperts(
        self, router: routerGradient.parameters, experts: gradients.map(\.parameters),
        sharedExperts: sharedParameters))
  }
}
