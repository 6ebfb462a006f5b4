import MoE
import Testing

/// Expects a layer of a token-local strategy to give every token the bits that it has alone, and
/// the same bits beside padding, on any number of threads and with packed weights.
func expectInvariance(
  _ layer: MixtureOfExperts, _ tokens: Tensor, _ direction: Tensor,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let count = tokens.rowCount
  let all = Array(0..<count)
  func results(
    _ layer: MixtureOfExperts, _ tokens: Tensor, _ direction: Tensor, _ batch: Batch
  ) throws -> [Tensor] {
    let pass = try layer.forward(tokens, context: LayerContext(.training(step: 1), batch: batch))
    let back = try layer.backward(direction, pass: pass)
    return [pass.output, back.input] + back.parameters.namedParameters.map(\.parameter)
  }
  let whole = try results(layer, tokens, direction, Batch(positions: all))
  func expectSame(_ other: [Tensor], _ name: String) {
    #expect(
      other.map(\.bits) == whole.map(\.bits), "\(name)", sourceLocation: sourceLocation)
  }
  for token in [0, count - 1] {
    let alone = try results(
      layer, tokens[entries: token..<token + 1], direction[entries: token..<token + 1],
      Batch(positions: [token]))
    for part in 0..<2 {
      #expect(
        alone[part].bits == whole[part][entries: token..<token + 1].bits,
        "token \(token) alone", sourceLocation: sourceLocation)
    }
  }
  // Rows of NaN before, between and after the tokens.
  let places = all.map { 2 * $0 + 1 }
  func padded(_ rows: Tensor) -> Tensor {
    var result = Tensor(repeating: .nan, shape: [2 * count + 1, rows.columnCount])
    for (row, place) in places.enumerated() {
      result[entries: place..<place + 1] = rows[entries: row..<row + 1]
    }
    return result
  }
  var other = try results(
    layer, padded(tokens), padded(direction),
    Batch(
      positions: (0...2 * count).map { $0 / 2 }, padding: (0...2 * count).map { $0 % 2 == 0 }))
  for part in 0..<2 { other[part] = other[part].gatheringEntries(places) }
  expectSame(other, "padding")
  for threads in [1, 3] {
    let threaded = try Compute.sharingAllWork(among: threads) {
      try results(layer, tokens, direction, Batch(positions: all))
    }
    expectSame(threaded, "\(threads) threads")
  }
  var packed = layer
  packed.packWeights()
  expectSame(try results(packed, tokens, direction, Batch(positions: all)), "packed weights")
  #expect(
    try packed(tokens).bits == layer(tokens).bits, "packed weights in inference",
    sourceLocation: sourceLocation)
}
