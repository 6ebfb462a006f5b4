extension TransformerBlock {
  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [tokens, size].
    public let output: Tensor
    /// The routings and auxiliary losses of the parts that send tokens to experts, in their order.
    public let mixtures: [BlockMixture]
    let saved: Saved?
  }

  /// The routing and the auxiliary losses of one part of a block.
  public struct BlockMixture: Sendable {
    /// The part.
    public let part: BlockPart
    /// Where each token went.
    public var routing: Routing
    /// The values of the auxiliary losses, one by one; none in inference.
    public let losses: [NamedLoss]
  }

  /// All that the backward pass reads, of the tokens that are no padding.
  struct Saved: Sendable {
    /// The passes of the parts that there are, in their order.
    var parts: [PartPass]
    /// The places of the tokens that are no padding, where there is any.
    var validTokens: [Int]?
  }

  /// The passes of one part and of the norm before it.
  struct PartPass: Sendable {
    let part: BlockPart
    let norm: Norm.Pass?
    let layer: any LayerPass
    /// What the part's router read in place of the tokens, where the block says what.
    var routerInput: RouterInput?
  }

  /// The output of attention that read keys and values of a cache; nothing is kept of it.
  private struct CachedPass: LayerPass { let output: Tensor }

  /// Runs the block.
  ///
  /// - Parameters:
  ///   - input: A matrix of ``inputSize`` columns; rows of padding may hold anything.
  ///   - context: What the batch is, and what the pass is for.
  /// - Returns: The output, zero for padding, and routings and losses of the parts.
  /// - Throws: ``MoEError/shape(_:found:expected:)``, and what a part throws.
  public func forward(_ input: Tensor, context: LayerContext) throws -> Pass {
    try forward(input, context: context, overrides: [:])
  }

  /// Runs the block under live conditions.
  ///
  /// - Parameters:
  ///   - input: A matrix of ``inputSize`` columns; rows of padding may hold anything.
  ///   - context: What the batch is, and what the pass is for.
  ///   - overrides: What overrides the routing of a part; of one that is not routed it is set
  ///     aside.
  /// - Returns: As ``forward(_:context:)``.
  /// - Throws: As ``forward(_:context:)``.
  public func forward(
    _ input: Tensor, context: LayerContext, overrides: [BlockPart: RoutingOverrides]
  ) throws -> Pass {
    try Compute.pass {
      guard input.rank == 2, input.shape[1] == inputSize else {
        throw MoEError.shape("tokens", found: input.shape, expected: "[tokens, \(inputSize)]")
      }
      try context.batch.check(tokenCount: input.rowCount)
      var cache: KeyValueCache?
      guard let valid = context.batch.validTokens else {
        return try run(input, context, overrides, cache: &cache)
      }
      for part in routedParts {
        guard let own = overrides[part] else { continue }
        try routed(part)?.router.check(own, context, tokenCount: input.rowCount)
      }
      var inner = context
      inner.batch = context.batch.picking(valid)
      let pass = try run(
        input.gatheringEntries(valid), inner, overrides.mapValues { $0.picking(valid) },
        cache: &cache)
      var saved = pass.saved
      saved?.validTokens = valid
      return Pass(
        output: pass.output.placingEntries(at: valid, count: input.rowCount),
        mixtures: pass.mixtures.map { $0.placing(at: valid, in: context.batch) }, saved: saved)
    }
  }

  /// Runs the block on tokens without padding; in inference after tokens whose keys and values are
  /// cached, to which it adds the new ones.
  ///
  /// Each part may have noise of its own.
  func run(
    _ input: Tensor, _ context: LayerContext, _ overrides: [BlockPart: RoutingOverrides],
    cache: inout KeyValueCache?, noise: ((BlockPart) -> Noise)? = nil
  ) throws -> Pass {
    var stream = input
    var passes: [PartPass] = []
    var mixtures: [BlockMixture] = []
    for part in BlockPart.allCases {
      guard let layer = self[part] else { continue }
      var context = context
      if let noise { context.purpose.noise = noise(part) }
      let norm = norm(before: part)?.forward(stream, context: context)
      let normed = norm?.output ?? stream
      let pass: any LayerPass
      var read: RouterInput?
      if let routed = layer as? any RoutedLayer {
        var own = overrides[part] ?? RoutingOverrides()
        if own.routerInput == nil, routerInput != .tokens {
          own.routerInput = routerInput == .block ? input : stream
          read = routerInput
        }
        let routedPass: any RoutedPass
        if part == .attention, let cached = layer as? any CachedRoutedAttention,
          var keysAndValues = cache.take()
        {
          defer { cache = keysAndValues }
          routedPass = try cached.anyForward(
            normed, context: context, overrides: own, cache: &keysAndValues)
        } else {
          routedPass = try routed.anyForward(normed, context: context, overrides: own)
        }
        mixtures.append(
          BlockMixture(part: part, routing: routedPass.routing, losses: routedPass.losses))
        pass = routedPass
      } else if part == .attention, let cached = layer as? any CachedAttention,
        var keysAndValues = cache.take()
      {
        // Put back even where it throws; taken out, so that its memory has one owner.
        defer { cache = keysAndValues }
        pass = CachedPass(
          output: try cached.forward(normed, context: context, cache: &keysAndValues))
      } else {
        pass = try layer.anyForward(normed, context: context)
      }
      if isResidual { stream += pass.output } else { stream = pass.output }
      if context.mode.isTraining {
        passes.append(PartPass(part: part, norm: norm, layer: pass, routerInput: read))
      }
    }
    return Pass(
      output: stream, mixtures: mixtures,
      saved: context.mode.isTraining ? Saved(parts: passes) : nil)
  }

  /// The gradients of a loss and of the auxiliary losses together.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output; its rows for padding may hold
  ///     anything.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the input, zero for padding, and the parameters.
  /// - Throws: What a part of the user's own throws.
  public func backward(
    _ outputGradient: Tensor, pass: Pass
  ) throws -> LayerGradient<TransformerBlock> {
    try backward(outputGradient, routing: [:], pass: pass).gradient
  }

  /// The gradients of a loss and of the auxiliary losses together, where the loss also reads the
  /// routings.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output.
  ///   - routing: The gradients with respect to the routings of parts.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the input and the parameters, and for each part that
  ///   is routed those with respect to what its router read beside the tokens.
  /// - Throws: What a part of the user's own throws.
  public func backward(
    _ outputGradient: Tensor, routing: [BlockPart: RoutingGradient], pass: Pass
  ) throws -> (
    gradient: LayerGradient<TransformerBlock>, overrides: [BlockPart: OverridesGradient]
  ) {
    try Compute.pass {
      let saved = kept(pass.saved, by: "TransformerBlock")
      require(
        outputGradient.shape == pass.output.shape,
        "TransformerBlock.backward: gradient of shape \(outputGradient.shape) against output of shape "
          + "\(pass.output.shape)")
      guard let valid = saved.validTokens else {
        return try runBackward(outputGradient, routing, pass)
      }
      var back = try runBackward(
        outputGradient.gatheringEntries(valid), routing.mapValues { $0.picking(valid) }, pass)
      let count = pass.output.rowCount
      back.gradient.input = back.gradient.input.placingEntries(at: valid, count: count)
      back.overrides = back.overrides.mapValues { $0.placing(at: valid, count: count) }
      return back
    }
  }

  /// The gradients of tokens without padding.
  func runBackward(
    _ outputGradient: Tensor, _ routing: [BlockPart: RoutingGradient], _ pass: Pass
  ) throws -> (
    gradient: LayerGradient<TransformerBlock>, overrides: [BlockPart: OverridesGradient]
  ) {
    let saved = kept(pass.saved, by: "TransformerBlock")
    var stream = outputGradient
    var parameters = self
    var overrides: [BlockPart: OverridesGradient] = [:]
    // What routers read of the stream and of the block's input.
    var (ofStream, ofInput): (Tensor?, Tensor?)
    for partPass in saved.parts.reversed() {
      let part = partPass.part
      guard let layer = self[part] else {
        fatalError("TransformerBlock.backward: a pass with \(part) of a block without it")
      }
      var input: Tensor
      if let routed = layer as? any RoutedLayer {
        let back = try routed.anyBackward(
          stream, routing: routing[part] ?? RoutingGradient(), pass: partPass.layer)
        (input, parameters[part]) = (back.input, back.parameters)
        overrides[part] = back.overrides
        if let read = partPass.routerInput, let gradient = overrides[part]?.routerInput.take() {
          if read == .block {
            ofInput = ofInput.map { $0 + gradient } ?? gradient
          } else {
            ofStream = gradient
          }
        }
      } else {
        let back = try layer.anyBackward(stream, pass: partPass.layer)
        (input, parameters[part]) = (back.input, back.parameters)
      }
      if let norm = norm(before: part), let normPass = partPass.norm {
        let back = norm.backward(input, pass: normPass)
        input = back.input
        switch part {
        case .attention: parameters.attentionNorm = back.parameters
        case .feedForward: parameters.feedForwardNorm = back.parameters
        }
      }
      if isResidual { stream += input } else { stream = input }
      if let gradient = ofStream.take() { stream += gradient }
    }
    if let ofInput { stream += ofInput }
    return (LayerGradient(input: stream, parameters: parameters), overrides)
  }
}

extension TransformerBlock.BlockMixture {
  /// The same in a batch with padding.
  func placing(at tokens: [Int], in batch: Batch) -> TransformerBlock.BlockMixture {
    var placed = self
    placed.routing = routing.placing(
      at: tokens, in: batch, count: batch.padding?.count ?? tokens.count)
    return placed
  }
}
