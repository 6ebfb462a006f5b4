/// The experts that were selected for each token, with what they were selected by.
public struct Selection: Sendable {
  /// The gate's logits, of shape [tokens, experts]; −∞ for experts that are switched off.
  public let logits: Tensor
  /// The scores, of shape [tokens, experts], without any selection bias.
  public let scores: Tensor
  /// The expert of each slot, token by token, or ``SelectedExperts/none`` where a slot is empty.
  public let experts: [Int32]
  /// How many slots each token has.
  public let slotCount: Int
  /// The function that made scores of logits, where it is known.
  public let score: (any Score)?
  /// The context of the routing: batch, purpose and overrides.
  public let context: RoutingContext

  /// A selection of the given parts.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts].
  ///   - scores: Of the same shape; another traps.
  ///   - selected: The experts of each token; a wrong number, or one that is no expert, traps.
  ///   - score: The function that made scores of logits, which knows their logarithms best.
  ///   - context: What else routing depends on.
  public init(
    logits: Tensor, scores: Tensor, selected: SelectedExperts, score: (any Score)? = nil,
    context: RoutingContext = RoutingContext()
  ) {
    require(
      logits.rank == 2 && scores.sizes == logits.sizes,
      "Selection: scores of shape \(scores.shape) against logits of shape \(logits.shape)")
    require(
      selected.experts.count == logits.sizes[0] * selected.slotCount
        && selected.experts.allSatisfy { $0 >= SelectedExperts.none && $0 < logits.sizes[1] },
      "Selection: \(selected.experts.count) experts of \(selected.slotCount) slots against logits of "
        + "shape \(logits.shape)")
    self.logits = logits
    self.scores = scores
    experts = selected.experts
    slotCount = selected.slotCount
    self.score = score
    self.context = context
  }

  /// The same scores with other experts selected.
  func choosing(_ experts: SelectedExperts) -> Selection {
    Selection(logits: logits, scores: scores, selected: experts, score: score, context: context)
  }

  /// The number of tokens.
  public var tokenCount: Int { logits.rowCount }

  /// The number of experts there are.
  public var expertCount: Int { logits.columnCount }

  /// The logarithms of the scores, of shape [tokens, experts], exact where scores are too small to
  /// tell.
  ///
  /// - Complexity: O(tokens · experts), at each call.
  public var logScores: Tensor {
    score?.logarithms(logits, context: context) ?? scores.log()
  }

  /// Of a matrix with one column an expert, the scalars of the selected ones.
  ///
  /// - Parameters:
  ///   - matrix: Of shape [tokens, experts].
  ///   - empty: What stands in the place of empty slots.
  /// - Returns: A matrix of shape [tokens, slots].
  public func picked(from matrix: Tensor, empty: Float = 0) -> Tensor {
    var result = Tensor(uninitialized: TensorShape(tokenCount, slotCount))
    let (source, expertCount) = (matrix.scalars, expertCount)
    var scalars = result.mutableScalars
    var route = 0
    for token in 0..<tokenCount {
      for _ in 0..<slotCount {
        let expert = Int(experts[route])
        scalars[route] = expert < 0 ? empty : source[token * expertCount + expert]
        route += 1
      }
    }
    return result
  }

  /// A matrix with one column an expert, of the given scalars where one is selected and zero
  /// elsewhere: the gradient of ``picked(from:empty:)``.
  ///
  /// - Parameter matrix: Of shape [tokens, slots].
  /// - Returns: A matrix of shape [tokens, experts].
  public func spread(_ matrix: Tensor) -> Tensor {
    var result = Tensor(zeros: [tokenCount, expertCount])
    let (source, expertCount) = (matrix.scalars, expertCount)
    var scalars = result.mutableScalars
    var route = 0
    for token in 0..<tokenCount {
      for _ in 0..<slotCount {
        let expert = Int(experts[route])
        if expert >= 0 { scalars[token * expertCount + expert] += source[route] }
        route += 1
      }
    }
    return result
  }
}
