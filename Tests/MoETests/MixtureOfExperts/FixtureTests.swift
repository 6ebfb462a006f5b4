import MoE
import Testing

/// Golden data of reference implementations, computed in double precision on the same weights.
///
/// Each tensor may differ by 2·10⁻⁶ of its largest scalar. The implementations' own single precision
/// differs from double by 2 to 5·10⁻⁷ of it, in other orders of summation; four times the larger
/// leaves room for this library's order.
@Suite struct FixtureTests {
  private static let tolerance = 2e-6

  private static func expect(
    _ found: Tensor, _ exact: [Double], _ name: String, within tolerance: Double = tolerance,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = exact.reduce(0) { max($0, $1.magnitude) }
    GradientTolerance.expect(
      found, near: exact, within: tolerance * scale, name, sourceLocation: sourceLocation)
  }

  // MARK: - The classic dense mixture

  private struct Dense {
    let io: SafetensorsReader
    let gradients: SafetensorsReader
    let layer: MixtureOfExperts
    let tokens: Tensor
    static let maps = [
      ("experts.0.up", "fc1"), ("experts.0.down", "fc2"),
    ]

    init() throws {
      io = try SafetensorsReader("dense_softmax", "io")
      gradients = try SafetensorsReader("dense_softmax", "grads")
      let model = try SafetensorsReader("dense_softmax", "model")
      func bank(_ map: String) throws -> ExpertBank {
        func stack(_ parameter: String) throws -> Tensor {
          let parts = try (0..<3).map { try model.tensor("experts.\($0).\(map).\(parameter)") }
          return Tensor(
            parts.flatMap(\.scalarArray), shape: [3] + parts[0].shape)
        }
        return try ExpertBank(weight: stack("weight"), bias: stack("bias"))
      }
      let gate = try LinearGate(
        Linear(weight: model.tensor("gate.weight"), bias: model.tensor("gate.bias")))
      layer = try MixtureOfExperts(
        router: Router(gate: gate, strategy: .dense()),
        experts: [FeedForwardExperts(up: bank("fc1"), down: bank("fc2"), activation: .relu)])
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
      FixtureTests.expect(gradient.input, try io.doubles(input), "\(prefix) input")
      let parameters = gradient.parameters.namedParameters
      #expect(parameters.count == 6)
      for (name, parameter) in parameters {
        FixtureTests.expect(
          parameter, try self.gradient(of: name, prefix: prefix), "\(prefix)\(name)")
      }
    }
  }

  @Test func denseMixtureGivesItsOutput() throws {
    let dense = try Dense()
    let pass = try dense.layer.forward(dense.tokens, mode: .inference)
    FixtureTests.expect(pass.output, try dense.io.doubles("output_f64"), "output")
    FixtureTests.expect(pass.routing.logits, try dense.io.doubles("gate_logits"), "logits")
    FixtureTests.expect(pass.routing.scores, try dense.io.doubles("gate_probs"), "probabilities")
    FixtureTests.expect(pass.routing.weights, try dense.io.doubles("gate_probs"), "weights")
    #expect(pass.routing.load == [33, 33, 33])

    // Each expert alone: positions run expert by expert, the fixture token by token.
    let rows = GroupedRows(Array(repeating: Array(0..<33), count: 3))
    let outputs = dense.layer.experts[0].forward(dense.tokens, rows: rows, mode: .inference).output
    let byToken = outputs.gatheringRows((0..<99).map { $0 % 3 * 33 + $0 / 3 })
    FixtureTests.expect(byToken, try dense.io.doubles("expert_outputs"), "expert outputs")
  }

  @Test func denseMixtureGivesItsGradients() throws {
    let dense = try Dense()
    let pass = try dense.layer.forward(dense.tokens, mode: .training(step: 0))
    let gradient = try dense.layer.backward(dense.io.tensor("R"), pass: pass)
    try dense.expectGradient(gradient, prefix: "", input: "grad.input")
  }

  @Test func denseMixtureGivesItsCrossEntropy() throws {
    let dense = try Dense()
    let pass = try dense.layer.forward(dense.tokens, mode: .training(step: 0))
    let loss = try CrossEntropy()(pass.output, labels: dense.io.integers("labels"))
    FixtureTests.expect(Tensor([loss.value]), try dense.io.doubles("ce_loss"), "cross-entropy")
    let gradient = dense.layer.backward(loss.gradient, pass: pass)
    try dense.expectGradient(gradient, prefix: "ce_grad.", input: "ce_grad.input")
  }

  // MARK: - Mixtral

  private struct Mixtral {
    let io: SafetensorsReader
    let gradients: SafetensorsReader
    let layer: MixtureOfExperts
    let tokens: Tensor
    static let block = "model.layers.0.block_sparse_moe"
    static let maps = [
      ("experts.0.gate", "w1"), ("experts.0.up", "w3"), ("experts.0.down", "w2"),
    ]

    init(_ fixture: String, balancingLosses: [any BalancingLoss] = []) throws {
      io = try SafetensorsReader(fixture, "io")
      gradients = try SafetensorsReader(fixture, "grads")
      let model = try SafetensorsReader(fixture, "model")
      func bank(_ map: String) throws -> ExpertBank {
        let parts = try (0..<8).map {
          try model.tensor("\(Mixtral.block).experts.\($0).\(map).weight")
        }
        return ExpertBank(
          weight: Tensor(parts.flatMap(\.scalarArray), shape: [8] + parts[0].shape))
      }
      let gate = try LinearGate(Linear(weight: model.tensor("\(Mixtral.block).gate.weight")))
      layer = try MixtureOfExperts(
        router: Router(gate: gate, strategy: .topK(2)),
        experts: [
          GatedFeedForwardExperts(gate: bank("w1"), up: bank("w3"), down: bank("w2"))
        ],
        balancingLosses: balancingLosses)
      tokens = try io.tensor("input", shape: [33, 32])
    }
  }

  @Test(arguments: ["mixtral", "mixtral_skewed"])
  func mixtralGivesItsOutputAndRouting(fixture: String) throws {
    let mixtral = try Mixtral(fixture)
    let pass = try mixtral.layer.forward(mixtral.tokens, mode: .inference)
    FixtureTests.expect(pass.output, try mixtral.io.doubles("output_f64"), "output")
    FixtureTests.expect(pass.routing.logits, try mixtral.io.doubles("router_logits"), "logits")
    FixtureTests.expect(pass.routing.weights, try mixtral.io.doubles("topk_weight"), "weights")
    #expect(
      try pass.routing.selection.experts.map(Int.init) == mixtral.io.integers("topk_index"))
    #expect(try pass.routing.load == mixtral.io.integers("tokens_per_expert"))
  }

  @Test(arguments: ["mixtral", "mixtral_skewed"])
  func mixtralGivesItsGradients(fixture: String) throws {
    let mixtral = try Mixtral(fixture)
    let pass = try mixtral.layer.forward(mixtral.tokens, mode: .training(step: 0))
    let direction = try mixtral.io.tensor("R", shape: [33, 32])
    let gradient = mixtral.layer.backward(direction, pass: pass)
    FixtureTests.expect(gradient.input, try mixtral.io.doubles("grad.input"), "input")
    let parameters = gradient.parameters.namedParameters
    #expect(parameters.count == 4)
    for (name, parameter) in parameters {
      guard let theirs = Mixtral.maps.first(where: { name.hasPrefix($0.0) })?.1 else {
        FixtureTests.expect(
          parameter, try mixtral.gradients.doubles("\(Mixtral.block).gate.weight"), name)
        continue
      }
      // Expert by expert, as each has a scale of its own.
      for expert in 0..<8 {
        FixtureTests.expect(
          parameter[row: expert],
          try mixtral.gradients.doubles("\(Mixtral.block).experts.\(expert).\(theirs).weight"),
          "\(name) of expert \(expert)")
      }
    }
  }

  @Test(arguments: ["mixtral", "mixtral_skewed"])
  func mixtralGivesItsBalancingLoss(fixture: String) throws {
    let mixtral = try Mixtral(
      fixture, balancingLosses: [.loadBalancing(coefficient: 1, normalization: .perToken)])
    let pass = try mixtral.layer.forward(mixtral.tokens, mode: .training(step: 0))
    FixtureTests.expect(Tensor([pass.auxiliaryLoss]), try mixtral.io.doubles("aux_loss"), "loss")
    // Without a gradient of the output, what is left is the loss's own.
    let gradient = mixtral.layer.backward(Tensor(zeros: pass.output.shape), pass: pass)
    FixtureTests.expect(gradient.input, try mixtral.io.doubles("aux_grad.input"), "input")
    for (name, parameter) in gradient.parameters.namedParameters {
      let exact =
        name == "router.gate.weight"
        ? try mixtral.gradients.doubles("aux_grad.\(Mixtral.block).gate.weight")
        : [Double](repeating: 0, count: parameter.count)
      // Where one expert has nearly all of the probability, this gradient is a difference of nearly
      // equal numbers. The same formulas in NumPy's single precision are off by 3.5·10⁻⁷ of the largest
      // scalar in `mixtral`, but by 2.5·10⁻⁶ in `mixtral_skewed`; four times that, as above.
      FixtureTests.expect(
        parameter, exact, name, within: fixture == "mixtral" ? FixtureTests.tolerance : 1e-5)
    }
  }
}
