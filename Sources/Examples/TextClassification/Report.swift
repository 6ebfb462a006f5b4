package import ExampleSupport

/// Prints what a classifier learned, as tables.
package struct Report {
  let console: Console
  /// Up to how many experts a table has a column for each; with more it names the strongest.
  private static let columnLimit = 6
  /// How many rows a table has at most.
  private static let rowLimit = 40

  /// A report to the given console.
  package init(to console: Console) { self.console = console }

  /// Prints the accuracy of the mixture beside that of other classifiers.
  ///
  /// - Parameters:
  ///   - results: What is compared, with how many of the lines each got right.
  ///   - lineCount: The number of test lines.
  package func printAccuracy(_ results: [(name: String, correctCount: Int)], lineCount: Int) {
    console.printHeading("Accuracy on \(format(lineCount, "test line"))")
    var table = Table([("", .left), ("", .right), ("", .right)])
    for result in results {
      table.add([
        result.name, format(share: Double(result.correctCount) / Double(lineCount)),
        "\(format(result.correctCount)) right",
      ])
    }
    print(table)
  }

  /// Prints how much each expert did, and for which lines.
  ///
  /// - Parameters:
  ///   - evaluation: What is reported.
  ///   - groupName: What a group of lines is called.
  package func printLoad(_ evaluation: Evaluation, groupName: String) {
    console.printHeading("Load of each expert")
    let (total, summaries) = (evaluation.total, evaluation.summaries)
    // Where every line goes to every expert, or to one alone, what was sent says nothing new.
    let showsRoutes = evaluation.variesRoutes
    let sent: [(String, Alignment)] = showsRoutes ? [("sent", .right)] : []
    var table = Table(
      [("", .left)] + sent + [
        ("gate weight", .right), ("strongest on", .right),
        ("the \(evaluation.hasGroups ? groupName : "label")s it works for", .left),
      ])
    for expert in 0..<evaluation.expertCount {
      table.add(
        ["expert \(expert + 1)"] + (showsRoutes ? [format(total.routes[expert], "line")] : []) + [
          format(share: total.expertShares[expert]), format(total.leads[expert], "line"),
          composition(of: expert, summaries: summaries, total: total),
        ])
    }
    print(table)
  }

  /// Prints which share of each group of lines, or of the lines of each label, each expert answers
  /// for.
  ///
  /// - Parameters:
  ///   - evaluation: What is reported.
  ///   - groupName: What a group of lines is called.
  package func printSpecialisation(_ evaluation: Evaluation, groupName: String) {
    let name = evaluation.hasGroups ? groupName : "label"
    console.printHeading("What each expert learned: share of the gate's weight, by \(name)")
    for line in specialisation(evaluation, name: name).lines { console.print(line) }
    let hidden = evaluation.summaries.count - Report.rowLimit
    if hidden > 0 { console.print("  (\(format(hidden, "more \(name)")) left out)") }
  }

  /// Prints the answers for some texts, and which experts gave them.
  package func printAnswers(_ texts: [String], by classifier: TextClassifier) throws {
    for (text, answer) in zip(texts, try classifier.classify(texts)) {
      console.print("  " + truncated(printable(text), to: max(20, console.width - 3)))
      console.print("    \(Report.describe(answer, labels: classifier.labels))")
    }
  }

  /// An answer and the experts behind it, as `→ sport (99.1%), by expert 2 (97%) and 1 (3%)`.
  package static func describe(_ answer: TextClassifier.Answer, labels: [String]) -> String {
    let label = truncated(printable(labels[answer.label]), to: 30)
    let names = strongest(answer.expertShares.map(Double.init), limit: 3)
    let experts = names.isEmpty ? "no expert" : names
    return "→ \(label) (\(format(share: answer.probability))), by \(experts)"
  }

  private func print(_ table: Table) {
    for line in table.lines { console.print(line) }
  }
}

// MARK: - The cells of the tables

extension Report {
  private func specialisation(_ evaluation: Evaluation, name: String) -> Table {
    let hasColumns = evaluation.expertCount <= Report.columnLimit
    let experts: [(String, Alignment)] =
      hasColumns
      ? (1...evaluation.expertCount).map { ("expert \($0)", .right) }
      : [("strongest experts", .left)]
    var table = Table([(name, .left), ("lines", .right), ("right", .right)] + experts)
    for summary in evaluation.summaries.prefix(Report.rowLimit) + [evaluation.total] {
      let shares = summary.expertShares
      let cells =
        hasColumns ? shares.map { format(share: $0) } : [Report.strongest(shares, limit: 4)]
      table.add(
        [
          truncated(printable(summary.name), to: 24), format(summary.lineCount),
          format(share: summary.accuracy),
        ] + cells)
    }
    return table
  }

  /// What an expert's weight is made up of, as `entity 68%, topic 26%, sentiment 6%`.
  private func composition(
    of expert: Int, summaries: [Evaluation.Summary], total: Evaluation.Summary
  ) -> String {
    let weights = summaries.map { $0.expertShares[expert] * Double($0.lineCount) }
    let sum = total.expertShares[expert] * Double(total.lineCount)
    guard sum > 0 else { return "–" }
    let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    let largest = order.prefix(3).filter { weights[$0] / sum >= 0.005 }
    return largest.map { index in
      let name = truncated(printable(summaries[index].name), to: 24)
      return "\(name) \(Int((100 * weights[index] / sum).rounded()))%"
    }.joined(separator: ", ")
  }

  /// The experts with the largest shares, without those below half a percent.
  private static func strongest(_ shares: [Double], limit: Int) -> String {
    let order = shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }
    let named = order.prefix(limit).filter { shares[$0] >= 0.005 }
    return named.map { "expert \($0 + 1) (\(Int((100 * shares[$0]).rounded()))%)" }
      .joined(separator: ", ")
  }
}
