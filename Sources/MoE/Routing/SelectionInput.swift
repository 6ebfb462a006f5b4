/// The input of a selector: logits, scores and priorities.
///
/// There is no padding in it: that was taken out before.
public struct SelectionInput: Sendable {
  /// The gate's logits, of shape [tokens, experts]; −∞ for experts that are switched off.
  public let logits: Tensor
  /// The scores, of the same shape.
  public let scores: Tensor
  /// The scores, or with ``RoutingStrategy/biasesLogits`` the logits, with the selection bias where
  /// there is one; −∞ for experts that are switched off.
  public let priorities: Tensor
  /// The context of the choice: the mode and its noise, positions, ids and loads.
  public let context: RoutingContext

  /// An input of the given parts.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts].
  ///   - scores: Of the same shape; another traps.
  ///   - priorities: Of the same shape; the scores unless given.
  ///   - context: What else to choose by.
  public init(
    logits: Tensor, scores: Tensor, priorities: Tensor? = nil,
    context: RoutingContext = RoutingContext()
  ) {
    let priorities = priorities ?? scores
    require(
      logits.rank == 2 && scores.sizes == logits.sizes && priorities.sizes == logits.sizes,
      "SelectionInput: scores of shape \(scores.shape) and priorities of shape \(priorities.shape) "
        + "against logits of shape \(logits.shape)")
    self.logits = logits
    self.scores = scores
    self.priorities = priorities
    self.context = context
  }

  /// The number of tokens.
  public var tokenCount: Int { logits.rowCount }

  /// The number of experts there are.
  public var expertCount: Int { logits.columnCount }

  /// The experts that are switched on, in order; none where there are no tokens.
  public var availableExperts: [Int] {
    guard tokenCount > 0 else { return [] }
    let priorities = priorities.scalars
    // Where an expert is switched off it is so for every token.
    return (0..<expertCount).filter { priorities[$0] > -.infinity }
  }
}
