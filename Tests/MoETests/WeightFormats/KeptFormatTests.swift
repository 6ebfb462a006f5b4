import Foundation
import MoE
import Testing

/// Weights that stay in the format of a published file.
@Suite struct KeptFormatTests {
  private static let block = "model.layers.0.mlp."

  /// The formats of the experts' weights, by name.
  static func formats(_ mixture: MixtureOfExperts) -> [String: WeightFormat] {
    var (copy, formats) = (mixture, [String: WeightFormat]())
    copy.visitWeights { name, weight in
      if name.hasPrefix("expertGroups") || name.hasPrefix("sharedExperts.groups") {
        formats[name] = weight.format
      } else {
        #expect(weight.format == .float32, "\(name)")
      }
    }
    return formats
  }

  /// Loads a layer with and without its formats, in memory and from the file, and expects the same
  /// bits; gives the kept one.
  @discardableResult
  static func expectSame(
    _ folder: String, layer: Int = 0, inputSize: Int, tokens: Int = 5
  ) throws -> MixtureOfExperts {
    let decoded = try MixtureOfExperts(model: folder, layer: layer)
    let kept = try MixtureOfExperts(model: folder, layer: layer, keepingFormats: true)
    #expect(formats(decoded).values.allSatisfy { $0 == .float32 })
    let (own, exact) = (kept.namedParameters, decoded.namedParameters)
    #expect(own.map(\.name) == exact.map(\.name))
    for (own, exact) in zip(own, exact) {
      #expect(own.parameter.bits == exact.parameter.bits, "\(own.name)")
    }
    let tokens = SmallLayers.normal([tokens, inputSize])
    let output = try decoded(tokens).bits
    #expect(try kept(tokens).bits == output)
    let stored = try MixtureOfExperts(
      model: folder, layer: layer, expertBytes: 1 << 20, keepingFormats: true)
    #expect(try stored(tokens).bits == output)
    return kept
  }

  // MARK: Encodings

  /// The configuration and the tensors of a Qwen3 model, and what those of its experts take.
  private struct Model {
    var text: String
    var tensors: [String: StoredTensor]
    var expertBytes: Int

    func load(_ body: (String) throws -> Void) throws {
      try LoaderTrapTests.model(text, tensors, body)
    }
  }

  /// A model whose experts' weights are encoded by a function of their name and sizes.
  private func model(
    _ quantization: String, inputSize d: Int, hiddenSize h: Int,
    _ encode: (String, _ rows: Int, _ columns: Int) throws -> [String: StoredTensor]
  ) throws -> Model {
    let text =
      #"{"model_type":"qwen3_moe","num_hidden_layers":1,"hidden_size":\#(d),"num_experts":2,"#
      + #""num_experts_per_tok":1,"moe_intermediate_size":\#(h),"#
      + #""norm_topk_prob":true,"quantization_config":\#(quantization)}"#
    var tensors: [String: StoredTensor] = [:]
    for expert in 0..<2 {
      for (map, rows, columns) in [("gate", h, d), ("up", h, d), ("down", d, h)] {
        tensors.merge(
          try encode("\(Self.block)experts.\(expert).\(map)_proj.weight", rows, columns)
        ) { $1 }
      }
    }
    let bytes = tensors.values.reduce(0) { $0 + $1.byteCount }
    tensors[Self.block + "gate.weight"] = StoredTensor(SmallLayers.normal([2, d]))
    return Model(text: text, tensors: tensors, expertBytes: bytes)
  }

  /// Bytes without pattern that are finite numbers of eight bits, and no whole number is missing of
  /// those of four.
  private func bytes(_ count: Int, seed: Int, isFinite: Bool = false) -> Data {
    Data(
      (0..<count).map {
        let byte = UInt8(truncatingIfNeeded: ($0 &+ seed) &* 2_654_435_761 >> 11)
        return isFinite && byte & 0x7F == 0x7F ? 0 : byte
      })
  }

  private static let float8 =
    #"{"quant_method":"fp8","fmt":"e4m3","weight_block_size":[128,128]}"#

  /// Blocks of which the last are cut, with scales of either precision.
  @Test(arguments: [ScalarFormat.float32, .bfloat16])
  func blocksOfBytes(scales: ScalarFormat) throws {
    let model = try model(
      Self.float8, inputSize: 160, hiddenSize: 144
    ) { name, rows, columns in
      let across = [(rows + 127) / 128, (columns + 127) / 128]
      let numbers = Tensor((0..<across[0] * across[1]).map { 0.1 + Float($0) }, shape: across)
      return [
        name: try StoredTensor(
          bytes(rows * columns, seed: name.count + rows, isFinite: true), as: .float8E4M3,
          shape: [rows, columns]),
        name + "_scale_inv": StoredTensor(numbers, as: scales),
      ]
    }
    try model.load { folder in
      let kept = try Self.expectSame(folder, inputSize: 160, tokens: 3)
      let formats = Self.formats(kept)
      #expect(formats.count == 3)
      #expect(formats.values.allSatisfy { $0 == .float8E4M3(scales: .blocks) })
      if scales == .float32 { #expect(kept.expertGroups[0].weightByteCount == model.expertBytes) }
    }
  }

  private static let int4 =
    #"{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{"group_0":"#
    + #"{"weights":{"num_bits":4,"type":"int","symmetric":true,"strategy":"group","group_size":8}}}}"#

  /// Groups of several sizes and scales, one for the whole row among them; and some that no format
  /// has, of 8, which are decoded.
  @Test(
    arguments: [
      (16, ScalarFormat.bfloat16, WeightFormat.int4(groupSize: 16, scales: .bfloat16)),
      (32, .float16, .int4(groupSize: 32, scales: .float16)),
      (48, .float32, .int4(groupSize: 48, scales: .float32)),
      (96, .bfloat16, .int4(groupSize: 96, scales: .bfloat16)), (8, .float32, .float32),
      (16, .float64, .float32),
    ])
  func groupsOfWholeNumbers(size: Int, scales: ScalarFormat, format: WeightFormat) throws {
    let model = try model(
      Self.int4, inputSize: 96, hiddenSize: 96
    ) { name, rows, columns in
      let numbers = Tensor(
        (0..<rows * columns / size).map { 0.1 + Float($0 % 13) / 7 },
        shape: [rows, columns / size])
      return [
        name + "_packed": try StoredTensor(
          bytes(rows * columns / 2, seed: name.count + rows), as: .int32,
          shape: [rows, columns / 8]),
        name + "_scale": StoredTensor(numbers, as: scales),
      ]
    }
    try model.load { folder in
      let kept = try Self.expectSame(folder, inputSize: 96)
      #expect(Self.formats(kept).values.allSatisfy { $0 == format })
      if format != .float32 { #expect(kept.expertGroups[0].weightByteCount == model.expertBytes) }
    }
  }

  /// A row that is one group need be no multiple of 16.
  @Test func oneGroupARow() throws {
    let model = try model(
      Self.int4, inputSize: 40, hiddenSize: 24
    ) { name, rows, columns in
      [
        name + "_packed": try StoredTensor(
          bytes(rows * columns / 2, seed: rows), as: .int32, shape: [rows, columns / 8]),
        name + "_scale": StoredTensor(SmallLayers.normal([rows, 1])),
      ]
    }
    try model.load { folder in
      let formats = Self.formats(try Self.expectSame(folder, inputSize: 40))
      #expect(formats["expertGroups.0.up.weight"] == .int4(groupSize: 48, scales: .float32))
      #expect(formats["expertGroups.0.down.weight"] == .int4(groupSize: 32, scales: .float32))
    }
  }

  /// Interleaved rows of the gate and of up, with biases: gpt-oss.
  @Test func microscaledNumbers() throws {
    let (count, d, h) = (3, 32, 64)
    let text =
      #"{"model_type":"gpt_oss","num_hidden_layers":1,"hidden_size":32,"num_local_experts":3,"#
      + #""num_experts_per_tok":2,"intermediate_size":64,"#
      + #""quantization_config":{"quant_method":"mxfp4"}}"#
    let block = Self.block
    var tensors: [String: StoredTensor] = [:]
    for (name, rows, columns) in [("gate_up_proj", 2 * h, d), ("down_proj", d, h)] {
      let groups = count * rows * columns / 32
      tensors["\(block)experts.\(name)_blocks"] = try StoredTensor(
        bytes(16 * groups, seed: rows), as: .uint8, shape: [count, rows, columns / 32, 16])
      tensors["\(block)experts.\(name)_scales"] = try StoredTensor(
        Data((0..<groups).map { UInt8(118 + $0 % 11) }), as: .uint8,
        shape: [count, rows, columns / 32])
    }
    let bytes = tensors.values.reduce(0) { $0 + $1.byteCount }
    tensors[block + "router.weight"] = StoredTensor(SmallLayers.normal([count, d]))
    tensors[block + "router.bias"] = StoredTensor(SmallLayers.normal([count]))
    tensors[block + "experts.gate_up_proj_bias"] = StoredTensor(SmallLayers.normal([count, 2 * h]))
    tensors[block + "experts.down_proj_bias"] = StoredTensor(SmallLayers.normal([count, d]))
    try LoaderTrapTests.model(text, tensors) { folder in
      let kept = try Self.expectSame(folder, inputSize: d)
      #expect(Self.formats(kept).values.allSatisfy { $0 == .mxfp4 })
      #expect(kept.expertGroups[0].weightByteCount == bytes)
      // In memory they take no more than in the file.
      let stored = try ModelDescription(path: folder).mixture(
        layer: 0, expertBytes: bytes, keepingFormats: true)
      _ = try stored(SmallLayers.normal([40, d]))
      let experts = try #require(stored.expertGroups[0] as? StoredExperts)
      #expect(experts.residency.expertCount == count && experts.residency.byteCount == bytes)
    }
  }

  /// One matrix of the gate and of up: blocks are kept where the rows of up begin with one.
  @Test(arguments: [(128, WeightFormat.float8E4M3(scales: .blocks)), (72, .float32)])
  func blocksOfFusedMaps(hiddenSize h: Int, format: WeightFormat) throws {
    let d = 160
    let text =
      #"{"model_type":"granitemoeshared","num_hidden_layers":1,"hidden_size":160,"#
      + #""num_local_experts":2,"num_experts_per_tok":1,"intermediate_size":8,"#
      + #""shared_intermediate_size":\#(h),"residual_multiplier":0.22,"#
      + #""quantization_config":\#(Self.float8)}"#
    let prefix = "model.layers.0."
    var tensors = [
      "block_sparse_moe.input_linear.weight": [2, 16, d],
      "block_sparse_moe.output_linear.weight": [2, d, 8],
      "block_sparse_moe.router.layer.weight": [2, d],
    ].reduce(into: [String: StoredTensor]()) {
      $0[prefix + $1.key] = StoredTensor(SmallLayers.normal($1.value))
    }
    for (map, rows, columns) in [("input", 2 * h, d), ("output", d, h)] {
      let name = "\(prefix)shared_mlp.\(map)_linear.weight"
      let across = [(rows + 127) / 128, (columns + 127) / 128]
      tensors[name] = try StoredTensor(
        bytes(rows * columns, seed: rows, isFinite: true), as: .float8E4M3, shape: [rows, columns])
      tensors[name + "_scale_inv"] = StoredTensor(
        Tensor((0..<across[0] * across[1]).map { 0.1 + Float($0) }, shape: across))
    }
    try LoaderTrapTests.model(text, tensors) { folder in
      let formats = Self.formats(try Self.expectSame(folder, inputSize: d, tokens: 2))
      #expect(formats["sharedExperts.groups.0.up.weight"] == format)
      for map in ["gate", "down"] {
        #expect(
          formats["sharedExperts.groups.0.\(map).weight"] == .float8E4M3(scales: .blocks), "\(map)")
      }
      #expect(formats["expertGroups.0.up.weight"] == .float32)
    }
  }

  // MARK: 16 bits

  /// Every layout of experts, transposed ones too, whose numbers stand in 16 bits.
  @Test(
    arguments: [
      "mixtral", "nllb_moe", "nemotron_h", "qwen3_5_moe", "gpt_oss", "llama4", "step3p7", "dbrx",
      "muse_spark", "gemma4", "inkling", "longcat_flash", "zaya", "deepseek_v3", "granitemoeshared",
    ], [ScalarFormat.bfloat16, .float16])
  func halfPrecision(name: String, format: ScalarFormat) throws {
    let folder = FamilyParityTests.folder(name)
    let (model, layer) = (try Checkpoint(path: folder), try FamilyParityTests.layer(name))
    var tensors: [String: StoredTensor] = [:]
    for name in model.names {
      guard let tensor = model[name] else { continue }
      tensors[name] =
        tensor.format.isFloatingPoint ? StoredTensor(tensor.tensor, as: format) : tensor
    }
    let text = try String(contentsOfFile: folder + "/config.json", encoding: .utf8)
    try LoaderTrapTests.model(text, tensors) { folder in
      let formats = Self.formats(try Self.expectSame(folder, layer: layer, inputSize: 32))
      #expect(formats.count >= 2)
      let expected: WeightFormat = format == .bfloat16 ? .bfloat16 : .float16
      for (name, format) in formats { #expect(format == expected, "\(name)") }
    }
  }

  /// A map of several formats is in single precision; the others stay.
  @Test func mixedFormatsAreDecoded() throws {
    var tensors = LoaderTrapTests.qwen().mapValues { StoredTensor($0.tensor, as: .bfloat16) }
    let name = Self.block + "experts.2.up_proj.weight"
    tensors[name] = tensors[name].map { StoredTensor($0.tensor, as: .float16) }
    try LoaderTrapTests.model(LoaderTrapTests.configuration, tensors) { folder in
      let formats = Self.formats(try Self.expectSame(folder, inputSize: 4))
      #expect(formats["expertGroups.0.up.weight"] == .float32)
      #expect(formats["expertGroups.0.gate.weight"] == .bfloat16)
      #expect(formats["expertGroups.0.down.weight"] == .bfloat16)
    }
    // What is in single precision stays so.
    try LoaderTrapTests.model { folder in
      let formats = Self.formats(try Self.expectSame(folder, inputSize: 4))
      #expect(formats.values.allSatisfy { $0 == .float32 })
    }
  }
}
