import Foundation
import MoE
import Testing

/// Weights in fewer bits, as published files have them.
@Suite struct WeightEncodingTests {
  /// The numbers of four bits of MXFP4.
  private static let numbers: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]

  /// A fixture whose configuration says an encoding, and whose tensors `change` encodes; beside it the
  /// same with plain tensors of the numbers that the encoding stands for.
  private func expectSame(
    _ fixture: String, _ quantization: String,
    _ encode: (String, Tensor) -> (encoded: [String: StoredTensor], plain: Tensor)?
  ) throws {
    let folder = FamilyParityTests.folder(fixture)
    let model = try Checkpoint(path: folder)
    var (encoded, plain): ([String: StoredTensor], [String: StoredTensor]) = ([:], [:])
    for name in model.names {
      let tensor = try model.tensor(name)
      if let parts = encode(name, tensor) {
        encoded.merge(parts.encoded) { $1 }
        plain[name] = StoredTensor(parts.plain)
      } else {
        (encoded[name], plain[name]) = (model[name], model[name])
      }
    }
    #expect(encoded.count > plain.count)
    let text = try String(contentsOfFile: folder + "/config.json", encoding: .utf8)
    let layer = try FamilyParityTests.layer(fixture)
    try LoaderTrapTests.model(text, plain) { plain in
      try LoaderTrapTests.model(
        #"{"quantization_config":\#(quantization),"#
          + text.trimmingPrefix { $0 != "{" }.dropFirst(),
        encoded
      ) { encoded in
        let (left, right) = (
          try MixtureOfExperts(model: encoded, layer: layer),
          try MixtureOfExperts(model: plain, layer: layer)
        )
        for (own, exact) in zip(left.namedParameters, right.namedParameters) {
          #expect(
            own.name == exact.name && own.parameter.bits == exact.parameter.bits, "\(own.name)")
        }
        let tokens = SmallLayers.normal([5, 32])
        #expect(try left(tokens).bits == right(tokens).bits)
        let stored = try MixtureOfExperts(model: encoded, layer: layer, expertBytes: 1 << 20)
        #expect(try left(tokens).bits == stored(tokens).bits)
      }
    }
  }

  /// 32 numbers share a power of two; of gpt-oss, whose blocks run along rows that are transposed
  /// where the weights are plain.
  @Test func microscaledNumbers() throws {
    // The fixture's experts have 48 hidden units, no multiple of 32: here they have as many as it.
    let (count, d, h) = (3, 32, 64)
    var generator = SeededGenerator(seed: 4)
    func draw(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
    func encoded(_ rows: Int, _ columns: Int) throws -> (
      blocks: StoredTensor, scales: StoredTensor, tensor: Tensor
    ) {
      let nibbles = (0..<count * rows * columns).map { _ in draw(16) }
      let exponents = (0..<count * rows * columns / 32).map { _ in 120 + draw(10) }
      let values = nibbles.indices.map { index -> Float in
        let magnitude: Float = Self.numbers[nibbles[index] % 8]
        let scale = Float(sign: .plus, exponent: exponents[index / 32] - 127, significand: 1)
        return (nibbles[index] < 8 ? magnitude : -magnitude) * scale
      }
      let bytes = stride(from: 0, to: nibbles.count, by: 2).map { index -> UInt8 in
        UInt8(nibbles[index] | nibbles[index + 1] << 4)
      }
      return (
        try StoredTensor(Data(bytes), as: .uint8, shape: [count, rows, columns / 32, 16]),
        try StoredTensor(
          Data(exponents.map { UInt8($0) }), as: .uint8, shape: [count, rows, columns / 32]),
        Tensor(values, shape: [count, rows, columns])
      )
    }
    let (both, down) = (try encoded(2 * h, d), try encoded(d, h))
    let block = "model.layers.0.mlp."
    let rest = [
      block + "router.weight": StoredTensor(SmallLayers.normal([count, d])),
      block + "router.bias": StoredTensor(SmallLayers.normal([count])),
      block + "experts.gate_up_proj_bias": StoredTensor(SmallLayers.normal([count, 2 * h])),
      block + "experts.down_proj_bias": StoredTensor(SmallLayers.normal([count, d])),
    ]
    func turned(_ bank: Tensor) -> StoredTensor {
      let parts = (0..<count).map { bank[entry: $0].transposed() }
      return StoredTensor(
        Tensor(
          parts.flatMap(\.scalarArray), shape: [count, bank.shape[2], bank.shape[1]]))
    }
    let text =
      #"{"model_type":"gpt_oss","num_hidden_layers":1,"hidden_size":32,"num_local_experts":3,"#
      + #""num_experts_per_tok":2,"intermediate_size":64"#
    var plainBits: [[UInt32]] = []
    try LoaderTrapTests.model(
      text + "}",
      rest.merging([
        block + "experts.gate_up_proj": turned(both.tensor),
        block + "experts.down_proj": turned(down.tensor),
      ]) { $1 }
    ) {
      plainBits = try MixtureOfExperts(model: $0, layer: 0).namedParameters.map(\.parameter.bits)
    }
    let quantized = text + #","quantization_config":{"quant_method":"mxfp4"}}"#
    var tensors = rest.merging([
      block + "experts.gate_up_proj_blocks": both.blocks,
      block + "experts.gate_up_proj_scales": both.scales,
      block + "experts.down_proj_blocks": down.blocks,
      block + "experts.down_proj_scales": down.scales,
    ]) { $1 }
    try LoaderTrapTests.model(quantized, tensors) {
      #expect(
        try MixtureOfExperts(model: $0, layer: 0).namedParameters.map(\.parameter.bits) == plainBits
      )
      let tokens = SmallLayers.normal([9, d])
      let (loaded, stored) = (
        try MixtureOfExperts(model: $0, layer: 0),
        try MixtureOfExperts(model: $0, layer: 0, expertBytes: 1 << 16)
      )
      #expect(try loaded(tokens).bits == stored(tokens).bits)
      let model = try ModelDescription(path: $0)
      #expect(model.parameterCount == plainBits.reduce(0) { $0 + $1.count })
      #expect(model.activeParameterCount == model.parameterCount - 3 * d * h)
      // 56: what is saved has the names, the shapes and the bytes of what was loaded.
      let saved = try Checkpoint(path: $0)
      for (name, tensor) in tensors {
        #expect(saved[name]?.bytes == tensor.bytes && saved[name]?.shape == tensor.shape)
      }
    }
    tensors[block + "experts.down_proj_scales"] = nil
    #expect(
      try LoaderTrapTests.message(quantized, tensors)
        == "F: missing \(block)experts.down_proj; unexpected \(block)experts.down_proj_blocks")
    tensors[block + "experts.down_proj_scales"] = both.scales
    #expect(
      try LoaderTrapTests.message(quantized, tensors)
        .contains("experts.down_proj_scales: found shape [3, 128, 1], expected [3, 32, 2]"))
  }

  /// Bytes beside a number for each block, of which the last ones are cut.
  @Test func blocksOfBytes() throws {
    try expectSame(
      "deepseek_v3", #"{"quant_method":"fp8","fmt":"e4m3","weight_block_size":[16,10]}"#
    ) { name, tensor in
      guard name.contains("experts") else { return nil }
      let (rows, columns) = (tensor.shape[0], tensor.shape[1])
      let bytes = (0..<tensor.count).map { UInt8(truncatingIfNeeded: $0 &* 37 % 127) }
      let (height, width) = ((rows + 15) / 16, (columns + 9) / 10)
      let scales = Tensor((0..<height * width).map { 0.1 + Float($0) / 7 }, shape: [height, width])
      let stored = try? StoredTensor(Data(bytes), as: .float8E4M3, shape: tensor.shape)
      guard let stored else { return nil }
      let numbers = stored.tensor.scalarArray
      let plain = Tensor(
        numbers.indices.map {
          numbers[$0] * scales[$0 / columns / 16, $0 % columns / 10]
        }, shape: tensor.shape)
      return ([name: stored, name + "_scale_inv": StoredTensor(scales)], plain)
    }
  }

  /// Whole numbers of four bits, eight in 32, in groups.
  @Test func groupsOfWholeNumbers() throws {
    try expectSame(
      "deepseek_v3",
      #"{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{"group_0":"#
        + #"{"weights":{"num_bits":4,"type":"int","symmetric":true,"strategy":"group","group_size":8}}}}"#
    ) { name, tensor in
      guard name.contains(".experts.") else { return nil }
      let (rows, columns) = (tensor.shape[0], tensor.shape[1])
      let nibbles = (0..<tensor.count).map { ($0 &* 29 + $0 / 7) % 16 }
      let scales = Tensor(
        (0..<rows * columns / 8).map { 0.1 + Float($0 % 13) / 7 }, shape: [rows, columns / 8])
      var bytes = Data()
      for start in stride(from: 0, to: nibbles.count, by: 2) {
        bytes.append(UInt8(nibbles[start] | nibbles[start + 1] << 4))
      }
      let words = try? StoredTensor(bytes, as: .int32, shape: [rows, columns / 8])
      guard let words else { return nil }
      let plain = Tensor(
        nibbles.indices.map { Float(nibbles[$0] - 8) * scales.scalars[$0 / 8] },
        shape: tensor.shape)
      return (
        [
          name + "_packed": words, name + "_scale": StoredTensor(scales, as: .float32),
          name + "_shape": StoredTensor(integers: [rows, columns]),
        ], plain
      )
    }
  }

  @Test func otherEncodingsAreErrors() throws {
    for (value, expected) in [
      (#"{"quant_method":"awq"}"#, "quant_method: found \"awq\", expected one of mxfp4, fp8"),
      (#"{"quant_method":"fp8"}"#, "weight_block_size: found nothing, expected two sizes"),
      (#"{"quant_method":"fp8","weight_block_size":[0,128]}"#, "weight_block_size: found [0, 128]"),
      (#"{"quant_method":"compressed-tensors","format":"float"}"#, "format: found \"float\""),
      (
        #"{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{}}"#,
        "config_groups: found an object"
      ), ("7", "quantization_config: found 7, expected an object"),
    ] {
      let text =
        "{\"quantization_config\":\(value)," + LoaderTrapTests.configuration.dropFirst()
      let message = try LoaderTrapTests.message(text)
      #expect(message.contains(expected), "\(message)")
    }
  }
}
