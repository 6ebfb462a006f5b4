import Foundation

/// The fields of a model's `config.json`, whose errors name the file and the field.
///
/// Where a model has several parts, the fields of its language model stand in `text_config`, which
/// go before those beside it.
struct ConfigurationFields: Sendable {
  /// The name that errors give.
  let file: String
  private let outer: [String: JSONValue]
  private let inner: [String: JSONValue]

  /// The fields of a value.
  ///
  /// - Throws: ``CheckpointError`` where it is no object.
  init(_ value: JSONValue, file: String) throws {
    guard case .object(let whole) = value else {
      throw CheckpointError.malformed(
        file: file, tensor: nil, offset: nil, found: "\(value)", expected: "a JSON object")
    }
    self.file = file
    // Models that also speak have another object around that of the language model.
    if case .object(let thinker)? = whole["thinker_config"] {
      outer = thinker
    } else {
      outer = whole
    }
    if case .object(let inner)? = outer["text_config"] { self.inner = inner } else { inner = [:] }
  }

  private init(_ fields: [String: JSONValue], file: String) {
    self.file = file
    outer = fields
    inner = [:]
  }

  /// The fields of an object that is a field.
  func nested(_ name: String) throws -> ConfigurationFields {
    guard case .object(let fields)? = value(name) else {
      throw error(name, expected: "an object")
    }
    return ConfigurationFields(fields, file: file)
  }

  /// The kinds of model that the fields say to be of, that of the language model first.
  var modelTypes: [String] {
    [inner["model_type"], outer["model_type"]].compactMap {
      if case .string(let type)? = $0 { type } else { nil }
    }
  }

  /// The value of a field; nothing where there is none.
  func value(_ name: String) -> JSONValue? { inner[name] ?? outer[name] }

  /// The field that is there of several names for the same.
  func present(_ names: [String]) -> String? { names.first { value($0) != nil } }

  /// An error about a field.
  func error(_ field: String, expected: String) -> CheckpointError {
    .field(
      file: file, field: field, found: value(field).map { "\($0)" } ?? "nothing",
      expected: expected)
  }

  // MARK: - Values

  /// A whole number from zero on, of a field that may have several names; the default where it is
  /// missing.
  func count(_ names: [String], default fallback: Int? = nil) throws -> Int {
    try read(names, default: fallback, "a whole number from 0 to \(ConfigurationFields.largest)") {
      guard case .integer(let number) = $0, (0...ConfigurationFields.largest).contains(number)
      else { return nil }
      return number
    }
  }

  /// The largest number that can be a size: the product of three of them is one of an `Int`.
  private static let largest = 1 << 20

  /// A finite number; the default where it is missing, and `null` where it is that.
  func number(
    _ names: [String], default fallback: Double? = nil, null: Double? = nil
  ) throws -> Double {
    try read(names, default: fallback, "a finite number") {
      switch $0 {
      case .integer(let number): Double(number)
      case .number(let number) where number.isFinite: number
      case .null: null
      default: nil
      }
    }
  }

  /// True or false.
  func flag(_ names: [String], default fallback: Bool? = nil) throws -> Bool {
    try read(names, default: fallback, "true or false") {
      if case .bool(let flag) = $0 { flag } else { nil }
    }
  }

  /// One of some texts.
  func text(_ names: [String], of choices: [String], default fallback: String? = nil) throws
    -> String
  {
    try read(names, default: fallback, "one of \(choices.joined(separator: ", "))") {
      if case .string(let text) = $0, choices.contains(text) { text } else { nil }
    }
  }

  /// A list of values, one a layer; nothing where the field is missing or null.
  func list(_ name: String, count: Int) throws -> [JSONValue]? {
    switch value(name) {
    case nil, .null: return nil
    case .array(let values) where values.count >= count: return values
    default: throw error(name, expected: "a list of \(count), one a layer")
    }
  }

  private func read<Value>(
    _ names: [String], default fallback: Value?, _ expected: String,
    _ convert: (JSONValue) -> Value?
  ) throws -> Value {
    guard let name = present(names), let found = value(name) else {
      guard let fallback else {
        throw CheckpointError.field(
          file: file, field: names.joined(separator: " or "), found: "nothing",
          expected: expected)
      }
      return fallback
    }
    guard let value = convert(found) else { throw error(name, expected: expected) }
    return value
  }
}
