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
    // snippet
    let checkpoint = try Checkpoint(path: folder)
    print(checkpoint.names.count)
    let norm = try checkpoint.tensor("model.norm.weight")
    // end
    #expect(norm == [3, 4] && checkpoint.names.count == 2)
  }
}
