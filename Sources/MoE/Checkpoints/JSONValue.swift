import Foundation

/// A value of JSON whose form is not known before: a model's configuration, or an index.
///
/// The numbers that Python writes where JSON has none, `NaN` and `Infinity`, are understood.
enum JSONValue: Sendable, Equatable, Decodable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// How long a file of JSON may be.
  private static let maximumLength = 100_000_000

  /// The value in a file.
  ///
  /// - Throws: ``CheckpointError``.
  init(path: String) throws {
    guard let isFolder = WholeFile.isFolder(path) else {
      throw CheckpointError.unusable(file: path, reason: "there is no such file")
    }
    guard !isFolder else {
      throw CheckpointError.unusable(file: path, reason: "it is a folder, expected a file")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw CheckpointError.unusable(
        file: path, reason: "it cannot be read: \(error.localizedDescription)")
    }
    try self.init(data, file: path)
  }

  /// The value of a text.
  init(_ data: Data, file: String) throws {
    func error(_ found: String) -> CheckpointError {
      .malformed(file: file, tensor: nil, offset: nil, found: found, expected: "JSON")
    }
    guard data.count <= JSONValue.maximumLength else { throw error("\(data.count) bytes") }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      self = try decoder.decode(JSONValue.self, from: data)
    } catch DecodingError.dataCorrupted(let context) {
      throw error(context.underlyingError.map { "\($0)" } ?? context.debugDescription)
    } catch { throw CheckpointError.unusable(file: file, reason: "\(error)") }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// The value of a name in an object; nothing elsewhere.
  subscript(name: String) -> JSONValue? {
    if case .object(let fields) = self { fields[name] } else { nil }
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as errors show it.
  var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .array(let values): "[\(values.map(\.description).joined(separator: ", "))]"
    case .object(let fields): "an object of \(fields.keys.sorted().joined(separator: ", "))"
    }
  }
}
