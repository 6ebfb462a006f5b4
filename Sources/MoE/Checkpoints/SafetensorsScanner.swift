/// Reads the JSON of a safetensors header, and nothing but what may stand there.
///
/// A reader of any JSON would not tell that a name stands twice, or what follows the object.
struct SafetensorsScanner {
  /// A tensor as the header has it, unchecked.
  struct Tensor {
    var name: String
    var type: String
    var shape: [Int]
    var offsets: (Int, Int)
    /// Where its entry stands in the file.
    var position: Int
  }

  private let text: [UInt8]
  private let file: String
  private var position = 0
  /// The tensor that is read.
  private var tensor: String?

  init(_ text: [UInt8], file: String) {
    self.text = text
    self.file = file
  }

  /// The metadata and the tensors of the whole text.
  mutating func scan() throws -> (metadata: [String: String], tensors: [Tensor]) {
    var metadata: [String: String]?
    var tensors: [Tensor] = []
    var names: Set<String> = []
    guard text.first == UInt8(ascii: "{") else { throw error("a JSON object") }
    try object { scanner, name, start in
      if name == SafetensorsScanner.metadataName {
        guard metadata == nil else { throw scanner.duplicate(name, start) }
        metadata = try scanner.texts()
      } else {
        guard names.insert(name).inserted else { throw scanner.duplicate(name, start) }
        scanner.tensor = name
        tensors.append(try scanner.entry(name, start))
        scanner.tensor = nil
      }
    }
    skipSpace()
    guard position == text.count else { throw error("nothing but spaces behind the header") }
    return (metadata ?? [:], tensors)
  }

  /// The name of the entry of texts, which is no tensor.
  static let metadataName = "__metadata__"

  private mutating func entry(_ name: String, _ start: Int) throws -> Tensor {
    var (type, shape, offsets): (String?, [Int]?, [Int]?)
    try object { scanner, key, start in
      switch key {
      case "dtype":
        guard type == nil else { throw scanner.duplicate(key, start) }
        type = try scanner.string()
      case "shape":
        guard shape == nil else { throw scanner.duplicate(key, start) }
        shape = try scanner.numbers()
      case "data_offsets":
        guard offsets == nil else { throw scanner.duplicate(key, start) }
        offsets = try scanner.numbers()
      default:
        throw scanner.error("dtype, shape or data_offsets", found: key, at: start)
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw error(
        "a dtype, a shape and two data_offsets", found: "an entry without", at: start)
    }
    return Tensor(
      name: name, type: type, shape: shape, offsets: (offsets[0], offsets[1]),
      position: SafetensorsHeader.lengthByteCount + start)
  }

  private mutating func texts() throws -> [String: String] {
    var texts: [String: String] = [:]
    try object { scanner, key, start in
      guard texts[key] == nil else { throw scanner.duplicate(key, start) }
      texts[key] = try scanner.string()
    }
    return texts
  }

  // MARK: - JSON

  /// An object, of which each value is read by `body`.
  private mutating func object(
    _ body: (inout SafetensorsScanner, _ key: String, _ start: Int) throws -> Void
  ) throws {
    try expect("{")
    if take("}") { return }
    repeat {
      skipSpace()
      let start = position
      let key = try string()
      try expect(":")
      try body(&self, key, start)
    } while take(",")
    try expect("}")
  }

  private mutating func numbers() throws -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if take("]") { return numbers }
    repeat { numbers.append(try number()) } while take(",")
    try expect("]")
    return numbers
  }

  private mutating func number() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) {
      let digit = Int(text[position] - UInt8(ascii: "0"))
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(digit)
      guard !overflow, !carry else {
        throw error("a number that an Int holds", found: "a larger one", at: start)
      }
      value = sum
      position += 1
    }
    guard position > start, position == start + 1 || text[start] != UInt8(ascii: "0") else {
      throw error("a whole number from 0", at: start)
    }
    return value
  }

  private mutating func string() throws -> String {
    try expect("\"")
    let start = position
    var bytes: [UInt8] = []
    while position < text.count {
      let byte = text[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw error("UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"): try escape(&bytes)
      case 0..<0x20: throw error("no control character in a text", at: position - 1)
      default: bytes.append(byte)
      }
    }
    throw error("the end of a text", at: start)
  }

  private mutating func escape(_ bytes: inout [UInt8]) throws {
    guard position < text.count else { throw error("an escape") }
    let byte = text[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"):
      let start = position
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]) {
        guard text[position...].starts(with: Array("\\u".utf8)) else {
          throw error("the second half of a surrogate pair", at: start)
        }
        position += 2
        units.append(try codeUnit())
      }
      guard let string = String(validating: units, as: UTF16.self) else {
        throw error("a character", at: start)
      }
      bytes += Array(string.utf8)
    default: throw error("an escape of JSON", at: position - 1)
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    guard position + 4 <= text.count,
      text[position..<position + 4].allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: text[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits") }
    position += 4
    return unit
  }

  private mutating func skipSpace() {
    while position < text.count, SafetensorsScanner.isSpace(text[position]) {
      position += 1
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: sign) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ sign: Unicode.Scalar) throws {
    guard take(sign) else { throw error("a \(sign)") }
  }

  // MARK: - Errors

  private func duplicate(_ name: String, _ start: Int) -> CheckpointError {
    error("each name once", found: "\(name) a second time", at: start)
  }

  private func error(_ expected: String, found: String? = nil, at place: Int? = nil)
    -> CheckpointError
  {
    let place = place ?? position
    let byte = place < text.count ? "byte 0x" + String(text[place], radix: 16) : "the end"
    return .malformed(
      file: file, tensor: tensor, offset: SafetensorsHeader.lengthByteCount + place,
      found: found ?? "\(byte) in the header", expected: expected)
  }
}
