import Foundation

/// Writes files of tensors, so that no reader ever sees half of one.
///
/// A file is written aside, brought to the disk and put in its place by one renaming: whatever stops
/// the process, there is the old file or the new one. Data start at a multiple of 64 bytes, the size
/// of a line of the processor's cache and of its widest registers; so does each tensor, unless its
/// size is none, in which case it stands at the end.
enum SafetensorsWriter {
  /// What the data and the tensors in them start at a multiple of.
  static let alignment = 64

  /// Writes a file.
  ///
  /// - Parameters:
  ///   - tensors: The tensors by their names.
  ///   - metadata: Texts about them.
  ///   - path: Where the file is to be.
  /// - Throws: ``CheckpointError/unusable(file:reason:)``; the file that was there is still there.
  static func write(
    _ tensors: [String: StoredTensor], metadata: [String: String], path: String
  ) throws {
    try WholeFile.write(to: path) { handle in
      let names = order(tensors)
      try handle.write(contentsOf: header(tensors, order: names, metadata: metadata))
      for name in names {
        if let tensor = tensors[name], tensor.byteCount > 0 {
          try handle.write(contentsOf: tensor.bytes)
        }
      }
    }
  }

  /// The bytes of a whole file.
  static func encoded(_ tensors: [String: StoredTensor], metadata: [String: String]) -> Data {
    let names = order(tensors)
    return names.reduce(into: Data(header(tensors, order: names, metadata: metadata))) {
      if let tensor = tensors[$1] { $0 += tensor.bytes }
    }
  }

  /// The names in the order of the data: what would put others out of step comes last, the widest
  /// numbers first.
  private static func order(_ tensors: [String: StoredTensor]) -> [String] {
    tensors.sorted { left, right in
      func key(_ tensor: StoredTensor) -> (Int, Int) {
        tensor.byteCount % alignment == 0 ? (0, 0) : (1, -tensor.format.byteCount)
      }
      let (first, second) = (key(left.value), key(right.value))
      return first == second ? left.key < right.key : first < second
    }.map(\.key)
  }

  /// The length of the header, and the header, with spaces up to where the data start.
  private static func header(
    _ tensors: [String: StoredTensor], order: [String], metadata: [String: String]
  ) -> [UInt8] {
    var metadata = metadata
    for (name, tensor) in tensors {
      if let text = tensor.formatText { metadata[WeightPartNames.format(of: name)] = text }
    }
    var fields: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map {
        "\(quoted($0.key)):\(quoted($0.value))"
      }
      fields.append(
        "\(quoted(SafetensorsScanner.metadataName)):{\(texts.joined(separator: ","))}")
    }
    var start = 0
    for name in order {
      guard let tensor = tensors[name] else { continue }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = start + tensor.byteCount
      fields.append(
        "\(quoted(name)):{\"dtype\":\"\(tensor.format.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(start),\(end)]}")
      start = end
    }
    var text = Array("{\(fields.joined(separator: ","))}".utf8)
    let length = SafetensorsHeader.lengthByteCount + text.count
    text += Array(repeating: 0x20, count: (alignment - length % alignment) % alignment)
    let size = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return size + text
  }

  /// A text in the quotation marks of JSON.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
