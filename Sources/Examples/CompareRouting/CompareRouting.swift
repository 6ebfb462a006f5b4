package import ExampleSupport

/// Trains one small model per routing strategy on the same data from the same seeds, and shows what
/// each strategy does with its experts.
///
///     swift run -c release compare-routing
///
/// The way through the code: `Strategy` is what is compared, `ComparedModel` the model around it,
/// `StrategyRun` one training with its measurements, `Comparison` all of them; `LiveScheduling`
/// shows what happens when experts fail in service.
@main
package struct CompareRouting {
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
    } else {
      try ComparisonRun(options: options, console: console).run()
    }
  }
}
