/// One expert a token: in training the assignment of even sizes with the largest sum of logits, in
/// inference the largest logit.
///
/// In training, of T tokens and E experts, each expert gets ⌊T/E⌋ or ⌈T/E⌉ tokens such that Σₜ
/// l_{t,e(t)} is as large as it can be: the exact optimum, but for the rounding of double
/// precision. Every expert is so equally busy without a balancing loss. Experts that are
/// switched off do not count; a token with forced experts takes up a place of each of them. In
/// inference each token goes to the expert of its largest logit, so that no token depends on
/// another.
///
/// The selection bias is left out of account.
///
/// Source: Lewis and others, "BASE layers", arXiv 2103.16716.
public struct LinearAssignmentSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// A selector.
  public init() {}

  /// In training tokens compete with each other; the choice is by logits.
  public var promises: RoutingPromises {
    [.deterministic, .readsScores, .fixedCount, .ordersChoices, .allowsRedirection]
  }

  /// One.
  public func slotCount(expertCount: Int) throws -> Int { 1 }

  /// The expert of each token.
  ///
  /// - Complexity: In training O(T·E·log T), and O(E²·log T) for each token that does not get its
  ///   best expert, with memory O(T·E); in inference O(T·E).
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let (tokens, experts) = (input.freeTokens, input.availableExperts)
    var selected = [Int32](repeating: SelectedExperts.none, count: input.tokenCount)
    guard !tokens.isEmpty, !experts.isEmpty else { return SelectedExperts(selected, slotCount: 1) }
    let logits = input.logits.scalars
    guard input.context.mode.isTraining else {
      for token in tokens {
        let row = token * input.expertCount
        var best = experts[0]
        for expert in experts where logits[row + expert] > logits[row + best] { best = expert }
        selected[token] = Int32(best)
      }
      return SelectedExperts(selected, slotCount: 1)
    }
    var affinities: [Float] = []
    affinities.reserveCapacity(tokens.count * experts.count)
    for token in tokens {
      for expert in experts { affinities.append(logits[token * input.expertCount + expert]) }
    }
    let forced = input.forcedRoutes
    let assignment = BalancedAssignment(
      affinities: affinities, tokenCount: tokens.count, expertCount: experts.count,
      taken: experts.map { forced[$0] })
    for (token, expert) in zip(tokens, assignment.experts) {
      selected[token] = Int32(experts[expert])
    }
    return SelectedExperts(selected, slotCount: 1)
  }
}

extension ExpertSelector where Self == LinearAssignmentSelector {
  /// In training the assignment of even sizes with the largest sum of logits, in inference the
  /// largest logit.
  public static var linearAssignment: LinearAssignmentSelector { LinearAssignmentSelector() }
}
