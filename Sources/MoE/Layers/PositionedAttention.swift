/// Attention of queries at places of their sequences: rotations and the scale around
/// ``ScaledDotProductAttention``.
///
/// Layers put their maps around it: ``MultiHeadAttention`` and ``MixtureOfAttentionHeads``.
package struct PositionedAttention: Sendable {
  /// The attention itself.
  package var core: ScaledDotProductAttention
  /// The rotary positions of queries and keys.
  package var rotary: RotaryPositions?
  /// The factor of the products of queries and keys.
  package var scale: Float

  /// Attention of the given parts.
  package init(_ core: ScaledDotProductAttention, rotary: RotaryPositions?, scale: Float) {
    self.core = core
    self.rotary = rotary
    self.scale = scale
  }

  /// Queries, keys and values, one row a token.
  package struct Rows: Sendable {
    package var queries: Tensor
    package var keys: Tensor
    package var values: Tensor

    package init(queries: Tensor, keys: Tensor, values: Tensor) {
      self.queries = queries
      self.keys = keys
      self.values = values
    }
  }

  /// All that the backward pass reads.
  package struct Saved: Sendable {
    /// The rows, rotated, and the queries scaled.
    let rows: Rows
    let table: RotaryPositions.Table?
    let sequences: [ScaledDotProductAttention.Sequence]
  }

  /// The outputs of whole sequences.
  ///
  /// - Parameters:
  ///   - rows: The rows of all sequences, one after another.
  ///   - lengths: The length of each.
  /// - Returns: Of the shape of the queries, and what the backward pass reads.
  package func forward(_ rows: Rows, lengths: [Int]) -> (output: Tensor, saved: Saved) {
    var rows = rows
    let table = prepare(&rows, places: lengths.flatMap { Array(0..<$0) })
    let sequences = ScaledDotProductAttention.Sequence.whole(lengths)
    let output = core(
      rows.queries, keys: rows.keys, values: rows.values, sequences: sequences)
    return (output, Saved(rows: rows, table: table, sequences: sequences))
  }

  /// The outputs of further tokens of each sequence, whose keys and values are added to a cache.
  ///
  /// - Parameters:
  ///   - rows: The rows of the further tokens, sequence by sequence.
  ///   - lengths: How many there are of each sequence.
  ///   - cache: The keys and values of the tokens before, of as many sequences.
  /// - Returns: Of the shape of the queries.
  package func forward(
    _ rows: Rows, lengths: [Int], cache: inout KeyValueCache
  ) -> Tensor {
    var rows = rows
    let before = cache.tokenCounts
    prepare(&rows, places: zip(before, lengths).flatMap { Array($0..<$0 + $1) })
    var outputs: [Tensor] = []
    var start = 0
    for (sequence, length) in lengths.enumerated() where length > 0 {
      let range = start..<start + length
      start += length
      cache.append(
        keys: rows.keys[entries: range], values: rows.values[entries: range], to: sequence)
      let (keys, values) = cache.rows(of: sequence)
      let end = before[sequence] + length
      outputs.append(
        core(
          rows.queries[entries: range], keys: keys, values: values,
          sequences: [
            ScaledDotProductAttention.Sequence(
              queries: 0..<length, keys: keys.sizes[0] - end..<keys.sizes[0])
          ]))
    }
    return outputs.isEmpty ? rows.queries : Tensor(concatenatingEntries: outputs)
  }

  /// Rotates queries and keys, and scales queries.
  @discardableResult
  private func prepare(_ rows: inout Rows, places: [Int]) -> RotaryPositions.Table? {
    defer { rows.queries *= scale }
    guard let rotary else { return nil }
    let table = rotary.table(places: places, headSize: core.headSize)
    rotary.rotate(&rows.queries, headSize: core.headSize, by: table)
    rotary.rotate(&rows.keys, headSize: core.headSize, by: table)
    return table
  }

  /// The gradients with respect to queries, keys and values as they were handed over.
  ///
  /// - Parameters:
  ///   - outputGradient: Of the shape of the queries.
  ///   - saved: What the forward pass kept.
  /// - Returns: Of the shapes of the rows.
  package func backward(_ outputGradient: Tensor, _ saved: Saved) -> Rows {
    let rows = saved.rows
    let gradient = core.backward(
      outputGradient, queries: rows.queries, keys: rows.keys, values: rows.values,
      sequences: saved.sequences)
    var back = Rows(queries: gradient.queries, keys: gradient.keys, values: gradient.values)
    back.queries *= scale
    if let rotary, let table = saved.table {
      rotary.rotate(&back.queries, headSize: core.headSize, by: table, backwards: true)
      rotary.rotate(&back.keys, headSize: core.headSize, by: table, backwards: true)
    }
    return back
  }
}

// MARK: - Checks

extension PositionedAttention {
  /// Throws where heads of keys and values cannot be shared so.
  package static func check(headCount: Int, keyValueHeadCount: Int) throws {
    guard headCount > 0 else {
      throw MoEError.configuration(
        "number of heads", value: "\(headCount)", expected: "at least 1")
    }
    guard keyValueHeadCount > 0, headCount % keyValueHeadCount == 0 else {
      throw MoEError.configuration(
        "number of heads of keys and values", value: "\(keyValueHeadCount)",
        expected: "a divisor of \(headCount), the heads")
    }
  }

  /// Throws where a window, rotary positions or a scale cannot work.
  package static func check(
    headSize: Int, isCausal: Bool, window: Int?, rotary: RotaryPositions?, scale: Float?
  ) throws {
    if let window {
      guard isCausal, window > 0 else {
        throw MoEError.configuration(
          "window of attention", value: "\(window)\(isCausal ? "" : ", not causal")",
          expected: "at least 1 token, in causal attention")
      }
    }
    if let scale, !scale.isFinite {
      throw MoEError.configuration(
        "scale of attention", value: "\(scale)", expected: "a finite number")
    }
    try rotary?.check(headSize: headSize)
  }
}
