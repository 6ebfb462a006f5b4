extension SharedExpertSpecification: Codable {
  private enum CodingKeys: String, CodingKey {
    case experts, gate, gateHasBias, combination, mixtureHasBias
  }

  /// Writes the groups of experts, and how they are combined.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(experts, forKey: .experts)
    try container.encodeIfPresent(gate, forKey: .gate)
    try container.encode(gateHasBias, forKey: .gateHasBias)
    try container.encode(combination, forKey: .combination)
    try container.encode(mixtureHasBias, forKey: .mixtureHasBias)
  }

  /// Reads the groups of experts, and how they are combined.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode([ExpertSpecification].self, forKey: .experts),
      gate: try container.decodeIfPresent(Gate.self, forKey: .gate),
      combination: try container.decode(SharedExperts.Combination.self, forKey: .combination))
    gateHasBias = try container.decode(Bool.self, forKey: .gateHasBias)
    mixtureHasBias = try container.decode(Bool.self, forKey: .mixtureHasBias)
  }
}

extension MixtureSpecification: Codable {
  private enum CodingKeys: String, CodingKey {
    case experts, sharedExperts, latent, output, routing, balancingLosses, stepUpdates
  }

  /// Writes every part.
  ///
  /// - Throws: `EncodingError` for a part of your own that ``CodableParts/register(_:)`` was not told
  ///   of, and for experts and gates of your own.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(experts, forKey: .experts)
    try container.encodeIfPresent(sharedExperts, forKey: .sharedExperts)
    try container.encodeIfPresent(latent, forKey: .latent)
    try container.encodeIfPresent(output, forKey: .output)
    try container.encode(routing, forKey: .routing)
    try container.encode(parts: balancingLosses, forKey: .balancingLosses)
    try container.encode(parts: stepUpdates, forKey: .stepUpdates)
  }

  /// Reads every part; whether they go together is said where a layer is made of them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      experts: try container.decode([ExpertSpecification].self, forKey: .experts),
      sharedExperts: try container.decodeIfPresent(
        SharedExpertSpecification.self, forKey: .sharedExperts),
      latent: try container.decodeIfPresent(LatentSpecification.self, forKey: .latent),
      output: try container.decodeIfPresent(OutputSpecification.self, forKey: .output),
      routing: try container.decode(RoutingStrategy.self, forKey: .routing),
      balancingLosses: try container.decode(
        parts: (any BalancingLoss).self, forKey: .balancingLosses),
      stepUpdates: try container.decode(parts: (any StepUpdate).self, forKey: .stepUpdates))
  }
}

extension DenseSpecification: Codable {
  /// Writes what it was made of.
  ///
  /// - Throws: `EncodingError` for a layer of your own.
  public func encode(to encoder: any Encoder) throws {
    try encodePlan(plan, of: "dense layer", to: encoder)
  }

  /// Makes it of what was written.
  public init(from decoder: any Decoder) throws {
    switch try DensePlan(from: decoder) {
    case .feedForward(let size, let activation, let bias):
      self = .feedForward(hiddenSize: size, activation: activation, bias: bias)
    case .gatedFeedForward(let size, let activation, let bias):
      self = .gatedFeedForward(hiddenSize: size, activation: activation, bias: bias)
    }
  }
}

extension AttentionPlan.Mixture: Codable {
  private enum CodingKeys: String, CodingKey {
    case expertCount, routing, balancingLosses, stepUpdates
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(expertCount, forKey: .expertCount)
    try container.encode(routing, forKey: .routing)
    try container.encode(parts: balancingLosses, forKey: .balancingLosses)
    try container.encode(parts: stepUpdates, forKey: .stepUpdates)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      expertCount: try container.decode(Int.self, forKey: .expertCount),
      routing: try container.decode(RoutingStrategy.self, forKey: .routing),
      balancingLosses: try container.decode(
        parts: (any BalancingLoss).self, forKey: .balancingLosses),
      stepUpdates: try container.decode(parts: (any StepUpdate).self, forKey: .stepUpdates))
  }
}

extension AttentionSpecification: Codable {
  /// Writes what it was made of.
  ///
  /// - Throws: `EncodingError` for a layer of your own, and what a mixture's parts throw.
  public func encode(to encoder: any Encoder) throws {
    try encodePlan(plan, of: "attention", to: encoder)
  }

  /// Makes it of what was written.
  public init(from decoder: any Decoder) throws {
    let plan = try AttentionPlan(from: decoder)
    guard let mixture = plan.mixture else {
      self = .heads(
        plan.headCount, keyValueHeadCount: plan.keyValueHeadCount, headSize: plan.headSize,
        window: plan.window, rotary: plan.rotary, headNorm: plan.headNorm, bias: plan.bias)
      return
    }
    guard let headSize = plan.headSize else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "headSize: found none, expected one of a mixture of heads"))
    }
    self = .mixtureOfHeads(
      expertCount: mixture.expertCount, headSize: headSize, headCount: plan.headCount,
      keyValueHeadCount: plan.keyValueHeadCount, routing: mixture.routing, window: plan.window,
      rotary: plan.rotary, bias: plan.bias, balancingLosses: mixture.balancingLosses,
      stepUpdates: mixture.stepUpdates)
  }
}
