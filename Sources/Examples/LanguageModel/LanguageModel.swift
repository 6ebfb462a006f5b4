package import ExampleSupport

/// Trains a small language model of bytes, whose layers are those of MoE++, beside a dense twin.
///
///     swift run -c release language-model
///
/// The way through the code: `TrainingRun` is what happens, from data to report; `ByteModel` makes
/// the decoder; `ByteModelTrainer` trains it, `Validation` measures it and `Sampler` writes with
/// it.
@main
package struct LanguageModel {
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
      let model = try ModelFile.load(fromFile: file)
      try SavedModelRun(options: options, console: console).run(with: model)
    } else {
      try TrainingRun(options: options, console: console).run()
    }
  }
}
