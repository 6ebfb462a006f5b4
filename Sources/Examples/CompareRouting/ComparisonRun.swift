import ExampleData
import ExampleSupport
import Foundation

/// A run of the example: trains, prints the tables and what to make of them, writes files.
struct ComparisonRun {
  let options: Options
  let console: Console

  /// Does everything in order.
  func run() throws {
    for file in options.outputFiles { try SavedModel.checkWritable(file) }
    let start = ContinuousClock.now
    let data = try allData()
    printFacts(data)
    var results = ComparisonResults()
    for item in data {
      let comparison = try compare(item)
      print(comparison)
      results.comparisons.append(comparison)
    }
    if options.showsLive, let item = data.first {
      results.live = try LiveScheduling(on: item, settings: options.settings).scenarios()
      print(results.live, item.name)
    }
    try write(results)
    console.print("\nAll of it took \(format(ContinuousClock.now - start)).")
  }

  // MARK: - Data

  private func allData() throws -> [ComparedData] {
    guard let file = options.trainingFile else {
      let digits = { ComparedData.digits() }
      let text = { ComparedData.texts("text", try Dataset.embedded()) }
      return switch options.data {
      case .digits: [digits()]
      case .text: [try text()]
      case .both: [digits(), try text()]
      }
    }
    let dataset = try Dataset(splitting: LabelledFile.lines(ofFile: file))
    guard dataset.labels.count > 1, !dataset.test.isEmpty else {
      throw LabelledFile.Problem.content(
        file: file,
        found: dataset.labels.count > 1
          ? "no label with five lines" : "only the label \(dataset.labels.first ?? "")",
        expected: "two labels or more, and one with five lines, of which one is for testing")
    }
    return [ComparedData.texts(URL(filePath: file).lastPathComponent, dataset)]
  }

  private func printFacts(_ data: [ComparedData]) {
    let (settings, model) = (options.settings, options.settings.model)
    console.printFacts(
      data.map { item in
        (
          "data",
          "\(printable(item.name)): \(format(item.training.count, "example")) to train on, "
            + "\(format(item.test.count)) to test with, \(format(item.labels.count, "label"))"
        )
      } + [
        (
          "model",
          "a map to \(model.size), a mixture of \(format(model.expertCount, "expert")) of "
            + "\(model.hiddenSize) hidden units, a map to labels"
        ),
        (
          "training",
          "\(format(settings.epochCount, "epoch")) in batches of \(model.batchSize), "
            + "\(format(options.seedCount, "seed"))"
        ),
      ])
    #if DEBUG
      console.printFacts([("note", "this is a debug build, which is slow; run it with -c release")])
    #endif
  }

  // MARK: - Training

  private func compare(_ data: ComparedData) throws -> Comparison {
    let count = Comparison.runCount(
      strategies: options.chosen.count, seedCount: options.seedCount,
      sweeps: options.showsSweep)
    console.printHeading("Training on \(printable(data.name))")
    var bar = ProgressBar("strategies", console: console)
    let comparison = try Comparison(
      of: options.chosen, on: data, settings: options.settings, seedCount: options.seedCount,
      sweeps: options.showsSweep
    ) { name, done in
      if done > 0 { bar.show(Progress(name: name, step: done, stepCount: count)) }
    }
    bar.show(Progress(name: "done", step: count, stepCount: count))
    return comparison
  }

  private struct Progress: TrainingProgress {
    let name: String
    let step: Int
    let stepCount: Int

    var deservesLine: Bool { step == stepCount }

    func parts(elapsed: Duration) -> [String] {
      ["\(step)/\(stepCount)", padded(name, to: 15)]
    }
  }

  // MARK: - Printing

  private func print(_ comparison: Comparison) {
    console.printHeading("Strategies on \(printable(comparison.data))")
    for line in comparison.table.lines { console.print(line) }
    console.print()
    for line in Comparison.legend { console.print("  " + line) }
    if !comparison.sweep.isEmpty {
      console.printHeading("Switch routing by the coefficient of its balancing loss")
      for line in comparison.sweepTable.lines { console.print(line) }
    }
    console.printHeading("What to make of it")
    console.print(
      "  Guessing the commonest label is right for \(format(share: comparison.guessing)).")
    for finding in comparison.findings { print(paragraph: finding) }
  }

  private func print(_ scenarios: [LiveScheduling.Scenario], _ data: String) {
    console.printHeading("Experts that fail in service, on \(printable(data))")
    for line in LiveScheduling.table(scenarios).lines { console.print(line) }
    console.print()
    for finding in LiveScheduling.findings(scenarios) { print(paragraph: finding) }
  }

  /// A paragraph in lines that fit the terminal.
  private func print(paragraph text: String) {
    let width = max(30, min(console.width, 100) - 4)
    var line = ""
    var indent = "- "
    for word in text.split(separator: " ") {
      if !line.isEmpty, displayWidth(line) + displayWidth(String(word)) + 1 > width {
        console.print("  \(indent)\(line)")
        (line, indent) = ("", "  ")
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    console.print("  \(indent)\(line)")
  }

  // MARK: - Files

  private func write(_ results: ComparisonResults) throws {
    let files: [(file: String?, text: () throws -> String)] = [
      (options.csvFile, { results.csv }), (options.jsonFile, { try results.json() }),
      (options.reportFile, { results.html }),
    ]
    for item in files {
      guard let file = item.file else { continue }
      try Data(item.text().utf8).write(to: URL(filePath: file), options: .atomic)
      console.print("\nWrote \(file).")
    }
  }
}
