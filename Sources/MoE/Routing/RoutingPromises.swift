/// Promises that a part of routing gives of itself.
///
/// Nothing is promised unless given: what is not promised is not assumed, and where a layer needs
/// it, the layer's initialiser throws rather than set something aside. So a part that promises too
/// little costs features, never results; one that promises what does not hold gives wrong ones.
public struct RoutingPromises: OptionSet, Sendable, Hashable, Codable {
  /// One bit a promise.
  public let rawValue: Int

  /// Promises of the given bits.
  ///
  /// - Parameter rawValue: One bit a promise.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Of any part: a token's result depends on that token alone, on its position and id, and on
  /// those before it.
  ///
  /// A layer that is causal, as in a decoder, needs it of all its parts.
  public static let causal = RoutingPromises(rawValue: 1 << 0)

  /// Of any part: a token's result depends on that token alone, on its position and id, whatever
  /// stands beside it in the batch; so it is ``causal`` too.
  public static let tokenLocal = RoutingPromises(rawValue: 1 << 0 | 1 << 1)

  /// Of any part: the same input always gives the same result, as there is no noise in it.
  ///
  /// Noise, where there is some, is a pure function of seed, step, layer, position and expert.
  public static let deterministic = RoutingPromises(rawValue: 1 << 2)

  /// Of a selector: the choice depends on the scores or logits.
  ///
  /// The gate is then meant to learn, so that weights that are always one are a mistake.
  public static let readsScores = RoutingPromises(rawValue: 1 << 3)

  /// Of a selector: experts are chosen by ``SelectionInput/priorities``, so that a selection bias
  /// has an effect.
  public static let readsSelectionBias = RoutingPromises(rawValue: 1 << 4)

  /// Of a selector: every token goes to as many experts as another, those that are switched off
  /// aside: ``ExpertSelector/slotCount(expertCount:)``.
  public static let fixedCount = RoutingPromises(rawValue: 1 << 5)

  /// Of a selector: a token's slots stand in the order of choice, the first choice first.
  ///
  /// A capacity with ``Capacity/prioritizesFirstChoices`` needs it.
  public static let ordersChoices = RoutingPromises(rawValue: 1 << 6)

  /// Of a selector: a route that finds no room may go on to any other expert that is switched on.
  ///
  /// A capacity that overflows to ``Capacity/Overflow-swift.enum/nextBest`` or
  /// ``Capacity/Overflow-swift.enum/leastLoaded`` needs it.
  public static let allowsRedirection = RoutingPromises(rawValue: 1 << 7)

  /// Of a weighting: any expert can be weighed in any slot, whatever chose it.
  ///
  /// A capacity that redirects routes, or that has weights made up after dropping, needs it.
  public static let weighsAnyExpert = RoutingPromises(rawValue: 1 << 8)

  /// Of a weighting: an expert's score can stand for the weight that it would have had, had it been
  /// selected.
  ///
  /// ``RoutingStrategy/isStraightThrough`` needs it.
  public static let scoresStandForWeights = RoutingPromises(rawValue: 1 << 9)

  /// Of a weighting: what a token's weights lack of one is given to the token itself:
  /// y = Σ wⱼ·Eⱼ(x) + (1 − Σ wⱼ)·x.
  public static let keepsRemainder = RoutingPromises(rawValue: 1 << 10)

  /// Those that the parts of a strategy can only keep together.
  static let shared: RoutingPromises = [.tokenLocal, .deterministic]
}

extension RoutingPromises: CustomStringConvertible {
  /// The promises by their names.
  public var description: String {
    let names: [(RoutingPromises, String)] = [
      (.causal, "causal"), (.tokenLocal, "tokenLocal"), (.deterministic, "deterministic"),
      (.readsScores, "readsScores"), (.readsSelectionBias, "readsSelectionBias"),
      (.fixedCount, "fixedCount"), (.ordersChoices, "ordersChoices"),
      (.allowsRedirection, "allowsRedirection"), (.weighsAnyExpert, "weighsAnyExpert"),
      (.scoresStandForWeights, "scoresStandForWeights"), (.keepsRemainder, "keepsRemainder"),
    ]
    let kept = names.filter { contains($0.0) }.map(\.1)
    return "[\(kept.joined(separator: ", "))]"
  }
}
