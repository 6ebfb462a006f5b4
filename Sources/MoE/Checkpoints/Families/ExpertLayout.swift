import Foundation

/// How the maps of experts stand in a file.
///
/// The layout is that of the family, by the names of tensors, and never guessed from a shape: where
/// d = 2h an interleaved, a transposed and a plain matrix look alike.
enum ExpertLayout: Sendable, Equatable {
  /// One tensor an expert and map, `{}` for its number, each [out, in]; with `bias` in the place of
  /// the word `weight` those of biases.
  case perExpert(
    gate: String? = "experts.{}.gate_proj.weight", up: String = "experts.{}.up_proj.weight",
    down: String = "experts.{}.down_proj.weight", hasBias: Bool = false)
  /// One tensor a map, [experts, out, in].
  case stacked(gate: String, up: String, down: String)
  /// Gate and up as one tensor, and down.
  case fused(
    gateUp: String = "experts.gate_up_proj", down: String = "experts.down_proj",
    rows: FusedRows = .halves, isTransposed: Bool = false, hasBias: Bool = false)
  /// One tensor a map, of all experts' rows one after another, each [experts · h, d]; the down map
  /// is transposed.
  case flattened(gate: String, up: String, down: String)

  /// Which rows of a fused tensor are the gate's.
  enum FusedRows: Sendable, Equatable {
    /// The first half.
    case halves
    /// Every second one, from the first on.
    case interleaved
  }

  /// One network of three maps.
  static func single(
    gate: String? = "gate_proj.weight", up: String = "up_proj.weight",
    down: String = "down_proj.weight"
  ) -> ExpertLayout { .perExpert(gate: gate, up: up, down: down) }

  /// The names of Mixtral's experts.
  static let numbered = ExpertLayout.perExpert(
    gate: "experts.{}.w1.weight", up: "experts.{}.w3.weight", down: "experts.{}.w2.weight")

  /// A tensor of the layout: its name, and its shape with experts counted as `count`.
  struct Part: Sendable, Equatable {
    var name: String
    var shape: [Int]
  }

  /// The tensors of so many experts, of token size d and hidden size h.
  func parts(count: Int, inputSize d: Int, hiddenSize h: Int) -> [Part] {
    switch self {
    case .perExpert(let gate, let up, let down, let hasBias):
      (0..<count).flatMap { expert in
        [(gate, [h, d]), (up, [h, d]), (down, [d, h])].flatMap { pattern, shape in
          guard let name = pattern.map({ Self.name($0, of: expert) }) else { return [Part]() }
          return [Part(name: name, shape: shape)]
            + (hasBias ? [Part(name: Self.biasName(name), shape: [shape[0]])] : [])
        }
      }
    case .stacked(let gate, let up, let down):
      [
        Part(name: gate, shape: [count, h, d]), Part(name: up, shape: [count, h, d]),
        Part(name: down, shape: [count, d, h]),
      ]
    case .fused(let gateUp, let down, _, let isTransposed, let hasBias):
      [
        Part(name: gateUp, shape: isTransposed ? [count, d, 2 * h] : [count, 2 * h, d]),
        Part(name: down, shape: isTransposed ? [count, h, d] : [count, d, h]),
      ]
        + (hasBias
          ? [
            Part(name: "\(gateUp)_bias", shape: [count, 2 * h]),
            Part(name: "\(down)_bias", shape: [count, d]),
          ] : [])
    case .flattened(let gate, let up, let down):
      [gate, up, down].map { Part(name: $0, shape: [count * h, d]) }
    }
  }

  /// The name of a tensor of the layout, by which it is known; where experts have one each that of
  /// expert 0.
  var firstName: String {
    switch self {
    case .perExpert(_, let up, _, _): Self.name(up, of: 0)
    case .stacked(_, let up, _), .flattened(_, let up, _): up
    case .fused(let gateUp, _, _, _, _): gateUp
    }
  }

  /// What the names of the experts' tensors begin with.
  var namePrefix: String {
    if case .perExpert(_, let up, _, _) = self, let end = up.range(of: "{}") {
      return String(up[..<end.lowerBound])
    }
    // Without the name of the map, and the word `weight` where it follows.
    let parts = firstName.split(separator: ".").dropLast(firstName.hasSuffix(".weight") ? 2 : 1)
    return parts.map { $0 + "." }.joined()
  }

  static func name(_ pattern: String, of expert: Int) -> String {
    pattern.replacing("{}", with: "\(expert)")
  }

  static func biasName(_ name: String) -> String { name.replacing("weight", with: "bias") }

  /// Whether maps have biases.
  var hasBias: Bool {
    switch self {
    case .perExpert(_, _, _, let hasBias), .fused(_, _, _, _, let hasBias): hasBias
    case .stacked, .flattened: false
    }
  }
}

/// The maps of experts as the layer has them.
struct ExpertBanks: Sendable {
  /// [experts, h, d]; nothing where experts have no gate.
  var gate: Tensor?
  var up: Tensor
  /// [experts, d, h].
  var down: Tensor
  var gateBias: Tensor?
  var upBias: Tensor?
  var downBias: Tensor?
}

// MARK: - Reading

extension ExpertLayout {
  /// The maps of so many experts.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - d: The size of a token.
  ///   - h: The hidden size.
  ///   - tensor: Gives the tensor of a name of ``parts(count:inputSize:hiddenSize:)``.
  /// - Returns: The maps, with the bits of the file.
  func banks(
    count: Int, inputSize d: Int, hiddenSize h: Int, _ tensor: (String) throws -> StoredTensor
  ) rethrows -> ExpertBanks {
    let biases = try biases(count: count, inputSize: d, hiddenSize: h, tensor)
    var banks: ExpertBanks
    switch self {
    case .perExpert(let gate, let up, let down, _):
      func bank(_ pattern: String, _ shape: [Int]) throws -> Tensor {
        try Self.bank(pattern, count: count, shape, tensor)
      }
      banks = try ExpertBanks(
        gate: gate.map { try bank($0, [h, d]) }, up: bank(up, [h, d]), down: bank(down, [d, h]))
    case .stacked(let gate, let up, let down):
      banks = try ExpertBanks(
        gate: tensor(gate).tensor, up: tensor(up).tensor, down: tensor(down).tensor)
    case .fused(let gateUp, let down, let rows, let isTransposed, _):
      let (both, last) = (try tensor(gateUp).tensor, try tensor(down).tensor)
      let parts = rows.split(isTransposed ? both.transposingEntries() : both)
      banks = ExpertBanks(
        gate: parts.gate, up: parts.up, down: isTransposed ? last.transposingEntries() : last)
    case .flattened(let gate, let up, let down):
      banks = try ExpertBanks(
        gate: tensor(gate).tensor.reshaped(to: [count, h, d]),
        up: tensor(up).tensor.reshaped(to: [count, h, d]),
        down: tensor(down).tensor.reshaped(to: [count, h, d]).transposingEntries())
    }
    (banks.gateBias, banks.upBias, banks.downBias) = (biases.gate, biases.up, biases.down)
    return banks
  }

  /// The layout of one expert alone, and which entries of its tensors are its own; nothing for all.
  func alone(_ expert: Int, hiddenSize h: Int) -> (layout: ExpertLayout, entries: Range<Int>?) {
    switch self {
    case .perExpert(let gate, let up, let down, let hasBias):
      func name(_ pattern: String) -> String { Self.name(pattern, of: expert) }
      return (
        .perExpert(gate: gate.map(name), up: name(up), down: name(down), hasBias: hasBias), nil
      )
    case .stacked, .fused: return (self, expert..<expert + 1)
    case .flattened: return (self, expert * h..<(expert + 1) * h)
    }
  }

  /// The tensors of some maps, as they stand in a file: the reverse of
  /// ``banks(count:inputSize:hiddenSize:_:)``, with the same bits.
  func tensors(_ banks: ExpertBanks) -> [String: Tensor] {
    let (count, h, d) = (banks.up.shape[0], banks.up.shape[1], banks.up.shape[2])
    var tensors: [String: Tensor] = [:]
    switch self {
    case .perExpert(let gate, let up, let down, _):
      for expert in 0..<count {
        for (pattern, bank, biases) in [
          (gate, banks.gate, banks.gateBias), (up, banks.up, banks.upBias),
          (down, banks.down, banks.downBias),
        ] {
          guard let name = pattern.map({ Self.name($0, of: expert) }) else { continue }
          tensors[name] = bank?[entry: expert]
          if let biases { tensors[Self.biasName(name)] = biases[entry: expert] }
        }
      }
    case .stacked(let gate, let up, let down):
      (tensors[gate], tensors[up], tensors[down]) = (banks.gate, banks.up, banks.down)
    case .fused(let gateUp, let down, let rows, let isTransposed, let hasBias):
      let both = rows.join(banks.gate ?? banks.up, banks.up)
      tensors[gateUp] = isTransposed ? both.transposingEntries() : both
      tensors[down] = isTransposed ? banks.down.transposingEntries() : banks.down
      if hasBias, let gate = banks.gateBias, let up = banks.upBias {
        tensors["\(gateUp)_bias"] =
          rows.join(
            gate.reshaped(to: [count, h, 1]), up.reshaped(to: [count, h, 1])
          ).reshaped(to: [count, 2 * h])
        tensors["\(down)_bias"] = banks.downBias
      }
    case .flattened(let gate, let up, let down):
      tensors[gate] = banks.gate?.reshaped(to: [count * h, d])
      tensors[up] = banks.up.reshaped(to: [count * h, d])
      tensors[down] = banks.down.transposingEntries().reshaped(to: [count * h, d])
    }
    return tensors
  }
}

extension ExpertLayout.FusedRows {
  /// The rows of the gate and of up, from [experts, 2h, columns].
  func split(_ both: Tensor) -> (gate: Tensor, up: Tensor) {
    let (count, h, columns) = (both.shape[0], both.shape[1] / 2, both.shape[2])
    let rows = both.reshaped(to: [count * 2 * h, columns])
    func part(_ index: Int) -> Tensor {
      rows.gatheringEntries(
        (0..<count * h).map { row in
          let (expert, own) = (row / h, row % h)
          return expert * 2 * h + (self == .halves ? index * h + own : 2 * own + index)
        }
      ).reshaped(to: [count, h, columns])
    }
    return (part(0), part(1))
  }

  /// The reverse of ``split(_:)``.
  fileprivate func join(_ gate: Tensor, _ up: Tensor) -> Tensor {
    let (count, h, columns) = (gate.shape[0], gate.shape[1], gate.shape[2])
    let rows = Tensor(concatenatingEntries: [
      gate.reshaped(to: [count * h, columns]), up.reshaped(to: [count * h, columns]),
    ])
    return rows.gatheringEntries(
      (0..<count * 2 * h).map { row in
        let (expert, own) = (row / (2 * h), row % (2 * h))
        let (part, index) = self == .halves ? (own / h, own % h) : (own % 2, own / 2)
        return part * count * h + expert * h + index
      }
    ).reshaped(to: [count, 2 * h, columns])
  }
}

extension Tensor {
  /// Each matrix of the first axis with rows and columns exchanged.
  fileprivate func transposingEntries() -> Tensor {
    guard shape[0] > 0 else { return reshaped(to: [0, shape[2], shape[1]]) }
    return Tensor(
      concatenatingEntries: (0..<shape[0]).map { self[entry: $0].transposed() }
    ).reshaped(to: [shape[0], shape[2], shape[1]])
  }
}
