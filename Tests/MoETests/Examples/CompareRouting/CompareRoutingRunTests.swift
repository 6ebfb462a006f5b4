import CompareRouting
import ExampleSupport
import Foundation
import Testing

@Suite("Comparison: whole runs")
struct CompareRoutingRunTests {
  private func output(_ arguments: [String], width: Int = 80) throws -> String {
    var output = ""
    try CompareRouting.run(
      Options(arguments: arguments), console: Console(width: width) { output += $0 })
    return output
  }

  private static let lines: [String] = (0..<20).flatMap { index in
    ["fruit\tapple pear number \(index)", "tool\thammer saw <b>\(index)</b>"]
  }

  @Test("Every strategy trains on a file, and all outputs name it")
  func everyStrategy() throws {
    try withTemporaryFile(Array(Self.lines.joined(separator: "\n").utf8)) { file in
      try withTemporaryFile { csv in
        try withTemporaryFile { json in
          try withTemporaryFile { page in
            let text = try output([
              "--train", file, "--seeds", "2", "--epochs", "2", "--batch", "16", "--experts", "4",
              "--hidden", "3", "--csv", csv, "--json", json, "--report", page,
            ])
            let results = [csv, json, page].map {
              (try? String(contentsOfFile: $0, encoding: .utf8)) ?? ""
            }
            for strategy in Strategy.all {
              for result in [text] + results { #expect(result.contains(strategy.name)) }
            }
            for result in [text] + results { #expect(!result.lowercased().contains("nan")) }
            #expect(text.contains("8 to test with") && text.contains("What to make of it"))
            #expect(text.contains("an expert is switched off"))
            let rows = results[0].split(separator: "\n")
            #expect(rows.count == 1 + Strategy.all.count + Comparison.coefficients.count)
            #expect(rows.allSatisfy { $0.split(separator: ",").count == 15 })
            #expect(!results[2].contains("http") && results[2].hasSuffix("</html>\n"))
          }
        }
      }
    }
  }

  @Test("Parts can be left out")
  func parts() throws {
    try withTemporaryFile(Array(Self.lines.joined(separator: "\n").utf8)) { file in
      let text = try output([
        "--train", file, "--seeds", "1", "--epochs", "1", "--strategies", "soft,top-1",
        "--no-sweep", "--no-live",
      ])
      #expect(!text.contains("coefficient of its balancing loss"))
      #expect(!text.contains("fail in service") && !text.contains("dense"))
    }
  }

  @Test("A file of one label, or of too few lines, is refused with what was expected")
  func badFiles() throws {
    for text in ["a\tone\na\ttwo", "a\tone\nb\ttwo"] {
      try withTemporaryFile(Array(text.utf8)) { file in
        let error = #expect(throws: (any Error).self) { _ = try output(["--train", file]) }
        #expect(error.map { "\($0)".contains("expected two labels or more") } == true)
      }
    }
  }

  @Test("Files that cannot be written are found before the training")
  func unwritable() {
    #expect(throws: (any Error).self) {
      _ = try output(["--csv", "/nowhere/at/all.csv"])
    }
  }

  @Test("Help fits in a terminal and names every strategy")
  func help() throws {
    let help = try output(["--help"])
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(Strategy.all.allSatisfy { help.contains($0.name) })
    #expect(Set(Strategy.all.map(\.name)).count == Strategy.all.count && Strategy.all.count >= 10)
  }

  @Test(
    "Wrong options are refused",
    arguments: [
      ["--strategies", "top-9"], ["--strategies", ","], ["--experts", "1"], ["--seeds", "0"],
      ["--data", "images"], ["--data", "text", "--train", "x"], ["--what"], ["--no-live=1"],
    ])
  func wrongOptions(arguments: [String]) {
    #expect(throws: UsageError.self) { _ = try Options(arguments: arguments) }
  }
}
