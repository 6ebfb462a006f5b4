import ExampleSupport
import Foundation
import LanguageModel
import MoE
import Testing

@Suite("Language model: whole runs")
struct LanguageModelRunTests {
  /// What a run prints.
  private func output(_ arguments: [String], width: Int = 80) throws -> String {
    var output = ""
    try LanguageModel.run(
      Options(arguments: arguments), console: Console(width: width) { output += $0 })
    return output
  }

  /// The numbers of the lines that say a model's loss.
  private func losses(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.contains(" decoder  ") }.map {
      $0.split(separator: " ").dropFirst(2).joined(separator: " ")
    }
  }

  @Test("A run trains both, reports and saves, and the saved model writes alike")
  func both() throws {
    try withTemporaryFile(TinyModel.text()) { file in
      try withTemporaryFile { model in
        let trained = try output(
          TinyModel.options + ["--text", file, "--save", model, "--prompt", "One"])
        for text in [
          "900 bytes to train on", "100 bytes to validate with", "twin      dense, 2 blocks",
          "MoE++  step 3/3", "dense  step 3/3", "Loss of a byte on 99", "MoE++ decoder",
          "dense decoder", "counts of pairs", "block 2", "constant 2", "last four",
          "Balance of the last 3 updates", "Saved to \(model)", "\n  One",
        ] { #expect(trained.contains(text), "\(text)") }
        #expect(!trained.lowercased().contains("nan"))
        #expect(
          trained.split(separator: "\n").filter { !$0.contains("/") }
            .allSatisfy { displayWidth(String($0)) <= 80 })

        let loaded = try output(["--load", model, "--prompt", "One", "--sample", "12"])
        let sample = try #require(loaded.range(of: "\n  One"))
        #expect(trained.hasSuffix(loaded[sample.lowerBound...]))
        let measured = try output(["--load", model, "--text", file])
        #expect(measured.contains("Loss of a byte on 99") && measured.contains("last four"))
        #expect(losses(measured).first == losses(trained).first)
      }
    }
  }

  @Test("A page is drawn of a training, and of a saved model")
  func page() throws {
    try withTemporaryFile(TinyModel.text()) { file in
      try withTemporaryFile { model in
        try withTemporaryFile { page in
          let trained = try output(
            TinyModel.options + ["--text", file, "--save", model, "--report", page, "--alone"])
          #expect(trained.contains("The routing of the validation is drawn in \(page)."))
          let html = try String(contentsOfFile: page, encoding: .utf8)
          for part in ["99 tokens", "block 2", "constant 2", "step 3", "space"] {
            #expect(html.contains(part), "\(part)")
          }
          let loaded = try output(["--load", model, "--text", file, "--report", page])
          #expect(loaded.contains("The routing of the text is drawn in \(page)."))
          let again = try String(contentsOfFile: page, encoding: .utf8)
          #expect(again.contains("99 tokens") && !again.contains("id=\"steps\""))
        }
      }
    }
    #expect(throws: CheckpointError.self) {
      try output(TinyModel.options + ["--report", "/no/such/folder/page.html"])
    }
  }

  @Test("One model alone is trained where that is asked for", arguments: ["--alone", "--dense"])
  func alone(option: String) throws {
    try withTemporaryFile(TinyModel.text()) { file in
      let text = try output(TinyModel.options + ["--text", file, option])
      #expect(text.contains("MoE++  step") == (option == "--alone"))
      #expect(text.contains("dense  step") == (option == "--dense"))
      #expect(text.contains("last four") == (option == "--alone"))
      #expect(text.contains("What it writes behind a line of the end"))
    }
  }

  @Test("Any bytes do: none of them letters, all of them equal, or shorter than the context")
  func anyBytes() throws {
    var generator = SeededGenerator(seed: 5)
    let noise = (0..<1000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    for bytes in [noise, [UInt8](repeating: 0, count: 1000), [UInt8](repeating: 10, count: 1001)] {
      try withTemporaryFile(bytes) { file in
        let text = try output(
          TinyModel.options + ["--text", file, "--context", "1024", "--alone"])
        #expect(!text.lowercased().contains("nan"))
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
      }
    }
  }

  @Test("The report names what is wrong with the balance of a block")
  func balanceLines() throws {
    var monitor = BalanceMonitor(minimumRoutes: 1)
    let logits: Tensor = [[3, 0, 0], [3, 0, 0], [3, 0, 0]]
    monitor.observe(
      Routing(
        selection: Selection(
          logits: logits, scores: logits, selected: SelectedExperts([1, 1, 1], slotCount: 1)),
        weights: Tensor(repeating: 1, shape: [3, 1])))
    let lines = Report.balanceLines(
      [monitor.report, BalanceMonitor().report], names: ["expert 1", "zero", "copy"])
    #expect(
      lines == [
        "block 1: busiest expert 3.00 times the mean load; 0.0% of routes dropped",
        "  Warning: routing collapses; the expert zero has 3.00 times the mean load.",
        "  Warning: expert 1 starves, with 0.0% of its even share.",
        "  Warning: the expert copy starves, with 0.0% of its even share.",
        "block 2: busiest expert 0.00 times the mean load; 0.0% of routes dropped",
      ])
    #expect(
      Report.balanceLines([BalanceMonitor().report], names: []).last == "No warnings.")
  }

  @Test("What is written is shown line by line, and cannot move the cursor")
  func lines() {
    let lines = Report.lines(
      Array("\n\nOnce".utf8), Array(" upon\r\na\u{1B}[2J\n\n".utf8) + [0xFF, 10], marks: false)
    #expect(lines == ["Once upon", "a [2J", "", "\u{FFFD}"])
    #expect(
      Report.lines(Array("a\nb".utf8), Array("c".utf8), marks: true)
        == ["\u{1B}[1ma\u{1B}[0m", "\u{1B}[1mb\u{1B}[0mc"])
  }

  @Test("Help is printed, and nothing else happens")
  func help() throws { #expect(try output(["--help"]) == Options.help + "\n") }

  @Test("A folder that cannot be written to is told before training")
  func unwritable() throws {
    #expect(throws: CheckpointError.self) {
      try output(TinyModel.options + ["--save", "/no/such/folder/m"])
    }
  }
}
