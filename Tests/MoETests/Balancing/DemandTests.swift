import MoE
import Testing

/// Where routes that find no room are taken by other experts, balance still sees what the tokens
/// chose.
@Suite struct DemandTests {
  /// Five tokens of six prefer expert 0.
  private static let tokens: Tensor = [
    [3, 1, 0, -1], [3, 0, 1, -1], [3, -1, 0, 1], [3, 1, 0, -1], [0, 3, 1, -1], [3, 0, -1, 1],
  ]

  private static func routing(_ capacity: Capacity) throws -> (router: Router, routing: Routing) {
    let (router, pass) = try KnownRouting.pass(
      tokens,
      RoutingStrategy(
        selector: .topK(1), weighting: .scores, capacity: capacity, hasSelectionBias: true))
    return (router, pass.routing)
  }

  @Test(arguments: [Capacity.Overflow.drop, .passThrough, .nextBest, .leastLoaded, .backup(3)])
  func lossesAndBiasesSeeIt(overflow: Capacity.Overflow) throws {
    let (free, unlimited) = try Self.routing(.none)
    let (tight, limited) = try Self.routing(
      Capacity(training: .routes(2), overflow: overflow))
    #expect(unlimited.load == [5, 1, 0, 0] && limited.load[0] == 2)
    let losses: [any BalancingLoss] = [
      .loadBalancing(coefficient: 1),
      .loadBalancing(coefficient: 1, normalization: .switchTransformers),
      .loadBalancing(coefficient: 1, scope: .sequences(length: 3)),
      .loadBalancing(coefficient: 1, experts: .devices(groupSize: 2)),
      .loadBalancing(
        coefficient: 1, experts: .communication(groupSize: 2, groupsPerToken: 1)),
      HeterogeneousBalancingLoss(coefficient: 1, costs: [1, 1, 0.5, 0.5]),
      .load(coefficient: 1), .adaptiveSparsity(targetCount: 1, coefficient: 1),
    ]
    for loss in losses {
      #expect(loss(limited).value == loss(unlimited).value, "\(loss.name)")
      #expect(loss(limited).gradient.logits == loss(unlimited).gradient.logits, "\(loss.name)")
      #expect(loss(limited).gradient.scores == loss(unlimited).gradient.scores, "\(loss.name)")
    }
    for rule in [SelectionBiasUpdate.Rule.sign, .proportional, .quantile] {
      let update = SelectionBiasUpdate(rule)
      var (moved, expected) = (tight, free)
      update(&moved, after: [limited])
      update(&expected, after: [unlimited])
      #expect(moved.selectionBias == expected.selectionBias, "\(rule)")
    }
    var monitor = BalanceMonitor(minimumRoutes: 0)
    monitor.observe(limited)
    #expect(monitor.report.shares == unlimited.demand.map { Double($0) / 6 })
  }
}
