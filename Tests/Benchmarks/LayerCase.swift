import MoE

/// The sizes of a layer, and how many tokens go through it.
struct LayerCase {
  /// What the experts are.
  enum Kind {
    /// Three maps, with SiLU.
    case gated
    /// Two maps, with ReLU between them.
    case plain
  }

  var name = ""
  var tokens = 0
  var inputSize: Int
  var hiddenSize: Int
  var experts: Int
  /// The experts of each token.
  var slots: Int
  var kind = Kind.gated
  /// Whether every token goes to the first expert: of two experts a token, that is half of all
  /// routes.
  var isSkewed = false

  /// Tokens × experts a token of experts there are, token size → hidden size.
  func shape(_ tokens: Int) -> String {
    "\(tokens)×\(slots)/\(experts), \(inputSize)→\(hiddenSize)"
  }

  /// Those of the products of each route; the gate's is left out.
  func operations(_ tokens: Int) -> Double {
    Double(2 * mapsPerExpert * tokens * slots) * Double(inputSize * hiddenSize)
  }

  var bytesPerExpert: Int { mapsPerExpert * inputSize * hiddenSize * MemoryLayout<Float>.stride }

  private var mapsPerExpert: Int { kind == .gated ? 3 : 2 }

  /// Whether reading the weights takes longer than the arithmetic.
  var isBoundByMemory: Bool { tokens <= 8 }

  /// How many batches of tokens take turns: so many that few tokens read all experts in the end,
  /// and find none of them in a cache.
  var batchCount: Int { isBoundByMemory ? 16 : 1 }

  /// Batches of tokens.
  func batches() -> [Tensor] {
    (0..<UInt32(batchCount)).map {
      Tensor(scattering: -1...1, shape: [tokens, inputSize], seed: 3 + 16 * $0)
    }
  }

  /// A layer of these sizes; another for another seed.
  func layer(seed first: UInt32 = 0) throws -> MixtureOfExperts {
    func bank(_ input: Int, _ output: Int, seed: UInt32) -> GroupedLinear {
      let bound = 1 / Float(input).squareRoot()
      return GroupedLinear(
        weight: Tensor(
          scattering: -bound...bound, shape: [experts, output, input], seed: first + seed))
    }
    let up = bank(inputSize, hiddenSize, seed: 7)
    let down = bank(hiddenSize, inputSize, seed: 8)
    let group: any ExpertGroup =
      switch kind {
      case .gated:
        GatedFeedForwardExperts(gate: bank(inputSize, hiddenSize, seed: 6), up: up, down: down)
      case .plain: FeedForwardExperts(up: up, down: down, activation: .relu)
      }
    return try MixtureOfExperts(
      router: Router(gate: gate(), strategy: .topK(slots)), expertGroups: [group])
  }

  private func gate() -> LinearGate {
    let bound = 4 / Float(inputSize).squareRoot()
    let weight = Tensor(scattering: -bound...bound, shape: [experts, inputSize], seed: 5)
    guard isSkewed else { return LinearGate(Linear(weight: weight)) }
    // Some four times as much as the logits are apart.
    var bias = Tensor(zeros: [experts])
    bias[0] = 8
    return LinearGate(Linear(weight: weight, bias: bias))
  }
}

// MARK: - Sizes

extension LayerCase {
  static let decode1 = qwen("decode1", tokens: 1)
  static let decode8 = qwen("decode8", tokens: 8)
  static let tiny = LayerCase(
    name: "tiny", tokens: 64, inputSize: 128, hiddenSize: 256, experts: 8, slots: 2)
  static let manySmall = LayerCase(
    name: "many-small", tokens: 512, inputSize: 512, hiddenSize: 256, experts: 64, slots: 6)
  static let prefill = qwen("prefill", tokens: 512)
  static let large = qwen("large", tokens: 2048)
  /// DeepSeek-V2-Lite's sizes.
  static let deepSeek = LayerCase(
    name: "deepseek", tokens: 512, inputSize: 2048, hiddenSize: 1408, experts: 64, slots: 6)
  /// Switch Transformer's base sizes, with as many experts as fit any machine.
  static let switchBase = LayerCase(
    name: "switch", tokens: 2048, inputSize: 768, hiddenSize: 3072, experts: 8, slots: 1,
    kind: .plain)
  static let skewed = LayerCase(
    name: "skewed", tokens: 512, inputSize: 1024, hiddenSize: 2816, experts: 8, slots: 2,
    isSkewed: true)

  /// A mixture of experts of Qwen1.5-0.5B's feed-forward sizes.
  private static func qwen(_ name: String, tokens: Int) -> LayerCase {
    LayerCase(name: name, tokens: tokens, inputSize: 1024, hiddenSize: 2816, experts: 8, slots: 2)
  }

  /// Those of forward passes.
  static let all = [
    decode1, decode8, tiny, manySmall, prefill, large, deepSeek, switchBase, skewed,
  ]

  /// Those of training steps.
  static let trained = [tiny, manySmall, prefill, large]

  /// One of each, in next to no time.
  static let smoke = [
    LayerCase(name: "decode1", tokens: 1, inputSize: 16, hiddenSize: 24, experts: 4, slots: 2),
    LayerCase(name: "prefill", tokens: 12, inputSize: 16, hiddenSize: 24, experts: 4, slots: 2),
    LayerCase(
      name: "switch", tokens: 12, inputSize: 16, hiddenSize: 24, experts: 4, slots: 1,
      kind: .plain),
    LayerCase(
      name: "skewed", tokens: 12, inputSize: 16, hiddenSize: 24, experts: 4, slots: 2,
      isSkewed: true),
  ]

  // Those of other groups.

  /// An eighth of Mixtral 8×7B's sizes.
  static let few = LayerCase(inputSize: 512, hiddenSize: 1792, experts: 8, slots: 2)

  /// A quarter of DeepSeek-V2-Lite's sizes.
  static let many = LayerCase(inputSize: 512, hiddenSize: 352, experts: 64, slots: 6)

  /// To see that everything runs.
  static let small = LayerCase(inputSize: 16, hiddenSize: 24, experts: 4, slots: 2)
}
