import ExampleData
import ExampleSupport
import MoE

/// A run that trains: reads the data, trains a mixture and a baseline, reports, saves and tries it.
struct TrainingRun {
  let options: Options
  let console: Console

  /// Does everything in order.
  func run() throws {
    for file in [options.saveFile, options.reportFile].compactMap(\.self) {
      try SavedModel.checkWritable(file)
    }
    let data = try readData()
    let mixture = try train(data)
    try report(mixture, data)
    if let file = options.reportFile {
      try mixture.page?.write(mixture.classifier, on: data.test, to: file)
      console.print("\nThe routing of the test lines is drawn in \(file).")
    }
    if let file = options.saveFile {
      try ModelFile.save(mixture.classifier, toFile: file)
      console.print("\nSaved to \(file); use it with --load \(file).")
    }
    try tryNewLines(mixture.classifier)
  }
}

// MARK: - Data

extension TrainingRun {
  private func readData() throws -> Dataset {
    let data = try dataset()
    guard data.labels.count > 1 else {
      throw LabelledFile.Problem.content(
        file: options.trainingFile ?? "the embedded lines",
        found: "only the label \(data.labels.first ?? "")", expected: "at least two labels")
    }
    let source = options.trainingFile ?? "written for this example"
    let held = options.testFile ?? "every 5th of a label"
    console.printFacts([
      ("data", "\(format(data.training.count, "line")) to train on (\(source))"),
      ("", "\(format(data.test.count, "line")) to test with (\(held))"),
      ("", labelSummary(data)),
    ])
    if let warning = SavedModelRun.warning(aboutUnseen: data.unseenLabels) {
      console.printFacts([("note", warning)])
    }
    return data
  }

  private func dataset() throws -> Dataset {
    guard let trainingFile = options.trainingFile else { return try .embedded() }
    let training = try LabelledFile.lines(ofFile: trainingFile)
    guard let testFile = options.testFile else { return Dataset(splitting: training) }
    return try Dataset(training: training, test: LabelledFile.lines(ofFile: testFile))
  }

  private func labelSummary(_ data: Dataset) -> String {
    let labels = format(data.labels.count, "label")
    let groups = data.groups
    guard !groups.isEmpty else { return labels }
    let names = groups.count <= 6 ? ": " + groups.map(printable).joined(separator: ", ") : ""
    return "\(labels) in \(format(groups.count, groupName))\(names)"
  }

  private var groupName: String { options.trainingFile == nil ? "task" : "group" }
}

// MARK: - Training

extension TrainingRun {
  /// A trained classifier, and the same with one expert to compare it with.
  struct Trained {
    var classifier: TextClassifier
    var baseline: TextClassifier?
    /// How even the load was in the last updates of the mixture.
    var balance: BalanceReport
    /// Where its lines went, where a page is asked for.
    var page: RoutingPage?
  }

  private func train(_ data: Dataset) throws -> Trained {
    var settings = options.classifierSettings
    let training = options.trainerSettings(lineCount: data.training.count)
    var generator = SeededGenerator(seed: training.seed)
    var classifier = try TextClassifier(
      settings, labels: data.labels, using: &generator)
    printModel(classifier, training)

    let texts = FeatureMatrix(data.training.map(\.text), features: classifier.features)
    let labels = data.labelIndices(of: data.training).compactMap { $0 }
    var page = options.reportFile == nil ? nil : RoutingPage(settings)
    let balance = try train(&classifier, "mixture   ", texts, labels, training, page: &page)
    guard settings.expertCount > 1 else {
      return Trained(classifier: classifier, balance: balance, page: page)
    }

    settings.expertCount = 1
    settings.topK = nil
    settings.balance = Balance(.none)
    generator = SeededGenerator(seed: training.seed)
    var baseline = try TextClassifier(settings, labels: data.labels, using: &generator)
    var none: RoutingPage?
    _ = try train(&baseline, "one expert", texts, labels, training, page: &none)
    return Trained(classifier: classifier, baseline: baseline, balance: balance, page: page)
  }

  private func train(
    _ classifier: inout TextClassifier, _ name: String, _ texts: FeatureMatrix, _ labels: [Int],
    _ settings: ClassifierTrainer.Settings, page: inout RoutingPage?
  ) throws -> BalanceReport {
    var bar = ProgressBar(name, console: console)
    var monitor = BalanceMonitor()
    try ClassifierTrainer(settings).train(
      &classifier, on: texts, labels: labels,
      observe: {
        monitor.observe($0)
        page?.observe($0)
      },
      report: {
        page?.observe($0)
        bar.show($0)
      })
    return monitor.report
  }

  private func printModel(_ classifier: TextClassifier, _ training: ClassifierTrainer.Settings) {
    let settings = classifier.settings
    let experts = format(settings.expertCount, "expert")
    let gate = settings.gateSummary
    console.printFacts([
      ("features", "\(format(settings.featureCount)) hashed n-grams of words and characters"),
      ("model", "\(experts) of \(format(settings.hiddenSize, "hidden unit")); a gate \(gate)"),
      ("", "\(format(classifier.mixture.parameterCount)) parameters"),
      ("balance", "\(settings.balance.method.rawValue), weight \(settings.balance.weight)"),
      ("training", "\(format(training.epochCount, "epoch")) in batches of \(training.batchSize)"),
      ("seed", "\(training.seed)"),
    ])
    #if DEBUG
      console.printFacts([("note", "this is a debug build, which is slow; run it with -c release")])
    #endif
    console.printHeading("Training")
  }
}

// MARK: - What it learned

extension TrainingRun {
  private func report(_ trained: Trained, _ data: Dataset) throws {
    guard !data.test.isEmpty else {
      console.print("\nNo label has five lines, so that none is held out to test with.")
      return
    }
    let evaluation = try Evaluation(of: trained.classifier, on: data.test)
    let majority = MajorityBaseline(data)
    let experts = format(evaluation.expertCount, "expert")
    var results = [("mixture of \(experts)", evaluation.total.correctCount)]
    if let baseline = trained.baseline {
      let single = try Evaluation(of: baseline, on: data.test)
      results.append(("one expert, trained the same way", single.total.correctCount))
    }
    let label = truncated(printable(majority.label), to: 24)
    results.append(("always the commonest label, \(label)", majority.correctCount))

    let report = Report(to: console)
    report.printAccuracy(results, lineCount: data.test.count)
    report.printLoad(evaluation, groupName: groupName)
    report.printSpecialisation(evaluation, groupName: groupName)
    if evaluation.expertCount > 1 { report.printBalance(evaluation, training: trained.balance) }
  }

  private func tryNewLines(_ classifier: TextClassifier) throws {
    let isEmbedded = options.trainingFile == nil
    let texts = options.texts.isEmpty && isEmbedded ? Dataset.newLines : options.texts
    guard !texts.isEmpty else { return }
    let isOwn = !options.texts.isEmpty
    console.printHeading(isOwn ? "Your texts" : "New lines, which are not in the data")
    try Report(to: console).printAnswers(texts, by: classifier)
  }
}
