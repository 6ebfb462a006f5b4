extension Capacity {
  /// Chosen experts with what became of each route.
  struct Placement {
    /// The experts before any route was redirected, slot by slot.
    let chosen: [Int32]
    /// The experts, those of redirected routes replaced; dropped routes keep theirs.
    var selected: SelectedExperts
    /// The outcome of each route, slot by slot.
    var outcomes: [RouteOutcome]
  }

  /// Gives routes room in their experts, in the order of the rules.
  ///
  /// Routes that find none are looked at again when all others have been placed, in the same order,
  /// so that a redirected route never takes the place of a chosen one.
  ///
  /// - Parameters:
  ///   - selected: The experts of each token.
  ///   - input: What they were selected by.
  ///   - outcomes: Which routes are left out, and kept so far; they take no room, and count in the
  ///     limit.
  /// - Returns: What became of each route.
  /// - Complexity: O(routes · log routes), and O(experts) for each redirected route.
  func place(
    _ selected: SelectedExperts, _ input: SelectionInput, outcomes: [RouteOutcome]? = nil
  ) -> Placement {
    var placement = Placement(
      chosen: selected.experts, selected: selected,
      outcomes: outcomes ?? selected.experts.map { $0 < 0 ? .empty : .kept })
    if (input.context.mode.isTraining ? training : inference) == .none { return placement }
    let routeCount = selected.experts.reduce(0) { $1 < 0 ? $0 : $0 + 1 }
    guard
      let limits = limits(
        routeCount: routeCount, expertCount: input.expertCount, mode: input.context.mode,
        availableExperts: input.availableExperts, tokenCount: input.tokenCount,
        expertTraits: input.context.expertTraits)
    else { return placement }
    var counts = [Int](repeating: 0, count: input.expertCount)
    var left: [Int] = []
    for route in order(of: selected, input) where placement.outcomes[route] == .kept {
      let expert = Int(selected.experts[route])
      if counts[expert] < limits[expert] {
        counts[expert] += 1
      } else {
        placement.outcomes[route] = overflow == .passThrough ? .passThrough : .dropped
        left.append(route)
      }
    }
    if overflow == .drop || overflow == .passThrough { return placement }
    let priorities = input.priorities.scalars
    for route in left {
      let token = route / selected.slotCount
      let slots = token * selected.slotCount..<(token + 1) * selected.slotCount
      let row = token * input.expertCount
      var best: Int?
      for expert in 0..<input.expertCount
      where counts[expert] < limits[expert] && priorities[row + expert] > -.infinity
        && !slots.contains(where: { placement.selected.experts[$0] == expert })
      {
        guard let current = best else {
          best = expert
          continue
        }
        let isBetter =
          switch overflow {
          case .leastLoaded: counts[expert] < counts[current]
          case .backup(let backup): expert == backup
          default: priorities[row + expert] > priorities[row + current]
          }
        if isBetter { best = expert }
      }
      if case .backup(let backup) = overflow, best != backup { best = nil }
      guard let best else { continue }
      counts[best] += 1
      placement.selected.experts[route] = Int32(best)
      placement.outcomes[route] = .redirected
    }
    return placement
  }

  /// The routes that hold an expert, in the order in which they find room; of equal ones the first.
  private func order(of selected: SelectedExperts, _ input: SelectionInput) -> [Int] {
    let slotCount = selected.slotCount
    let routes = selected.experts.indices.filter { selected.experts[$0] >= 0 }
    let scores = input.scores.scalars
    var keys: [Float]
    switch order {
    case .position: keys = []
    case .score:
      keys = selected.experts.enumerated().map { route, expert in
        expert < 0 ? 0 : scores[route / slotCount * input.expertCount + Int(expert)]
      }
    case .random:
      keys = selected.experts.enumerated().map { route, expert in
        expert < 0
          ? 0
          : Float(
            input.context.noise.uniform(
              .capacity, position: input.context.position(of: route / slotCount),
              expert: Int(expert)))
      }
    case .batchPrioritized:
      let maxima = input.scores.rowMaxima().scalars
      keys = selected.experts.indices.map { maxima[$0 / slotCount] }
    }
    if keys.isEmpty && !prioritizesFirstChoices { return routes }
    return routes.sorted { first, second in
      if prioritizesFirstChoices, first % slotCount != second % slotCount {
        return first % slotCount < second % slotCount
      }
      if !keys.isEmpty, keys[first] != keys[second] { return keys[first] > keys[second] }
      return first < second
    }
  }
}
