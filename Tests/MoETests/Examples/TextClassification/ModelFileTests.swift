import ExampleSupport
import Foundation
import MoE
import Testing
import TextClassification

@Suite("Example: model files")
struct ModelFileTests {
  /// The message that loading a changed file gives; nothing where there is none.
  private func message(_ change: (inout Safetensors) throws -> Void) throws -> String {
    var contents = try ModelFile.contents(of: TinyExample.classifier())
    try change(&contents)
    return try message(contents.encoded())
  }

  private func message(_ bytes: [UInt8]) throws -> String {
    do {
      _ = try ModelFile.classifier(of: Safetensors(bytes, file: "m"), file: "m")
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test("What was saved is loaded with the same bits", arguments: [nil, 2])
  func roundTrip(topK: Int?) throws {
    let saved = try TinyExample.classifier(topK: topK, labels: ["a \"quoted\" 漢字", "/\\ é"])
    try withTemporaryFile { path in
      try Safetensors.checkWritable(path)
      try ModelFile.save(saved, toFile: path)
      let loaded = try ModelFile.load(fromFile: path)
      #expect(loaded.labels == saved.labels)
      #expect(loaded.settings == saved.settings)
      for (left, right) in zip(loaded.mixture.namedParameters, saved.mixture.namedParameters) {
        #expect(left.name == right.name)
        #expect(left.parameter.shape == right.parameter.shape)
        #expect(
          left.parameter.scalarArray.map(\.bitPattern)
            == right.parameter.scalarArray.map(\.bitPattern))
      }
      #expect(try loaded.classify(["some text"]) == saved.classify(["some text"]))
    }
  }

  @Test("A file that is cut or longer than its header says is rejected")
  func damage() throws {
    let bytes = try ModelFile.contents(of: TinyExample.classifier()).encoded()
    let length = Int(bytes[0]) + Int(bytes[1]) << 8
    let numbers = bytes.count - 8 - length
    #expect(try message(bytes) == "nothing")
    #expect(try message([]) == "m, header: found 0 bytes, expected at least 8")
    #expect(
      try message(Array(bytes[..<20]))
        == "m, header: found a length of \(length), expected at most the 12 that follow")
    #expect(
      try message(Array(bytes.dropLast()))
        == "m, tensor router.gate.weight: found numbers up to byte \(numbers), expected at most the "
        + "\(numbers - 1) there are")
    #expect(
      try message(bytes + [0])
        .hasPrefix("m, numbers: found"))
    var broken = bytes
    broken[8] = UInt8(ascii: "x")
    #expect(
      try message(broken)
        == "m, header: found something else, expected a JSON object of tensors with dtype, shape "
        + "and data_offsets")
  }

  @Test("A header whose types, shapes or places are wrong is rejected")
  func headers() throws {
    func message(_ json: String) throws -> String {
      let length = UInt8(json.utf8.count)
      return try self.message([length, 0, 0, 0, 0, 0, 0, 0] + json.utf8 + [0, 0, 0, 0])
    }
    #expect(
      try message(#"{"t":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#)
        == "m, tensor t: found type F16, expected F32")
    #expect(
      try message(#"{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#)
        == "m, tensor t: found shape [-1], expected sizes from 0 whose product is a number")
    #expect(
      try message(#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#)
        == "m, tensor t: found data_offsets [4, 8], expected [0, 4] by shape [1]")
    #expect(
      try message(#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[]}}"#)
        .hasPrefix("m, header: found something else"))
    #expect(
      try message(#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#)
        == "m, metadata format: found nothing, expected swift-moe text classification 1")
  }

  @Test("Tensors that are missing, of another shape, not finite or too many are named")
  func tensors() throws {
    let name = "expertGroups.0.down.bias"
    #expect(
      try message { $0.tensors[name] = nil }
        == "m, tensor \(name): found no such tensor, expected one of shape [3, 2]")
    #expect(
      try message { $0.tensors[name] = [1, 2] }
        == "m, tensor \(name): found shape [2], expected [3, 2]")
    #expect(
      try message { $0.tensors[name]?[1, 1] = .nan }
        == "m, tensor \(name): found nan at 3, expected finite numbers")
    #expect(
      try message { $0.tensors["extra"] = [1] }
        == "m, tensor extra: found it, expected no tensor of that name")
  }

  @Test("Metadata that is missing or wrong is named")
  func metadata() throws {
    #expect(
      try message { $0.metadata["experts"] = nil }
        == "m, metadata experts: found nothing, expected a whole number from 1 to 64")
    #expect(
      try message { $0.metadata["top_k"] = "4" }
        == "m, metadata top_k: found 4, expected a whole number from 1 to 3")
    #expect(
      try message { $0.metadata["labels"] = #"["a","a"]"# }
        == #"m, metadata labels: found ["a","a"], expected a JSON array of different labels"#)
    #expect(try message { $0.metadata["features"] = "1048576" }.contains("by the metadata"))
    #expect(
      try message { $0.metadata["format"] = "other" }
        == "m, metadata format: found other, expected swift-moe text classification 1")
  }

  @Test("A place that cannot be written is named, and nothing is left there")
  func unwritable() throws {
    #expect(
      throws: Safetensors.Problem.unwritable(
        file: "/nowhere/m", reason: "there is no folder /nowhere")
    ) { try Safetensors.checkWritable("/nowhere/m") }
    #expect(throws: Safetensors.Problem.self) {
      try ModelFile.save(TinyExample.classifier(), toFile: "/nowhere/m")
    }
  }
}
