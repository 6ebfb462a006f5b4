import MoE
import Testing

/// Whole layers with experts that compute nothing, from golden data.
@Suite struct KindFixtureTests {
  // MARK: - MoE++

  /// A layer of MoE++: six gated experts, a zero expert, a copy and two constants.
  private static func layer(
    _ number: Int, _ file: SafetensorsReader, loss: [any BalancingLoss]
  ) throws -> MixtureOfExperts {
    let prefix = "layers.\(number)"
    func bank(_ experts: Range<Int>, _ name: String) throws -> Tensor {
      let parts = try experts.map { try file.tensor("\(prefix).experts.\($0).\(name)") }
      return Tensor(parts.flatMap(\.scalarArray), shape: [parts.count] + parts[0].shape)
    }
    let residual = "\(prefix).router.residual.weight"
    let gate = ResidualGate(
      LinearGate(Linear(weight: try file.tensor("\(prefix).router.weight"))),
      residual: Linear(
        weight: file.names.contains(residual)
          ? try file.tensor(residual) : Tensor(zeros: [10, 10])))
    return try MixtureOfExperts(
      router: Router(gate: gate, strategy: .moePlusPlus(2, capacityFactor: nil)),
      expertGroups: [
        GatedFeedForwardExperts(
          gate: GroupedLinear(weight: bank(0..<6, "gate_proj.weight")),
          up: GroupedLinear(weight: bank(0..<6, "up_proj.weight")),
          down: GroupedLinear(weight: bank(0..<6, "down_proj.weight"))),
        ZeroExperts(count: 1, inputSize: 32, outputSize: 32), CopyExperts(count: 1, size: 32),
        ConstantExperts(
          mix: GroupedLinear(weight: bank(8..<10, "mix.weight")),
          constant: bank(8..<10, "constant")),
      ], balancingLosses: loss)
  }

  /// Two layers, the second of the first one's output and logits, and their way back.
  private struct Chain {
    var layers: [MixtureOfExperts]
    var passes: [MixtureOfExperts.Pass]

    init(_ tokens: Tensor, loss: [any BalancingLoss]) throws {
      let file = try SafetensorsReader("moepp", "model")
      layers = try (0..<2).map { try KindFixtureTests.layer($0, file, loss: loss) }
      let first = try layers[0].forward(tokens, context: .training(step: 0))
      let second = try layers[1].forward(
        tokens + first.output, context: .training(step: 0),
        overrides: RoutingOverrides(previousLogits: first.routing.logits))
      passes = [first, second]
    }

    /// The gradients of the tokens and of both layers, from that of the last output.
    func backward(
      _ direction: Tensor
    ) throws -> (input: Tensor, layers: [MixtureOfExperts]) {
      let last = try layers[1].backward(direction, routing: RoutingGradient(), pass: passes[1])
      let first = try layers[0].backward(
        last.gradient.input, routing: RoutingGradient(logits: last.overrides.previousLogits),
        pass: passes[0])
      return (
        first.gradient.input + last.gradient.input,
        [first.gradient.parameters, last.gradient.parameters]
      )
    }
  }

  @Test func moEPlusPlusGivesItsOutputs() throws {
    let io = try SafetensorsReader("moepp", "io")
    let tokens = try io.tensor("input")
    let chain = try Chain(tokens, loss: [.heterogeneous(coefficient: 1, tau: 0.75)])
    for (layer, pass) in chain.passes.enumerated() {
      Golden.expect(pass.output, try io.doubles("layer\(layer).output_f64"), "output \(layer)")
      Golden.expect(pass.routing.logits, try io.doubles("layer\(layer).logits"), "logits \(layer)")
      Golden.expect(
        pass.routing.weights, try io.doubles("layer\(layer).topk_weight"), "weights \(layer)")
      Golden.expect(
        Tensor([pass.auxiliaryLoss]), try io.doubles("layer\(layer).aux_loss"), "loss \(layer)")
      let idle = try io.integers("layer\(layer).topk_index").count { $0 >= 6 }
      #expect(pass.routing.shareWithoutComputation == Double(idle) / 66 && idle > 20)
    }
  }

  @Test func moEPlusPlusGivesItsGradients() throws {
    let io = try SafetensorsReader("moepp", "io")
    let gradients = try SafetensorsReader("moepp", "grads")
    let back = try Chain(try io.tensor("input"), loss: []).backward(try io.tensor("R"))
    Golden.expect(back.input, try io.doubles("grad.input"), "input")
    for (layer, parameters) in back.layers.enumerated() {
      let theirs = "layers.\(layer)"
      for (name, parameter) in parameters.namedParameters {
        switch name {
        case "router.gate.weight":
          Golden.expect(parameter, try gradients.doubles("\(theirs).router.weight"), name)
        case "router.gate.residual.weight":
          let key = "\(theirs).router.residual.weight"
          let exact = layer == 0 ? parameter.doubles.map { _ in 0 } : try gradients.doubles(key)
          Golden.expect(parameter, exact, name)
        default:
          // Those of each expert alone, which have a scale of their own.
          let parts = name.split(separator: ".").dropFirst(2).joined(separator: ".")
          let isConstant = name.hasPrefix("expertGroups.3.")
          let key = isConstant ? parts : parts.replacing(".weight", with: "_proj.weight")
          for expert in 0..<parameter.shape[0] {
            let number = expert + (isConstant ? 8 : 0)
            Golden.expect(
              parameter[entry: expert],
              try gradients.doubles("\(theirs).experts.\(number).\(key)"), "\(name) \(number)")
          }
        }
      }
    }
  }

  /// The losses of both layers, whose gradients go through the residual of the gates and through
  /// the first layer's output.
  @Test func moEPlusPlusGivesTheGradientsOfItsLosses() throws {
    let io = try SafetensorsReader("moepp", "io")
    let gradients = try SafetensorsReader("moepp", "grads")
    let chain = try Chain(
      try io.tensor("input"), loss: [.heterogeneous(coefficient: 1, tau: 0.75)])
    let back = try chain.backward(Tensor(zeros: [33, 32]))
    Golden.expect(back.input, try io.doubles("aux_grad.input"), "input")
    for (layer, name) in [(0, "weight"), (1, "weight"), (1, "residual.weight")] {
      let parameter = try #require(
        back.layers[layer].namedParameters.first { $0.name == "router.gate.\(name)" }?.parameter)
      Golden.expect(
        parameter, try gradients.doubles("aux_grad.layers.\(layer).router.\(name)"),
        "\(name) of layer \(layer)")
    }
  }
}
