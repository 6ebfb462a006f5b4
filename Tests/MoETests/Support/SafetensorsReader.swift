import Foundation
import MoE
import Testing

/// The tensors of one file of a fixture: an eight-byte length, a JSON header of that length, then
/// bytes.
struct SafetensorsReader {
  private struct Entry: Decodable {
    // Absent in the entry `__metadata__`.
    var dtype: String?
    var shape: [Int]?
    var range: [Int]?

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case range = "data_offsets"
    }
  }

  private let entries: [String: Entry]
  private let bytes: [UInt8]

  /// Reads `Fixtures/<fixture>/<file>.safetensors`.
  init(_ fixture: String, _ file: String) throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(
      contentsOf: tests.appending(path: "Fixtures/\(fixture)/\(file).safetensors"))
    let headerSize = (0..<8).reduce(0) { $0 | Int(data[$1]) << (8 * $1) }
    entries = try JSONDecoder().decode(
      [String: Entry].self, from: data[8..<8 + headerSize])
    bytes = Array(data[(8 + headerSize)...])
  }

  /// The names of the tensors, sorted.
  var names: [String] { entries.filter { $1.dtype != nil }.keys.sorted() }

  func shape(_ name: String) throws -> [Int] { try #require(entries[name]?.shape, "no \(name)") }

  /// The scalars of a tensor of either floating-point type.
  func doubles(_ name: String) throws -> [Double] {
    let entry = try #require(entries[name], "no \(name)")
    switch try #require(entry.dtype) {
    case "F32":
      return try words(entry, size: 4).map { Double(Float(bitPattern: UInt32($0))) }
    case "F64":
      return try words(entry, size: 8).map(Double.init(bitPattern:))
    case let other:
      throw Unreadable(type: other)
    }
  }

  func integers(_ name: String) throws -> [Int] {
    let entry = try #require(entries[name], "no \(name)")
    try #require(entry.dtype == "I64")
    return try words(entry, size: 8).map { Int(Int64(bitPattern: $0)) }
  }

  /// A floating-point tensor, rounded where it is in double precision.
  func tensor(_ name: String, shape: [Int]? = nil) throws -> Tensor {
    try Tensor(doubles(name).map { Float($0) }, shape: shape ?? self.shape(name))
  }

  struct Unreadable: Error {
    var type: String
  }

  private func words(_ entry: Entry, size: Int) throws -> [UInt64] {
    let range = try #require(entry.range)
    return stride(from: range[0], to: range[1], by: size).map { start in
      (0..<size).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
    }
  }
}
