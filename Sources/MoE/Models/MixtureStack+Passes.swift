extension MixtureStack {
  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [tokens, size].
    public let output: Tensor
    /// The routings and auxiliary losses of all mixtures, in the order of
    /// ``MixtureStack/mixtureParts``; dense blocks have none.
    public let mixtures: [StackMixture]
    var saved: Saved?
    private let blockCount: Int

    init(output: Tensor, mixtures: [StackMixture], saved: Saved?, blockCount: Int) {
      self.output = output
      self.mixtures = mixtures
      self.saved = saved
      self.blockCount = blockCount
    }

    /// The values of all auxiliary losses, mixture by mixture; none in inference.
    public var losses: [NamedLoss] { mixtures.flatMap(\.losses) }

    /// The sum of the auxiliary losses.
    public var auxiliaryLoss: Float { losses.reduce(0) { $0 + $1.value } }

    /// The routing of each block's feed-forward network; nothing where that is dense.
    public var routings: [Routing?] {
      var routings = [Routing?](repeating: nil, count: blockCount)
      for mixture in mixtures where mixture.part == .feedForward {
        routings[mixture.block] = mixture.routing
      }
      return routings
    }

    /// The recording of all routings, in the order of the mixtures, to be replayed by
    /// ``StackOverrides``.
    public var trace: RoutingTrace {
      var trace = RoutingTrace()
      for mixture in mixtures { trace.record(mixture.routing) }
      return trace
    }

    /// The same in a batch with padding.
    func placing(at tokens: [Int], in batch: Batch, count: Int) -> Pass {
      var saved = saved
      saved?.validTokens = tokens
      return Pass(
        output: output.placingEntries(at: tokens, count: count),
        mixtures: mixtures.map { mixture in
          var mixture = mixture
          mixture.routing = mixture.routing.placing(at: tokens, in: batch, count: count)
          return mixture
        }, saved: saved, blockCount: blockCount)
    }
  }

  /// All that the backward pass reads, of the tokens that are no padding.
  struct Saved: Sendable {
    var blocks: [TransformerBlock.Pass] = []
    /// For each block the parts that were handed the logits of the layer before, and its state.
    var chained: [(logits: Set<BlockPart>, states: Set<BlockPart>)] = []
    var validTokens: [Int]?
  }

  /// Runs the blocks one after another.
  ///
  /// - Parameters:
  ///   - input: A matrix of ``inputSize`` columns; rows of padding may hold anything.
  ///   - context: What the batch is, and what the pass is for.
  /// - Returns: The output, zero for padding, and routings and losses of all mixtures.
  /// - Throws: ``MoEError/shape(_:found:expected:)``, and what a block throws.
  public func forward(_ input: Tensor, context: LayerContext) throws -> Pass {
    try forward(input, context: context, overrides: StackOverrides())
  }

  /// Runs the blocks one after another under live conditions.
  ///
  /// - Parameters:
  ///   - input: A matrix of ``inputSize`` columns; rows of padding may hold anything.
  ///   - context: What the batch is, and what the pass is for.
  ///   - overrides: What overrides the routing of each mixture.
  /// - Returns: As ``forward(_:context:)``.
  /// - Throws: As ``forward(_:context:)``, and where the overrides are of other mixtures.
  public func forward(
    _ input: Tensor, context: LayerContext, overrides: StackOverrides
  ) throws -> Pass {
    try Compute.pass {
      guard input.rank == 2, input.shape[1] == inputSize else {
        throw MoEError.shape("tokens", found: input.shape, expected: "[tokens, \(inputSize)]")
      }
      try context.batch.check(tokenCount: input.rowCount)
      var caches: [KeyValueCache?] = []
      guard let valid = context.batch.validTokens else {
        return try run(input, context, overrides, caches: &caches)
      }
      try check(overrides, context, tokenCount: input.rowCount)
      var inner = context
      inner.batch = context.batch.picking(valid)
      let pass = try run(
        input.gatheringEntries(valid), inner, overrides.picking(valid), caches: &caches)
      return pass.placing(at: valid, in: context.batch, count: input.rowCount)
    }
  }

  /// Throws where overrides are of other mixtures, or of another number of tokens, padding included.
  func check(
    _ overrides: StackOverrides, _ context: LayerContext, tokenCount: Int
  ) throws {
    let parts = mixtureParts
    try overrides.check(mixtureCount: parts.count)
    for (mixture, place) in parts.enumerated() {
      guard let own = overrides[mixture] else { continue }
      try blocks[place.block].routed(place.part)?.router
        .check(own, context, tokenCount: tokenCount)
    }
  }

  /// Runs the blocks on tokens without padding, after tokens whose keys and values are cached, one
  /// cache a block, where there are such.
  func run(
    _ input: Tensor, _ context: LayerContext, _ overrides: StackOverrides,
    caches: inout [KeyValueCache?]
  ) throws -> Pass {
    try overrides.check(mixtureCount: mixtureParts.count)
    var stream = input
    var saved = Saved()
    var mixtures: [StackMixture] = []
    var previousLogits: [BlockPart: Tensor] = [:]
    var previousStates: [BlockPart: Tensor] = [:]
    for (index, block) in blocks.enumerated() {
      var blockOverrides: [BlockPart: RoutingOverrides] = [:]
      var chained: (logits: Set<BlockPart>, states: Set<BlockPart>) = ([], [])
      for part in block.routedParts {
        var own = overrides[mixtures.count + blockOverrides.count] ?? RoutingOverrides()
        if own.previousLogits == nil, block.readsPreviousLogits(part) {
          own.previousLogits = previousLogits[part]
          chained.logits.insert(part)
        }
        if own.previousState == nil, block.routed(part)?.router.gate.stateSize != nil {
          own.previousState = previousStates[part]
          chained.states.insert(part)
        }
        blockOverrides[part] = own
      }
      var cache = caches.isEmpty ? nil : caches[index].take()
      defer { if !caches.isEmpty { caches[index] = cache } }
      let pass = try block.run(stream, context, blockOverrides, cache: &cache) { part in
        Noise(seed: seed, step: context.mode.step, layer: layer(index, part))
      }
      stream = pass.output
      for mixture in pass.mixtures {
        previousLogits[mixture.part] = mixture.routing.soft?.logits ?? mixture.routing.logits
        previousStates[mixture.part] = mixture.routing.gateState ?? previousStates[mixture.part]
        mixtures.append(StackMixture(block: index, mixture))
      }
      if context.mode.isTraining {
        saved.blocks.append(pass)
        saved.chained.append(chained)
      }
    }
    return Pass(
      output: stream, mixtures: mixtures, saved: context.mode.isTraining ? saved : nil,
      blockCount: blocks.count)
  }

  /// The gradients of a loss and of all auxiliary losses together.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output; its rows for padding may hold
  ///     anything.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the input, zero for padding, and the parameters.
  /// - Throws: What a part of the user's own throws.
  public func backward(
    _ outputGradient: Tensor, pass: Pass
  ) throws -> LayerGradient<MixtureStack> {
    try backward(outputGradient, routings: [:], pass: pass)
  }

  /// The gradients of a loss and of all auxiliary losses together, where the loss also reads
  /// routings.
  ///
  /// The way of the forward pass in reverse. What a gate gives with respect to the logits or the
  /// state before goes to the mixture that they came from, down to the first.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output.
  ///   - routings: The gradients with respect to routings, by the number of the mixture; a number
  ///     of none traps.
  ///   - pass: A pass in training mode; one in inference mode traps.
  /// - Returns: The gradients with respect to the input, zero for padding, and the parameters.
  /// - Throws: What a part of the user's own throws.
  public func backward(
    _ outputGradient: Tensor, routings: [Int: RoutingGradient], pass: Pass
  ) throws -> LayerGradient<MixtureStack> {
    try Compute.pass {
      let saved = kept(pass.saved, by: "MixtureStack")
      require(
        outputGradient.shape == pass.output.shape,
        "MixtureStack.backward: gradient of shape \(outputGradient.shape) against output of shape "
          + "\(pass.output.shape)")
      for (mixture, gradient) in routings {
        require(
          pass.mixtures.indices.contains(mixture),
          "MixtureStack.backward: routing gradient of mixture \(mixture), expected 0 to "
            + "\(pass.mixtures.count - 1)")
        gradient.check(against: pass.mixtures[mixture].routing, MixtureStack.self)
      }
      guard let valid = saved.validTokens else {
        return try runBackward(outputGradient, routings, saved)
      }
      var back = try runBackward(
        outputGradient.gatheringEntries(valid), routings.mapValues { $0.picking(valid) }, saved)
      back.input = back.input.placingEntries(at: valid, count: pass.output.rowCount)
      return back
    }
  }

  /// The gradients of tokens without padding.
  private func runBackward(
    _ outputGradient: Tensor, _ routings: [Int: RoutingGradient], _ saved: Saved
  ) throws -> LayerGradient<MixtureStack> {
    var stream = outputGradient
    var parameters = self
    var ofLogits: [BlockPart: Tensor] = [:]
    var ofStates: [BlockPart: Tensor] = [:]
    var mixture = saved.blocks.reduce(0) { $0 + $1.mixtures.count }
    for index in blocks.indices.reversed() {
      let pass = saved.blocks[index]
      mixture -= pass.mixtures.count
      var gradients: [BlockPart: RoutingGradient] = [:]
      for (place, own) in pass.mixtures.enumerated() {
        var gradient = routings[mixture + place] ?? RoutingGradient()
        if let logits = ofLogits.removeValue(forKey: own.part) {
          gradient +=
            own.routing.soft == nil
            ? RoutingGradient(logits: logits) : RoutingGradient(slotLogits: logits)
        }
        if own.routing.gateState != nil, let state = ofStates.removeValue(forKey: own.part) {
          gradient += RoutingGradient(gateState: state)
        }
        gradients[own.part] = gradient
      }
      let back = try blocks[index].runBackward(stream, gradients, pass)
      stream = back.gradient.input
      parameters.blocks[index] = back.gradient.parameters
      let chained = saved.chained[index]
      for (part, gradient) in back.overrides {
        if chained.logits.contains(part), let logits = gradient.previousLogits {
          ofLogits[part] = logits
        }
        if chained.states.contains(part), let state = gradient.previousState {
          ofStates[part] = state
        }
      }
    }
    return LayerGradient(input: stream, parameters: parameters)
  }
}
