import MoE

/// What balances, and what a batch and its overrides are.
extension PropertyGenerator {
  mutating func losses(_ experts: Int) -> [any BalancingLoss] {
    var losses: [any BalancingLoss] = []
    while losses.count < 3, chance(0.3) { losses.append(loss(experts)) }
    return losses
  }

  private mutating func loss(_ experts: Int) -> any BalancingLoss {
    let coefficient: Float = factor(pick([0, 0.01, 1]))
    switch number(0...9) {
    case 0, 1, 2:
      var earlier: LoadCounts?
      if chance(0.1) { earlier = LoadCounts(expertCount: max(0, sound(experts, [experts + 1]))) }
      return LoadBalancingLoss(
        coefficient: coefficient,
        normalization: pick([
          .balancedIsOne, .balancedIsOne, .perToken, .switchTransformers, .gShard, .deepSpeed,
          .megatron, .megaBlocks(layerCount: size(2)), .transformers, .flaxformer,
        ]), scope: pick([.batch, .sequences(length: size(number(1...4))), .sequencesOfBatch]),
        experts: pick([
          .single, .single, .devices(groupSize: size(number(1...3))),
          .communication(groupSize: size(number(1...3)), groupsPerToken: size(number(1...2))),
        ]), probabilities: chance(0.5) ? .softmax : .normalizedScores, earlier: earlier)
    case 3: return .routerZ(coefficient: coefficient)
    case 4: return .importance(coefficient: coefficient, isUnbiased: chance(0.5))
    case 5: return .load(coefficient: coefficient, isUnbiased: chance(0.5))
    case 6:
      return chance(0.5)
        ? .tokenEntropy(coefficient: coefficient) : .meanEntropy(coefficient: coefficient)
    case 7:
      if chance(0.5) { return .heterogeneous(coefficient: coefficient, tau: factor(0.75)) }
      return HeterogeneousBalancingLoss(
        coefficient: coefficient,
        costs: (0..<max(0, sound(experts, [experts + 1]))).map { $0 == 1 ? factor(Float(0.75)) : 1 }
      )
    case 8:
      return AdaptiveSparsityLoss(
        targetCount: factor(pick([1, 1.5])), coefficient: coefficient, rate: factor(1.2),
        isLoadWeighted: chance(0.5))
    default: return .batchwiseThreshold(coefficient: coefficient, rate: factor(1e-3))
    }
  }

  mutating func updates(_ experts: Int) -> [UpdatePlan] {
    var updates: [UpdatePlan] = []
    while updates.count < 2, chance(0.2) {
      switch number(0...3) {
      case 0, 1:
        updates.append(
          .made(
            SelectionBiasUpdate(
              pick([.sign, .proportional, .quantile]), rate: factor(0.1), recentres: chance(0.5))))
      case 2:
        updates.append(
          .made(chance(0.5) ? BalanceMonitor() : LoadCounts(expertCount: max(experts, 0))))
      default:
        updates.append(
          .quality(expertCount: sound(experts, [0, experts + 1]), decay: factor(0.9)))
      }
    }
    return updates
  }

  mutating func drawContext(_ plan: inout PropertyPlan) {
    let (tokens, experts) = (plan.tokens.count, plan.expertCount)
    /// A length that may be wrong.
    func length() -> Int { max(0, sound(tokens, [tokens + 1, tokens - 1, 0])) }
    if chance(0.3) {
      let part = pick([0.2, 0.5, 0.95])
      plan.batch.padding = (0..<length()).map { _ in chance(part) }
    }
    if chance(0.3) {
      let start = pick([0, 0, 1000, 1 << 40])
      plan.batch.positions = (0..<length()).map { start + 3 * $0 }
    }
    var needsIDs = chance(0.05)
    if case .hash = plan.selector { needsIDs = chance(0.95) }
    if needsIDs {
      plan.batch.tokenIDs = (0..<length()).map { _ in sound(number(0...4), [-1, 5, .max]) }
    }
    plan.hasRouterInput = chance(0.15)
    plan.hasPreviousState = chance(0.5)
    if plan.overrides.previousShape != nil { plan.overrides.previousHasDisabled = chance(0.15) }
    if chance(0.2) {
      let first = number(0...max(tokens, 0))
      plan.batch.sequenceLengths = sound(
        [first, tokens - first], [[-1, tokens + 1], [tokens + 1], []])
    }
    if chance(0.3) {
      plan.overrides.previousShape = sound(
        [tokens, max(plan.logitCount, 0)], [[tokens + 1, max(experts, 0)], [tokens], []])
    }
    if chance(0.2) {
      plan.overrides.load = (0..<max(0, sound(experts, [0, experts + 1]))).map { _ in
        factor(Float(number(0...5)))
      }
    }
    guard experts > 0 else { return }
    if chance(0.15) {
      for expert in 0..<experts where chance(0.3) { plan.disabled.insert(expert) }
      if plan.disabled.count == experts && !chance(0.1) { plan.disabled.remove(0) }
      if isWrong() { plan.disabled.insert(pick([-1, experts])) }
    }
    let isForced = plan.dropout.map { $0.experts == 0 } ?? true || isWrong()
    if plan.slotsPerExpert == nil, isForced, chance(0.12), tokens > 0 {
      let on = (0..<experts).filter { !plan.disabled.contains($0) }
      for _ in 0..<number(1...3) {
        let token = sound(number(0...tokens - 1), [-1, tokens])
        var forced = on.filter { _ in chance(0.4) }
        if isWrong() { forced += pick([[0, 0], [-1], [experts]]) }
        plan.overrides.forced[token] = forced
      }
    }
    if isWrong() { plan.tokens.broken = 0 }
    if isWrong() { plan.overrides.replayLacking = pick([0, 1, -1]) }
    if isWrong() { plan.overrides.replayDamage = UInt64(number(0...1000)) }
    if isWrong() { plan.bufferDamage = UInt64(number(0...1000)) }
    if isWrong() { plan.tokens.wrongShape = pick([[tokens], [], [tokens, 2], [1, tokens, 3]]) }
    if isWrong() { plan.mode = .training(step: pick([2, -1, .max, .min])) }
  }

  /// Whether something is to be wrong, in a hostile plan now and then.
  private mutating func isWrong() -> Bool { sound(false, [true]) }
}
