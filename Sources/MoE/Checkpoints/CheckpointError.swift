public import Foundation

/// What is wrong with a file of tensors, or with the configuration beside it.
///
/// Where it is thrown nothing has changed: a failed load leaves a model as it was, and a failed save
/// the file that was there.
public enum CheckpointError: Error, Sendable, Equatable {
  /// A file or a folder cannot be read or written.
  case unusable(file: String, reason: String)
  /// A part of a file is not what the format says; the offset is the byte in the file where it
  /// stands.
  case malformed(file: String, tensor: String?, offset: Int?, found: String, expected: String)
  /// The tensors of a file are not those of the model.
  case names(file: String, missing: [String], unexpected: [String])
  /// A field of a configuration is missing, has a value that cannot be, or is not understood.
  case field(file: String, field: String, found: String, expected: String)
}

extension CheckpointError: CustomStringConvertible, LocalizedError {
  /// A sentence that names the file, the part, its value and what was expected.
  public var description: String {
    switch self {
    case .unusable(let file, let reason): "\(file): \(reason)"
    case .malformed(let file, let tensor, let offset, let found, let expected):
      "\(file)\(tensor.map { ", tensor \($0)" } ?? "")\(offset.map { ", byte \($0)" } ?? ""): "
        + "found \(found), expected \(expected)"
    case .names(let file, let missing, let unexpected):
      "\(file): "
        + [
          missing.isEmpty ? nil : "missing \(CheckpointError.list(missing))",
          unexpected.isEmpty ? nil : "unexpected \(CheckpointError.list(unexpected))",
        ].compactMap { $0 }.joined(separator: "; ")
    case .field(let file, let field, let found, let expected):
      "\(file), \(field): found \(found), expected \(expected)"
    }
  }

  /// The same sentence, for what shows errors to people.
  public var errorDescription: String? { description }

  /// How many names a message gives before it only counts the rest.
  private static let namesShown = 20

  private static func list(_ names: [String]) -> String {
    let rest = names.count - namesShown
    return names.prefix(namesShown).joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }
}
