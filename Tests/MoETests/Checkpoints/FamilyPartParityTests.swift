import Foundation
import MoE
import Testing

/// Families whose golden data is of more than tokens that go in and out: a state from layer to layer,
/// weights of shared experts, a capacity, another input of the router.
@Suite struct FamilyPartParityTests {
  private struct Case {
    let io: SafetensorsReader
    var mixture: MixtureOfExperts
    let tokens: Tensor
    let direction: Tensor

    init(_ name: String) throws {
      io = try SafetensorsReader(name, "io")
      mixture = try MixtureOfExperts(
        model: FamilyParityTests.folder(name), layer: FamilyParityTests.layer(name))
      tokens = try io.tensor("input", shape: [33, 32])
      direction = try io.tensor("R", shape: [33, 32])
    }
  }

  /// The columns of a matrix, from one up to another.
  private func columns(_ matrix: Tensor, _ range: Range<Int>) -> Tensor {
    Tensor(
      (0..<matrix.shape[0]).flatMap { row in range.map { matrix[row, $0] } },
      shape: [matrix.shape[0], range.count])
  }

  // MARK: - Inkling

  @Test func sharedExpertsHaveWeightsOfTheSameSum() throws {
    let inkling = try Case("inkling")
    let io = inkling.io
    let pass = try inkling.mixture.forward(inkling.tokens, context: .training(step: 0))
    let routing = pass.routing
    Golden.expect(pass.output, try io.doubles("output_f64"), "output")
    Golden.expect(columns(routing.logits, 0..<8), try io.doubles("router_logits"), "logits")
    Golden.expect(columns(routing.logits, 8..<10), try io.doubles("shared_logits"), "shared logits")
    #expect(routing.slotCount == 5 && routing.alwaysOnCount == 2)
    Golden.expect(
      columns(routing.weights, 3..<5), try io.doubles("shared_weight"), "weights of shared experts")
    let (experts, weights) = (try io.integers("topk_index"), try io.doubles("topk_weight"))
    var (found, exact): ([Float], [Double]) = ([], [])
    for token in 0..<33 {
      let theirs = (0..<3).map { (experts[token * 3 + $0], weights[token * 3 + $0]) }
        .sorted { $0.0 < $1.0 }
      let own = (0..<3).map { (routing.experts[token * 5 + $0], routing.weights[token, $0]) }
        .sorted { $0.0 < $1.0 }
      #expect(own.map { Int($0.0) } == theirs.map(\.0), "token \(token)")
      #expect(routing.experts[token * 5 + 3] == 8 && routing.experts[token * 5 + 4] == 9)
      found += own.map(\.1)
      exact += theirs.map(\.1)
    }
    Golden.expect(Tensor(found), exact, "weights")
    // What balances counts the chosen experts alone.
    #expect(try Array(routing.demand.prefix(8)) == io.integers("tokens_per_expert"))
    #expect(routing.demand.suffix(2) == [0, 0] && routing.availableExperts == Array(0..<8))
    let back = try inkling.mixture.backward(inkling.direction, pass: pass)
    Golden.expect(back.input, try io.doubles("grad.input"), "input")
    try FamilyParityTests.expect(back.parameters, toBeThoseOf: "inkling")
  }

  // MARK: - ZAYA

  @Test func theGateCarriesItsState() throws {
    let zaya = try Case("zaya")
    let io = zaya.io
    let overrides = RoutingOverrides(
      previousState: try io.tensor("router_states", shape: [33, 16]))
    let pass = try zaya.mixture.forward(
      zaya.tokens, context: .training(step: 0), overrides: overrides)
    let routing = pass.routing
    Golden.expect(pass.output, try io.doubles("output_f64"), "output")
    Golden.expect(routing.logits, try io.doubles("router_logits"), "logits")
    Golden.expect(
      try #require(routing.gateState), try io.doubles("router_states_out"), "state")
    let experts = try io.integers("topk_index")
    #expect(routing.experts.map(Int.init) == experts)
    // A token that skips has a weight here, of an expert that gives zero.
    let weights = zip(routing.weights.scalarArray, experts).map { $1 == 8 ? 0 : $0 }
    Golden.expect(Tensor(weights), try io.doubles("topk_weight"), "weights")
    #expect(try routing.load == io.integers("tokens_per_expert"))
    let back = try zaya.mixture.backward(
      zaya.direction, routing: RoutingGradient(), pass: pass)
    Golden.expect(back.gradient.input, try io.doubles("grad.input"), "input")
    Golden.expect(
      try #require(back.overrides.previousState), try io.doubles("grad.router_states"),
      "state before")
    try FamilyParityTests.expect(back.gradient.parameters, toBeThoseOf: "zaya")
  }

  // MARK: - Gemma 4

  /// The routed part alone, by its two inputs taken as independent.
  @Test func theRouterReadsAnotherInput() throws {
    let gemma = try Case("gemma4")
    let io = gemma.io
    guard let experts = gemma.mixture.expertGroups[0] as? NormalizedExperts else {
      Issue.record("experts behind a norm")
      return
    }
    let routed = try MixtureOfExperts(
      router: gemma.mixture.router, expertGroups: [experts.experts])
    let expertInput = Tensor(
      try io.doubles("expert_input").map { Float($0) }, shape: [33, 32])
    let pass = try routed.forward(
      expertInput, context: .training(step: 0),
      overrides: RoutingOverrides(routerInput: gemma.tokens))
    Golden.expect(pass.routing.logits, try io.doubles("router_logits"), "logits")
    Golden.expect(pass.output, try io.doubles("routed_output_f64"), "output")
    let back = try routed.backward(gemma.direction, routing: RoutingGradient(), pass: pass)
    Golden.expect(
      back.gradient.input, try io.doubles("routed.grad.expert_input"), "experts' input")
    Golden.expect(
      try #require(back.overrides.routerInput), try io.doubles("routed.grad.router_input"),
      "router's input")
  }

  // MARK: - Phi-3.5-MoE

  /// The gradient of SparseMixer's weights, with what the fixture says of the rest: the weights'
  /// own gradients are ⟨R, E(x)⟩.
  @Test(arguments: ["phimoe", "phimoe_wide"])
  func sparseMixerGivesItsGateGradient(name: String) throws {
    let model = try Case(name)
    let router = model.mixture.router
    let pass = try router.forward(model.tokens, context: LayerContext.inference)
    let routing = pass.routing
    let experts = try #require(model.mixture.expertGroups[0] as? GatedFeedForwardExperts)
    let output = experts.forward(
      GroupedTokens(model.tokens, rows: routing.rows), context: .inference
    ).output.rows
    let dots = model.direction.gatheringEntries(routing.rows.indices.map(Int.init)).rowDots(output)
    let back = try router.backward(
      RouteDispatch(routing, appliesWeightsToInput: false).byRoute(dots), pass: pass)
    Golden.expect(
      back.parameters.namedParameters[0].parameter,
      try SafetensorsReader(name, "grads").doubles(
        "model.layers.0.block_sparse_moe.gate.weight"), "gate")
  }

  // MARK: - Switch Transformers

  /// Two routes an expert and sequence, in order; the others give nothing.
  @Test func switchDropsBySequence() throws {
    let model = try Case("switch")
    let io = model.io
    let kept = try io.integers("kept")
    var (outputs, inputs): ([Float], [Float]) = ([], [])
    var sum: MixtureOfExperts?
    for sequence in 0..<3 {
      let rows = 11 * sequence..<11 * (sequence + 1)
      let pass = try model.mixture.forward(model.tokens[entries: rows], context: .training(step: 0))
      let inference = try model.mixture.forward(model.tokens[entries: rows], context: .inference)
      #expect(inference.output.bits == pass.output.bits)
      #expect(pass.routing.outcomes.map { $0 == .kept ? 1 : 0 } == Array(kept[rows]))
      outputs += pass.output.scalarArray
      let back = try model.mixture.backward(model.direction[entries: rows], pass: pass)
      inputs += back.input.scalarArray
      if sum == nil {
        sum = back.parameters
      } else {
        sum?.updateParameters(along: back.parameters) { _, own, addend in own += addend }
      }
    }
    #expect(kept.contains(0) && kept.contains(1))
    Golden.expect(Tensor(outputs), try io.doubles("output_f64"), "output")
    Golden.expect(Tensor(inputs), try io.doubles("grad.input"), "input")
    try FamilyParityTests.expect(try #require(sum), toBeThoseOf: "switch")
  }

  // MARK: - NLLB

  @Test func nllbDropsFirstChoicesLast() throws {
    let nllb = try Case("nllb_moe")
    let io = nllb.io
    let inference = try nllb.mixture.forward(nllb.tokens, context: .inference)
    Golden.expect(inference.output, try io.doubles("output_f64"), "output")
    Golden.expect(inference.routing.logits, try io.doubles("router_logits"), "logits")
    #expect(try inference.routing.demand == io.integers("tokens_per_expert"))
    // The file's gradients are of the path in inference, whose capacity is 5 tokens an expert.
    try withTemporaryFolder { folder in
      let (from, config) = (FamilyParityTests.folder("nllb_moe"), folder + "/config.json")
      try FileManager.default.copyItem(
        atPath: from + "/model.safetensors", toPath: folder + "/model.safetensors")
      let text = try String(contentsOfFile: from + "/config.json", encoding: .utf8)
        .replacing(#""expert_capacity": 64"#, with: #""expert_capacity": 5"#)
      try text.write(toFile: config, atomically: true, encoding: .utf8)
      let trained = try MixtureOfExperts(model: folder, layer: 0)
      let pass = try trained.forward(nllb.tokens, context: .training(step: 0))
      #expect(pass.output.bits == inference.output.bits)
      let back = try trained.backward(nllb.direction, pass: pass)
      Golden.expect(back.input, try io.doubles("grad.input"), "input")
      try FamilyParityTests.expect(back.parameters, toBeThoseOf: "nllb_moe")
    }
  }
}
