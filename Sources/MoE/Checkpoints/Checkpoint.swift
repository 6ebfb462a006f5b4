public import Foundation

/// The tensors of a model on disk: one file, or a folder of several with or without an index.
///
///     let checkpoint = try Checkpoint(path: folder)
///     print(checkpoint.names.count)
///     let norm = try checkpoint.tensor("model.norm.weight")
///
/// What the headers of the files say counts, and an index only tells which files there are: names
/// that it has and no file does are an error. Files are mapped into memory, and nothing but their
/// headers is read before a tensor is asked for.
public struct Checkpoint: Sendable {
  /// Where it is.
  public let path: String
  /// The files.
  public let files: [SafetensorsFile]
  /// The names of all tensors, sorted.
  public let names: [String]
  /// The file of each tensor.
  private let places: [String: Int]

  /// Opens a file, or all files of a folder.
  ///
  /// Of a folder these are the ones that `model.safetensors.index.json` lists, and others of the same
  /// series (`model-00002-of-00003.safetensors`) that it leaves out; without an index,
  /// `model.safetensors` where it is there, and else all whose names end with `.safetensors`.
  ///
  /// - Parameter path: A file or a folder.
  /// - Throws: ``CheckpointError`` where a file cannot be read or is malformed, two files have a
  ///   tensor of the same name, or an index leads out of the folder, to a file that is not there or
  ///   to tensors that no file has.
  /// - Complexity: O(length of the headers).
  public init(path: String) throws {
    guard let isFolder = WholeFile.isFolder(path) else {
      throw CheckpointError.unusable(file: path, reason: "there is no such file or folder")
    }
    guard isFolder else {
      try self.init(path: path, files: [SafetensorsFile(path: path)])
      return
    }
    let folder = URL(fileURLWithPath: path)
    let index = folder.appendingPathComponent(ShardIndex.fileName).path
    let shards =
      WholeFile.isFolder(index) == false
      ? try ShardIndex(path: index) : nil
    let names = try Checkpoint.fileNames(in: path, shards)
    try self.init(
      path: path,
      files: names.map { try SafetensorsFile(path: folder.appendingPathComponent($0).path) })
    let lost = shards?.tensors.filter { places[$0] == nil } ?? []
    guard lost.isEmpty else {
      throw CheckpointError.names(file: index, missing: lost.sorted(), unexpected: [])
    }
  }

  /// Tensors of files that are open.
  ///
  /// - Parameters:
  ///   - path: The name that errors give.
  ///   - files: The files.
  /// - Throws: ``CheckpointError/malformed(file:tensor:offset:found:expected:)`` where two files have
  ///   a tensor of the same name.
  public init(path: String, files: [SafetensorsFile]) throws {
    var places: [String: Int] = [:]
    for (index, file) in files.enumerated() {
      for name in file.names {
        if let other = places.updateValue(index, forKey: name) {
          throw CheckpointError.malformed(
            file: file.name, tensor: name, offset: nil, found: "a second tensor of this name",
            expected: "one, as in \(files[other].name)")
        }
      }
    }
    self.path = path
    self.files = files
    self.places = places
    names = places.keys.sorted()
  }

  /// The names that begin with a text, sorted.
  ///
  /// - Parameter start: The text.
  /// - Returns: Those names.
  /// - Complexity: O(log(tensors) + names).
  func names(startingWith start: String) -> ArraySlice<String> {
    var (low, high) = (0, names.count)
    while low < high {
      let middle = (low + high) / 2
      if names[middle] < start { low = middle + 1 } else { high = middle }
    }
    return names[low...].prefix { $0.hasPrefix(start) }
  }

  /// Texts about the tensors, of all files together; of two with the same name that of the later
  /// file.
  public var metadata: [String: String] {
    files.reduce(into: [:]) { $0.merge($1.metadata) { $1 } }
  }

  /// The tensor of a name, unread; nothing where there is none.
  public subscript(name: String) -> StoredTensor? {
    places[name].flatMap { files[$0][name] }
  }

  /// Whether there is a tensor of a name.
  ///
  /// - Parameter name: Its name.
  /// - Returns: Whether a file has it.
  public func contains(_ name: String) -> Bool { places[name] != nil }

  /// The tensor of a name, in single precision.
  ///
  /// - Parameter name: Its name.
  /// - Returns: Its numbers, rounded to the nearest where single precision does not hold them.
  /// - Throws: ``CheckpointError/names(file:missing:unexpected:)`` where there is none.
  public func tensor(_ name: String) throws -> Tensor {
    guard let stored = self[name] else {
      throw CheckpointError.names(file: path, missing: [name], unexpected: [])
    }
    return stored.tensor
  }

  /// The files of a folder that are to be opened.
  private static func fileNames(in path: String, _ index: ShardIndex?) throws -> [String] {
    let all: [String]
    do {
      all = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { $0.hasSuffix(ShardIndex.fileEnding) && !$0.hasPrefix(".") }.sorted()
    } catch {
      throw CheckpointError.unusable(
        file: path, reason: "it cannot be read: \(error.localizedDescription)")
    }
    guard let index else {
      guard !all.isEmpty else {
        throw CheckpointError.unusable(
          file: path, reason: "it has no file that ends with \(ShardIndex.fileEnding)")
      }
      return all.contains(ShardIndex.singleFileName) ? [ShardIndex.singleFileName] : all
    }
    let series = Set(index.files.compactMap(ShardIndex.series))
    return Set(index.files).union(
      all.filter { ShardIndex.series($0).map(series.contains) ?? false }
    )
    .sorted()
  }
}

// MARK: - Writing

extension Checkpoint {
  /// The bytes of a file of tensors, for where there is no file.
  ///
  /// - Parameters:
  ///   - tensors: The tensors by their names.
  ///   - metadata: Texts about them.
  /// - Returns: What ``write(_:metadata:to:bytesPerFile:)`` would write.
  public static func encoded(
    _ tensors: [String: StoredTensor], metadata: [String: String] = [:]
  ) -> Data { SafetensorsWriter.encoded(tensors, metadata: metadata) }

  /// Writes tensors to one file, or to several in a folder with an index.
  ///
  /// A file is written aside and put in its place by one renaming, so that no reader sees half of it
  /// and whatever stops the process leaves the old file or the new one. The index comes last.
  ///
  /// - Parameters:
  ///   - tensors: The tensors by their names.
  ///   - metadata: Texts about them.
  ///   - path: A file; with a limit a folder, which is made where there is none.
  ///   - limit: How many bytes of tensors a file may have, of which one tensor alone may have more;
  ///     all in one file unless given.
  /// - Throws: ``CheckpointError/unusable(file:reason:)``.
  public static func write(
    _ tensors: [String: StoredTensor], metadata: [String: String] = [:], to path: String,
    bytesPerFile limit: Int? = nil
  ) throws {
    if let limit {
      try ShardIndex.write(tensors, metadata: metadata, folder: path, bytesPerFile: limit)
    } else {
      try SafetensorsWriter.write(tensors, metadata: metadata, path: path)
    }
  }
}

extension Checkpoint: CustomStringConvertible {
  /// Where it is, and a line for each tensor.
  public var description: String {
    let lines = names.map { name in "  \(name) \(self[name].map { "\($0)" } ?? "")" }
    return (["\(path): \(names.count) tensors"] + lines).joined(separator: "\n")
  }
}
