extension RoutingTrace.Pass {
  /// Throws where the recording is none of so many tokens and experts, or of another kind of layer.
  ///
  /// - Parameters:
  ///   - tokenCount: The number of tokens.
  ///   - batch: Which of them are padding.
  ///   - router: What the recording is replayed through.
  /// - Throws: ``MoEError/configuration(_:value:expected:)``.
  func check(tokenCount: Int, batch: Batch, router: Router) throws {
    try checkShape(
      tokenCount: tokenCount, expertCount: router.expertCount,
      alwaysOn: router.selector.alwaysOnCount)
    let off = try disabledExperts(of: router)
    for (route, expert) in experts.enumerated() where expert >= 0 {
      guard !off.contains(Int(expert)) else {
        throw MoEError.configuration(
          "expert of a recorded route", value: "\(expert)", expected: "one that is switched on")
      }
      guard !batch.isPadding(route / slotCount) else {
        throw MoEError.configuration(
          "token of a recorded route", value: "\(route / slotCount)",
          expected: "one that is no padding")
      }
      // Only such a layer has made sure that tokens have the size of outputs.
      guard outcomes[route] != .passThrough || router.strategy.capacity.overflow == .passThrough
      else {
        throw MoEError.configuration(
          "recorded outcome", value: "\(outcomes[route])",
          expected: "one of a capacity that overflows to \(router.strategy.capacity.overflow)")
      }
    }
  }

  /// The experts that are switched off in a router, and those that the recording has left out.
  private func disabledExperts(of router: Router) throws -> Set<Int> {
    for expert in droppedExperts ?? [] where !(0..<router.expertCount).contains(expert) {
      throw MoEError.configuration(
        "expert that a recording has left out", value: "\(expert)",
        expected: "0 to \(router.expertCount - 1)")
    }
    let off = router.disabledExperts.union(droppedExperts ?? [])
    guard off.count < router.expertCount else {
      throw MoEError.configuration(
        "number of experts switched on", value: "0", expected: "at least 1")
    }
    return off
  }

  private func checkShape(tokenCount: Int, expertCount: Int, alwaysOn: Int) throws {
    // A recording may come from a file: its numbers need not be those of any routing.
    let routes = tokenCount.multipliedReportingOverflow(by: slotCount)
    guard self.expertCount == expertCount, slotCount >= 0, !routes.overflow,
      experts.count == routes.partialValue, outcomes.count == experts.count,
      haveExperts(expertCount, alwaysOn: alwaysOn), isChosenByToken
    else {
      throw MoEError.configuration(
        "recorded routing",
        value: "\(experts.count) slots of \(slotCount) over \(self.expertCount) experts",
        expected: "\(tokenCount) tokens of different experts over \(expertCount)")
    }
  }

  /// Whether each route that is not empty has an expert, before and after capacity was looked at;
  /// the last ones, which are always on, were not chosen.
  private func haveExperts(_ expertCount: Int, alwaysOn: Int) -> Bool {
    for (route, expert) in experts.enumerated() {
      let isEmpty = outcomes[route] == .empty
      guard expert >= -1, expert < expertCount, (expert < 0) == isEmpty else { return false }
    }
    guard let chosenExperts else { return true }
    guard chosenExperts.count == experts.count else { return false }
    for (route, chosen) in chosenExperts.enumerated() {
      let wasChosen = (0..<Int32(expertCount - alwaysOn)).contains(experts[route])
      guard chosen < expertCount, (chosen >= 0) == wasChosen else { return false }
    }
    return true
  }

  /// Whether no expert takes a token twice.
  private var isChosenByToken: Bool {
    guard slotCount > 0 else { return true }
    var last = [Int](repeating: -1, count: expertCount)
    for (route, expert) in experts.enumerated() where outcomes[route].isTaken {
      guard last[Int(expert)] != route / slotCount else { return false }
      last[Int(expert)] = route / slotCount
    }
    return true
  }
}
