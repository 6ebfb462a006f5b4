import ExampleSupport
import MoE

/// A run that trains: reads the text, trains the models, reports, saves, and writes.
struct TrainingRun {
  let options: Options
  let console: Console

  /// Does everything in order.
  func run() throws {
    for file in [options.saveFile, options.reportFile].compactMap(\.self) {
      try SavedModel.checkWritable(file)
    }
    let corpus = try options.textFile.map { try Corpus(file: $0) } ?? .embedded()
    var plans: [ByteModel.Settings] = []
    if options.models != .dense { plans.append(options.model) }
    if options.models != .mixture { plans.append(options.model.denseTwin) }
    let models = try plans.map { try ByteModel($0, seed: options.training.seed) }
    printPlan(corpus, models)
    let trained = try models.map { try train($0, corpus) }
    try report(trained, corpus)
    if let file = options.reportFile, let first = trained.first {
      try first.page?.write(first.model, on: corpus.validation, to: file)
      console.print("\nThe routing of the validation is drawn in \(file).")
    }
    if options.comparesFormats, let first = trained.first {
      try FormatComparison(console: console).run(first.model, on: corpus.validation)
    }
    if let file = options.saveFile, let first = trained.first {
      try ModelFile.save(first.model, toFile: file)
      console.print("\nSaved to \(file); use it with --load \(file).")
    }
    try write(trained, corpus)
  }
}

// MARK: - Training

extension TrainingRun {
  /// A trained model.
  struct Trained {
    var model: ByteModel
    /// How even the load of each block was in the last updates.
    var balance: [BalanceReport]
    /// Where its bytes went, where a page is asked for.
    var page: RoutingPage?
  }

  private func train(_ model: ByteModel, _ corpus: Corpus) throws -> Trained {
    var model = model
    var bar = ProgressBar(model.settings.kind == .dense ? "dense" : "MoE++", console: console)
    var monitors = Array(repeating: BalanceMonitor(), count: model.settings.mixtureCount)
    var page =
      options.reportFile == nil || monitors.isEmpty ? nil : RoutingPage(model.settings)
    try ByteModelTrainer(options.training).train(
      &model, on: corpus.training,
      observe: { routings in
        for (block, routing) in routings.enumerated() { monitors[block].observe(routing) }
        page?.observe(routings)
      },
      report: {
        page?.observe($0)
        bar.show($0)
      })
    return Trained(model: model, balance: monitors.map(\.report), page: page)
  }

  private func printPlan(_ corpus: Corpus, _ models: [ByteModel]) {
    let source = options.textFile ?? "written for this example"
    let training = options.training
    var facts = [
      ("text", "\(format(corpus.training.count, "byte")) to train on (\(source))"),
      ("", "\(format(corpus.validation.count, "byte")) to validate with, the end of it"),
    ]
    for (index, model) in models.enumerated() {
      facts.append((index == 0 ? "model" : "twin", model.settings.summary))
      if model.settings.kind == .moePlusPlus {
        facts.append(("", "a zero, a copy and two constant experts beside them; 2 of all a byte"))
      }
      facts.append(("", "\(format(model.decoder.parameterCount)) parameters"))
    }
    if let weight = models.first(where: { $0.settings.kind == .moePlusPlus })?.settings
      .balanceWeight
    {
      facts.append(("balance", "a loss of weight \(weight)"))
    }
    facts += [
      (
        "training",
        "\(format(training.stepCount, "update")) by \(training.batchSize) times "
          + format(options.model.contextLength, "byte")
      ),
      ("seed", "\(training.seed)"),
    ]
    console.printFacts(facts)
    #if DEBUG
      console.printFacts([("note", "this is a debug build, which is slow; run it with -c release")])
    #endif
    console.printHeading("Training")
  }
}

// MARK: - What they learned

extension TrainingRun {
  private func report(_ trained: [Trained], _ corpus: Corpus) throws {
    let validations = try trained.map { try Validation(of: $0.model, on: corpus.validation) }
    let report = Report(to: console)
    report.printLosses(
      zip(trained, validations).map { ($0.model.settings, $1) }, counting: CountingBaseline(corpus))
    for (trained, validation) in zip(trained, validations) where !trained.balance.isEmpty {
      let names = trained.model.settings.expertNames
      report.printExperts(validation, names: names)
      report.printBalance(trained.balance, names: names)
    }
  }

  private func write(_ trained: [Trained], _ corpus: Corpus) throws {
    guard options.sampleLength > 0, let first = trained.first else { return }
    let isOwn = !options.prompts.isEmpty
    // A line that the model has not seen, unless something else is asked for.
    let prompts =
      isOwn
      ? options.prompts.map { Array($0.utf8) } : [TrainingRun.opening(of: corpus.validation)]
    console.printHeading(
      isOwn ? "What it writes behind your texts" : "What it writes behind a line of the end")
    try Writing(options: options, console: console).run(prompts, by: first.model)
  }

  /// The first whole line of a text and the start of the next, or the first bytes where lines are
  /// long.
  static func opening(of text: ArraySlice<UInt8>) -> [UInt8] {
    let lineEnd = UInt8(ascii: "\n")
    let behind = text.firstIndex(of: lineEnd).map { text[($0 + 1)...] } ?? text
    let rest = behind.drop { $0 == lineEnd }
    let line = rest.prefix { $0 != lineEnd }
    return Array(line.isEmpty ? text.prefix(60) : line.prefix(120))
      + (line.isEmpty ? [] : [lineEnd])
  }
}
