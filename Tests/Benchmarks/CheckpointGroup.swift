import Foundation
import MoE

/// Measures the loading of a layer from files that the system keeps in memory, beside reading as many
/// bytes.
struct CheckpointGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// A layer of one tensor an expert, in single precision and in half of it.
  func run() throws {
    let (experts, size) = session.options.isSmoke ? (2, 32) : (16, 1024)
    for format in [ScalarFormat.float32, .bfloat16, .float8E4M3] {
      try measure(experts: experts, size: size, format)
    }
  }

  private func measure(experts: Int, size: Int, _ format: ScalarFormat) throws {
    let (name, shape) = ("loading \(format.rawValue)", "\(experts)×3×\(size)×\(size)")
    guard session.wants(.checkpoints, name, shape) else { return }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path
    let matrix = Tensor(scattering: -1...1, shape: [size, size], seed: 3)
    let stored =
      format == .float8E4M3
      ? try StoredTensor(
        Data((0..<size * size).map { UInt8(truncatingIfNeeded: $0 % 120) }), as: format,
        shape: [size, size]) : StoredTensor(matrix, as: format)
    var tensors = [
      "model.layers.0.mlp.gate.weight": StoredTensor(
        Tensor(scattering: -1...1, shape: [experts, size], seed: 4))
    ]
    for expert in 0..<experts {
      for map in ["gate", "up", "down"] {
        tensors["model.layers.0.mlp.experts.\(expert).\(map)_proj.weight"] = stored
      }
    }
    try Checkpoint.write(tensors, to: path + "/model.safetensors")
    try Data(
      (#"{"model_type":"qwen3_moe","num_hidden_layers":1,"hidden_size":\#(size),"num_experts":"#
        + #"\#(experts),"num_experts_per_tok":1,"moe_intermediate_size":\#(size)}"#).utf8
    ).write(to: folder.appendingPathComponent("config.json"))
    let bytes = try SafetensorsFile(path: path + "/model.safetensors").byteCount
    let exact = stored.tensor
    let model = try ModelDescription(path: path)
    let ways: [(String, () throws -> MixtureOfExperts)] = [
      (name, { try MixtureOfExperts(model: path, layer: 0) }),
      ("\(name), open", { try model.mixture(layer: 0) }),
    ]
    // The kernels have no part in it.
    for (name, load) in ways {
      for threads in session.options.threadCounts {
        try Compute.withThreadCount(threads) {
          try session.measure(
            Workload(
              group: .checkpoints, name: name, shape: shape, amount: Double(bytes),
              residual: {
                let maps = try load().expertGroups[0].namedParameters.map(\.parameter)
                return maps.allSatisfy { $0[entry: experts - 1] == exact } ? 0 : .infinity
              },
              run: { blackHole(try load()) }),
            against: .reading(
              bytes: bytes, threads: threads, effort: session.effort(threads: threads)))
        }
      }
    }
  }
}
