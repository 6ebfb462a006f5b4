import MoE

/// Changes of which experts a layer has.
extension PropertyCheck {
  /// A layer without some experts is one in which they are switched off.
  static func removedExpertsAreSwitchedOff(
    _ subject: PropertySubject, _ run: PropertyRun
  ) throws -> Bool {
    var generator = SeededGenerator(seed: subject.plan.seed ^ 0x72_6d)
    let count = subject.layer.expertCount
    let removed = Set((0..<count).filter { _ in .random(in: 0..<3, using: &generator) == 0 })
    let kept = (0..<count).filter { !removed.contains($0) }
    guard !removed.isEmpty, !kept.isEmpty, subject.isIndifferentToRemoval,
      subject.overrides.forcedExperts.values.allSatisfy({ removed.isDisjoint(with: $0) })
    else { return false }
    // What is left out at random goes by the experts' numbers, which change.
    guard !subject.context.mode.isTraining || !subject.plan.hasDropout else { return false }
    var (off, without) = (subject, subject)
    off.layer.router.disabledExperts.formUnion(removed)
    let (before, after): (PropertyRun, PropertyRun)
    do {
      try without.layer.removeExperts(removed)
      without.overrides.load = without.overrides.load.map { load in kept.map { load[$0] } }
      without.overrides.forcedExperts = without.overrides.forcedExperts.mapValues { experts in
        experts.compactMap { kept.firstIndex(of: $0) }
      }
      before = try off.run()
      after = try without.run()
    } catch is MoEError { return false }
    // Where a token may take any number of experts, their mean with shared ones goes by how many
    // there are.
    guard
      off.layer.router.slotCount == without.layer.router.slotCount
        || subject.layer.sharedExperts?.combination != .averageOverRoutes
    else { return false }
    let isExact = subject.isExactInRemoval
    guard isExact || before.pass.routing.isDecided(off) else { return false }
    for token in 0..<subject.tokens.rowCount {
      let same = after.pass.routing.experts(of: token).map { kept[$0] }
      let experts = before.pass.routing.experts(of: token)
      try expect(experts == same, "removed experts", "token \(token) to \(same), not \(experts)")
    }
    guard !subject.plan.readsRouting else { return true }
    try expectSame(before, after, isExact: isExact)
    return true
  }

  /// Throws where outputs, losses or gradients of tokens differ by more than rounding.
  private static func expectSame(
    _ before: PropertyRun, _ after: PropertyRun, isExact: Bool
  ) throws {
    var pairs = [("output", before.pass.output, after.pass.output)]
    if let mine = before.inputGradient, let theirs = after.inputGradient {
      pairs.append(("gradient of tokens", mine, theirs))
    }
    if let mine = before.previousGradient, let theirs = after.previousGradient {
      pairs.append(("gradient of previous logits", mine, theirs))
    }
    for (name, mine, theirs) in pairs {
      if isExact {
        try expect(mine.hasBits(of: theirs), "removed experts", "another \(name)")
      } else {
        let bound = mine.scalarArray.map(\.magnitude).max() ?? 0
        let difference = (mine - theirs).scalarArray.map(\.magnitude).max() ?? 0
        try expect(
          difference <= 1e-3 * max(bound, 1e-3), "removed experts",
          "\(name) differs by \(difference) of \(bound)")
      }
    }
    for (mine, theirs) in zip(before.pass.losses, after.pass.losses) {
      try expect(
        (mine.value - theirs.value).magnitude <= 1e-3 * max(mine.value.magnitude, 1e-3),
        "removed experts", "\(mine.name) \(mine.value), and \(theirs.value) without them")
    }
  }

  /// A layer whose experts were copied, merged, removed and put in another order works or is
  /// refused, and its state can be saved.
  static func editedLayersWork(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    var generator = SeededGenerator(seed: subject.plan.seed ^ 0x65_64)
    let count = subject.layer.expertCount
    let sources = (0..<Int.random(in: 1...count + 2, using: &generator)).map { _ in
      let first = Int.random(in: 0..<count, using: &generator)
      let isMerged = Int.random(in: 0..<6, using: &generator) == 0 && first + 1 < count
      return isMerged ? [first, first + 1] : [first]
    }
    var edited = subject
    do {
      edited.layer = try subject.layer.editingExperts(ExpertEdit(averaging: sources, of: count))
    } catch is MoEError { return false }
    edited.overrides.load = nil
    edited.overrides.forcedExperts = [:]
    try expect(edited.layer.expertCount == sources.count, "edit", "\(edited.layer.expertCount)")
    try edited.layer.checkBuffers()
    let after: PropertyRun
    do { after = try edited.run() } catch is MoEError { return false }
    if edited.context.mode.isTraining {
      let parameters = edited.layer.namedParameters
      try expect(
        parameters.map(\.parameter.shape) == after.parameterGradients.map(\.parameter.shape),
        "shape of gradients after an edit", "others")
      try edited.layer.finishStep(
        [after.pass],
        tokenQuality: [(0..<subject.tokens.rowCount).map { 1 / Float($0 % 3 + 1) }])
    }
    var restored = edited.layer
    let buffers = edited.layer.namedBuffers.map { ($0.name, $0.tensor) }
    try restored.restoreBuffers([:].merging(buffers) { $1 })
    try expectSameBuffers(restored, edited.layer, "saved buffers after an edit")
    return true
  }

  /// Frozen experts have no gradient and are not moved; the others have the gradient that they had.
  static func frozenExpertsStay(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    guard subject.context.mode.isTraining else { return false }
    var generator = SeededGenerator(seed: subject.plan.seed ^ 0x66_72)
    let count = subject.layer.expertCount
    let experts = Set((0..<count).filter { _ in .random(in: 0..<2, using: &generator) == 0 })
    var frozen = subject
    try frozen.layer.freezeExperts(experts, includingGateRows: .random(using: &generator))
    let other = try frozen.run()
    try expect(
      run.inputGradient.map { $0.hasBits(of: other.inputGradient ?? $0) } ?? true,
      "frozen experts", "another gradient of tokens")
    for (mine, theirs) in zip(run.parameterGradients, other.parameterGradients) {
      let (mine, name, theirs) = (mine.parameter.scalarArray, mine.name, theirs.parameter)
      for (number, kept) in zip(mine, theirs.scalarArray)
      where kept != 0 && kept.bitPattern != number.bitPattern {
        throw PropertyViolation(promise: "frozen experts", found: "another gradient of \(name)")
      }
    }
    let pass = try frozen.layer.forward(
      frozen.tokens, context: frozen.context, overrides: frozen.overrides)
    let gradient = try frozen.layer.backward(
      frozen.coefficients, routing: frozen.routingGradient(pass.routing), pass: pass
    ).gradient
    var optimizer = AdamW(learningRate: 0.1, weightDecay: 0.5)
    var updated = frozen.layer
    optimizer.update(&updated, along: gradient)
    for (group, range) in zip(frozen.layer.expertGroups.indices, frozen.layer.testedRanges) {
      for expert in range where experts.contains(expert) {
        let index = expert - range.lowerBound
        let before = try frozen.layer.expertGroups[group].namedParameters(ofExpert: index)
        let after = try updated.expertGroups[group].namedParameters(ofExpert: index)
        for (before, after) in zip(before, after) {
          try expect(
            before.parameter.hasBits(of: after.parameter), "frozen experts", before.name)
        }
      }
    }
    return true
  }
}

extension MixtureOfExperts {
  /// The experts of each group.
  var testedRanges: [Range<Int>] {
    var start = 0
    return expertGroups.map { group in
      defer { start += group.expertCount }
      return start..<start + group.expertCount
    }
  }
}

extension PropertySubject {
  /// Whether nothing in the layer knows of experts that are switched off but by their logits.
  fileprivate var isIndifferentToRemoval: Bool {
    let modifiers = plan.gate.modifiers.contains {
      if case .normalization = $0 { true } else { false }
    }
    if case .hierarchical = plan.gate.base { return false }
    return layer.router.strategy.isDeterministic && !modifiers
  }

  /// Whether no sum of the layer is over experts: it has the same bits then.
  fileprivate var isExactInRemoval: Bool {
    let strategy = layer.router.strategy
    guard strategy.slotsPerExpert == nil, layer.balancingLosses.isEmpty,
      !strategy.weighting.addsUpExperts, !(strategy.selector is SinkhornSelector),
      !(strategy.selector is LinearAssignmentSelector)
    else { return false }
    if case .cosine = plan.gate.base { return false }
    return !(strategy.score is SoftmaxScore) && !(strategy.score is SoftmaxOverTokensScore)
  }
}

extension Weighting {
  /// Whether a weight depends on a sum over experts, chosen or not.
  fileprivate var addsUpExperts: Bool {
    switch self {
    case let scaled as ScaledWeighting: scaled.base.addsUpExperts
    case let remainder as RemainderWeighting: remainder.base.addsUpExperts
    default: self is HierarchicalWeighting || self is SparseMixerWeighting
    }
  }
}
