/// Sends tokens to experts: a strategy with the parameters of its gate, and the live state of routing.
///
/// The router's arithmetic is in single precision throughout.
public struct Router: Parameterized {
  /// What gives each token a logit for every expert, or for every slot of a soft mixture.
  public var gate: any Gate
  /// The way to send tokens to experts; of its gate, the parameters are in ``gate``.
  public let strategy: RoutingStrategy
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
  /// What is added to scores to select by, one number an expert; it never enters the weights.
  ///
  /// It is state, not a parameter: nothing differentiates it. It is saved with the layer.
  public var selectionBias: Tensor?
  /// What is added to logits, one number an expert: what tracked quality moves.
  ///
  /// It is state, as the bias is.
  public var logitOffset: Tensor?

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
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the strategy does not work with so many
  ///   experts, or in a causal layer, or the layer has no such number.
  public init(
    inputSize: Int, expertCount: Int, strategy: RoutingStrategy, seed: UInt64 = 0, layer: Int = 0,
    isCausal: Bool = false, using generator: inout some RandomNumberGenerator
  ) throws {
    try Router.checkLayer(layer)
    slotCount = try strategy.check(expertCount: expertCount, isCausal: isCausal)
    gate = try strategy.gate.gate(
      inputSize: inputSize, expertCount: expertCount * (strategy.slotsPerExpert ?? 1),
      using: &generator)
    self.strategy = strategy
    self.expertCount = expertCount
    self.seed = seed
    self.layer = layer
    selectionBias = strategy.hasSelectionBias ? Tensor(zeros: [expertCount]) : nil
  }

  /// A router with the given gate.
  ///
  /// - Parameters:
  ///   - gate: What gives each token a logit for every expert, or for every slot of a soft mixture.
  ///   - strategy: The way to send tokens to them; its own gate is left out of account.
  ///   - seed: The seed of all noise.
  ///   - layer: The number of the layer, below 2²⁴.
  ///   - isCausal: Whether no token's routing may depend on a later token.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the strategy does not work with so many
  ///   experts, or in a causal layer, or the layer has no such number.
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
    slotCount = try strategy.check(expertCount: expertCount, isCausal: isCausal)
    self.gate = gate
    self.strategy = strategy
    self.seed = seed
    self.layer = layer
    selectionBias = strategy.hasSelectionBias ? Tensor(zeros: [expertCount]) : nil
  }

  /// Throws where noise has no stream for a layer of that number.
  static func checkLayer(_ layer: Int) throws {
    guard (0..<RoutingNoise.layerLimit).contains(layer) else {
      throw MoEError.configuration(
        "number of the layer", value: "\(layer)",
        expected: "0 to \(RoutingNoise.layerLimit - 1)")
    }
  }

  /// A router of the same configuration with another gate: a gradient.
  init(_ router: Router, gate: any Gate) {
    self = router
    self.gate = gate
  }

  /// The size of a token.
  public var inputSize: Int { gate.inputSize }

  /// What makes scores of logits.
  public var score: any Score { strategy.score }

  /// What selects experts by their scores.
  public var selector: any ExpertSelector { strategy.selector }

  /// What weights the selected experts.
  public var weighting: any Weighting { strategy.weighting }

  /// Visits the parameters of the gate, under `gate`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try gate.visitParameters(under: "gate", visit)
  }

  /// Visits the selection bias and the logit offset, where there are any.
  public mutating func visitBuffers(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    if selectionBias != nil { try visit("selectionBias", &selectionBias!) }
    if logitOffset != nil { try visit("logitOffset", &logitOffset!) }
    try gate.visitBuffers { try visit("gate.\($0)", &$1) }
  }
}
