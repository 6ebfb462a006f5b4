import MoE
import Testing

/// Whole layers of models, from golden data of reference implementations.
@Suite struct ModelFixtureTests {
  /// Those whose experts are gated maps, and whose shared experts are added as they are.
  private static let models = FixtureModel.all.filter {
    !["qwen2_moe", "switch"].contains($0.name)
  }

  @Test(arguments: models)
  func modelGivesItsOutputAndGradients(model: FixtureModel) throws {
    let io = try SafetensorsReader(model.name, "io")
    let gradients = try SafetensorsReader(model.name, "grads")
    let tokens = try io.tensor("input", shape: [33, 32])
    let layer = try model.layer()
    let inference = try layer.forward(tokens, context: .inference)
    Golden.expect(inference.output, try io.doubles("output_f64"), "output")

    // SparseMixer's fixture is of the inference path, and a pass in training draws other experts:
    // the gate's gradient is tested on its own.
    guard !model.name.hasPrefix("phimoe") else { return }
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let back = try layer.backward(try io.tensor("R", shape: [33, 32]), pass: pass)
    Golden.expect(back.input, try io.doubles("grad.input"), "input")
    let expected = try model.maps(gradients)
    let biases = try model.biases(gradients)
    let shared = try model.sharedMaps(gradients)
    let parameters = back.parameters.namedParameters
    #expect(parameters.count == (shared == nil ? 4 : 7) + (biases == nil ? 0 : 4))
    for (name, parameter) in parameters {
      switch name {
      case "router.gate.weight":
        Golden.expect(parameter, try gradients.doubles("\(model.gate).weight"), name)
      case "router.gate.bias":
        Golden.expect(parameter, try gradients.doubles("\(model.gate).bias"), name)
      case "expertGroups.0.gate.bias", "expertGroups.0.up.bias", "expertGroups.0.down.bias":
        for expert in 0..<parameter.shape[0] {
          Golden.expect(
            parameter[entry: expert],
            try #require(biases)[index(of: name)][entry: expert].doubles,
            "\(name) of expert \(expert)")
        }
      case "expertGroups.0.gate.weight", "expertGroups.0.up.weight", "expertGroups.0.down.weight":
        // Expert by expert, as each has a scale of its own.
        for expert in 0..<parameter.shape[0] {
          Golden.expect(
            parameter[entry: expert], expected[index(of: name)][entry: expert].doubles,
            "\(name) of expert \(expert)")
        }
      default:
        Golden.expect(parameter, try #require(shared)[index(of: name)].doubles, name)
      }
    }
  }

  /// The place of a map among gate, up and down.
  private func index(of name: String) -> Int {
    name.contains(".gate.") ? 0 : name.contains(".up.") ? 1 : 2
  }

  /// The gradient of SparseMixer's weights, with what the fixture says of the rest: the weights'
  /// own gradients are ⟨R, E(x)⟩.
  @Test(arguments: models.filter { $0.name.hasPrefix("phimoe") })
  func sparseMixerGivesItsGateGradient(model: FixtureModel) throws {
    let io = try SafetensorsReader(model.name, "io")
    let gradients = try SafetensorsReader(model.name, "grads")
    let tokens = try io.tensor("input", shape: [33, 32])
    let router = try model.router()
    let pass = try router.forward(tokens, context: .inference)
    let routing = pass.routing
    let output = try model.experts().forward(
      GroupedTokens(tokens, rows: routing.rows), context: .inference
    ).output.rows
    let direction = try io.tensor("R", shape: [33, 32])
    let dots = direction.gatheringEntries(routing.rows.indices.map(Int.init)).rowDots(output)
    let back = try router.backward(
      RouteDispatch(routing, appliesWeightsToInput: false).byRoute(dots), pass: pass)
    Golden.expect(
      back.parameters.namedParameters[0].parameter, try gradients.doubles("\(model.gate).weight"),
      "gate")
  }

  // MARK: - Switch Transformers

  /// Two routes an expert and sequence, in order; the others give nothing.
  @Test func switchTransformerDropsAndGivesItsGradients() throws {
    let model = try #require(FixtureModel.all.first { $0.name == "switch" })
    let io = try SafetensorsReader("switch", "io")
    let (file, gradients) = (
      try SafetensorsReader("switch", "model"), try SafetensorsReader("switch", "grads")
    )
    func bank(_ file: SafetensorsReader, _ map: String) throws -> Tensor {
      let parts = try (0..<8).map {
        try file.tensor("encoder.block.1.layer.1.mlp.experts.expert_\($0).\(map).weight")
      }
      return Tensor(parts.flatMap(\.scalarArray), shape: [8] + parts[0].shape)
    }
    let layer = try MixtureOfExperts(
      router: Router(
        gate: model.router().gate,
        strategy: RoutingStrategy(
          selector: .topK(1), weighting: .scores, capacity: .routes(2))),
      expertGroups: [
        FeedForwardExperts(
          up: GroupedLinear(weight: bank(file, "wi")),
          down: GroupedLinear(weight: bank(file, "wo")),
          activation: .relu)
      ])
    let (tokens, direction) = (
      try io.tensor("input", shape: [33, 32]), try io.tensor("R", shape: [33, 32])
    )
    let kept = try io.integers("kept")
    var (outputs, inputs): ([Float], [Float]) = ([], [])
    var sums: [String: Tensor] = [:]
    for sequence in 0..<3 {
      let rows = 11 * sequence..<11 * (sequence + 1)
      let pass = try layer.forward(tokens[entries: rows], context: .training(step: 0))
      #expect(pass.routing.outcomes.map { $0 == .kept ? 1 : 0 } == Array(kept[rows]))
      outputs += pass.output.scalarArray
      let back = try layer.backward(direction[entries: rows], pass: pass)
      inputs += back.input.scalarArray
      for (name, parameter) in back.parameters.namedParameters {
        sums[name] = sums[name].map { $0 + parameter } ?? parameter
      }
    }
    #expect(kept.contains(0) && kept.contains(1))
    Golden.expect(Tensor(outputs), try io.doubles("output_f64"), "output")
    Golden.expect(Tensor(inputs), try io.doubles("grad.input"), "input")
    Golden.expect(
      try #require(sums["router.gate.weight"]), try gradients.doubles("\(model.gate).weight"),
      "gate")
    for (name, map) in [("up", "wi"), ("down", "wo")] {
      Golden.expect(
        try #require(sums["expertGroups.0.\(name).weight"]), try bank(gradients, map).doubles, name)
    }
  }
}
