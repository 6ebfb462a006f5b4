import Foundation

/// What the tensors and the text of a weight in fewer bits are called in a file, beside its codes.
enum WeightPartNames {
  static func scales(of name: String) -> String { name + ".scales" }
  static func zeroPoints(of name: String) -> String { name + ".zeroPoints" }
  static func factors(of name: String) -> String { name + ".factors" }
  /// Of a text: the format as JSON.
  static func format(of name: String) -> String { name + ".format" }

  /// The names of all tensors that there can be beside the codes.
  static func beside(_ name: String) -> [String] {
    [scales(of: name), zeroPoints(of: name), factors(of: name)]
  }
}

/// A weight in fewer bits as the tensors of a file: its codes under its own name, and beside them
/// the scales, zero points and factors that its format has.
///
/// Numbers stand row by row; those of four bits two in a byte, the first in its lower half, each row
/// from a byte on.
struct StoredWeight {
  /// The name of the weight.
  let name: String
  /// How its numbers are kept.
  let format: WeightFormat
  /// The shape of the weight.
  let shape: [Int]
  private let layout: CompressedLayout

  /// A weight of a name; nothing for single precision, or a shape that no weight has.
  init?(_ name: String, _ format: WeightFormat, shape: [Int]) {
    guard shape.count == 2 || shape.count == 3,
      let layout = format.layout(
        outputSize: shape[shape.count - 2], inputSize: shape[shape.count - 1])
    else { return nil }
    (self.name, self.format, self.shape, self.layout) = (name, format, shape, layout)
  }

  /// How many matrices there are.
  private var matrixCount: Int { shape.dropLast(2).reduce(1, *) }

  /// Whether each matrix has a factor of its scales.
  private var hasFactors: Bool { format == .nvfp4 }

  private func tensorName(of part: CompressedPart) -> String {
    switch part {
    case .codes: name
    case .scales: WeightPartNames.scales(of: name)
    case .zeroPoints: WeightPartNames.zeroPoints(of: name)
    }
  }

  private func tensorShape(of part: CompressedPart, _ code: NumberCode) -> [Int] {
    let columns = layout.columnCount(of: part)
    return shape.dropLast(2) + [
      layout.rowCount(of: part), code.bits == 4 ? (columns + 1) / 2 : columns,
    ]
  }

  /// The parts that the format has.
  private var parts: [(part: CompressedPart, code: NumberCode)] {
    CompressedPart.allCases.compactMap { part in layout.code(of: part).map { (part, $0) } }
  }

  /// The names of its tensors.
  var tensorNames: [String] {
    parts.map { tensorName(of: $0.part) } + (hasFactors ? [WeightPartNames.factors(of: name)] : [])
  }

  // MARK: Writing

  /// The tensors of some weights of this format and shape.
  func tensors(_ weights: CompressedWeights) -> [String: StoredTensor] {
    var tensors: [String: StoredTensor] = [:]
    for (part, code) in parts {
      tensors[tensorName(of: part)] = StoredTensor(
        as: ScalarFormat(code), shape: tensorShape(of: part, code)
      ) { Data(weights.bytes(of: part)) }
    }
    let factors = (0..<matrixCount).map { weights.matrix($0).factor }
    require(hasFactors || factors.allSatisfy { $0 == 1 }, "factors \(factors) of \(format)")
    if hasFactors {
      tensors[WeightPartNames.factors(of: name)] = StoredTensor(
        Tensor(factors, shape: [matrixCount]))
    }
    tensors[name]?.formatText = format.text
    return tensors
  }

  // MARK: Reading

  /// Throws where a tensor is of another shape or type than the format has; those that are missing
  /// pass.
  func check(_ checkpoint: Checkpoint, prefix: String) throws {
    func check(_ part: String, _ shape: [Int], _ format: ScalarFormat) throws {
      guard let tensor = checkpoint[prefix + part],
        tensor.shape != shape || tensor.format != format
      else { return }
      throw CheckpointError.malformed(
        file: checkpoint.path, tensor: prefix + part, offset: nil,
        found: "type \(tensor.format.rawValue) of shape \(tensor.shape)",
        expected: "\(format.rawValue) of shape \(shape), as \(self.format) has")
    }
    for (part, code) in parts {
      try check(tensorName(of: part), tensorShape(of: part, code), ScalarFormat(code))
    }
    if hasFactors { try check(WeightPartNames.factors(of: name), [matrixCount], .float32) }
    guard layout.hasZeroPoints, layout.code == .int4 else { return }
    let tensor = WeightPartNames.zeroPoints(of: name)
    if let found = checkpoint[prefix + tensor]?.integers?.first(where: { !(-8...7).contains($0) }) {
      throw CheckpointError.malformed(
        file: checkpoint.path, tensor: prefix + tensor, offset: nil, found: "\(found)",
        expected: "whole numbers of 4 bits, from -8 to 7")
    }
  }

  /// The weights of a file that has been checked.
  func weights(_ checkpoint: Checkpoint, prefix: String) throws -> CompressedWeights {
    func tensor(_ name: String) throws -> StoredTensor {
      guard let tensor = checkpoint[prefix + name] else {
        throw CheckpointError.names(file: checkpoint.path, missing: [prefix + name], unexpected: [])
      }
      return tensor
    }
    let factors =
      try hasFactors
      ? tensor(WeightPartNames.factors(of: name)).tensor.scalarArray
      : Array(repeating: 1, count: matrixCount)
    let bytes = try parts.map { ($0.part, try tensor(tensorName(of: $0.part)).bytes) }
    let layout = layout
    return CompressedWeights(format, shape: shape) { index, matrix in
      for (part, bytes) in bytes {
        matrix.store(part, from: bytes.bytes, at: layout.filePlaces(of: part, matrix: index))
      }
      return factors[index]
    }
  }
}

extension WeightFormat {
  /// The format as JSON.
  fileprivate var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let data = try? encoder.encode(self) else { fatalError("\(self) as JSON") }
    return String(decoding: data, as: UTF8.self)
  }

  /// The format of a JSON text; nothing for other texts, and for groups that cannot be.
  init?(text: String) {
    guard let format = try? JSONDecoder().decode(WeightFormat.self, from: Data(text.utf8)),
      (try? format.check()) != nil
    else { return nil }
    self = format
  }
}

extension ScalarFormat {
  /// How codes stand in a file: those of four bits two in a byte.
  fileprivate init(_ code: NumberCode) {
    switch code {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case .float16: self = .float16
    case .float8E4M3: self = .float8E4M3
    case .float8E5M2: self = .float8E5M2
    case .float8E8M0: self = .float8E8M0
    case .int8: self = .int8
    case .int4, .float4E2M1: self = .uint8
    }
  }
}
