import Foundation
package import MoE

/// A model as a file holds it: its parameters and buffers under their own names, such as
/// `router.gate.weight`, and what else makes it as texts.
package struct SavedModel: Sendable {
  /// What else makes the model.
  package var metadata: [String: String]
  /// The tensors.
  package var tensors: [String: StoredTensor]

  /// The contents of a model's file.
  package init(metadata: [String: String], model: some Parameterized) {
    self.metadata = metadata
    tensors = model.storedTensors()
  }

  /// The contents of a file, whose tensors are not read yet.
  package init(_ file: SafetensorsFile) {
    metadata = file.metadata
    tensors = Dictionary(
      uniqueKeysWithValues: file.names.compactMap { name in file[name].map { (name, $0) } })
  }

  /// How many numbers the tensors have in all.
  package var scalarCount: Int { tensors.reduce(0) { $0 + $1.value.count } }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: `CheckpointError.unusable`.
  package func write(toFile path: String) throws {
    try Checkpoint.write(tensors, metadata: metadata, to: path)
  }

  /// Sets the parameters and buffers of a model to the tensors of their names.
  ///
  /// - Parameters:
  ///   - model: What is changed; where it throws, it is as it was.
  ///   - file: The name that errors give.
  /// - Throws: `CheckpointError` where a tensor is missing, too many, of another shape or not finite,
  ///   and `MoEError` where buffers are none of such a model.
  package func restore(_ model: inout some Parameterized, file: String) throws {
    let contents = Checkpoint.encoded(tensors, metadata: metadata)
    var restored = model
    try restored.restore(
      Checkpoint(path: file, files: [SafetensorsFile(contents, name: file)]))
    for (name, parameter) in restored.namedParameters {
      let scalars = parameter.scalars
      for index in 0..<scalars.count where !scalars[index].isFinite {
        throw CheckpointError.malformed(
          file: file, tensor: name, offset: nil, found: "\(scalars[index]) at \(index)",
          expected: "finite numbers")
      }
    }
    model = restored
  }

  /// An error where the tensors are fewer numbers than the texts say: hostile ones could ask for any
  /// amount of memory.
  package func checkSize(atLeast count: Int, file: String) throws {
    guard count <= scalarCount else {
      throw CheckpointError.malformed(
        file: file, tensor: nil, offset: nil, found: "\(scalarCount) numbers in all tensors",
        expected: "more than \(count) by the metadata")
    }
  }

  /// Throws where a file could not be saved, before any time is spent on training.
  package static func checkWritable(_ path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let manager = FileManager.default
    guard manager.fileExists(atPath: folder) else {
      throw CheckpointError.unusable(
        file: path, reason: "it cannot be written: there is no folder \(folder)")
    }
    guard manager.isWritableFile(atPath: folder) else {
      throw CheckpointError.unusable(
        file: path, reason: "it cannot be written: the folder \(folder) is not writable")
    }
    let values = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey])
    guard values?.isDirectory != true else {
      throw CheckpointError.unusable(
        file: path, reason: "it cannot be written: it is a folder")
    }
  }
}
