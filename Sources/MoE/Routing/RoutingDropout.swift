/// Routes and experts that are left out at random in training.
///
/// A *route* is left out with a probability of its own: its weight is zero, and no expert takes the
/// token by it. Whether the weights of a token's other routes are made up before or after is what
/// the strategy's ``Capacity/weights-swift.property`` says of dropped routes: before, so that the
/// token gets less, or after, so that the others share. Nothing is scaled up. A token of which all
/// routes are left out gets zeros from the routed experts. A route that is left out takes no room of
/// a capacity, whose limit counts it all the same.
///
/// An *expert* is left out for a whole step: it is switched off, as by ``Router/disabledExperts``,
/// and tokens choose among the others. Where all would be, the one with the largest draw stays.
///
/// Both are a pure function of seed, step and layer, and of the token's position and the expert for
/// a route: a pass that is made up anew in the same step leaves out the same. A recording that is
/// replayed has its own, so that nothing else is left out then. In inference nothing is.
///
/// Losses count routes that were left out, as they are of the gate's choice: ``Routing/demand``.
///
/// Source: masking of expert outputs in NLLB, arXiv 2207.04672.
public struct RoutingDropout: Sendable, Hashable, Codable {
  /// The probability that a route is left out.
  public var routes: Double
  /// The probability that an expert is left out for a step.
  public var experts: Double

  /// A dropout of routes, of experts, or of both.
  ///
  /// - Parameters:
  ///   - routes: The probability that a route is left out, from 0 to below 1; a layer throws
  ///     otherwise.
  ///   - experts: The probability that an expert is left out for a step; likewise.
  public init(routes: Double = 0, experts: Double = 0) {
    self.routes = routes
    self.experts = experts
  }

  /// Throws where a rate is not from 0 to below 1.
  func check() throws {
    try DropoutMask.check(rate: routes, of: "dropout of routes")
    try DropoutMask.check(rate: experts, of: "dropout of experts")
  }

  /// The experts that are left out in a step, of those that are switched on.
  func leftOut(of available: [Int], noise: Noise) -> Set<Int> {
    guard experts > 0 else { return [] }
    let draws = available.map { noise.uniform(.expertDropout, position: 0, expert: $0) }
    var leftOut = Set(available.indices.filter { draws[$0] < experts }.map { available[$0] })
    if leftOut.count == available.count, !available.isEmpty {
      var best = 0
      for index in draws.indices where draws[index] > draws[best] { best = index }
      leftOut.remove(available[best])
    }
    return leftOut
  }

  /// What became of the routes of a choice: left out or, so far, kept.
  func outcomes(of selected: SelectedExperts, context: RoutingContext) -> [RouteOutcome] {
    selected.experts.enumerated().map { route, expert in
      guard expert >= 0 else { return .empty }
      guard routes > 0, context.mode.isTraining else { return .kept }
      let draw = context.noise.uniform(
        .routeDropout, position: context.position(of: route / selected.slotCount),
        expert: Int(expert))
      return draw < routes ? .leftOut : .kept
    }
  }
}
