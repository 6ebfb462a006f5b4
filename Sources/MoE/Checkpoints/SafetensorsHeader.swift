/// The header of a safetensors file: where each tensor stands, and how.
///
/// A file is eight bytes with the length of the header, little-endian; the header, a JSON object;
/// and the data. All that the format demands is checked: tensors follow each other without holes and
/// overlaps from the first byte of the data to the last, and each has as many bytes as its shape and
/// type say.
///
/// Source: the safetensors format, huggingface/safetensors.
struct SafetensorsHeader: Sendable, Equatable {
  /// A tensor's entry.
  struct Entry: Sendable, Equatable {
    /// How its numbers stand in the file.
    var format: ScalarFormat
    /// The size along each axis.
    var shape: [Int]
    /// Where it stands, counted from the start of the file.
    var bytes: Range<Int>
  }

  /// Texts about the tensors.
  var metadata: [String: String]
  /// The entry of each tensor.
  var entries: [String: Entry]
  /// Where the data start.
  var dataStart: Int

  /// How long a header may be: what the reference implementation accepts.
  static let maximumLength = 100_000_000
  /// The bytes that give the length.
  static let lengthByteCount = 8

  /// The length of the header that the first bytes of a file give.
  ///
  /// - Throws: ``CheckpointError/malformed(file:tensor:offset:found:expected:)``.
  static func length(_ first: some Sequence<UInt8>, fileSize: Int, file: String) throws -> Int {
    func error(_ found: String, _ expected: String) -> CheckpointError {
      .malformed(file: file, tensor: nil, offset: 0, found: found, expected: expected)
    }
    guard fileSize >= lengthByteCount else {
      throw error("\(fileSize) bytes", "at least \(lengthByteCount)")
    }
    let length = first.prefix(lengthByteCount).reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    guard length <= UInt64(maximumLength) else {
      throw error("a header of \(length) bytes", "at most \(maximumLength)")
    }
    guard length <= UInt64(fileSize - lengthByteCount) else {
      throw error(
        "a header of \(length) bytes", "at most the \(fileSize - lengthByteCount) that follow")
    }
    return Int(length)
  }

  /// The header of the given text.
  ///
  /// - Parameters:
  ///   - text: The bytes behind the length.
  ///   - fileSize: The size of the whole file.
  ///   - file: The name that errors give.
  /// - Throws: ``CheckpointError/malformed(file:tensor:offset:found:expected:)``.
  init(_ text: [UInt8], fileSize: Int, file: String) throws {
    var scanner = SafetensorsScanner(text, file: file)
    let scanned = try scanner.scan()
    dataStart = SafetensorsHeader.lengthByteCount + text.count
    metadata = scanned.metadata
    entries = [:]
    let dataSize = fileSize - dataStart
    // In the order of the data; an empty tensor stands before the one that starts where it does.
    let sorted = scanned.tensors.sorted {
      ($0.offsets.0, $0.offsets.1) < ($1.offsets.0, $1.offsets.1)
    }
    var end = 0
    for tensor in sorted {
      func error(_ found: String, _ expected: String) -> CheckpointError {
        .malformed(
          file: file, tensor: tensor.name, offset: tensor.position, found: found,
          expected: expected)
      }
      guard let format = ScalarFormat(rawValue: tensor.type) else {
        throw error(
          "type \(tensor.type)",
          "one of \(ScalarFormat.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      let (start, stop) = tensor.offsets
      guard start <= stop, stop <= dataSize else {
        throw error("data_offsets [\(start), \(stop)]", "ascending ones up to \(dataSize)")
      }
      guard let size = SafetensorsHeader.byteCount(tensor.shape, format) else {
        throw error("shape \(tensor.shape)", "one whose bytes an Int counts")
      }
      guard size == stop - start else {
        throw error(
          "\(stop - start) bytes", "\(size) by shape \(tensor.shape) and type \(tensor.type)")
      }
      guard start == end else {
        throw error(
          "data_offsets [\(start), \(stop)]",
          "[\(end), \(end + size)], where the tensor before it ends")
      }
      end = stop
      entries[tensor.name] = Entry(
        format: format, shape: tensor.shape, bytes: dataStart + start..<dataStart + stop)
    }
    guard end == dataSize else {
      throw CheckpointError.malformed(
        file: file, tensor: nil, offset: dataStart + end, found: "\(dataSize) bytes of data",
        expected: "\(end), as the header says")
    }
  }

  /// The bytes of a shape; nothing where an `Int` does not count them.
  private static func byteCount(_ shape: [Int], _ format: ScalarFormat) -> Int? {
    var count = format.byteCount
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      count = product
    }
    // As floats they may take four times as many.
    return count <= Int.max / 8 ? count : nil
  }
}
