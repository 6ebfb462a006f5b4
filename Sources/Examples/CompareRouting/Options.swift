import ExampleSupport

/// What the command line asks for.
package struct Options: Sendable, Equatable {
  /// Data that comes with the example.
  package enum Data: String, Sendable, CaseIterable {
    /// Handwritten digits.
    case digits
    /// Short texts of three tasks.
    case text
    /// Both, one after the other.
    case both
  }

  /// What to train on.
  package var data = Data.both
  /// A file of labelled lines to train on instead.
  package var trainingFile: String?
  /// The names of the strategies to compare; all unless given.
  package var strategies: [String]?
  /// The number of seeds.
  package var seedCount = 5
  /// Sizes, and what training is like.
  package var settings = StrategyRun.Settings()
  /// Whether a sweep of the balancing loss is shown.
  package var showsSweep = true
  /// Whether live scheduling is shown.
  package var showsLive = true
  /// Where the results go as comma-separated values.
  package var csvFile: String?
  /// Where the results go as JSON.
  package var jsonFile: String?
  /// Where the report goes.
  package var reportFile: String?
  /// Whether to print the help text and nothing else.
  package var showsHelp = false

  /// The options of no arguments: the default run.
  package init() {}

  /// The options that the arguments give, without the name of the program.
  ///
  /// - Throws: `UsageError`.
  package init(arguments: [String]) throws {
    var reader = ArgumentReader(arguments, example: "--data")
    var givesData = false
    while let option = try reader.nextOption() {
      switch option {
      case "--help", "-h": showsHelp = try reader.flag()
      case "--data":
        data = try reader.choice(of: Data.self)
        givesData = true
      case "--train": trainingFile = try reader.value("a file")
      case "--strategies": strategies = try Self.names(reader.value("names, with commas"))
      case "--seeds": seedCount = try reader.number(in: 1...100)
      case "--experts": settings.model.expertCount = try reader.number(in: 2...64)
      case "--hidden": settings.model.hiddenSize = try reader.number(in: 1...1024)
      case "--batch": settings.model.batchSize = try reader.number(in: 1...4096)
      case "--epochs": settings.epochCount = try reader.number(in: 1...10_000)
      case "--no-sweep": showsSweep = try !reader.flag()
      case "--no-live": showsLive = try !reader.flag()
      case "--csv": csvFile = try reader.value("a file")
      case "--json": jsonFile = try reader.value("a file")
      case "--report": reportFile = try reader.value("a file")
      default: throw UsageError.unknown(option)
      }
    }
    if let trainingFile, givesData {
      throw UsageError(
        option: "--data", found: "--train \(trainingFile) beside it", expected: "one of them")
    }
  }

  private static func names(_ text: String) throws -> [String] {
    let names = text.split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init)
    let known = Strategy.all.map(\.name)
    for name in names where !known.contains(name) {
      throw UsageError(
        option: "--strategies", found: name,
        expected: "some of " + known.joined(separator: ", "))
    }
    guard !names.isEmpty else {
      throw UsageError(
        option: "--strategies", found: "no name",
        expected: "some of " + known.joined(separator: ", "))
    }
    return names
  }

  /// The strategies to compare, in the order of the list of all.
  package var chosen: [Strategy] {
    guard let strategies else { return Strategy.all }
    return Strategy.all.filter { strategies.contains($0.name) }
  }

  /// The files that are written.
  package var outputFiles: [String] { [csvFile, jsonFile, reportFile].compactMap { $0 } }
}
