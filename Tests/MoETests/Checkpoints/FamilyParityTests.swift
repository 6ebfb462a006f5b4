import Foundation
import MoE
import Testing

/// The mixtures of published families, loaded from `config.json` and `model.safetensors` by the loader
/// itself and held to golden data of the reference implementations.
@Suite struct FamilyParityTests {
  static let names = [
    "dbrx", "deepseek_v2", "deepseek_v2_greedy", "deepseek_v3", "gpt_oss", "granitemoe", "jamba",
    "llama4", "llama4_k2", "mixtral", "mixtral_skewed", "olmoe", "phimoe", "phimoe_wide",
    "qwen2_moe", "qwen3_moe",
    "afmoe", "aria_text", "bailing_hybrid", "cohere2_moe", "cohere2_moe_softmax", "deepseek_v32",
    "deepseek_v4", "deepseek_v4_hash", "dots1", "ernie4_5_moe", "exaone_moe", "flex_olmo",
    "glm4_moe",
    "glm_moe_dsa", "granitemoehybrid", "granitemoeshared", "hunyuan_v1_moe", "hy_v3", "kolibri1",
    "laguna", "lfm2_moe",
    "longcat_flash", "mimo_v2_flash", "minimax_m2", "minimax_m3_vl", "muse_spark", "nemotron_h",
    "qwen3_5_moe",
    "qwen3_next", "step3p7", "gemma4", "jetmoe",
  ]

  /// Those that are run in a way of their own: ``FamilyPartParityTests``.
  static let others = ["inkling", "zaya", "switch", "nllb_moe"]

  /// What models multiply the sum over experts with, which their files leave out of the weights.
  private static let factorsAfterSum = ["minimax_m3_vl": 2.0, "step3p7": 3, "laguna": 2.5]

  static func folder(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/\(name)").path
  }

  /// The layer that the tensors of a fixture are of: the first number in their names.
  static func layer(_ name: String) throws -> Int {
    let tensors = try Checkpoint(path: folder(name)).names
    let first = try #require(tensors.first)
    return try #require(first.split(separator: ".").lazy.compactMap { Int($0) }.first)
  }

  private func context(_ io: SafetensorsReader, _ mode: PassMode) throws -> LayerContext {
    var context = LayerContext(mode)
    if io.names.contains("input_ids") { context.batch.tokenIDs = try io.integers("input_ids") }
    return context
  }

  @Test(arguments: names) func forwardIsTheReference(name: String) throws {
    let io = try SafetensorsReader(name, "io")
    let mixture = try MixtureOfExperts(
      model: Self.folder(name), layer: Self.layer(name))
    let pass = try mixture.forward(
      io.tensor("input", shape: [33, 32]), context: context(io, .inference))
    Golden.expect(pass.output, try io.doubles("output_f64"), "output")
    Golden.expect(pass.routing.logits, try io.doubles("router_logits"), "logits")
    let routing = pass.routing
    let (experts, weights) = (try io.integers("topk_index"), try io.doubles("topk_weight"))
    let factor = Self.factorsAfterSum[name] ?? 1
    let count = experts.count / 33
    var (found, exact): ([Float], [Double]) = ([], [])
    for token in 0..<33 {
      let slots = token * count..<(token + 1) * count
      let theirs = zip(experts[slots], weights[slots]).sorted { $0.0 < $1.0 }
      let own = (0..<routing.slotCount).map {
        (routing.experts[token * routing.slotCount + $0], routing.weights[token, $0])
      }.sorted { $0.0 < $1.0 }
      #expect(own.map { Int($0.0) } == theirs.map(\.0), "token \(token)")
      found += own.map(\.1)
      exact += theirs.map { $0.1 * factor }
    }
    Golden.expect(Tensor(found), exact, "weights")
    // Choices stand in the order of scores, which is that of weights where nothing else has a say.
    if routing.selectionBias == nil, mixture.router.weightScale == nil,
      mixture.router.selector is TopKSelector
    {
      #expect(routing.experts.map(Int.init) == experts)
    }
    #expect(try routing.load == io.integers("tokens_per_expert"))
  }

  /// SparseMixer's files are of the inference path, and a pass in training draws other experts: its
  /// gradient is tested beside the other routings.
  @Test(arguments: names.filter { !$0.hasPrefix("phimoe") })
  func backwardIsTheReference(name: String) throws {
    let (folder, layer) = (Self.folder(name), try Self.layer(name))
    let io = try SafetensorsReader(name, "io")
    let mixture = try MixtureOfExperts(model: folder, layer: layer)
    let pass = try mixture.forward(
      io.tensor("input", shape: [33, 32]), context: context(io, .training(step: 0)))
    let back = try mixture.backward(io.tensor("R", shape: [33, 32]), pass: pass)
    Golden.expect(back.input, try io.doubles("grad.input"), "input")
    try Self.expect(back.parameters, toBeThoseOf: name)
  }

  /// Holds gradients with respect to a layer's parameters to those of a fixture.
  static func expect(_ gradients: MixtureOfExperts, toBeThoseOf name: String) throws {
    let folder = folder(name)
    // The gradients stand under the names of the weights, so that they are loaded as a model.
    try withTemporaryFolder { other in
      let model = try Checkpoint(path: folder)
      let file = try SafetensorsFile(path: folder + "/grads.safetensors")
      var tensors: [String: StoredTensor] = [:]
      for name in model.names { tensors[name] = file[name] ?? model[name] }
      try Checkpoint.write(tensors, to: other + "/model.safetensors")
      try FileManager.default.copyItem(
        atPath: folder + "/config.json", toPath: other + "/config.json")
      let expected = try MixtureOfExperts(model: other, layer: layer(name))
      for (own, exact) in zip(gradients.namedParameters, expected.namedParameters) {
        #expect(own.name == exact.name && own.parameter.shape == exact.parameter.shape)
        guard own.parameter.rank == 3 else {
          Golden.expect(own.parameter, exact.parameter.doubles, own.name)
          continue
        }
        // Expert by expert, as each has a scale of its own.
        for expert in 0..<own.parameter.shape[0] {
          Golden.expect(
            own.parameter[entry: expert], exact.parameter[entry: expert].doubles,
            "\(own.name) of expert \(expert)")
        }
      }
    }
  }

  /// What was loaded is written under the same names, with the same shapes and bits.
  @Test(arguments: names + others) func writingIsTheReverse(name: String) throws {
    let (folder, layer) = (Self.folder(name), try Self.layer(name))
    let mixture = try MixtureOfExperts(model: folder, layer: layer)
    let written = try mixture.storedTensors(model: folder, layer: layer)
    let model = try Checkpoint(path: folder)
    let names = model.names.filter { !$0.hasSuffix("tid2eid") }
    #expect(written.keys.sorted() == names)
    for name in names {
      // A bias may stand as a matrix of one row.
      #expect(written[name]?.count == model[name]?.count, "\(name)")
      #expect(written[name]?.bytes == model[name]?.bytes, "\(name)")
    }
    let half = try mixture.storedTensors(model: folder, layer: layer, as: .bfloat16)
    #expect(half.values.contains { $0.format == .bfloat16 })
    // The gate is never rounded.
    #expect(half.values.contains { $0.format == .float32 })
  }

  @Test func aMixtureOfAnotherMakeIsNotWritten() throws {
    let mixture = try MixtureOfExperts(model: Self.folder("mixtral"), layer: 0)
    for other in ["gpt_oss", "qwen2_moe", "deepseek_v3"] {
      #expect(throws: MoEError.self) {
        try mixture.storedTensors(model: Self.folder(other), layer: Self.layer(other))
      }
    }
  }

  /// Published files are fused, and those that the reference writes are not.
  @Test func bothLayoutsGiveTheSameBits() throws {
    let folder = Self.folder("qwen3_5_moe")
    try withTemporaryFolder { other in
      for (from, to) in [
        ("model_per_expert.safetensors", "model.safetensors"), ("config.json", "config.json"),
      ] {
        try FileManager.default.copyItem(atPath: "\(folder)/\(from)", toPath: "\(other)/\(to)")
      }
      let (fused, apart) = (
        try MixtureOfExperts(model: folder, layer: 0), try MixtureOfExperts(model: other, layer: 0)
      )
      for (left, right) in zip(fused.namedParameters, apart.namedParameters) {
        #expect(left.name == right.name && left.parameter.bits == right.parameter.bits)
      }
    }
  }
}
