import Foundation

/// The index of a model in several files: which file has which tensor.
struct ShardIndex {
  /// The files that it lists.
  let files: [String]
  /// The tensors that it lists.
  let tensors: [String]

  static let fileName = "model.safetensors.index.json"
  static let singleFileName = "model.safetensors"
  static let fileEnding = ".safetensors"

  /// An index as it stands in a file.
  private struct Contents: Codable {
    var metadata: [String: Int]?
    var weightMap: [String: String]

    enum CodingKeys: String, CodingKey {
      case metadata
      case weightMap = "weight_map"
    }
  }

  /// Reads an index.
  ///
  /// - Throws: ``CheckpointError`` where it is no index, or a file of it is not in its folder.
  init(path: String) throws {
    func error(_ found: String, _ expected: String) -> CheckpointError {
      .malformed(file: path, tensor: nil, offset: nil, found: found, expected: expected)
    }
    let value = try JSONValue(path: path)
    guard case .object(let map)? = value["weight_map"] else {
      throw error("something else", "a JSON object with weight_map, the file of each tensor")
    }
    var files: Set<String> = []
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    for (tensor, value) in map.sorted(by: { $0.key < $1.key }) {
      guard case .string(let file) = value else {
        throw error("no text as the file of \(tensor)", "the name of a file")
      }
      guard files.insert(file).inserted else { continue }
      guard !file.isEmpty, file != ".", file != "..",
        file.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") && $0 != 0 })
      else { throw error("the file \(file)", "one in the same folder") }
      guard WholeFile.isFolder(folder.appendingPathComponent(file).path) == false else {
        throw CheckpointError.unusable(
          file: folder.appendingPathComponent(file).path,
          reason: "there is no such file, though \(ShardIndex.fileName) lists it")
      }
    }
    self.files = files.sorted()
    tensors = map.keys.sorted()
  }

  private static func isNumber(_ text: Substring) -> Bool {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return !text.isEmpty && text.utf8.allSatisfy { digits.contains($0) }
  }

  /// What the files of a series have in common: the name before and the count behind the number, as
  /// of `model-00002-of-00003.safetensors`; nothing where a file is of no series.
  static func series(_ file: String) -> String? {
    guard file.hasSuffix(fileEnding) else { return nil }
    let parts = file.dropLast(fileEnding.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[parts.count - 2] == "of" else { return nil }
    let (number, count) = (parts[parts.count - 3], parts[parts.count - 1])
    guard isNumber(number), isNumber(count) else { return nil }
    let name: String = parts.dropLast(3).joined(separator: "-")
    return "\(name)-of-\(count)"
  }

  /// Writes tensors to as many files as their bytes need, and the index.
  static func write(
    _ tensors: [String: StoredTensor], metadata: [String: String], folder path: String,
    bytesPerFile limit: Int
  ) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CheckpointError.unusable(
        file: path, reason: "it cannot be made: \(error.localizedDescription)")
    }
    var shards: [[String: StoredTensor]] = []
    var size = 0
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      if shards.isEmpty || size + tensor.byteCount > limit {
        shards.append([:])
        size = 0
      }
      shards[shards.count - 1][name] = tensor
      size += tensor.byteCount
    }
    if shards.isEmpty { shards = [[:]] }
    let folder = URL(fileURLWithPath: path)
    var map: [String: String] = [:]
    for (index, shard) in shards.enumerated() {
      func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
      }
      let file = "model-\(padded(index + 1))-of-\(padded(shards.count))\(fileEnding)"
      for name in shard.keys { map[name] = file }
      try SafetensorsWriter.write(
        shard, metadata: metadata, path: folder.appendingPathComponent(file).path)
    }
    let total = tensors.reduce(0) { $0 + $1.value.byteCount }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let index = folder.appendingPathComponent(fileName).path
    do {
      let json = try encoder.encode(Contents(metadata: ["total_size": total], weightMap: map))
      try WholeFile.write(to: index) { try $0.write(contentsOf: json) }
    } catch let error as EncodingError {
      throw CheckpointError.unusable(file: index, reason: "it cannot be written: \(error)")
    }
  }
}
