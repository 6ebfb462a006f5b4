import MoE

/// Measures what a layer does to find out where tokens go, apart from the product of its gate.
struct RoutingGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// The layer as a whole, then its routing, whose share of the layer the note says.
  ///
  /// A part of the filter that leaves out one of them leaves out both.
  func run() throws {
    var item = LayerCase.many
    if session.options.isSmoke { item = LayerCase.tiny[0] }
    let tokenCount = session.options.isSmoke ? 16 : 2048
    let shape = item.shape(tokenCount)
    guard session.wants(.routing, "layer routing", shape) else { return }
    let layer = try item.layer()
    let tokens = Tensor(scattering: -1...1, shape: [tokenCount, item.inputSize], seed: 3)
    let logits = try layer.router.gate.forward(tokens, context: RoutingContext()).logits
    let router = try Router(gate: KnownGate(logits: logits), strategy: .topK(item.slots))
    let reference = LayerReference(layer, tokens)

    try session.forEachConfiguration { set, threads in
      let effort = session.effort(threads: threads)
      var layerSeconds = 0.0
      var whole = Workload(
        group: .routing, name: "layer", shape: shape, amount: item.operations(tokenCount),
        residual: { reference.residual(of: try layer.forward(tokens, mode: .inference)) },
        run: { blackHole(try layer.forward(tokens, mode: .inference)) })
      whole.note = { seconds in
        layerSeconds = seconds
        return ""
      }
      try session.measure(
        whole, against: .arithmetic(set, threads: threads, effort: effort))

      let bytes = MemoryLayout<Float>.stride * logits.count
      var routing = Workload(
        group: .routing, name: "routing", shape: shape, amount: Double(bytes),
        largestResidual: 32,
        residual: { residual(of: try router.forward(tokens, mode: .inference).routing) },
        run: { blackHole(try router.forward(tokens, mode: .inference)) })
      routing.note = { seconds in
        let share = (1000 * seconds / layerSeconds).rounded() / 10
        let perToken = (1e9 * seconds / Double(tokenCount)).rounded()
        return "\(share)% of the layer, \(Int(perToken)) ns a token"
      }
      try session.measure(
        routing, against: .reading(bytes: bytes, threads: threads, effort: effort))
    }
  }

  /// That of the weights; infinite where other experts were selected than by sorting.
  private func residual(of routing: Routing) -> Double {
    var residual = Residual()
    for token in Residual.samples(of: routing.tokenCount, 64) {
      let scores = (0..<routing.expertCount).map { routing.scores[token, $0] }
      let best = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
      let expected = Array(best.prefix(routing.slotCount))
      guard routing.experts(of: token) == expected else { return .infinity }
      let sum = expected.reduce(0) { $0 + Double(scores[$1]) }
      for (slot, expert) in expected.enumerated() {
        let weight = Double(scores[expert]) / sum
        residual.compare(routing.weights[token, slot], to: weight, magnitude: weight)
      }
    }
    return residual.worst
  }
}

/// A gate that has its logits at hand.
private struct KnownGate: Gate {
  let logits: Tensor
  var inputSize: Int { 1 }
  var expertCount: Int { logits.columnCount }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  func forward(_ tokens: Tensor, context: RoutingContext) -> GatePass { GatePass(logits: logits) }

  func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient {
    GateGradient(tokens: Tensor(zeros: tokens.shape), parameters: self)
  }
}
