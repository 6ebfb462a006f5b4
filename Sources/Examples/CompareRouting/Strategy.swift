package import MoE

/// A way of routing that is compared, with the losses and updates that belong to it.
package struct Strategy: Sendable {
  /// What the options and tables call it.
  package let name: String
  /// What it does, in a few words.
  package let summary: String
  /// What evens the load; nothing where nothing does.
  package let balance: String?
  /// Whether it is handed the load so far.
  package let readsLoad: Bool
  /// Makes the parts for a number of experts.
  private let parts: @Sendable (Sizes) throws -> Parts

  /// What parts are made for.
  package struct Sizes: Sendable {
    /// The number of experts that compute.
    package var expertCount: Int
    /// The hidden size of an expert.
    package var hiddenSize: Int
    /// How many examples a batch has.
    package var batchSize: Int

    /// Experts as most strategies have them.
    package var experts: ExpertSpecification {
      .feedForward(count: expertCount, hiddenSize: hiddenSize)
    }
  }

  /// What a mixture is made of.
  package struct Parts: Sendable {
    /// The groups of experts.
    package var experts: [ExpertSpecification]
    /// The routing.
    package var routing: RoutingStrategy
    /// The auxiliary losses.
    package var losses: [any BalancingLoss]
    /// What happens after a step.
    package var updates: [any StepUpdate]

    /// Parts.
    package init(
      _ experts: ExpertSpecification..., routing: RoutingStrategy,
      losses: [any BalancingLoss] = [], updates: [any StepUpdate] = []
    ) {
      self.experts = experts
      self.routing = routing
      self.losses = losses
      self.updates = updates
    }
  }

  /// A strategy.
  package init(
    _ name: String, _ summary: String, balance: String? = nil, readsLoad: Bool = false,
    parts: @escaping @Sendable (Sizes) throws -> Parts
  ) {
    self.name = name
    self.summary = summary
    self.balance = balance
    self.readsLoad = readsLoad
    self.parts = parts
  }

  /// A mixture with random parameters.
  ///
  /// - Throws: `MoEError` where the sizes do not go with the strategy.
  package func mixture(
    _ settings: ComparedModel.Settings, seed: UInt64, using generator: inout SeededGenerator
  ) throws -> MixtureOfExperts {
    let parts = try parts(
      Sizes(
        expertCount: settings.expertCount, hiddenSize: settings.hiddenSize,
        batchSize: settings.batchSize))
    return try MixtureOfExperts(
      inputSize: settings.size, experts: parts.experts, routing: parts.routing,
      balancingLosses: parts.losses, stepUpdates: parts.updates, seed: seed, using: &generator)
  }
}

extension Strategy {
  /// Switch routing with a balancing loss of the given coefficient: what a sweep trains.
  package static func switching(coefficient: Float) -> Strategy {
    Strategy("switch \(coefficient)", "the best expert, while it has room") {
      Parts(
        $0.experts, routing: .switchTransformer(),
        losses: coefficient > 0 ? [.loadBalancing(coefficient: coefficient)] : [])
    }
  }
}
