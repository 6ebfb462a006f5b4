/// Balancing without a loss: after each step the selection bias rises for experts with too few
/// routes and falls for those with too many.
///
/// The bias moves the choice alone and never the weights, so no gradient disturbs the model's own
/// loss. Counts are those of ``LoadCounts``: over all micro-batches of a step, padding and
/// evaluation left out.
///
/// Source: Wang and others, arXiv 2408.15664; DeepSeek-V3, arXiv 2412.19437; recentring as in
/// torchtitan.
public struct SelectionBiasUpdate: StepUpdate, ExpertAgnostic, Hashable, Codable {
  /// How the bias moves, with n the routes to each expert.
  public enum Rule: Sendable, Hashable, Codable {
    /// bₑ += γ·sign(mean n − nₑ).
    case sign
    /// bₑ += γ·(mean n − nₑ)/mean n.
    case proportional
    /// b moves by γ towards the bias that would have given every expert its even part of this
    /// step's tokens.
    ///
    /// With scores s, and K experts that token t chose, αₜ is the (K+1)-th largest of s + b, or the
    /// smallest where it chose all; expert e's new bias is minus the (⌊R/A⌋ + 1)-th largest over
    /// tokens of s_te − αₜ, with R routes in all, T·K where every token has K, and A experts.
    /// Experts that are switched off count in none of these. Over micro-batches it is the mean of
    /// theirs, weighted by their tokens. Selectors by threshold and by a sum of probabilities keep
    /// no number of experts a token: there the rule comes near balance at most.
    ///
    /// Source: the quantile balancing of Megatron-LM.
    case quantile

    /// The step that is taken unless another is given: 0.001 for ``sign`` and ``proportional``, and
    /// 0.5 for ``quantile``, whose step is a part of the way and not a distance.
    public var usualRate: Float {
      switch self {
      case .sign, .proportional: 1e-3
      case .quantile: 0.5
      }
    }
  }

  /// How the bias moves.
  public let rule: Rule
  /// The step γ, or of the quantile rule the part of the way, up to 1.
  ///
  /// DeepSeek-V3 took 0.001 with the sign rule, and 0 at the end.
  public var rate: Float
  /// Whether the mean of the bias is taken off, which keeps it from drifting.
  ///
  /// It changes no choice where experts are compared with each other, as by ``TopKSelector``. It
  /// does where they are compared with a number, as by ``ThresholdSelector``: there the mean of the
  /// bias decides how many experts tokens have on the whole, and taking it off keeps updates from
  /// changing that. With ``ReLUScore`` and a threshold of zero, a bias above zero chooses an expert
  /// for every token, so that no rule can balance these. Experts that are switched off keep their
  /// bias, and are left out of the mean.
  public let recentres: Bool

  /// An update of the given rule.
  ///
  /// - Parameters:
  ///   - rule: How the bias moves.
  ///   - rate: The step γ; the rule's ``Rule/usualRate`` unless given.
  ///   - recentres: Whether the mean of the bias is taken off.
  public init(_ rule: Rule = .sign, rate: Float? = nil, recentres: Bool = true) {
    self.rule = rule
    self.rate = rate ?? rule.usualRate
    self.recentres = recentres
  }

  /// The name: `selection bias`.
  public var name: String { "selection bias" }

  /// Whether the rate is above zero.
  public var movesAfterStep: Bool { rate != 0 }

  /// Throws where the router has no selection bias, or the rate is no finite number.
  public func check(_ router: Router) throws {
    guard router.selectionBias != nil else {
      throw MoEError.configuration(
        "selection bias", value: "none", expected: "one that can be moved after a step")
    }
    guard rate.isFinite else {
      throw MoEError.configuration(
        "rate of \(name)", value: "\(rate)", expected: "a finite number")
    }
  }

  /// Moves a router's bias after a step.
  ///
  /// Routings that do not count change nothing, as those in inference mode; where none is left, the
  /// bias stays. A router without a bias stays as it is, so that a loop over mixed layers need not
  /// ask.
  ///
  /// - Parameters:
  ///   - router: The router whose bias is moved.
  ///   - step: The routings of the step.
  public mutating func update(_ router: inout Router, after step: TrainingStep) {
    guard var bias = router.selectionBias?.scalarArray else { return }
    let routings = step.countedRoutings
    var counts = LoadCounts(expertCount: bias.count)
    for routing in routings { counts.add(routing) }
    guard counts.tokenCount > 0 else { return }
    // Experts that are switched off, or were left out for the step, have no routes, and no fault in
    // it.
    let off = routings.reduce(router.disabledExperts) { $0.union($1.droppedExperts) }
    let on = (0..<bias.count - router.selector.alwaysOnCount).filter { !off.contains($0) }
    guard !on.isEmpty else { return }
    switch rule {
    case .sign, .proportional:
      let mean = Double(on.reduce(0) { $0 + counts.routes[$1] }) / Double(on.count)
      guard mean > 0 else { return }
      for expert in on {
        let difference = mean - Double(counts.routes[expert])
        let step =
          rule == .sign ? (difference > 0 ? 1 : difference < 0 ? -1 : 0) : difference / mean
        bias[expert] += rate * Float(step)
      }
    case .quantile:
      var targets = [Float](repeating: 0, count: bias.count)
      for routing in routings {
        let part = Float(routing.validTokenCount) / Float(counts.tokenCount)
        for (expert, target) in quantiles(routing, bias: bias).enumerated() {
          targets[expert] += part * target
        }
      }
      for expert in on {
        bias[expert] += rate * (targets[expert] - bias[expert])
      }
    }
    if recentres {
      let mean = on.reduce(0) { $0 + bias[$1] } / Float(on.count)
      for expert in on { bias[expert] -= mean }
    }
    router.selectionBias = Tensor(bias)
  }

  /// The bias that would give every expert its even part of a routing's tokens.
  private func quantiles(_ routing: Routing, bias: [Float]) -> [Float] {
    let (expertCount, on) = (routing.expertCount, routing.availableExperts)
    let tokens = (0..<routing.tokenCount).filter { !routing.isPadding($0) }
    let scores = routing.scores.scalars
    let routes = routing.demand.reduce(0, +)
    guard on.count > 1, routes > 0, routes < tokens.count * on.count else { return bias }
    var margins = [[Float]](repeating: [], count: expertCount)
    for token in tokens {
      let (row, slots) = (token * expertCount, token * routing.slotCount)
      let count = routing.chosenExperts[slots..<slots + routing.slotCount].count { $0 >= 0 }
      let priorities = on.map { scores[row + $0] + bias[$0] }.sorted(by: >)
      let limit = priorities[min(count, on.count - 1)]
      for expert in on { margins[expert].append(scores[row + expert] - limit) }
    }
    let place = routes / on.count
    var result = bias
    for expert in on { result[expert] = -margins[expert].sorted(by: >)[place] }
    return result
  }
}
