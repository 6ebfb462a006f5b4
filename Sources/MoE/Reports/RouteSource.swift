/// The routes of one batch through one layer as a report counts them, from a routing or from a
/// recording of one.
struct RouteSource {
  let expertCount: Int
  let slotCount: Int
  let experts: [Int32]
  let outcomes: [RouteOutcome]
  /// The weight of each slot; nothing where they are not known.
  let weights: [Float]?
  /// The tokens that are no padding, in order.
  let tokens: [Int]
  /// How many rows there are, padding included.
  let rowCount: Int
  let alwaysOn: Set<Int>
  let disabled: Set<Int>

  init(_ routing: Routing) {
    expertCount = routing.expertCount
    slotCount = routing.slotCount
    experts = routing.experts
    outcomes = routing.outcomes
    weights = routing.slotCount > 0 ? routing.weights.scalarArray : []
    rowCount = routing.tokenCount
    tokens = (0..<rowCount).filter { !routing.isPadding($0) }
    alwaysOn = Set(expertCount - routing.alwaysOnCount..<expertCount)
    disabled = routing.disabledExperts.subtracting(routing.droppedExperts)
  }

  /// The routes of a recording, which may come from a file and hold any numbers.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)``.
  init(_ pass: RoutingTrace.Pass) throws {
    let (count, slots) = (pass.expertCount, pass.slotCount)
    // A billion experts would ask for any amount of memory.
    guard (1...RouteSource.expertLimit).contains(count) else {
      throw MoEError.configuration(
        "number of experts of a recording", value: "\(count)",
        expected: "1 to \(RouteSource.expertLimit)")
    }
    let isWhole =
      slots > 0 ? pass.experts.count % slots == 0 : slots == 0 && pass.experts.isEmpty
    let routes = pass.experts.count
    let agree =
      pass.outcomes.count == routes && (pass.weights.map { $0.count == routes } ?? true)
      && (pass.chosenExperts.map { $0.count == routes } ?? true)
    let range = Int32(-1)..<Int32(count)
    let exist = zip(pass.experts, pass.outcomes).allSatisfy { expert, outcome in
      range.contains(expert) && (expert >= 0) == (outcome != .empty)
    }
    guard isWhole, agree, exist else {
      throw MoEError.configuration(
        "recorded routing", value: "\(routes) slots of \(slots) over \(count) experts",
        expected: "whole tokens, an outcome a slot, and experts from 0 to \(count - 1)")
    }
    expertCount = count
    slotCount = slots
    experts = pass.experts
    outcomes = pass.outcomes
    weights = pass.weights
    rowCount = slots > 0 ? routes / slots : 0
    tokens = Array(0..<rowCount)
    var alwaysOn: Set<Int> = []
    if let chosen = pass.chosenExperts {
      for route in experts.indices where experts[route] >= 0 && chosen[route] < 0 {
        alwaysOn.insert(Int(experts[route]))
      }
    }
    self.alwaysOn = alwaysOn
    disabled = []
  }

  /// How many experts a layer has at most.
  static let expertLimit = 65_535

  /// The routes of a token: those that an expert takes first, by falling sizes of weights; equal
  /// ones in the order of their slots.
  func routes(of token: Int, into routes: inout [Route]) {
    routes.removeAll(keepingCapacity: true)
    for slot in token * slotCount..<(token + 1) * slotCount where outcomes[slot] != .empty {
      // A weight that is no number weighs nothing, so that a report of a diverged training is one.
      let weight = weights.map { $0[slot].isFinite ? $0[slot] : 0 } ?? 0
      let route = Route(expert: experts[slot], weight: weight, outcome: outcomes[slot])
      var place = routes.count
      while place > 0, route.precedes(routes[place - 1]) { place -= 1 }
      routes.insert(route, at: place)
    }
  }

  /// One route of a token.
  struct Route {
    let expert: Int32
    let weight: Float
    let outcome: RouteOutcome

    func precedes(_ other: Route) -> Bool {
      outcome.isTaken == other.outcome.isTaken
        ? weight.magnitude > other.weight.magnitude : outcome.isTaken
    }
  }
}

extension RoutingReport.Balance {
  /// The balance of one batch in one layer.
  init(_ source: RouteSource) {
    var layer = RoutingReport.Layer(expertCount: source.expertCount, nextExpertCount: nil)
    layer.coactivation = nil
    layer.keepDisabled(source.disabled, isFirst: true)
    layer.count(source, groups: nil) { _, _ in }
    self = layer.balance
  }
}
