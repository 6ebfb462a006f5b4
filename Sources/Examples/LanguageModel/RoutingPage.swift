import ExampleSupport
import MoE

/// The page of `--report`: where the bytes of training and validation went.
struct RoutingPage {
  private var report: RoutingReport
  private var latest: [Routing] = []

  /// A page about a model that is to come.
  init(_ settings: ByteModel.Settings) {
    report = RoutingReport(
      title: "Language model: \(settings.summary)",
      layerNames: (0..<settings.mixtureCount).map { "block \($0 + 1)" },
      expertNames: settings.expertNames)
  }

  /// Takes note of where the bytes of an update went.
  mutating func observe(_ routings: [Routing]) { latest = routings }

  /// Takes note of the update that they were of.
  mutating func observe(_ progress: TrainerProgress) {
    report.addStep(progress.step, latest, metrics: ["loss": Double(progress.loss)])
  }

  /// Runs a text through a model, and writes the page.
  func write(_ model: ByteModel, on bytes: ArraySlice<UInt8>, to path: String) throws {
    var report = report
    _ = try Validation(of: model, on: bytes) { ids, kinds, routings in
      try report.add(
        routings, tokens: ids.map(RoutingPage.text), groups: kinds.map(\.rawValue))
    }
    try report.write(to: path)
  }

  /// A byte as a token: its character in ASCII, else its number.
  private static func text(_ byte: Int) -> String {
    byte < 0x80
      ? String(UnicodeScalar(UInt8(byte)))
      : String(byte, radix: 16, uppercase: true)
  }
}
