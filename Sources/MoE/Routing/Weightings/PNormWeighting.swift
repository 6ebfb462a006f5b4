/// The scores of the selected experts, divided by their p-norm: wⱼ = sⱼ / (Σ s^p)^(1/p).
///
/// With p = 1 it equals ``Weighting/renormalized``. Where all the selected scores are zero, so are
/// the weights.
///
/// **Gradient**: dsⱼ = (gⱼ − wⱼ^(p−1)·Σ g·w) / ‖s‖.
///
/// Source: megablocks; DBRX.
public struct PNormWeighting: Weighting, ExpertAgnostic, Hashable, Codable {
  /// The order of the norm.
  public let p: Float

  /// A weighting.
  ///
  /// - Parameter p: The order of the norm, at least 1.
  public init(p: Float) { self.p = p }

  /// Any expert has a weight of its own, which its score can stand for.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .weighsAnyExpert, .scoresStandForWeights]
  }

  /// Throws where the order is below one, or not finite.
  public func check(expertCount: Int, slotCount: Int) throws {
    guard p >= 1, p.isFinite else {
      throw MoEError.configuration(
        "order of the weights' norm", value: "\(p)", expected: "a finite number, at least 1")
    }
  }

  /// The selected scores, divided by their norm.
  ///
  /// - Complexity: O(tokens · slots).
  public func weights(_ selection: Selection) -> Tensor {
    var weights = ScoreRatios(selection, at: selection).scores
    // The powers of small scores would be zero; those of their ratios to the largest are not.
    weights.scaleRows(by: weights.rowMaxima().inversesOrZero())
    weights.scaleRows(by: ratioNorms(weights).inversesOrZero())
    return weights
  }

  /// (gⱼ − wⱼ^(p−1)·Σ g·w) / ‖s‖ in the places of the selected scores.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let scores = ScoreRatios(selection, at: selection)
    var ratios = scores.scores
    let inverses = ratios.rowMaxima().inversesOrZero()
    ratios.scaleRows(by: inverses)
    var parts = p == 1 ? Tensor(repeating: 1, shape: weights.shape) : powers(weights, p - 1)
    parts.scaleRows(by: weightGradient.rowDots(weights))
    let centred = weightGradient - parts
    var gradient = centred
    gradient.scaleRows(by: ratioNorms(ratios).inversesOrZero())
    gradient.scaleRows(by: inverses)
    return scores.gradient(scores: selection.spread(gradient)) {
      selection.spread(centred * weights)
    }
  }

  /// The norm of each row of ratios, at most one each.
  private func ratioNorms(_ ratios: Tensor) -> Tensor {
    if p == 1 { return ratios.rowSums() }
    if p == 2 { return ratios.rowDots(ratios).squareRoot() }
    return powers(powers(ratios, p).rowSums(), 1 / p)
  }

  /// x^y = e^(y·ln x) of each scalar; zero where x is.
  private func powers(_ x: Tensor, _ y: Float) -> Tensor { y == 1 ? x : (x.log() * y).exp() }

  /// Where there is one expert a token, whose weight is always one.
  public func isConstant(slotCount: Int) -> Bool { slotCount == 1 }
}

extension Weighting where Self == PNormWeighting {
  /// The scores of the selected experts, divided by their p-norm.
  ///
  /// - Parameter p: The order of the norm, at least 1.
  /// - Returns: A weighting.
  public static func pNorm(p: Float) -> PNormWeighting {
    PNormWeighting(p: p)
  }
}
