/// The choice of another selector among all experts but the last few, and these few for every token.
///
/// So shared experts stand among the others, with logits of the same gate, and weights that the
/// weighting makes of all of a token's experts together. They come last in a token's slots. What
/// balances leaves them out: ``Routing/availableExperts``, ``Routing/demand``.
///
/// Source: Inkling, whose weights are σ(l) over the sum of the chosen and the shared.
public struct AlwaysOnSelector: ExpertSelector {
  /// What chooses among the other experts.
  public let base: any ExpertSelector
  /// How many experts every token goes to: the last ones.
  public let alwaysOnCount: Int

  /// A choice beside experts that are always on.
  ///
  /// - Parameters:
  ///   - base: What chooses among the other experts.
  ///   - alwaysOnCount: How many experts every token goes to.
  public init(_ base: any ExpertSelector, alwaysOnCount: Int) {
    self.base = base
    self.alwaysOnCount = alwaysOnCount
  }

  /// Those of the other selector, but that routes may go on to any expert.
  public var promises: RoutingPromises { base.promises.subtracting(.allowsRedirection) }

  /// The slots of the other selector, and one for each expert that is always on.
  public func slotCount(expertCount: Int) throws -> Int {
    guard (0..<expertCount).contains(alwaysOnCount) else {
      throw MoEError.configuration(
        "number of experts that are always on", value: "\(alwaysOnCount)",
        expected: "0 to \(expertCount - 1), so that there are others to choose among")
    }
    return try base.slotCount(expertCount: expertCount - alwaysOnCount) + alwaysOnCount
  }

  /// The choice of the other selector, then the experts that are always on and not switched off.
  ///
  /// - Throws: What the other selector throws.
  public func select(_ input: SelectionInput) throws -> SelectedExperts {
    let (tokens, count) = (input.tokenCount, input.expertCount - alwaysOnCount)
    func first(_ matrix: Tensor) -> Tensor {
      var first = Tensor(uninitialized: [tokens, count])
      let source = matrix.scalars
      var scalars = first.mutableScalars
      for index in 0..<scalars.count {
        scalars[index] = source[index / count * input.expertCount + index % count]
      }
      return first
    }
    var context = input.context
    context.expertTraits = Array(context.expertTraits.prefix(count))
    context.overrides.load = context.overrides.load.map { Array($0.prefix(count)) }
    let chosen = try base.select(
      SelectionInput(
        logits: first(input.logits), scores: first(input.scores),
        priorities: first(input.priorities), context: context))
    let priorities = input.priorities.scalars
    var experts: [Int32] = []
    experts.reserveCapacity(tokens * (chosen.slotCount + alwaysOnCount))
    for token in 0..<tokens {
      experts += chosen.experts[token * chosen.slotCount..<(token + 1) * chosen.slotCount]
      for expert in count..<input.expertCount {
        let isOn = priorities[token * input.expertCount + expert] > -.infinity
        experts.append(isOn ? Int32(expert) : SelectedExperts.none)
      }
    }
    return SelectedExperts(experts, slotCount: chosen.slotCount + alwaysOnCount)
  }

  /// The same for other experts, of which those that are always on stay the last.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where one that is always on would stand
  ///   among the others, or would be merged with one of them, and what the other selector throws.
  public func editingExperts(_ edit: ExpertEdit) throws -> AlwaysOnSelector {
    let count = edit.formerCount - alwaysOnCount
    let isOn = edit.sources.map { sources in sources.map { $0.expert >= count } }
    let chosen = isOn.prefix { !$0.contains(true) }.count
    guard isOn[chosen...].allSatisfy({ !$0.contains(false) }) else {
      throw MoEError.configuration(
        "experts after an edit", value: "\(edit.sources.map { $0.map(\.expert) })",
        expected: "the \(alwaysOnCount) that are always on behind all others")
    }
    return AlwaysOnSelector(
      try base.editingExperts(edit.part(0..<chosen, from: 0..<count)),
      alwaysOnCount: isOn.count - chosen)
  }
}

extension ExpertSelector {
  /// This choice among all experts but the last few, and these few for every token.
  ///
  /// - Parameter count: How many experts every token goes to.
  /// - Returns: A selector, which throws where no others are left.
  public func withAlwaysOn(_ count: Int) -> AlwaysOnSelector {
    AlwaysOnSelector(self, alwaysOnCount: count)
  }
}
