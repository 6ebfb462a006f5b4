/// Every expert, in order: the classic dense mixture.
///
/// Source: Jacobs, Jordan, Nowlan and Hinton, "Adaptive mixtures of local experts", 1991.
public struct AllSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// A selector.
  public init() {}

  /// Experts stand in the order of their indices, and every one is chosen whatever the bias.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .readsScores, .fixedCount, .allowsRedirection]
  }

  /// The number of experts.
  public func slotCount(expertCount: Int) throws -> Int { expertCount }

  /// Every expert that is not switched off, in order, for each token.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let priorities = input.priorities.scalars
    // Where an expert is switched off it is so for every token.
    let experts = (0..<input.expertCount).filter {
      input.tokenCount > 0 && priorities[$0] > -.infinity
    }.map(Int32.init)
    return SelectedExperts(
      Array(repeatElement(experts, count: input.tokenCount).joined()), slotCount: experts.count)
  }
}

extension ExpertSelector where Self == AllSelector {
  /// Every expert, in order.
  public static var all: AllSelector { AllSelector() }
}
