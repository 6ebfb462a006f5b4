import MoE
import Testing

@Suite struct BalanceMonitorTests {
  /// A routing of the given experts, token by token.
  private static func routing(
    _ experts: [Int], of count: Int, slots: Int = 1, dropped: Int = 0, disabled: Set<Int> = []
  ) -> Routing {
    let tokens = experts.count / slots
    let logits = Tensor(zeros: [tokens, count])
    return Routing(
      selection: Selection(
        logits: logits, scores: logits,
        selected: SelectedExperts(experts.map(Int32.init), slotCount: slots)),
      weights: Tensor(zeros: [tokens, slots]),
      outcomes: experts.indices.map { $0 < dropped ? .dropped : .kept }, disabledExperts: disabled)
  }

  private static func repeated(_ experts: [Int], _ times: Int) -> [Int] {
    Array(repeatElement(experts, count: times).joined())
  }

  private static func report(_ routing: Routing) -> BalanceReport {
    var monitor = BalanceMonitor()
    monitor.observe(routing)
    return monitor.report
  }

  @Test func saysNothingOfHealthyRouting() {
    var monitor = BalanceMonitor()
    #expect(monitor.report.warnings.isEmpty && monitor.report.steps == 0)
    for _ in 0..<3 {
      monitor.observe(
        BalanceMonitorTests.routing(BalanceMonitorTests.repeated([0, 1, 2, 3], 10), of: 4))
    }
    let report = monitor.report
    #expect(report.warnings.isEmpty && report.steps == 3)
    #expect(report.shares == [0.25, 0.25, 0.25, 0.25] && report.coefficientOfVariation == 0)
    #expect(report.maximumOverMean == 1 && report.droppedShare == 0 && report.concentration == 0)
  }

  @Test func warnsWithNumbers() {
    var monitor = BalanceMonitor()
    monitor.observe(
      BalanceMonitorTests.routing(
        BalanceMonitorTests.repeated(Array(repeating: 1, count: 19) + [0], 4), of: 4, dropped: 20))
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
    monitor.observe(
      BalanceMonitorTests.routing(BalanceMonitorTests.repeated([0], 40), of: 4))
    #expect(!monitor.report.warnings.isEmpty)
    for _ in 0..<2 {
      monitor.observe(
        BalanceMonitorTests.routing(BalanceMonitorTests.repeated([0, 1, 2, 3], 10), of: 4))
    }
    #expect(monitor.report.warnings.isEmpty && monitor.report.steps == 2)
  }

  /// The largest load over the mean is E/K, at most three here, and still a collapse.
  @Test(arguments: [(2, 1), (3, 1), (3, 2), (4, 2), (8, 7)])
  func seesTotalCollapseOfFewExperts(experts: Int, slots: Int) throws {
    let routing = Self.routing(
      Self.repeated(Array(0..<slots), 40 * experts / slots), of: experts, slots: slots)
    let report = Self.report(routing)
    #expect(abs(report.concentration - 1) < 1e-9)
    let ratio = Double(experts) / Double(slots)
    #expect(abs(report.maximumOverMean - ratio) < 1e-9)
    guard case .collapse(0, let maximum) = try #require(report.warnings.first) else {
      Issue.record("no collapse: \(report)")
      return
    }
    #expect(abs(maximum - ratio) < 1e-9)
    #expect(report.warnings.count == 1 + experts - slots)
  }

  /// One route that is missing is a number, too: of n tokens and two experts the concentration is
  /// 1/(2n − 1).
  @Test(arguments: [20, 1_000_000, 2_000_000_000])
  func countsOneMissingRoute(tokens: Int) throws {
    var monitor = BalanceMonitor()
    try monitor.restoreBuffers([
      "steps": Tensor(integers: [tokens, tokens - 1, tokens, 0]).reshaped(to: [1, 4, 3])
    ])
    let exact = 1 / Double(2 * tokens - 1)
    // Loads over their mean differ from one by that much, in 2⁻⁵³.
    #expect((monitor.report.concentration / exact - 1).magnitude <= 8 * 0x1p-53 / exact)
    #expect(monitor.report.warnings.isEmpty)
  }

  /// Two of three experts in turn, or one always and two in turn, is no collapse; nor is every
  /// expert for every token.
  @Test func isNotAlarmedByUnevenness() {
    for routing in [
      Self.routing(Self.repeated([0, 0, 0, 1, 1], 10), of: 2),
      Self.routing(Self.repeated([0, 1, 0, 2], 20), of: 3, slots: 2),
      Self.routing(Self.repeated([0, 1, 2], 20), of: 3, slots: 3),
      Self.routing(Self.repeated([0], 40), of: 1),
    ] { #expect(Self.report(routing).warnings.isEmpty) }
  }

  @Test func leavesOutExpertsThatAreSwitchedOff() {
    let even = Self.report(
      Self.routing(Self.repeated([0, 2], 40), of: 6, disabled: [1, 3, 4, 5]))
    #expect(even.warnings.isEmpty && even.maximumOverMean == 1 && even.concentration == 0)
    #expect(even.coefficientOfVariation == 0 && even.shares == [0.5, 0, 0.5, 0, 0, 0])
    let collapsed = Self.report(Self.routing(Self.repeated([2], 80), of: 4, disabled: [1, 3]))
    #expect(
      collapsed.warnings == [
        .collapse(expert: 2, maximumOverMean: 2), .starving(expert: 0, share: 0),
      ])
  }

  /// One token of eight experts says nothing, nor do as many routes as leave uneven loads to
  /// chance.
  @Test func judgesEnoughRoutesAlone() {
    #expect(Self.report(Self.routing([3], of: 8)).warnings.isEmpty)
    #expect(Self.report(Self.routing([3], of: 8)).maximumOverMean == 8)
    #expect(Self.report(Self.routing(Self.repeated([3], 79), of: 8)).warnings.isEmpty)
    #expect(Self.report(Self.routing(Self.repeated([3], 80), of: 8)).warnings.count == 8)
    var strict = BalanceMonitor(minimumRoutes: 0)
    strict.observe(Self.routing([3], of: 8))
    #expect(strict.report.warnings.count == 8)
  }

  /// What was counted with other experts switched on says nothing of these.
  @Test func startsAgainWithOtherExperts() {
    var monitor = BalanceMonitor()
    monitor.observe(Self.routing(Self.repeated([0], 100), of: 2, disabled: [1]))
    monitor.observe(Self.routing(Self.repeated([0, 1], 20), of: 2))
    #expect(monitor.report.warnings.isEmpty && monitor.report.steps == 1)
  }
}
