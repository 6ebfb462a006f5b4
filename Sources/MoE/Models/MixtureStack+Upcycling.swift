extension MixtureStack {
  /// Replaces dense feed-forward networks that were trained by mixtures made of them.
  ///
  ///     try decoder.stack.upcycle(
  ///       Upcycling(copies: 4), routing: .topK(2),
  ///       balancingLosses: [.loadBalancing(coefficient: 0.01)], using: &generator)
  ///
  /// Each mixture starts as the function of its network, where the plan and the routing let it: see
  /// ``Upcycling``. Blocks that have a mixture already stay as they are, and so does all else. An
  /// optimiser starts anew, as parameters have other names.
  ///
  /// - Parameters:
  ///   - plan: How many experts are made of each network, and how they are told apart.
  ///   - numbers: The numbers of the blocks; all that are dense unless given.
  ///   - routing: The way to send tokens to experts.
  ///   - balancingLosses: The auxiliary losses of each mixture.
  ///   - stepUpdates: What happens in each after a step of training.
  ///   - isCausal: Whether no token's output may depend on a later token; as it is with the
  ///     attention of the block unless given.
  ///   - generator: The source of randomness.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a block that is named has no
  ///   ``FeedForward`` and no ``GatedFeedForward``, or there is none at all, and what the mixtures
  ///   throw; nothing has changed then.
  public mutating func upcycle(
    _ plan: Upcycling, blocks numbers: [Int]? = nil, routing: RoutingStrategy,
    balancingLosses: [any BalancingLoss] = [], stepUpdates: [any StepUpdate] = [],
    isCausal: Bool? = nil, using generator: inout some RandomNumberGenerator
  ) throws {
    let dense = blocks.indices.filter {
      blocks[$0].feedForward is GatedFeedForward || blocks[$0].feedForward is FeedForward
    }
    let chosen = numbers ?? dense
    guard !chosen.isEmpty else {
      throw MoEError.configuration(
        "blocks to upcycle", value: "none", expected: "one with a dense feed-forward network")
    }
    var (changed, drawn) = (blocks, generator)
    for number in chosen {
      guard dense.contains(number) else {
        let found =
          blocks.indices.contains(number)
          ? "one with \(type(of: blocks[number].feedForward))" : "none of \(blocks.count) blocks"
        throw MoEError.configuration(
          "block \(number) to upcycle", value: found,
          expected: "one of \(dense), which have a FeedForward or GatedFeedForward")
      }
      let causal = isCausal ?? blocks[number].hasCausalAttention
      switch blocks[number].feedForward {
      case let network as GatedFeedForward:
        changed[number].feedForward = try MixtureOfExperts(
          upcycling: network, plan, routing: routing, balancingLosses: balancingLosses,
          stepUpdates: stepUpdates, isCausal: causal, using: &drawn)
      case let network as FeedForward:
        changed[number].feedForward = try MixtureOfExperts(
          upcycling: network, plan, routing: routing, balancingLosses: balancingLosses,
          stepUpdates: stepUpdates, isCausal: causal, using: &drawn)
      default: break
      }
    }
    // Made anew, so that every router has the seed and the number of its layer.
    self = try MixtureStack(changed, seed: seed)
    generator = drawn
  }
}

extension TransformerBlock {
  /// Whether attention looks at no later token; false where there is none.
  fileprivate var hasCausalAttention: Bool {
    switch attention {
    case let heads as MultiHeadAttention: heads.isCausal
    case let heads as MixtureOfAttentionHeads: heads.isCausal
    default: false
    }
  }
}
