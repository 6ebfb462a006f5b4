import ExampleData
import MoE

/// The page of `--report`: where the lines of training and test went.
struct RoutingPage {
  private var report: RoutingReport
  private var latest: Routing?

  /// A page about a classifier that is to come.
  init(_ settings: TextClassifier.Settings) {
    report = RoutingReport(
      title: "Text classification: a gate that \(settings.gateSummary)", layerNames: ["mixture"],
      expertNames: (1...settings.expertCount).map { "expert \($0)" })
  }

  /// Takes note of where the lines of an update went.
  mutating func observe(_ routing: Routing) { latest = routing }

  /// Takes note of the update that they were of.
  mutating func observe(_ progress: ClassifierTrainer.Progress) {
    guard let latest else { return }
    report.addStep(
      progress.step, [latest],
      metrics: ["loss": Double(progress.loss), "accuracy": Double(progress.accuracy)])
  }

  /// Classifies lines, and writes the page.
  func write(_ classifier: TextClassifier, on lines: [LabelledLine], to path: String) throws {
    var report = report
    let features = FeatureMatrix(lines.map(\.text), features: classifier.features)
    for start in stride(from: 0, to: lines.count, by: 256) {
      let rows = start..<min(start + 256, lines.count)
      let pass = try classifier.mixture.forward(features.tensor(rows: rows), context: .inference)
      let batch = lines[rows]
      try report.add(
        [pass.routing], tokens: batch.map(\.text),
        groups: batch.map { line in line.group.map { "\($0): \(line.label)" } ?? line.label })
    }
    try report.write(to: path)
  }
}
