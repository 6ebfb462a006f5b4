extension MixtureOfExperts {
  /// A layer whose experts are made of a dense network that was trained.
  ///
  /// With a plan of no noise and nothing drawn anew, and a routing whose weights add up to one, the
  /// layer starts as the function of the network: ``Upcycling`` says how exactly. Experts of one
  /// copy start with the same row of the gate, so that a token which takes a multiple of
  /// ``Upcycling/parts`` takes whole copies; as weights, take a softmax over what was chosen, or
  /// renormalised scores.
  ///
  ///     let dense = GatedFeedForward(inputSize: 16, hiddenSize: 64, using: &generator)
  ///     let sparse = try MixtureOfExperts(
  ///       upcycling: dense, Upcycling(copies: 4, parts: 2), routing: .topK(2), using: &generator)
  ///
  /// To put shared experts beside them or other groups, take
  /// ``ExpertSpecification/upcycled(_:_:)-(GatedFeedForward,_)`` and
  /// ``GateSpecification/repeated(_:)``.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - plan: How many experts are made of it, and how they are told apart.
  ///   - routing: The way to send tokens to experts, its gate one of ``Upcycling/copies`` experts.
  ///   - balancingLosses: The auxiliary losses of a training pass.
  ///   - stepUpdates: What happens after a step of training.
  ///   - seed: The seed of all noise in routing.
  ///   - layer: The number of the layer.
  ///   - isCausal: Whether no token's output may depend on a later token.
  ///   - generator: The source of randomness.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a number of the plan cannot work,
  ///   the routing takes no multiple of the parts, or what the layer's initialiser throws.
  public init(
    upcycling network: GatedFeedForward, _ plan: Upcycling, routing: RoutingStrategy,
    balancingLosses: [any BalancingLoss] = [], stepUpdates: [any StepUpdate] = [],
    seed: UInt64 = 0, layer: Int = 0, isCausal: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) throws {
    try plan.check(hiddenSize: network.up.outputSize)
    self = try MixtureOfExperts(
      inputSize: network.inputSize, outputSize: network.outputSize,
      experts: [.upcycled(network, plan)], routing: MixtureOfExperts.tied(routing, plan),
      balancingLosses: balancingLosses, stepUpdates: stepUpdates, seed: seed, layer: layer,
      isCausal: isCausal, using: &generator)
  }

  /// A layer whose experts are made of a dense network of two maps that was trained.
  ///
  /// As of a gated network: ``init(upcycling:_:routing:balancingLosses:stepUpdates:seed:layer:isCausal:using:)-(GatedFeedForward,_,_,_,_,_,_,_,_)``.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - plan: How many experts are made of it, and how they are told apart.
  ///   - routing: The way to send tokens to experts, its gate one of ``Upcycling/copies`` experts.
  ///   - balancingLosses: The auxiliary losses of a training pass.
  ///   - stepUpdates: What happens after a step of training.
  ///   - seed: The seed of all noise in routing.
  ///   - layer: The number of the layer.
  ///   - isCausal: Whether no token's output may depend on a later token.
  ///   - generator: The source of randomness.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a number of the plan cannot work,
  ///   the routing takes no multiple of the parts, or what the layer's initialiser throws.
  public init(
    upcycling network: FeedForward, _ plan: Upcycling, routing: RoutingStrategy,
    balancingLosses: [any BalancingLoss] = [], stepUpdates: [any StepUpdate] = [],
    seed: UInt64 = 0, layer: Int = 0, isCausal: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) throws {
    try plan.check(hiddenSize: network.up.outputSize)
    self = try MixtureOfExperts(
      inputSize: network.inputSize, outputSize: network.outputSize,
      experts: [.upcycled(network, plan)], routing: MixtureOfExperts.tied(routing, plan),
      balancingLosses: balancingLosses, stepUpdates: stepUpdates, seed: seed, layer: layer,
      isCausal: isCausal, using: &generator)
  }

  /// A routing in which the parts of a copy start with the same logits.
  private static func tied(
    _ routing: RoutingStrategy, _ plan: Upcycling
  ) throws -> RoutingStrategy {
    guard plan.parts > 1 else { return routing }
    guard routing.slotsPerExpert == nil else {
      throw MoEError.configuration(
        "routing of experts that are parts", value: "soft mixture",
        expected: "one that selects experts, or networks of one part")
    }
    let slots = try routing.selector.slotCount(expertCount: plan.expertCount)
    guard slots % plan.parts == 0 else {
      throw MoEError.configuration(
        "experts a token", value: "\(slots)",
        expected: "a multiple of \(plan.parts), the parts of a network")
    }
    var tied = routing
    tied.gate = routing.gate.repeated(plan.parts)
    return tied
  }
}
