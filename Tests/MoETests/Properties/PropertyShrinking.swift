import MoE

extension PropertyPlan {
  /// The smallest plan that still fails in the same way: every change that makes it plainer is
  /// tried, until none is left that leaves the failure.
  func shrunk(failing check: String) -> PropertyPlan {
    var (best, tries) = (self, 0)
    var isShrinking = true
    while isShrinking, tries < 3000 {
      isShrinking = false
      for change in PropertyPlan.changes {
        var candidate = best
        change(&candidate)
        guard candidate.description != best.description else { continue }
        tries += 1
        guard PropertyOutcome(candidate, only: check).brokenCheck == check else { continue }
        best = candidate
        isShrinking = true
      }
    }
    return best
  }

  /// What makes a plan plainer.
  private static let changes: [@Sendable (inout PropertyPlan) -> Void] = [
    { $0.losses = [] }, { $0.updates = [] }, { $0.capacity = .none }, { $0.shared = nil },
    { $0.dropout = nil }, { $0.dropout?.routes = 0 }, { $0.dropout?.experts = 0 },
    { $0.plainGroups { $0.dropout = 0 } },
    { $0.latent = nil }, { $0.latent?.norm = nil }, { $0.latent?.bias = false },
    { $0.shared?.combination = .sum }, { $0.shared?.gate = nil }, { $0.shared?.bias = false },
    { if let plan = $0.shared, plan.groups.count > 1 { $0.shared?.groups.removeLast() } },
    { $0.batch = Batch() }, { $0.overrides = OverridePlan() }, { $0.disabled = [] },
    { $0.gate.modifiers = [] }, { $0.gate = GatePlan() }, { $0.score = .softmax },
    { $0.selectPlainly(0) }, { $0.selectPlainly(1) }, { $0.selectPlainly(2) },
    { $0.weighting = .scores },
    { if !($0.weighting is ScoreWeighting) { $0.weighting = .renormalized } },
    { $0.hasSelectionBias = false }, { $0.isStraightThrough = false },
    { $0.appliesWeightsToInput = false }, { $0.expertInputScale = 1 }, { $0.slotsPerExpert = nil },
    { if $0.slotsPerExpert != nil { $0.slotsPerExpert = 1 } },
    { $0.outputSize = nil }, { $0.layer = 0 }, { $0.isCausal = false },
    { if $0.mode.isTraining { $0.mode = .training(step: 0) } }, { $0.mode = .inference },
    { $0.hasLogitOffset = false }, { $0.hasRouterInput = false }, { $0.hasPreviousState = false },
    { $0.output = nil }, { $0.output?.norm = nil }, { $0.output?.routedNorm = nil },
    { $0.weightScaleCount = nil },
    { $0.tokens.scale = 1 }, { $0.tokens.repeats = false }, { $0.tokens.broken = nil },
    { if !$0.losses.isEmpty { $0.losses.removeFirst() } },
    { if !$0.losses.isEmpty { $0.losses.removeLast() } },
    { if !$0.updates.isEmpty { $0.updates.removeFirst() } },
    { if !$0.updates.isEmpty { $0.updates.removeLast() } },
    { if !$0.gate.modifiers.isEmpty { $0.gate.modifiers.removeFirst() } },
    { if !$0.gate.modifiers.isEmpty { $0.gate.modifiers.removeLast() } },
    { $0.capacity.training = .none }, { $0.capacity.inference = .none },
    { $0.capacity.minimum = 0 }, { $0.capacity.order = .position },
    { $0.capacity.prioritizesFirstChoices = false }, { $0.capacity.overflow = .drop },
    { $0.capacity.weights = .beforeDropping }, { $0.capacity.shares = .equal },
    { $0.batch.padding = nil }, { $0.batch.positions = nil }, { $0.batch.tokenIDs = nil },
    { $0.batch.sequenceLengths = nil }, { $0.overrides.previousShape = nil },
    { $0.overrides.load = nil }, { $0.overrides.forced = [:] },
    { $0.overrides.replayLacking = nil }, { $0.overrides.replayDamage = nil },
    { $0.overrides.previousHasDisabled = false }, { $0.readsRouting = false },
    { $0.bufferDamage = nil }, { $0.tokens.wrongShape = nil }, { $0.dropToken() },
    { $0.dropExpert() },
    { if $0.groups.count > 1 { $0.groups.removeFirst() } },
    { if $0.groups.count > 1 { $0.groups.removeLast() } },
    { $0.plainGroups { $0.before = nil } }, { $0.plainGroups { $0.after = nil } },
    { $0.plainGroups { $0.hiddenSize = 1 } }, { $0.plainGroups { $0.bias = false } },
    { $0.plainGroups { $0.activation = .identity } }, { $0.plainGroups { $0.kind = .feedForward } },
    { if $0.inputSize > 1 { $0.inputSize = 1 } }, { if $0.inputSize > 1 { $0.inputSize -= 1 } },
    { if let size = $0.outputSize, size > 1 { $0.outputSize = size - 1 } },
  ]

  /// Takes one of the plainest selectors, unless it is as plain already.
  private mutating func selectPlainly(_ rank: Int) {
    let plainest: [any ExpertSelector] = [.topK(1), .topK(2), .all]
    let now = "\(selector)"
    let known = plainest.firstIndex { "\(SelectorPlan.made($0))" == now }
    if known ?? plainest.count > rank { selector = .made(plainest[rank]) }
  }

  private mutating func plainGroups(_ change: (inout GroupPlan) -> Void) {
    for index in groups.indices { change(&groups[index]) }
    for index in shared?.groups.indices ?? 0..<0 { change(&shared!.groups[index]) }
  }

  /// Takes the last token out of all that is said of tokens.
  private mutating func dropToken() {
    guard tokens.count > 0 else { return }
    tokens.count -= 1
    let count = tokens.count
    batch.padding = batch.padding.map { Array($0.prefix(count)) }
    batch.positions = batch.positions.map { Array($0.prefix(count)) }
    batch.tokenIDs = batch.tokenIDs.map { Array($0.prefix(count)) }
    if let lengths = batch.sequenceLengths, let last = lengths.lastIndex(where: { $0 > 0 }) {
      batch.sequenceLengths?[last] -= 1
    }
    if let shape = overrides.previousShape, shape.count == 2, shape[0] > 0 {
      overrides.previousShape = [shape[0] - 1, shape[1]]
    }
    overrides.forced[count] = nil
  }

  /// Takes the last expert out of all that is said of experts.
  private mutating func dropExpert() {
    guard expertCount > 1, let last = groups.indices.last else { return }
    let count = expertCount - 1
    if groups[last].count > 1 { groups[last].count -= 1 } else { groups.removeLast() }
    if case .each(let shares) = capacity.shares {
      capacity.shares = .each(Array(shares.prefix(count)))
    }
    overrides.load = overrides.load.map { Array($0.prefix(count)) }
    overrides.forced = overrides.forced.mapValues { $0.filter { $0 < count } }
    disabled = disabled.filter { $0 < count }
    if let shape = overrides.previousShape, shape.count == 2 {
      overrides.previousShape = [shape[0], logitCount]
    }
    if case .logits = gate.base { inputSize = max(logitCount, 1) }
    if case .hash(let vocabulary, _, let slots) = selector {
      selector = .hash(vocabulary: vocabulary, expertCount: count, count: min(slots, count))
    }
  }
}
