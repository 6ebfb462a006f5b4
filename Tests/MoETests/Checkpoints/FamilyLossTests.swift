import MoE
import Testing

/// The auxiliary losses of published families, from golden data of reference implementations.
@Suite struct FamilyLossTests {
  /// The losses that DeepSeek's papers have, within sequences.
  private static let sequenceWise = [
    "deepseek_v2", "deepseek_v2_greedy", "deepseek_v3", "deepseek_v32", "glm4_moe", "glm_moe_dsa",
    "lfm2_moe", "nemotron_h", "step3p7", "afmoe", "hy_v3", "muse_spark", "dots1", "exaone_moe",
    "bailing_hybrid", "mimo_v2_flash",
  ]

  /// Those whose golden data has none.
  private static let without = [
    "llama4", "llama4_k2", "jamba", "kolibri1", "cohere2_moe", "cohere2_moe_softmax", "aria_text",
    "deepseek_v4_hash", "hunyuan_v1_moe", "longcat_flash", "gemma4",
  ]

  private static func loss(_ name: String) -> LoadBalancingLoss {
    if name == "switch" {
      return .loadBalancing(
        coefficient: 1, normalization: .switchTransformers, scope: .sequences(length: 11))
    }
    guard sequenceWise.contains(name) else {
      return .loadBalancing(coefficient: 1, normalization: .transformers)
    }
    return .loadBalancing(
      coefficient: 1, scope: .sequences(length: 11),
      probabilities: name.hasPrefix("deepseek_v2") ? .softmax : .normalizedScores)
  }

  /// How far the gradients of a loss may be off.
  ///
  /// Where one expert has nearly all of the probability, this gradient is a difference of nearly
  /// equal numbers. The same formulas in NumPy's single precision are off by 3.5·10⁻⁷ of the
  /// largest scalar in `mixtral`, but by 2.5·10⁻⁶ in `mixtral_skewed`; four times that, as for all
  /// others.
  private static func tolerance(_ name: String) -> Double {
    name == "mixtral_skewed" ? 1e-5 : Golden.tolerance
  }

  /// The gradient of a loss with respect to the gate's weight.
  private static func gateGradient(_ name: String) throws -> [Double] {
    let gradients = try SafetensorsReader(name, "grads")
    let gate = try #require(
      gradients.names.first { $0.hasPrefix("aux_grad.") && $0.hasSuffix("weight") })
    return try gradients.doubles(gate)
  }

  @Test(arguments: FamilyParityTests.names + ["switch"])
  func familyGivesItsLossesAndTheirGradients(name: String) throws {
    let io = try SafetensorsReader(name, "io")
    guard io.names.contains("aux_loss") else {
      return #expect(Self.without.contains(name))
    }
    let own = try MixtureOfExperts(
      model: FamilyParityTests.folder(name), layer: FamilyParityTests.layer(name)
    ).router
    // Transformers counts the best of a softmax, whatever the layer's choices are.
    let router =
      Self.sequenceWise.contains(name) || own.selector is SparseMixerSelector
      ? own : try Router(gate: own.gate, strategy: .topK(own.slotCount, weighting: .scores))
    let pass = try router.forward(
      io.tensor("input", shape: [33, 32]), context: LayerContext.inference)
    let loss = Self.loss(name)(pass.routing)
    Golden.expect(Tensor([loss.value]), try io.doubles("aux_loss"), "loss")
    let z = RouterZLoss(coefficient: 1)(pass.routing)
    Golden.expect(Tensor([z.value]), try io.doubles("z_loss"), "z-loss")
    let back = try router.backward(loss.gradient, pass: pass)
    Golden.expect(
      back.input, try io.doubles("aux_grad.input"), "input", within: Self.tolerance(name))
    let gate = try #require(back.parameters.namedParameters.first { $0.name == "gate.weight" })
    Golden.expect(
      gate.parameter, try Self.gateGradient(name), "gate", within: Self.tolerance(name))
  }

  @Test(arguments: ["mixtral", "mixtral_skewed"])
  func layerAddsItsBalancingLoss(name: String) throws {
    let io = try SafetensorsReader(name, "io")
    var layer = try MixtureOfExperts(model: FamilyParityTests.folder(name), layer: 0)
    layer.balancingLosses = [Self.loss(name)]
    let pass = try layer.forward(
      io.tensor("input", shape: [33, 32]), context: .training(step: 0))
    Golden.expect(Tensor([pass.auxiliaryLoss]), try io.doubles("aux_loss"), "loss")
    // Without a gradient of the output, what is left is the loss's own.
    let gradient = try layer.backward(Tensor(zeros: pass.output.shape), pass: pass)
    Golden.expect(gradient.input, try io.doubles("aux_grad.input"), "input")
    for (parameterName, parameter) in gradient.parameters.namedParameters {
      let exact =
        parameterName == "router.gate.weight"
        ? try Self.gateGradient(name) : [Double](repeating: 0, count: parameter.count)
      Golden.expect(parameter, exact, parameterName, within: Self.tolerance(name))
    }
  }
}
