public import Foundation

/// A tensor as it stands in a file, or is to stand in one: its shape, the format of its numbers and
/// their bytes.
///
/// The bytes may be a part of a file that is mapped into memory, of which nothing is read before it
/// is needed.
public struct StoredTensor: Sendable {
  /// How each number stands.
  public let format: ScalarFormat
  /// The size along each axis.
  public let shape: [Int]
  /// What a file says of the format of the weight whose codes these are; nothing for other tensors.
  var formatText: String?
  private let content: Content

  private enum Content: Sendable {
    case bytes(Data)
    case tensor(Tensor)
    /// So many bytes, which are made when they are needed.
    case made(Int, @Sendable () -> Data)
  }

  /// A tensor of the given bytes.
  ///
  /// - Parameters:
  ///   - bytes: The numbers, little-endian, the last axis fastest.
  ///   - format: How each number stands.
  ///   - shape: The size along each axis.
  /// - Throws: ``CheckpointError/malformed(file:tensor:offset:found:expected:)`` where the shape has
  ///   another number of bytes.
  public init(_ bytes: Data, as format: ScalarFormat, shape: [Int]) throws {
    guard let size = StoredTensor.byteCount(shape, format), size == bytes.count else {
      throw CheckpointError.malformed(
        file: "bytes of a tensor", tensor: nil, offset: nil, found: "\(bytes.count) bytes",
        expected: "those of shape \(shape) and type \(format.rawValue)")
    }
    self.init(checked: bytes, as: format, shape: shape)
  }

  /// A tensor of bytes that fit its shape.
  init(checked bytes: Data, as format: ScalarFormat, shape: [Int]) {
    self.format = format
    self.shape = shape
    content = .bytes(bytes)
  }

  /// A tensor whose bytes are made when it is written, as many as its shape has.
  init(as format: ScalarFormat, shape: [Int], bytes: @escaping @Sendable () -> Data) {
    self.format = format
    self.shape = shape
    content = .made(StoredTensor.byteCount(shape, format) ?? 0, bytes)
  }

  /// A tensor that is to be written.
  ///
  /// - Parameters:
  ///   - tensor: The numbers.
  ///   - format: ``ScalarFormat/float32`` keeps the bits, NaNs included; ``ScalarFormat/float16`` and
  ///     ``ScalarFormat/bfloat16`` round to the nearest, of two equally near to that with an even
  ///     last bit. Others than these and ``ScalarFormat/float64`` trap.
  public init(_ tensor: Tensor, as format: ScalarFormat = .float32) {
    require(
      [.float32, .float64, .float16, .bfloat16].contains(format),
      "StoredTensor: format \(format.rawValue), expected F32, F64, F16 or BF16")
    self.format = format
    shape = tensor.shape
    content = .tensor(tensor)
  }

  /// Whole numbers that are to be written, as 64 bits each.
  ///
  /// - Parameters:
  ///   - integers: The numbers, the last axis fastest; as many as the shape has, others trap.
  ///   - shape: The size along each axis; one axis unless given.
  public init(integers: [Int], shape: [Int]? = nil) {
    let shape = shape ?? [integers.count]
    require(
      StoredTensor.byteCount(shape, .int64) == 8 * integers.count,
      "StoredTensor: \(integers.count) whole numbers against shape \(shape)")
    var bytes = Data(capacity: 8 * integers.count)
    for integer in integers {
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: integer >> shift))
      }
    }
    self.init(checked: bytes, as: .int64, shape: shape)
  }

  /// The number of numbers.
  public var count: Int { byteCount / format.byteCount }

  /// How many bytes they take in a file.
  public var byteCount: Int {
    switch content {
    case .bytes(let bytes): bytes.count
    case .tensor(let tensor): tensor.count * format.byteCount
    case .made(let count, _): count
    }
  }

  /// The numbers, little-endian, the last axis fastest.
  public var bytes: Data {
    switch content {
    case .bytes(let bytes): bytes
    case .tensor(let tensor): Data(tensor.stored(as: format))
    case .made(_, let bytes): bytes()
    }
  }

  /// The numbers in single precision; what it does not hold is rounded to the nearest.
  ///
  /// - Complexity: O(`count`), on all threads: here the bytes of a mapped file are read.
  public var tensor: Tensor {
    switch content {
    case .bytes, .made: Tensor(stored: bytes.bytes, as: format, shape: shape)
    case .tensor(let tensor):
      // What is rounded when it is written reads as it will be.
      format == .float32 || format == .float64
        ? tensor : Tensor(stored: bytes.bytes, as: format, shape: shape)
    }
  }

  /// The numbers as whole ones; nothing where the format has fractions, or one is too large.
  public var integers: [Int]? {
    guard !format.isFloatingPoint else { return nil }
    let (bytes, size) = (bytes, format.byteCount)
    var integers: [Int] = []
    integers.reserveCapacity(count)
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: size) {
      let word = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * $1) }
      switch format {
      case .int8: integers.append(Int(Int8(truncatingIfNeeded: word)))
      case .int16: integers.append(Int(Int16(truncatingIfNeeded: word)))
      case .int32: integers.append(Int(Int32(truncatingIfNeeded: word)))
      case .int64: integers.append(Int(Int64(bitPattern: word)))
      default:
        guard let integer = Int(exactly: word) else { return nil }
        integers.append(integer)
      }
    }
    return integers
  }

  /// The same numbers under another shape.
  ///
  /// - Parameter shape: A shape of as many numbers; another traps.
  /// - Returns: A tensor of the same bytes.
  public func reshaped(to shape: [Int]) -> StoredTensor {
    require(
      StoredTensor.byteCount(shape, format) == byteCount,
      "StoredTensor: shape \(shape) against \(count) numbers")
    switch content {
    case .bytes(let bytes): return StoredTensor(checked: bytes, as: format, shape: shape)
    case .tensor(let tensor): return StoredTensor(tensor.reshaped(to: shape), as: format)
    case .made(_, let bytes): return StoredTensor(as: format, shape: shape, bytes: bytes)
    }
  }

  /// One entry of the first axis, as a tensor of one such entry.
  func entry(_ index: Int) -> StoredTensor { entries(index..<index + 1) }

  /// Some entries of the first axis.
  func entries(_ range: Range<Int>) -> StoredTensor {
    let shape = [range.count] + shape.dropFirst()
    switch content {
    case .bytes, .made:
      let bytes = bytes
      let size = self.shape[0] == 0 ? 0 : bytes.count / self.shape[0]
      let start = bytes.startIndex + range.lowerBound * size
      return StoredTensor(
        checked: bytes[start..<start + range.count * size], as: format, shape: shape)
    case .tensor(let tensor): return StoredTensor(tensor[entries: range], as: format)
    }
  }

  /// The bytes of a shape; nothing where it has a negative size, or more than an `Int` counts.
  private static func byteCount(_ shape: [Int], _ format: ScalarFormat) -> Int? {
    var count = format.byteCount
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}

extension StoredTensor {
  /// Stores the numbers to an entry of a tensor, without a tensor of their own.
  func store(to entry: StoredEntry) {
    let bytes = bytes
    entry.store(bytes.bytes, as: format)
  }
}

extension StoredTensor: CustomStringConvertible {
  /// The shape and the format; no numbers are read.
  public var description: String { "\(shape) in \(format.rawValue)" }
}
