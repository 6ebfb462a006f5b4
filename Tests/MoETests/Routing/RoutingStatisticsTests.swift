import Foundation
import MoE
import Testing

@Suite struct RoutingStatisticsTests {
  private static func near(_ value: Double, _ exact: Double) -> Bool {
    (value - exact).magnitude <= 1e-6 * max(1, exact.magnitude)
  }

  private static func statistics(
    _ capacity: Capacity = .none, disabled: Set<Int> = [], padding: [Bool]? = nil,
    tokens: Tensor = [[2, 0, 0, 0], [2, 0, 0, 1], [2, 0, 1, 0], [0, 0, 3, 0]]
  ) throws -> RoutingStatistics {
    var router = try Selecting.router(
      RoutingStrategy(selector: .topK(1), weighting: .scores, capacity: capacity),
      experts: 4)
    router.disabledExperts = disabled
    return try router.forward(
      tokens, context: LayerContext(.inference, batch: Batch(padding: padding))
    ).routing.statistics
  }

  @Test func countsByHand() throws {
    let statistics = try RoutingStatisticsTests.statistics()
    #expect(statistics.tokenCount == 4)
    #expect(statistics.load == [3, 0, 1, 0] && statistics.demand == [3, 0, 1, 0])
    #expect(statistics.idleExperts == [1, 3] && statistics.disabledExperts.isEmpty)
    #expect(RoutingStatisticsTests.near(statistics.coefficientOfVariation, 1.5.squareRoot()))
    #expect(statistics.maximumOverMean == 3)
    #expect(
      RoutingStatisticsTests.near(
        statistics.loadEntropy, -(0.75 * log(0.75) + 0.25 * log(0.25))))
    let rows: [[Double]] = [[2, 0, 0, 0], [2, 0, 0, 1], [2, 0, 1, 0], [0, 0, 3, 0]]
    let scores = rows.map { Reference.softmax($0) }
    let entropy = scores.reduce(0) { $0 - $1.reduce(0) { $0 + $1 * log($1) } } / 4
    let largest = scores.reduce(0) { $0 + $1.max()! } / 4
    #expect(RoutingStatisticsTests.near(statistics.meanTokenEntropy, entropy))
    #expect(RoutingStatisticsTests.near(statistics.meanConfidence, largest))
    #expect(RoutingStatisticsTests.near(statistics.meanLargestWeight, largest))
    #expect(
      (statistics.droppedShare, statistics.redirectedShare, statistics.passThroughShare) == (
        0, 0, 0
      ))
    let read = try JSONDecoder().decode(
      RoutingStatistics.self, from: JSONEncoder().encode(statistics))
    #expect(read == statistics)
    #expect(
      statistics.description == """
        4 tokens, 4 routes to 4 experts
        load [3, 0, 1, 0], largest 3.0 of the mean, variation 1.22, entropy 0.56
        tokens: entropy 0.89, largest score 0.7, largest weight 0.7
        idle: [1, 3]
        """, "\(statistics)")
  }

  @Test func countsWhatFindsNoRoom() throws {
    let dropped = try RoutingStatisticsTests.statistics(.routes(1, inference: 1))
    #expect(dropped.droppedShare == 0.5 && dropped.load == [1, 0, 1, 0])
    #expect(dropped.demand == [3, 0, 1, 0] && dropped.redirectedShare == 0)
    let redirected = try RoutingStatisticsTests.statistics(
      .routes(1, inference: 1, overflow: .nextBest))
    #expect(redirected.redirectedShare == 0.5 && redirected.droppedShare == 0)
    #expect(redirected.load == [1, 1, 1, 1] && redirected.demand == [3, 0, 1, 0])
    #expect(redirected.coefficientOfVariation == 0 && redirected.maximumOverMean == 1)
    #expect(RoutingStatisticsTests.near(redirected.loadEntropy, log(4)))
    let passed = try RoutingStatisticsTests.statistics(
      .routes(1, inference: 1, overflow: .passThrough))
    #expect(passed.passThroughShare == 0.5 && passed.droppedShare == 0)
    #expect(
      passed.description.contains("no room: 0.0% dropped, 0.0% redirected, 50.0% passed through"))
  }

  @Test func paddingAndSwitchedOffExpertsDoNotCount() throws {
    let tokens: Tensor = [[2, 0, 0, 0], [2, 0, 0, 1], [2, 0, 1, 0], [0, 0, 3, 0]]
    let padded = try RoutingStatisticsTests.statistics(padding: [false, true, false, true])
    let alone = try RoutingStatisticsTests.statistics(tokens: tokens.gatheringEntries([0, 2]))
    #expect(padded == alone)
    let off = try RoutingStatisticsTests.statistics(disabled: [1, 3])
    #expect(off.idleExperts.isEmpty && off.disabledExperts == [1, 3])
    #expect(off.maximumOverMean == 1.5 && off.coefficientOfVariation == 0.5)
    #expect(off.description.hasSuffix("switched off: [1, 3]"))
  }

  @Test func nothingIsDefined() throws {
    for statistics in [
      try RoutingStatisticsTests.statistics(tokens: Tensor(zeros: [0, 4])),
      try RoutingStatisticsTests.statistics(padding: [true, true, true, true]),
    ] {
      #expect(statistics.tokenCount == 0 && statistics.load == [0, 0, 0, 0])
      let numbers = [
        statistics.coefficientOfVariation, statistics.maximumOverMean, statistics.loadEntropy,
        statistics.meanTokenEntropy, statistics.meanConfidence, statistics.meanLargestWeight,
        statistics.droppedShare, statistics.redirectedShare, statistics.passThroughShare,
      ]
      #expect(numbers.allSatisfy { $0 == 0 })
      #expect(!statistics.description.isEmpty)
    }
    let soft = try SmallLayers.layer(.soft(slotsPerExpert: 2))
    let statistics = try soft.forward(SmallLayers.normal([3, 4]), context: .inference)
      .routing.statistics
    #expect(statistics.load == [0, 0, 0, 0] && statistics.idleExperts.isEmpty)
    #expect(statistics.meanTokenEntropy > 0)
  }
}
