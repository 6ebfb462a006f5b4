import MoE
import Testing

/// Buffers of what moves or counts after a step: a save and a restore lose nothing, and wrong ones
/// throw and change nothing.
@Suite struct StepBufferTests {
  private static let tokens: Tensor = [[2, 1, 0], [2, 1, 0], [0, 1, 0], [2, 0, 1]]

  /// Routings of a few steps, of three experts with the last one off.
  private static func steps() throws -> (router: Router, steps: [TrainingStep]) {
    var router = try Selecting.router(.topK(1, weighting: .scores), experts: 3)
    router.disabledExperts = [2]
    let quality: [Float] = [0.1, 0.7, 1.0 / 3, 1e-6]
    let steps = try (0..<3).map { step in
      let rotated = (0..<4).map { ($0 + step) % 4 }
      return TrainingStep(
        [
          try router.forward(
            tokens.gatheringEntries(rotated), context: .training(step: step)
          ).routing
        ],
        tokenQuality: [rotated.map { quality[3 - $0] }])
    }
    return (router, steps)
  }

  private static func trained<Update: StepUpdate>(_ update: Update) throws -> Update {
    var update = update
    var (router, steps) = try steps()
    for step in steps { try update.update(&router, after: step) }
    return update
  }

  private static func saved(_ value: some Buffered) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: value.namedBuffers.map { ($0.name, $0.tensor) })
  }

  /// Expects what was saved to make up the same value, and wrong buffers to throw and change
  /// nothing.
  private static func check<Update: StepUpdate & Equatable>(
    _ value: Update, fresh: Update, wrong: [(name: String, tensor: Tensor)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(value != fresh, sourceLocation: sourceLocation)
    var restored = fresh
    #expect(throws: Never.self, sourceLocation: sourceLocation) {
      try restored.restoreBuffers(saved(value))
    }
    #expect(restored == value, sourceLocation: sourceLocation)
    for (name, tensor) in wrong + [("other", [1])] {
      var buffers = saved(value)
      buffers[name] = tensor
      for start in [value, fresh] {
        var changed = start
        #expect(throws: MoEError.self, "\(name): \(tensor)", sourceLocation: sourceLocation) {
          try changed.restoreBuffers(buffers)
        }
        #expect(changed == start, "\(name): \(tensor)", sourceLocation: sourceLocation)
      }
    }
  }

  /// Qualities are in double precision, and are kept to the last bit.
  @Test func qualities() throws {
    let fresh = try QualityTracker(expertCount: 3, decay: 0.9)
    let tracker = try Self.trained(fresh)
    // Numbers that single precision does not hold.
    #expect(tracker.quality[..<2].allSatisfy { Double(Float($0)) != $0 })
    #expect(tracker.quality[2] == 1)
    Self.check(
      tracker, fresh: fresh,
      wrong: [
        ("quality", [1, 1, 1]), ("quality", [[1, 1], [1, 1], [1, 1]]),
        ("quality", Tensor(zeros: [0, 3])), ("quality", Tensor(doubles: [1, 0, 1])),
        ("quality", Tensor(doubles: [1, 1, 1.0.nextUp])), ("quality", Tensor(doubles: [1, -1, 1])),
        ("quality", Tensor(doubles: [1, .nan, 1])),
      ])
    // Of what was restored, the next step makes the same.
    var (restored, trained) = (fresh, tracker)
    try restored.restoreBuffers(Self.saved(tracker))
    var (router, steps) = try Self.steps()
    try restored.update(&router, after: steps[0])
    let offset = router.logitOffset
    try trained.update(&router, after: steps[0])
    #expect(restored == trained && router.logitOffset?.bits == offset?.bits)
  }

  @Test func loads() throws {
    let fresh = LoadCounts(expertCount: 3)
    let counts = try Self.trained(fresh)
    #expect(counts.tokenCount == 12 && counts.routes == [9, 3, 0])
    let wrong: [(String, Tensor)] = ["routes", "firstChoices"].flatMap {
      name -> [(String, Tensor)] in
      [
        (name, Tensor(integers: [1, 2])), (name, [0.5, 0, 0]), (name, [-1, 0, 0]), (name, [1, 2]),
        (name, Tensor([.nan, 0, 0])), (name, [0x1p21, 0, 0]),
      ]
    }
    Self.check(
      counts, fresh: fresh,
      wrong: wrong + [
        ("tokenCount", [1]), ("tokenCount", [0.5, 0, 0]), ("tokenCount", Tensor([.nan, 0, 0])),
        ("tokenCount", Tensor(integers: [1, 2])),
      ])
    // Counts that neither single nor double precision holds.
    let large = [Int.max, 1 << 53 + 1, 1 << 24 + 1]
    var long = fresh
    try long.restoreBuffers([
      "routes": Tensor(integers: large), "firstChoices": Tensor(integers: large),
      "tokenCount": Tensor(integer: Int.max - 2),
    ])
    #expect(long.routes == large && long.firstChoices == large && long.tokenCount == Int.max - 2)
    Self.check(long, fresh: fresh, wrong: [])
  }

  @Test func monitors() throws {
    let fresh = BalanceMonitor(window: 2)
    let monitor = try Self.trained(fresh)
    #expect(monitor.report.steps == 2)
    Self.check(
      monitor, fresh: fresh,
      wrong: [
        ("steps", [1, 2, 3]), ("steps", Tensor(zeros: [1, 2, 3])),
        ("steps", Tensor(zeros: [3, 5, 1])),
        ("steps", Tensor(repeating: 0.5, shape: [1, 5, 3])),
        ("steps", Tensor(repeating: -1, shape: [1, 5, 3])),
        ("steps", Tensor(repeating: .nan, shape: [1, 5, 3])), ("disabledExperts", [0.5]),
        ("disabledExperts", Tensor(integers: [3])),
      ])
    // Before the first step nothing is saved, and nothing is left after it is restored.
    var emptied = monitor
    try emptied.restoreBuffers(Self.saved(fresh))
    #expect(Self.saved(fresh).isEmpty && emptied == fresh)
    // Of a longer window, the last steps are kept.
    var short = BalanceMonitor(window: 1)
    try short.restoreBuffers(Self.saved(monitor))
    let last = try Self.steps().steps[2].routings[0]
    var expected = BalanceMonitor(window: 1)
    expected.observe(last)
    #expect(short == expected)
  }

  @Test func sparsities() throws {
    let fresh = AdaptiveSparsityLoss(targetCount: 1, coefficient: 1, rate: 1.1)
    Self.check(
      try Self.trained(fresh), fresh: fresh,
      wrong: [
        ("coefficient", [1, 2]), ("coefficient", Tensor(zeros: [0])), ("coefficient", [-1]),
        ("coefficient", Tensor([.nan])), ("coefficient", Tensor([.infinity])),
      ])
  }

  // MARK: - What cannot be counted

  /// A routing of other experts throws before any is counted.
  @Test func routingsOfOtherExpertsThrow() throws {
    var (router, steps) = try Self.steps()
    let other = try KnownRouting.pass(Tensor(zeros: [2, 4]), .topK(2)).pass.routing
    var counts = LoadCounts(expertCount: 3)
    expectConfigurationError("number of experts is 4, expected 3, as are counted") {
      try counts.update(&router, after: TrainingStep(steps[0].routings + [other]))
    }
    #expect(counts == LoadCounts(expertCount: 3))
  }

  /// Layers with a bias and without, in one loop.
  @Test func aBiasMovesWhereThereIsOne() throws {
    let tokens = Self.tokens
    var routers = try [false, true, false].map {
      try Selecting.router(
        RoutingStrategy(selector: .topK(1), weighting: .scores, hasSelectionBias: $0), experts: 3)
    }
    let before = routers.map(\.namedParameters.count)
    for index in routers.indices {
      let routing = try routers[index].forward(tokens, context: .training(step: 0)).routing
      var update = SelectionBiasUpdate(.sign, rate: 0.5, recentres: false)
      update.update(&routers[index], after: TrainingStep([routing]))
    }
    #expect(routers.map(\.selectionBias) == [nil, [-0.5, 0.5, 0.5], nil])
    #expect(routers.map(\.namedParameters.count) == before)
  }

  /// Thresholds with a rate of zero stand still, and need no call.
  @Test func thresholdsMoveWithARate() {
    #expect(BatchwiseThresholdLoss().movesAfterStep)
    #expect(!BatchwiseThresholdLoss(rate: 0).movesAfterStep)
  }
}
