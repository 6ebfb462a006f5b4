/// The scores of the selected experts, divided by their number: wⱼ = sⱼ / max(1, n).
///
/// It is for expert choice, where a token may have any number n of experts, and scores are a
/// softmax over tokens, so that those of one token do not add up to one.
///
/// Source: Mesh TensorFlow, expert selection.
public struct SelectedCountWeighting: Weighting, ExpertAgnostic, Hashable, Codable {
  /// A weighting.
  public init() {}

  /// Any expert has a weight of its own, which its score can stand for.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .weighsAnyExpert, .scoresStandForWeights]
  }

  /// The selected scores, divided by their number.
  public func weights(_ selection: Selection) -> Tensor {
    var weights = selection.picked(from: selection.scores)
    weights.scaleRows(by: inverses(selection))
    return weights
  }

  /// gⱼ / max(1, n) in the places of the selected scores.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    var gradient = weightGradient
    gradient.scaleRows(by: inverses(selection))
    return .scores(selection.spread(gradient))
  }

  private func inverses(_ selection: Selection) -> Tensor {
    let slots = selection.slotCount
    return Tensor(
      (0..<selection.tokenCount).map { token in
        let count = selection.experts[token * slots..<(token + 1) * slots].reduce(0) {
          $1 < 0 ? $0 : $0 + 1
        }
        return 1 / Float(max(1, count))
      })
  }

  /// Never.
  public func isConstant(slotCount: Int) -> Bool { false }
}

extension Weighting where Self == SelectedCountWeighting {
  /// The scores of the selected experts, divided by their number.
  public static var scoresByCount: SelectedCountWeighting { SelectedCountWeighting() }
}
