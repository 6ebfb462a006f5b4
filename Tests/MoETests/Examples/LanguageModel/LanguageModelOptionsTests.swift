import Foundation
import LanguageModel
import Testing

@Suite("Language model: options")
struct LanguageModelOptionsTests {
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
      "--text", "t", "--save=m", "--prompt", "a", "--prompt=--b", "--sample", "7",
      "--temperature=0.5", "--alone", "--blocks", "2", "--size=16", "--experts", "5",
      "--hidden", "9", "--context", "33", "--balance", "0.25", "--steps=11", "--batch", "3",
      "--seed", "18446744073709551615", "--report=r",
    ])
    #expect(options.textFile == "t" && options.saveFile == "m" && options.prompts == ["a", "--b"])
    #expect(options.sampleLength == 7 && options.temperature == 0.5 && options.models == .mixture)
    #expect(options.model.blockCount == 2 && options.model.size == 16)
    #expect(options.model.expertCount == 5 && options.model.hiddenSize == 9)
    #expect(options.model.contextLength == 33 && options.model.balanceWeight == 0.25)
    #expect(options.training.stepCount == 11 && options.training.batchSize == 3)
    #expect(options.training.seed == .max && options.reportFile == "r")
    #expect(try Options(arguments: ["--dense"]).models == .dense)
  }

  @Test("Help needs nothing else to be right, and names the defaults")
  func help() throws {
    #expect(try Options(arguments: ["--load", "x", "--save", "y", "-h"]).showsHelp)
    #expect(Options.help.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let options = Options()
    for (name, value) in [
      ("--balance X", "\(options.model.balanceWeight)"),
      ("--experts N", "\(options.model.expertCount)"),
      ("--hidden N", "\(options.model.hiddenSize)"),
      ("--blocks N", "\(options.model.blockCount)"), ("--size N", "\(options.model.size)"),
      ("--context N", "\(options.model.contextLength)"),
      ("--steps N", "\(options.training.stepCount)"),
      ("--batch N", "\(options.training.batchSize)"), ("--seed N", "\(options.training.seed)"),
      ("--sample N", "\(options.sampleLength)"), ("--temperature X", "\(options.temperature)"),
    ] {
      let start = try #require(Options.help.range(of: name), "\(name)")
      let rest = Options.help[start.upperBound...]
      let own = rest.range(of: "\n      --").map { rest[..<$0.lowerBound] } ?? rest
      #expect(own.contains("default: \(value))"), "\(name)")
    }
  }

  @Test("What cannot be understood says what was expected")
  func errors() {
    #expect(
      message("--size", "20")
        == "--size: found 20, expected a multiple of 8, as 4 heads have pairs")
    #expect(message("--size", "0") == "--size: found 0, expected a whole number from 8 to 1024")
    #expect(message("--balance=nan") == "--balance: found nan, expected a number from 0 to 100")
    #expect(
      message("--steps") == "--steps: found nothing, expected a whole number from 1 to 1000000")
    #expect(message("--foo") == "--foo: found an unknown option, expected one that --help lists")
    #expect(message("--dense=1") == "--dense: found 1, expected no value")
    #expect(
      message("--dense", "--alone") == "--alone: found --dense beside it, expected one of both")
    #expect(
      message("--dense", "--balance", "0")
        == "--balance: found --dense beside it, expected none, as nothing is routed there")
    #expect(
      message("--load", "m", "--prompt", "x", "--steps", "3")
        == "--steps: found --load beside it, expected only --text, --report, --formats, "
        + "--prompt, --sample and --temperature there, as a saved model is trained already")
    #expect(
      message("--load", "m", "--report", "r")
        == "--report: found r beside --load, expected --text there too, as the page is about a text"
    )
    #expect(message("--load", "m", "--report", "r", "--text", "t") == "nothing")
    #expect(
      message("--dense", "--report", "r")
        == "--report: found --dense beside it, expected none, as nothing is routed there")
  }
}
