package import MoE

/// Reads what the metadata of a model file says.
package struct MetadataReader {
  private let file: String
  private let metadata: [String: String]

  /// A reader of a file's metadata.
  ///
  /// - Parameters:
  ///   - contents: The file's contents.
  ///   - file: The name that errors give.
  package init(_ contents: SavedModel, file: String) {
    self.file = file
    metadata = contents.metadata
  }

  /// An error about a key.
  package func problem(_ key: String, found: String, expected: String) -> CheckpointError {
    .field(file: file, field: "metadata \(key)", found: found, expected: expected)
  }

  /// Throws unless the file says that it is of a format.
  package func check(format: String) throws {
    let found = try text("format", expected: format)
    guard found == format else { throw problem("format", found: found, expected: format) }
  }

  /// The text of a key; nil where there is none.
  package func text(_ key: String) -> String? { metadata[key] }

  /// The text of a key.
  package func text(_ key: String, expected: String) throws -> String {
    guard let text = metadata[key] else { throw problem(key, found: "nothing", expected: expected) }
    return text
  }

  /// The whole number of a key.
  package func number(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    let text = try text(key, expected: expected)
    guard let number = Int(text), range.contains(number) else {
      throw problem(key, found: text, expected: expected)
    }
    return number
  }

  /// The number of a key.
  package func fraction(_ key: String, in range: ClosedRange<Float>) throws -> Float {
    let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
    let text = try text(key, expected: expected)
    guard let number = Float(text), range.contains(number) else {
      throw problem(key, found: text, expected: expected)
    }
    return number
  }
}
