import MoE
import Testing

/// The classic dense mixture, and a layer's balancing losses, from golden data of reference
/// implementations.
@Suite struct DenseFixtureTests {
  private struct Dense {
    let io: SafetensorsReader
    let gradients: SafetensorsReader
    let layer: MixtureOfExperts
    let tokens: Tensor
    static let maps = [
      ("expertGroups.0.up", "fc1"), ("expertGroups.0.down", "fc2"),
    ]

    init() throws {
      io = try SafetensorsReader("dense_softmax", "io")
      gradients = try SafetensorsReader("dense_softmax", "grads")
      let model = try SafetensorsReader("dense_softmax", "model")
      func bank(_ map: String) throws -> GroupedLinear {
        func stack(_ parameter: String) throws -> Tensor {
          let parts = try (0..<3).map { try model.tensor("experts.\($0).\(map).\(parameter)") }
          return Tensor(
            parts.flatMap(\.scalarArray), shape: [3] + parts[0].shape)
        }
        return try GroupedLinear(weight: stack("weight"), bias: stack("bias"))
      }
      let gate = try LinearGate(
        Linear(weight: model.tensor("gate.weight"), bias: model.tensor("gate.bias")))
      layer = try MixtureOfExperts(
        router: Router(gate: gate, strategy: .dense()),
        expertGroups: [FeedForwardExperts(up: bank("fc1"), down: bank("fc2"), activation: .relu)])
      tokens = try io.tensor("input")
    }

    /// The fixture's gradient of one of the layer's parameters.
    func gradient(of name: String, prefix: String) throws -> [Double] {
      for (own, theirs) in Dense.maps where name.hasPrefix(own) {
        return try (0..<3).flatMap {
          try gradients.doubles("\(prefix)experts.\($0).\(theirs)\(name.dropFirst(own.count))")
        }
      }
      return try gradients.doubles(prefix + name.dropFirst("router.".count))
    }

    func expectGradient(_ gradient: LayerGradient<MixtureOfExperts>, prefix: String, input: String)
      throws
    {
      Golden.expect(gradient.input, try io.doubles(input), "\(prefix) input")
      let parameters = gradient.parameters.namedParameters
      #expect(parameters.count == 6)
      for (name, parameter) in parameters {
        Golden.expect(
          parameter, try self.gradient(of: name, prefix: prefix), "\(prefix)\(name)")
      }
    }
  }

  @Test func denseMixtureGivesItsOutput() throws {
    let dense = try Dense()
    let pass = try dense.layer.forward(dense.tokens, context: .inference)
    Golden.expect(pass.output, try dense.io.doubles("output_f64"), "output")
    Golden.expect(pass.routing.logits, try dense.io.doubles("gate_logits"), "logits")
    Golden.expect(pass.routing.scores, try dense.io.doubles("gate_probs"), "probabilities")
    Golden.expect(pass.routing.weights, try dense.io.doubles("gate_probs"), "weights")
    #expect(pass.routing.load == [33, 33, 33])

    // Each expert alone: positions run expert by expert, the fixture token by token.
    let rows = GroupedRows(Array(repeating: Array(0..<33), count: 3))
    let outputs = try dense.layer.expertGroups[0].forward(
      GroupedTokens(dense.tokens, rows: rows), context: .inference
    ).output.rows
    let byToken = outputs.gatheringEntries(
      (0..<99).map { (row: Int) -> Int in row % 3 * 33 + row / 3 })
    Golden.expect(byToken, try dense.io.doubles("expert_outputs"), "expert outputs")
  }

  @Test func denseMixtureGivesItsGradients() throws {
    let dense = try Dense()
    let pass = try dense.layer.forward(dense.tokens, context: .training(step: 0))
    let gradient = try dense.layer.backward(dense.io.tensor("R"), pass: pass)
    try dense.expectGradient(gradient, prefix: "", input: "grad.input")
  }

  @Test func denseMixtureGivesItsCrossEntropy() throws {
    let dense = try Dense()
    let pass = try dense.layer.forward(dense.tokens, context: .training(step: 0))
    let loss = try CrossEntropy()(pass.output, labels: dense.io.integers("labels"))
    Golden.expect(Tensor([loss.value]), try dense.io.doubles("ce_loss"), "cross-entropy")
    let gradient = try dense.layer.backward(loss.gradient, pass: pass)
    try dense.expectGradient(gradient, prefix: "ce_grad.", input: "ce_grad.input")
  }
}
