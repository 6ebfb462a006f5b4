/// The steps that selectors share which look at the whole batch.
extension SelectionInput {
  /// The tokens that are to be given experts, in order: those without forced ones.
  var freeTokens: [Int] { (0..<tokenCount).filter(isFree) }

  /// Whether a token is to be given experts.
  func isFree(_ token: Int) -> Bool {
    context.overrides.forcedExperts[token] == nil
  }

  /// How many tokens each expert takes because they are forced on it.
  var forcedRoutes: [Int] {
    var counts = [Int](repeating: 0, count: expertCount)
    for (_, experts) in context.overrides.forcedExperts {
      for expert in experts { counts[expert] += 1 }
    }
    return counts
  }

  /// Gives each expert the tokens that have the highest priorities for it, as many for each expert.
  ///
  /// With T tokens and E experts that are switched on, an expert takes ⌈share · T / E⌉ tokens, or
  /// all of them where they are fewer. Of equal tokens the first. Tokens with forced experts are no
  /// part of the choice, but take up places of their experts.
  ///
  /// - Parameter share: How many experts a token has on average.
  /// - Returns: The experts of each token in ascending order, none where experts are forced.
  /// - Complexity: O(experts · tokens · log tokens).
  func bestTokensOfExperts(share: Double) -> SelectedExperts {
    let (tokens, experts) = (freeTokens, availableExperts)
    var lists = [[Int32]](repeating: [], count: tokenCount)
    guard !tokens.isEmpty, !experts.isEmpty else { return SelectedExperts(lists: lists) }
    let exact =
      share * Double(tokenCount) / Double(experts.count)
    let (places, forced) = (RouteCount.rounded(exact, .up), forcedRoutes)
    let columns = priorities.transposed()
    for expert in experts {
      let column = columns[entry: expert].scalarArray
      let order = tokens.sorted {
        column[$0] != column[$1] ? column[$0] > column[$1] : $0 < $1
      }
      for token in order.prefix(max(0, places - forced[expert])) {
        lists[token].append(Int32(expert))
      }
    }
    return SelectedExperts(lists: lists)
  }
}
