import MoE
import Testing

/// Noisy top-k and its losses, worked out in double precision with the noise given.
@Suite struct NoisyTopKFixtureTests {
  /// A noisy gate whose standard normal numbers are given.
  private struct GivenNoise: Gate {
    var base: NoisyGate
    var sample: Tensor
    var inputSize: Int { base.inputSize }
    var expertCount: Int { base.expertCount }

    mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
      try base.visitParameters(visit)
    }

    func forward(_ tokens: Tensor, context: RoutingContext) throws -> NoisyGate.Pass {
      guard context.mode.isTraining else { return try base.forward(tokens, context: context) }
      return try base.forward(tokens, context: context, sample: sample)
    }

    func backward(
      _ gradient: LogitGradient, pass: NoisyGate.Pass
    ) throws -> GateGradient<GivenNoise> {
      let back = try base.backward(gradient, pass: pass)
      return GateGradient(
        input: back.input, parameters: GivenNoise(base: back.parameters, sample: sample))
    }
  }

  private let io: SafetensorsReader
  private let file: SafetensorsReader
  private let gradients: SafetensorsReader

  init() throws {
    io = try SafetensorsReader("noisy_topk", "io")
    file = try SafetensorsReader("noisy_topk", "model")
    gradients = try SafetensorsReader("noisy_topk", "grads")
  }

  private func router() throws -> Router {
    let gate = try NoisyGate(
      LinearGate(Linear(weight: file.tensor("w_gate").transposed())),
      noise: Linear(weight: file.tensor("w_noise").transposed()))
    return try Router(
      gate: GivenNoise(base: gate, sample: io.tensor("noise")), strategy: .noisyTopK(2))
  }

  @Test func givesItsOutputAndGradients() throws {
    func bank(_ file: SafetensorsReader, _ map: String) throws -> GroupedLinear {
      func stack(_ parameter: String) throws -> Tensor {
        let parts = try (0..<8).map { try file.tensor("experts.\($0).\(map).\(parameter)") }
        return Tensor(parts.flatMap(\.scalarArray), shape: [8] + parts[0].shape)
      }
      return try GroupedLinear(weight: stack("weight"), bias: stack("bias"))
    }
    let layer = try MixtureOfExperts(
      router: router(),
      expertGroups: [
        FeedForwardExperts(up: bank(file, "fc1"), down: bank(file, "fc2"), activation: .relu)
      ])
    let tokens = try io.tensor("input")
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let (routing, noise) = (pass.routing, try #require(pass.routing.gateNoise))
    Golden.expect(noise.clean, try io.doubles("clean_logits"), "clean logits")
    Golden.expect(noise.scale, try io.doubles("noise_stddev"), "scale of the noise")
    Golden.expect(routing.logits, try io.doubles("noisy_logits"), "logits")
    #expect(try routing.experts.map(Int.init) == io.integers("topk_index"))
    Golden.expect(routing.weights, try io.doubles("topk_weight"), "weights")
    Golden.expect(
      routing.selection.spread(routing.weights), try io.doubles("gates"), "gates")
    Golden.expect(pass.output, try io.doubles("output_f64"), "output")
    let clean = try layer.forward(tokens, context: .inference).routing
    Golden.expect(
      clean.selection.spread(clean.weights), try io.doubles("eval_gates"), "gates in inference")

    let back = try layer.backward(try io.tensor("R"), pass: pass)
    Golden.expect(back.input, try io.doubles("grad.input"), "input")
    let found = Dictionary(
      uniqueKeysWithValues: back.parameters.namedParameters.map { ($0.name, $0.parameter) })
    let exact: [String: Tensor] = [
      "router.gate.weight": try gradients.tensor("w_gate").transposed(),
      "router.gate.noise.weight": try gradients.tensor("w_noise").transposed(),
      "expertGroups.0.up.weight": try bank(gradients, "fc1").weight,
      "expertGroups.0.up.bias": try #require(try bank(gradients, "fc1").bias),
      "expertGroups.0.down.weight": try bank(gradients, "fc2").weight,
      "expertGroups.0.down.bias": try #require(try bank(gradients, "fc2").bias),
    ]
    #expect(Set(found.keys) == Set(exact.keys))
    for (name, gradient) in exact {
      Golden.expect(try #require(found[name]), gradient.doubles, name)
    }
  }

  /// Importance and load, their variations by both variances, and the gradients of these.
  @Test(arguments: [false, true])
  func givesItsLossesAndTheirGradients(isUnbiased: Bool) throws {
    let tokens = try io.tensor("input")
    let router = try router()
    let pass = try router.forward(tokens, context: .training(step: 0))
    let variance = isUnbiased ? "unbiased" : "population"
    for (name, loss) in [
      ("importance", ImportanceLoss(coefficient: 1, isUnbiased: isUnbiased)),
      ("load", LoadLoss(coefficient: 1, isUnbiased: isUnbiased)),
    ] as [(String, any BalancingLoss)] {
      let value = loss(pass.routing)
      let key = "\(name)_cv2_\(variance)"
      Golden.expect(Tensor([value.value]), try io.doubles(key), key)
      let back = try router.backward(value.gradient, pass: pass)
      Golden.expect(back.input, try io.doubles("grad.\(key).input"), "\(key), input")
      for (own, theirs) in [("gate.weight", "w_gate"), ("gate.noise.weight", "w_noise")] {
        let parameter = try #require(
          back.parameters.namedParameters.first { $0.name == own }?.parameter)
        let exact = try io.tensor("grad.\(key).\(theirs)").transposed()
        Golden.expect(parameter, exact.doubles, "\(key), \(theirs)")
      }
    }
  }
}
