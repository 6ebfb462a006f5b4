import MoE
import Testing

@Suite struct BalanceMonitorTests {
  private static func routing(_ experts: [Int], of count: Int, dropped: Int = 0) -> Routing {
    let logits = Tensor(zeros: [experts.count, count])
    return Routing(
      selection: Selection(
        logits: logits, scores: logits,
        selected: SelectedExperts(experts.map(Int32.init), slotCount: 1)),
      weights: Tensor(zeros: [experts.count, 1]),
      outcomes: experts.indices.map { $0 < dropped ? .dropped : .kept })
  }

  @Test func saysNothingOfHealthyRouting() {
    var monitor = BalanceMonitor()
    #expect(monitor.report.warnings.isEmpty && monitor.report.steps == 0)
    for _ in 0..<3 { monitor.observe(BalanceMonitorTests.routing([0, 1, 2, 3], of: 4)) }
    let report = monitor.report
    #expect(report.warnings.isEmpty && report.steps == 3)
    #expect(report.shares == [0.25, 0.25, 0.25, 0.25] && report.coefficientOfVariation == 0)
    #expect(report.maximumOverMean == 1 && report.droppedShare == 0)
  }

  @Test func warnsWithNumbers() {
    var monitor = BalanceMonitor()
    monitor.observe(
      BalanceMonitorTests.routing(Array(repeating: 1, count: 19) + [0], of: 4, dropped: 5))
    let report = monitor.report
    #expect(
      report.warnings == [
        .collapse(expert: 1, maximumOverMean: 3.8), .dropping(share: 0.25),
        .starving(expert: 2, share: 0), .starving(expert: 3, share: 0),
      ])
    #expect(
      report.description.split(separator: "\n").dropFirst().first
        == "routing collapses to expert 1: 3.8 times the mean load")
  }

  /// A report looks back on its window alone.
  @Test func forgets() {
    var monitor = BalanceMonitor(window: 2)
    monitor.observe(BalanceMonitorTests.routing([0, 0, 0, 0], of: 4))
    #expect(!monitor.report.warnings.isEmpty)
    for _ in 0..<2 { monitor.observe(BalanceMonitorTests.routing([0, 1, 2, 3], of: 4)) }
    #expect(monitor.report.warnings.isEmpty && monitor.report.steps == 2)
  }
}
