/// The loss by which the thresholds of ``BatchwiseBalancedSelector`` are learned.
///
/// It is α·Σₜ Σₑ (1[s_te > Tₑ] − M_te)·(s_te − Tₑ), with M 1 where an expert took a token in
/// training. A term is zero where the threshold chooses as the batch did, and else how far the
/// score is on the wrong side of it. The indicator and M carry no gradient.
///
/// **Gradient**: α·(1[s > T] − M) with respect to a score, which the layer's backward pass adds to
/// the others; α·(mₑ − nₑ) with respect to a threshold, with mₑ the tokens that the expert took and
/// nₑ those above its threshold. Thresholds stand in the router's selection bias, a buffer:
/// ``update(_:after:)`` moves them after a step.
///
/// Source: Shazeer and others, arXiv 1701.06538, appendix F, equation 20.
public struct BatchwiseThresholdLoss: BalancingLoss, ExpertAgnostic, Hashable, Codable {
  /// The factor α.
  public let coefficient: Float

  /// How far a threshold moves for each token that is on its wrong side.
  public let rate: Float

  /// A loss with the given factor.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α.
  ///   - rate: How far a threshold moves for each token that is on its wrong side.
  public init(coefficient: Float = 1, rate: Float = 1e-3) {
    self.coefficient = coefficient
    self.rate = rate
  }

  /// The name that the value is listed under: `batchwise threshold`.
  public var name: String { "batchwise threshold" }

  /// Throws where the coefficient or the rate is negative or not finite.
  public func check(expertCount: Int) throws {
    try check(coefficient: coefficient)
    guard rate >= 0, rate.isFinite else {
      throw MoEError.configuration(
        "rate of \(name)", value: "\(rate)", expected: "a finite number, at least 0")
    }
  }

  /// The loss of a routing in training; one without a selection bias has thresholds of zero.
  public func value(of routing: Routing) -> BalancingLossValue {
    let parts = parts(routing)
    return BalancingLossValue(
      value: Float(Double(coefficient) * parts.sum),
      gradient: RoutingGradient(scores: coefficient * parts.signs))
  }

  /// The gradient with respect to the thresholds.
  ///
  /// - Parameter routing: A routing in training.
  /// - Returns: One number an expert.
  package func thresholdGradient(_ routing: Routing) -> Tensor {
    -coefficient * parts(routing.withoutPadding).signs.columnSums()
  }

  /// Whether the rate is above zero: thresholds move then.
  public var movesAfterStep: Bool { rate != 0 }

  /// Throws where the router has no selection bias to hold thresholds.
  public func check(_ router: Router) throws {
    try check(expertCount: router.expertCount)
    guard router.strategy.hasSelectionBias else {
      throw MoEError.configuration(
        "selection bias", value: "none", expected: "one, as \(name) moves thresholds in it")
    }
  }

  /// Moves the router's thresholds down their gradient: by ``rate`` for each token on the wrong
  /// side.
  public mutating func update(_ router: inout Router, after step: TrainingStep) {
    for routing in step.countedRoutings {
      guard let bias = router.selectionBias else { return }
      // The bias is minus the threshold, and so falls where that rises.
      router.selectionBias = bias + rate * thresholdGradient(routing)
    }
  }

  /// 1[s > T] − M of each token and expert, and the sum of its products with s − T; experts that
  /// are switched off do not count.
  private func parts(_ routing: Routing) -> (signs: Tensor, sum: Double) {
    let (tokenCount, expertCount) = (routing.tokenCount, routing.expertCount)
    let bias = routing.selectionBias ?? Tensor(zeros: [expertCount])
    var signs = Tensor(zeros: [tokenCount, expertCount])
    var sum = 0.0
    let (logits, scores, limits) = (routing.logits.scalars, routing.scores.scalars, bias.scalars)
    var scalars = signs.mutableScalars
    for (route, expert) in routing.chosenExperts.enumerated() where expert >= 0 {
      scalars[route / routing.slotCount * expertCount + Int(expert)] = -1
    }
    for token in 0..<tokenCount {
      for expert in 0..<expertCount {
        let index = token * expertCount + expert
        guard logits[index] > -.infinity else { continue }
        let margin = scores[index] + limits[expert]
        if margin > 0 { scalars[index] += 1 }
        sum += Double(scalars[index] * margin)
      }
    }
    return (signs, sum)
  }
}

extension BalancingLoss where Self == BatchwiseThresholdLoss {
  /// The loss by which the thresholds of a strictly balanced routing are learned.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α.
  ///   - rate: How far a threshold moves for each token that is on its wrong side.
  /// - Returns: A loss whose thresholds move after each step.
  public static func batchwiseThreshold(
    coefficient: Float = 1, rate: Float = 1e-3
  ) -> BatchwiseThresholdLoss { BatchwiseThresholdLoss(coefficient: coefficient, rate: rate) }
}
