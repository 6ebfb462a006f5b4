import ExampleSupport

/// What the command line asks for.
package struct Options: Sendable, Equatable {
  /// Which models are trained.
  package enum Models: Sendable, Equatable {
    /// The mixture, and its dense twin beside it.
    case both
    /// The mixture alone.
    case mixture
    /// The dense twin alone.
    case dense
  }

  /// A file to train on, or to measure a saved model with; the embedded text unless given.
  package var textFile: String?
  /// Where the trained model is to be saved.
  package var saveFile: String?
  /// A saved model to use instead of training one.
  package var loadFile: String?
  /// Where a page about the routing is to be written.
  package var reportFile: String?
  /// Texts that the model is to write on.
  package var prompts: [String] = []
  /// How many bytes it writes behind each.
  package var sampleLength = 300
  /// How boldly it chooses them.
  package var temperature: Float = 0.8
  /// Whether the model is measured with its weights in fewer bits too.
  package var comparesFormats = false
  /// Which models are trained.
  package var models = Models.both
  /// What the mixture is made like.
  package var model = ByteModel.Settings()
  /// What training is like.
  package var training = ByteModelTrainer.Settings()
  /// Whether to print the help text and nothing else.
  package var showsHelp = false
  /// The options about training that were given, in their order.
  private var trainingOptions: [String] = []

  /// The options of no arguments: the default run.
  package init() {}

  /// The options that the arguments give, without the name of the program.
  ///
  /// - Throws: `UsageError`.
  package init(arguments: [String]) throws {
    var reader = ArgumentReader(arguments, example: "--text")
    while let option = try reader.nextOption() {
      if try readUse(option, &reader) { continue }
      guard try readTraining(option, &reader) else { throw UsageError.unknown(option) }
      trainingOptions.append(option)
    }
    if !showsHelp { try checkTogether() }
  }

  /// Reads an option about the use of a model; false where it is none.
  private mutating func readUse(_ option: String, _ reader: inout ArgumentReader) throws -> Bool {
    switch option {
    case "--help", "-h": showsHelp = try reader.flag()
    case "--formats": comparesFormats = try reader.flag()
    case "--text": textFile = try reader.value("a file")
    case "--report": reportFile = try reader.value("a file")
    case "--load": loadFile = try reader.value("a file")
    case "--prompt": prompts.append(try reader.value("a text"))
    case "--sample": sampleLength = try reader.number(in: 0...100_000)
    case "--temperature": temperature = try reader.fraction(upTo: 10)
    default: return false
    }
    return true
  }

  /// Reads an option about training; false where it is none.
  private mutating func readTraining(
    _ option: String, _ reader: inout ArgumentReader
  ) throws -> Bool {
    switch option {
    case "--save": saveFile = try reader.value("a file")
    case "--alone": if try reader.flag() { try choose(.mixture, option) }
    case "--dense": if try reader.flag() { try choose(.dense, option) }
    case "--blocks": model.blockCount = try reader.number(in: 1...24)
    case "--size": model.size = try size(&reader)
    case "--experts": model.expertCount = try reader.number(in: 1...64)
    case "--hidden": model.hiddenSize = try reader.number(in: 1...4096)
    case "--context": model.contextLength = try reader.number(in: 2...1024)
    case "--balance": model.balanceWeight = try reader.fraction(upTo: 100)
    case "--steps": training.stepCount = try reader.number(in: 1...1_000_000)
    case "--batch": training.batchSize = try reader.number(in: 1...256)
    case "--seed": training.seed = try reader.number(in: 0...UInt64.max)
    default: return false
    }
    return true
  }

  private mutating func choose(_ models: Models, _ option: String) throws {
    guard self.models == .both || self.models == models else {
      throw UsageError(
        option: option, found: models == .dense ? "--alone beside it" : "--dense beside it",
        expected: "one of both")
    }
    self.models = models
  }

  private func size(_ reader: inout ArgumentReader) throws -> Int {
    let step = ByteModel.Settings.sizeStep
    let size: Int = try reader.number(in: step...1024)
    guard size % step == 0 else {
      throw UsageError(
        option: "--size", found: "\(size)",
        expected: "a multiple of \(step), as \(ByteModel.Settings.headCount) heads have pairs")
    }
    return size
  }

  /// Throws where options do not go together.
  private func checkTogether() throws {
    if loadFile != nil, let option = trainingOptions.first {
      throw UsageError(
        option: option, found: "--load beside it",
        expected: "only --text, --report, --formats, --prompt, --sample and --temperature there, "
          + "as a saved model is trained already")
    }
    if let reportFile {
      if loadFile != nil, textFile == nil {
        throw UsageError(
          option: "--report", found: "\(reportFile) beside --load",
          expected: "--text there too, as the page is about a text")
      }
      if models == .dense {
        throw UsageError(
          option: "--report", found: "--dense beside it",
          expected: "none, as nothing is routed there")
      }
    }
    if models == .dense, let option = trainingOptions.first(where: { $0 == "--balance" }) {
      throw UsageError(
        option: option, found: "--dense beside it", expected: "none, as nothing is routed there")
    }
  }
}
