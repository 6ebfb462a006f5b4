extension MultiHeadAttention {
  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [tokens, outputSize]; zero for padding.
    public let output: Tensor
    let saved: Saved?
  }

  /// All that the backward pass reads, of the tokens that are no padding.
  struct Saved: Sendable {
    let input: Tensor
    let queryNorm: Norm.Pass?
    let keyNorm: Norm.Pass?
    let attention: PositionedAttention.Saved
    let heads: Tensor
    var validTokens: [Int]?
  }

  /// What the maps are around.
  private var attention: PositionedAttention {
    PositionedAttention(
      ScaledDotProductAttention(
        headCount: headCount, keyValueHeadCount: keyValueHeadCount, headSize: headSize,
        isCausal: isCausal, window: window), rotary: rotary, scale: scale)
  }

  /// The outputs, along each sequence of the batch.
  ///
  /// - Parameters:
  ///   - input: A matrix of ``inputSize`` columns; rows of padding may hold anything.
  ///   - context: What the batch is: its sequences, all tokens one unless given.
  /// - Returns: The output, zero for padding.
  /// - Throws: ``MoEError/shape(_:found:expected:)``, and where sequences do not fit the tokens.
  /// - Complexity: Four products with weights, and two of each query with the keys that it sees;
  ///   memory for the scores of 64 queries a head.
  public func forward(_ input: Tensor, context: LayerContext) throws -> Pass {
    try Compute.pass {
      try check(input, context)
      guard let valid = context.batch.validTokens else { return run(input, context) }
      var inner = context
      inner.batch = context.batch.picking(valid)
      let pass = run(input.gatheringEntries(valid), inner)
      var saved = pass.saved
      saved?.validTokens = valid
      return Pass(
        output: pass.output.placingEntries(at: valid, count: input.rowCount), saved: saved)
    }
  }

  private func check(_ input: Tensor, _ context: LayerContext) throws {
    guard input.rank == 2, input.sizes[1] == inputSize else {
      throw MoEError.shape("tokens", found: input.shape, expected: "[tokens, \(inputSize)]")
    }
    try context.batch.check(tokenCount: input.rowCount)
  }

  /// The outputs of tokens without padding.
  private func run(_ input: Tensor, _ context: LayerContext) -> Pass {
    let prepared = prepare(input, context)
    let (heads, saved) = attention.forward(
      prepared.rows, lengths: context.batch.sequenceLengths ?? [input.rowCount])
    return Pass(
      output: output(heads),
      saved: context.mode.isTraining
        ? Saved(
          input: input, queryNorm: prepared.queryNorm, keyNorm: prepared.keyNorm,
          attention: saved, heads: heads) : nil)
  }

  /// Queries, keys and values of tokens, normalized where there are norms.
  private func prepare(
    _ input: Tensor, _ context: LayerContext
  ) -> (rows: PositionedAttention.Rows, queryNorm: Norm.Pass?, keyNorm: Norm.Pass?) {
    // Together, so that threads that are done with one go on with another.
    let maps = Linear.forward([query, key, value], input)
    let queryPass = queryNorm?.forward(byHead(maps[0]), context: context)
    let keyPass = keyNorm?.forward(byHead(maps[1]), context: context)
    let rows = PositionedAttention.Rows(
      queries: queryPass?.output.reshaped(to: maps[0].shape) ?? maps[0],
      keys: keyPass?.output.reshaped(to: maps[1].shape) ?? maps[1], values: maps[2])
    return (rows, queryPass, keyPass)
  }

  /// Each head as a row of its own.
  private func byHead(_ rows: Tensor) -> Tensor {
    rows.reshaped(to: [rows.count / headSize, headSize])
  }

  /// The gradients with respect to the input and the parameters of the maps and norms.
  public func backward(
    _ outputGradient: Tensor, pass: Pass
  ) -> LayerGradient<MultiHeadAttention> {
    Compute.pass {
      let saved = kept(pass.saved, by: "MultiHeadAttention")
      require(
        outputGradient.shape == pass.output.shape,
        "MultiHeadAttention.backward: gradient of shape \(outputGradient.shape) against output of "
          + "shape \(pass.output.shape)")
      guard let valid = saved.validTokens else { return runBackward(outputGradient, saved) }
      var back = runBackward(outputGradient.gatheringEntries(valid), saved)
      back.input = back.input.placingEntries(at: valid, count: pass.output.rowCount)
      return back
    }
  }

  /// The gradients of tokens without padding.
  private func runBackward(
    _ outputGradient: Tensor, _ saved: Saved
  ) -> LayerGradient<MultiHeadAttention> {
    func backward(_ map: Linear, _ gradient: Tensor, _ input: Tensor) -> LayerGradient<Linear> {
      map.backward(gradient, pass: Linear.Pass(output: gradient, input: input))
    }
    let ofHeads = backward(output, outputGradient, saved.heads)
    var rows = attention.backward(ofHeads.input, saved.attention)
    var parameters = self
    if let queryNorm, let pass = saved.queryNorm {
      let back = queryNorm.backward(byHead(rows.queries), pass: pass)
      rows.queries = back.input.reshaped(to: rows.queries.shape)
      parameters.queryNorm = back.parameters
    }
    if let keyNorm, let pass = saved.keyNorm {
      let back = keyNorm.backward(byHead(rows.keys), pass: pass)
      rows.keys = back.input.reshaped(to: rows.keys.shape)
      parameters.keyNorm = back.parameters
    }
    let ofQueries = backward(query, rows.queries, saved.input)
    let ofKeys = backward(key, rows.keys, saved.input)
    let ofValues = backward(value, rows.values, saved.input)
    parameters.query = ofQueries.parameters
    parameters.key = ofKeys.parameters
    parameters.value = ofValues.parameters
    parameters.output = ofHeads.parameters
    return LayerGradient(
      input: ofQueries.input + ofKeys.input + ofValues.input, parameters: parameters)
  }

  // MARK: - Piece by piece

  /// A cache of no tokens.
  ///
  /// - Parameter sequenceCount: The number of sequences that are read side by side.
  /// - Returns: A cache that fits this layer, and forgets what its window leaves behind.
  public func makeCache(sequenceCount: Int) -> KeyValueCache {
    KeyValueCache(sequenceCount: sequenceCount, size: key.outputSize, window: window)
  }

  /// The outputs of further tokens of each sequence, in inference.
  ///
  /// They have the bits that they have where the sequence is read at once.
  ///
  /// - Parameters:
  ///   - input: The further tokens, sequence by sequence, without padding.
  ///   - context: What the batch is: how many of the tokens are of each sequence, all of one unless
  ///     given.
  ///   - cache: The keys and values of the tokens before, to which those of the new ones are added.
  /// - Returns: One row a further token.
  /// - Throws: ``MoEError`` where tokens, sequences or the cache do not fit, or attention is not
  ///   causal; the cache is then as it was.
  /// - Complexity: That of the maps, and O(tokens before · size) for each token.
  public func forward(
    _ input: Tensor, context: LayerContext, cache: inout KeyValueCache
  ) throws -> Tensor {
    try Compute.pass {
      try check(input, context)
      let lengths = context.batch.sequenceLengths ?? [input.rowCount]
      try cache.check(context.batch, sequenceCount: lengths.count, attention.core)
      return output(
        attention.forward(prepare(input, context).rows, lengths: lengths, cache: &cache))
    }
  }
}
