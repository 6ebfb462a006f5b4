extension LayerRule {
  /// Which of so many layers are mixtures.
  ///
  /// - Throws: ``CheckpointError/field(file:field:found:expected:)`` where a field is not understood.
  func mixtures(_ fields: ConfigurationFields, layerCount count: Int) throws -> [Bool] {
    let layers = 0..<count
    switch self {
    case .all: return Array(repeating: true, count: count)
    case .allAfter(let names, let fallback, let lists, let frequency):
      for list in lists {
        if let marked = try marked(list, fields, count) { return marked }
      }
      let dense =
        names.isEmpty && fallback != nil
        ? fallback ?? 0 : try fields.count(names, default: fallback)
      guard let frequency, let value = fields.value(frequency), value != .null else {
        return layers.map { $0 >= dense }
      }
      if let marked = try marked(frequency, fields, count) {
        return zip(layers, marked).map { $0 >= dense && $1 }
      }
      let step = try positive(frequency, fields)
      return layers.map { $0 >= dense && $0 % step == 0 }
    case .qwen:
      let step = try positive("decoder_sparse_step", fields, default: 1)
      let dense = try numbers("mlp_only_layers", fields) ?? []
      return layers.map { ($0 + 1) % step == 0 && !dense.contains($0) }
    case .every(let field, let fallback):
      let step = try positive(field, fields, default: fallback)
      return layers.map { ($0 + 1) % step == 0 }
    case .jamba:
      let period = try positive("expert_layer_period", fields, default: 2)
      let offset = try fields.count(["expert_layer_offset"], default: 1)
      return layers.map { ($0 - offset) % period == 0 }
    case .llama4:
      if let listed = try numbers("moe_layers", fields) { return layers.map(listed.contains) }
      let step = try positive("interleave_moe_layer_step", fields, default: 1)
      return layers.map { ($0 + 1) % step == 0 }
    case .ernie:
      let step = try positive("moe_layer_interval", fields, default: 1)
      let start = try fields.count(["moe_layer_start_index"], default: 1)
      let end =
        fields.value("moe_layer_end_index") == .integer(-1)
        ? count : try fields.count(["moe_layer_end_index"], default: count)
      return layers.map { ($0 + 1) % step == 0 && $0 >= start && $0 <= end }
    case .hybridPattern:
      if case .string(let pattern)? = fields.value("hybrid_override_pattern") {
        guard pattern.count >= count, pattern.allSatisfy({ "ME*-".contains($0) }) else {
          throw fields.error(
            "hybrid_override_pattern", expected: "\(count) of the letters M, E, * and -")
        }
        return pattern.prefix(count).map { $0 == "E" }
      }
      guard let marked = try marked("layers_block_type", fields, count) else {
        throw fields.error("hybrid_override_pattern", expected: "a pattern, or layers_block_type")
      }
      return marked
    case .enumerated:
      if let marked = try marked("mlp_layer_types", fields, count) { return marked }
      switch fields.value("moe_layers_enum") {
      case nil, .null: return layers.map { $0 >= 3 }
      case .string(let text):
        let parts = text.split(separator: ",").map { Int($0.filter { $0 != " " }) }
        guard !parts.contains(nil) else {
          throw fields.error("moe_layers_enum", expected: "numbers with commas between")
        }
        return layers.map(parts.contains)
      default:
        let listed = try numbers("moe_layers_enum", fields) ?? []
        return layers.map(listed.contains)
      }
    case .flag(let name):
      return Array(repeating: try fields.flag([name], default: false), count: count)
    case .switchTransformers, .nllb:
      let (encoder, steps) = (try encoderLayerCount(fields) ?? 0, try sparseSteps(fields))
      return layers.map { layer in
        let isDecoder = layer >= encoder
        let (own, step) = (
          isDecoder ? layer - encoder : layer, isDecoder ? steps.decoder : steps.encoder
        )
        guard step > 0 else { return false }
        if case .nllb = self { return (own + 1) % step == 0 }
        return step == 1 || own % step == 1
      }
    }
  }

  /// How many layers the encoder of a model of two halves has; nothing in other models.
  func encoderLayerCount(_ fields: ConfigurationFields) throws -> Int? {
    switch self {
    case .switchTransformers: try fields.count(["num_layers"], default: 12)
    case .nllb: try fields.count(["encoder_layers"], default: 12)
    default: nil
    }
  }

  /// The number of layers of a decoder.
  private func decoderLayerCount(_ fields: ConfigurationFields) throws -> Int {
    if case .nllb = self { return try fields.count(["decoder_layers"], default: 12) }
    // As many as the encoder has, where it is null.
    return fields.value("num_decoder_layers") == .null
      ? try encoderLayerCount(fields) ?? 0
      : try fields.count(["num_decoder_layers"], default: 12)
  }

  /// Which of the layers of each half are mixtures: each of so many; zero for none.
  private func sparseSteps(
    _ fields: ConfigurationFields
  ) throws -> (encoder: Int, decoder: Int) {
    if case .nllb = self {
      return (
        try fields.count(["encoder_sparse_step"], default: 4),
        try fields.count(["decoder_sparse_step"], default: 4)
      )
    }
    func step(_ layers: Int, _ field: String) throws -> Int {
      let sparse = try fields.count([field], default: 3)
      return sparse > 0 ? layers / sparse : layers
    }
    return (
      try step(encoderLayerCount(fields) ?? 0, "num_sparse_encoder_layers"),
      try step(decoderLayerCount(fields), "num_sparse_decoder_layers")
    )
  }

  /// How many layers a pattern is of, where it says so and nothing else does, or the two halves of a
  /// model have together.
  func patternLength(_ fields: ConfigurationFields) throws -> Int? {
    if let encoder = try encoderLayerCount(fields) {
      return encoder + (try decoderLayerCount(fields))
    }
    guard case .hybridPattern = self, fields.present(CommonFields.layerCount) == nil else {
      return nil
    }
    return switch (fields.value("hybrid_override_pattern"), fields.value("layers_block_type")) {
    case (.string(let pattern)?, _): pattern.count
    case (_, .array(let types)?): types.count
    default: nil
    }
  }

  /// What a list says of each layer: words, or one for a mixture and zero for none; nothing where
  /// there is no list.
  private func marked(
    _ name: String, _ fields: ConfigurationFields, _ count: Int
  ) throws -> [Bool]? {
    guard case .array? = fields.value(name), let list = try fields.list(name, count: count) else {
      return nil
    }
    return try list.prefix(count).map { value in
      switch value {
      case .string("sparse"), .string("moe"), .string("hash_moe"), .integer(1): true
      case .integer(0): false
      case .string: false
      default: throw fields.error(name, expected: "a list of words, or of 0 and 1")
      }
    }
  }

  private func positive(
    _ name: String, _ fields: ConfigurationFields, default fallback: Int? = nil
  ) throws -> Int {
    let number = try fields.count([name], default: fallback)
    guard number > 0 else { throw fields.error(name, expected: "at least 1") }
    return number
  }

  private func numbers(_ name: String, _ fields: ConfigurationFields) throws -> [Int]? {
    switch fields.value(name) {
    case nil, .null: return nil
    case .array(let values):
      return try values.map {
        guard case .integer(let number) = $0 else {
          throw fields.error(name, expected: "a list of whole numbers")
        }
        return number
      }
    default: throw fields.error(name, expected: "a list of whole numbers")
    }
  }
}
