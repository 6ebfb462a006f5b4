/// For each choice, the softmax over the logits that were near the largest: wⱼ = p̃ⱼ·mⱼ.
///
/// p̃ⱼ is over the experts that choice j was made from, those near the largest logit without the
/// choices before it; see ``SparseMixerSelector``. The weights do not add up to one. An expert that
/// was forced or replayed, and is not near, has the weight zero.
///
/// In training mⱼ is one where the choice has the largest logit or, for the others, with a
/// probability of one in four, and 0.3333 else; in inference it is one.
///
/// **Gradient**: dlₑ = gⱼ·p̃ⱼ·(1[e = j] − p̃ₑ) over the experts that are near, added up over both
/// choices. It leaves mⱼ out on purpose, so it is not the derivative of the weights: with the
/// random m, it is an estimate of the gradient of the expected output, by Heun's third-order
/// method, choices included. Where m is one it is the derivative with the choice and the set of
/// near experts held fixed.
///
/// Source: SparseMixer-v2, arXiv 2409.12136; Phi-3.5-MoE, whose 0.3333 for 1/3 is kept.
public struct SparseMixerWeighting: Weighting, ExpertAgnostic, Hashable, Codable {
  /// Half the largest relative distance to the largest logit.
  public let jitter: Float

  /// A weighting.
  ///
  /// - Parameter jitter: As that of the selector.
  public init(jitter: Float) { self.jitter = jitter }

  /// In training the multipliers are drawn, and which logits are near depends on the choices
  /// before.
  public var promises: RoutingPromises { [.tokenLocal, .scoresStandForWeights] }

  /// Throws where the jitter is negative or not finite.
  public func check(expertCount: Int, slotCount: Int) throws {
    try NearLogits.check(jitter: jitter)
  }

  /// The probabilities times the multipliers; zero where a slot is empty.
  ///
  /// - Complexity: O(tokens · experts · slots).
  public func weights(_ selection: Selection) -> Tensor {
    let (slotCount, expertCount) = (selection.slotCount, selection.expertCount)
    let context = selection.context
    var weights = Tensor(zeros: [selection.tokenCount, slotCount])
    var scalars = weights.mutableScalars
    for slot in 0..<slotCount {
      let choice = probabilities(selection, slot: slot)
      for token in 0..<selection.tokenCount {
        let route = token * slotCount + slot
        guard selection.experts[route] >= 0 else { continue }
        let expert = Int(selection.experts[route])
        var weight = choice.probabilities.scalars[token * expertCount + expert]
        if context.mode.isTraining, expert != choice.largest[token],
          context.noise.uniform(
            .weighting, position: context.position(of: token), expert: slot) <= 0.75
        {
          weight *= 0.3333
        }
        scalars[route] = weight
      }
    }
    return weights
  }

  /// Σ gⱼ·p̃ⱼ·(1[e = j] − p̃ₑ).
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let (slotCount, expertCount) = (selection.slotCount, selection.expertCount)
    var gradient = Tensor(zeros: selection.logits.shape)
    let above = weightGradient.scalars
    var scalars = gradient.mutableScalars
    for slot in 0..<slotCount {
      let probabilities = probabilities(selection, slot: slot).probabilities
      let p = probabilities.scalars
      for token in 0..<selection.tokenCount {
        let route = token * slotCount + slot
        guard selection.experts[route] >= 0 else { continue }
        let start = token * expertCount
        let chosen = start + Int(selection.experts[route])
        let flow = above[route] * p[chosen]
        for index in start..<start + expertCount { scalars[index] -= flow * p[index] }
        scalars[chosen] += flow
      }
    }
    return .logits(gradient)
  }

  /// The softmax over the near logits of a choice, and the expert of the largest.
  private func probabilities(_ selection: Selection, slot: Int) -> (
    probabilities: Tensor, largest: [Int]
  ) {
    let (slotCount, expertCount) = (selection.slotCount, selection.expertCount)
    var masked = selection.logits
    var largest = [Int](repeating: -1, count: selection.tokenCount)
    let logits = selection.logits.scalars
    var scalars = masked.mutableScalars
    for token in 0..<selection.tokenCount {
      let (start, route) = (token * expertCount, token * slotCount)
      guard selection.experts[route + slot] >= 0 else {
        // Nothing is read of this row; zeros have a softmax.
        for index in start..<start + expertCount { scalars[index] = 0 }
        continue
      }
      for earlier in route..<route + slot where selection.experts[earlier] >= 0 {
        scalars[start + Int(selection.experts[earlier])] = -.infinity
      }
      var best = -Float.infinity
      for expert in 0..<expertCount where scalars[start + expert] > best {
        best = scalars[start + expert]
        largest[token] = expert
      }
      for index in start..<start + expertCount
      where !NearLogits.isNear(logits[index], best, jitter: jitter) {
        scalars[index] = -.infinity
      }
    }
    return (masked.softmax(), largest)
  }

  /// Never.
  public func isConstant(slotCount: Int) -> Bool { false }
}

extension Weighting where Self == SparseMixerWeighting {
  /// For each choice of a ``SparseMixerSelector``, the softmax over the logits that it was made
  /// from.
  ///
  /// - Parameter jitter: As that of the selector.
  /// - Returns: A weighting.
  public static func sparseMixer(jitter: Float = 0.01) -> SparseMixerWeighting {
    SparseMixerWeighting(jitter: jitter)
  }
}
