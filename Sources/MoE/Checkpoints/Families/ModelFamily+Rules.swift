// What the rules of a row make of a model's fields.

extension ScoreRule {
  func score(_ fields: ConfigurationFields) throws -> any Score {
    switch self {
    case .softmax: return .softmax
    case .sigmoid: return .sigmoid
    case .squareRootSoftplus: return .squareRootSoftplus
    case .softmaxIf(let name):
      return try fields.flag([name], default: false) ? .softmax : .sigmoid
    case .field(let names, let fallback):
      switch try fields.text(
        names, of: ["softmax", "sigmoid", "sqrtsoftplus"], default: fallback)
      {
      case "softmax": return .softmax
      case "sigmoid": return .sigmoid
      default: return .squareRootSoftplus
      }
    }
  }
}

extension WeightingRule {
  func weighting(
    _ fields: ConfigurationFields, scale: ScaleRule, topK: Int
  ) throws -> any Weighting {
    let factor = try scale.factor(fields, topK: topK)
    func scaled(_ weighting: some Weighting) -> any Weighting {
      factor == 1 ? weighting : weighting.scaled(by: factor)
    }
    switch self {
    case .scores:
      if try fields.flag(CommonFields.normalizes, default: false) {
        throw fields.error(
          fields.present(CommonFields.normalizes) ?? "", expected: "false in this family")
      }
      return scaled(ScoreWeighting())
    case .renormalized(let epsilon): return scaled(RenormalizedWeighting(epsilon: epsilon))
    case .byField(let fallback, let epsilon):
      return try fields.flag(CommonFields.normalizes, default: fallback)
        ? scaled(RenormalizedWeighting(epsilon: epsilon)) : scaled(ScoreWeighting())
    case .minimumSum(let field, let fallback):
      return scaled(
        RenormalizedWeighting(
          minimumSum: Float(try fields.number([field], default: fallback))))
    case .softmaxOverSelected: return scaled(SelectedSoftmaxWeighting())
    case .sigmoidOfInput: return scaled(SelectedSigmoidWeighting())
    case .pNorm(let field, let fallback):
      if fields.value(field) == .null { return scaled(ScoreWeighting()) }
      return scaled(
        PNormWeighting(p: Float(try fields.number([field], default: fallback))))
    case .sparseMixer(let field, let fallback):
      return SparseMixerWeighting(
        jitter: Float(try fields.number([field], default: fallback)))
    }
  }
}

extension ScaleRule {
  fileprivate func factor(_ fields: ConfigurationFields, topK: Int) throws -> Float {
    switch self {
    case .none: 1
    case .inverseTopK: 1 / Float(topK)
    case .field(let fallback, let null):
      Float(try fields.number(CommonFields.scale, default: fallback, null: null))
    case .complement(let field, let fallback):
      Float(1 - (try fields.number([field], default: fallback)))
    }
  }
}

extension ActivationRule {
  /// The activation of routed and of shared experts.
  func activations(
    _ fields: ConfigurationFields, layer: Int
  ) throws -> (routed: PlannedActivation, shared: PlannedActivation) {
    func same(_ activation: PlannedActivation) -> (PlannedActivation, PlannedActivation) {
      (activation, activation)
    }
    func limit(_ list: String) throws -> PlannedActivation {
      guard let limits = try fields.list(list, count: layer + 1) else { return .gated(.silu) }
      switch limits[layer] {
      case .null, .integer(0), .number(0): return .gated(.silu)
      case .integer(let limit) where limit > 0: return .gated(.clampedAfter(limit: Float(limit)))
      case .number(let limit) where limit > 0 && limit.isFinite:
        return .gated(.clampedAfter(limit: Float(limit)))
      default: throw fields.error(list, expected: "a positive limit, zero or null a layer")
      }
    }
    if case .squaredReLU = self {
      _ = try fields.text(["mlp_hidden_act"], of: ["relu2"], default: "relu2")
      return same(.plain(.squaredReLU))
    }
    if case .named(let activation, let field, let names) = self {
      _ = try fields.text([field], of: names, default: names[0])
      return same(activation)
    }
    _ = try fields.text(["hidden_act"], of: ["silu", "swish"], default: "silu")
    switch self {
    case .silu, .squaredReLU, .named: return same(.gated(.silu))
    case .gptOSS:
      let alpha = try fields.number(["swiglu_alpha"], default: 1.702)
      let limit = try fields.number(["swiglu_limit"], default: 7)
      return same(.gated(.gptOSS(alpha: Float(alpha), limit: Float(limit))))
    case .softcapped:
      return same(
        .gated(
          .softcapped(
            gate: Float(try fields.number(["mlp_gate_softcap"], default: 4)),
            up: Float(try fields.number(["mlp_up_softcap"], default: 25)))))
    case .clampedRouted:
      let limit = try fields.number(["swiglu_limit"], default: 10)
      return (.gated(.clamped(limit: Float(limit))), .gated(.silu))
    case .clamped:
      let limit = try fields.number(["swiglu_limit"], default: 10)
      return same(.gated(.clamped(limit: Float(limit))))
    case .clampedAfter: return (try limit("swiglu_limits"), try limit("swiglu_limits_shared"))
    }
  }
}

extension SharedRule {
  /// The hidden size of all shared experts together; zero for none.
  func size(_ fields: ConfigurationFields, hiddenSize: Int) throws -> Int {
    switch width {
    case .one: return hiddenSize
    case .experts(let fallback):
      let names = CommonFields.sharedCount
      if let name = fields.present(names), fields.value(name) == .null { return 0 }
      return hiddenSize * (try fields.count(names, default: fallback))
    case .field(let name, let fallback): return try fields.count([name], default: fallback)
    case .each(let name, let fallback):
      return try fields.count([name], default: fallback)
        * fields.count(CommonFields.sharedCount, default: 1)
    }
  }

  func combination(_ fields: ConfigurationFields) throws -> SharedExperts.Combination {
    guard let combinationField else { return .sum }
    return try fields.text([combinationField], of: ["sum", "average"], default: "sum") == "sum"
      ? .sum : .average
  }
}

extension CapacityRule {
  /// The capacity of a layer of so many experts.
  func capacity(
    _ fields: ConfigurationFields, expertCount: Int, topK: Int
  ) throws -> Capacity {
    switch self {
    case .none: return .none
    case .routes(let field, let fallback):
      let routes = try fields.count([field], default: fallback)
      return .routes(routes, inference: routes)
    case .nllb:
      _ = try fields.text(["second_expert_policy"], of: ["all"], default: "all")
      let part = try fields.number(["moe_eval_capacity_token_fraction"], default: 1)
      let training = Capacity.Limit.routes(try fields.count(["expert_capacity"], default: 64))
      let isPrioritized = try fields.flag(["batch_prioritized_routing"], default: false)
      let isBefore = try fields.flag(["normalize_router_prob_before_dropping"], default: false)
      return Capacity(
        training: training,
        // A part of the tokens, as a factor of what an expert's share of the routes is.
        inference: part > 0 ? .factor(part * Double(expertCount) / Double(topK)) : training,
        order: isPrioritized ? .batchPrioritized : .position, prioritizesFirstChoices: true,
        weights: isBefore ? .beforeDropping : .afterDropping)
    }
  }
}

extension ModelFamily {
  /// What may stand before the names of a layer's tensors; a decoder's layers are numbered after
  /// those of the encoder.
  func prefixes(layer: Int, _ fields: ConfigurationFields) throws -> [String] {
    let encoderLayers = try layers.encoderLayerCount(fields)
    let isDecoder = encoderLayers.map { layer >= $0 } ?? false
    let number = isDecoder ? layer - (encoderLayers ?? 0) : layer
    return (isDecoder ? decoderPrefixes : prefixes).map {
      $0.replacing("{}", with: "\(number)")
    }
  }
}
