import Foundation
import MoE
import Testing

/// Families without golden data, each held to its equations: a small model of random numbers is
/// written under the family's names and loaded, and a reference in `Double` computes what it gives.
///
/// The configurations leave out all that the family has a default for, but sizes.
@Suite struct RelatedFamilyTests {
  /// What a family is: names of its tensors, and the switches of its equations.
  struct Family: Sendable, CustomTestStringConvertible {
    var type: String
    /// Further fields of the configuration.
    var fields = ""
    var layer = 3
    var prefix = "model.layers.3.mlp."
    var experts = (count: 8, perToken: 2)
    var gate = "gate.weight"
    var gateBias: String?
    var bias: String?
    /// The patterns of gate, up and down of an expert, or the fused two.
    var maps = [
      "experts.{}.gate_proj.weight", "experts.{}.up_proj.weight", "experts.{}.down_proj.weight",
    ]
    var isInterleaved = false
    var isTransposed = false
    var hasBiases = false
    /// The patterns of the shared expert's maps, and its hidden size.
    var shared: [String] = []
    var sharedSize = 6
    var score = "sigmoid"
    var isNormalized = true
    var epsilon = 1e-20
    var scale = 1.0
    var groups = (count: 1, perToken: 1)
    var othersAreZero = false
    /// The activation of gate and up, routed and shared.
    var activation = GatedActivation.silu
    var sharedActivation = GatedActivation.silu
    /// The name of the norm of the whole.
    var norm: String?
    /// Whether a learned softmax mixes shared and routed experts.
    var isMixed = false

    var testDescription: String { type }
  }

  private static let sharedMaps = [
    "shared_experts.gate_proj.weight", "shared_experts.up_proj.weight",
    "shared_experts.down_proj.weight",
  ]
  private static let sharedMap = [
    "shared_expert.gate_proj.weight", "shared_expert.up_proj.weight",
    "shared_expert.down_proj.weight",
  ]
  private static let correctionBias = "gate.e_score_correction_bias"

  static let families: [Family] = {
    let deepSeek = Family(type: "", bias: correctionBias, shared: sharedMaps)
    func like(_ type: String, _ change: (inout Family) -> Void) -> Family {
      var family = deepSeek
      family.type = type
      change(&family)
      return family
    }
    let numbered = ["experts.{}.w1.weight", "experts.{}.w3.weight", "experts.{}.w2.weight"]
    return [
      like("kimi_linear") {
        $0.prefix = "model.layers.3.block_sparse_moe."
        ($0.maps, $0.scale) = (numbered, 2.446)
        // Names of its own.
        $0.fields = #""num_experts_per_token":2,"moe_renormalize":true,"num_shared_experts":1"#
      },
      like("axk1") {
        ($0.groups, $0.scale, $0.norm) = ((8, 4), 2.5, "model.layers.3.post_mlp_layernorm.weight")
        $0.experts = (16, 2)
      },
      like("axk2") {
        ($0.fields, $0.scale) = (#""n_group":4,"topk_group":1"#, 2.5)
        ($0.groups, $0.othersAreZero) = ((4, 1), true)
      },
      like("beam") {
        ($0.groups, $0.scale, $0.shared, $0.experts) = ((8, 4), 2.5, [], (16, 2))
      },
      like("dots3_note") {
        ($0.fields, $0.sharedSize) = (
          #""shared_experts_intermediate_size":5,"n_shared_experts":2"#, 10
        )
      },
      like("glm5_next") {
        ($0.scale, $0.fields) = (2.5, #""swiglu_limit":0.5"#)
        ($0.activation, $0.sharedActivation) = (.clamped(limit: 0.5), .clamped(limit: 0.5))
      },
      like("hy_v4") {
        ($0.scale, $0.fields, $0.activation) = (
          2.827, #""swiglu_limit":0.5"#, .clamped(limit: 0.5)
        )
      },
      like("flint") {
        ($0.bias, $0.epsilon, $0.shared) = (nil, 0, sharedMap)
        ($0.fields, $0.sharedSize) = (#""shared_expert_intermediate_size":5"#, 5)
      },
      like("inkling2") {
        ($0.prefix, $0.bias, $0.shared) = ("model.llm.layers.3.mlp.", "gate.bias", [])
        ($0.maps, $0.isInterleaved) = (["experts.w13_weight", "experts.w2_weight"], true)
        ($0.scale, $0.score) = (8, "squareRootSoftplus")
        ($0.fields, $0.activation) = (#""scoring_func":"sqrtsoftplus""#, .softcapped())
      },
      like("Klear") { ($0.bias, $0.epsilon, $0.isMixed) = ("expert_bias", 0, true) },
      like("smallthinker") {
        $0.prefix = "model.layers.3.block_sparse_moe."
        ($0.gate, $0.bias, $0.shared, $0.epsilon) = ("primary_router.weight", nil, [], 0)
        $0.maps = ["experts.{}.gate.weight", "experts.{}.up.weight", "experts.{}.down.weight"]
        $0.activation = .relu
        $0.fields = #"""
          "moe_num_primary_experts":8,"moe_num_active_primary_experts":2,"moe_ffn_hidden_size":6
          """#
      },
      like("mellum") { ($0.bias, $0.shared, $0.score, $0.epsilon) = (nil, [], "softmax", 0) },
      like("lara_mini") {
        ($0.bias, $0.shared, $0.score, $0.epsilon) = (nil, sharedMap, "softmax", 0)
        ($0.fields, $0.sharedSize) = (#""shared_expert_intermediate_size":5"#, 5)
      },
      like("qwen3_omni_moe") {
        ($0.bias, $0.shared, $0.score, $0.epsilon) = (nil, [], "softmax", 0)
        $0.prefix = "thinker.model.layers.3.mlp."
      },
      like("mistral4") { ($0.bias, $0.score) = (nil, "softmax") },
      like("mistral_large4") {
        ($0.bias, $0.score, $0.prefix, $0.maps) = (nil, "softmax", "layers.3.", numbered)
        $0.shared = [
          "shared_experts.w1.weight", "shared_experts.w3.weight", "shared_experts.w2.weight",
        ]
      },
      like("openai_privacy_filter") {
        ($0.bias, $0.shared, $0.score, $0.epsilon, $0.scale) = (nil, [], "softmax", 0, 0.5)
        ($0.gate, $0.gateBias) = ("router.weight", "router.bias")
        $0.maps = ["experts.gate_up_proj", "experts.down_proj"]
        ($0.isTransposed, $0.hasBiases, $0.activation) = (true, true, .gptOSS())
      },
      like("arctic") {
        ($0.bias, $0.shared, $0.score, $0.epsilon) = (nil, [], "softmax", 0)
        ($0.prefix, $0.maps) = ("model.layers.3.block_sparse_moe.", numbered)
      },
      // Those of the table whose form is verified under another name.
      like("glm4_moe_lite") { $0.scale = 1.8 },
      like("solar_open") { _ in },
      like("sarvam_moe") { ($0.bias, $0.scale) = ("gate.expert_bias", 2.5) },
      like("kimi_k2") {
        ($0.groups, $0.scale, $0.experts) = ((8, 4), 2.5, (16, 2))
      },
      like("minimax") {
        ($0.bias, $0.shared, $0.score, $0.epsilon) = (nil, [], "softmax", 0)
        ($0.prefix, $0.maps) = ("model.layers.3.block_sparse_moe.", numbered)
      },
      like("qwen3_vl_moe") {
        ($0.bias, $0.shared, $0.score, $0.epsilon) = (nil, [], "softmax", 0)
        ($0.maps, $0.isTransposed) = (["experts.gate_up_proj", "experts.down_proj"], true)
      },
    ]
  }()

  private static let (d, h) = (8, 6)

  /// A family's tensors, by their names.
  private static func tensors(_ family: Family) -> [String: Tensor] {
    var seed: UInt64 = 100
    var tensors: [String: Tensor] = [:]
    func put(_ name: String, _ shape: [Int]) {
      seed += 1
      tensors[family.prefix + name] = Tensor(scattered: shape, seed: seed)
    }
    let count = family.experts.count
    put(family.gate, [count, d])
    if let bias = family.gateBias { put(bias, [count]) }
    if let bias = family.bias { put(bias, [count]) }
    if family.maps.count == 3 {
      for expert in 0..<count {
        for (index, map) in family.maps.enumerated() {
          put(map.replacing("{}", with: "\(expert)"), index < 2 ? [h, d] : [d, h])
        }
      }
    } else {
      put(family.maps[0], family.isTransposed ? [count, d, 2 * h] : [count, 2 * h, d])
      put(family.maps[1], family.isTransposed ? [count, h, d] : [count, d, h])
      if family.hasBiases {
        put("\(family.maps[0])_bias", [count, 2 * h])
        put("\(family.maps[1])_bias", [count, d])
      }
    }
    for (index, map) in family.shared.enumerated() {
      put(map, index < 2 ? [family.sharedSize, d] : [d, family.sharedSize])
    }
    if family.isMixed {
      put("coefficient.weight", [2, d])
      put("coefficient.bias", [2])
    }
    if let norm = family.norm { tensors[norm] = Tensor(scattered: [d], seed: 99) }
    return tensors
  }

  private static func withModel(
    _ family: Family, _ body: (String, [String: Tensor]) throws -> Void
  ) throws {
    let tensors = tensors(family)
    try withTemporaryFolder { folder in
      try Checkpoint.write(
        tensors.mapValues { StoredTensor($0) }, to: folder + "/model.safetensors")
      let counts =
        family.type == "smallthinker"
        ? "" : #""num_experts":\#(family.experts.count),"num_experts_per_tok":2,"#
      let inner = #"""
        "model_type":"\#(family.type)","num_hidden_layers":4,"hidden_size":\#(d),\#(counts)\#
        "moe_intermediate_size":\#(h),"intermediate_size":\#(h)
        """# + (family.fields.isEmpty ? "" : "," + family.fields)
      let text =
        family.type == "qwen3_omni_moe"
        ? #"{"model_type":"qwen3_omni_moe","thinker_config":{"text_config":{\#(inner)}}}"#
        : "{\(inner)}"
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      try body(folder, tensors)
    }
  }

  // MARK: - The reference

  /// The rows of a matrix, or of one of a stack of them.
  private static func matrix(_ tensor: Tensor, _ index: Int? = nil) -> [[Double]] {
    let own = index.map { tensor[entry: $0] } ?? tensor
    return Reference.rows(own)
  }

  private static func product(_ rows: [[Double]], _ x: [Double], _ bias: [Double]? = nil)
    -> [Double]
  {
    rows.enumerated().map { index, row in
      zip(row, x).reduce(bias?[index] ?? 0) { $0 + $1.0 * $1.1 }
    }
  }

  private static func transposed(_ rows: [[Double]]) -> [[Double]] {
    rows[0].indices.map { column in rows.map { $0[column] } }
  }

  /// Gate, up and down of an expert, with their biases.
  private static func maps(_ family: Family, _ tensors: [String: Tensor], _ expert: Int)
    -> (gate: [[Double]], up: [[Double]], down: [[Double]], biases: [[Double]?])
  {
    func named(_ name: String) -> Tensor {
      tensors[family.prefix + name.replacing("{}", with: "\(expert)")]!
    }
    guard family.maps.count == 2 else {
      return (
        matrix(named(family.maps[0])), matrix(named(family.maps[1])), matrix(named(family.maps[2])),
        [nil, nil, nil]
      )
    }
    var (both, down) = (
      matrix(named(family.maps[0]), expert), matrix(named(family.maps[1]), expert)
    )
    if family.isTransposed { (both, down) = (transposed(both), transposed(down)) }
    func split<Value>(_ values: [Value]) -> ([Value], [Value]) {
      family.isInterleaved
        ? (
          stride(from: 0, to: 2 * h, by: 2).map { values[$0] },
          stride(from: 1, to: 2 * h, by: 2).map { values[$0] }
        ) : (Array(values[..<h]), Array(values[h...]))
    }
    let parts = split(both)
    var biases: [[Double]?] = [nil, nil, nil]
    if family.hasBiases {
      let own = split(Reference.scalars(named("\(family.maps[0])_bias")[entry: expert]))
      biases = [
        own.0, own.1, Reference.scalars(named("\(family.maps[1])_bias")[entry: expert]),
      ]
    }
    return (parts.0, parts.1, down, biases)
  }

  private static func reference(
    _ family: Family, _ tensors: [String: Tensor], _ x: [Double]
  ) -> [Double] {
    func tensor(_ name: String) -> Tensor { tensors[family.prefix + name]! }
    let count = family.experts.count
    let logits = product(
      matrix(tensor(family.gate)), x, family.gateBias.map { Reference.scalars(tensor($0)) })
    let scores =
      switch family.score {
      case "sigmoid": logits.map(Reference.sigmoid)
      case "softmax": Reference.softmax(logits)
      default: logits.map { log1p(exp($0)).squareRoot() }
      }
    let bias = family.bias.map { Reference.scalars(tensor($0)) }
    var priorities = scores.indices.map { scores[$0] + (bias?[$0] ?? 0) }
    let size = count / family.groups.count
    let groupScores = (0..<family.groups.count).map { group in
      priorities[group * size..<(group + 1) * size].sorted(by: >).prefix(2).reduce(0, +)
    }
    let best = groupScores.indices.sorted { groupScores[$0] > groupScores[$1] }
      .prefix(family.groups.perToken)
    for expert in priorities.indices where !best.contains(expert / size) {
      priorities[expert] = family.othersAreZero ? 0 : -.infinity
    }
    let chosen = priorities.indices.sorted {
      (priorities[$0], $1) > (priorities[$1], $0)
    }.prefix(family.experts.perToken)
    let sum = chosen.reduce(0) { $0 + scores[$1] } + family.epsilon
    var y = [Double](repeating: 0, count: d)
    for expert in chosen {
      let weight = family.scale * (family.isNormalized ? scores[expert] / sum : scores[expert])
      let maps = maps(family, tensors, expert)
      let (gate, up) = (
        product(maps.gate, x, maps.biases[0]), product(maps.up, x, maps.biases[1])
      )
      let hidden = zip(gate, up).map { Reference.gated(family.activation, $0, $1) }
      for (column, value) in product(maps.down, hidden, maps.biases[2]).enumerated() {
        y[column] += weight * value
      }
    }
    if family.shared.count == 3 {
      let maps = family.shared.map { matrix(tensor($0)) }
      let hidden = zip(product(maps[0], x), product(maps[1], x)).map {
        Reference.gated(family.sharedActivation, $0, $1)
      }
      var shares = [1.0, 1]
      if family.isMixed {
        shares = Reference.softmax(
          product(
            matrix(tensor("coefficient.weight")), x, Reference.scalars(tensor("coefficient.bias"))))
      }
      for (column, value) in product(maps[2], hidden).enumerated() {
        y[column] = shares[0] * y[column] + shares[1] * value
      }
    }
    guard let norm = family.norm else { return y }
    return Reference.norm(
      y, .rms(epsilon: 1e-6), ["norm.weight": Reference.scalars(tensors[norm]!)], "norm")
  }

  @Test(arguments: families) func isItsEquations(family: Family) throws {
    try Self.withModel(family) { folder, tensors in
      let mixture = try MixtureOfExperts(model: folder, layer: family.layer)
      let tokens = Tensor(scattered: [19, Self.d], seed: 7)
      let exact = Reference.rows(tokens).flatMap { Self.reference(family, tensors, $0) }
      Golden.expect(try mixture(tokens), exact, family.type)
      // And back under the same names.
      let written = try mixture.storedTensors(model: folder, layer: family.layer)
      #expect(written.keys.sorted() == tensors.keys.sorted())
      for (name, tensor) in tensors {
        #expect(try #require(written[name]).tensor.bits == tensor.bits, "\(name)")
      }
    }
  }

  /// Where all experts of a token's group have a priority below zero, another one is chosen.
  @Test func othersOfPriorityZeroAreChosen() throws {
    let selector = GroupLimitedSelector(
      count: 2, groups: 2, groupsPerToken: 1, groupScore: .sumOfBestTwo, othersAreZero: true)
    let priorities = Tensor([-0.5, -0.25, -0.75, -1], shape: [1, 4])
    let selected = selector.select(
      SelectionInput(logits: priorities, scores: priorities, priorities: priorities))
    #expect(selected.experts == [2, 3])
    let strict = GroupLimitedSelector(
      count: 2, groups: 2, groupsPerToken: 1, groupScore: .sumOfBestTwo)
    #expect(
      strict.select(
        SelectionInput(logits: priorities, scores: priorities, priorities: priorities)
      ).experts == [1, 0])
  }
}
