/// Expert choice: each expert takes the tokens that have the highest priorities for it.
///
/// Of E experts and T tokens each expert takes C = ⌈f·T/E⌉ tokens, with f the ``capacityFactor``;
/// experts that are switched off do not count. A token with forced experts takes up a place of each
/// of them. Any other token has any number of experts, f on average, and may have none. Every
/// expert has the same load, so that no balancing loss is needed.
///
/// With the softmax over experts as score it is the routing of the paper's and Flaxformer's
/// encoders; with a softmax over tokens that of Mesh TensorFlow. A later token may take an earlier
/// one's place, so a decoder cannot use it.
///
/// Source: Zhou and others, "Mixture-of-experts with expert choice routing", arXiv 2202.09368.
public struct ExpertChoiceSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How many experts a token has on average.
  public let capacityFactor: Double

  /// A selector with the given factor.
  ///
  /// - Parameter capacityFactor: How many experts a token has on average; the paper took 1 and 2.
  public init(capacityFactor: Double) { self.capacityFactor = capacityFactor }

  /// Tokens compete with each other, and experts stand in the order of their indices.
  public var promises: RoutingPromises { [.deterministic, .readsScores, .readsSelectionBias] }

  /// The number of experts, as a token may be taken by all; an error where the factor is not
  /// positive.
  public func slotCount(expertCount: Int) throws -> Int {
    guard capacityFactor > 0, capacityFactor.isFinite else {
      throw MoEError.configuration(
        "expert choice capacity factor", value: "\(capacityFactor)",
        expected: "a finite number above 0")
    }
    return expertCount
  }

  /// The experts that take each token, in ascending order.
  ///
  /// - Complexity: O(experts · tokens · log tokens).
  public func select(_ input: SelectionInput) -> SelectedExperts {
    input.bestTokensOfExperts(share: capacityFactor)
  }
}

extension ExpertSelector where Self == ExpertChoiceSelector {
  /// Each expert takes the tokens that have the highest scores for it.
  ///
  /// - Parameter capacityFactor: How many experts a token has on average.
  /// - Returns: A selector that throws in a layer where the factor is not positive.
  public static func expertChoice(capacityFactor: Double) -> ExpertChoiceSelector {
    ExpertChoiceSelector(capacityFactor: capacityFactor)
  }
}
