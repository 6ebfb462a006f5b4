/// The experts that were selected for each token, with what they were selected by.
public struct Selection: Sendable {
  /// The gate's logits, of shape [tokens, experts].
  public let logits: Tensor
  /// The scores, of shape [tokens, experts].
  public let scores: Tensor
  /// The experts of each token, slot by slot.
  public let experts: [Int32]
  /// How many experts each token has.
  public let slotCount: Int

  /// A selection of the given parts.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts].
  ///   - scores: Of the same shape; another traps.
  ///   - experts: The experts of each token, slot by slot; a wrong number, or one that is no expert, traps.
  ///   - slotCount: How many experts each token has.
  public init(logits: Tensor, scores: Tensor, experts: [Int32], slotCount: Int) {
    require(
      logits.rank == 2 && scores.shape == logits.shape,
      "Selection: scores of shape \(scores.shape) against logits of shape \(logits.shape)")
    require(
      experts.count == logits.shape[0] * slotCount
        && experts.allSatisfy { $0 >= 0 && $0 < logits.shape[1] },
      "Selection: \(experts.count) experts of \(slotCount) slots against logits of shape "
        + "\(logits.shape)")
    self.logits = logits
    self.scores = scores
    self.experts = experts
    self.slotCount = slotCount
  }

  /// The number of tokens.
  public var tokenCount: Int { logits.rowCount }

  /// The number of experts there are.
  public var expertCount: Int { logits.columnCount }

  /// Of a matrix with one column an expert, the scalars of the selected ones.
  ///
  /// - Parameter matrix: Of shape [tokens, experts].
  /// - Returns: A matrix of shape [tokens, slots].
  public func picked(from matrix: Tensor) -> Tensor {
    let scalars = matrix.scalars
    return Tensor(
      experts.enumerated().map { route, expert in
        scalars[route / slotCount * expertCount + Int(expert)]
      }, shape: [tokenCount, slotCount])
  }

  /// A matrix with one column an expert, of the given scalars where one is selected and zero elsewhere:
  /// the gradient of ``picked(from:)``.
  ///
  /// - Parameter matrix: Of shape [tokens, slots].
  /// - Returns: A matrix of shape [tokens, experts].
  public func spread(_ matrix: Tensor) -> Tensor {
    var result = Tensor(zeros: [tokenCount, expertCount])
    let source = matrix.scalars
    var scalars = result.mutableScalars
    for (route, expert) in experts.enumerated() {
      scalars[route / slotCount * expertCount + Int(expert)] += source[route]
    }
    return result
  }
}
