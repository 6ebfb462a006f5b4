import ExampleSupport

extension ComparisonResults {
  /// The results as one page that needs nothing else: no script, nothing from outside.
  package var html: String {
    let body = comparisons.map(Self.section) + [live.isEmpty ? "" : Self.section(live: live)]
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Routing strategies compared</title>
      <style>
      \(ComparisonStyle.text)
      </style>
      </head>
      <body>
      <main>
      <h1>Routing strategies compared</h1>
      \(body.filter { !$0.isEmpty }.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  // MARK: - Strategies

  private static func section(_ comparison: Comparison) -> String {
    let facts =
      "\(format(comparison.trainingCount)) examples to train on, \(format(comparison.testCount)) "
      + "to test with, \(format(comparison.seedCount, "seed")), "
      + "\(format(comparison.expertCount, "expert")). Guessing the commonest label is right for "
      + "\(format(share: comparison.guessing))."
    let findings = comparison.findings.map { "<li>\(escaped($0))</li>" }.joined(separator: "\n")
    return """
      <section>
      <h2>Strategies on \(escaped(comparison.data))</h2>
      <p>\(escaped(facts))</p>
      <h3>Accuracy</h3>
      \(AccuracyChart(results: comparison.results).svg)
      <h3>Numbers</h3>
      \(table(comparison))
      <p class="note">\(escaped(Comparison.legend.joined(separator: " ")))</p>
      <h3>What to make of it</h3>
      <ul>
      \(findings)
      </ul>
      \(comparison.sweep.isEmpty ? "" : sweep(comparison))
      </section>
      """
  }

  private static func table(_ comparison: Comparison) -> String {
    table(
      headings: Comparison.columns.map { ($0.heading, $0.alignment == .right) },
      rows: comparison.results.map { result in
        Comparison.columns.map { column in
          switch column.heading {
          case "shares": ShareBars(shares: result.shares).svg
          case "strategy":
            "<b>\(escaped(result.strategy))</b><br><span class=\"note\">\(escaped(result.summary))"
              + "\(result.balancedBy.map { "; \(escaped($0))" } ?? "")</span>"
          default: escaped(column.text(result))
          }
        }
      })
  }

  private static func sweep(_ comparison: Comparison) -> String {
    let rows = comparison.sweep.map { step in
      let result = step.result
      return [
        "\(step.coefficient)",
        "\(format(share: result.accuracy.mean)) ± \(Comparison.points(result.accuracy))",
        ShareBars(shares: result.shares).svg, format(decimals: result.variation.mean),
        Comparison.rounded(result.idleExperts.mean), format(share: result.droppedInTraining.mean),
      ]
    }
    return """
      <h3>Switch routing by the coefficient of its balancing loss</h3>
      \(table(
        headings: [
          ("coefficient", true), ("accuracy", true), ("shares", false), ("CV", true),
          ("idle", true), ("dropped", true),
        ], rows: rows))
      """
  }

  // MARK: - Live scheduling

  private static func section(live scenarios: [LiveScheduling.Scenario]) -> String {
    let rows = scenarios.flatMap { scenario in
      scenario.phases.enumerated().map { index, phase in
        [
          index == 0
            ? "<b>\(escaped(scenario.name))</b><br><span class=\"note\">\(escaped(scenario.means))"
              + "</span>" : "",
          escaped(phase.name), format(share: phase.accuracy),
          format(share: phase.shares[scenario.expert]),
          ShareBars(shares: phase.shares, marked: scenario.expert).svg,
          phase.longestQueue.map { "\(Int($0.rounded()))" } ?? "",
        ]
      }
    }
    let findings = LiveScheduling.findings(scenarios).map { "<li>\(escaped($0))</li>" }
    return """
      <section>
      <h2>Experts that fail in service</h2>
      \(table(
        headings: [
          ("what happens", false), ("when", false), ("accuracy", true), ("its share", true),
          ("experts", false), ("longest queue", true),
        ], rows: rows))
      <p class="note">The expert that it happens to has a dashed outline.</p>
      <ul>
      \(findings.joined(separator: "\n"))
      </ul>
      </section>
      """
  }

  // MARK: - Parts

  /// A table that scrolls by itself where the page is narrow; cells are HTML.
  private static func table(
    headings: [(text: String, isNumber: Bool)], rows: [[String]]
  ) -> String {
    func cells(_ tag: String, _ texts: [String]) -> String {
      zip(texts, headings).map { text, heading in
        "<\(tag)\(heading.isNumber ? " class=\"number\"" : "")>\(text)</\(tag)>"
      }.joined()
    }
    let lines = rows.map { "<tr>\(cells("td", $0))</tr>" }.joined(separator: "\n")
    return """
      <div class="scroll" tabindex="0">
      <table>
      <thead><tr>\(cells("th", headings.map { escaped($0.text) }))</tr></thead>
      <tbody>
      \(lines)
      </tbody>
      </table>
      </div>
      """
  }
}

/// A text as HTML, with what would be markup as entities.
func escaped(_ text: String) -> String {
  text.reduce(into: "") { result, character in
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.append(character)
    }
  }
}
