import Foundation

/// Measures the library's kernels, products, functions and layers against what the machine can do.
///
///     swift run -c release moe-benchmarks
///
/// The way through the code: a `Group` makes `Workload`s; the `Session` checks the result of each,
/// has it timed beside its `Ceiling`, and hands a `Line` to the `Output`.
@main
struct Benchmarks {
  static func main() {
    do {
      let options = try Options(arguments: Array(CommandLine.arguments.dropFirst()))
      let output = Output(isJSON: options.printsJSON)
      if options.showsHelp {
        output.write(Options.help)
      } else {
        try Session(options: options, output: output).run()
      }
    } catch let error as Options.UsageError {
      printError("error: \(error)\nSee --help for the options.")
      exit(2)
    } catch {
      printError("error: \(error)")
      exit(1)
    }
  }

  private static func printError(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }
}
