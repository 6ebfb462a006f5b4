/// The routing and the auxiliary losses of one mixture of a stack.
public struct StackMixture: Sendable {
  /// The number of the block that it is in.
  public let block: Int
  /// The part of the block that it is.
  public let part: BlockPart
  /// Where each token went.
  public internal(set) var routing: Routing
  /// The values of the auxiliary losses, one by one; none in inference.
  public let losses: [NamedLoss]

  init(block: Int, _ mixture: TransformerBlock.BlockMixture) {
    self.block = block
    part = mixture.part
    routing = mixture.routing
    losses = mixture.losses
  }
}

/// Conditions that override the routing of a stack's mixtures in one pass.
public struct StackOverrides: Sendable, Equatable {
  /// The overrides of each mixture, by its number in the order of ``MixtureStack/mixtureParts``.
  public var mixtures: [Int: RoutingOverrides]

  /// Overrides of some mixtures; nothing is overridden unless given.
  ///
  /// - Parameter mixtures: The overrides of each mixture, by its number.
  public init(_ mixtures: [Int: RoutingOverrides] = [:]) { self.mixtures = mixtures }

  /// A recording of a whole stack that is taken over: ``MixtureStack/Pass/trace``.
  ///
  /// - Parameters:
  ///   - trace: One pass a mixture, in their order; another number throws in a forward pass.
  ///   - isCounted: Whether the routes count in what balances: true to learn from choices recorded
  ///     elsewhere, false to make up anew what a pass of this very step did not keep.
  public init(replaying trace: RoutingTrace, isCounted: Bool = true) {
    mixtures = [:]
    for (index, pass) in trace.passes.enumerated() {
      mixtures[index] = RoutingOverrides(
        replay: isCounted ? .learning(pass) : .recomputation(pass))
    }
    replayedCount = trace.passes.count
  }

  /// How many mixtures a recording is of, where one is replayed.
  private var replayedCount: Int?

  /// The overrides of a mixture; nothing where it has none.
  subscript(mixture: Int) -> RoutingOverrides? { mixtures[mixture] }

  /// The same of some tokens alone, in their order.
  func picking(_ tokens: [Int]) -> StackOverrides {
    var picked = self
    picked.mixtures = mixtures.mapValues { $0.picking(tokens) }
    return picked
  }

  /// Throws where there are overrides of mixtures that a stack does not have.
  func check(mixtureCount: Int) throws {
    if let replayedCount, replayedCount != mixtureCount {
      throw MoEError.configuration(
        "number of recorded routings", value: "\(replayedCount)",
        expected: "\(mixtureCount), one a mixture of the stack")
    }
    for mixture in mixtures.keys.sorted() where !(0..<mixtureCount).contains(mixture) {
      throw MoEError.configuration(
        "mixture with overrides", value: "\(mixture)",
        expected: mixtureCount == 0 ? "none, as no block has one" : "0 to \(mixtureCount - 1)")
    }
  }
}
