package import ExampleSupport

/// Trains a mixture of experts to classify short texts, and shows what each expert learned.
///
///     swift run -c release text-classification
///
/// The way through the code: `TrainingRun` is what happens, from data to report; `TextClassifier`
/// makes the mixture; `ClassifierTrainer` trains it.
@main
package struct TextClassification {
  /// Runs the example with the arguments of the process.
  package static func main() {
    Console.exitingOnError {
      try run(Options(arguments: Array(CommandLine.arguments.dropFirst())), console: .standard())
    }
  }

  /// Does what the options ask for.
  package static func run(_ options: Options, console: Console) throws {
    if options.showsHelp {
      console.print(Options.help)
    } else if let file = options.loadFile {
      let classifier = try ModelFile.load(fromFile: file)
      try SavedModelRun(options: options, console: console).run(with: classifier)
    } else {
      try TrainingRun(options: options, console: console).run()
    }
  }
}
