import MoE
import Testing

/// Losses of given logits and choices, worked out in double precision.
@Suite struct RouterLossFixtureTests {
  private struct Case {
    let name: String
    let loss: any BalancingLoss
    var slots = 2
    var isMasked = false
  }

  @Test func givesValuesAndGradients() throws {
    let io = try SafetensorsReader("router_losses", "io")
    let logits = try io.tensor("logits", shape: [33, 8])
    let padding = try io.integers("attention_mask").map { $0 == 0 }
    let cases = [
      Case(
        name: "switch",
        loss: .loadBalancing(
          coefficient: 1, normalization: .switchTransformers, scope: .sequences(length: 11)),
        slots: 1),
      Case(
        name: "switch_flat",
        loss: .loadBalancing(coefficient: 1, normalization: .switchTransformers), slots: 1),
      Case(name: "topk", loss: .loadBalancing(coefficient: 1, normalization: .transformers)),
      Case(
        name: "topk_masked", loss: .loadBalancing(coefficient: 1, normalization: .transformers),
        isMasked: true),
      Case(name: "z_loss", loss: .routerZ(coefficient: 1)),
    ]
    #expect(padding.contains(true) && padding.contains(false))
    for item in cases {
      let (_, pass) = try KnownRouting.pass(
        logits, .topK(item.slots, weighting: .scores),
        padding: item.isMasked ? padding : nil)
      let value = item.loss(pass.routing)
      Golden.expect(Tensor([value.value]), try io.doubles(item.name), item.name)
      Golden.expect(
        try #require(value.gradient.logits), try io.doubles("grad.\(item.name)"), item.name)
    }
  }
}
