import MoE
import Testing

/// A model that golden data exist of: how it names its tensors, and how it routes.
struct FixtureModel: Sendable, CustomTestStringConvertible {
  /// The folder of its files.
  var name: String
  /// The gate's map.
  var gate: String
  var strategy: RoutingStrategy
  /// The map of the bias by which experts are chosen, where there is one.
  var selectionBias: String?
  /// Experts that every token goes to, where there are some.
  var sharedExperts: String?
  /// What stands between the maps of an expert.
  var activation = GatedActivation.silu
  /// The same of the shared experts, where it is another.
  var sharedActivation: GatedActivation?
  /// What the model multiplies the sum over experts with, which weights are multiplied with here.
  var factorAfterSum = 1.0
  /// The choices that its loss counts, where they are others than the layer's.
  var lossStrategy: RoutingStrategy?
  /// The gate of these, where there is one.
  var sharedGate: String?
  /// How they and the others become one.
  var combination = SharedExperts.Combination.sum
  /// The loss whose value and gradient the files hold.
  var loss: LoadBalancingLoss = .loadBalancing(coefficient: 1, normalization: .transformers)

  var testDescription: String { name }

  /// How far the gradients of its loss may be off.
  ///
  /// Where one expert has nearly all of the probability, this gradient is a difference of nearly
  /// equal numbers. The same formulas in NumPy's single precision are off by 3.5·10⁻⁷ of the
  /// largest scalar in `mixtral`, but by 2.5·10⁻⁶ in `mixtral_skewed`; four times that, as for all
  /// others.
  var lossTolerance: Double { name == "mixtral_skewed" ? 1e-5 : Golden.tolerance }

  /// The block's part of the names.
  private var block: String {
    let parts = gate.split(separator: ".")
    let layer = parts.firstIndex { $0.allSatisfy(\.isNumber) } ?? 2
    return parts.prefix(layer + 2).joined(separator: ".")
  }

  /// A router with the file's gate.
  func router() throws -> Router {
    var router = try router(strategy)
    if let selectionBias {
      router.selectionBias = try SafetensorsReader(name, "model").tensor(selectionBias)
    }
    return router
  }

  /// A router whose choices are those that the model's loss counts.
  func lossRouter() throws -> Router { try lossStrategy.map(router) ?? router() }

  private func router(_ strategy: RoutingStrategy) throws -> Router {
    let file = try SafetensorsReader(name, "model")
    let bias = "\(gate).bias"
    let hasBias = file.names.contains(bias) && selectionBias != bias
    return try Router(
      gate: LinearGate(
        Linear(
          weight: file.tensor("\(gate).weight"), bias: hasBias ? file.tensor(bias) : nil)),
      strategy: strategy)
  }

  /// The whole layer, of gated experts.
  func layer() throws -> MixtureOfExperts {
    let file = try SafetensorsReader(name, "model")
    let shared = try sharedMaps(file).map { maps in
      let banks = maps.map { GroupedLinear(weight: $0.reshaped(to: [1] + $0.shape)) }
      return GatedFeedForwardExperts(
        gate: banks[0], up: banks[1], down: banks[2], activation: sharedActivation ?? activation)
    }
    let gate = try sharedGate.map { Linear(weight: try file.tensor("\($0).weight")) }
    return try MixtureOfExperts(
      router: router(), expertGroups: [experts()],
      sharedExperts: shared.map {
        try SharedExperts([$0], gate: gate, combination: combination)
      })
  }

  /// The experts that tokens are sent to.
  func experts() throws -> GatedFeedForwardExperts {
    let file = try SafetensorsReader(name, "model")
    let biases = try biases(file)
    let banks = try maps(file).enumerated().map {
      GroupedLinear(weight: $1, bias: biases?[$0])
    }
    return GatedFeedForwardExperts(
      gate: banks[0], up: banks[1], down: banks[2], activation: activation)
  }

  /// The gate map, the up map and the down map of the shared expert.
  func sharedMaps(_ file: SafetensorsReader) throws -> [Tensor]? {
    try sharedExperts.map { name in
      let isNumbered = file.names.contains("\(name).w1.weight")
      return try (isNumbered ? Self.numberedMaps : Self.namedMaps).map {
        try file.tensor("\(name).\($0).weight")
      }
    }
  }

  /// A gate map, an up map and a down map, each of all the experts, from a file of weights or of
  /// gradients.
  func maps(_ file: SafetensorsReader) throws -> [Tensor] {
    let names = Set(file.names)
    for maps in [Self.numberedMaps, Self.namedMaps]
    where names.contains("\(block).experts.0.\(maps[0]).weight") {
      return try maps.map { map in
        let parts = try (0..<16).map { "\(block).experts.\($0).\(map).weight" }
          .filter(names.contains).map { try file.tensor($0) }
        return Tensor(parts.flatMap(\.scalarArray), shape: [parts.count] + parts[0].shape)
      }
    }
    if names.contains("\(block).gate_proj.weight") {
      return try Self.namedMaps.map { try file.tensor("\(block).\($0).weight") }
    }
    if names.contains("\(block).input_linear.weight") {
      let both = try halves(file.tensor("\(block).input_linear.weight"))
      return [both.0, both.1, try file.tensor("\(block).output_linear.weight")]
    }
    if names.contains("\(block).experts.gate_up_proj") {
      let (first, last) = (
        try file.tensor("\(block).experts.gate_up_proj"),
        try file.tensor("\(block).experts.down_proj")
      )
      // Those of Llama 4 and gpt-oss are stored the other way round.
      let isTurned = first.shape[1] != 2 * last.shape[2]
      let rows = isTurned ? turned(first) : first
      let both = try biases(file) == nil ? halves(rows) : alternating(rows)
      return [both.0, both.1, isTurned ? turned(last) : last]
    }
    let dbrx = try ["w1", "v1", "w2"].map {
      try file.tensor("\(block).experts.mlp.\($0)", shape: [8, 48, 32])
    }
    return [dbrx[0], dbrx[1], turned(dbrx[2])]
  }

  /// The biases of the three maps, where there are some: gpt-oss has them, and its rows of gate and
  /// up take turns.
  func biases(_ file: SafetensorsReader) throws -> [Tensor]? {
    let name = "\(block).experts.gate_up_proj_bias"
    guard file.names.contains(name) else { return nil }
    let bank = try file.tensor(name)
    let both = alternating(bank.reshaped(to: bank.shape + [1]))
    let shape = [both.0.shape[0], both.0.shape[1]]
    return [
      both.0.reshaped(to: shape), both.1.reshaped(to: shape),
      try file.tensor("\(block).experts.down_proj_bias"),
    ]
  }

  /// The names of an expert's maps: gate, up and down.
  private static let numberedMaps = ["w1", "w3", "w2"]
  private static let namedMaps = ["gate_proj", "up_proj", "down_proj"]

  /// The even and the odd rows of each expert.
  private func alternating(_ bank: Tensor) -> (Tensor, Tensor) {
    let (count, rows, columns) = (bank.shape[0], bank.shape[1], bank.shape[2])
    func part(_ first: Int) -> Tensor {
      Tensor(
        (0..<count).flatMap { expert in
          let matrix = bank[entry: expert]
          return stride(from: first, to: rows, by: 2).flatMap { matrix[entry: $0].scalarArray }
        }, shape: [count, rows / 2, columns])
    }
    return (part(0), part(1))
  }

  /// Each expert's matrix with its rows and columns exchanged.
  private func turned(_ bank: Tensor) -> Tensor {
    let parts = (0..<bank.shape[0]).map { bank[entry: $0].transposed() }
    return Tensor(parts.flatMap(\.scalarArray), shape: [parts.count] + parts[0].shape)
  }

  /// The upper and the lower half of each expert's rows.
  private func halves(_ bank: Tensor) -> (Tensor, Tensor) {
    let (count, half, columns) = (bank.shape[0], bank.shape[1] / 2, bank.shape[2])
    func part(_ rows: Range<Int>) -> Tensor {
      Tensor(
        (0..<count).flatMap { bank[entry: $0][entries: rows].scalarArray },
        shape: [count, half, columns])
    }
    return (part(0..<half), part(half..<2 * half))
  }
}
