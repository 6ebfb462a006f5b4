import MoE
import Testing

/// A mixture on a latent of its tokens, from golden data of Nemotron-3: experts of two maps with a
/// squared ReLU between them.
@Suite struct LatentFixtureTests {
  private static let block = "backbone.layers.1.mixer"

  /// A map of each of the eight experts, from a file of weights or of gradients.
  private static func bank(_ file: SafetensorsReader, _ map: String) throws -> Tensor {
    let parts = try (0..<8).map { try file.tensor("\(block).experts.\($0).\(map).weight") }
    return Tensor(parts.flatMap(\.scalarArray), shape: [8] + parts[0].shape)
  }

  private static func linear(_ file: SafetensorsReader, _ name: String) throws -> Linear {
    Linear(weight: try file.tensor("\(block).\(name).weight"))
  }

  /// y = F₂·Σ wₑ·Eₑ(F₁·x) + shared(x), with its gradients.
  @Test func nemotronGivesItsOutputAndGradients() throws {
    let file = try SafetensorsReader("nemotron_h", "model")
    let (io, gradients) = (
      try SafetensorsReader("nemotron_h", "io"), try SafetensorsReader("nemotron_h", "grads")
    )
    let context = LayerContext(.training(step: 0))
    let tokens = try io.tensor("input", shape: [33, 32])
    var router = try Router(
      gate: LinearGate(Self.linear(file, "gate")),
      strategy: RoutingStrategy(
        score: .sigmoid, selector: .topK(3),
        weighting: .renormalized(epsilon: 1e-20).scaled(by: 2.5), hasSelectionBias: true))
    router.selectionBias = try file.tensor("\(Self.block).gate.e_score_correction_bias")
    let first = try Self.linear(file, "fc1_latent_proj")
    let second = try Self.linear(file, "fc2_latent_proj")
    let experts = FeedForwardExperts(
      up: GroupedLinear(weight: try Self.bank(file, "up_proj")),
      down: GroupedLinear(weight: try Self.bank(file, "down_proj")), activation: .squaredReLU)
    let shared = FeedForward(
      up: try Self.linear(file, "shared_experts.up_proj"),
      down: try Self.linear(file, "shared_experts.down_proj"), activation: .squaredReLU)

    let routerPass = try router.forward(tokens, context: context)
    #expect(try routerPass.routing.load == io.integers("tokens_per_expert"))
    let dispatch = TokenDispatch(routerPass.routing, appliesWeightsToInput: false)
    let firstPass = first.forward(tokens, context: context)
    let expertPass = experts.forward(dispatch.input(firstPass.output), context: context)
    let rows = expertPass.output.rows
    let secondPass = second.forward(dispatch.combined(rows, from: [0..<8]), context: context)
    let sharedPass = shared.forward(tokens, context: context)
    Golden.expect(secondPass.output + sharedPass.output, try io.doubles("output_f64"), "output")

    let direction = try io.tensor("R", shape: [33, 32])
    let secondBack = second.backward(direction, pass: secondPass)
    let expertBack = experts.backward(
      dispatch.outputGradient(secondBack.input), pass: expertPass)
    let back = dispatch.backward(
      TokenDispatch.Back(
        rows: try #require(expertBack.rows), weights: try #require(expertBack.weights),
        experts: [0..<8], outputs: nil),
      outputGradient: secondBack.input, tokens: firstPass.output)
    let firstBack = first.backward(back.tokens, pass: firstPass)
    let routerBack = try router.backward(back.routing, pass: routerPass)
    let sharedBack = shared.backward(direction, pass: sharedPass)

    Golden.expect(
      firstBack.input + routerBack.input + sharedBack.input, try io.doubles("grad.input"), "input")
    let maps = [
      ("fc1_latent_proj", firstBack.parameters.weight),
      ("fc2_latent_proj", secondBack.parameters.weight),
      ("gate", try #require(routerBack.parameters.namedParameters.first).parameter),
      ("shared_experts.up_proj", sharedBack.parameters.up.weight),
      ("shared_experts.down_proj", sharedBack.parameters.down.weight),
    ]
    for (name, gradient) in maps {
      Golden.expect(gradient, try gradients.doubles("\(Self.block).\(name).weight"), name)
    }
    let banks = [
      ("up_proj", expertBack.parameters.up.weight),
      ("down_proj", expertBack.parameters.down.weight),
    ]
    for (name, gradient) in banks {
      let expected = try Self.bank(gradients, name)
      for expert in 0..<8 {
        Golden.expect(
          gradient[entry: expert], expected[entry: expert].doubles, "\(name) of expert \(expert)")
      }
    }
  }
}
