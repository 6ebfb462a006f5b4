extension ExpertLayout {
  /// A map of an expert.
  enum Map: CaseIterable, Sendable {
    case gate
    case up
    case down
  }

  /// Where the numbers of a map stand in a tensor of the layout.
  struct Place: Sendable {
    /// The name of the tensor.
    var name: String
    /// The places of its numbers, from the first of the tensor on.
    var numbers: StridedPlaces
  }

  /// The maps that experts have.
  var maps: [Map] {
    switch self {
    case .perExpert(nil, _, _, _): [.up, .down]
    default: Map.allCases
    }
  }

  /// Where a map of an expert stands.
  ///
  /// - Parameters:
  ///   - map: One of ``maps``; of another, where the up map stands.
  ///   - expert: The number of the expert.
  ///   - d: The size of a token.
  ///   - h: The hidden size.
  /// - Returns: The places of its rows and columns, as the layer has them.
  func place(of map: Map, expert: Int, inputSize d: Int, hiddenSize h: Int) -> Place {
    let columns = map == .down ? h : d
    func tensor(_ gate: String?, _ up: String, _ down: String) -> String {
      switch map {
      case .gate: gate ?? up
      case .up: up
      case .down: down
      }
    }
    switch self {
    case .perExpert(let gate, let up, let down, _):
      return Place(
        name: Self.name(tensor(gate, up, down), of: expert),
        numbers: StridedPlaces(rowStep: columns))
    case .stacked(let gate, let up, let down):
      return Place(
        name: tensor(gate, up, down),
        numbers: StridedPlaces(first: expert * h * d, rowStep: columns))
    case .flattened(let gate, let up, let down):
      return Place(
        name: tensor(gate, up, down),
        numbers: map == .down
          ? StridedPlaces(first: expert * h * d, rowStep: 1, columnStep: d)
          : StridedPlaces(first: expert * h * d, rowStep: d))
    case .fused(let gateUp, let down, let rows, let isTransposed, _):
      guard map != .down else {
        return Place(
          name: down,
          numbers: isTransposed
            ? StridedPlaces(first: expert * h * d, rowStep: 1, columnStep: d)
            : StridedPlaces(first: expert * h * d, rowStep: h))
      }
      let (part, step) = (map == .gate ? 0 : 1, rows == .halves ? 1 : 2)
      // The first row of the gate and of up, of the 2h of both.
      let first = rows == .halves ? part * h : part
      return Place(
        name: gateUp,
        numbers: isTransposed
          ? StridedPlaces(first: expert * 2 * h * d + first, rowStep: step, columnStep: 2 * h)
          : StridedPlaces(first: (expert * 2 * h + first) * d, rowStep: step * d))
    }
  }
}

/// The biases of experts as the layer has them, where there are some.
struct ExpertBiases: Sendable {
  /// [experts, h].
  var gate: Tensor?
  /// [experts, h].
  var up: Tensor?
  /// [experts, d].
  var down: Tensor?
}

extension ExpertLayout {
  /// The biases of so many experts.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - d: The size of a token.
  ///   - h: The hidden size.
  ///   - tensor: Gives the tensor of a name of ``parts(count:inputSize:hiddenSize:)``.
  /// - Returns: The biases, with the bits of the file.
  func biases(
    count: Int, inputSize d: Int, hiddenSize h: Int, _ tensor: (String) throws -> StoredTensor
  ) rethrows -> ExpertBiases {
    guard hasBias else { return ExpertBiases() }
    switch self {
    case .perExpert(let gate, let up, let down, _):
      func bank(_ pattern: String, _ size: Int) throws -> Tensor {
        try Self.bank(Self.biasName(pattern), count: count, [size], tensor)
      }
      return try ExpertBiases(
        gate: gate.map { try bank($0, h) }, up: bank(up, h), down: bank(down, d))
    case .fused(let gateUp, let down, let rows, _, _):
      let parts = rows.split(try tensor("\(gateUp)_bias").tensor.reshaped(to: [count, 2 * h, 1]))
      return try ExpertBiases(
        gate: parts.gate.reshaped(to: [count, h]), up: parts.up.reshaped(to: [count, h]),
        down: tensor("\(down)_bias").tensor)
    case .stacked, .flattened: return ExpertBiases()
    }
  }

  /// One tensor for each expert, together.
  static func bank(
    _ pattern: String, count: Int, _ shape: [Int], _ tensor: (String) throws -> StoredTensor
  ) rethrows -> Tensor {
    let stored = try (0..<count).map { try tensor(name(pattern, of: $0)) }
    var bank = Tensor(uninitialized: [count] + shape)
    bank.storeEntries { stored[$0.index].store(to: $0) }
    return bank
  }
}
