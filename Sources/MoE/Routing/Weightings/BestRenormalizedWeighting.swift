/// The scores of the selected experts, divided by the sum of the token's n largest: wⱼ = sⱼ / (Σ best s + ε).
///
/// The n largest are those of all experts that are switched on, selected or not, of equal ones the first. So a weight
/// does not change where another expert of the token is left out, as by ``RandomSecondSelector``, or has no room:
/// what that one would have had is lost, and weights of fewer experts add up to less than one. With top-n it equals
/// ``RenormalizedWeighting``. Where the sum is zero, so are the weights.
///
/// **Gradient**: with D = Σ best s + ε, gⱼ/D for each selected score, less (Σ g·w)/D for each of the n largest.
///
/// Source: GShard, arXiv 2006.16668; Mesh TensorFlow and ST-MoE, arXiv 2202.08906, with n = 2.
public struct BestRenormalizedWeighting: Weighting {
  /// How many of a token's scores are added up: n.
  public let count: Int
  /// What is added to the sum.
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
    var weights = selection.picked(from: selection.scores)
    weights.scaleRows(by: inverses(selection, best(selection)))
    return weights
  }

  /// gⱼ/D in the places of the selected scores, less (Σ g·w)/D in those of the largest.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let best = best(selection)
    let inverses = inverses(selection, best)
    var gradient = weightGradient
    gradient.scaleRows(by: inverses)
    var result = selection.spread(gradient)
    let shares = weightGradient.rowDots(weights) * inverses
    var scalars = result.mutableScalars
    for (place, expert) in best.experts.enumerated() where expert >= 0 {
      let token = place / best.slotCount
      scalars[token * selection.expertCount + Int(expert)] -= shares.scalars[token]
    }
    return .scores(result)
  }

  /// The experts of the largest scores, those that are switched off left out.
  private func best(_ selection: Selection) -> SelectedExperts {
    var scores = selection.scores
    let logits = selection.logits.scalars
    var scalars = scores.mutableScalars
    for index in 0..<scalars.count where logits[index] == -.infinity { scalars[index] = -.infinity }
    return scores.topK(count)
  }

  /// One over each token's sum, or zero where the sum is.
  private func inverses(_ selection: Selection, _ best: SelectedExperts) -> Tensor {
    let largest = Selection(logits: selection.logits, scores: selection.scores, selected: best)
    return (largest.picked(from: selection.scores).rowSums() + epsilon).inversesOrZero()
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
