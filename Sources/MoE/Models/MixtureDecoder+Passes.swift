extension MixtureDecoder {
  /// The result of a forward pass.
  public struct Pass: Sendable {
    /// The logits of the token that follows each, of shape [tokens, vocabulary]; zero for padding.
    public let logits: Tensor
    /// The routings and auxiliary losses of all mixtures, in the order of
    /// ``MixtureStack/mixtureParts``.
    public var mixtures: [StackMixture] { stack.mixtures }
    /// The routing of each block's feed-forward network; nothing where that is dense.
    public var routings: [Routing?] { stack.routings }
    /// The values of all auxiliary losses, mixture by mixture; none in inference.
    public var losses: [NamedLoss] { stack.losses }
    /// The sum of the auxiliary losses.
    public var auxiliaryLoss: Float { stack.auxiliaryLoss }
    /// The recording of all routings, to be replayed by ``StackOverrides``.
    public var trace: RoutingTrace { stack.trace }

    /// The pass of the stack, padding included.
    let stack: MixtureStack.Pass
    let saved: Saved?
  }

  /// All that the backward pass reads, of the tokens that are no padding.
  struct Saved: Sendable {
    let ids: [Int]
    let stack: MixtureStack.Pass
    let norm: Norm.Pass?
    let hidden: Tensor
    var validTokens: [Int]?
  }

  /// The logits of the token that follows each.
  ///
  /// - Parameters:
  ///   - ids: The id of each token; those of padding may be anything.
  ///   - context: What the batch is, and what the pass is for. Its token ids are set to `ids`.
  ///   - overrides: What overrides the routing of each mixture.
  /// - Returns: The logits, and routings and losses of all mixtures.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for an id outside the vocabulary, and
  ///   what a block throws.
  public func forward(
    _ ids: [Int], context: LayerContext, overrides: StackOverrides = StackOverrides()
  ) throws -> Pass {
    try Compute.pass {
      try context.batch.check(tokenCount: ids.count)
      var context = context
      context.batch.tokenIDs = ids
      var caches: [KeyValueCache?] = []
      guard let valid = context.batch.validTokens else {
        return try run(ids, context, overrides, caches: &caches)
      }
      try stack.check(overrides, context, tokenCount: ids.count)
      var inner = context
      inner.batch = context.batch.picking(valid)
      let pass = try run(
        valid.map { ids[$0] }, inner, overrides.picking(valid), caches: &caches)
      var saved = pass.saved
      saved?.validTokens = valid
      return Pass(
        logits: pass.logits.placingEntries(at: valid, count: ids.count),
        stack: pass.stack.placing(at: valid, in: context.batch, count: ids.count), saved: saved)
    }
  }

  /// The logits of tokens without padding.
  func run(
    _ ids: [Int], _ context: LayerContext, _ overrides: StackOverrides,
    caches: inout [KeyValueCache?]
  ) throws -> Pass {
    let stackPass = try stack.run(
      embedding.forward(ids), context, overrides, caches: &caches)
    let normPass = norm?.forward(stackPass.output, context: context)
    let hidden = normPass?.output ?? stackPass.output
    let logits = head?(hidden) ?? embedding.logits(of: hidden)
    return Pass(
      logits: logits, stack: stackPass,
      saved: context.mode.isTraining
        ? Saved(ids: ids, stack: stackPass, norm: normPass, hidden: hidden) : nil)
  }

  /// The logits of the token that follows each, alone.
  ///
  /// - Parameter ids: The ids of one sequence.
  /// - Returns: A matrix of one row a token and one column an id.
  /// - Throws: What the forward pass throws.
  public func callAsFunction(_ ids: [Int]) throws -> Tensor {
    try forward(ids, context: .inference).logits
  }

  /// The gradients of a loss and of all auxiliary losses together.
  ///
  /// - Parameters:
  ///   - logitGradient: The gradient with respect to the logits; its rows for padding may hold
  ///     anything.
  ///   - routings: The gradients with respect to routings, by the number of the mixture.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the parameters. A tied head adds its own to that of
  ///   the embedding.
  /// - Throws: What a part of the user's own throws.
  public func backward(
    _ logitGradient: Tensor, routings: [Int: RoutingGradient] = [:], pass: Pass
  ) throws -> MixtureDecoder {
    try Compute.pass {
      let saved = kept(pass.saved, by: "MixtureDecoder")
      require(
        logitGradient.shape == pass.logits.shape,
        "MixtureDecoder.backward: gradient of shape \(logitGradient.shape) against logits of shape "
          + "\(pass.logits.shape)")
      var (logitGradient, routings) = (logitGradient, routings)
      if let valid = saved.validTokens {
        logitGradient = logitGradient.gatheringEntries(valid)
        routings = routings.mapValues { $0.picking(valid) }
      }
      var gradient = self
      var stream: Tensor
      var ofHead: Embedding?
      if let head {
        let back = head.backward(
          logitGradient, pass: Linear.Pass(output: logitGradient, input: saved.hidden))
        (stream, gradient.head) = (back.input, back.parameters)
      } else {
        let back = embedding.logitsBackward(logitGradient, of: saved.hidden)
        (stream, ofHead) = (back.input, back.parameters)
      }
      if let norm, let normPass = saved.norm {
        let back = norm.backward(stream, pass: normPass)
        (stream, gradient.norm) = (back.input, back.parameters)
      }
      let back = try stack.backward(stream, routings: routings, pass: saved.stack)
      gradient.stack = back.parameters
      gradient.embedding = embedding.backward(back.input, ids: saved.ids)
      if let ofHead { gradient.embedding.weight += ofHead.weight }
      return gradient
    }
  }

  /// Tells all mixtures that a step of training has ended.
  ///
  /// - Parameters:
  ///   - passes: The passes of the step: one, or one a micro-batch.
  ///   - tokenQuality: How well each token of each pass was served, where that is tracked.
  /// - Throws: As ``MixtureStack/finishStep(_:tokenQuality:)``.
  public mutating func finishStep(_ passes: [Pass], tokenQuality: [[Float]]? = nil) throws {
    try stack.finishStep(passes.map(\.stack), tokenQuality: tokenQuality)
  }
}

extension MixtureDecoder: RoutedModel {
  /// Tells all mixtures that a step of training has ended, of whose passes the routing of each
  /// mixture is given.
  ///
  /// - Parameters:
  ///   - routings: Of each pass of the step the routing of each mixture.
  ///   - tokenQuality: How well each token of each pass was served, where that is tracked.
  /// - Throws: As ``MixtureStack/finishStep(_:tokenQuality:)``.
  public mutating func finishStep(routings: [[Routing]], tokenQuality: [[Float]]? = nil) throws {
    try stack.finishStep(routings: routings, tokenQuality: tokenQuality)
  }
}
