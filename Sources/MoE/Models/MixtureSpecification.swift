/// A plan for a mixture of experts, before the stack that it belongs to gives it sizes.
///
/// Its parts are those that ``MixtureOfExperts`` is made of.
public struct MixtureSpecification: Sendable {
  /// The groups of experts, at least one.
  public var experts: [ExpertSpecification]
  /// Experts that every token goes to.
  public var sharedExperts: SharedExpertSpecification?
  /// The smaller space that the routed experts work in; that of tokens where there is nothing.
  public var latent: LatentSpecification?
  /// What becomes of the sums of the experts.
  public var output: OutputSpecification?
  /// The way to send tokens to experts.
  public var routing: RoutingStrategy
  /// The auxiliary losses of a training pass.
  public var balancingLosses: [any BalancingLoss]
  /// What happens after a step of training.
  public var stepUpdates: [any StepUpdate]

  /// A plan of the given parts.
  ///
  /// - Parameters:
  ///   - experts: The groups of experts, at least one.
  ///   - sharedExperts: Experts that every token goes to.
  ///   - latent: The smaller space that the routed experts work in; that of tokens unless given.
  ///   - output: What becomes of the sums of the experts.
  ///   - routing: The way to send tokens to experts.
  ///   - balancingLosses: The auxiliary losses of a training pass.
  ///   - stepUpdates: What happens after a step of training.
  public init(
    experts: [ExpertSpecification], sharedExperts: SharedExpertSpecification? = nil,
    latent: LatentSpecification? = nil, output: OutputSpecification? = nil,
    routing: RoutingStrategy,
    balancingLosses: [any BalancingLoss] = [],
    stepUpdates: [any StepUpdate] = []
  ) {
    self.experts = experts
    self.sharedExperts = sharedExperts
    self.latent = latent
    self.output = output
    self.routing = routing
    self.balancingLosses = balancingLosses
    self.stepUpdates = stepUpdates
  }

  /// Makes the layer.
  ///
  /// - Parameters:
  ///   - size: The size of a token and of an output row.
  ///   - seed: The seed of all noise in routing.
  ///   - layer: The number of the layer.
  ///   - isCausal: Whether no token's output may depend on a later token.
  ///   - generator: The source of randomness.
  /// - Returns: A layer with random parameters.
  /// - Throws: What the initialiser of ``MixtureOfExperts`` throws.
  public func layer(
    size: Int, seed: UInt64 = 0, layer: Int = 0, isCausal: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) throws -> MixtureOfExperts {
    try MixtureOfExperts(
      inputSize: size, experts: experts, sharedExperts: sharedExperts, latent: latent,
      output: output, routing: routing, balancingLosses: balancingLosses, stepUpdates: stepUpdates,
      seed: seed,
      layer: layer,
      isCausal: isCausal, using: &generator)
  }
}
