import ExampleSupport
import MoE

/// A run that uses a saved model: measures it on a text, and writes.
struct SavedModelRun {
  let options: Options
  let console: Console

  /// Does what the options ask for with the model.
  func run(with model: ByteModel) throws {
    console.printFacts([
      ("model", model.settings.summary),
      ("", "\(format(model.decoder.parameterCount)) parameters"),
    ])
    if let file = options.textFile {
      let validation = try Validation(of: model, on: Corpus(file: file).validation)
      let report = Report(to: console)
      report.printLosses([(model.settings, validation)])
      if model.settings.kind == .moePlusPlus {
        report.printExperts(validation, names: model.settings.expertNames)
      }
      if let page = options.reportFile {
        try SavedModel.checkWritable(page)
        try write(page, model, Corpus(file: file).validation)
      }
    }
    if options.comparesFormats {
      let corpus = try options.textFile.map { try Corpus(file: $0) } ?? .embedded()
      try FormatComparison(console: console).run(model, on: corpus.validation)
    }
    guard options.sampleLength > 0, options.textFile == nil || !options.prompts.isEmpty else {
      return
    }
    console.printHeading("What it writes")
    let prompts = options.prompts.isEmpty ? ["\n"] : options.prompts
    try Writing(options: options, console: console).run(prompts.map { Array($0.utf8) }, by: model)
  }

  /// Writes a page about where the bytes of a text went.
  private func write(_ file: String, _ model: ByteModel, _ bytes: ArraySlice<UInt8>) throws {
    guard model.settings.kind == .moePlusPlus else {
      throw UsageError(
        option: "--report", found: "a dense model", expected: "one with mixtures")
    }
    try RoutingPage(model.settings).write(model, on: bytes, to: file)
    console.print("\nThe routing of the text is drawn in \(file).")
  }
}

/// Writes with a model behind some texts, and prints it.
struct Writing {
  let options: Options
  let console: Console

  /// Writes behind each text.
  func run(_ prompts: [[UInt8]], by model: ByteModel) throws {
    var model = model
    model.decoder.packWeights()
    let samples = try prompts.map { prompt in
      var sampler = Sampler(temperature: options.temperature, seed: options.training.seed)
      return (
        prompt: prompt,
        continuation: try sampler.continuation(
          of: prompt, count: options.sampleLength, by: model)
      )
    }
    Report(to: console).printSamples(samples)
  }
}
