import MoE
import Testing

/// The gating of MoE++, worked out in double precision.
@Suite struct MoEPlusPlusFixtureTests {
  /// The gates of two layers, the second of which reads the logits of the first; and the gradients
  /// of the second layer's balance loss, Σ ηᵢ·fᵢ·Pᵢ, which reach its gate through the logits alone.
  @Test func moEPlusPlusGivesItsGatingAndResidual() throws {
    let (io, file) = (
      try SafetensorsReader("moepp", "io"), try SafetensorsReader("moepp", "model")
    )
    let gradients = try SafetensorsReader("moepp", "grads")
    let tokens = try io.tensor("input")
    let strategy = RoutingStrategy.topK(2, weighting: .scores)
    func gate(_ layer: Int) throws -> LinearGate {
      LinearGate(Linear(weight: try file.tensor("layers.\(layer).router.weight")))
    }
    let zero = Linear(weight: Tensor(zeros: [10, 10]))
    let first = try Router(gate: ResidualGate(gate(0), residual: zero), strategy: strategy)
    let second = try Router(
      gate: ResidualGate(
        gate(1), residual: Linear(weight: file.tensor("layers.1.router.residual.weight"))),
      strategy: strategy)
    let between = Tensor(
      zip(try io.doubles("input"), try io.doubles("layer0.output_f64")).map { Float($0 + $1) },
      shape: [33, 32])
    let passes = [try first.forward(tokens, context: .training(step: 0))]
    let last = try second.forward(
      between,
      context: .training(step: 0),
      overrides: RoutingOverrides(previousLogits: passes[0].routing.logits))
    for (layer, routing) in [passes[0].routing, last.routing].enumerated() {
      Golden.expect(
        routing.logits, try io.doubles("layer\(layer).logits"), "logits of layer \(layer)")
      #expect(
        try routing.experts.map(Int.init) == io.integers("layer\(layer).topk_index"))
      Golden.expect(
        routing.weights, try io.doubles("layer\(layer).topk_weight"), "weights of layer \(layer)")
    }
    let loss = HeterogeneousBalancingLoss.heterogeneous(
      coefficient: 1, tau: 0.75, computingExperts: 0..<6, expertCount: 10)
    for (layer, routing) in [passes[0].routing, last.routing].enumerated() {
      Golden.expect(
        Tensor([loss(routing).value]), try io.doubles("layer\(layer).aux_loss"),
        "loss of layer \(layer)")
    }
    let back = try second.backward(loss(last.routing).gradient, pass: last)
    for (name, theirs) in [
      ("gate.weight", "router.weight"), ("gate.residual.weight", "router.residual.weight"),
    ] {
      let parameter = try #require(
        back.parameters.namedParameters.first { $0.name == name }?.parameter)
      Golden.expect(
        parameter, try gradients.doubles("aux_grad.layers.1.\(theirs)"), name)
    }
  }
}
