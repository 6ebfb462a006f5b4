import Foundation
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
