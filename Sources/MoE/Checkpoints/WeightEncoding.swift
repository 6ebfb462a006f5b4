import Foundation

/// How the weights of a model in fewer bits stand in its files, as `quantization_config` says.
///
/// A weight then is several tensors: its numbers, and the scales of their blocks. Tensors that the
/// model left as they were, as routers are, stand under their own names, and are read so.
enum WeightEncoding: Sendable, Equatable {
  /// As tensors of their own names.
  case plain
  /// `…_blocks` of two numbers a byte, and `…_scales`: gpt-oss.
  case mxfp4
  /// Eight bits beside `…_scale_inv`, one number for each block: DeepSeek-V3.
  case float8(height: Int, width: Int)
  /// `…_packed` of eight numbers in 32 bits, `…_scale` and `…_shape`: compressed-tensors, as Kimi.
  case int4

  /// The encoding of a configuration.
  ///
  /// - Throws: ``CheckpointError/field(file:field:found:expected:)`` for one that is not read.
  init(_ fields: ConfigurationFields) throws {
    let name = "quantization_config"
    guard let value = fields.value(name), value != .null else {
      self = .plain
      return
    }
    let own = try fields.nested(name)
    switch try own.text(["quant_method"], of: ["mxfp4", "fp8", "compressed-tensors"]) {
    case "mxfp4": self = .mxfp4
    case "fp8":
      guard case .array(let sizes)? = own.value("weight_block_size"), sizes.count == 2,
        case .integer(let height) = sizes[0], case .integer(let width) = sizes[1], height > 0,
        width > 0
      else { throw own.error("weight_block_size", expected: "two sizes from 1") }
      self = .float8(height: height, width: width)
    default:
      _ = try own.text(["format"], of: ["pack-quantized"])
      guard case .object(let groups)? = own.value("config_groups"), groups.count == 1,
        let weights = groups.first?.value["weights"], weights["num_bits"] == .integer(4),
        weights["symmetric"] == .bool(true), weights["type"] == .string("int")
      else {
        throw own.error("config_groups", expected: "one group of symmetric whole numbers of 4 bits")
      }
      self = .int4
    }
  }

  /// The tensors that a weight is made of, where it is encoded.
  func names(_ name: String) -> [String] {
    switch self {
    case .plain: []
    case .mxfp4: ["\(name)_blocks", "\(name)_scales"]
    case .float8: [name, "\(name)_scale_inv"]
    case .int4: ["\(name)_packed", "\(name)_scale"]
    }
  }

  /// Further tensors that say what is known already.
  func extraNames(_ name: String) -> [String] { self == .int4 ? ["\(name)_shape"] : [] }
}

/// The weights of a checkpoint, decoded where they are encoded.
struct WeightSource: Sendable {
  let checkpoint: Checkpoint
  let encoding: WeightEncoding

  /// Whether a weight is encoded: all its parts are there.
  func isEncoded(_ name: String) -> Bool {
    let parts = encoding.names(name)
    return !parts.isEmpty && parts.allSatisfy(checkpoint.contains)
  }

  /// The tensors in the file that a weight takes; nothing where it is not there.
  func names(_ name: String) -> [String]? {
    if isEncoded(name) {
      return encoding.names(name) + encoding.extraNames(name).filter(checkpoint.contains)
    }
    return checkpoint.contains(name) ? [name] : nil
  }

  /// Whether a weight is there.
  func contains(_ name: String) -> Bool { names(name) != nil }

  /// Throws where a weight is not of a shape, or of a format that is read.
  func check(_ name: String, shape: [Int]) throws {
    func error(_ part: String, _ found: String, _ expected: String) -> CheckpointError {
      .malformed(
        file: checkpoint.path, tensor: part, offset: nil, found: found, expected: expected)
    }
    func check(_ part: String, _ shape: [Int], _ formats: [ScalarFormat]? = nil) throws {
      guard let tensor = checkpoint[part] else { return }
      // A bias may stand as a matrix of one row, as ERNIE has it.
      guard tensor.shape == shape || shape.count == 1 && tensor.shape == [1] + shape else {
        throw error(part, "shape \(tensor.shape)", "\(shape)")
      }
      guard formats.map({ $0.contains(tensor.format) }) ?? tensor.format.isFloatingPoint else {
        throw error(
          part, "type \(tensor.format.rawValue)",
          formats.map { $0.map(\.rawValue).joined(separator: " or ") } ?? "numbers with fractions")
      }
    }
    guard isEncoded(name), let columns = shape.last else {
      try check(name, shape)
      return
    }
    let parts = encoding.names(name)
    let rows = Array(shape.dropLast())
    switch encoding {
    case .plain: break
    case .mxfp4:
      let size = Tensor.mxfp4BlockSize
      guard columns % size == 0 else {
        throw error(name, "\(columns) columns", "a multiple of \(size)")
      }
      try check(parts[0], rows + [columns / size, size / 2], [.uint8])
      try check(parts[1], rows + [columns / size], [.uint8])
    case .float8(let height, let width):
      guard shape.count == 2 else {
        throw error(name, "scales of blocks", "a matrix, not shape \(shape)")
      }
      try check(parts[0], shape, [.float8E4M3])
      try check(
        parts[1], [(shape[0] + height - 1) / height, (columns + width - 1) / width])
    case .int4:
      guard columns % 8 == 0 else { throw error(name, "\(columns) columns", "a multiple of 8") }
      try check(parts[0], rows + [columns / 8], [.int32, .uint32])
      let groups = checkpoint[parts[1]]?.shape.last ?? 0
      guard groups > 0, columns % groups == 0 else {
        throw error(parts[1], "\(groups) columns", "a divisor of \(columns)")
      }
      try check(parts[1], rows + [groups])
    }
  }

  /// A weight, or some entries of its first axis alone.
  ///
  /// - Throws: ``CheckpointError/names(file:missing:unexpected:)`` where it is not there.
  func stored(
    _ name: String, shape whole: [Int], entries: Range<Int>? = nil
  ) throws -> StoredTensor {
    let shape = entries.map { [$0.count] + whole.dropFirst() } ?? whole
    func part(_ name: String) throws -> StoredTensor {
      guard let tensor = checkpoint[name] else {
        throw CheckpointError.names(file: checkpoint.path, missing: [name], unexpected: [])
      }
      // Blocks and scales have the first axis of the weight.
      return entries.map { tensor.entries($0) } ?? tensor
    }
    guard isEncoded(name) else { return try part(name).reshaped(to: shape) }
    if case .float8 = encoding, let entries {
      // A block may reach over the end of the entries.
      return try stored(name, shape: whole).entries(entries)
    }
    let parts = try encoding.names(name).map(part)
    switch encoding {
    case .plain: return try part(name).reshaped(to: shape)
    case .mxfp4:
      let (blocks, scales) = (parts[0].bytes, parts[1].bytes)
      return StoredTensor(Tensor(mxfp4: blocks.bytes, scales: scales.bytes, shape: shape))
    case .float8(let height, let width):
      var weight = parts[0].tensor
      weight.scaleBlocks(by: parts[1].tensor, height: height, width: width)
      return StoredTensor(weight)
    case .int4:
      let words = parts[0].bytes
      return StoredTensor(Tensor(int4: words.bytes, scales: parts[1].tensor, shape: shape))
    }
  }
}
