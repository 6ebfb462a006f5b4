import ExampleSupport
import LanguageModel
import MoE
import Testing

@Suite("Language model: model files")
struct LanguageModelFileTests {
  /// The message that loading a changed file gives; nothing where there is none.
  private func message(_ change: (inout SavedModel) -> Void) throws -> String {
    var contents = ModelFile.contents(of: try TinyModel.model())
    change(&contents)
    do {
      _ = try ModelFile.model(of: contents, file: "m")
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test("What was saved is loaded with the same bits", arguments: ByteModel.Kind.allCases)
  func roundTrip(kind: ByteModel.Kind) throws {
    let saved = try TinyModel.model(kind)
    try withTemporaryFile { path in
      try ModelFile.save(saved, toFile: path)
      let loaded = try ModelFile.load(fromFile: path)
      #expect(loaded.settings == saved.settings)
      #expect(loaded.decoder.namedParameters.count == saved.decoder.namedParameters.count)
      for (left, right) in zip(loaded.decoder.namedParameters, saved.decoder.namedParameters) {
        #expect(left.name == right.name && left.parameter.bits == right.parameter.bits)
      }
    }
  }

  @Test("A file of something else, or of sizes that it does not have, is rejected")
  func damage() throws {
    #expect(try message { _ in } == "nothing")
    #expect(
      try message { $0.metadata["format"] = "x" }
        == "m, metadata format: found x, expected swift-moe language model 1")
    #expect(
      try message { $0.metadata["kind"] = "sparse" }
        == "m, metadata kind: found sparse, expected moe++ or dense")
    #expect(
      try message { $0.metadata["size"] = "12" }
        == "m, metadata size: found 12, expected a multiple of 8")
    #expect(
      try message { $0.metadata["balance"] = "nan" }
        == "m, metadata balance: found nan, expected a number from 0.0 to 100.0")
    for key in ["kind", "size", "blocks", "experts", "hidden", "context", "balance"] {
      #expect(try message { $0.metadata[key] = nil }.contains("metadata \(key): found nothing"))
    }
    // Sizes that would take all the memory there is.
    for (key, value) in [("hidden", "65536"), ("blocks", "1024"), ("size", "65536")] {
      #expect(try message { $0.metadata[key] = value }.contains("by the metadata"), "\(key)")
    }
    #expect(
      try message { $0.tensors["head.weight"] = StoredTensor([1, 2]) }
        == "m, tensor head.weight: found shape [2], expected [256, 8]")
    #expect(
      try message {
        $0.tensors["head.weight"] = StoredTensor(Tensor(repeating: .nan, shape: [256, 8]))
      }
        == "m, tensor head.weight: found nan at 0, expected finite numbers")
    #expect(
      try message { $0.tensors["more"] = StoredTensor([1]) }.contains("more"))
  }
}
