import ExampleData
import ExampleSupport
import Foundation

/// A run that uses a saved classifier: on a labelled file, on texts, or on the lines of standard
/// input.
struct SavedModelRun {
  let options: Options
  let console: Console

  /// Does what the options ask for with the classifier.
  func run(with classifier: TextClassifier) throws {
    if let file = options.testFile { try test(classifier, file) }
    let report = Report(to: console)
    try report.printAnswers(options.texts, by: classifier)
    guard options.testFile == nil, options.texts.isEmpty else { return }
    if isatty(STDIN_FILENO) == 1 {
      Console.printError("Type a text and press return; end with control-D.")
    }
    while let line = readLine() {
      guard !line.allSatisfy(\.isWhitespace) else { continue }
      try report.printAnswers([line], by: classifier)
    }
  }

  private func test(_ classifier: TextClassifier, _ file: String) throws {
    let lines = try LabelledFile.lines(ofFile: file)
    let known = Set(classifier.labels)
    let unseen = lines.map(\.label).filter { !known.contains($0) }
    if let warning = SavedModelRun.warning(
      aboutUnseen: unseen.reduce(into: [:]) { $0[$1, default: 0] += 1 })
    {
      console.print("Note: \(warning)")
    }
    let evaluation = try Evaluation(of: classifier, on: lines)
    let experts = format(evaluation.expertCount, "expert")
    let report = Report(to: console)
    report.printAccuracy(
      [("mixture of \(experts)", evaluation.total.correctCount)], lineCount: lines.count)
    report.printLoad(evaluation, groupName: "group")
    report.printSpecialisation(evaluation, groupName: "group")
    if let page = options.reportFile {
      try SavedModel.checkWritable(page)
      try RoutingPage(classifier.settings).write(classifier, on: lines, to: page)
      console.print("\nThe routing of the lines is drawn in \(page).")
    }
    if !options.texts.isEmpty { console.printHeading("Your texts") }
  }

  /// A sentence about test lines whose labels training never saw; nil where there are none.
  static func warning(aboutUnseen labels: [String: Int]) -> String? {
    guard !labels.isEmpty else { return nil }
    let count = labels.values.reduce(0, +)
    let names = labels.keys.sorted().prefix(3).map { truncated(printable($0), to: 24) }
    let more = labels.count > 3 ? " and \(labels.count - 3) more" : ""
    return "\(format(count, "test line")) with a label that training never saw "
      + "(\(names.joined(separator: ", "))\(more)); \(count == 1 ? "it counts" : "they count") as wrong."
  }
}
