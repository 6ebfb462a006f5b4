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
  /// - Throws: `Safetensors.Problem` where the file cannot be written.
  package static func save(_ classifier: TextClassifier, toFile path: String) throws {
    try contents(of: classifier).write(toFile: path)
  }

  /// Throws where a file could not be saved, before any time is spent on training.
  package static func checkWritable(_ path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let manager = FileManager.default
    guard manager.fileExists(atPath: folder) else {
      throw Safetensors.Problem.unwritable(file: path, reason: "there is no folder \(folder)")
    }
    guard manager.isWritableFile(atPath: folder) else {
      throw Safetensors.Problem.unwritable(
        file: path, reason: "the folder \(folder) is not writable")
    }
    let isFolder = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey])
    guard isFolder?.isDirectory != true else {
      throw Safetensors.Problem.unwritable(file: path, reason: "it is a folder")
    }
  }

  /// Loads a classifier.
  ///
  /// - Throws: `LabelledFile.Problem` where the file cannot be read, and `Safetensors.Problem`
  ///   where it is not what ``save(_:toFile:)`` writes.
  package static func load(fromFile path: String) throws -> TextClassifier {
    let bytes = try LabelledFile.contents(ofFile: path)
    return try classifier(of: Safetensors(bytes, file: path), file: path)
  }

  /// A classifier as tensors and metadata.
  package static func contents(of classifier: TextClassifier) throws -> Safetensors {
    let settings = classifier.settings
    let labels = try JSONEncoder().encode(classifier.labels)
    return Safetensors(
      metadata: [
        "format": format,
        "labels": String(decoding: labels, as: UTF8.self),
        "experts": "\(settings.expertCount)",
        "top_k": settings.topK.map { "\($0)" } ?? "all",
        "hidden": "\(settings.hiddenSize)",
        "features": "\(settings.featureCount)",
        "balance": settings.balance.method.rawValue,
      ],
      tensors: Dictionary(
        uniqueKeysWithValues: classifier.mixture.namedParameters.map { ($0.name, $0.parameter) }
          + classifier.mixture.namedBuffers.map { ($0.name, $0.tensor) }))
  }

  /// The classifier that tensors and metadata describe.
  ///
  /// - Throws: `Safetensors.Problem.malformed` with the part, what it is and what was expected.
  package static func classifier(
    of contents: Safetensors, file: String
  ) throws -> TextClassifier {
    let reader = MetadataReader(file: file, metadata: contents.metadata)
    let format = try reader.text("format", expected: format)
    guard format == ModelFile.format else {
      throw reader.problem("format", found: format, expected: ModelFile.format)
    }
    let labels = try reader.labels()
    let settings = try reader.settings()

    // Before a classifier is made by the settings: hostile ones could ask for any amount of memory.
    let scalarCount = contents.tensors.reduce(0) { $0 + $1.value.count }
    let needed = settings.expertCount * settings.hiddenSize * settings.featureCount
    guard needed <= scalarCount else {
      throw Safetensors.Problem.malformed(
        file: file, part: "tensors", found: "\(scalarCount) numbers",
        expected: "more than \(needed) by the metadata")
    }
    var generator = SeededGenerator(seed: 0)
    var classifier = try TextClassifier(settings, labels: labels, using: &generator)
    try setParameters(of: &classifier.mixture, to: contents.tensors, file: file)
    return classifier
  }

  /// The names of all the buffers that there may be.
  private static func bufferNames(of mixture: MixtureOfExperts) -> Set<String> {
    var (copy, names) = (mixture, Set<String>())
    copy.visitBuffers { name, _ in names.insert(name) }
    return names
  }

  private static func setParameters(
    of mixture: inout MixtureOfExperts, to tensors: [String: Tensor], file: String
  ) throws {
    var rest = tensors
    func set(_ name: String, _ parameter: inout Tensor) throws {
      func problem(found: String, expected: String) -> Safetensors.Problem {
        .malformed(file: file, part: "tensor \(name)", found: found, expected: expected)
      }
      guard let tensor = rest.removeValue(forKey: name) else {
        throw problem(found: "no such tensor", expected: "one of shape \(parameter.shape)")
      }
      guard tensor.shape == parameter.shape else {
        throw problem(found: "shape \(tensor.shape)", expected: "\(parameter.shape)")
      }
      let scalars = tensor.scalars
      for index in 0..<scalars.count where !scalars[index].isFinite {
        throw problem(found: "\(scalars[index]) at \(index)", expected: "finite numbers")
      }
      parameter = tensor
    }
    try mixture.visitParameters(set)
    let known = Set(rest.keys).intersection(bufferNames(of: mixture))
    if let name = rest.keys.filter({ !known.contains($0) }).min() {
      throw Safetensors.Problem.malformed(
        file: file, part: "tensor \(name)", found: "it", expected: "no tensor of that name")
    }
    do {
      try mixture.restoreBuffers(rest)
    } catch let error as MoEError {
      throw Safetensors.Problem.malformed(
        file: file, part: "buffers", found: "\(error)", expected: "those of such a model")
    }
  }
}

/// Reads what a file's metadata says.
private struct MetadataReader {
  let file: String
  let metadata: [String: String]

  func problem(_ key: String, found: String, expected: String) -> Safetensors.Problem {
    .malformed(file: file, part: "metadata \(key)", found: found, expected: expected)
  }

  func text(_ key: String, expected: String) throws -> String {
    guard let text = metadata[key] else { throw problem(key, found: "nothing", expected: expected) }
    return text
  }

  func number(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    let text = try text(key, expected: expected)
    guard let number = Int(text), range.contains(number) else {
      throw problem(key, found: text, expected: expected)
    }
    return number
  }

  func settings() throws -> TextClassifier.Settings {
    var settings = TextClassifier.Settings()
    settings.expertCount = try number("experts", in: 1...64)
    settings.hiddenSize = try number("hidden", in: 1...1024)
    settings.featureCount = try number("features", in: 1...1 << 20)
    let topK = try text("top_k", expected: "all, or a number")
    settings.topK = topK == "all" ? nil : try number("top_k", in: 1...settings.expertCount)
    if let name = metadata["balance"] {
      guard let method = Balance.Method(rawValue: name) else {
        throw problem("balance", found: name, expected: "a name that --balance takes")
      }
      settings.balance = Balance(method)
    }
    return settings
  }

  func labels() throws -> [String] {
    let expected = "a JSON array of different labels"
    let text = try text("labels", expected: expected)
    guard let labels = try? JSONDecoder().decode([String].self, from: Data(text.utf8)),
      !labels.isEmpty, Set(labels).count == labels.count
    else { throw problem("labels", found: text, expected: expected) }
    return labels
  }
}
