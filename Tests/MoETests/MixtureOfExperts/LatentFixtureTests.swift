import MoE
import Testing

/// Whole latent mixtures of models, from golden data of reference implementations.
@Suite struct LatentFixtureTests {
  private static func expect(
    _ name: String, _ layer: MixtureOfExperts, gateFactor: Float = 1,
    gradients expected: [String: Tensor]
  ) throws {
    let io = try SafetensorsReader(name, "io")
    let tokens = try io.tensor("input", shape: [33, 32])
    Golden.expect(try layer(tokens), try io.doubles("output_f64"), "output")
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let back = try layer.backward(try io.tensor("R", shape: [33, 32]), pass: pass)
    Golden.expect(back.input, try io.doubles("grad.input"), "input")
    let parameters = back.parameters.namedParameters
    #expect(Set(parameters.map(\.name)) == Set(expected.keys))
    for (name, parameter) in parameters {
      let exact = try #require(expected[name])
      let own = name == "router.gate.weight" ? parameter * gateFactor : parameter
      guard exact.rank == 3 else {
        Golden.expect(own, exact.doubles, name)
        continue
      }
      // Expert by expert, as each has a scale of its own.
      for expert in 0..<exact.shape[0] {
        Golden.expect(
          own[entry: expert], exact[entry: expert].doubles, "\(name) of expert \(expert)")
      }
    }
  }

  /// Experts of a latent of 16, relu² between their maps; the router and the shared expert read
  /// the token of 32.
  @Test func nemotron() throws {
    let block = "backbone.layers.1.mixer"
    func parts(_ file: SafetensorsReader) throws -> [String: Tensor] {
      func bank(_ map: String) throws -> Tensor {
        let parts = try (0..<8).map {
          try file.tensor("\(block).experts.\($0).\(map)_proj.weight")
        }
        return Tensor(parts.flatMap(\.scalarArray), shape: [8] + parts[0].shape)
      }
      func shared(_ map: String) throws -> Tensor {
        let map = try file.tensor("\(block).shared_experts.\(map)_proj.weight")
        return map.reshaped(to: [1] + map.shape)
      }
      return [
        "router.gate.weight": try file.tensor("\(block).gate.weight"),
        "expertGroups.0.up.weight": try bank("up"),
        "expertGroups.0.down.weight": try bank("down"),
        "sharedExperts.groups.0.up.weight": try shared("up"),
        "sharedExperts.groups.0.down.weight": try shared("down"),
        "latent.down.weight": try file.tensor("\(block).fc1_latent_proj.weight"),
        "latent.up.weight": try file.tensor("\(block).fc2_latent_proj.weight"),
      ]
    }
    let file = try SafetensorsReader("nemotron_h", "model")
    let weights = try parts(file)
    func experts(_ name: String) -> FeedForwardExperts {
      FeedForwardExperts(
        up: GroupedLinear(weight: weights["\(name).up.weight"]!),
        down: GroupedLinear(weight: weights["\(name).down.weight"]!), activation: .squaredReLU)
    }
    var router = try Router(
      gate: LinearGate(Linear(weight: weights["router.gate.weight"]!)),
      strategy: RoutingStrategy(
        score: .sigmoid, selector: .topK(3),
        weighting: .renormalized(epsilon: 1e-20).scaled(by: 2.5), hasSelectionBias: true))
    router.selectionBias = try file.tensor("\(block).gate.e_score_correction_bias", shape: [8])
    let layer = try MixtureOfExperts(
      router: router, expertGroups: [experts("expertGroups.0")],
      sharedExperts: SharedExperts([experts("sharedExperts.groups.0")]),
      latent: LatentProjection(
        down: Linear(weight: weights["latent.down.weight"]!),
        up: Linear(weight: weights["latent.up.weight"]!)))
    try Self.expect(
      "nemotron_h", layer, gradients: try parts(SafetensorsReader("nemotron_h", "grads")))
  }

  /// A norm after the map to the latent space, and one after each expert, before its weight.
  ///
  /// The factor of the logits is taken into the gate's weight.
  @Test func museSpark() throws {
    let block = "model.language_model.layers.0.mlp"
    func parts(_ file: SafetensorsReader) throws -> [String: Tensor] {
      let both = try file.tensor("\(block).experts.gate_up_proj")
      func half(_ rows: Range<Int>) -> Tensor {
        Tensor(
          (0..<16).flatMap { both[entry: $0][entries: rows].scalarArray }, shape: [16, 24, 16])
      }
      let experts = "expertGroups.0.experts"
      return [
        "router.gate.weight": try file.tensor("\(block).gate.weight"),
        "\(experts).gate.weight": half(0..<24), "\(experts).up.weight": half(24..<48),
        "\(experts).down.weight": try file.tensor("\(block).experts.down_proj"),
        "expertGroups.0.after.weight":
          try file.tensor("\(block).experts.post_expert_norm.weight"),
        "latent.down.weight": try file.tensor("\(block).pre_expert_proj.weight"),
        "latent.norm.weight": try file.tensor("\(block).pre_expert_norm.weight"),
        "latent.up.weight": try file.tensor("\(block).post_expert_proj.weight"),
      ]
    }
    let file = try SafetensorsReader("muse_spark", "model")
    let weights = try parts(file)
    let multiplier = Float(0.1767766952966369)
    var router = try Router(
      gate: LinearGate(Linear(weight: weights["router.gate.weight"]! * multiplier)),
      strategy: RoutingStrategy(
        score: .sigmoid, selector: .topK(4),
        weighting: .renormalized(epsilon: 1e-15).scaled(by: 1.5), hasSelectionBias: true))
    router.selectionBias = try file.tensor("\(block).gate.e_score_correction_bias", shape: [16])
    func map(_ name: String) -> GroupedLinear {
      GroupedLinear(weight: weights["expertGroups.0.experts.\(name).weight"]!)
    }
    let experts = NormalizedExperts(
      GatedFeedForwardExperts(gate: map("gate"), up: map("up"), down: map("down")),
      after: .prescaledRMS(
        PrescaledRMSNorm(
          weight: weights["expertGroups.0.after.weight"]!, epsilon: 1e-8, addsOne: true)))
    let layer = try MixtureOfExperts(
      router: router, expertGroups: [experts],
      latent: LatentProjection(
        down: Linear(weight: weights["latent.down.weight"]!),
        norm: .rms(
          RMSNorm(weight: weights["latent.norm.weight"]!, epsilon: 1e-5, addsOne: true)),
        up: Linear(weight: weights["latent.up.weight"]!)))
    try Self.expect(
      "muse_spark", layer, gateFactor: multiplier,
      gradients: try parts(SafetensorsReader("muse_spark", "grads")))
  }
}
