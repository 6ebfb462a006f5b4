/// The scores of the selected experts, divided by their sum: wⱼ = sⱼ / (Σ s + ε).
///
/// Where all the selected scores are zero and ε is too, the weights are zero.
///
/// **Gradient**: ds = (g − Σ g·w) / (Σ s + ε).
///
/// Source: Mixtral, arXiv 2401.04088; Qwen3-MoE; with ε = 10⁻²⁰ DeepSeek-V3, arXiv 2412.19437.
public struct RenormalizedWeighting: Weighting {
  /// What is added to the sum.
  public let epsilon: Float

  /// A weighting.
  ///
  /// - Parameter epsilon: What is added to the sum.
  public init(epsilon: Float = 0) { self.epsilon = epsilon }

  /// Throws where ε is negative or not finite.
  public func check(expertCount: Int, slotCount: Int) throws {
    guard epsilon >= 0, epsilon.isFinite else {
      throw MoEError.configuration(
        "epsilon of the weights' sum", value: "\(epsilon)", expected: "a finite number, at least 0")
    }
  }

  /// The selected scores, divided by their sum.
  public func weights(_ selection: Selection) -> Tensor {
    var weights = selection.picked(from: selection.scores)
    weights.scaleRows(by: inverses(weights.rowSums()))
    return weights
  }

  /// (gⱼ − Σ g·w) / (Σ s + ε) in the places of the selected scores.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let inverses = inverses(selection.picked(from: selection.scores).rowSums())
    var gradient = weightGradient
    let means = gradient.rowDots(weights)
    let slotCount = selection.slotCount
    var scalars = gradient.mutableScalars
    for token in 0..<selection.tokenCount {
      for route in token * slotCount..<(token + 1) * slotCount {
        scalars[route] = (scalars[route] - means.scalars[token]) * inverses.scalars[token]
      }
    }
    return .scores(selection.spread(gradient))
  }

  /// One over each sum, or zero where the sum is.
  private func inverses(_ sums: Tensor) -> Tensor { (sums + epsilon).inversesOrZero() }

  /// Where there is one expert a token, whose weight is always one.
  public func isConstant(slotCount: Int) -> Bool { slotCount == 1 }
}

extension Weighting where Self == RenormalizedWeighting {
  /// The scores of the selected experts, divided by their sum.
  public static var renormalized: RenormalizedWeighting { RenormalizedWeighting() }

  /// The scores of the selected experts, divided by their sum and a little more.
  ///
  /// - Parameter epsilon: What is added to the sum; published models take 10⁻²⁰ to 10⁻⁶.
  /// - Returns: A weighting.
  public static func renormalized(epsilon: Float) -> RenormalizedWeighting {
    RenormalizedWeighting(epsilon: epsilon)
  }
}
