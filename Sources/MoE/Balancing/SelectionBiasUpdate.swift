/// Balancing without a loss: after each step the selection bias rises for experts with too few routes and falls for
/// those with too many.
///
/// The bias moves the choice alone and never the weights, so no gradient disturbs the model's own loss. Counts are
/// those of ``LoadCounts``: over all micro-batches of a step, padding and evaluation left out.
///
/// Source: Wang and others, arXiv 2408.15664; DeepSeek-V3, arXiv 2412.19437; recentring as in torchtitan.
public struct SelectionBiasUpdate: Sendable, Hashable, Codable {
  /// How the bias moves, with n the routes to each expert.
  public enum Rule: Sendable, Hashable, Codable {
    /// bₑ += γ·sign(mean n − nₑ).
    case sign
    /// bₑ += γ·(mean n − nₑ)/mean n.
    case proportional
    /// b moves by γ towards the bias that would have given every expert its even part of this step's tokens.
    ///
    /// With scores s and K routes a token, αₜ is the (K+1)-th largest of s + b, and expert e's new bias is minus the
    /// (T·K/E + 1)-th largest over tokens of s_te − αₜ.
    ///
    /// Source: the quantile balancing of Megatron-LM.
    case quantile
  }

  /// How the bias moves.
  public let rule: Rule
  /// The step γ, or of the quantile rule the part of the way, up to 1.
  ///
  /// DeepSeek-V3 took 0.001, and 0 at the end.
  public var rate: Float
  /// Whether the mean of the bias is taken off, which changes no choice and keeps it from drifting.
  public let recentres: Bool

  /// An update of the given rule.
  ///
  /// - Parameters:
  ///   - rule: How the bias moves.
  ///   - rate: The step γ.
  ///   - recentres: Whether the mean of the bias is taken off.
  public init(_ rule: Rule = .sign, rate: Float = 1e-3, recentres: Bool = true) {
    self.rule = rule
    self.rate = rate
    self.recentres = recentres
  }

  /// Moves a router's bias after a step.
  ///
  /// Passes in inference mode count for nothing; where none is left, the bias stays.
  ///
  /// - Parameters:
  ///   - router: A router whose strategy has a selection bias; another traps.
  ///   - routings: The routings of the step: one, or one a micro-batch.
  public func callAsFunction(_ router: inout Router, after routings: [Routing]) {
    guard var bias = router.selectionBias?.scalarArray else {
      require(false, "SelectionBiasUpdate: a router without a selection bias")
      return
    }
    let routings = routings.filter { $0.selection.context.mode.isTraining }
    var counts = LoadCounts(expertCount: bias.count)
    for routing in routings { counts.add(routing) }
    guard counts.tokenCount > 0 else { return }
    switch rule {
    case .sign, .proportional:
      // Experts that are switched off have no routes, and no fault in it.
      let on = bias.indices.filter { !router.disabledExperts.contains($0) }
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
      for expert in bias.indices where !router.disabledExperts.contains(expert) {
        bias[expert] += rate * (targets[expert] - bias[expert])
      }
    }
    if recentres {
      let mean = bias.reduce(0, +) / Float(bias.count)
      for expert in bias.indices { bias[expert] -= mean }
    }
    router.selectionBias = Tensor(bias)
  }

  /// The bias that would give every expert its even part of a routing's tokens.
  private func quantiles(_ routing: Routing, bias: [Float]) -> [Float] {
    let (expertCount, slotCount) = (routing.expertCount, routing.slotCount)
    let tokens = (0..<routing.tokenCount).filter { !routing.isPadding($0) }
    let scores = routing.scores.scalars
    guard slotCount > 0, slotCount < expertCount, !tokens.isEmpty else { return bias }
    var margins = [[Float]](repeating: [], count: expertCount)
    for token in tokens {
      let row = token * expertCount
      let limit = (0..<expertCount).map { scores[row + $0] + bias[$0] }.sorted(by: >)[slotCount]
      for expert in 0..<expertCount { margins[expert].append(scores[row + expert] - limit) }
    }
    let place = min(tokens.count * slotCount / expertCount, tokens.count - 1)
    return margins.map { -$0.sorted(by: >)[place] }
  }
}
