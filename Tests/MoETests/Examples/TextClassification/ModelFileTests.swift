import ExampleSupport
import Foundation
import MoE
import Testing
import TextClassification

@Suite("Example: model files")
struct ModelFileTests {
  /// The message that loading a changed file gives; nothing where there is none.
  private func message(_ change: (inout SavedModel) throws -> Void) throws -> String {
    var contents = try ModelFile.contents(of: TinyExample.classifier())
    try change(&contents)
    return try message(
      Array(Checkpoint.encoded(contents.tensors, metadata: contents.metadata)))
  }

  private func message(_ bytes: [UInt8]) throws -> String {
    do {
      _ = try ModelFile.classifier(
        of: SavedModel(SafetensorsFile(Data(bytes), name: "m")), file: "m")
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test("What was saved is loaded with the same bits", arguments: [nil, 2])
  func roundTrip(topK: Int?) throws {
    let saved = try TinyExample.classifier(topK: topK, labels: ["a \"quoted\" 漢字", "/\\ é"])
    try withTemporaryFile { path in
      try SavedModel.checkWritable(path)
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

  @Test("A file that is cut, or none of a classifier, is rejected")
  func damage() throws {
    let contents = try ModelFile.contents(of: TinyExample.classifier())
    let bytes = Array(Checkpoint.encoded(contents.tensors, metadata: contents.metadata))
    #expect(try message(bytes) == "nothing")
    #expect(try message([]) == "m, byte 0: found 0 bytes, expected at least 8")
    #expect(try message(Array(bytes.dropLast())).hasPrefix("m, tensor"))
    #expect(try message(bytes + [0]).contains("as the header says"))
    #expect(
      try message(Array(Checkpoint.encoded(["t": StoredTensor([1])])))
        == "m, metadata format: found nothing, expected swift-moe text classification 1")
  }

  @Test("Tensors that are missing, of another shape, not finite or too many are named")
  func tensors() throws {
    let name = "expertGroups.0.down.bias"
    #expect(
      try message { $0.tensors[name] = nil }
        == "m: missing \(name)")
    #expect(
      try message { $0.tensors[name] = StoredTensor([1, 2]) }
        == "m, tensor \(name): found shape [2], expected [3, 2]")
    #expect(
      try message {
        $0.tensors[name] = StoredTensor(Tensor([1, 2, 3, .nan, 5, 6], shape: [3, 2]))
      }
        == "m, tensor \(name): found nan at 3, expected finite numbers")
    #expect(
      try message { $0.tensors["extra"] = StoredTensor([1]) }.contains("extra"))
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
      throws: CheckpointError.unusable(
        file: "/nowhere/m", reason: "it cannot be written: there is no folder /nowhere")
    ) { try SavedModel.checkWritable("/nowhere/m") }
    #expect(throws: CheckpointError.self) {
      try ModelFile.save(TinyExample.classifier(), toFile: "/nowhere/m")
    }
  }
}
