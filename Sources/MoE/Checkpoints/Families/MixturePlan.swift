/// What a configuration says of the mixture in one layer: all that its row of the table leaves open.
struct MixturePlan: Sendable {
  let family: ModelFamily
  /// The number of the layer.
  let layer: Int
  let inputSize: Int
  let hiddenSize: Int
  /// How many experts compute.
  let expertCount: Int
  /// How many give the token itself.
  let copyCount: Int
  /// How many every token goes to, with weights of the same sum as the others.
  let alwaysOnCount: Int
  let topK: Int
  let score: any Score
  let weighting: any Weighting
  /// The groups of experts, and how many of them a token may choose in; nothing where all are one.
  let groups: (count: Int, perToken: Int)?
  let hasSelectionBias: Bool
  let hasGateBias: Bool
  /// Whether a table of token ids chooses the experts.
  let isHashed: Bool
  let appliesWeightsToInput: Bool
  let activation: PlannedActivation
  let sharedActivation: PlannedActivation
  /// The hidden size of the shared experts together; zero where there are none.
  let sharedSize: Int
  let combination: SharedExperts.Combination
  let latentSize: Int?
  /// The ε of the norms of a latent mixture.
  let latentEpsilons: (down: Float, expert: Float)
  let logitSoftcap: Float?
  let logitMultiplier: Float?
  let capacity: Capacity
  let stateSize: Int?
  /// The ε of the norms among the further tensors.
  let normEpsilon: Float
  /// What may stand before the names of the layer's tensors.
  let prefixes: [String]

  /// The plan of a layer that is a mixture.
  ///
  /// - Throws: ``CheckpointError/field(file:field:found:expected:)`` where a field is missing, or has a
  ///   value that is not understood though it changes the numbers.
  init(_ family: ModelFamily, _ all: ConfigurationFields, layer: Int) throws {
    let fields = try family.fieldsObject.map { try all.nested($0) } ?? all
    self.family = family
    self.layer = layer
    inputSize = try all.count(family.inputSize)
    let (expertNames, topKNames) = (
      family.countFields.experts + CommonFields.expertCount,
      family.countFields.topK + CommonFields.topK
    )
    expertCount = try fields.count(expertNames, default: family.expertCount)
    prefixes = try family.prefixes(layer: layer, fields)
    let isDecoder = try family.layers.encoderLayerCount(fields).map { layer >= $0 } ?? false
    let hiddenNames = isDecoder ? family.decoderHiddenSize ?? family.hiddenSize : family.hiddenSize
    hiddenSize = try MixturePlan.perLayer(hiddenNames, fields, layer)
    topK = try MixturePlan.perLayer(topKNames, fields, layer, default: family.topK)
    alwaysOnCount = try family.sharedAreJoint ? fields.count(CommonFields.sharedCount) : 0
    copyCount = try family.copyExperts.map { try fields.count([$0], default: 0) } ?? 0
    for (name, value, largest) in [
      (expertNames[0], expertCount, MixturePlan.expertLimit),
      (hiddenNames[0], hiddenSize, Int.max), (family.inputSize[0], inputSize, Int.max),
      (topKNames[0], topK, expertCount + copyCount),
    ] where !(1...largest).contains(value) {
      throw CheckpointError.field(
        file: all.file, field: name, found: "\(value)",
        expected: largest == .max ? "at least 1" : "1 to \(largest)")
    }
    score = try family.score.score(fields)
    appliesWeightsToInput = if case .sigmoidOfInput = family.weighting { true } else { false }
    weighting = try family.weighting.weighting(fields, scale: family.scale, topK: topK)
    groups = try MixturePlan.groups(family, fields, expertCount: expertCount, topK: topK)
    isHashed =
      try fields.list("mlp_layer_types", count: 0).map {
        layer < $0.count && $0[layer] == .string("hash_moe")
      } ?? false
    hasSelectionBias =
      try !isHashed && family.selectionBias != nil
      && (family.selectionBiasField.map { try fields.flag([$0], default: true) } ?? true)
    hasGateBias =
      try family.gateBias != nil
      && (family.gateBiasField.map { try fields.flag([$0], default: false) } ?? true)
    (activation, sharedActivation) = try family.activation.activations(fields, layer: layer)
    sharedSize = try family.shared?.size(fields, hiddenSize: hiddenSize) ?? 0
    combination = try family.shared?.combination(fields) ?? .sum
    latentSize = try family.latent.flatMap {
      switch fields.value($0.size) {
      case nil, .null: nil
      default: try fields.count([$0.size])
      }
    }
    func epsilon(_ field: String?) throws -> Float {
      guard let field else { return 0 }
      return Float(try fields.number([field]))
    }
    latentEpsilons = (
      try epsilon(family.latent?.norm?.epsilon), try epsilon(family.latent?.expertNorm?.epsilon)
    )
    logitSoftcap = try family.logitSoftcap.flatMap {
      let limit = try fields.number([$0], default: 0, null: 0)
      guard limit >= 0 else { throw fields.error($0, expected: "a number above 0, zero or null") }
      return limit == 0 ? nil : Float(limit)
    }
    let ofInput: Float? =
      family.dividesLogitsByRootOfInput ? 1 / Float(inputSize).squareRoot() : nil
    logitMultiplier =
      try ofInput
      ?? family.logitMultiplier.flatMap {
        let factor = try fields.number([$0], default: 1)
        return factor == 1 ? nil : Float(factor)
      }
    capacity = try family.capacity.capacity(fields, expertCount: expertCount, topK: topK)
    stateSize = try family.isStateful ? fields.count(["router_hidden_size"], default: 256) : nil
    normEpsilon =
      family.extras.contains { $0.parameter.hasSuffix("orm.weight") }
      ? Float(try fields.number([family.normEpsilon], default: 1e-6)) : 0
    for (name, expected) in family.fixedFields {
      guard let value = fields.value(name), value != expected, value != .null else { continue }
      throw fields.error(name, expected: "\(expected)")
    }
  }

  /// How many experts a mixture may have: each has names, which are made before it is seen whether
  /// the file has them.
  private static let expertLimit = 1 << 16

  /// How many logits a token has.
  var logitCount: Int { expertCount + copyCount + family.zeroExperts + alwaysOnCount }

  /// How many numbers the file's bias to choose by has.
  var selectionBiasCount: Int { logitCount - alwaysOnCount }

  /// The strategy that the plan says; of a hash layer with its table.
  func strategy(table: HashRoutingTable?) -> RoutingStrategy {
    var strategy: RoutingStrategy
    if let table {
      strategy = .hash(table, score: score, weighting: weighting)
    } else if let groups {
      strategy = RoutingStrategy(
        score: score,
        selector: GroupLimitedSelector(
          count: topK, groups: groups.count, groupsPerToken: groups.perToken,
          groupScore: family.groups ?? .maximum, othersAreZero: family.otherGroupsAreZero),
        weighting: weighting)
    } else {
      strategy = RoutingStrategy(
        score: score, selector: .topK(topK), weighting: weighting, capacity: capacity)
    }
    if alwaysOnCount > 0 { strategy.selector = strategy.selector.withAlwaysOn(alwaysOnCount) }
    if case .sparseMixer = family.weighting, let sparse = weighting as? SparseMixerWeighting {
      strategy = .sparseMixer(jitter: sparse.jitter)
    }
    strategy.hasSelectionBias = hasSelectionBias
    strategy.biasesLogits = family.biasesLogits
    strategy.appliesWeightsToInput = appliesWeightsToInput
    return strategy
  }

  /// A number, or the one of a layer where there is a list.
  private static func perLayer(
    _ names: [String], _ fields: ConfigurationFields, _ layer: Int, default fallback: Int? = nil
  ) throws -> Int {
    guard let name = fields.present(names), case .array(let values)? = fields.value(name) else {
      return try fields.count(names, default: fallback)
    }
    guard layer < values.count, case .integer(let number) = values[layer], number >= 0 else {
      throw fields.error(name, expected: "a whole number, or a list with one for layer \(layer)")
    }
    return number
  }

  private static func groups(
    _ family: ModelFamily, _ fields: ConfigurationFields, expertCount: Int, topK: Int
  ) throws -> (count: Int, perToken: Int)? {
    guard family.groups != nil else { return nil }
    if let method = fields.present(["topk_method"]) {
      let known = ["greedy", "group_limited_greedy", "noaux_tc"]
      if try fields.text([method], of: known) == "greedy" { return nil }
    }
    let name = fields.present(CommonFields.groups) ?? CommonFields.groups[0]
    if fields.value(name) == .null { return nil }
    let count = try fields.count([name], default: family.defaultGroups.count)
    guard count > 1 else { return nil }
    let perToken = try fields.count(
      ["topk_group"],
      default: count == family.defaultGroups.count ? family.defaultGroups.perToken : nil)
    guard expertCount % count == 0 else {
      throw fields.error(name, expected: "a divisor of \(expertCount), the experts")
    }
    guard (1...count).contains(perToken), perToken * (expertCount / count) >= topK else {
      throw fields.error("topk_group", expected: "enough of \(count) groups for \(topK) experts")
    }
    return (count, perToken)
  }
}

/// The names that fields have in several families.
enum CommonFields {
  static let expertCount = [
    "num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts",
  ]
  static let topK = [
    "num_experts_per_tok", "num_experts_per_token", "moe_k", "moe_topk", "moe_top_k",
    "top_k_experts",
  ]
  static let scale = [
    "routed_scaling_factor", "route_scale", "router_scaling_factor", "moe_router_scaling_factor",
    "moe_routed_scaling_factor",
  ]
  static let normalizes = ["norm_topk_prob", "moe_renormalize", "norm_expert_weight"]
  static let groups = ["n_group", "num_expert_group"]
  static let sharedCount = [
    "n_shared_experts", "num_shared_experts", "moe_num_shared_experts", "num_shared_expert",
  ]
  static let layerCount = ["num_hidden_layers", "num_layers", "n_layers"]
}

/// What stands between the maps of an expert.
enum PlannedActivation: Sendable {
  case gated(GatedActivation)
  case plain(Activation)
}
