import ExampleSupport

/// What the command line asks for.
package struct Options: Sendable, Equatable {
  /// The model folder or the file.
  package var path: String?
  /// The layer that is run.
  package var layer: Int?
  /// How many random tokens it is run on.
  package var tokenCount = 256
  /// How many mebibytes of experts are kept in memory, where they are not loaded.
  package var expertMebibytes: Int?
  /// What the tokens are drawn from.
  package var seed: UInt64 = 1
  /// Where a page about the routing of the layer is to be written.
  package var reportFile: String?
  /// Whether all tensors are listed.
  package var listsTensors = false
  /// Whether to print the help text and nothing else.
  package var showsHelp = false

  /// The options that the arguments give, without the name of the program.
  ///
  /// - Throws: `UsageError`.
  package init(arguments: [String]) throws {
    var rest = arguments
    if let first = rest.first, !first.hasPrefix("-"), !first.isEmpty {
      path = rest.removeFirst()
    }
    var (reader, hasTokens) = (ArgumentReader(rest, example: "--layer"), false)
    while let option = try reader.nextOption() {
      switch option {
      case "--help", "-h": showsHelp = try reader.flag()
      case "--layer": layer = try reader.number(in: 0...100_000)
      case "--tokens":
        tokenCount = try reader.number(in: 1...1_000_000)
        hasTokens = true
      case "--keep":
        expertMebibytes = try reader.number(in: 0...1_000_000_000)
      case "--seed": seed = try reader.number(in: 0...UInt64.max)
      case "--report": reportFile = try reader.value("a file")
      case "--tensors": listsTensors = try reader.flag()
      default: throw UsageError.unknown(option)
      }
    }
    guard !showsHelp else { return }
    guard path != nil else {
      throw UsageError(option: "PATH", found: "nothing", expected: "a model folder or a file first")
    }
    guard layer != nil || !hasTokens else {
      throw UsageError(
        option: "--tokens", found: "\(tokenCount) alone", expected: "--layer beside it")
    }
    if let expertMebibytes, layer == nil {
      throw UsageError(
        option: "--keep", found: "\(expertMebibytes) alone", expected: "--layer beside it")
    }
    if let reportFile, layer == nil {
      throw UsageError(
        option: "--report", found: "\(reportFile) alone", expected: "--layer beside it")
    }
  }

  /// What `--help` prints.
  package static let help = """
    Says what a model folder or a safetensors file holds: its mixtures, experts, parameters and bytes.

      swift run -c release inspect-moe PATH [options]

    PATH is a folder with config.json and safetensors files, or one safetensors file. Nothing but the
    headers is read, however large the files are, unless a layer is run.

      --tensors         list all tensors, with type, shape and bytes
      --layer N         load the mixture of a layer, run it on random tokens, and say where these went
                        and how fast it was
      --tokens N        how many tokens that is (default: 256)
      --keep N          leave the experts in their file, and keep those that were used lately within
                        N mebibytes of memory
      --seed N          what they are drawn from (default: 1)
      --report FILE     write a page of HTML about where they went, to look at in a browser
      --help            print this text
    """
}
