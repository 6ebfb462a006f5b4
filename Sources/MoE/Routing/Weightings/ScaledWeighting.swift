/// Another weighting's weights times a constant: wⱼ = c·w'ⱼ.
///
/// With ``Weighting/renormalized(epsilon:)`` it is the weighting of DeepSeek-V3, with
/// ``Weighting/scores`` that of DeepSeek-V2.
///
/// **Gradient**: that of the other weighting for c·g.
///
/// Source: `routed_scaling_factor` of DeepSeek-V2 and V3, arXiv 2405.04434 and 2412.19437.
public struct ScaledWeighting: Weighting {
  /// The other weighting.
  public let base: any Weighting
  /// The constant c.
  public let factor: Float

  /// A weighting around another.
  ///
  /// - Parameters:
  ///   - base: The other weighting.
  ///   - factor: The constant.
  public init(_ base: any Weighting, by factor: Float) {
    self.base = base
    self.factor = factor
  }

  /// Those of the other weighting; but as the factor is no part of a score, scores do not stand for
  /// weights.
  public var promises: RoutingPromises { base.promises.subtracting(.scoresStandForWeights) }

  /// Throws where the constant is zero or not finite, and what the other weighting throws.
  public func check(expertCount: Int, slotCount: Int) throws {
    guard factor.isFinite, factor != 0 else {
      throw MoEError.configuration(
        "scale of the weights", value: "\(factor)", expected: "a finite number other than 0")
    }
    try base.check(expertCount: expertCount, slotCount: slotCount)
  }

  /// The other weights times the constant.
  public func weights(_ selection: Selection) -> Tensor { base.weights(selection) * factor }

  /// The other weighting's gradient for c·g.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    // Made anew rather than divided by the factor, which would round.
    base.gradient(
      weightGradient * factor, weights: base.weights(selection), selection: selection)
  }

  /// As the other weighting.
  public func isConstant(slotCount: Int) -> Bool { base.isConstant(slotCount: slotCount) }
}

extension Weighting {
  /// These weights times a constant.
  ///
  /// - Parameter factor: The constant; 2.5 in DeepSeek-V3.
  /// - Returns: A weighting around this one.
  public func scaled(by factor: Float) -> ScaledWeighting { ScaledWeighting(self, by: factor) }
}
