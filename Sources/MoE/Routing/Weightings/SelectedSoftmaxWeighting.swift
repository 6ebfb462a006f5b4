/// The softmax over the logits of the selected experts alone.
///
/// With softmax scores it equals ``RenormalizedWeighting``, in value and in gradient.
///
/// Source: gpt-oss, Granite-MoE; the noisy top-k gate of Shazeer and others, arXiv 1701.06538.
public struct SelectedSoftmaxWeighting: Weighting, ExpertAgnostic, Hashable, Codable {
  /// A weighting.
  public init() {}

  /// Any expert has a weight of its own, which its score can stand for.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .weighsAnyExpert, .scoresStandForWeights]
  }

  /// The softmax of the selected logits; zero where a slot is empty.
  public func weights(_ selection: Selection) -> Tensor {
    selection.picked(from: selection.logits, empty: -.infinity).softmaxOrZero()
  }

  /// wⱼ·(gⱼ − Σ g·w) in the places of the selected logits.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    .logits(selection.spread(Tensor.softmaxGradient(weightGradient, softmax: weights)))
  }

  /// Where there is one expert a token, whose weight is always one.
  public func isConstant(slotCount: Int) -> Bool { slotCount == 1 }
}

extension Weighting where Self == SelectedSoftmaxWeighting {
  /// The softmax over the logits of the selected experts alone.
  public static var softmaxOverSelected: SelectedSoftmaxWeighting { SelectedSoftmaxWeighting() }
}
