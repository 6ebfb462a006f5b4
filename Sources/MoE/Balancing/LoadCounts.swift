/// How many routes each expert had, over one batch or many.
///
/// What balances without a loss, or over micro-batches, counts with it. Padding is left out, and so
/// are passes in inference mode, so that evaluation moves nothing, and replays that make up a pass
/// anew.
public struct LoadCounts: StepUpdate, Hashable, Codable {
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

  /// Counts that were made before.
  init(routes: [Int], firstChoices: [Int], tokenCount: Int) {
    self.routes = routes
    self.firstChoices = firstChoices
    self.tokenCount = tokenCount
  }

  /// Adds the routes of a training pass; those of a pass in inference are left out.
  ///
  /// - Parameter routing: Where tokens went, over as many experts; another number traps.
  public mutating func add(_ routing: Routing) {
    require(
      routing.expertCount == routes.count,
      "LoadCounts: \(routing.expertCount) experts against \(routes.count)")
    guard routing.isCounted else { return }
    for (route, expert) in routing.chosenExperts.enumerated() where expert >= 0 {
      routes[Int(expert)] += 1
      if route % routing.slotCount == 0 { firstChoices[Int(expert)] += 1 }
    }
    tokenCount += routing.validTokenCount
  }

  /// The name: `load counts`.
  public var name: String { "load counts" }

  /// False: it counts, and moves nothing.
  public var movesAfterStep: Bool { false }

  /// Throws where the router has another number of experts.
  public func check(_ router: Router) throws { try check(expertCount: router.expertCount) }

  func check(expertCount: Int) throws {
    guard expertCount == routes.count else {
      throw MoEError.configuration(
        "number of experts", value: "\(expertCount)", expected: "\(routes.count), as are counted")
    }
  }

  /// Adds the routings of a step that count.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the router or a routing has
  ///   another number of experts; nothing has changed then.
  public mutating func update(_ router: inout Router, after step: TrainingStep) throws {
    try check(router)
    for routing in step.routings { try check(expertCount: routing.expertCount) }
    for routing in step.routings { add(routing) }
  }

  /// Visits `routes`, `firstChoices` and `tokenCount`, as whole numbers.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try LoadCounts.visitCounts("routes", &routes, visit)
    try LoadCounts.visitCounts("firstChoices", &firstChoices, visit)
    var buffer = Tensor(integer: max(tokenCount, 0))
    try Self.visit("tokenCount", &buffer, visit)
    // What is no whole number is left to the check, as nothing can be thrown here.
    tokenCount = buffer.integer ?? -1
  }

  private static func visitCounts(
    _ name: String, _ counts: inout [Int], _ visit: (String, inout Tensor?) throws -> Void
  ) rethrows {
    var buffer: Tensor? = Tensor(integers: counts)
    try visit(name, &buffer)
    if let buffer { counts = buffer.integers ?? [] }
  }

  /// Throws where there are not as many first choices as routes, or no count of tokens.
  public func checkBuffers() throws {
    guard routes.count == firstChoices.count, !routes.isEmpty else {
      throw MoEError.configuration(
        "load counts", value: "\(routes.count) and \(firstChoices.count) experts",
        expected: "whole numbers, as many of routes as of first choices")
    }
    guard tokenCount >= 0 else {
      throw MoEError.configuration(
        "token count of the loads", value: "\(tokenCount)", expected: "a whole number, at least 0")
    }
  }

  /// Starts again from zero.
  public mutating func reset() { self = LoadCounts(expertCount: routes.count) }
}
