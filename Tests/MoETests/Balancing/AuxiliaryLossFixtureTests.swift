import MoE
import Testing

/// The auxiliary losses of models, from golden data of reference implementations.
@Suite struct AuxiliaryLossFixtureTests {
  @Test(arguments: FixtureModel.all)
  func modelGivesItsLossesAndTheirGradients(model: FixtureModel) throws {
    let io = try SafetensorsReader(model.name, "io")
    guard io.names.contains("aux_loss") else {
      // Not all models have one; these are they.
      return #expect(["jamba", "llama4", "llama4_k2"].contains(model.name))
    }
    let tokens = try io.tensor("input", shape: [33, 32])
    let router = try model.lossRouter()
    let pass = try router.forward(tokens, context: .inference)
    let loss = model.loss(pass.routing)
    Golden.expect(Tensor([loss.value]), try io.doubles("aux_loss"), "loss")
    let z = RouterZLoss(coefficient: 1)(pass.routing)
    Golden.expect(Tensor([z.value]), try io.doubles("z_loss"), "z-loss")
    let back = try router.backward(loss.gradient, pass: pass)
    Golden.expect(back.input, try io.doubles("aux_grad.input"), "input")
    let gate = try #require(back.parameters.namedParameters.first { $0.name == "gate.weight" })
    Golden.expect(
      gate.parameter,
      try SafetensorsReader(model.name, "grads").doubles("aux_grad.\(model.gate).weight"), "gate",
      within: model.lossTolerance)
  }
}
