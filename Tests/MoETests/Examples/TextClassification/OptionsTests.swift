import Testing
import TextClassification

@Suite("Example: options")
struct OptionsTests {
  private func message(_ arguments: String...) -> String {
    do {
      _ = try Options(arguments: arguments)
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test("No arguments are the default run")
  func none() throws { #expect(try Options(arguments: []) == Options()) }

  @Test("All options are read")
  func all() throws {
    let options = try Options(arguments: [
      "--train", "a.tsv", "--test=b.tsv", "--experts", "4", "--top-k=2", "--hidden", "16",
      "--epochs", "7", "--seed", "18446744073709551615", "--balance", "bias-sign",
      "--balance-weight=0.5",
      "--save", "m", "--report=r",
      "--classify", "one text", "--classify=--two=2",
    ])
    var expected = Options()
    expected.trainingFile = "a.tsv"
    expected.testFile = "b.tsv"
    expected.expertCount = 4
    expected.topK = 2
    expected.hiddenSize = 16
    expected.epochCount = 7
    expected.seed = .max
    expected.balance = .biasSign
    expected.balanceWeight = 0.5
    expected.saveFile = "m"
    expected.reportFile = "r"
    expected.texts = ["one text", "--two=2"]
    #expect(options == expected)
  }

  @Test("Help needs nothing else to be right")
  func help() throws {
    #expect(try Options(arguments: ["-h"]).showsHelp)
    #expect(try Options(arguments: ["--test", "x", "--help"]).showsHelp)
    for method in Balance.Method.allCases { #expect(Options.help.contains(method.rawValue)) }
    #expect(Options.help.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("Fewer epochs suit more lines")
  func epochs() throws {
    let options = Options()
    #expect(options.trainerSettings(lineCount: 1).epochCount == 30)
    #expect(options.trainerSettings(lineCount: 910).epochCount == 30)
    #expect(options.trainerSettings(lineCount: 6000).epochCount == 10)
    #expect(options.trainerSettings(lineCount: 1_000_000).epochCount == 4)
    let three = try Options(arguments: ["--epochs", "3"])
    #expect(three.trainerSettings(lineCount: 910).epochCount == 3)
  }

  @Test("A bad option is named with what was found and expected")
  func messages() {
    #expect(message("--experts", "0") == "--experts: found 0, expected a whole number from 1 to 64")
    #expect(
      message("--experts", "two") == "--experts: found two, expected a whole number from 1 to 64")
    #expect(
      message("--hidden") == "--hidden: found nothing, expected a whole number from 1 to 1024")
    #expect(
      message("--balance-weight=nan")
        == "--balance-weight: found nan, expected a number from 0 to 100")
    #expect(
      message("--balance", "even")
        == "--balance: found even, expected one of none, decisive, load, load-sequence, "
        + "smooth-load, importance, heterogeneous, entropy, token-entropy, top-p-entropy, sparsity, z, "
        + "bias-sign, bias-proportional, bias-quantile")
    #expect(message("--save", "--seed") == "--save: found --seed, expected a file")
    #expect(message("--train=") == "--train: found nothing, expected a file")
    #expect(message("--help=yes") == "--help: found yes, expected no value")
    #expect(message("--foo") == "--foo: found an unknown option, expected one that --help lists")
    #expect(message("x") == "x: found no option before it, expected one, such as --train x")
  }

  @Test("Options that do not go together are named")
  func combinations() {
    #expect(
      message("--top-k", "4") == "--top-k: found 4, expected at most 3, the number of experts")
    #expect(message("--top-k", "4", "--experts", "4") == "nothing")
    #expect(
      message("--balance", "load")
        == "--balance: found load where all experts answer, expected --top-k beside it")
    #expect(
      message("--balance", "smooth-load")
        == "--balance: found smooth-load where all experts answer, expected --top-k beside it")
    #expect(message("--balance", "load", "--top-k", "1") == "nothing")
    for name in ["sparsity", "top-p-entropy", "token-entropy", "importance"] {
      #expect(message("--balance", name) == "nothing")
    }
    #expect(message("--test", "b") == "--test: found b alone, expected --train or --load beside it")
    #expect(
      message("--load", "m", "--seed", "2")
        == "--seed: found --load beside it, expected only --test, --report or --classify there, "
        + "as a saved model is trained already")
    #expect(message("--load", "m", "--test", "b") == "nothing")
    #expect(message("--load", "m", "--test", "b", "--report", "r") == "nothing")
    #expect(
      message("--load", "m", "--report", "r")
        == "--report: found r beside --load, expected --test there too, as the page is about test "
        + "lines")
  }
}
