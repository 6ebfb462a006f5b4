/// One for every selected expert: the output is the plain sum of theirs.
///
/// No gradient reaches the gate through it, so that a layer with a gate that is to learn cannot be
/// trained with it unless the gradient comes otherwise.
///
/// Source: hash layers, arXiv 2106.04426.
public struct UnitWeighting: Weighting, ExpertAgnostic, Hashable, Codable {
  /// A weighting.
  public init() {}

  /// Any expert has a weight of its own, which its score can stand for.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .weighsAnyExpert, .scoresStandForWeights]
  }

  /// One; zero where a slot is empty.
  public func weights(_ selection: Selection) -> Tensor {
    Tensor(
      selection.experts.map { $0 < 0 ? 0 : 1 }, shape: [selection.tokenCount, selection.slotCount])
  }

  /// Zero.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient { .logits(Tensor(zeros: selection.logits.shape)) }

  /// Always.
  public func isConstant(slotCount: Int) -> Bool { true }
}

extension Weighting where Self == UnitWeighting {
  /// One for every selected expert.
  public static var unweighted: UnitWeighting { UnitWeighting() }
}
