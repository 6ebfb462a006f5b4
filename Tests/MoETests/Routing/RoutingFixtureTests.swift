import Foundation
import MoE
import Testing

/// Golden data of reference implementations, as far as their routing goes.
///
/// Each tensor may differ by 2·10⁻⁶ of its largest scalar, for the reasons given in ``FixtureTests``.
@Suite struct RoutingFixtureTests {
  private static func expect(
    _ found: Tensor, _ exact: [Double], _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = exact.reduce(0) { max($0, $1.magnitude) }
    GradientTolerance.expect(
      found, near: exact, within: 2e-6 * scale, name, sourceLocation: sourceLocation)
  }

  /// How a fixture names its gate, and the way of its model.
  struct Model: Sendable, CustomTestStringConvertible {
    var name: String
    var gate: String
    var strategy: RoutingStrategy
    var testDescription: String { name }

    static let all: [Model] = [
      Model(
        name: "qwen2_moe", gate: "model.layers.0.mlp.gate",
        strategy: .topK(4, weighting: .probabilities)),
      Model(name: "qwen3_moe", gate: "model.layers.0.mlp.gate", strategy: .topK(4)),
      Model(
        name: "olmoe", gate: "model.layers.0.mlp.gate",
        strategy: .topK(8, weighting: .probabilities)),
      Model(
        name: "jamba", gate: "model.layers.1.feed_forward.router",
        strategy: .topK(2, weighting: .probabilities)),
      Model(
        name: "granitemoe", gate: "model.layers.0.block_sparse_moe.router.layer",
        strategy: .topK(3, weighting: .softmaxOverSelected)),
      Model(
        name: "gpt_oss", gate: "model.layers.0.mlp.router",
        strategy: .topK(4, weighting: .softmaxOverSelected)),
      Model(
        name: "dbrx", gate: "transformer.blocks.0.ffn.router.layer",
        strategy: .topK(3, weighting: .normRenormalized(p: 1))),
      Model(
        name: "phimoe", gate: "model.layers.0.block_sparse_moe.gate",
        strategy: .sparseMixer(jitter: 0.01)),
      Model(
        name: "phimoe_wide", gate: "model.layers.0.block_sparse_moe.gate",
        strategy: .sparseMixer(jitter: 0.3)),
      Model(
        name: "llama4", gate: "model.layers.0.feed_forward.router",
        strategy: llama4(1)),
      Model(
        name: "llama4_k2", gate: "model.layers.0.feed_forward.router",
        strategy: llama4(2)),
    ]

    private static func llama4(_ count: Int) -> RoutingStrategy {
      RoutingStrategy(
        score: .sigmoid, selector: .topK(count), weighting: .sigmoidOfSelected, weightsInput: true)
    }

    func router(_ file: SafetensorsReader) throws -> Router {
      let bias = file.names.contains("\(gate).bias") ? try file.tensor("\(gate).bias") : nil
      return try Router(
        gate: LinearGate(Linear(weight: file.tensor("\(gate).weight"), bias: bias)),
        strategy: strategy)
    }
  }

  @Test(arguments: Model.all)
  func modelGivesItsRouting(model: Model) throws {
    let io = try SafetensorsReader(model.name, "io")
    let router = try model.router(SafetensorsReader(model.name, "model"))
    let routing = try router.forward(io.tensor("input", shape: [33, 32]), mode: .inference).routing
    RoutingFixtureTests.expect(routing.logits, try io.doubles("router_logits"), "logits")
    #expect(try routing.selection.experts.map(Int.init) == io.integers("topk_index"))
    RoutingFixtureTests.expect(routing.weights, try io.doubles("topk_weight"), "weights")
    #expect(try routing.load == io.integers("tokens_per_expert"))
  }

  // MARK: - Whole layers of gated experts

  /// A gate map, an up map and a down map, each of all the experts.
  private static func maps(_ model: Model, _ file: SafetensorsReader, prefix: String = "") throws
    -> [Tensor]
  {
    let names = Set(file.names.filter { $0.hasPrefix(prefix) })
    let block = prefix + model.gate.split(separator: ".").prefix(4).joined(separator: ".")
    let count = 16
    for maps in [["w1", "w3", "w2"], ["gate_proj", "up_proj", "down_proj"]]
    where names.contains("\(block).experts.0.\(maps[0]).weight") {
      return try maps.map { map in
        let parts = try (0..<count).map { "\(block).experts.\($0).\(map).weight" }
          .filter(names.contains).map { try file.tensor($0) }
        return Tensor(parts.flatMap(\.scalarArray), shape: [parts.count] + parts[0].shape)
      }
    }
    if names.contains("\(block).input_linear.weight") {
      let both = try halves(file.tensor("\(block).input_linear.weight"))
      return [both.0, both.1, try file.tensor("\(block).output_linear.weight")]
    }
    if names.contains("\(block).experts.gate_up_proj") {
      let both = try halves(turned(file.tensor("\(block).experts.gate_up_proj")))
      return [both.0, both.1, turned(try file.tensor("\(block).experts.down_proj"))]
    }
    let dbrx = try ["w1", "v1", "w2"].map {
      try file.tensor("\(block).experts.mlp.\($0)", shape: [8, 48, 32])
    }
    return [dbrx[0], dbrx[1], turned(dbrx[2])]
  }

  /// Each expert's matrix with its rows and columns exchanged.
  private static func turned(_ bank: Tensor) -> Tensor {
    let parts = (0..<bank.shape[0]).map { bank[row: $0].transposed() }
    return Tensor(parts.flatMap(\.scalarArray), shape: [parts.count] + parts[0].shape)
  }

  /// The upper and the lower half of each expert's rows.
  private static func halves(_ bank: Tensor) -> (Tensor, Tensor) {
    let (count, half, columns) = (bank.shape[0], bank.shape[1] / 2, bank.shape[2])
    func part(_ rows: Range<Int>) -> Tensor {
      Tensor(
        (0..<count).flatMap { bank[row: $0][rows: rows].scalarArray },
        shape: [count, half, columns])
    }
    return (part(0..<half), part(half..<2 * half))
  }

  @Test(arguments: Model.all.filter { !["qwen2_moe", "gpt_oss"].contains($0.name) })
  func modelGivesItsOutputAndGradients(model: Model) throws {
    let io = try SafetensorsReader(model.name, "io")
    let (file, gradients) = (
      try SafetensorsReader(model.name, "model"), try SafetensorsReader(model.name, "grads")
    )
    let tokens = try io.tensor("input", shape: [33, 32])
    let maps = try RoutingFixtureTests.maps(model, file)
    var shared: GatedFeedForwardExperts?
    let sharedName = "model.layers.0.feed_forward.shared_expert"
    if model.name.hasPrefix("llama4") {
      let maps = try ["gate_proj", "up_proj", "down_proj"].map {
        let map = try file.tensor("\(sharedName).\($0).weight")
        return ExpertBank(weight: map.reshaped(to: [1] + map.shape))
      }
      shared = GatedFeedForwardExperts(gate: maps[0], up: maps[1], down: maps[2])
    }
    let layer = try MixtureOfExperts(
      router: model.router(file),
      experts: [
        GatedFeedForwardExperts(
          gate: ExpertBank(weight: maps[0]), up: ExpertBank(weight: maps[1]),
          down: ExpertBank(weight: maps[2]))
      ], sharedExperts: shared)
    let inference = try layer.forward(tokens, mode: .inference)
    RoutingFixtureTests.expect(inference.output, try io.doubles("output_f64"), "output")

    // SparseMixer's fixture is of the inference path, and a pass in training draws other experts: the gate's
    // gradient is tested on its own.
    guard !model.name.hasPrefix("phimoe") else { return }
    let pass = try layer.forward(tokens, mode: .training(step: 0))
    let back = layer.backward(try io.tensor("R", shape: [33, 32]), pass: pass)
    RoutingFixtureTests.expect(back.input, try io.doubles("grad.input"), "input")
    let expected = try RoutingFixtureTests.maps(model, gradients)
    for (name, parameter) in back.parameters.namedParameters {
      switch name {
      case "router.gate.weight":
        RoutingFixtureTests.expect(
          parameter, try gradients.doubles("\(model.gate).weight"), name)
      case "experts.0.gate.weight", "experts.0.up.weight", "experts.0.down.weight":
        let index = name.contains("gate") ? 0 : name.contains("up") ? 1 : 2
        for expert in 0..<parameter.shape[0] {
          RoutingFixtureTests.expect(
            parameter[row: expert], expected[index][row: expert].doubles,
            "\(name) of expert \(expert)")
        }
      default:
        let map = name.split(separator: ".").dropLast().last!
        RoutingFixtureTests.expect(
          parameter, try gradients.doubles("\(sharedName).\(map)_proj.weight"), name)
      }
    }
  }

  /// The gradient of SparseMixer's weights, with what the fixture says of the rest: the weights' own gradients are
  /// ⟨R, E(x)⟩.
  @Test(arguments: Model.all.filter { $0.name.hasPrefix("phimoe") })
  func sparseMixerGivesItsGateGradient(model: Model) throws {
    let io = try SafetensorsReader(model.name, "io")
    let (file, gradients) = (
      try SafetensorsReader(model.name, "model"), try SafetensorsReader(model.name, "grads")
    )
    let tokens = try io.tensor("input", shape: [33, 32])
    let maps = try RoutingFixtureTests.maps(model, file)
    let experts = GatedFeedForwardExperts(
      gate: ExpertBank(weight: maps[0]), up: ExpertBank(weight: maps[1]),
      down: ExpertBank(weight: maps[2]))
    let router = try model.router(file)
    let pass = try router.forward(tokens, mode: .inference)
    let routing = pass.routing
    let output = experts.forward(tokens, rows: routing.rows, mode: .inference).output
    let direction = try io.tensor("R", shape: [33, 32])
    let dots = direction.gatheringRows(routing.rows.indices.map(Int.init)).rowDots(output)
    let back = router.backward(routing.byRoute(dots), tokens: tokens, pass: pass)
    RoutingFixtureTests.expect(
      back.parameters.namedParameters[0].parameter, try gradients.doubles("\(model.gate).weight"),
      "gate")
  }

  // MARK: - DeepSeek-V3

  /// Sigmoids without the bias, divided by their sum, times 2.5.
  ///
  /// The fixture's own choice, of groups first, is forced here.
  @Test func deepSeekV3GivesItsWeights() throws {
    let (io, file) = (
      try SafetensorsReader("deepseek_v3", "io"), try SafetensorsReader("deepseek_v3", "model")
    )
    let gate = "model.layers.1.mlp.gate"
    var router = try Router(
      gate: LinearGate(Linear(weight: file.tensor("\(gate).weight"))),
      strategy: RoutingStrategy(
        score: .sigmoid, selector: .topK(4),
        weighting: .renormalized(epsilon: 1e-20).scaled(by: 2.5), hasSelectionBias: true))
    router.selectionBias = try file.tensor("\(gate).e_score_correction_bias")
    let chosen = try io.integers("topk_index")
    let context = RoutingContext(
      forcedExperts: Dictionary(
        uniqueKeysWithValues: (0..<33).map { ($0, Array(chosen[4 * $0..<4 * $0 + 4])) }))
    let routing = try router.forward(io.tensor("input", shape: [33, 32]), context: context).routing
    RoutingFixtureTests.expect(routing.logits, try io.doubles("router_logits"), "logits")
    RoutingFixtureTests.expect(routing.weights, try io.doubles("topk_weight"), "weights")
  }

  // MARK: - Noisy top-k

  /// A noisy gate whose standard normal numbers are given.
  private struct GivenNoise: Gate {
    var base: NoisyGate
    var sample: Tensor
    var inputSize: Int { base.inputSize }
    var expertCount: Int { base.expertCount }

    mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
      try base.visitParameters(visit)
    }

    func forward(_ tokens: Tensor, context: RoutingContext) throws -> GatePass {
      guard context.mode.isTraining else { return try base.forward(tokens, context: context) }
      return try base.forward(tokens, context: context, sample: sample)
    }

    func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient {
      base.backward(gradient, tokens: tokens, pass: pass)
    }
  }

  @Test func noisyTopKGivesItsOutputAndGradients() throws {
    let io = try SafetensorsReader("noisy_topk", "io")
    let (file, gradients) = (
      try SafetensorsReader("noisy_topk", "model"), try SafetensorsReader("noisy_topk", "grads")
    )
    func bank(_ file: SafetensorsReader, _ map: String) throws -> ExpertBank {
      func stack(_ parameter: String) throws -> Tensor {
        let parts = try (0..<8).map { try file.tensor("experts.\($0).\(map).\(parameter)") }
        return Tensor(parts.flatMap(\.scalarArray), shape: [8] + parts[0].shape)
      }
      return try ExpertBank(weight: stack("weight"), bias: stack("bias"))
    }
    let gate = try NoisyGate(
      LinearGate(Linear(weight: file.tensor("w_gate").transposed())),
      noise: Linear(weight: file.tensor("w_noise").transposed()))
    let layer = try MixtureOfExperts(
      router: Router(
        gate: GivenNoise(base: gate, sample: io.tensor("noise")), strategy: .noisyTopK(2)),
      experts: [
        FeedForwardExperts(up: bank(file, "fc1"), down: bank(file, "fc2"), activation: .relu)
      ])
    let tokens = try io.tensor("input")
    let pass = try layer.forward(tokens, mode: .training(step: 0))
    let (routing, noise) = (pass.routing, try #require(pass.routing.gateNoise))
    RoutingFixtureTests.expect(noise.clean, try io.doubles("clean_logits"), "clean logits")
    RoutingFixtureTests.expect(noise.scale, try io.doubles("noise_stddev"), "scale of the noise")
    RoutingFixtureTests.expect(routing.logits, try io.doubles("noisy_logits"), "logits")
    #expect(try routing.selection.experts.map(Int.init) == io.integers("topk_index"))
    RoutingFixtureTests.expect(routing.weights, try io.doubles("topk_weight"), "weights")
    RoutingFixtureTests.expect(
      routing.selection.spread(routing.weights), try io.doubles("gates"), "gates")
    RoutingFixtureTests.expect(pass.output, try io.doubles("output_f64"), "output")
    let clean = try layer.forward(tokens, mode: .inference).routing
    RoutingFixtureTests.expect(
      clean.selection.spread(clean.weights), try io.doubles("eval_gates"), "gates in inference")

    let back = layer.backward(try io.tensor("R"), pass: pass)
    RoutingFixtureTests.expect(back.input, try io.doubles("grad.input"), "input")
    let found = Dictionary(
      uniqueKeysWithValues: back.parameters.namedParameters.map { ($0.name, $0.parameter) })
    let exact: [String: Tensor] = [
      "router.gate.weight": try gradients.tensor("w_gate").transposed(),
      "router.gate.noise.weight": try gradients.tensor("w_noise").transposed(),
      "experts.0.up.weight": try bank(gradients, "fc1").weight,
      "experts.0.up.bias": try #require(try bank(gradients, "fc1").bias),
      "experts.0.down.weight": try bank(gradients, "fc2").weight,
      "experts.0.down.bias": try #require(try bank(gradients, "fc2").bias),
    ]
    #expect(Set(found.keys) == Set(exact.keys))
    for (name, gradient) in exact {
      RoutingFixtureTests.expect(try #require(found[name]), gradient.doubles, name)
    }
  }

  // MARK: - MoE++

  /// The gates of two layers, the second of which reads the logits of the first; and the gradients of the second
  /// layer's balance loss, Σ ηᵢ·fᵢ·Pᵢ, which reach its gate through the logits alone.
  @Test func moEPlusPlusGivesItsGatingAndResidual() throws {
    let (io, file) = (
      try SafetensorsReader("moepp", "io"), try SafetensorsReader("moepp", "model")
    )
    let gradients = try SafetensorsReader("moepp", "grads")
    let tokens = try io.tensor("input")
    let strategy = RoutingStrategy.topK(2, weighting: .probabilities)
    func gate(_ layer: Int) throws -> LinearGate {
      LinearGate(Linear(weight: try file.tensor("layers.\(layer).router.weight")))
    }
    let zero = Linear(weight: Tensor(zeros: [10, 10]))
    let first = try Router(gate: ResidualGate(gate(0), residual: zero), strategy: strategy)
    let second = try Router(
      gate: ResidualGate(
        gate(1), residual: Linear(weight: file.tensor("layers.1.router.residual.weight"))),
      strategy: strategy)
    let between = Tensor(
      zip(try io.doubles("input"), try io.doubles("layer0.output_f64")).map { Float($0 + $1) },
      shape: [33, 32])
    let passes = [try first.forward(tokens, mode: .training(step: 0))]
    let last = try second.forward(
      between,
      context: RoutingContext(
        mode: .training(step: 0), previousLogits: passes[0].routing.logits))
    for (layer, routing) in [passes[0].routing, last.routing].enumerated() {
      RoutingFixtureTests.expect(
        routing.logits, try io.doubles("layer\(layer).logits"), "logits of layer \(layer)")
      #expect(
        try routing.selection.experts.map(Int.init) == io.integers("layer\(layer).topk_index"))
      RoutingFixtureTests.expect(
        routing.weights, try io.doubles("layer\(layer).topk_weight"), "weights of layer \(layer)")
    }
    // dlₜₑ = pₜₑ·(ηₑ·fₑ − Σ ηᵢ·fᵢ·pₜᵢ) / T, with f the choices a token, η one for the six feed-forward experts.
    let shares = last.routing.demand.enumerated().map {
      ($0 < 6 ? 1 : 0.75) * Float($1) / 33
    }
    let gradient =
      Tensor.softmaxGradient(
        Tensor(zeros: [33, 10]).addingToEachRow(Tensor(shares)), softmax: last.routing.scores) / 33
    let back = second.backward(
      Tensor(zeros: [33, 2]), logitGradient: gradient, tokens: between, pass: last)
    for (name, theirs) in [
      ("gate.weight", "router.weight"), ("gate.residual.weight", "router.residual.weight"),
    ] {
      let parameter = try #require(
        back.parameters.namedParameters.first { $0.name == name }?.parameter)
      RoutingFixtureTests.expect(
        parameter, try gradients.doubles("aux_grad.layers.1.\(theirs)"), name)
    }
  }
}
