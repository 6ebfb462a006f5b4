import Foundation
package import MoE

extension Safetensors {
  /// The parameters and buffers of a model under their own names, such as `router.gate.weight`.
  package init(metadata: [String: String], model: some Parameterized) {
    self.init(
      metadata: metadata,
      tensors: Dictionary(
        uniqueKeysWithValues: model.namedParameters.map { ($0.name, $0.parameter) }
          + model.namedBuffers.map { ($0.name, $0.tensor) }))
  }

  /// How many numbers the tensors have in all.
  package var scalarCount: Int { tensors.reduce(0) { $0 + $1.value.count } }

  /// Sets the parameters and buffers of a model to the tensors of their names.
  ///
  /// - Parameters:
  ///   - model: What is changed; where it throws, some of its parameters may be.
  ///   - file: The name that errors give.
  /// - Throws: ``Problem/malformed(file:part:found:expected:)`` where a tensor is missing, too
  ///   many, of another shape or not finite, or buffers are none of such a model.
  package func restore(_ model: inout some Parameterized, file: String) throws {
    var rest = tensors
    try model.visitParameters { name, parameter in
      func problem(found: String, expected: String) -> Problem {
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
    var (copy, names) = (model, Set<String>())
    copy.visitBuffers { name, _ in names.insert(name) }
    if let name = Set(rest.keys).subtracting(names).min() {
      throw Problem.malformed(
        file: file, part: "tensor \(name)", found: "it", expected: "no tensor of that name")
    }
    do {
      try model.restoreBuffers(rest)
    } catch let error as MoEError {
      throw Problem.malformed(
        file: file, part: "buffers", found: "\(error)", expected: "those of such a model")
    }
  }

  /// Throws where a file could not be saved, before any time is spent on training.
  package static func checkWritable(_ path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let manager = FileManager.default
    guard manager.fileExists(atPath: folder) else {
      throw Problem.unwritable(file: path, reason: "there is no folder \(folder)")
    }
    guard manager.isWritableFile(atPath: folder) else {
      throw Problem.unwritable(file: path, reason: "the folder \(folder) is not writable")
    }
    let values = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey])
    guard values?.isDirectory != true else {
      throw Problem.unwritable(file: path, reason: "it is a folder")
    }
  }
}
