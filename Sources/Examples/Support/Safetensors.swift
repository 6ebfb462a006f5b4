import Foundation
package import MoE

/// A file of named tensors in the safetensors format, which other programs read too.
///
/// Eight bytes give the length of a header, little-endian; the header is a JSON object that gives
/// each tensor a type, a shape and a place; the numbers follow, little-endian.
package struct Safetensors: Sendable {
  /// Texts about the tensors.
  package var metadata: [String: String]
  /// The tensors.
  package var tensors: [String: Tensor]

  /// A file of the given contents.
  package init(metadata: [String: String], tensors: [String: Tensor]) {
    self.metadata = metadata
    self.tensors = tensors
  }

  /// What is wrong with a file.
  package enum Problem: Error, Equatable, CustomStringConvertible {
    /// A part of the file is not what was expected.
    case malformed(file: String, part: String, found: String, expected: String)
    /// The file cannot be written.
    case unwritable(file: String, reason: String)

    /// A sentence with the file, the part and what was expected.
    package var description: String {
      switch self {
      case .malformed(let file, let part, let found, let expected):
        "\(file), \(part): found \(found), expected \(expected)"
      case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
      }
    }
  }
}

// MARK: - Writing

extension Safetensors {
  /// The bytes of the file, the tensors in the order of their names.
  package func encoded() throws -> [UInt8] {
    var header = Header(metadata: metadata, entries: [:])
    var numbers: [UInt8] = []
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let start = numbers.count
      for scalar in tensor.scalarArray { numbers.append(littleEndian: scalar.bitPattern) }
      header.entries[name] = Header.Entry(
        dtype: "F32", shape: tensor.shape, offsets: [start, numbers.count])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = try [UInt8](encoder.encode(header))
    // Spaces, which JSON allows, put the numbers at a multiple of eight bytes.
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(json.count))
    return bytes + json + numbers
  }

  /// Writes the file aside and renames it, so that no reader sees half of it.
  ///
  /// - Throws: ``Problem/unwritable(file:reason:)``.
  package func write(toFile path: String) throws {
    let bytes = try encoded()
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Problem.unwritable(file: path, reason: error.localizedDescription)
    }
  }
}

// MARK: - Reading

extension Safetensors {
  /// The contents of a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: The name that errors give.
  /// - Throws: ``Problem/malformed(file:part:found:expected:)``.
  package init(_ bytes: [UInt8], file: String) throws {
    func problem(_ part: String, _ found: String, _ expected: String) -> Problem {
      .malformed(file: file, part: part, found: found, expected: expected)
    }
    guard bytes.count >= 8 else {
      throw problem("header", format(bytes.count, "byte"), "at least 8")
    }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw problem("header", "a length of \(length)", "at most the \(bytes.count - 8) that follow")
    }
    let start = 8 + Int(length)
    guard let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[8..<start])) else {
      throw problem(
        "header", "something else", "a JSON object of tensors with dtype, shape and data_offsets")
    }
    metadata = header.metadata
    tensors = [:]
    var end = 0
    for (name, entry) in header.entries.sorted(by: { $0.value.offsets[0] < $1.value.offsets[0] }) {
      let part = "tensor \(name)"
      guard entry.dtype == "F32" else { throw problem(part, "type \(entry.dtype)", "F32") }
      guard let count = entry.scalarCount else {
        throw problem(part, "shape \(entry.shape)", "sizes from 0 whose product is a number")
      }
      // Each tensor starts where the one before ends, so that none overlaps another.
      let expected = [end, end + 4 * count]
      guard entry.offsets == expected else {
        throw problem(part, "data_offsets \(entry.offsets)", "\(expected) by shape \(entry.shape)")
      }
      guard expected[1] <= bytes.count - start else {
        throw problem(
          part, "numbers up to byte \(expected[1])", "at most the \(bytes.count - start) there are")
      }
      end = expected[1]
      tensors[name] = Tensor(
        floats(bytes[start + expected[0]..<start + end]), shape: entry.shape)
    }
    guard end == bytes.count - start else {
      throw problem(
        "numbers", format(bytes.count - start, "byte"), "\(format(end)), as the header says")
    }
  }

  private func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { index in
      let high = UInt32(bytes[index + 3]) << 24 | UInt32(bytes[index + 2]) << 16
      return Float(bitPattern: high | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index]))
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}

// MARK: - The header

/// The JSON object at the start of a file.
private struct Header: Codable {
  var metadata: [String: String]
  var entries: [String: Entry]

  struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case offsets = "data_offsets"
    }

    /// The product of the shape's sizes; nil where one is negative or the bytes would be too many.
    var scalarCount: Int? {
      var count = 1
      for size in shape {
        guard size >= 0 else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, product <= Int.max / 8 else { return nil }
        count = product
      }
      return count
    }
  }

  /// Any name, since tensors have the names that they have.
  struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  static let metadataName = Name("__metadata__")

  init(metadata: [String: String], entries: [String: Entry]) {
    self.metadata = metadata
    self.entries = entries
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    metadata =
      try container.decodeIfPresent([String: String].self, forKey: Header.metadataName) ?? [:]
    entries = [:]
    for name in container.allKeys where name.stringValue != Header.metadataName.stringValue {
      let entry = try container.decode(Entry.self, forKey: name)
      guard entry.offsets.count == 2 else {
        throw DecodingError.dataCorruptedError(
          forKey: name, in: container, debugDescription: "data_offsets of other than two numbers")
      }
      entries[name.stringValue] = entry
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    try container.encode(metadata, forKey: Header.metadataName)
    for (name, entry) in entries { try container.encode(entry, forKey: Name(name)) }
  }
}
