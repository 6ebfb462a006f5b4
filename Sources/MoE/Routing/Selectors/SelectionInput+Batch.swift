/// What selectors share that look at the whole batch.
extension SelectionInput {
  /// The tokens that are not padding, in order.
  var validTokens: [Int] { (0..<tokenCount).filter { !context.isPadding($0) } }

  /// The experts that are switched on, in order; none where there are no tokens.
  var availableExperts: [Int] {
    guard tokenCount > 0 else { return [] }
    let priorities = priorities.scalars
    // Where an expert is switched off it is so for every token.
    return (0..<expertCount).filter { priorities[$0] > -.infinity }
  }

  /// Gives each expert the tokens that have the highest priorities for it, as many for each expert.
  ///
  /// With T tokens that are no padding and E experts that are switched on, an expert takes ⌈share · T / E⌉ tokens, or
  /// all of them where they are fewer. Of equal tokens the first.
  ///
  /// - Parameter share: How many experts a token has on average.
  /// - Returns: The experts of each token in ascending order, none for padding.
  /// - Complexity: O(experts · tokens · log tokens).
  func bestTokensOfExperts(share: Double) -> SelectedExperts {
    let (tokens, experts) = (validTokens, availableExperts)
    var lists = [[Int32]](repeating: [], count: tokenCount)
    guard !tokens.isEmpty, !experts.isEmpty else { return SelectedExperts(lists: lists) }
    let exact = share * Double(tokens.count) / Double(experts.count)
    let count = min(Capacity.roundedUp(exact), tokens.count)
    let columns = priorities.transposed()
    for expert in experts {
      let column = columns[row: expert].scalarArray
      let order = tokens.sorted {
        column[$0] != column[$1] ? column[$0] > column[$1] : $0 < $1
      }
      for token in order.prefix(count) { lists[token].append(Int32(expert)) }
    }
    return SelectedExperts(lists: lists)
  }
}
