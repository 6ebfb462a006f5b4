import MoE
import Testing

/// What balances, counts and watches goes with the experts.
@Suite struct StepUpdateEditingTests {
  /// A routing of four experts, of which those with the largest scores are chosen.
  private static func routing(seed: UInt64 = 5) throws -> Routing {
    let layer = try SmallLayers.layer(.topK(2))
    return try layer.forward(SmallLayers.normal([40, 4], seed: seed), context: .training(step: 0))
      .routing
  }

  @Test func countsGoWithTheFirstCopy() throws {
    var counts = LoadCounts(expertCount: 4)
    counts.add(try Self.routing())
    let edit = try ExpertEdit(averaging: [[3], [0, 1], [3]], of: 4)
    let edited = try counts.editingExperts(edit)
    #expect(edited.routes == [counts.routes[3], counts.routes[0] + counts.routes[1], 0])
    #expect(
      edited.firstChoices == [
        counts.firstChoices[3], counts.firstChoices[0] + counts.firstChoices[1], 0,
      ])
    #expect(edited.tokenCount == 40)
    expectConfigurationError("number of experts is 3, expected 4, as are counted") {
      _ = try counts.editingExperts(ExpertEdit([0], of: 3))
    }
  }

  @Test func qualitiesAreCopiedAndAveraged() throws {
    var layer = try SmallLayers.layer(.topK(2))
    var tracker = try QualityTracker(expertCount: 4, decay: 0.5, strength: 2)
    let routing = try Self.routing()
    try tracker.update(
      &layer.router,
      after: TrainingStep([routing], tokenQuality: [(0..<40).map { 1 / Float($0 % 5 + 1) }]))
    let edited = try tracker.editingExperts(ExpertEdit(averaging: [[2], [0, 1], [2]], of: 4))
    let quality = tracker.quality
    #expect(edited.quality == [quality[2], quality[0] * 0.5 + quality[1] * 0.5, quality[2]])
    #expect(edited.decay == 0.5 && edited.strength == 2)
  }

  @Test func aMonitorBeginsANewWindow() throws {
    var monitor = BalanceMonitor(window: 7, starvingBelow: 0.25)
    monitor.observe(try Self.routing(seed: 5))
    monitor.observe(try Self.routing(seed: 6))
    let fewer = monitor.editingExperts(try ExpertEdit([0, 1, 3], of: 4))
    #expect(fewer.report.steps == 0 && fewer.window == 7 && fewer.starvingBelow == 0.25)
    #expect(fewer.namedBuffers.isEmpty)
    // The same in another order it has seen in another order.
    let order = [3, 0, 2, 1]
    let moved = monitor.editingExperts(try ExpertEdit(order, of: 4))
    #expect(moved.report.steps == 2)
    #expect(moved.report.shares == order.map { monitor.report.shares[$0] })
    #expect(moved.report.concentration.isApproximately(monitor.report.concentration))
    // One that has watched another layer forgets it.
    #expect(monitor.editingExperts(try ExpertEdit([1, 0], of: 2)).report.steps == 0)
  }

  @Test func lossesKnowTheirGroupsAndCosts() throws {
    let devices = LoadBalancingLoss(coefficient: 0.5, experts: .devices(groupSize: 2))
    #expect(
      try devices.editingExperts(ExpertEdit([0, 2, 4], of: 6)).experts == .devices(groupSize: 1))
    #expect(
      try devices.editingExperts(ExpertEdit([2, 3, 0, 1], of: 6)).experts
        == .devices(groupSize: 2))
    expectConfigurationError(
      "experts in the groups of load balancing of devices is [2, 1, 2], expected as many in each, "
        + "of one former group and side by side"
    ) { _ = try devices.editingExperts(ExpertEdit([0, 1, 2, 4, 5], of: 6)) }
    let communication = LoadBalancingLoss(
      coefficient: 0.5, experts: .communication(groupSize: 3, groupsPerToken: 2))
    #expect(
      try communication.editingExperts(ExpertEdit([0, 3], of: 6)).experts
        == .communication(groupSize: 1, groupsPerToken: 2))
    var earlier = LoadCounts(expertCount: 4)
    earlier.add(try Self.routing())
    let single = LoadBalancingLoss(coefficient: 0.5, scope: .batch, earlier: earlier)
    let edited = try single.editingExperts(ExpertEdit([3, 1], of: 4))
    #expect(edited.earlier?.routes == [earlier.routes[3], earlier.routes[1]])
    let costly = HeterogeneousBalancingLoss(coefficient: 0.1, costs: [1, 2, 4, 0.75])
    #expect(
      try costly.editingExperts(ExpertEdit(averaging: [[3], [0, 2], [1]], of: 4)).costs
        == .each([0.75, 2.5, 2]))
    #expect(throws: MoEError.self) { try costly.editingExperts(ExpertEdit([0], of: 3)) }
  }
}

extension Double {
  /// Whether two sums of the same numbers in another order may be equal.
  fileprivate func isApproximately(_ other: Double) -> Bool {
    (self - other).magnitude <= 1e-12 * Swift.max(magnitude, 1)
  }
}
