/// The scores of the selected experts, divided by the sum of the token's n largest: wⱼ = sⱼ / (Σ
/// best s + ε).
///
/// The n largest are those of all experts that are switched on, selected or not, of equal ones the
/// first. So a weight does not change where another expert of the token is left out, as by
/// ``RandomSecondSelector``, or has no room: what that one would have had is lost, and weights of
/// fewer experts add up to less than one. With top-n it equals ``RenormalizedWeighting``. Where the
/// sum is zero, so are the weights.
///
/// **Gradient**: with D = Σ best s + ε, gⱼ/D for each selected score, less (Σ g·w)/D for each of
/// the n largest.
///
/// Source: GShard, arXiv 2006.16668; Mesh TensorFlow and ST-MoE, arXiv 2202.08906, with n = 2.
public struct BestRenormalizedWeighting: Weighting, ExpertAgnostic, Hashable, Codable {
  /// How many of a token's scores are added up: n.
  public let count: Int
  /// A number that is added to the sum.
  public let epsilon: Float

  /// A weighting.
  ///
  /// - Parameters:
  ///   - count: How many of a token's scores are added up.
  ///   - epsilon: What is added to the sum.
  public init(count: Int, epsilon: Float = 0) {
    self.count = count
    self.epsilon = epsilon
  }

  /// Any expert has a weight of its own, which its score can stand for.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .weighsAnyExpert, .scoresStandForWeights]
  }

  /// Throws where there are fewer experts than are to be added up, or ε is negative or not finite.
  public func check(expertCount: Int, slotCount: Int) throws {
    guard count >= 1, count <= expertCount else {
      throw MoEError.configuration(
        "scores in the weights' sum", value: "\(count)",
        expected: "1 to \(expertCount), the experts there are")
    }
    guard epsilon >= 0, epsilon.isFinite else {
      throw MoEError.configuration(
        "epsilon of the weights' sum", value: "\(epsilon)", expected: "a finite number, at least 0")
    }
  }

  /// The selected scores, divided by the sum of the largest.
  ///
  /// - Complexity: As ``TopKSelector``.
  public func weights(_ selection: Selection) -> Tensor {
    parts(selection, best(selection)).weights
  }

  /// gⱼ/D in the places of the selected scores, less (Σ g·w)/D in those of the largest.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let best = best(selection)
    let parts = parts(selection, best)
    var gradient = weightGradient
    gradient.scaleRows(by: parts.inverses)
    var result = selection.spread(gradient)
    let sums = weightGradient.rowDots(weights)
    let shares = sums * parts.inverses
    do {
      var scalars = result.mutableScalars
      for (place, expert) in best.experts.enumerated() where expert >= 0 {
        let token = place / best.slotCount
        scalars[token * selection.expertCount + Int(expert)] -= shares.scalars[token]
      }
    }
    return parts.ratios.gradient(scores: result) {
      var logarithms = selection.spread(weightGradient * weights)
      var shares = parts.ratios.scores
      shares.scaleRows(by: sums * parts.inverses)
      logarithms -= selection.choosing(best).spread(shares)
      return logarithms
    }
  }

  /// The ratios of the largest scores, one over their sums, and the weights.
  private func parts(_ selection: Selection, _ best: SelectedExperts) -> (
    ratios: ScoreRatios, inverses: Tensor, weights: Tensor
  ) {
    let largest = selection.choosing(best)
    let ratios =
      epsilon == 0
      ? ScoreRatios(selection, at: largest)
      : ScoreRatios(largest.picked(from: selection.scores))
    let inverses = (ratios.scores.rowSums() + epsilon).inversesOrZero()
    // Those of rescaled tokens have the factor of the largest scores, which stand among them as a
    // rule.
    var weights = selection.picked(from: selection.scores)
    if ratios.isRescaled.contains(true) {
      let logarithms = selection.logScores
      ratios.rescale(
        &weights, logarithms: selection.picked(from: logarithms, empty: -.infinity),
        by: largest.picked(from: logarithms, empty: -.infinity).rowMaxima())
    }
    weights.scaleRows(by: inverses)
    return (ratios, inverses, weights)
  }

  /// The experts of the largest scores, those that are switched off left out.
  private func best(_ selection: Selection) -> SelectedExperts {
    var scores = ScoreRatios.comparable(selection)
    let logits = selection.logits.scalars
    var scalars = scores.mutableScalars
    for index in 0..<scalars.count where logits[index] == -.infinity { scalars[index] = -.infinity }
    return SelectedExperts(topK: count, of: scores)
  }

  /// Where there is one expert a token, and its own score alone is the sum.
  public func isConstant(slotCount: Int) -> Bool { slotCount == 1 && count == 1 }
}

extension Weighting where Self == BestRenormalizedWeighting {
  /// The scores of the selected experts, divided by the sum of the token's largest scores.
  ///
  /// - Parameters:
  ///   - count: How many of a token's scores are added up, selected or not.
  ///   - epsilon: What is added to the sum; Mesh TensorFlow takes 10⁻⁹.
  /// - Returns: A weighting, which throws in a layer of fewer experts.
  public static func renormalizedOverBest(
    _ count: Int, epsilon: Float = 0
  ) -> BestRenormalizedWeighting { BestRenormalizedWeighting(count: count, epsilon: epsilon) }
}
