import MoE

/// A loss of the routing, beside that of the output.
extension PropertySubject {
  /// What the loss multiplies a part of a token's routing by: a number from −1 to 1.
  private func coefficient(_ part: UInt64, _ row: Int, _ column: Int) -> Float {
    guard !context.batch.isPadding(row) else { return .nan }
    var bits = plan.seed &+ part &* 0x9E37_79B9_7F4A_7C15
    for number in [numbers[row], column] {
      bits = (bits ^ UInt64(number)) &* 0xBF58_476D_1CE4_E5B9
      bits ^= bits >> 29
    }
    return Float(Int32(truncatingIfNeeded: bits >> 40) - 1 << 23) * 0x1p-23
  }

  private func coefficients(_ part: UInt64, _ tensor: Tensor) -> Tensor {
    let columns = tensor.rank == 1 ? 1 : tensor.columnCount
    let rows = tensor.shape[0]
    return Tensor(
      (0..<rows * columns).map { coefficient(part, $0 / columns, $0 % columns) },
      shape: tensor.shape)
  }

  /// The parts that the loss reads, each with its place in a gradient.
  private func parts(
    _ routing: Routing
  ) -> [(part: WritableKeyPath<RoutingGradient, Tensor?>, value: Tensor)] {
    guard plan.readsRouting else { return [] }
    var parts: [(WritableKeyPath<RoutingGradient, Tensor?>, Tensor?)] = [
      (\.logits, routing.logits), (\.scores, routing.scores),
      (\.passThroughWeights, routing.passThroughWeights), (\.slotLogits, routing.soft?.logits),
      (\.cleanLogits, routing.gateNoise?.clean), (\.noiseScale, routing.gateNoise?.scale),
    ]
    if routing.soft == nil { parts.append((\.weights, routing.weights)) }
    return parts.compactMap { part, value in value.map { (part, $0) } }
  }

  /// The gradient of the loss with respect to the routing.
  func routingGradient(_ routing: Routing) -> RoutingGradient {
    var gradient = RoutingGradient()
    for (index, part) in parts(routing).enumerated() {
      gradient[keyPath: part.part] = coefficients(UInt64(index), part.value)
    }
    return gradient
  }

  /// The loss of the routing, and the sum of the sizes of what is added up in it.
  func routingLoss(_ routing: Routing) -> (value: Double, size: Double) {
    var (sum, size) = (0.0, 0.0)
    for (index, part) in parts(routing).enumerated() {
      let factors = coefficients(UInt64(index), part.value)
      for (factor, value) in zip(factors.scalarArray, part.value.scalarArray)
      // A logit of an expert that is switched off is no number that moves.
      where factor.isFinite && value.isFinite {
        sum += Double(factor) * Double(value)
        size += (Double(factor) * Double(value)).magnitude
      }
    }
    return (sum, size)
  }
}
