import Foundation
import MoE
import Testing

/// What users of other loaders met, with the right answers.
@Suite struct LoaderTrapTests {
  /// The tensors of a Qwen3 mixture of the given layers, in the order of counting.
  static func qwen(
    experts: Int = 4, inputSize d: Int = 4, hiddenSize h: Int = 2, layers: [Int] = [0]
  ) -> [String: StoredTensor] {
    var tensors: [String: StoredTensor] = [:]
    func matrix(_ rows: Int, _ columns: Int) -> StoredTensor {
      StoredTensor(
        Tensor((0..<rows * columns).map { Float($0 % 97) / 97 }, shape: [rows, columns]))
    }
    for layer in layers {
      let block = "model.layers.\(layer).mlp."
      tensors[block + "gate.weight"] = matrix(experts, d)
      for expert in 0..<experts {
        tensors[block + "experts.\(expert).gate_proj.weight"] = matrix(h, d)
        tensors[block + "experts.\(expert).up_proj.weight"] = matrix(h, d)
        tensors[block + "experts.\(expert).down_proj.weight"] = matrix(d, h)
      }
    }
    return tensors
  }

  static let configuration =
    #"{"model_type":"qwen3_moe","num_hidden_layers":1,"hidden_size":4,"num_experts":4,"#
    + #""num_experts_per_tok":2,"moe_intermediate_size":2,"norm_topk_prob":true}"#

  /// Runs with a folder of the given configuration and tensors.
  static func model(
    _ configuration: String = configuration, _ tensors: [String: StoredTensor] = qwen(),
    bytesPerFile: Int? = nil, _ body: (String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      try Checkpoint.write(
        tensors, to: bytesPerFile == nil ? folder + "/model.safetensors" : folder,
        bytesPerFile: bytesPerFile)
      try body(folder)
    }
  }

  /// The message that loading a layer gives; nothing where there is none.
  static func message(
    _ configuration: String = configuration, _ tensors: [String: StoredTensor] = qwen(),
    layer: Int = 0
  ) throws -> String {
    var message = "nothing"
    try model(configuration, tensors) { folder in
      do {
        _ = try MixtureOfExperts(model: folder, layer: layer)
      } catch { message = "\(error)".replacingOccurrences(of: folder, with: "F") }
    }
    return message
  }

  /// A configuration with fields of its own before the usual ones.
  private static func with(_ fields: String, without: [String] = []) -> String {
    var text = configuration
    for field in without {
      text = text.replacing(try! Regex(#""\#(field)":[^,}]*,?"#), with: "")
    }
    return "{\(fields)," + text.dropFirst()
  }

  // MARK: - Names

  /// 46 and 47: all names that are missing and all that are too many, and nothing is loaded.
  @Test func namesAreAllChecked() throws {
    #expect(try Self.message() == "nothing")
    var tensors = Self.qwen()
    let block = "model.layers.0.mlp."
    tensors[block + "experts.switch_glu.up_proj.weight"] = tensors.removeValue(
      forKey: block + "experts.2.up_proj.weight")
    tensors[block + "experts.4.up_proj.weight"] = tensors[block + "experts.3.up_proj.weight"]
    tensors[block + "gate.weight"] = nil
    #expect(
      try Self.message(Self.configuration, tensors)
        == "F: missing \(block)gate.weight, \(block)experts.2.up_proj.weight; unexpected "
        + "\(block)experts.4.up_proj.weight, \(block)experts.switch_glu.up_proj.weight")
  }

  /// 48: experts of a layer in two files, with and without an index.
  @Test func expertsMayStandInSeveralFiles() throws {
    let tensors = Self.qwen(experts: 5)
    let configuration = Self.configuration.replacing("\"num_experts\":4", with: "\"num_experts\":5")
    var whole: [[UInt32]] = []
    try Self.model(configuration, tensors) {
      whole = try MixtureOfExperts(model: $0, layer: 0).namedParameters.map(\.parameter.bits)
    }
    try Self.model(configuration, tensors, bytesPerFile: 150) { folder in
      #expect(try Checkpoint(path: folder).files.count > 2)
      for _ in 0..<2 {
        let parts = try MixtureOfExperts(model: folder, layer: 0).namedParameters
        #expect(parts.map(\.parameter.bits) == whole)
        try? FileManager.default.removeItem(atPath: folder + "/model.safetensors.index.json")
      }
    }
  }

  /// The gate's and the up map's matrix of a family whose only expert has both in one tensor of 4 × 4
  /// numbers: 10·i + j, with d = 2h = 4, so that a plain and a transposed matrix look alike.
  private func maps(
    _ type: String, _ fields: String, block: String = "mlp.", isTransposed: Bool = true,
    rest: [String: Tensor]
  ) throws -> GatedFeedForwardExperts {
    let rows: [[Float]] = [[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23], [30, 31, 32, 33]]
    let numbers: [Float] = Array(rows.joined())
    let prefix = "model.layers.0.\(block)"
    var tensors: [String: StoredTensor] = [:]
    tensors[prefix + "experts.gate_up_proj"] = StoredTensor(Tensor(numbers, shape: [1, 4, 4]))
    let shape = isTransposed ? [1, 2, 4] : [1, 4, 2]
    tensors[prefix + "experts.down_proj"] = StoredTensor(Tensor(zeros: shape))
    for (name, tensor) in rest { tensors[prefix + name] = StoredTensor(tensor) }
    let text =
      #"{"model_type":"\#(type)","num_hidden_layers":1,"hidden_size":4,"num_experts_per_tok":1,\#(fields)}"#
    var experts: GatedFeedForwardExperts?
    try Self.model(text, tensors) { folder in
      let layer = try MixtureOfExperts(model: folder, layer: 0)
      experts = layer.expertGroups[0] as? GatedFeedForwardExperts
    }
    return try #require(experts)
  }

  /// The tensors of a shared expert.
  private static let shared: [String: Tensor] = [
    "shared_expert.gate_proj.weight": Tensor(zeros: [2, 4]),
    "shared_expert.up_proj.weight": Tensor(zeros: [2, 4]),
    "shared_expert.down_proj.weight": Tensor(zeros: [4, 2]),
  ]

  /// 49: which rows are the gate's is said by the family, and not by the shape.
  @Test func layoutsComeFromTheFamily() throws {
    var rest = Self.shared
    rest["gate.weight"] = Tensor(zeros: [1, 4])
    rest["shared_expert_gate.weight"] = Tensor(zeros: [1, 4])
    let plain = try maps(
      "qwen3_5_moe",
      #""num_experts":1,"moe_intermediate_size":2,"shared_expert_intermediate_size":2"#,
      isTransposed: false, rest: rest)
    #expect(plain.gate.weight == [[[0, 1, 2, 3], [10, 11, 12, 13]]])
    #expect(plain.up.weight == [[[20, 21, 22, 23], [30, 31, 32, 33]]])

    rest = Self.shared
    rest["router.weight"] = Tensor(zeros: [1, 4])
    let sizes = #""num_local_experts":1,"intermediate_size":2"#
    let turned = try maps("llama4_text", sizes, block: "feed_forward.", rest: rest)
    #expect(turned.gate.weight == [[[0, 10, 20, 30], [1, 11, 21, 31]]])
    #expect(turned.up.weight == [[[2, 12, 22, 32], [3, 13, 23, 33]]])

    rest = ["router.weight": Tensor(zeros: [1, 4]), "router.bias": Tensor(zeros: [1])]
    rest["experts.gate_up_proj_bias"] = Tensor([0, 1, 2, 3], shape: [1, 4])
    rest["experts.down_proj_bias"] = Tensor(zeros: [1, 4])
    let interleaved = try maps("gpt_oss", sizes, rest: rest)
    #expect(interleaved.gate.weight == [[[0, 10, 20, 30], [2, 12, 22, 32]]])
    #expect(interleaved.up.weight == [[[1, 11, 21, 31], [3, 13, 23, 33]]])
    #expect(interleaved.gate.bias == [[0, 2]] && interleaved.up.bias == [[1, 3]])
  }

  // MARK: - Fields

  /// 50: one count under several names, inside `text_config` too; none where the file has experts.
  @Test func countsHaveSeveralNames() throws {
    for name in ["num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts"] {
      let text = Self.configuration.replacing("num_experts\"", with: name + "\"")
      #expect(try Self.message(text) == "nothing", "\(name)")
      #expect(try Self.message(#"{"model_type":"outer","text_config":\#(text)}"#) == "nothing")
    }
    #expect(
      try Self.message(Self.configuration.replacing("\"num_experts\":4", with: "\"num_experts\":0"))
        == "F/config.json, layer 0: found a dense layer, expected a mixture, as there is a tensor "
        + "model.layers.0.mlp.experts.0.up_proj.weight")
    #expect(
      try Self.message(Self.with(#""mlp_only_layers":[0]"#))
        .contains("layer 0: found a dense layer, expected a mixture"))
  }

  /// 52: the gate of the shared expert is a matrix of one row.
  @Test func theSharedGateIsAMatrix() throws {
    let text =
      Self.configuration.replacing("qwen3_moe", with: "qwen2_moe").dropLast()
      + #","shared_expert_intermediate_size":3}"#
    var tensors = Self.qwen()
    let block = "model.layers.0.mlp."
    for (map, shape) in [("gate", [3, 4]), ("up", [3, 4]), ("down", [4, 3])] {
      tensors[block + "shared_expert.\(map)_proj.weight"] = StoredTensor(Tensor(zeros: shape))
    }
    for (shape, isRight) in [([1, 4], true), ([4], false), ([4, 1], false)] {
      tensors[block + "shared_expert_gate.weight"] = StoredTensor(Tensor(zeros: shape))
      #expect(
        try Self.message(String(text), tensors)
          == (isRight
            ? "nothing"
            : "F, tensor \(block)shared_expert_gate.weight: found shape \(shape), expected [1, 4]"))
    }
  }

  /// Shapes that are nearly right, which are an error or the same, and never end the process.
  @Test func nearlyRightShapesAreRead() throws {
    let folder = FamilyParityTests.folder("gpt_oss")
    let text = try String(contentsOfFile: folder + "/config.json", encoding: .utf8)
    let model = try Checkpoint(path: folder)
    var tensors: [String: StoredTensor] = [:]
    for name in model.names { tensors[name] = model[name] }
    let bias = "model.layers.0.mlp.router.bias"
    tensors[bias] = tensors[bias]?.reshaped(to: [1, 8])
    #expect(try Self.message(text, tensors) == "nothing")

    // Scales of blocks beside a tensor of three axes.
    let fused = FamilyParityTests.folder("qwen3_5_moe")
    let other = try Checkpoint(path: fused)
    tensors = [:]
    for name in other.names { tensors[name] = other[name] }
    let name = "model.language_model.layers.0.mlp.experts.gate_up_proj"
    let shape = try #require(tensors[name]?.shape)
    tensors[name] = try StoredTensor(
      Data(count: shape.reduce(1, *)), as: .float8E4M3, shape: shape)
    tensors[name + "_scale_inv"] = StoredTensor(Tensor(zeros: [1, 1]))
    let quantized = #"{"quantization_config":{"quant_method":"fp8","weight_block_size":[128,128]},"#
    let configuration = try String(contentsOfFile: fused + "/config.json", encoding: .utf8)
    let message = try Self.message(
      quantized + configuration.trimmingPrefix { $0 != "{" }.dropFirst(), tensors)
    #expect(message.contains("found scales of blocks, expected a matrix"), "\(message)")
  }

  /// 53: null stands for a number only in the families that say so.
  @Test func nullIsANumberOnlyWhereTheFamilySaysSo() throws {
    func scale(_ type: String, _ value: String?) throws -> String {
      var tensors = Self.qwen()
      tensors["model.layers.0.mlp.gate.e_score_correction_bias"] = StoredTensor([0, 0, 0, 0])
      for (map, shape) in [("gate", [2, 4]), ("up", [2, 4]), ("down", [4, 2])]
      where type != "mimo_v2_flash" {
        tensors["model.layers.0.mlp.shared_experts.\(map)_proj.weight"] = StoredTensor(
          Tensor(zeros: shape))
      }
      let fields =
        #""first_k_dense_replace":0,"n_group":1"#
        + (value.map { #","routed_scaling_factor":\#($0)"# } ?? "")
      var result = ""
      try Self.model(
        Self.with(fields).replacing("qwen3_moe", with: type), tensors
      ) { folder in
        do {
          let layer = try MixtureOfExperts(model: folder, layer: 0)
          result = "\((layer.router.strategy.weighting as? ScaledWeighting)?.factor ?? 1)"
        } catch { result = "\(error)".replacingOccurrences(of: folder, with: "F") }
      }
      return result
    }
    #expect(try scale("deepseek_v3", nil) == "2.5" && scale("mimo_v2_flash", "null") == "1.0")
    #expect(
      try scale("deepseek_v3", "null")
        == "F/config.json, routed_scaling_factor: found null, expected a finite number")
    #expect(try scale("glm4_moe", nil) == "1.0" && scale("glm4_moe", "3") == "3.0")
  }

  @Test func whatIsNotUnderstoodIsAnError() throws {
    for (fields, without, expected) in [
      (#""hidden_act":"gelu""#, [], "hidden_act: found \"gelu\", expected one of silu, swish"),
      (
        #""norm_topk_prob":"yes""#, ["norm_topk_prob"],
        "norm_topk_prob: found \"yes\", expected true or false"
      ),
      (
        #""num_experts_per_tok":9"#, ["num_experts_per_tok"],
        "num_experts_per_tok: found 9, expected 1 to 4"
      ),
      (
        #""num_experts_per_tok":null"#, ["num_experts_per_tok"],
        "num_experts_per_tok: found null, expected a whole"
      ),
      (#""hidden_size":4.5"#, ["hidden_size"], "hidden_size: found 4.5, expected a whole number"),
      (
        #""moe_intermediate_size":-2"#, ["moe_intermediate_size"], "moe_intermediate_size: found -2"
      ),
      (#""model_type":"none""#, ["model_type"], "model_type: found none, expected one of"),
      (
        #""x":1"#, ["moe_intermediate_size"],
        "moe_intermediate_size: found nothing, expected a whole"
      ),
      (
        #""x":1"#, ["num_hidden_layers"],
        "num_hidden_layers or num_layers or n_layers: found nothing"
      ),
      (#""decoder_sparse_step":0"#, [], "decoder_sparse_step: found 0, expected at least 1"),
      (#""num_experts":99999999999999999999"#, ["num_experts"], "num_experts: found"),
    ] as [(String, [String], String)] {
      let message = try Self.message(Self.with(fields, without: without))
      #expect(message.contains(expected), "\(message)")
    }
    #expect(
      try Self.message(layer: 1)
        == "F/config.json, layer: found 1, expected one that is a mixture: 0")
    #expect(try Self.message("[1]").contains("found [1], expected a JSON object"))
    #expect(try Self.message("{").contains("config.json: found"))
  }

  /// 43: a table of token ids that leads to no expert.
  @Test func tablesLeadToExperts() throws {
    let folder = FamilyParityTests.folder("deepseek_v4_hash")
    try withTemporaryFolder { other in
      let model = try Checkpoint(path: folder)
      var tensors = Dictionary(
        uniqueKeysWithValues: model.names.compactMap { name in model[name].map { (name, $0) } })
      try FileManager.default.copyItem(
        atPath: folder + "/config.json", toPath: other + "/config.json")
      let name = "model.layers.0.ffn.gate.tid2eid"
      var ids = try #require(tensors[name]?.integers)
      ids[5] = 16
      tensors[name] = StoredTensor(integers: ids, shape: [16, 4])
      try Checkpoint.write(tensors, to: other + "/model.safetensors")
      #expect(throws: MoEError.self) { try MixtureOfExperts(model: other, layer: 0) }
      tensors[name] = StoredTensor(integers: ids, shape: [64, 1])
      try Checkpoint.write(tensors, to: other + "/model.safetensors")
      #expect(throws: CheckpointError.self) { try MixtureOfExperts(model: other, layer: 0) }
    }
    let mixture = try MixtureOfExperts(model: folder, layer: 0)
    for id in [16, -1, Int.max] {
      #expect(throws: MoEError.self) {
        try mixture.forward(
          Tensor(zeros: [1, 32]),
          context: LayerContext(.inference, batch: Batch(tokenIDs: [id])))
      }
    }
  }

  @Test func descriptionsCountWhatThereIs() throws {
    try Self.model(
      Self.configuration.replacing("layers\":1", with: "layers\":3").dropLast()
        + #","mlp_only_layers":[1]}"#, Self.qwen(layers: [0, 2])
    ) { folder in
      let model = try ModelDescription(path: folder)
      #expect(model.modelType == "qwen3_moe" && model.layerCount == 3)
      #expect(model.mixtures.map(\.layer) == [0, 2])
      let (open, anew) = (
        try model.mixture(layer: 2), try MixtureOfExperts(model: folder, layer: 2)
      )
      #expect(
        open.namedParameters.map(\.parameter.bits) == anew.namedParameters.map(\.parameter.bits))
      #expect(throws: CheckpointError.self) { try model.mixture(layer: 1) }
      #expect(model.mixtures[0].expertCount == 4 && model.mixtures[0].expertsPerToken == 2)
      // Of each mixture a gate of 16 and four experts of 24 numbers, of which two are active.
      #expect(model.parameterCount == 2 * (16 + 4 * 24))
      #expect(model.activeParameterCount == 2 * (16 + 2 * 24))
      #expect(model.bytesByFormat == [.float32: 4 * model.parameterCount])
      #expect(model.description.contains("layer 2: 2 of 4 experts, 4 → 2"))
    }
  }
}
