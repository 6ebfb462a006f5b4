/// The routes of each expert while tokens are given to experts one after another.
struct LiveLoad {
  /// The routes of each expert: those it was busy with before the batch, and those handed out
  /// since.
  private(set) var routes: [Double]

  /// The loads before a batch: those of the context, or none.
  init(_ input: SelectionInput) {
    routes =
      input.context.overrides.load?.map(Double.init)
      ?? [Double](repeating: 0, count: input.expertCount)
  }

  /// Gives each token its experts, in the order of the tokens.
  ///
  /// A token with forced experts keeps to those, which count.
  ///
  /// - Parameters:
  ///   - input: What experts are selected by.
  ///   - slotCount: How many slots each token has.
  ///   - choose: Writes the experts of a token to its slots, under the loads of that moment.
  /// - Returns: The experts of every token.
  mutating func assign(
    _ input: SelectionInput, slotCount: Int,
    choose: (_ token: Int, _ routes: [Double], _ slots: inout [Int32]) -> Void
  ) -> SelectedExperts {
    var selected = [Int32](repeating: SelectedExperts.none, count: input.tokenCount * slotCount)
    let empty = [Int32](repeating: SelectedExperts.none, count: slotCount)
    for token in 0..<input.tokenCount {
      if let forced = input.context.overrides.forcedExperts[token] {
        for expert in forced { routes[expert] += 1 }
        continue
      }
      var slots = empty
      choose(token, routes, &slots)
      for slot in 0..<slotCount where slots[slot] >= 0 {
        selected[token * slotCount + slot] = slots[slot]
        routes[Int(slots[slot])] += 1
      }
    }
    return SelectedExperts(selected, slotCount: slotCount)
  }
}
