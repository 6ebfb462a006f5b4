/// How many routes each expert had, over one batch or many.
///
/// What balances without a loss, or over micro-batches, counts with it. Padding is left out, and so are passes
/// in inference mode, so that evaluation moves nothing.
public struct LoadCounts: Sendable, Hashable, Codable {
  /// The routes to each expert before any was dropped.
  public private(set) var routes: [Int]
  /// The routes of first choices alone: those of each token's first slot.
  public private(set) var firstChoices: [Int]
  /// The tokens, padding left out.
  public private(set) var tokenCount = 0

  /// Counts of nothing yet.
  ///
  /// - Parameter expertCount: The number of experts.
  public init(expertCount: Int) {
    routes = Array(repeating: 0, count: expertCount)
    firstChoices = routes
  }

  /// Adds the routes of a training pass; those of a pass in inference are left out.
  ///
  /// - Parameter routing: Where tokens went, over as many experts; another number traps.
  public mutating func add(_ routing: Routing) {
    require(
      routing.expertCount == routes.count,
      "LoadCounts: \(routing.expertCount) experts against \(routes.count)")
    guard routing.selection.context.mode.isTraining else { return }
    for (route, expert) in routing.chosenExperts.enumerated() where expert >= 0 {
      routes[Int(expert)] += 1
      if route % routing.slotCount == 0 { firstChoices[Int(expert)] += 1 }
    }
    tokenCount += routing.validTokenCount
  }

  /// Starts again from zero.
  public mutating func reset() { self = LoadCounts(expertCount: routes.count) }
}
