import Foundation

/// A model's configuration in the metadata of the file that has its parameters.
enum SavedConfiguration {
  private static let format = "format"
  private static let formatText = "swift-moe model 1"
  private static let configuration = "configuration"

  /// Writes a model with its configuration, whole or not at all.
  static func write(
    _ model: some Parameterized, _ configuration: some Encodable, metadata: [String: String],
    to path: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var texts: [String: String] = [
      format: formatText,
      self.configuration: String(decoding: try encoder.encode(configuration), as: UTF8.self),
    ]
    for (key, text) in metadata { texts["own." + key] = text }
    try Checkpoint.write(model.storedTensors(), metadata: texts, to: path)
  }

  /// The configuration in a file.
  static func read<Configuration: Decodable>(
    _ checkpoint: Checkpoint, as type: Configuration.Type
  ) throws -> Configuration {
    let texts = checkpoint.metadata
    func error(_ key: String, _ found: String?, _ expected: String) -> CheckpointError {
      .field(
        file: checkpoint.path, field: key, found: String((found ?? "nothing").prefix(200)),
        expected: expected)
    }
    guard texts[format] == formatText else { throw error(format, texts[format], formatText) }
    guard let text = texts[configuration] else {
      throw error(configuration, nil, "that of a model")
    }
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch let problem as DecodingError {
      throw error(configuration, text, "that of a model that is saved alike: \(problem)")
    }
  }

  /// Throws where a configuration asks for more numbers than a file can hold, before a model is
  /// made by it.
  static func check(leastScalarCount count: Double, _ checkpoint: Checkpoint) throws {
    let bytes = checkpoint.files.reduce(0) { $0 + $1.byteCount }
    // The smallest format has two numbers a byte.
    guard count <= 2 * Double(bytes) else {
      throw CheckpointError.malformed(
        file: checkpoint.path, tensor: nil, offset: nil, found: "\(bytes) bytes",
        expected: "\(count) numbers or more by its configuration")
    }
  }

  /// What the writer added, as texts.
  static func metadata(of checkpoint: Checkpoint) -> [String: String] {
    var own: [String: String] = [:]
    for (key, text) in checkpoint.metadata where key.hasPrefix("own.") {
      own[String(key.dropFirst(4))] = text
    }
    return own
  }
}
