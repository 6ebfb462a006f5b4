import ExampleSupport

/// What the command line asks for.
package struct Options: Sendable, Equatable {
  /// A file to train on; the embedded data unless given.
  package var trainingFile: String?
  /// A file to test with.
  package var testFile: String?
  /// Where the trained classifier is to be saved.
  package var saveFile: String?
  /// A saved classifier to use instead of training one.
  package var loadFile: String?
  /// Where a page about the routing is to be written.
  package var reportFile: String?
  /// Texts to classify.
  package var texts: [String] = []
  /// The number of experts.
  package var expertCount: Int?
  /// How many experts answer for a text; all unless given.
  package var topK: Int?
  /// The number of hidden units of each expert.
  package var hiddenSize: Int?
  /// How many times every line is seen.
  package var epochCount: Int?
  /// What the parameters and the order of the lines depend on.
  package var seed: UInt64?
  /// What spreads texts over the experts; what suits the routing unless given.
  package var balance: Balance.Method?
  /// How strongly it does.
  package var balanceWeight: Float?
  /// Whether to print the help text and nothing else.
  package var showsHelp = false

  /// The options of no arguments: the default run.
  package init() {}

  /// The options that the arguments give, without the name of the program.
  ///
  /// - Throws: `UsageError`.
  package init(arguments: [String]) throws {
    var reader = ArgumentReader(arguments, example: "--train")
    while let option = try reader.nextOption() {
      switch option {
      case "--help", "-h": showsHelp = try reader.flag()
      case "--train": trainingFile = try reader.value("a file")
      case "--test": testFile = try reader.value("a file")
      case "--save": saveFile = try reader.value("a file")
      case "--load": loadFile = try reader.value("a file")
      case "--report": reportFile = try reader.value("a file")
      case "--classify": texts.append(try reader.value("a text"))
      case "--experts": expertCount = try reader.number(in: 1...64)
      case "--top-k": topK = try reader.number(in: 1...64)
      case "--hidden": hiddenSize = try reader.number(in: 1...1024)
      case "--epochs": epochCount = try reader.number(in: 1...10_000)
      case "--seed": seed = try reader.number(in: 0...UInt64.max)
      case "--balance": balance = try reader.choice(of: Balance.Method.self)
      case "--balance-weight": balanceWeight = try reader.fraction(upTo: 100)
      default: throw UsageError.unknown(option)
      }
    }
    if !showsHelp { try checkTogether() }
  }

  /// What a classifier is to be made like.
  package var classifierSettings: TextClassifier.Settings {
    var settings = TextClassifier.Settings()
    settings.expertCount = expertCount ?? settings.expertCount
    settings.hiddenSize = hiddenSize ?? settings.hiddenSize
    settings.topK = topK
    let usual = settings.usualBalance
    settings.balance = Balance(balance ?? usual, weight: balanceWeight)
    return settings
  }

  /// What training on a number of lines is to be like.
  package func trainerSettings(lineCount: Int) -> ClassifierTrainer.Settings {
    var settings = ClassifierTrainer.Settings(
      epochCount: epochCount ?? ClassifierTrainer.Settings.epochCount(lineCount: lineCount))
    settings.seed = seed ?? settings.seed
    return settings
  }

  /// Throws where options do not go together.
  private func checkTogether() throws {
    if let testFile, trainingFile == nil, loadFile == nil {
      throw UsageError(
        option: "--test", found: "\(testFile) alone", expected: "--train or --load beside it")
    }
    let experts = classifierSettings.expertCount
    if let topK, topK > experts {
      throw UsageError(
        option: "--top-k", found: "\(topK)",
        expected: "at most \(experts), the number of experts")
    }
    if let balance, balance.needsChoice, topK == nil {
      throw UsageError(
        option: "--balance", found: "\(balance.rawValue) where all experts answer",
        expected: "--top-k beside it")
    }
    let forTraining: [(String, Bool)] = [
      ("--train", trainingFile != nil), ("--save", saveFile != nil),
      ("--experts", expertCount != nil), ("--top-k", topK != nil),
      ("--hidden", hiddenSize != nil), ("--epochs", epochCount != nil), ("--seed", seed != nil),
      ("--balance", balance != nil), ("--balance-weight", balanceWeight != nil),
    ]
    if loadFile != nil, let option = forTraining.first(where: \.1)?.0 {
      throw UsageError(
        option: option, found: "--load beside it",
        expected: "only --test, --report or --classify there, as a saved model is trained already")
    }
    if let reportFile, loadFile != nil, testFile == nil {
      throw UsageError(
        option: "--report", found: "\(reportFile) beside --load",
        expected: "--test there too, as the page is about test lines")
    }
  }
}
