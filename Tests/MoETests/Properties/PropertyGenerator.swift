import MoE

/// Draws plans: most of them sound, some with settings that cannot work.
struct PropertyGenerator {
  private var source: SeededGenerator
  /// Whether some numbers are to be wrong.
  private var isHostile = false

  init(seed: UInt64) { source = SeededGenerator(seed: seed) }

  mutating func chance(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &source) < probability
  }

  mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &source)]
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &source) }

  mutating func number(_ range: ClosedRange<Float>) -> Float { .random(in: range, using: &source) }

  /// A sound value or, in a hostile plan, now and then a wrong one.
  mutating func sound<Value>(_ value: Value, _ wrong: [Value]) -> Value {
    isHostile && chance(0.15) ? pick(wrong) : value
  }

  /// A size that may be wrong.
  mutating func size(_ value: Int) -> Int { sound(value, [0, -1, 100]) }

  /// A factor that may be wrong.
  mutating func factor(_ value: Float) -> Float {
    sound(value, [0, -1, .nan, .infinity, -.infinity, 1e9, .leastNonzeroMagnitude])
  }

  mutating func factor(_ value: Double) -> Double {
    sound(value, [0, -1, .nan, .infinity, 1e300, .leastNonzeroMagnitude])
  }

  /// How many experts a token goes to.
  mutating func topK(_ experts: Int) -> Int {
    sound(number(1...max(1, chance(0.8) ? min(experts, 3) : experts)), [0, -1, experts + 1, 10])
  }

  /// A divisor of the number of experts.
  mutating func groups(_ experts: Int) -> Int {
    let divisors = (1...max(experts, 1)).filter { experts % $0 == 0 }
    return sound(pick(divisors), [0, -1, experts + 1, 2])
  }
}

extension PropertyGenerator {
  /// The plan of a seed.
  static func plan(seed: UInt64) -> PropertyPlan {
    var generator = PropertyGenerator(seed: seed)
    return generator.plan(seed: seed)
  }

  private mutating func plan(seed: UInt64) -> PropertyPlan {
    var plan = PropertyPlan()
    plan.seed = seed
    isHostile = chance(0.15)
    plan.inputSize = pick([1, 3, 8, 17])
    plan.outputSize = chance(0.75) ? nil : pick([1, 2, 5, 8])
    let isLarge = chance(0.003)
    drawExperts(&plan, hiddenSizes: isLarge ? [33, 64] : [1, 2, 5])
    let experts = plan.expertCount
    if chance(0.1) { plan.slotsPerExpert = size(number(1...3)) }
    plan.gate = gate(experts)
    plan.score = pick([
      .softmax, .softmax, .sigmoid, .relu, .squareRootSoftplus, .softmaxOverTokens,
    ])
    plan.selector = selector(experts)
    plan.weighting = weighting(experts)
    if chance(0.35) { plan.capacity = capacity(experts) }
    if chance(0.15) {
      plan.dropout = RoutingDropout(
        routes: chance(0.6) ? rate() : 0, experts: chance(0.6) ? rate() : 0)
      if chance(0.3) { plan.capacity.weights = .afterDropping }
    }
    plan.hasSelectionBias = chance(0.3)
    plan.isStraightThrough = chance(0.12)
    if chance(0.15) {
      plan.output = OutputSpecification(
        routedNorm: chance(0.4) ? norm() : nil, norm: chance(0.4) ? norm() : nil,
        bias: chance(0.4))
    }
    if chance(0.15) { plan.weightScaleCount = sound(chance(0.5) ? 1 : experts, [0, experts + 1]) }
    plan.appliesWeightsToInput = chance(0.2)
    if chance(0.15) { plan.expertInputScale = sound(pick([2, -0.5]), [0, .nan, .infinity]) }
    plan.mode = chance(0.7) ? .training(step: number(0...1)) : .inference
    plan.tokens.count = isLarge ? 130 : pick([0, 1, 2, 7, 7, 33])
    if isLarge { plan.inputSize = 64 }
    plan.tokens.scale = pick([1, 1, 1, 0.01, 5, 100, 1e-5])
    plan.tokens.repeats = chance(0.08)
    plan.layer = sound(number(0...3), [-1, 1 << 24])
    plan.hasLogitOffset = chance(0.1)
    plan.readsRouting = chance(0.3)
    plan.losses = losses(experts)
    plan.updates = updates(experts)
    if !chance(0.1) { reconcile(&plan) }
    drawContext(&plan)
    plan.isCausal = chance(0.15)
    if plan.isCausal, chance(0.8), let strategy = try? plan.strategy(), !strategy.isCausal {
      plan.isCausal = false
    }
    if isHostile {
      plan.inputSize = size(plan.inputSize)
      plan.outputSize = sound(plan.outputSize, [0, -1])
    }
    return plan
  }

  /// Makes settings go together that do not.
  private mutating func reconcile(_ plan: inout PropertyPlan) {
    if let slots = plan.slotsPerExpert, slots > 0 {
      plan.hasSelectionBias = false
      plan.isStraightThrough = false
      plan.appliesWeightsToInput = false
      plan.capacity = .none
      plan.dropout?.routes = 0
    }
    if case .logits = plan.gate.base { plan.inputSize = max(plan.logitCount, 1) }
    if plan.slotsPerExpert != nil || plan.isStraightThrough
      || plan.weighting.promises.contains(.keepsRemainder)
    {
      plan.weightScaleCount = nil
    }
    let promises = plan.selector.known?.promises ?? []
    if !promises.contains(.readsSelectionBias) { plan.hasSelectionBias = false }
    if plan.appliesWeightsToInput || !plan.weighting.promises.contains(.scoresStandForWeights) {
      plan.isStraightThrough = false
    }
    if !promises.contains(.ordersChoices) { plan.capacity.prioritizesFirstChoices = false }
    let weighsAny = plan.weighting.promises.contains(.weighsAnyExpert)
    if !weighsAny || !promises.contains(.allowsRedirection) {
      switch plan.capacity.overflow {
      case .nextBest, .leastLoaded: plan.capacity.overflow = .drop
      case .backup where !weighsAny: plan.capacity.overflow = .passThrough
      default: break
      }
    }
    if !weighsAny { plan.capacity.weights = .beforeDropping }
    let copies = plan.groups.contains { $0.kind == .copy || $0.kind == .constant }
    let passes =
      copies || plan.capacity.overflow == .passThrough
      || plan.weighting.promises.contains(.keepsRemainder)
    // A latent space is as wide on both sides.
    if passes && plan.latent == nil
      || plan.shared?.groups.contains(where: { $0.kind == .copy || $0.kind == .constant })
        == true
    {
      plan.outputSize = nil
    }
    if plan.slotsPerExpert != nil, plan.shared?.combination == .averageOverRoutes {
      plan.shared?.combination = .average
    }
    if !plan.hasSelectionBias {
      plan.losses.removeAll { $0 is BatchwiseThresholdLoss }
      plan.updates.removeAll {
        if case .made(let update) = $0 { update is SelectionBiasUpdate } else { false }
      }
    }
    if plan.mode.isTraining, plan.weighting.isConstant(slotCount: 1), chance(0.7) {
      plan.weighting = .scores
      plan.isStraightThrough = false
    }
  }

  private mutating func drawExperts(_ plan: inout PropertyPlan, hiddenSizes: [Int]) {
    var left = number(1...9)
    plan.groups = []
    for last in [chance(0.6), chance(0.7), true] where left > 0 {
      let count = last ? left : number(1...left)
      left -= count
      plan.groups.append(group(count: size(count), hiddenSizes))
    }
    if chance(0.25) { plan.shared = shared(hiddenSizes) }
    if chance(0.15) {
      plan.latent = LatentSpecification(
        size: size(number(1...5)), bias: chance(0.5), norm: chance(0.5) ? nil : norm())
    }
  }

  private mutating func shared(_ hiddenSizes: [Int]) -> SharedPlan {
    var plan = SharedPlan(groups: [group(count: size(number(1...2)), hiddenSizes)])
    if chance(0.3) { plan.groups.append(group(count: 1, hiddenSizes)) }
    if sound(false, [true]) { plan.groups = [] }
    if chance(0.3) { plan.gate = pick([.common, .perExpert]) }
    if chance(0.5) {
      plan.combination = pick([
        .average, .averageOverRoutes, .mixed, .mixed,
        .scaled(routed: factor(pick([0.7, -1])), shared: factor(pick([0.5, 2]))),
      ])
    }
    plan.bias = chance(0.5)
    return plan
  }

  /// A probability that may be wrong.
  private mutating func rate() -> Double {
    sound(pick([0.1, 0.5, 0.9]), [1, -0.1, .nan, .infinity, 1.5])
  }

  private mutating func norm() -> NormSpecification {
    let epsilon: Float = sound(pick([1e-3, 0.1]), [0, -1, .nan, .infinity])
    return pick([
      .rms(epsilon: epsilon, addsOne: chance(0.5)), .layer(epsilon: epsilon, bias: chance(0.5)),
      .prescaledRMS(epsilon: epsilon, addsOne: chance(0.5)),
    ])
  }

  private mutating func group(count: Int, _ hiddenSizes: [Int]) -> GroupPlan {
    GroupPlan(
      kind: pick([
        .feedForward, .feedForward, .gated, .gated, .perExpert, .perExpertGated,
        .perExpertMixture, .zero, .copy, .constant, .lowRank,
      ]),
      count: count, hiddenSize: size(pick(hiddenSizes)), activation: pick(Activation.allCases),
      bias: chance(0.5), before: chance(0.1) ? norm() : nil, after: chance(0.1) ? norm() : nil,
      dropout: chance(0.15) ? rate() : 0)
  }
}

/// The parts of a strategy.
extension PropertyGenerator {
  private mutating func gate(_ experts: Int) -> GatePlan {
    var plan = GatePlan()
    switch number(0...8) {
    case 0...2: plan.base = .linear(bias: chance(0.5))
    case 3, 4:
      plan.base = .feedForward(
        hiddenSize: size(number(1...5)), activation: pick(Activation.allCases), bias: chance(0.5))
    case 5:
      plan.base = .cosine(
        projectionSize: size(number(1...5)), temperature: factor(pick([0.5, 0.1])))
    case 6: plan.base = .hierarchical(groups: groups(experts), bias: chance(0.5))
    case 7:
      plan.base = .stateful(size: size(number(1...5)), norm: norm(), reads: chance(0.7))
    default: plan.base = .logits
    }
    while chance(0.35) {
      switch number(0...6) {
      case 0: plan.modifiers.append(.jitter(factor(pick([0, 0.01, 0.3]))))
      case 1: plan.modifiers.append(.noise)
      case 2: plan.modifiers.append(.normalization(factor(pick([1, 0.5, 3]))))
      case 3: plan.modifiers.append(.inputNorm(norm()))
      case 4: plan.modifiers.append(.softcap(factor(pick([0.5, 3]))))
      case 5: plan.modifiers.append(.multiplier(factor(pick([0.5, -2]))))
      default: plan.modifiers.append(.residual)
      }
    }
    return plan
  }

  private mutating func selector(_ experts: Int) -> SelectorPlan {
    let count = topK(experts)
    switch number(0...21) {
    case 0...3: return .made(.topK(count))
    case 4: return .made(.all)
    case 5: return .made(.above(factor(pick([0, 0.1, -0.5, 2]))))
    case 6: return .made(.topP(factor(pick([0.3, 0.9, 1])), atMost: chance(0.5) ? nil : count))
    case 7: return .made(.expertChoice(capacityFactor: factor(pick([0.5, 1, 2, 20]))))
    case 8: return .made(.batchwiseBalanced(count))
    case 9: return .made(.fixedNoiseTopK(count, deviation: factor(pick([0, 0.5]))))
    case 10: return .made(.greedyByLoad(count, strength: factor(pick([0, 0.01, 1]))))
    case 11:
      let groups = groups(experts)
      let perToken = size(number(1...max(groups, 1)))
      let room = max(1, perToken * (experts / max(groups, 1)))
      let score: GroupLimitedSelector.GroupScore = pick([
        .maximum, .sumOfBestTwo, .sumOfBest(size(number(1...4))),
      ])
      return .made(
        .groupLimited(
          chance(0.9) ? min(count, room) : count, groups: groups, groupsPerToken: perToken,
          groupScore: score))
    case 12:
      let temperature: Float = factor(pick([1, 0.3]))
      return .made(
        .gumbelTopK(count, temperature: temperature, isNoisyInInference: chance(0.5)))
    case 13:
      let groups = groups(experts)
      return .made(
        .hierarchical(
          groups: groups, groupsPerToken: size(number(1...max(groups, 1))),
          expertsPerGroup: size(number(1...max(1, experts / max(groups, 1))))))
    case 14: return .made(.linearAssignment)
    case 15: return .made(.loadBalancedSampling(count))
    case 16:
      return .made(
        .randomSecond(
          count, threshold: factor(pick([0.2, 0.6])), policy: pick([.random, .threshold, .always])))
    case 17: return .made(.random(count))
    case 18: return .made(.sampled(count, isNoisyInInference: chance(0.5)))
    case 19: return .made(.sinkhorn(count))
    case 20: return .made(.sparseMixer(jitter: factor(pick([0.01, 0.3]))))
    default:
      return .hash(
        vocabulary: size(5), expertCount: sound(experts, [experts + 1, 0]), count: count)
    }
  }

  private mutating func weighting(_ experts: Int) -> any Weighting {
    var weighting: any Weighting
    switch number(0...12) {
    case 0, 1: weighting = .scores
    case 2: weighting = .renormalized
    case 3: weighting = .renormalized(epsilon: factor(pick([1e-6, 0.1])))
    case 4:
      weighting = RenormalizedWeighting(
        excluding: Set(sound([number(0...max(experts - 1, 0))], [[-1], [experts]])),
        excludesZeroExperts: chance(0.5))
    case 5: weighting = .pNorm(p: factor(pick([1, 2, 3, 1.5])))
    case 6: weighting = .renormalizedOverBest(topK(experts), epsilon: factor(pick([0, 1e-9])))
    case 7: weighting = .softmaxOverSelected
    case 8: weighting = .sigmoidOfSelected
    case 9: weighting = .scoresByCount
    case 10: weighting = .hierarchical(groups: groups(experts))
    case 11: weighting = .sparseMixer(jitter: factor(pick([0.01, 0.3])))
    default: weighting = .unweighted
    }
    if chance(0.15) { weighting = weighting.scaled(by: factor(pick([2.5, -1, 0.1]))) }
    if chance(0.15) { weighting = weighting.keepingRemainder() }
    if chance(0.05) { weighting = weighting.scaled(by: 0.5) }
    return weighting
  }

  private mutating func limit() -> Capacity.Limit {
    switch number(0...4) {
    case 0: .none
    case 1, 2: .factor(factor(pick([0.25, 1, 1.25, 3])))
    case 3: .tokenFactor(factor(pick([0.5, 1, 2])))
    default: .routes(size(number(1...4)))
    }
  }

  private mutating func shares(_ experts: Int, _ share: Double) -> Capacity.Shares {
    if chance(0.15) { return .byCost(tau: sound(pick([0.25, 1]), [0, -1, 2, .nan])) }
    guard chance(0.25) else { return .equal }
    return .each(
      (0..<max(0, sound(experts, [0, experts + 1]))).map { $0 == 0 ? share : Double($0 % 3) })
  }

  private mutating func capacity(_ experts: Int) -> Capacity {
    let last = max(experts - 1, 0)
    let share = sound(1.5, [0, -1, .nan, .infinity, 1e308])
    return Capacity(
      training: limit(), inference: limit(), minimum: sound(pick([0, 0, 1, 4]), [-1]),
      order: pick([.position, .position, .score, .random, .batchPrioritized]),
      prioritizesFirstChoices: chance(0.3),
      overflow: pick([
        .drop, .nextBest, .leastLoaded, .passThrough,
        .backup(sound(number(0...last), [-1, experts])),
      ]),
      weights: chance(0.3) ? .afterDropping : .beforeDropping,
      shares: shares(experts, share))
  }
}
