/// Sends tokens to experts: a strategy with the parameters of its gate, and the live buffers of
/// routing.
///
/// The router's arithmetic is in single precision throughout.
public struct Router: Parameterized {
  /// The gate that gives each token a logit for every expert, or for every slot of a soft mixture.
  public var gate: any Gate
  /// The way to send tokens to experts; of its gate, the parameters are in ``gate``.
  public private(set) var strategy: RoutingStrategy
  /// How many experts a token goes to at most.
  public let slotCount: Int
  /// The number of experts.
  public let expertCount: Int
  /// The seed of all noise.
  public var seed: UInt64
  /// The number of the layer, below 2²⁴, so that layers of one seed have noise of their own.
  public var layer: Int
  /// Experts that are switched off: they get no tokens, and the others share by the same rules.
  public var disabledExperts: Set<Int> = []
  /// What is known of each expert: a layer tells it from its groups; all compute unless told.
  ///
  /// It is neither a parameter nor a buffer. What is not of one entry an expert throws in a pass.
  public var expertTraits: [ExpertTraits]
  /// The bias that is added to scores to select by, one number an expert; it never enters the
  /// weights.
  ///
  /// It is a buffer, not a parameter: nothing differentiates it, and it is saved with the layer.
  public var selectionBias: Tensor?
  /// The offset that is added to logits, one number an expert: tracked quality moves it.
  ///
  /// It is a buffer, as the bias is.
  public var logitOffset: Tensor?
  /// A learned factor of the weights, one number an expert or one for all; none unless given.
  ///
  /// It is a parameter, under `weightScale`. With g that with respect to a weight after it, its
  /// gradient is the sum of g·w over an expert's routes, and that of the weight before g·s.
  ///
  /// Source: `per_expert_scale` of Gemma 4; `global_scale` of Inkling.
  public var weightScale: Tensor?

  /// A router with a random gate.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token.
  ///   - expertCount: The number of experts.
  ///   - strategy: The way to send tokens to them.
  ///   - seed: The seed of all noise.
  ///   - layer: The number of the layer, below 2²⁴.
  ///   - isCausal: Whether no token's routing may depend on a later token.
  ///   - generator: The source of randomness.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the strategy does not work with
  ///   so many experts, or in a causal layer, or the layer has no such number.
  public init(
    inputSize: Int, expertCount: Int, strategy: RoutingStrategy, seed: UInt64 = 0, layer: Int = 0,
    isCausal: Bool = false, using generator: inout some RandomNumberGenerator
  ) throws {
    try Router.checkLayer(layer)
    // Before a gate is drawn, as a wrong setting should not cost the time of that.
    _ = try strategy.check(expertCount: expertCount, isCausal: false)
    let gate = try strategy.gate.gate(
      inputSize: inputSize, expertCount: expertCount * (strategy.slotsPerExpert ?? 1),
      using: &generator)
    try self.init(gate: gate, strategy: strategy, seed: seed, layer: layer, isCausal: isCausal)
  }

  /// A router with the given gate.
  ///
  /// - Parameters:
  ///   - gate: What gives each token a logit for every expert, or for every slot of a soft mixture.
  ///   - strategy: The way to send tokens to them; its own gate is left out of account.
  ///   - seed: The seed of all noise.
  ///   - layer: The number of the layer, below 2²⁴.
  ///   - isCausal: Whether no token's routing may depend on a later token.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the strategy does not work with
  ///   so many experts, or in a causal layer, or the layer has no such number.
  public init(
    gate: any Gate, strategy: RoutingStrategy, seed: UInt64 = 0, layer: Int = 0,
    isCausal: Bool = false
  ) throws {
    try Router.checkLayer(layer)
    let slots = strategy.slotsPerExpert ?? 1
    guard slots > 0, gate.expertCount % slots == 0 else {
      throw MoEError.configuration(
        "slots an expert", value: "\(slots)",
        expected: "a divisor of \(gate.expertCount), the logits that the gate gives")
    }
    expertCount = gate.expertCount / slots
    expertTraits = Array(repeating: .computing, count: expertCount)
    // What is true of the router is what its own gate promises.
    var strategy = strategy
    strategy.gate.promises = gate.promises
    slotCount = try strategy.check(expertCount: expertCount, isCausal: isCausal)
    self.gate = gate
    self.strategy = strategy
    self.seed = seed
    self.layer = layer
    selectionBias = strategy.hasSelectionBias ? Tensor(zeros: [expertCount]) : nil
    weightScale = strategy.weightScale.map {
      Tensor(repeating: 1, shape: [$0 == .common ? 1 : expertCount])
    }
    try checkWeightScale()
  }

  /// Throws where noise has no stream for a layer of that number.
  static func checkLayer(_ layer: Int) throws {
    guard (0..<Noise.layerLimit).contains(layer) else {
      throw MoEError.configuration(
        "number of the layer", value: "\(layer)",
        expected: "0 to \(Noise.layerLimit - 1)")
    }
  }

  /// A router of the same configuration with another gate: a gradient.
  init(_ router: Router, gate: any Gate) {
    self = router
    self.gate = gate
  }

  /// The size of a token.
  public var inputSize: Int { gate.inputSize }

  /// The function that makes scores of logits.
  public var score: any Score { strategy.score }

  /// The selector of experts by their scores.
  public var selector: any ExpertSelector { strategy.selector }

  /// The weighting of the selected experts.
  public var weighting: any Weighting { strategy.weighting }

  /// Visits the parameters of the gate, under `gate`, and `weightScale` where there is one.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try gate.visitParameters(under: "gate", visit)
    if var scale = weightScale.take() {
      defer { weightScale = scale }
      try visit("weightScale", &scale)
    }
  }

  /// Visits the weights of the gate.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try gate.visitWeights(under: "gate") { name, weight in
      // Experts are to be the same whatever the format of a model's weights.
      weight.canBeCompressed = false
      try visit(name, &weight)
    }
  }

  /// Visits `selectionBias`, `logitOffset`, `disabledExperts` and the buffers of the gate.
  ///
  /// `disabledExperts` has one number an expert, 1 for those that are switched off; it is absent
  /// where none is.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try visit("selectionBias", &selectionBias)
    try visit("logitOffset", &logitOffset)
    let disabled = disabledExperts
    var flags: Tensor? =
      disabled.isEmpty
      ? nil : Tensor((0..<expertCount).map { disabled.contains($0) ? 1 : 0 })
    try visit("disabledExperts", &flags)
    let numbers = flags?.scalarArray ?? []
    disabledExperts = Set(numbers.indices.filter { numbers[$0] != 0 })
    // Flags of another kind are left to the check, as nothing can be thrown here.
    if let flags,
      flags.sizes != TensorShape(expertCount) || !numbers.allSatisfy({ $0 == 0 || $0 == 1 })
    {
      disabledExperts = [-1]
    }
    try gate.visitBuffers(under: "gate", visit)
  }

  /// Throws where every expert is switched off, or a buffer is of another size or not finite, or
  /// missing.
  public func checkBuffers() throws {
    // Sorting none would still take its time.
    for expert in disabledExperts.isEmpty ? [] : disabledExperts.sorted()
    where !(0..<expertCount).contains(expert) {
      throw MoEError.configuration(
        "disabled expert", value: "\(expert)", expected: "0 to \(expertCount - 1)")
    }
    guard disabledExperts.count < expertCount else {
      throw MoEError.configuration(
        "number of experts switched on", value: "0", expected: "at least 1")
    }
    guard selectionBias != nil || !strategy.hasSelectionBias else {
      throw MoEError.configuration(
        "selection bias", value: "none", expected: "\(expertCount) numbers, as the strategy has one"
      )
    }
    try check(selectionBias, "selection bias")
    try check(logitOffset, "logit offset")
    try checkWeightScale()
    try gate.checkBuffers()
  }

  private func check(_ buffer: Tensor?, _ name: String) throws {
    guard let buffer else { return }
    guard buffer.sizes == TensorShape(expertCount) else {
      throw MoEError.shape(name, found: buffer.shape, expected: "[\(expertCount)]")
    }
    guard buffer.isFinite else {
      throw MoEError.configuration(
        name, value: "\(buffer.scalarArray)", expected: "finite numbers")
    }
  }

  /// Throws where the factor of weights is of another size, or there are no weights that it could
  /// multiply.
  private func checkWeightScale() throws {
    guard let weightScale else { return }
    guard [[1], [expertCount]].contains(weightScale.shape) else {
      throw MoEError.shape(
        "weight scale", found: weightScale.shape, expected: "[\(expertCount)] or [1]")
    }
    guard
      strategy.slotsPerExpert == nil, !strategy.isStraightThrough,
      !weighting.promises.contains(.keepsRemainder)
    else {
      throw MoEError.configuration(
        "weight scale", value: "\(weightScale.count) numbers",
        expected: "none in a soft mixture, with a straight-through gradient, or where tokens have "
          + "what weights lack of one")
    }
  }
}
