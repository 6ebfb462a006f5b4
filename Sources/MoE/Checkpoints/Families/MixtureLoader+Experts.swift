/// The maps of a group of experts, each kept as it is read.
private struct ExpertMaps {
  var gate: GroupedLinear?
  var up: GroupedLinear
  var down: GroupedLinear

  /// Maps in single precision.
  init(_ banks: ExpertBanks) {
    gate = banks.gate.map { GroupedLinear(weight: $0, bias: banks.gateBias) }
    up = GroupedLinear(weight: banks.up, bias: banks.upBias)
    down = GroupedLinear(weight: banks.down, bias: banks.downBias)
  }

  /// Maps in fewer bits.
  init(
    gate: CompressedWeights?, up: CompressedWeights, down: CompressedWeights, _ biases: ExpertBiases
  ) {
    self.gate = gate.map { GroupedLinear(weights: $0, bias: biases.gate) }
    self.up = GroupedLinear(weights: up, bias: biases.up)
    self.down = GroupedLinear(weights: down, bias: biases.down)
  }

  /// Puts a map in fewer bits in the place of that in single precision.
  mutating func keep(_ weights: CompressedWeights, as map: ExpertLayout.Map) {
    switch map {
    case .gate: gate = GroupedLinear(weights: weights, bias: gate?.bias)
    case .up: up = GroupedLinear(weights: weights, bias: up.bias)
    case .down: down = GroupedLinear(weights: weights, bias: down.bias)
    }
  }
}

/// Experts of one layout in a file.
private struct StoredGroup: Sendable {
  var layout: ExpertLayout
  /// What stands before the names of their tensors.
  var prefix: String
  var inputSize: Int
  var hiddenSize: Int
}

extension MixtureLoader {
  /// The routed experts.
  func routedExperts(expertBytes: Int?, _ keepingFormats: Bool) throws -> any ExpertGroup {
    let size = plan.latentSize ?? plan.inputSize
    let source = StoredGroup(
      layout: layout, prefix: blockPrefix, inputSize: size, hiddenSize: plan.hiddenSize)
    @Sendable func experts(
      _ numbers: Range<Int>, _ layout: ExpertLayout,
      _ tensor: (String) throws -> StoredTensor
    ) throws -> any ExpertGroup {
      try group(
        maps(source, numbers, keepingFormats, as: layout, tensor), plan.activation)
    }
    guard let expertBytes else {
      return try experts(0..<plan.expertCount, layout) { try stored(source.prefix + $0) }
    }
    guard expertBytes >= 0 else {
      throw MoEError.configuration(
        "bytes of experts in memory", value: "\(expertBytes)", expected: "at least 0")
    }
    return StoredExperts(
      count: plan.expertCount, inputSize: size, outputSize: size, byteLimit: expertBytes
    ) { expert in
      let own = layout.alone(expert, hiddenSize: plan.hiddenSize)
      return try experts(expert..<expert + 1, own.layout) {
        try stored(source.prefix + $0, entries: own.entries)
      }
    }
  }

  /// Experts that every token goes to.
  func shared(_ shared: SharedRule, _ keepingFormats: Bool) throws -> any ExpertGroup {
    let source = StoredGroup(
      layout: shared.layout, prefix: sharedPrefix(shared), inputSize: plan.inputSize,
      hiddenSize: plan.sharedSize)
    let maps = try maps(
      source, 0..<max(1, plan.alwaysOnCount), keepingFormats, as: shared.layout
    ) {
      let tensor = try stored(source.prefix + $0)
      return lacksExpertAxis(shared) ? tensor.reshaped(to: [1] + tensor.shape) : tensor
    }
    return try group(maps, plan.sharedActivation)
  }

  /// The maps of some experts.
  ///
  /// - Parameters:
  ///   - source: Where all of them stand.
  ///   - experts: Their numbers.
  ///   - keepingFormats: Whether they stay in the format of the file.
  ///   - layout: The layout of these experts alone.
  ///   - tensor: Gives the tensor of a name of that layout.
  /// - Returns: The maps, with what is not kept in single precision.
  /// - Throws: What `tensor` throws.
  private func maps(
    _ source: StoredGroup, _ experts: Range<Int>, _ keepingFormats: Bool, as layout: ExpertLayout,
    _ tensor: (String) throws -> StoredTensor
  ) throws -> ExpertMaps {
    let (d, h) = (source.inputSize, source.hiddenSize)
    var kept: [ExpertLayout.Map: CompressedWeights] = [:]
    for map in source.layout.maps where keepingFormats {
      kept[map] = try weights.kept(
        experts.map {
          var place = source.layout.place(of: map, expert: $0, inputSize: d, hiddenSize: h)
          place.name = source.prefix + place.name
          return place
        }, rows: map == .down ? d : h, columns: map == .down ? h : d)
    }
    if kept.count == source.layout.maps.count, let up = kept[.up], let down = kept[.down] {
      // Nothing is decoded.
      return ExpertMaps(
        gate: kept[.gate], up: up, down: down,
        try layout.biases(count: experts.count, inputSize: d, hiddenSize: h, tensor))
    }
    var maps = ExpertMaps(
      try layout.banks(count: experts.count, inputSize: d, hiddenSize: h, tensor))
    for (map, weights) in kept { maps.keep(weights, as: map) }
    return maps
  }

  private func group(
    _ maps: ExpertMaps, _ activation: PlannedActivation
  ) throws -> any ExpertGroup {
    switch activation {
    case .plain(let activation):
      return FeedForwardExperts(up: maps.up, down: maps.down, activation: activation)
    case .gated(let activation):
      guard let gate = maps.gate else {
        fatalError("\(plan.family.types): gated experts without a gate")
      }
      return GatedFeedForwardExperts(
        gate: gate, up: maps.up, down: maps.down, activation: activation)
    }
  }
}
