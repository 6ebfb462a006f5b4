/// Where the tokens of a batch go, and with which weights: a value that experts run from, losses read and
/// reports draw.
///
/// A *route* is one expert of one token. Routes are numbered token by token, slot by slot; experts take
/// theirs in the order of the tokens.
public struct Routing: Sendable {
  /// The experts of each token, with the logits and scores that they were selected by.
  public let selection: Selection
  /// The weight of each route, of shape [tokens, slots].
  public let weights: Tensor
  /// The tokens of each expert, one group an expert.
  public let rows: GroupedRows
  /// For each route, its position among ``rows``.
  public let positions: [Int32]

  /// A routing of the given selection, grouped by expert.
  ///
  /// A counting sort: O(routes + experts).
  ///
  /// - Parameters:
  ///   - selection: The experts of each token.
  ///   - weights: The weight of each route, of shape [tokens, slots]; another shape traps.
  public init(selection: Selection, weights: Tensor) {
    require(
      weights.shape == [selection.tokenCount, selection.slotCount],
      "Routing: weights of shape \(weights.shape) against \(selection.tokenCount) tokens of "
        + "\(selection.slotCount) slots")
    self.selection = selection
    self.weights = weights
    var offsets = [Int](repeating: 0, count: selection.expertCount + 1)
    for expert in selection.experts { offsets[Int(expert) + 1] += 1 }
    for expert in 0..<selection.expertCount { offsets[expert + 1] += offsets[expert] }
    var next = offsets
    var indices = [Int32](repeating: 0, count: selection.experts.count)
    var positions = indices
    for (route, expert) in selection.experts.enumerated() {
      let position = next[Int(expert)]
      next[Int(expert)] += 1
      indices[position] = Int32(route / selection.slotCount)
      positions[route] = Int32(position)
    }
    rows = GroupedRows(offsets: offsets, indices: indices)
    self.positions = positions
  }

  /// The number of tokens.
  public var tokenCount: Int { selection.tokenCount }

  /// The number of experts there are.
  public var expertCount: Int { selection.expertCount }

  /// How many experts each token has.
  public var slotCount: Int { selection.slotCount }

  /// The gate's logits, of shape [tokens, experts].
  public var logits: Tensor { selection.logits }

  /// The scores, of shape [tokens, experts].
  public var scores: Tensor { selection.scores }

  /// The number of routes to each expert.
  public var load: [Int] { (0..<expertCount).map { rows.positions(of: $0).count } }

  /// The experts of a token, slot by slot.
  ///
  /// - Parameter token: The index of the token; one that does not exist traps.
  /// - Returns: The indices of its experts.
  public func experts(of token: Int) -> [Int] {
    selection.experts[token * slotCount..<(token + 1) * slotCount].map(Int.init)
  }

  /// The weights in the order of the positions.
  package var weightsByPosition: Tensor {
    var result = Tensor(uninitialized: [rows.count])
    let source = weights.scalars
    var scalars = result.mutableScalars
    for (route, position) in positions.enumerated() { scalars[Int(position)] = source[route] }
    return result
  }

  /// A gradient with respect to the weights, from one in the order of the positions.
  package func byRoute(_ byPosition: Tensor) -> Tensor {
    let source = byPosition.scalars
    return Tensor(positions.map { source[Int($0)] }, shape: weights.shape)
  }
}
