/// The load loss: α·CV² of a smooth estimate of how many tokens each expert gets, for a gate with
/// noise.
///
/// With H the noisy and c the clean logits and σ the deviation of the noise, expert e gets token t
/// with probability P_te = Φ((c_te − θ_te)/σ_te), were the noise of that expert drawn anew: θ_te is
/// the k-th largest of the other experts' H, so the (k+1)-th of all where e is among the k largest,
/// and else the k-th. The load of e is Σₜ P_te.
///
/// k is the number that the selector gives every token, whatever is forced on some of them; where
/// it differs from token to token, as with a top-p selector, it is each token's own. The estimate
/// is that of a choice of the k largest noisy logits. For selectors that choose otherwise, by
/// groups or by a threshold, it says how likely an expert is among the k best all the same; a
/// selection bias, which moves the choice, is set aside.
///
/// **Gradient**: through the clean logits, the deviations and the thresholds, which are themselves
/// noisy logits. Without noise, as in evaluation, and where every expert is chosen the load is the
/// count of routes, which has no gradient. With one expert it is zero. Padding does not count, nor
/// do experts that are switched off.
///
/// Source: Shazeer and others, arXiv 1701.06538, appendix A; thresholds as in Tensor2Tensor.
public struct LoadLoss: BalancingLoss, ExpertAgnostic, Hashable, Codable {
  /// The factor α.
  public let coefficient: Float
  /// Whether the variance is divided by E − 1 rather than by E.
  public let isUnbiased: Bool

  /// A loss with the given factor.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α; the paper took 0.1.
  ///   - isUnbiased: Whether the variance is divided by E − 1 rather than by E.
  public init(coefficient: Float, isUnbiased: Bool = false) {
    self.coefficient = coefficient
    self.isUnbiased = isUnbiased
  }

  /// The name that the value is listed under: `load`.
  public var name: String { "load" }

  /// Throws where the coefficient is negative or not finite.
  public func check(expertCount: Int) throws { try check(coefficient: coefficient) }

  /// The loss of a routing.
  public func value(of routing: Routing) -> BalancingLossValue {
    let (expertCount, available) = (routing.expertCount, routing.availableExpertCount)
    let counts = (0..<routing.tokenCount).map { routing.choiceCount(of: $0) }
    // Of tokens that choose some experts and not others, the most that one chooses.
    let most = counts.reduce(0) { $1 < available ? max($0, $1) : $0 }
    guard let noise = routing.gateNoise, most > 0 else {
      let variation = CoefficientOfVariation(
        routing.demand.map(Double.init), of: routing, isUnbiased: isUnbiased)
      return BalancingLossValue(
        value: coefficient * Float(variation.value), gradient: RoutingGradient())
    }
    // The (k+1)-th and the k-th largest noisy logit of each token, by expert.
    let best = SelectedExperts(topK: most + 1, of: routing.logits)
    let logits = routing.logits.scalars
    var thresholds: [Int32] = []
    thresholds.reserveCapacity(routing.tokenCount * expertCount)
    var standardized = Tensor(uninitialized: routing.logits.shape)
    var scalars = standardized.mutableScalars
    for token in 0..<routing.tokenCount {
      let (first, count) = (token * best.slotCount, counts[token])
      let hasChoice = count > 0 && count < available
      let chosen = best.experts[first..<first + min(count, most)]
      for expert in 0..<expertCount {
        let index = token * expertCount + expert
        let isOn = logits[index] > -.infinity
        guard hasChoice, isOn else {
          // It gets the token for sure, or never; where its gradient would stand, φ is zero.
          scalars[index] = isOn && count > 0 ? .infinity : -.infinity
          thresholds.append(0)
          continue
        }
        let isChosen = chosen.contains(Int32(expert))
        let threshold = best.experts[first + (isChosen ? count : count - 1)]
        thresholds.append(threshold)
        let margin = noise.clean.scalars[index] - logits[token * expertCount + Int(threshold)]
        let scale = noise.scale.scalars[index]
        // A tie without noise is decided as the selector decided it.
        let isDecided = margin == 0 && scale == 0
        scalars[index] = isDecided ? (isChosen ? .infinity : -.infinity) : margin / scale
      }
    }
    return value(routing, noise, thresholds: thresholds, standardized: standardized)
  }

  /// The loss and its gradient, from z = (c − θ)/σ.
  private func value(
    _ routing: Routing, _ noise: GateNoise, thresholds: [Int32], standardized: Tensor
  ) -> BalancingLossValue {
    let (expertCount, tokenCount) = (routing.expertCount, routing.tokenCount)
    // Beyond ±8 the distribution is 0 or 1 in single precision, and its density less than 10⁻¹⁴.
    let z = Tensor(
      standardized.scalarArray.map { min(max($0, -8), 8) }, shape: standardized.shape)
    let half = Float(0.5).squareRoot()
    let probabilities = ((z * half).erf() + 1) * 0.5
    // φ(z) = e^(−z²/2)/√(2π).
    let densities = (z * z * -0.5).exp() * Float((1 / (2 * Double.pi)).squareRoot())
    let loads = probabilities.columnSums().scalarArray.map(Double.init)
    let variation = CoefficientOfVariation(loads, of: routing, isUnbiased: isUnbiased)
    let upstream = variation.gradient.map { coefficient * Float($0) }
    var clean = Tensor(zeros: z.shape)
    var (scale, logits) = (clean, clean)
    var cleanScalars = clean.mutableScalars
    var scaleScalars = scale.mutableScalars
    var logitScalars = logits.mutableScalars
    for token in 0..<tokenCount {
      for expert in 0..<expertCount {
        let index = token * expertCount + expert
        guard standardized.scalars[index].magnitude < 8 else { continue }
        let slope = upstream[expert] * densities.scalars[index] / noise.scale.scalars[index]
        cleanScalars[index] = slope
        scaleScalars[index] = -slope * z.scalars[index]
        logitScalars[token * expertCount + Int(thresholds[index])] -= slope
      }
    }
    return BalancingLossValue(
      value: coefficient * Float(variation.value),
      gradient: RoutingGradient(logits: logits, cleanLogits: clean, noiseScale: scale))
  }
}

extension BalancingLoss where Self == LoadLoss {
  /// The load loss of a noisy gate.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α.
  ///   - isUnbiased: Whether the variance is divided by E − 1 rather than by E.
  /// - Returns: A loss that is zero at perfect balance.
  public static func load(coefficient: Float, isUnbiased: Bool = false) -> LoadLoss {
    LoadLoss(coefficient: coefficient, isUnbiased: isUnbiased)
  }
}
