/// The logistic function of the selected logits, whatever the scores are: wⱼ = σ(lⱼ).
///
/// **Gradient**: dlⱼ = gⱼ·σ(lⱼ)·σ(−lⱼ) for the selected, zero elsewhere.
///
/// Source: Llama 4, which multiplies the experts' inputs by it; see
/// ``RoutingStrategy/appliesWeightsToInput``.
public struct SelectedSigmoidWeighting: Weighting, ExpertAgnostic, Hashable, Codable {
  /// A weighting.
  public init() {}

  /// Any expert has a weight of its own, which its score can stand for.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .weighsAnyExpert, .scoresStandForWeights]
  }

  /// σ of the selected logits; zero where a slot is empty.
  public func weights(_ selection: Selection) -> Tensor {
    selection.picked(from: selection.logits, empty: -.infinity).sigmoid()
  }

  /// g·σ(l)·σ(−l) in the places of the selected logits.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let logits = selection.picked(from: selection.logits, empty: -.infinity)
    return .logits(selection.spread(weightGradient * weights * (-logits).sigmoid()))
  }

  /// Never.
  public func isConstant(slotCount: Int) -> Bool { false }
}

extension Weighting where Self == SelectedSigmoidWeighting {
  /// The logistic function of the selected logits.
  public static var sigmoidOfSelected: SelectedSigmoidWeighting { SelectedSigmoidWeighting() }
}
