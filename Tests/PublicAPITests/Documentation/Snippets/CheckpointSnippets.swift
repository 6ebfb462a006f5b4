import Foundation
import MoE
import Testing

/// The snippets of doc comments on files of tensors, as they stand there.
@Suite("Snippets on checkpoints run")
struct CheckpointSnippets {
  @Test func files() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    let (folder, path) = (url.path, url.appendingPathComponent("model.safetensors").path)
    try Checkpoint.write(
      [
        "head.weight": StoredTensor([[1, 2]] as Tensor),
        "model.norm.weight": StoredTensor([3, 4] as Tensor),
      ], to: path)
    do {
      // snippet
      let file = try SafetensorsFile(path: path)
      let weight = try file.tensor("head.weight")
      // end
      #expect(weight == [[1, 2]])
    }
    let weight: Tensor = [[0.1, 0.2], [0.3, 0.4]]
    do {
      let path = url.appendingPathComponent("other.safetensors").path
      // snippet
      try Checkpoint.write(
        ["weight": StoredTensor(weight), "half": StoredTensor(weight, as: .bfloat16)],
        metadata: ["made": "here"], to: path)
      let file = try SafetensorsFile(path: path)
      print(try file.tensor("weight") == weight)  // true
      // end
      #expect(try file.tensor("weight") == weight)
    }
    // snippet
    let checkpoint = try Checkpoint(path: folder)
    print(checkpoint.names.count)
    let norm = try checkpoint.tensor("model.norm.weight")
    // end
    #expect(norm == [3, 4] && checkpoint.names.count == 2)
  }

  @Test func models() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "MoETests/Fixtures/qwen3_moe")
    let folder = url.path
    do {
      // snippet
      let model = try ModelDescription(path: folder)
      print(model)
      let mixture = try MixtureOfExperts(model: folder, layer: model.mixtures[0].layer)
      // end
      #expect(mixture.expertCount == 16)
    }
    do {
      let tokens = Tensor(zeros: [2, 32])
      // snippet
      let mixture = try MixtureOfExperts(model: folder, layer: 0, expertBytes: 1 << 30)
      let output = try mixture(tokens)
      if let experts = mixture.expertGroups[0] as? StoredExperts { print(experts.residency) }
      // end
      #expect(output.shape == [2, 32])
    }
    do {
      // snippet
      let mixture = try MixtureOfExperts(model: folder, layer: 0)
      let small = try MixtureOfExperts(model: folder, layer: 0, keepingFormats: true)
      // end
      #expect(mixture.inputSize == 32 && small.inputSize == 32)
      let path = FileManager.default.temporaryDirectory
        .appendingPathComponent(UUID().uuidString).path
      defer { try? FileManager.default.removeItem(atPath: path) }
      // snippet
      let tensors = try mixture.storedTensors(model: folder, layer: 0)
      try Checkpoint.write(tensors, to: path)
      // end
      #expect(try Checkpoint(path: path).names == tensors.keys.sorted())
    }
  }

  @Test func configurations() throws {
    var generator = SeededGenerator(seed: 1)
    let moe = try MixtureOfExperts(
      inputSize: 4, experts: [.gatedFeedForward(count: 3, hiddenSize: 2)], routing: .topK(2),
      using: &generator)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Checkpoint.write(moe.storedTensors(), to: path)
    let checkpoint = try Checkpoint(path: path)
    // snippet
    let data = try JSONEncoder().encode(moe.configuration)
    let configuration = try JSONDecoder().decode(MixtureConfiguration.self, from: data)
    var same = try configuration.layer(using: &generator)
    try same.restore(checkpoint)
    // end
    #expect(same.namedParameters.map(\.parameter) == moe.namedParameters.map(\.parameter))
    let block = try TransformerBlock(feedForward: moe)
    do {
      // snippet
      let configuration = try LayerConfiguration(of: block)
      let data = try JSONEncoder().encode(configuration)
      let same = try JSONDecoder().decode(LayerConfiguration.self, from: data)
        .layer(using: &generator)
      // end
      #expect(same is TransformerBlock)
    }
  }

  @Test func training() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: url) }
    let path = url.path
    var generator = SeededGenerator(seed: 1)
    let model = Linear(inputSize: 2, outputSize: 2, using: &generator)
    // snippet
    var state = TrainingState(model: model, optimizer: AdamW(), generator: generator)
    let folder = TrainingFolder(path: path, keeping: 3)
    try folder.save(state)
    try folder.resume(&state)
    // end
    #expect(state.model.weight == model.weight)
  }
}
