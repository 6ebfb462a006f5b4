import Foundation

/// A model's configuration and tensors.
struct ModelFolder: Sendable {
  let path: String
  let checkpoint: Checkpoint
  let modelType: String
  /// Which layers are mixtures.
  let mixtureLayers: [Bool]
  /// How the weights stand.
  let encoding: WeightEncoding
  private let family: ModelFamily
  private let fields: ConfigurationFields

  static let configurationName = "config.json"

  /// Opens a folder.
  ///
  /// - Throws: ``CheckpointError``.
  init(path: String) throws {
    let file = URL(fileURLWithPath: path).appendingPathComponent(ModelFolder.configurationName).path
    try self.init(
      ConfigurationFields(JSONValue(path: file), file: file), Checkpoint(path: path), path: path)
  }

  init(_ fields: ConfigurationFields, _ checkpoint: Checkpoint, path: String) throws {
    self.path = path
    self.fields = fields
    self.checkpoint = checkpoint
    let types = fields.modelTypes
    guard let type = types.first else {
      throw fields.error("model_type", expected: "the name of a family")
    }
    guard let family = types.lazy.compactMap(ModelFamily.named).first else {
      throw CheckpointError.field(
        file: fields.file, field: "model_type", found: type,
        expected: "one of \(ModelFamily.all.flatMap(\.types).sorted().joined(separator: ", "))")
    }
    self.family = family
    modelType = types.last ?? type
    encoding = try WeightEncoding(fields)
    let inner = try family.fieldsObject.map { try fields.nested($0) } ?? fields
    let count = try family.layers.patternLength(fields) ?? fields.count(CommonFields.layerCount)
    guard count <= ModelFolder.layerLimit else {
      throw fields.error(
        fields.present(CommonFields.layerCount) ?? "", expected: "at most \(ModelFolder.layerLimit)"
      )
    }
    let hasExperts =
      try inner.present(family.countFields.experts + CommonFields.expertCount)
      .map { try inner.count([$0]) > 0 }
      ?? (family.expertCount != nil)
    mixtureLayers =
      hasExperts
      ? try family.layers.mixtures(fields, layerCount: count)
      : Array(repeating: false, count: count)
    try checkDense()
  }

  /// How many layers a model may have.
  private static let layerLimit = 1 << 12

  /// Throws where a layer that the configuration says to be dense has tensors of experts.
  private func checkDense() throws {
    for layer in mixtureLayers.indices where !mixtureLayers[layer] {
      for prefix in try family.prefixes(layer: layer, fields) {
        let block = prefix + family.block
        for layout in family.experts
        where weights.contains(block + layout.firstName) {
          throw CheckpointError.field(
            file: fields.file, field: "layer \(layer)", found: "a dense layer",
            expected: "a mixture, as there is a tensor \(block + layout.firstName)")
        }
      }
    }
  }

  /// The weights of all layers.
  var weights: WeightSource { WeightSource(checkpoint: checkpoint, encoding: encoding) }

  /// The plan of a layer.
  ///
  /// - Throws: ``CheckpointError`` where it is no mixture, or a field is not understood.
  func plan(_ layer: Int) throws -> MixturePlan {
    guard mixtureLayers.indices.contains(layer), mixtureLayers[layer] else {
      let mixtures = mixtureLayers.indices.filter { mixtureLayers[$0] }
      throw CheckpointError.field(
        file: fields.file, field: "layer", found: "\(layer)",
        expected: mixtures.isEmpty
          ? "none, as no layer of the model is a mixture"
          : "one that is a mixture: \(mixtures.map(String.init).joined(separator: ", "))")
    }
    return try MixturePlan(family, fields, layer: layer)
  }
}
