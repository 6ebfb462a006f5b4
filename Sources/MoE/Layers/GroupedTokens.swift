/// Rows that are picked from a matrix into groups, one group an expert, and the token of each.
///
///     let input = GroupedTokens(tokens, rows: GroupedRows([[0, 2], [1]]))
public struct GroupedTokens: Sendable {
  /// The matrix that rows are picked from: the tokens as a rule.
  public let matrix: Tensor
  /// The rows of the matrix that each group takes.
  public let rows: GroupedRows
  /// The index in the batch of the token at each position; nothing where rows are mixtures of
  /// several.
  public let tokens: [Int32]?
  /// The number in its layer of the first group's expert, through all groups of experts and then
  /// the shared ones: what noise of experts' own depends on.
  public var firstExpert = 0

  /// Rows of a matrix whose rows are tokens.
  ///
  /// - Parameters:
  ///   - matrix: One row a token.
  ///   - rows: The tokens that each group takes.
  public init(_ matrix: Tensor, rows: GroupedRows) {
    self.init(matrix, rows: rows, tokens: rows.indices)
  }

  /// Rows of any matrix.
  ///
  /// - Parameters:
  ///   - matrix: The matrix that rows are picked from.
  ///   - rows: The rows that each group takes.
  ///   - tokens: The token at each position, where rows have one; another number of them traps.
  public init(_ matrix: Tensor, rows: GroupedRows, tokens: [Int32]?) {
    require(
      tokens.map { $0.count == rows.count } ?? true,
      "GroupedTokens: \(tokens?.count ?? 0) tokens against \(rows.count) positions")
    self.matrix = matrix
    self.rows = rows
    self.tokens = tokens
  }

  /// Some neighbouring groups alone, whose positions start again at 0.
  ///
  /// - Parameter range: The indices of the groups.
  public subscript(groups range: Range<Int>) -> GroupedTokens {
    guard range != 0..<rows.groupCount else { return self }
    let positions = rows.offsets[range.lowerBound]..<rows.offsets[range.upperBound]
    var part = GroupedTokens(
      matrix, rows: rows[groups: range], tokens: tokens.map { Array($0[positions]) })
    part.firstExpert = firstExpert + range.lowerBound
    return part
  }

  /// The batch of the tokens at some positions: they keep the position ids that they have.
  ///
  /// - Parameters:
  ///   - positions: Some positions.
  ///   - batch: The batch that the tokens are of.
  /// - Returns: A batch of these tokens; one of which nothing is known where rows have no token of
  ///   their own.
  public func batch(at positions: some Collection<Int>, of batch: Batch) -> Batch {
    guard let tokens else { return Batch() }
    let indices = positions.map { Int(tokens[$0]) }
    var picked = batch.picking(indices)
    picked.positions = indices.map(batch.position(of:))
    return picked
  }
}

/// The gradient of a loss with respect to what grouped rows were made into, and the weights of
/// these.
///
/// A layer adds up weights times results, so that the gradient at a position is that of its row,
/// times the position's weight. The weight is handed over apart, so that a group can find the
/// gradient with respect to it without having stored its results.
public struct GroupedGradient: Sendable {
  /// One row for each row of the matrix that rows were picked from.
  public let matrix: Tensor
  /// The weight of each position.
  public let weights: Tensor

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - matrix: One row for each row of the forward pass's matrix.
  ///   - weights: The weight of each position.
  public init(_ matrix: Tensor, weights: Tensor) {
    self.matrix = matrix
    self.weights = weights
  }

  /// That of some neighbouring positions alone.
  subscript(positions positions: Range<Int>) -> GroupedGradient {
    GroupedGradient(matrix, weights: weights[entries: positions])
  }
}
