import ExampleData
import ExampleSupport
import Foundation
import MoE
import Testing
import TextClassification

@Suite("Example: whole runs")
struct TextClassificationRunTests {
  /// What a run prints.
  private func output(_ arguments: [String], width: Int = 80) throws -> String {
    var output = ""
    try TextClassification.run(
      Options(arguments: arguments), console: Console(width: width) { output += $0 })
    return output
  }

  @Test("A run with files trains, reports, saves, and the saved model answers alike")
  func files() throws {
    let lines = TinyExample.lines.map { "\($0.label)\t\($0.text)\t\($0.group ?? "")" }
    let data = Array(lines.joined(separator: "\r\n").utf8)
    try withTemporaryFile(data) { file in
      try withTemporaryFile { model in
        let trained = try output([
          "--train", file, "--hidden", "2", "--epochs", "2", "--save", model, "--classify", "apple",
        ])
        #expect(trained.contains("10 lines to train on"))
        #expect(trained.contains("2 lines to test with (every 5th of a label)"))
        #expect(trained.contains("Accuracy on 2 test lines"))
        #expect(trained.contains("one expert, trained the same way"))
        #expect(trained.contains("share of the gate's weight, by group"))
        #expect(!trained.lowercased().contains("nan"))

        let loaded = try output(["--load", model, "--classify", "apple"])
        #expect(loaded.contains("→"))
        #expect(trained.hasSuffix(loaded))
      }
    }
  }

  @Test(
    "Every way to balance trains, reports how even it was, and is saved",
    arguments: Balance.Method.allCases)
  func everyBalance(method: Balance.Method) throws {
    let lines = TinyExample.lines.map { "\($0.label)\t\($0.text)" }
    try withTemporaryFile(Array(lines.joined(separator: "\n").utf8)) { file in
      try withTemporaryFile { model in
        let trained = try output([
          "--train", file, "--hidden", "2", "--epochs", "2", "--experts", "4", "--top-k", "2",
          "--balance", method.rawValue, "--save", model, "--classify", "apple",
        ])
        let report = try #require(trained.range(of: "Balance: coefficient of variation"))
        #expect(trained[report.upperBound...].contains("  lines sent to each expert in the last"))
        // A dozen lines are too few to judge by.
        #expect(trained[report.upperBound...].contains("No warnings."))
        #expect(!trained.lowercased().contains("nan"))
        #expect(trained.hasSuffix(try output(["--load", model, "--classify", "apple"])))
      }
    }
  }

  @Test("The report says how uneven the experts' part is, and what is wrong with it")
  func balanceLines() throws {
    var monitor = BalanceMonitor(minimumRoutes: 1)
    let logits: Tensor = [[3, 0, 0], [3, 0, 0], [3, 0, 0], [3, 0, 0]]
    monitor.observe(
      Routing(
        selection: Selection(
          logits: logits, scores: logits, selected: SelectedExperts([0, 0, 0, 0], slotCount: 1)),
        weights: Tensor(repeating: 1, shape: [4, 1])))
    let evaluation = try Evaluation(
      of: TinyExample.classifier(topK: 1), on: TinyExample.lines)
    let lines = Report.balanceLines(evaluation, training: monitor.report)
    #expect(lines[0].hasSuffix("  gate weight on test lines (1.41 where one expert has all)"))
    #expect(
      Array(lines.dropFirst()) == [
        "1.41  lines sent to each expert in the last 1 update; the busiest had 3.00 times the mean",
        "Warning: routing collapses; expert 1 has 3.00 times the mean load.",
        "Warning: expert 2 starves, with 0.0% of its even share.",
        "Warning: expert 3 starves, with 0.0% of its even share.",
      ])
    // Where every expert answers for every text, routes say nothing.
    let dense = try Evaluation(of: TinyExample.classifier(), on: TinyExample.lines)
    #expect(Report.balanceLines(dense, training: monitor.report).count == 1)
  }

  @Test("A page is drawn of a training, and of a saved model")
  func page() throws {
    let lines = TinyExample.lines.map { "\($0.label)\t\($0.text)\t\($0.group ?? "")" }
    try withTemporaryFile(Array(lines.joined(separator: "\n").utf8)) { file in
      try withTemporaryFile { model in
        try withTemporaryFile { page in
          let trained = try output([
            "--train", file, "--hidden", "2", "--epochs", "2", "--save", model, "--report", page,
          ])
          #expect(trained.contains("The routing of the test lines is drawn in \(page)."))
          let html = try String(contentsOfFile: page, encoding: .utf8)
          for part in ["2 tokens", "expert 3", "accuracy", "step 2"] {
            #expect(html.contains(part), "\(part)")
          }
          let loaded = try output(["--load", model, "--test", file, "--report", page])
          #expect(loaded.contains("The routing of the lines is drawn in \(page)."))
          #expect(try String(contentsOfFile: page, encoding: .utf8).contains("12 tokens"))
        }
      }
    }
  }

  @Test("Help is printed, and nothing else happens")
  func help() throws {
    #expect(try output(["--help"]) == Options.help + "\n")
  }

  @Test("A file of one label is rejected")
  func oneLabel() throws {
    try withTemporaryFile(Array("a\tb\na\tc\n".utf8)) { file in
      #expect(
        throws: LabelledFile.Problem.content(
          file: file, found: "only the label a", expected: "at least two labels")
      ) { try output(["--train", file]) }
    }
  }
}
