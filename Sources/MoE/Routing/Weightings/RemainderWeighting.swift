/// Another weighting's weights, of which the token itself gets what they lack of one:
/// y = Σ wⱼ·Eⱼ(x) + (1 − Σ wⱼ)·x.
///
/// With one expert and ``Score/sigmoid`` it is α·E(x) + (1 − α)·x, with α = σ(l). A token that was
/// given no expert gives zero; one whose expert had no room keeps 1 − Σ w of itself, with the sum
/// over dropped routes too, unless weights are made up after dropping.
///
/// **Gradient**: each weight's own is ⟨dy, Eⱼ(x) − x⟩; from there on it is that of the other
/// weighting.
///
/// Source: BASE layers, arXiv 2103.16716.
public struct RemainderWeighting: Weighting {
  /// The other weighting.
  public let base: any Weighting

  /// A weighting around another.
  ///
  /// - Parameter base: The other weighting; the scores as they are unless given.
  public init(_ base: any Weighting = .scores) { self.base = base }

  /// Those of the other weighting, and that the token keeps a part; so scores do not stand for
  /// weights.
  public var promises: RoutingPromises {
    base.promises.subtracting(.scoresStandForWeights).union(.keepsRemainder)
  }

  /// Throws what the other weighting throws.
  public func check(expertCount: Int, slotCount: Int) throws {
    try base.check(expertCount: expertCount, slotCount: slotCount)
  }

  /// The other weights.
  public func weights(_ selection: Selection) -> Tensor { base.weights(selection) }

  /// The other weighting's gradient.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    base.gradient(weightGradient, weights: weights, selection: selection)
  }

  /// As the other weighting.
  public func isConstant(slotCount: Int) -> Bool { base.isConstant(slotCount: slotCount) }
}

extension Weighting where Self == RemainderWeighting {
  /// The scores as they are, of which the token itself gets what they lack of one.
  public static var remainder: RemainderWeighting { RemainderWeighting() }
}

extension Weighting {
  /// These weights, of which the token itself gets what they lack of one.
  ///
  /// - Returns: A weighting around this one.
  public func keepingRemainder() -> RemainderWeighting { RemainderWeighting(self) }
}
