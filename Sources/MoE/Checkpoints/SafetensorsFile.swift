public import Foundation

/// A safetensors file: named tensors, and texts about them.
///
/// The file is mapped into memory, and no more than its header is read before a tensor is asked for.
/// All that the format demands is checked when it is opened; a file that is cut or changed while it
/// is mapped ends the process, as with any map.
///
///     let file = try SafetensorsFile(path: path)
///     let weight = try file.tensor("head.weight")
///
/// Source: the safetensors format, huggingface/safetensors.
public struct SafetensorsFile: Sendable {
  /// The name that errors give: the path of a file.
  public let name: String
  /// How many bytes the file has.
  public var byteCount: Int { data.count }
  private let data: Data
  private let header: SafetensorsHeader

  /// Opens a file.
  ///
  /// - Parameter path: Where it is.
  /// - Throws: ``CheckpointError/unusable(file:reason:)`` where it cannot be read, and
  ///   ``CheckpointError/malformed(file:tensor:offset:found:expected:)`` where it is no file of
  ///   tensors.
  /// - Complexity: O(length of the header).
  public init(path: String) throws {
    guard let isFolder = WholeFile.isFolder(path) else {
      throw CheckpointError.unusable(file: path, reason: "there is no such file")
    }
    guard !isFolder else {
      throw CheckpointError.unusable(file: path, reason: "it is a folder, expected a file")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw CheckpointError.unusable(
        file: path, reason: "it cannot be read: \(error.localizedDescription)")
    }
    try self.init(data, name: path)
  }

  /// A file whose bytes are in memory.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - name: The name that errors give.
  /// - Throws: ``CheckpointError/malformed(file:tensor:offset:found:expected:)``.
  public init(_ data: Data, name: String) throws {
    let length = try SafetensorsHeader.length(data, fileSize: data.count, file: name)
    let start = data.startIndex + SafetensorsHeader.lengthByteCount
    header = try SafetensorsHeader(
      [UInt8](data[start..<start + length]), fileSize: data.count, file: name)
    self.data = data
    self.name = name
  }

  /// Texts about the tensors.
  public var metadata: [String: String] { header.metadata }

  /// The names of the tensors, sorted.
  public var names: [String] { header.entries.keys.sorted() }

  /// The tensor of a name, unread; nothing where there is none.
  public subscript(name: String) -> StoredTensor? {
    guard let entry = header.entries[name] else { return nil }
    let start = data.startIndex
    var tensor = StoredTensor(
      checked: data[start + entry.bytes.lowerBound..<start + entry.bytes.upperBound],
      as: entry.format, shape: entry.shape)
    tensor.formatText = metadata[WeightPartNames.format(of: name)]
    return tensor
  }

  /// The tensor of a name, in single precision.
  ///
  /// - Parameter name: Its name.
  /// - Returns: Its numbers, rounded to the nearest where single precision does not hold them.
  /// - Throws: ``CheckpointError/names(file:missing:unexpected:)`` where there is none.
  public func tensor(_ name: String) throws -> Tensor {
    guard let stored = self[name] else {
      throw CheckpointError.names(file: self.name, missing: [name], unexpected: [])
    }
    return stored.tensor
  }
}

extension SafetensorsFile: CustomStringConvertible {
  /// The file, its size, and how many tensors it has.
  public var description: String { "\(name): \(names.count) tensors, \(byteCount) bytes" }
}
