/// Builds the mixture of a layer from the tensors of a checkpoint, all of whose names and shapes are
/// checked before any is read.
struct MixtureLoader: Sendable {
  let plan: MixturePlan
  let weights: WeightSource
  /// What stands before the names of the layer's tensors.
  let prefix: String
  /// How the routed experts stand.
  let layout: ExpertLayout
  /// The shape of each tensor.
  private var shapes: [String: [Int]] = [:]

  /// A loader of the tensors of a plan.
  ///
  /// - Throws: ``CheckpointError/names(file:missing:unexpected:)`` with all names that are missing or
  ///   too many, and ``CheckpointError/malformed(file:tensor:offset:found:expected:)`` for a shape.
  init(_ plan: MixturePlan, _ weights: WeightSource) throws {
    self.plan = plan
    self.weights = weights
    let checkpoint = weights.checkpoint
    let family = plan.family
    let prefixes = plan.prefixes
    let prefix =
      prefixes.first { checkpoint.contains($0 + family.block + family.gate) }
      ?? prefixes.first { !checkpoint.names(startingWith: $0).isEmpty }
      ?? prefixes[0]
    self.prefix = prefix
    let block = prefix + family.block
    layout =
      family.microscaledExperts.first { weights.isEncoded(block + $0.firstName) }
      ?? family.experts.first { weights.contains(block + $0.firstName) } ?? family.experts[0]
    for part in parts { shapes[part.name] = part.shape }
    try check()
  }

  /// The tensors that the layer has, with their shapes.
  var parts: [ExpertLayout.Part] {
    let family = plan.family
    let size = plan.latentSize ?? plan.inputSize
    var parts = extras.map { ExpertLayout.Part(name: name(of: $0), shape: shape(of: $0)) }
    if !family.isStateful { parts.append(part(family.gate, [plan.logitCount, plan.inputSize])) }
    if plan.hasGateBias, let bias = family.gateBias {
      parts.append(part(bias, [plan.logitCount]))
    }
    if plan.hasSelectionBias, let bias = family.selectionBias {
      parts.append(part(bias, [plan.selectionBiasCount]))
    }
    parts += layout.parts(
      count: plan.expertCount, inputSize: size, hiddenSize: plan.hiddenSize
    ).map { part($0.name, $0.shape) }
    if let latent = family.latent, let size = plan.latentSize {
      parts.append(part(latent.down, [size, plan.inputSize]))
      parts.append(part(latent.up, [plan.inputSize, size]))
      for norm in [latent.norm, latent.expertNorm] {
        if let norm { parts.append(part(norm.name, [size])) }
      }
    }
    if let shared = family.shared, plan.sharedSize > 0 {
      parts += sharedParts(shared)
      if let gate = shared.gate { parts.append(part(gate, [1, plan.inputSize])) }
    }
    return parts
  }

  /// The further tensors that this layer has.
  var extras: [ExtraTensor] {
    plan.family.extras.filter { plan.layer > 0 || !$0.isMissingInFirstLayer }
  }

  /// The name of a further tensor in the file.
  func name(of extra: ExtraTensor) -> String {
    prefix + (extra.isOutsideBlock ? "" : plan.family.block) + extra.name
  }

  private func shape(of extra: ExtraTensor) -> [Int] {
    let state = plan.stateSize ?? 0
    return switch extra.shape {
    case .input: [plan.inputSize]
    case .experts: [plan.expertCount]
    case .one: [1]
    case .state: [state]
    case .stateFromInput: [state, plan.inputSize]
    case .stateFromState: [state, state]
    case .expertsFromState: [plan.logitCount, state]
    case .pair: [2]
    case .pairFromInput: [2, plan.inputSize]
    }
  }

  /// The tensor of a further parameter, where there is one.
  private func extra(_ parameter: String) throws -> Tensor? {
    try extras.first { $0.parameter == parameter }.map { try stored(name(of: $0)).tensor }
  }

  /// The norm whose weight is a further parameter, where there is one.
  private func norm(_ name: String) throws -> Norm? {
    try extra("\(name).weight").map { .rms(RMSNorm(weight: $0, epsilon: plan.normEpsilon)) }
  }

  /// What stands before the names of most of the layer's tensors.
  var blockPrefix: String { prefix + plan.family.block }

  private func part(_ name: String, _ shape: [Int]) -> ExpertLayout.Part {
    ExpertLayout.Part(name: prefix + plan.family.block + name, shape: shape)
  }

  func sharedPrefix(_ shared: SharedRule) -> String {
    prefix + (shared.isOutsideBlock ? "" : plan.family.block) + shared.name
  }

  /// One network, whose tensors have no axis of experts, or so many that are always on.
  private func sharedParts(_ shared: SharedRule) -> [ExpertLayout.Part] {
    shared.layout.parts(
      count: max(1, plan.alwaysOnCount), inputSize: plan.inputSize, hiddenSize: plan.sharedSize
    ).map {
      ExpertLayout.Part(
        name: sharedPrefix(shared) + $0.name,
        shape: lacksExpertAxis(shared) ? Array($0.shape.dropFirst()) : $0.shape)
    }
  }

  /// Whether the tensors of shared experts stand without the axis that those of routed ones have.
  func lacksExpertAxis(_ shared: SharedRule) -> Bool {
    if case .fused = shared.layout { plan.alwaysOnCount == 0 } else { false }
  }

  /// Throws where a tensor is missing, too many or of another shape.
  private func check() throws {
    let (parts, checkpoint) = (parts, weights.checkpoint)
    let missing = parts.map(\.name).filter { !weights.contains($0) }
    var known = Set(parts.flatMap { weights.names($0.name) ?? [$0.name] })
    if plan.isHashed { known.insert(part(Self.tableName, []).name) }
    // What stands in the block beside the mixture's own tensors would be lost.
    let block = prefix + plan.family.block
    let own =
      [block + layout.namePrefix] + [block + "experts.", block + "shared"]
      + (plan.family.shared.map { [sharedPrefix($0)] } ?? [])
    let unexpected = Set(
      own.flatMap { checkpoint.names(startingWith: $0).filter { !known.contains($0) } }
    ).sorted()
    guard missing.isEmpty, unexpected.isEmpty else {
      throw CheckpointError.names(
        file: checkpoint.path, missing: missing, unexpected: unexpected)
    }
    for part in parts { try weights.check(part.name, shape: part.shape) }
  }

  /// The table of token ids of a hash layer.
  private static let tableName = "gate.tid2eid"

  func stored(_ name: String, entries: Range<Int>? = nil) throws -> StoredTensor {
    try weights.stored(name, shape: shapes[name] ?? [], entries: entries)
  }

  private func tensor(_ name: String) throws -> Tensor {
    try stored(prefix + plan.family.block + name).tensor
  }

  // MARK: - The layer

  /// The mixture; where there is a number of bytes, its routed experts stay in their file, and those
  /// that are kept in memory take so many at most.
  ///
  /// - Parameters:
  ///   - expertBytes: The number of bytes.
  ///   - keepingFormats: Whether weights of experts stay in the format of the file.
  /// - Returns: The mixture.
  /// - Throws: What the parts' initialisers throw, and ``CheckpointError`` where a table of token ids
  ///   is none.
  func layer(expertBytes: Int? = nil, keepingFormats: Bool = false) throws -> MixtureOfExperts {
    let family = plan.family
    var gate = try family.isStateful ? statefulGate() : linearGate()
    if let norm = try norm("router.gate.inputNorm") {
      gate = ModifiedGate(gate, inputNorm: norm)
    }
    if let factor = plan.logitMultiplier {
      gate = ModifiedGate(gate, LogitMultiplier(factor: factor))
    }
    if let limit = plan.logitSoftcap { gate = ModifiedGate(gate, LogitSoftcap(limit: limit)) }
    var router = try Router(
      gate: gate,
      strategy: plan.strategy(table: plan.isHashed ? table() : nil), layer: plan.layer)
    if plan.hasSelectionBias, let bias = family.selectionBias {
      // Those that are always on are not chosen.
      router.selectionBias = Tensor(concatenatingEntries: [
        try tensor(bias).reshaped(to: [plan.selectionBiasCount]),
        Tensor(zeros: [plan.alwaysOnCount]),
      ])
    }
    router.weightScale = try extra("router.weightScale")
    var groups = [try routedExperts(expertBytes: expertBytes, keepingFormats)]
    if let norm = family.latent?.expertNorm, plan.latentSize != nil {
      groups = [
        NormalizedExperts(
          groups[0],
          after: .prescaledRMS(
            PrescaledRMSNorm(
              weight: try tensor(norm.name), epsilon: plan.latentEpsilons.expert, addsOne: true)))
      ]
    }
    if let before = try norm("expertGroups.0.before") {
      groups = [NormalizedExperts(groups[0], before: before)]
    }
    if plan.alwaysOnCount > 0, let shared = family.shared {
      groups.append(try self.shared(shared, keepingFormats))
    }
    if family.zeroExperts > 0 {
      groups.append(
        ZeroExperts(
          count: family.zeroExperts, inputSize: plan.inputSize, outputSize: plan.inputSize))
    }
    if plan.copyCount > 0 {
      groups.append(CopyExperts(count: plan.copyCount, size: plan.inputSize))
    }
    let latent = try plan.latentSize.flatMap { _ in
      try family.latent.map {
        LatentProjection(
          down: Linear(weight: try tensor($0.down)),
          norm: try $0.norm.map {
            .rms(
              RMSNorm(
                weight: try tensor($0.name), epsilon: plan.latentEpsilons.down, addsOne: true))
          }, up: Linear(weight: try tensor($0.up)))
      }
    }
    return try MixtureOfExperts(
      router: router, expertGroups: groups, sharedExperts: shared(keepingFormats), latent: latent,
      outputStage: outputStage())
  }

  private func linearGate() throws -> any Gate {
    let bias = try plan.hasGateBias ? plan.family.gateBias.map { try tensor($0) } : nil
    return LinearGate(Linear(weight: try tensor(plan.family.gate), bias: bias))
  }

  private func statefulGate() throws -> any Gate {
    func parameter(_ name: String) throws -> Tensor {
      guard let tensor = try extra("router.gate.\(name)") else {
        fatalError("\(plan.family.types): a gate with a state and without \(name)")
      }
      return tensor
    }
    func map(_ name: String) throws -> Linear {
      Linear(weight: try parameter("\(name).weight"), bias: try parameter("\(name).bias"))
    }
    return StatefulGate(
      down: try map("down"), stateScale: try extra("router.gate.stateScale"),
      norm: .rms(RMSNorm(weight: try parameter("norm.weight"), epsilon: plan.normEpsilon)),
      first: try map("first"), second: try map("second"),
      last: Linear(weight: try parameter("last.weight")))
  }

  private func outputStage() throws -> OutputStage? {
    guard extras.contains(where: { $0.parameter.hasPrefix("outputStage.") }) else { return nil }
    return OutputStage(
      routedNorm: try norm("outputStage.routedNorm"), norm: try norm("outputStage.norm"),
      bias: try extra("outputStage.bias"))
  }

  private func shared(_ keepingFormats: Bool) throws -> SharedExperts? {
    guard let shared = plan.family.shared, plan.sharedSize > 0, plan.alwaysOnCount == 0 else {
      return nil
    }
    var experts = try self.shared(shared, keepingFormats)
    let (before, after) = (
      try norm("sharedExperts.groups.0.before"), try norm("sharedExperts.groups.0.after")
    )
    if before != nil || after != nil {
      experts = NormalizedExperts(experts, before: before, after: after)
    }
    let coefficient = try extra("sharedExperts.coefficient.weight").map {
      Linear(weight: $0, bias: try extra("sharedExperts.coefficient.bias"))
    }
    return try SharedExperts(
      [experts], gate: shared.gate.map { Linear(weight: try tensor($0)) },
      combination: coefficient == nil ? plan.combination : .mixed, coefficient: coefficient)
  }

  private func table() throws -> HashRoutingTable {
    let name = part(Self.tableName, []).name
    guard let stored = weights.checkpoint[name] else {
      throw CheckpointError.names(
        file: weights.checkpoint.path, missing: [name], unexpected: [])
    }
    guard let ids = stored.integers, stored.shape.count == 2, stored.shape[1] == plan.topK else {
      throw CheckpointError.malformed(
        file: weights.checkpoint.path, tensor: name, offset: nil,
        found: "type \(stored.format.rawValue) of shape \(stored.shape)",
        expected: "whole numbers of shape [token ids, \(plan.topK)]")
    }
    let rows = (0..<stored.shape[0]).map { Array(ids[$0 * plan.topK..<($0 + 1) * plan.topK]) }
    return try HashRoutingTable(rows, expertCount: plan.expertCount)
  }
}
