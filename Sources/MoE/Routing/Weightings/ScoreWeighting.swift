/// The scores as they are: wⱼ = sⱼ, so that softmax weights add up to less than one.
///
/// With softmax scores every logit has a gradient, also those of experts that were not selected:
/// dlₑ = 1[e selected]·gₑ·pₑ − pₑ·Σ g·p.
///
/// Source: Switch Transformers, arXiv 2101.03961; OLMoE, Qwen2-MoE, Jamba, DeepSeek-V2.
public struct ScoreWeighting: Weighting, ExpertAgnostic, Hashable, Codable {
  /// A weighting.
  public init() {}

  /// Any expert has a weight of its own, which its score can stand for.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .weighsAnyExpert, .scoresStandForWeights]
  }

  /// The selected scores.
  public func weights(_ selection: Selection) -> Tensor { selection.picked(from: selection.scores) }

  /// The gradient of the weights, in the places of the selected scores.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient { .scores(selection.spread(weightGradient)) }

  /// Never.
  public func isConstant(slotCount: Int) -> Bool { false }
}

extension Weighting where Self == ScoreWeighting {
  /// The scores as they are.
  public static var scores: ScoreWeighting { ScoreWeighting() }
}
