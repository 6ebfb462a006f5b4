import Foundation
import MoE

/// What the command line asks for.
struct Options {
  /// The groups to run, in the order of `Group`.
  private(set) var groups = Group.allCases
  /// A part of the group, name or shape of the lines to run, in any case.
  private(set) var filter: String?
  /// The numbers of threads to run on.
  private(set) var threadCounts = Options.defaultThreadCounts
  /// The kernel sets to run on.
  private(set) var kernelSets = KernelSet.available
  /// Whether to print JSON instead of tables.
  private(set) var printsJSON = false
  /// Whether to run tiny shapes, only to see that everything works.
  private(set) var isSmoke = false
  /// Whether to print the help text and nothing else.
  private(set) var showsHelp = false

  /// A command line that cannot be understood.
  struct UsageError: Error, CustomStringConvertible {
    var option: String
    var found: String
    var expected: String

    var description: String { "\(option): found \(found), expected \(expected)" }
  }

  /// The options that the arguments give, without the name of the program.
  ///
  /// - Throws: `UsageError`.
  init(arguments: [String]) throws {
    var named: [Group] = []
    var reader = ArgumentReader(arguments)
    while let option = try reader.nextOption() {
      switch option {
      case "--help", "-h": showsHelp = try reader.flag()
      case "--json": printsJSON = try reader.flag()
      case "--smoke": isSmoke = try reader.flag()
      case "--filter": filter = try reader.value("a part of a line's group, name or shape")
      case "--group":
        let names = Group.allCases.map(\.rawValue).joined(separator: ", ")
        named += try reader.list("one of \(names)") { Group(rawValue: $0.lowercased()) }
      case "--threads":
        threadCounts = try reader.list("numbers from 1 to 1024, as in 1,2") {
          Int($0).flatMap { (1...1024).contains($0) ? $0 : nil }
        }
      case "--kernels":
        let names = KernelSet.available.map(\.rawValue).joined(separator: ", ")
        kernelSets = try reader.list("kernel sets that this machine can run: \(names)") {
          KernelSet(rawValue: $0.lowercased()).flatMap { $0.isAvailable ? $0 : nil }
        }
      default:
        throw UsageError(
          option: option, found: "an unknown option", expected: "one that --help lists")
      }
    }
    if !named.isEmpty { groups = Group.allCases.filter(named.contains) }
  }

  /// One thread, and as many as there are cores.
  private static var defaultThreadCounts: [Int] {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return cores > 1 ? [1, cores] : [1]
  }

  static let help = """
    Measures the library against what the machine can do at the same moments.

      swift run -c release moe-benchmarks [options]

    Options
      --group NAME      run this group; may be given several times (default: all of them)
      --filter TEXT     run only lines whose group, name or shape contains the text
      --threads LIST    numbers of threads, as in 1,2 (default: 1 and one for each core)
      --kernels LIST    kernel sets, as in portable,avx2,avx512 (default: all that can run here)
      --json            one JSON object a line instead of tables
      --smoke           tiny shapes, a few seconds: to see that everything runs
      --help            print this text

    Groups
      ceiling           what other lines are compared with: multiply-adds on registers or, for the
                        portable kernels, their innermost loop on panels in the first-level cache;
                        and reading memory straight through, on huge pages where they can be had
      kernel            the innermost loops of products alone, on one thread
      gemm              products of matrices, rows × depth × columns: squares, and experts of
                        Qwen1.5-0.5B (1024 to 2816) and Mixtral 8×7B (4096 to 14336), whose gate and
                        up projections are one product
      vector            functions of each scalar, gated activations and softmax
      layer             the whole layer, forward, with packed weights and with plain ones; shapes are
                        tokens × experts a token of experts there are, token size → hidden size; for
                        a few tokens, which take turns, the bytes of the experts that they use count
      training          forward and backward passes together, without an optimiser; then steps of
                        optimisers and the norm of a gradient, of a hundred million parameters
      formats           the layer with experts in fewer bits than single precision: for a few tokens
                        the bytes of the experts that they use, for many the passes beside those in
                        single precision; then rounding to each format
      routing           the layer's routing, without the product of its gate
      attention         causal attention without its maps; shapes are sequences × tokens
      checkpoints       a layer of one tensor an expert, from files that the system has in memory; open
                        where they were mapped before
      extension         experts that are written with the public API alone, beside the library's of the
                        same formula: a layer's forward and backward pass

    Columns
      ms                median of at least 12 samples, after a warm-up; on one thread the time of
                        its processor, on several the time of the clock on the wall
      spread            the middle half of the samples: interquartile range over median
      rate              GFLOP/s where arithmetic bounds the work, with two operations a
                        multiply-add; GB/s where memory does, every byte read or written counted
                        once
      ceiling           the same for the work's ceiling, measured before and after every sample:
                        multiply-adds, reading as many bytes, copying them (vector), or reading and
                        writing as many arrays (optimisers); for the one token of a very small layer,
                        passes of one gated feed-forward of the same arithmetic
      %                 median of the samples' own percentages of the ceilings beside them; samples
                        of several threads are taken again where other processes held these up,
                        and the line says so where they always did
      residual          worst |error| ÷ (k·ε·|A|·|B|) over sampled elements of the result, held
                        against double precision before anything is timed; ε is 2⁻²⁴, k the length
                        of the sums. 1 is the worst that rounding can do. For functions of a
                        scalar: |error| ÷ (ε·|value|)
      last              for layers also the percentage of what the microkernel alone reaches, on
                        whole tiles out of packed panels in the first-level cache
    """
}

/// Walks through arguments, which give a value as `--option value` or `--option=value`.
private struct ArgumentReader {
  private var rest: ArraySlice<String>
  private var option = ""
  private var attached: String?

  init(_ arguments: [String]) { rest = arguments[...] }

  mutating func nextOption() throws -> String? {
    guard let argument = rest.popFirst() else { return nil }
    guard argument.hasPrefix("-") else {
      throw Options.UsageError(
        option: argument, found: "no option before it", expected: "one that --help lists")
    }
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    option = String(parts[0])
    attached = parts.count > 1 ? String(parts[1]) : nil
    return option
  }

  func flag() throws -> Bool {
    if let attached { throw error(attached, expected: "no value") }
    return true
  }

  mutating func value(_ expected: String) throws -> String {
    let value = attached ?? rest.first.flatMap { $0.hasPrefix("-") ? nil : $0 } ?? ""
    guard !value.isEmpty else { throw error(rest.first ?? "nothing", expected: expected) }
    if attached == nil { rest.removeFirst() }
    return value
  }

  /// Values between commas, each as `parse` reads it; one that it cannot read throws.
  mutating func list<Value: Equatable>(
    _ expected: String, _ parse: (String) -> Value?
  ) throws -> [Value] {
    var values: [Value] = []
    for part in try value(expected).split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = parse(String(part)) else {
        throw error(part.isEmpty ? "nothing" : String(part), expected: expected)
      }
      if !values.contains(value) { values.append(value) }
    }
    return values
  }

  private func error(_ found: String, expected: String) -> Options.UsageError {
    Options.UsageError(option: option, found: found, expected: expected)
  }
}
