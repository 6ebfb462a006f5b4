package import ExampleSupport
import MoE

/// Saves models and loads them again, with the same bits.
///
/// The file holds every parameter under its own name, such as `embedding.weight`, and what else
/// makes the model as metadata.
package enum ModelFile {
  private static let format = "swift-moe language model 1"

  /// Saves a model.
  ///
  /// - Throws: `CheckpointError` where the file cannot be written.
  package static func save(_ model: ByteModel, toFile path: String) throws {
    try contents(of: model).write(toFile: path)
  }

  /// Loads a model.
  ///
  /// - Throws: `CheckpointError` where the file cannot be read, or is not what
  ///   ``save(_:toFile:)`` writes.
  package static func load(fromFile path: String) throws -> ByteModel {
    try model(of: SavedModel(SafetensorsFile(path: path)), file: path)
  }

  /// A model as tensors and metadata.
  package static func contents(of model: ByteModel) -> SavedModel {
    let settings = model.settings
    return SavedModel(
      metadata: [
        "format": format,
        "kind": settings.kind.rawValue,
        "size": "\(settings.size)",
        "blocks": "\(settings.blockCount)",
        "experts": "\(settings.expertCount)",
        "hidden": "\(settings.hiddenSize)",
        "context": "\(settings.contextLength)",
        "balance": "\(settings.balanceWeight)",
      ],
      model: model.decoder)
  }

  /// The model that tensors and metadata describe.
  ///
  /// - Throws: `CheckpointError` with the part, what it is and what was expected.
  package static func model(of contents: SavedModel, file: String) throws -> ByteModel {
    let reader = MetadataReader(contents, file: file)
    try reader.check(format: format)
    let settings = try reader.settings()

    // Before a model is made by the settings: hostile ones could ask for any amount of memory.
    let networks = settings.kind == .dense ? 1 : settings.expertCount
    let needed = settings.blockCount * networks * settings.hiddenSize * settings.size
    try contents.checkSize(atLeast: needed, file: file)
    var model = try ByteModel(settings, seed: 0)
    try contents.restore(&model.decoder, file: file)
    return model
  }
}

extension MetadataReader {
  fileprivate func settings() throws -> ByteModel.Settings {
    var settings = ByteModel.Settings()
    let kinds = ByteModel.Kind.allCases.map(\.rawValue).joined(separator: " or ")
    let kind = try text("kind", expected: kinds)
    guard let known = ByteModel.Kind(rawValue: kind) else {
      throw problem("kind", found: kind, expected: kinds)
    }
    settings.kind = known
    settings.size = try number("size", in: 1...1 << 16)
    guard settings.size % ByteModel.Settings.sizeStep == 0 else {
      throw problem(
        "size", found: "\(settings.size)",
        expected: "a multiple of \(ByteModel.Settings.sizeStep)")
    }
    settings.blockCount = try number("blocks", in: 1...1 << 10)
    settings.expertCount = try number("experts", in: 1...1 << 10)
    settings.hiddenSize = try number("hidden", in: 1...1 << 16)
    settings.contextLength = try number("context", in: 2...1 << 16)
    settings.balanceWeight = try fraction("balance", in: 0...100)
    return settings
  }
}
