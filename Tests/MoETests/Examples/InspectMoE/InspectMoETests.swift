import ExampleSupport
import Foundation
import InspectMoE
import MoE
import Testing

@Suite("Inspect: models and files")
struct InspectMoETests {
  /// What a run prints, or the message of its error.
  private func output(_ arguments: [String]) -> String {
    var output = ""
    do {
      try InspectMoE.run(Options(arguments: arguments), console: Console { output += $0 })
    } catch { return "\(error)" }
    return output
  }

  @Test("A model folder says its mixtures, and a layer runs")
  func folder() throws {
    let folder = FamilyParityTests.folder("deepseek_v3")
    let text = output([folder])
    for part in [
      "files     1 file", "model     deepseek_v3, 2 layers", "active for a token",
      "1             16         4     32       24       24", " of F32",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    #expect(!text.contains("Tensors"))
    let run = output([folder, "--layer", "1", "--tokens=17", "--tensors"])
    for part in ["Layer 1", "17 random tokens", "tokens/s", "68 routes to 16 experts", "[16, 32]"] {
      #expect(run.contains(part), "\(part) in \(run)")
    }
    #expect(output([folder, "--layer", "0"]).contains("expected one that is a mixture: 1"))
    try withTemporaryFile { page in
      let drawn = output([folder, "--layer", "1", "--report", page])
      #expect(drawn.hasSuffix("Their routing is drawn in \(page).\n"))
      let html = try String(contentsOfFile: page, encoding: .utf8)
      #expect(html.contains("<h1>deepseek_v3, 256 random tokens</h1>") && html.contains("layer 1"))
    }
    let kept = output([folder, "--layer", "1", "--keep", "1"])
    #expect(kept.contains("kept      16 experts") && kept.contains("16 read"), "\(kept)")
    // One that chooses by token ids.
    #expect(
      output([FamilyParityTests.folder("deepseek_v4_hash"), "--layer", "0"])
        .contains("256 random tokens"))
  }

  @Test("A file says its tensors, and a folder that is not understood says why")
  func file() throws {
    let folder = FamilyParityTests.folder("mixtral")
    let text = output([folder + "/model.safetensors"])
    #expect(
      text.contains("model.layers.0.block_sparse_moe.gate.weight") && text.contains("[8, 32]"))
    try LoaderTrapTests.model(#"{"model_type":"none"}"#) { folder in
      #expect(
        output([folder]).contains("Not understood: \(folder)/config.json, model_type: found none"))
      #expect(output([folder, "--layer", "0"]).hasPrefix("\(folder)/config.json, model_type"))
    }
    #expect(output(["/no/such"]) == "/no/such: there is no such file or folder")
  }

  @Test("What cannot be understood says what was expected")
  func options() {
    #expect(output(["--help"]) == Options.help + "\n")
    #expect(Options.help.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(output([]) == "PATH: found nothing, expected a model folder or a file first")
    #expect(
      output(["x", "--tokens", "3"]) == "--tokens: found 3 alone, expected --layer beside it")
    #expect(
      output(["x", "--report", "r"]) == "--report: found r alone, expected --layer beside it")
    #expect(output(["x", "--keep", "3"]) == "--keep: found 3 alone, expected --layer beside it")
    #expect(
      output(["x", "--foo"]) == "--foo: found an unknown option, expected one that --help lists")
  }
}
