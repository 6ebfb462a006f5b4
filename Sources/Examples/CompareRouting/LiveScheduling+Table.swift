package import ExampleSupport

extension LiveScheduling {
  /// The table of scenarios, a line a phase.
  package static func table(_ scenarios: [Scenario]) -> Table {
    var table = Table([
      ("what happens", .left), ("when", .left), ("accuracy", .right), ("its share", .right),
      ("experts", .left), ("longest queue", .right),
    ])
    for scenario in scenarios {
      for (index, phase) in scenario.phases.enumerated() {
        let text =
          index == 0 ? scenario.name : index == 1 ? "  " + scenario.means : ""
        table.add([
          text, phase.name, format(share: phase.accuracy),
          format(share: phase.shares[scenario.expert]), Comparison.bars(phase.shares),
          phase.longestQueue.map { "\(Int($0.rounded())) routes" } ?? "",
        ])
      }
    }
    return table
  }

  /// What the numbers say.
  package static func findings(_ scenarios: [Scenario]) -> [String] {
    var findings: [String] = []
    if let scenario = scenarios.first, let before = scenario.phases.first,
      let last = scenario.phases.last, scenario.phases.count > 1
    {
      let during = scenario.phases[1]
      findings.append(
        "Without expert \(scenario.expert), which took \(format(share: before.shares[scenario.expert])) "
          + "of the routes, its tokens go to the next best at once: accuracy goes from "
          + "\(format(share: before.accuracy)) to \(format(share: during.accuracy)), and back to "
          + "\(format(share: last.accuracy)) when it is on again.")
    }
    let queued = scenarios.filter { $0.phases.contains { $0.longestQueue != nil } }
    if queued.count == 2, let plain = queued[0].longestWhileSlow,
      let live = queued[1].longestWhileSlow
    {
      findings.append(
        "A queue of \(Int(plain.rounded())) routes grows before the slow expert where routing knows "
          + "nothing of it, and one of \(Int(live.rounded())) where what waits is a price: "
          + "\(format(share: queued[1].phases[1].shares[queued[1].expert])) of the routes still go "
          + "there, for tokens that it suits best. That costs "
          + "\(queued[1].costWhileSlow) points of accuracy.")
    }
    let broken = scenarios.filter { $0.phases.count > 3 }
    if broken.count == 2 {
      findings.append(
        "Where an expert answers wrongly and nothing watches, accuracy is "
          + "\(format(share: broken[0].phases[2].accuracy)); where quality is tracked, tokens leave "
          + "the expert, and after a few batches it is "
          + "\(format(share: broken[1].phases[2].accuracy)). Once the expert is sound "
          + "again, \(format(share: broken[1].phases[3].shares[broken[1].expert])) of the routes go "
          + "to it: what gets no tokens shows no quality, so bring it back by hand or by noise.")
    }
    return findings
  }
}

extension LiveScheduling.Scenario {
  fileprivate var longestWhileSlow: Double? {
    phases.count > 1 ? phases[1].longestQueue : nil
  }

  fileprivate var costWhileSlow: String {
    format(decimals: max(0, phases[0].accuracy - phases[1].accuracy) * 100)
  }
}
