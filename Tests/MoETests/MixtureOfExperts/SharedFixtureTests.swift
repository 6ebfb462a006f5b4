import MoE
import Testing

/// Whole layers of models whose shared experts are gated or averaged, from golden data of reference
/// implementations.
@Suite struct SharedFixtureTests {
  @Test(arguments: FixtureModel.combining)
  func modelGivesItsOutputAndGradients(model: FixtureModel) throws {
    let io = try SafetensorsReader(model.name, "io")
    let gradients = try SafetensorsReader(model.name, "grads")
    let tokens = try io.tensor("input", shape: [33, 32])
    let layer = try model.layer()
    Golden.expect(try layer(tokens), try io.doubles("output_f64"), "output")
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let back = try layer.backward(try io.tensor("R", shape: [33, 32]), pass: pass)
    Golden.expect(back.input, try io.doubles("grad.input"), "input")
    let (maps, shared) = (
      try model.maps(gradients), try #require(try model.sharedMaps(gradients))
    )
    var expected = ["router.gate.weight": try gradients.tensor("\(model.gate).weight")]
    for (name, index) in [("gate", 0), ("up", 1), ("down", 2)] {
      expected["expertGroups.0.\(name).weight"] = maps[index]
      expected["sharedExperts.groups.0.\(name).weight"] = shared[index]
    }
    if let gate = model.sharedGate {
      expected["sharedExperts.gate.weight"] = try gradients.tensor("\(gate).weight")
    }
    let parameters = back.parameters.namedParameters
    #expect(Set(parameters.map(\.name)) == Set(expected.keys))
    for (name, parameter) in parameters {
      let exact = try #require(expected[name])
      guard name.hasPrefix("expertGroups") else {
        Golden.expect(parameter, exact.doubles, name)
        continue
      }
      // Expert by expert, as each has a scale of its own.
      for expert in 0..<parameter.shape[0] {
        Golden.expect(
          parameter[entry: expert], exact[entry: expert].doubles, "\(name) of expert \(expert)")
      }
    }
  }
}
