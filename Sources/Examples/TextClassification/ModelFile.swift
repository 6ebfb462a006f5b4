package import ExampleSupport
import Foundation
import MoE

/// Saves classifiers and loads them again, with the same bits.
///
/// The file holds every parameter under its own name, such as `router.gate.weight`, and what else
/// makes the classifier as metadata.
package enum ModelFile {
  private static let format = "swift-moe text classification 1"

  /// Saves a classifier.
  ///
  /// - Throws: `CheckpointError` where the file cannot be written.
  package static func save(_ classifier: TextClassifier, toFile path: String) throws {
    try contents(of: classifier).write(toFile: path)
  }

  /// Loads a classifier.
  ///
  /// - Throws: `CheckpointError` where the file cannot be read, or
  ///   it is not what ``save(_:toFile:)`` writes.
  package static func load(fromFile path: String) throws -> TextClassifier {
    try classifier(of: SavedModel(SafetensorsFile(path: path)), file: path)
  }

  /// A classifier as tensors and metadata.
  package static func contents(of classifier: TextClassifier) throws -> SavedModel {
    let settings = classifier.settings
    let labels = try JSONEncoder().encode(classifier.labels)
    return SavedModel(
      metadata: [
        "format": format,
        "labels": String(decoding: labels, as: UTF8.self),
        "experts": "\(settings.expertCount)",
        "top_k": settings.topK.map { "\($0)" } ?? "all",
        "hidden": "\(settings.hiddenSize)",
        "features": "\(settings.featureCount)",
        "balance": settings.balance.method.rawValue,
      ],
      model: classifier.mixture)
  }

  /// The classifier that tensors and metadata describe.
  ///
  /// - Throws: `CheckpointError` with the part, what it is and what was expected.
  package static func classifier(
    of contents: SavedModel, file: String
  ) throws -> TextClassifier {
    let reader = MetadataReader(contents, file: file)
    try reader.check(format: format)
    let labels = try reader.labels()
    let settings = try reader.settings()

    // Before a classifier is made by the settings: hostile ones could ask for any amount of memory.
    let needed = settings.expertCount * settings.hiddenSize * settings.featureCount
    try contents.checkSize(atLeast: needed, file: file)
    var generator = SeededGenerator(seed: 0)
    var classifier = try TextClassifier(settings, labels: labels, using: &generator)
    try contents.restore(&classifier.mixture, file: file)
    return classifier
  }
}

extension MetadataReader {
  fileprivate func settings() throws -> TextClassifier.Settings {
    var settings = TextClassifier.Settings()
    settings.expertCount = try number("experts", in: 1...64)
    settings.hiddenSize = try number("hidden", in: 1...1024)
    settings.featureCount = try number("features", in: 1...1 << 20)
    let topK = try text("top_k", expected: "all, or a number")
    settings.topK = topK == "all" ? nil : try number("top_k", in: 1...settings.expertCount)
    if let name = text("balance") {
      guard let method = Balance.Method(rawValue: name) else {
        throw problem("balance", found: name, expected: "a name that --balance takes")
      }
      settings.balance = Balance(method)
    }
    return settings
  }

  fileprivate func labels() throws -> [String] {
    let expected = "a JSON array of different labels"
    let text = try text("labels", expected: expected)
    guard let labels = try? JSONDecoder().decode([String].self, from: Data(text.utf8)),
      !labels.isEmpty, Set(labels).count == labels.count
    else { throw problem("labels", found: text, expected: expected) }
    return labels
  }
}
