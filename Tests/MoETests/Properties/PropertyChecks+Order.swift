import MoE

/// What does not depend on how experts are numbered.
extension PropertyCheck {
  /// Experts in another order take the tokens that they took, where nothing is nearly a tie.
  static func orderOfExpertsDoesNotMatter(
    _ subject: PropertySubject, _ run: PropertyRun
  ) throws -> Bool {
    guard subject.canPermute, run.pass.routing.isDecided(subject) else { return false }
    let count = subject.layer.expertCount
    var generator = SeededGenerator(seed: subject.plan.seed ^ 0x6f_72)
    let order = Array(0..<count).shuffled(using: &generator)
    var permuted = subject
    try permuted.permute(order)
    let other = try permuted.run()
    let (mine, theirs) = (run.pass.routing, other.pass.routing)
    for token in 0..<mine.tokenCount {
      let same = Set(theirs.experts(of: token).map { order[$0] })
      try expect(
        Set(mine.experts(of: token)) == same, "order of experts",
        "token \(token) to \(same), not \(mine.experts(of: token))")
    }
    // Sums over experts, of scores and of outputs, are made in another order: each of their terms
    // is rounded.
    let bound = run.pass.output.scalarArray.map(\.magnitude).max() ?? 0
    let difference = (run.pass.output - other.pass.output).scalarArray.map(\.magnitude).max() ?? 0
    try expect(
      difference <= 1e-3 * max(bound, 1e-3), "order of experts", "outputs differ by \(difference)")
    return true
  }
}

extension Routing {
  /// Whether no choice is so near that rounding decides it.
  func isDecided(_ subject: PropertySubject) -> Bool {
    let bias = selectionBias
    let valid = subject.validTokens
    let priorities = valid.map { token in
      availableExperts.map { scores[token, $0] + (bias?[$0] ?? 0) }
    }
    let largest = priorities.joined().map(\.magnitude).max() ?? 0
    let least = 1e-5 * largest
    func isApart(_ numbers: [Float]) -> Bool {
      let sorted = numbers.sorted()
      return zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 > least }
    }
    guard priorities.allSatisfy(isApart) else { return false }
    switch subject.layer.router.selector {
    case let selector as ThresholdSelector:
      return priorities.joined().allSatisfy { ($0 - selector.threshold).magnitude > least }
    case is ExpertChoiceSelector:
      return availableExperts.indices.allSatisfy { expert in isApart(priorities.map { $0[expert] })
      }
    default: return true
    }
  }
}

extension PropertySubject {
  /// Whether rows of parameters can be permuted, and the strategy has no order of its own.
  fileprivate var canPermute: Bool {
    let strategy = layer.router.strategy
    guard !plan.dropsInside, layer.router.gate is LinearGate, strategy.slotsPerExpert == nil,
      layer.expertGroups.count == 1, layer.expertCount > 1, strategy.isDeterministic,
      overrides.previousLogits == nil, !(strategy.weighting.isHierarchical),
      strategy.capacity.isUnlimited
        || strategy.capacity.order == .position && strategy.capacity.shares == .equal
          && (strategy.capacity.overflow == .drop || strategy.capacity.overflow == .passThrough)
    else { return false }
    switch layer.expertGroups[0] {
    case is FeedForwardExperts, is GatedFeedForwardExperts: break
    default: return false
    }
    switch strategy.selector {
    case is AllSelector, is TopKSelector, is ThresholdSelector, is ExpertChoiceSelector:
      return !plan.tokens.repeats
    default: return false
    }
  }

  /// Gives each expert the place of another: at place i stands expert `order[i]`.
  fileprivate mutating func permute(_ order: [Int]) throws {
    let count = order.count
    var places = order
    for (place, expert) in order.enumerated() { places[expert] = place }
    func permuted(_ tensor: Tensor) -> Tensor {
      tensor.shape.first == count ? tensor.gatheringEntries(order) : tensor
    }
    layer.router.visitParameters { $1 = permuted($1) }
    layer.expertGroups[0].visitParameters { $1 = permuted($1) }
    layer.router.selectionBias = layer.router.selectionBias.map(permuted)
    layer.router.logitOffset = layer.router.logitOffset.map(permuted)
    layer.router.disabledExperts = Set(layer.router.disabledExperts.map { places[$0] })
    layer.balancingLosses = []
    overrides.load = overrides.load.map { load in order.map { load[$0] } }
    overrides.forcedExperts = overrides.forcedExperts.mapValues { $0.map { places[$0] } }
    if let weighting = layer.router.weighting as? RenormalizedWeighting,
      !weighting.excludedExperts.isEmpty
    {
      var strategy = layer.router.strategy
      strategy.weighting = RenormalizedWeighting(
        epsilon: weighting.epsilon,
        excluding: Set(weighting.excludedExperts.map { places[$0] }),
        excludesZeroExperts: weighting.excludesZeroExperts)
      var router = try Router(
        gate: layer.router.gate, strategy: strategy, seed: layer.router.seed,
        layer: layer.router.layer)
      router.selectionBias = layer.router.selectionBias
      router.logitOffset = layer.router.logitOffset
      router.disabledExperts = layer.router.disabledExperts
      layer.router = router
    }
  }
}

extension Weighting {
  /// Whether experts have groups, or stand out by their number deep inside.
  fileprivate var isHierarchical: Bool {
    switch self {
    case let scaled as ScaledWeighting:
      scaled.base.isHierarchical || scaled.base is RenormalizedWeighting
    case let remainder as RemainderWeighting:
      remainder.base.isHierarchical || remainder.base is RenormalizedWeighting
    default: self is HierarchicalWeighting
    }
  }
}
