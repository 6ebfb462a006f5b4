/// How the outputs of a token's experts are weighted: a differentiable function of what they were
/// selected by.
///
/// To add one, write a type that conforms, and a static member such as ``Weighting/renormalized``.
public protocol Weighting: Sendable {
  /// The weights of each token's experts.
  ///
  /// - Parameter selection: The experts of each token.
  /// - Returns: A matrix of shape [tokens, slots].
  func weights(_ selection: Selection) -> Tensor

  /// The gradient with respect to what the weights were made of.
  ///
  /// - Parameters:
  ///   - weightGradient: The gradient with respect to the weights.
  ///   - weights: The weights of the forward pass.
  ///   - selection: The experts of each token.
  /// - Returns: The gradient with respect to the logits or to the scores.
  func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient

  /// Whether the weights are the same whatever the gate says, so that it would never learn.
  ///
  /// - Parameter slotCount: How many experts each token has.
  /// - Returns: Whether training a gate with such weights is in vain.
  func isConstant(slotCount: Int) -> Bool
}

/// The gradient of weights, of shape [tokens, experts].
public enum WeightingGradient: Sendable {
  /// With respect to the logits.
  case logits(Tensor)
  /// With respect to the scores.
  case scores(Tensor)
}

/// The scores as they are: wⱼ = sⱼ, so that weights add up to less than one.
///
/// Every logit has a gradient, also those of experts that were not selected.
///
/// Source: Switch Transformers, arXiv 2101.03961; OLMoE, Qwen2-MoE, Jamba.
public struct ProbabilityWeighting: Weighting {
  /// A weighting.
  public init() {}

  /// The selected scores.
  public func weights(_ selection: Selection) -> Tensor { selection.picked(from: selection.scores) }

  /// The gradient of the weights, in the places of the selected scores.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient { .scores(selection.spread(weightGradient)) }

  /// Never.
  public func isConstant(slotCount: Int) -> Bool { false }
}

/// The scores of the selected experts, divided by their sum: wⱼ = sⱼ / Σ s.
///
/// Source: Mixtral, arXiv 2401.04088; Qwen3-MoE.
public struct RenormalizedWeighting: Weighting {
  /// A weighting.
  public init() {}

  /// The selected scores, divided by their sum.
  public func weights(_ selection: Selection) -> Tensor {
    var weights = selection.picked(from: selection.scores)
    weights.scaleRows(by: 1 / weights.rowSums())
    return weights
  }

  /// (gⱼ − Σ g·w) / Σ s in the places of the selected scores.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    // ds = (g − Σ g·w) / Σ s
    var gradient = weightGradient
    let means = gradient.rowDots(weights)
    let sums = selection.picked(from: selection.scores).rowSums()
    let slotCount = selection.slotCount
    var scalars = gradient.mutableScalars
    for token in 0..<selection.tokenCount {
      for slot in 0..<slotCount {
        let index = token * slotCount + slot
        scalars[index] = (scalars[index] - means.scalars[token]) / sums.scalars[token]
      }
    }
    return .scores(selection.spread(gradient))
  }

  /// Where there is one expert a token, whose weight is always one.
  public func isConstant(slotCount: Int) -> Bool { slotCount == 1 }
}

/// The softmax over the logits of the selected experts alone.
///
/// With softmax scores it equals ``RenormalizedWeighting``, in value and in gradient.
///
/// Source: gpt-oss, Granite-MoE; the noisy top-k gate of Shazeer and others, arXiv 1701.06538.
public struct SelectedSoftmaxWeighting: Weighting {
  /// A weighting.
  public init() {}

  /// The softmax of the selected logits.
  public func weights(_ selection: Selection) -> Tensor {
    selection.picked(from: selection.logits).softmax()
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

extension Weighting where Self == ProbabilityWeighting {
  /// The scores as they are.
  public static var probabilities: ProbabilityWeighting { ProbabilityWeighting() }
}

extension Weighting where Self == RenormalizedWeighting {
  /// The scores of the selected experts, divided by their sum.
  public static var renormalized: RenormalizedWeighting { RenormalizedWeighting() }
}

extension Weighting where Self == SelectedSoftmaxWeighting {
  /// The softmax over the logits of the selected experts alone.
  public static var softmaxOverSelected: SelectedSoftmaxWeighting { SelectedSoftmaxWeighting() }
}
