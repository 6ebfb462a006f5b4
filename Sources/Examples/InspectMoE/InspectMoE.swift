package import ExampleSupport

/// Says what a model folder or a file of tensors holds, and runs one of its mixtures.
///
///     swift run -c release inspect-moe PATH
@main
package struct InspectMoE {
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
    } else if let path = options.path {
      try Inspection(options: options, console: console).run(path)
    }
  }
}
