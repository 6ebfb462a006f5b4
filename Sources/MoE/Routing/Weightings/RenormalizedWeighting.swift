/// The scores of the selected experts, divided by their sum: wⱼ = sⱼ / (Σ s + ε).
///
/// Experts may be left out: their weight is zero, and their score no part of the sum. Those that
/// give nothing can be left out by their ``ExpertTraits``, as a layer tells them. Where all the
/// selected scores are zero or left out and ε is zero, the weights are zero. The sum may have a floor:
/// wⱼ = sⱼ / max(Σ s + ε, m).
///
/// **Gradient**: ds = (g − Σ g·w) / (Σ s + ε), zero for an expert that is left out; where the sum is
/// at its floor g/m.
///
/// Source: Mixtral, arXiv 2401.04088; Qwen3-MoE; with ε = 10⁻²⁰ DeepSeek-V3, arXiv 2412.19437;
/// without the zero experts the released code of MoE++, arXiv 2410.07348; with a floor of the sum
/// ERNIE 4.5.
public struct RenormalizedWeighting: Weighting, Hashable, Codable {
  /// A number that is added to the sum.
  public let epsilon: Float
  /// Experts whose weight is zero, and whose score is no part of the sum.
  public let excludedExperts: Set<Int>
  /// Whether experts that give nothing are left out as well.
  public let excludesZeroExperts: Bool
  /// The smallest number m that scores are divided by.
  public let minimumSum: Float

  /// A weighting.
  ///
  /// - Parameters:
  ///   - epsilon: What is added to the sum.
  ///   - excludedExperts: Experts whose weight is zero, and whose score is no part of the sum.
  ///   - excludesZeroExperts: Whether experts that give nothing are left out as well.
  ///   - minimumSum: The smallest number that scores are divided by.
  public init(
    epsilon: Float = 0, excluding excludedExperts: Set<Int> = [],
    excludesZeroExperts: Bool = false, minimumSum: Float = 0
  ) {
    self.epsilon = epsilon
    self.minimumSum = minimumSum
    self.excludedExperts = excludedExperts
    self.excludesZeroExperts = excludesZeroExperts
  }

  /// Any expert has a weight of its own, which its score can stand for.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .weighsAnyExpert, .scoresStandForWeights]
  }

  /// Throws where ε is negative or not finite, or what is left out is no expert, or every one.
  public func check(expertCount: Int, slotCount: Int) throws {
    guard epsilon >= 0, epsilon.isFinite else {
      throw MoEError.configuration(
        "epsilon of the weights' sum", value: "\(epsilon)", expected: "a finite number, at least 0")
    }
    guard minimumSum >= 0, minimumSum.isFinite else {
      throw MoEError.configuration(
        "floor of the weights' sum", value: "\(minimumSum)",
        expected: "a finite number, at least 0")
    }
    guard excludedExperts.count < expertCount,
      excludedExperts.allSatisfy({ (0..<expertCount).contains($0) })
    else {
      throw MoEError.configuration(
        "experts left out of the weights' sum", value: "\(excludedExperts.sorted())",
        expected: "some from 0 to \(expertCount - 1), but not all")
    }
  }

  /// The selected scores, divided by their sum.
  public func weights(_ selection: Selection) -> Tensor {
    var weights = ratios(selection).scores
    weights.scaleRows(by: inverses(weights.rowSums()))
    return weights
  }

  /// (gⱼ − Σ g·w) / (Σ s + ε) in the places of the selected scores.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let ratios = ratios(selection)
    let sums = ratios.scores.rowSums()
    let inverses = inverses(sums)
    var centred = weightGradient
    let means = centred.rowDots(weights)
    let slotCount = selection.slotCount
    do {
      var scalars = centred.mutableScalars
      // Where the sum is at its floor, scores are divided by a number that does not move.
      for token in 0..<selection.tokenCount where sums.scalars[token] + epsilon >= minimumSum {
        for route in token * slotCount..<(token + 1) * slotCount {
          scalars[route] -= means.scalars[token]
        }
      }
    }
    clearExcluded(&centred, selection)
    var gradient = centred
    gradient.scaleRows(by: inverses)
    return ratios.gradient(scores: selection.spread(gradient)) {
      selection.spread(centred * weights)
    }
  }

  /// The selected scores, zero for what is left out, which no ratio is taken of.
  private func ratios(_ selection: Selection) -> ScoreRatios {
    guard let excluded = excluded(selection) else { return ratios(selection, at: selection) }
    return ratios(selection, at: self.selection(selection, without: excluded))
  }

  private func ratios(_ selection: Selection, at counted: Selection) -> ScoreRatios {
    // With an ε or a floor the sum is no ratio of scores alone.
    epsilon == 0 && minimumSum == 0
      ? ScoreRatios(selection, at: counted)
      : ScoreRatios(counted.picked(from: selection.scores))
  }

  /// The selection with empty slots in the place of what is left out.
  private func selection(_ selection: Selection, without excluded: [Bool]) -> Selection {
    let experts = selection.experts.map {
      $0 < 0 || excluded[Int($0)] ? SelectedExperts.none : $0
    }
    return selection.choosing(SelectedExperts(experts, slotCount: selection.slotCount))
  }

  private func clearExcluded(_ matrix: inout Tensor, _ selection: Selection) {
    guard let excluded = excluded(selection) else { return }
    var scalars = matrix.mutableScalars
    for (route, expert) in selection.experts.enumerated() where expert >= 0 {
      if excluded[Int(expert)] { scalars[route] = 0 }
    }
  }

  /// For each expert whether it is left out; nothing where none is.
  private func excluded(_ selection: Selection) -> [Bool]? {
    let traits = excludesZeroExperts ? selection.context.expertTraits : []
    guard !excludedExperts.isEmpty || traits.contains(where: \.givesZero) else { return nil }
    var excluded =
      traits.isEmpty
      ? [Bool](repeating: false, count: selection.expertCount) : traits.map(\.givesZero)
    for expert in excludedExperts { excluded[expert] = true }
    return excluded
  }

  /// One over each sum, or zero where the sum is.
  private func inverses(_ sums: consuming Tensor) -> Tensor {
    sums += epsilon
    if minimumSum > 0 {
      var scalars = sums.mutableScalars
      for token in 0..<scalars.count where scalars[token] < minimumSum {
        scalars[token] = minimumSum
      }
    }
    sums.invertOrZero()
    return sums
  }

  /// Where there is one expert a token, whose weight is always one, or zero where it is left out.
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

  /// The scores of the selected experts, divided by their sum or by a number where that is smaller.
  ///
  /// Source: `moe_norm_min` of ERNIE 4.5.
  ///
  /// - Parameter minimumSum: The smallest number that scores are divided by.
  /// - Returns: A weighting.
  public static func renormalized(minimumSum: Float) -> RenormalizedWeighting {
    RenormalizedWeighting(minimumSum: minimumSum)
  }

  /// The scores of the selected experts but some, divided by their sum.
  ///
  /// A token that goes to one of the others beside an expert that is left out gives that one all
  /// its weight, so that it is never scaled down.
  ///
  /// - Parameters:
  ///   - epsilon: What is added to the sum.
  ///   - excludedExperts: Experts whose weight is zero, and whose score is no part of the sum.
  /// - Returns: A weighting, which throws in a layer without such experts.
  public static func renormalized(
    epsilon: Float = 0, excluding excludedExperts: Set<Int>
  ) -> RenormalizedWeighting {
    RenormalizedWeighting(epsilon: epsilon, excluding: excludedExperts)
  }

  /// The scores of the selected experts but those that give nothing, divided by their sum.
  ///
  /// Which give nothing the layer tells. A token of which one expert is a zero expert gives the
  /// others all the weight, so that it is never scaled down; one whose experts all are such has
  /// weights of zero.
  ///
  /// Source: the released code of MoE++, arXiv 2410.07348, which divides zero by zero there.
  public static var renormalizedWithoutZeroExperts: RenormalizedWeighting {
    RenormalizedWeighting(excludesZeroExperts: true)
  }
}
