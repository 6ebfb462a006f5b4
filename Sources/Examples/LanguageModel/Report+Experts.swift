import ExampleSupport
package import MoE

extension Report {
  /// Prints which share of each kind of byte each expert took, block by block.
  ///
  /// - Parameters:
  ///   - validation: What a mixture made of a text.
  ///   - names: What the experts of a block are called.
  package func printExperts(_ validation: Validation, names: [String]) {
    console.printHeading("Which expert took what: share of the routes of each kind of byte")
    let kinds = ByteKind.allCases.filter { validation.byteCounts[$0, default: 0] > 0 }
    for block in validation.routes.indices {
      if block > 0 { console.print() }
      var table = Table(
        [("block \(block + 1)", .left), ("all", .right)] + kinds.map { ($0.rawValue, .right) })
      let columns = ([nil] + kinds).map { validation.shares(block: block, of: $0) }
      for (expert, name) in names.enumerated() {
        table.add([name] + columns.map { Report.percent($0?[expert]) })
      }
      let free = ([nil] + kinds).map { validation.freeShare(block: block, of: $0) }
      table.add(["last four"] + free.map(Report.percent))
      print(table)
    }
    console.print()
    console.print("  1st, 2nd and later are the letters of a word, end is the end of a line.")
    console.print("  The last four experts of a block compute nothing, or next to nothing.")
  }

  /// Prints how even the load of training was, and what is wrong with it, block by block.
  ///
  /// - Parameters:
  ///   - reports: The load of each block in the last updates.
  ///   - names: What the experts of a block are called.
  package func printBalance(_ reports: [BalanceReport], names: [String]) {
    guard let steps = reports.first?.steps, steps > 0 else { return }
    console.printHeading("Balance of the last \(format(steps, "update"))")
    for line in Report.balanceLines(reports, names: names) { console.print("  " + line) }
  }

  /// The lines below the heading.
  package static func balanceLines(_ reports: [BalanceReport], names: [String]) -> [String] {
    var lines: [String] = []
    for (block, report) in reports.enumerated() {
      lines.append(
        "block \(block + 1): busiest expert \(format(decimals: report.maximumOverMean)) "
          + "times the mean load; \(format(share: report.droppedShare)) of routes dropped"
      )
      lines += report.warnings.map { warning in
        "  "
          + format(warning) {
            names[$0].hasPrefix("expert") ? names[$0] : "the expert \(names[$0])"
          }
      }
    }
    if !reports.contains(where: { !$0.warnings.isEmpty }) { lines.append("No warnings.") }
    return lines
  }

  /// A share as a whole percentage; a dash where there is none, and a point where it is nothing.
  private static func percent(_ share: Double?) -> String {
    guard let share else { return "–" }
    let percent = Int((share * 100).rounded())
    return percent == 0 ? "·" : "\(percent)%"
  }
}
