import Foundation
import MoE
import Testing

/// Selectors that look at the whole batch.
@Suite(.namingCombinations) struct BatchSelectorTests {
  private static let selectors: [(String, any ExpertSelector)] = [
    ("expert choice", .expertChoice(capacityFactor: 1.5)), ("sinkhorn", .sinkhorn(2)),
    ("assignment", .linearAssignment), ("batchwise", .batchwiseBalanced(2)),
  ]

  private static func input(
    _ logits: Tensor, training: Bool = true, padding: [Bool]? = nil, disabled: Set<Int> = [],
    bias: Tensor? = nil
  ) -> SelectionInput {
    var logits = logits
    for expert in disabled {
      for token in 0..<logits.rowCount { logits[token, expert] = -.infinity }
    }
    let scores = logits.softmax()
    var priorities = bias.map { scores.addingToEachRow($0) } ?? scores
    for expert in disabled {
      for token in 0..<logits.rowCount { priorities[token, expert] = -.infinity }
    }
    return SelectionInput(
      logits: logits, scores: scores, priorities: priorities,
      context: RoutingContext(mode: training ? .training(step: 0) : .inference, padding: padding))
  }

  private static func lists(_ selected: SelectedExperts, tokens: Int) -> [[Int]] {
    (0..<tokens).map { token in
      (0..<selected.slotCount).map { Int(selected.experts[token * selected.slotCount + $0]) }
        .filter { $0 >= 0 }
    }
  }

  private static func select(_ selector: any ExpertSelector, _ input: SelectionInput) throws
    -> [[Int]]
  { lists(try selector.select(input), tokens: input.tokenCount) }

  // MARK: - All of them

  @Test func saysWhatItLooksAt() throws {
    for (name, selector) in BatchSelectorTests.selectors {
      #expect(!selector.isTokenLocal && !selector.isCausal && selector.isDeterministic, "\(name)")
    }
  }

  @Test func paddingTakesNoPlace() throws {
    let logits = SmallLayers.normal([11, 4])
    let valid = [1, 2, 3, 5, 6, 8, 10]
    for training in [true, false] {
      for (name, selector) in BatchSelectorTests.selectors {
        // Padding has the highest logits of all.
        var padded = logits + 0
        for token in 0..<11 where !valid.contains(token) {
          for expert in 0..<4 { padded[token, expert] = 50 + Float(expert) }
        }
        let all = try BatchSelectorTests.select(
          selector,
          BatchSelectorTests.input(
            padded, training: training, padding: (0..<11).map { !valid.contains($0) }))
        let alone = try BatchSelectorTests.select(
          selector, BatchSelectorTests.input(logits.gatheringRows(valid), training: training))
        #expect(valid.map { all[$0] } == alone, "\(name), training \(training)")
      }
    }
  }

  @Test func switchedOffExpertsAreNotThere() throws {
    let logits = SmallLayers.normal([9, 5])
    for off in [[1], [0, 3], [0, 1, 2, 4]] {
      let on = (0..<5).filter { !off.contains($0) }
      var fewer = Tensor(zeros: [9, on.count])
      for token in 0..<9 {
        for (column, expert) in on.enumerated() { fewer[token, column] = logits[token, expert] }
      }
      for training in [true, false] {
        for (name, selector) in BatchSelectorTests.selectors {
          let found = try BatchSelectorTests.select(
            selector, BatchSelectorTests.input(logits, training: training, disabled: Set(off)))
          let among = try BatchSelectorTests.select(
            selector, BatchSelectorTests.input(fewer, training: training))
          #expect(found == among.map { $0.map { on[$0] } }, "\(name) without \(off)")
        }
      }
    }
  }

  @Test func permutingTokensAndExpertsPermutesTheChoice() throws {
    let logits = SmallLayers.normal([12, 4], seed: 6)
    let (tokenOrder, expertOrder) = ([5, 0, 11, 3, 8, 1, 10, 2, 9, 4, 7, 6], [2, 0, 3, 1])
    var moved = Tensor(zeros: [12, 4])
    for token in 0..<12 {
      for expert in 0..<4 { moved[token, expert] = logits[tokenOrder[token], expertOrder[expert]] }
    }
    for training in [true, false] {
      for (name, selector) in BatchSelectorTests.selectors {
        let first = try BatchSelectorTests.select(
          selector, BatchSelectorTests.input(logits, training: training))
        let second = try BatchSelectorTests.select(
          selector, BatchSelectorTests.input(moved, training: training))
        for token in 0..<12 {
          #expect(
            Set(second[token].map { expertOrder[$0] }) == Set(first[tokenOrder[token]]), "\(name)")
        }
      }
    }
  }

  @Test func cornersAreDefined() throws {
    for (name, selector) in BatchSelectorTests.selectors where name != "sinkhorn" {
      #expect(
        try BatchSelectorTests.select(
          selector, BatchSelectorTests.input(Tensor(zeros: [3, 1]))) == [[0], [0], [0]], "\(name)")
    }
    #expect(
      try BatchSelectorTests.select(
        .sinkhorn(1), BatchSelectorTests.input(Tensor(zeros: [3, 1]))) == [[0], [0], [0]])
    #expect(
      try BatchSelectorTests.select(
        .sinkhorn(3), BatchSelectorTests.input([[1, 3, 2], [1, 1, 0]])
      )
      .allSatisfy { Set($0) == [0, 1, 2] })
    for training in [true, false] {
      for (name, selector) in BatchSelectorTests.selectors {
        #expect(
          try BatchSelectorTests.select(
            selector, BatchSelectorTests.input(Tensor(zeros: [0, 4]), training: training)
          ).isEmpty,
          "\(name)")
        #expect(
          try BatchSelectorTests.select(
            selector,
            BatchSelectorTests.input(
              Tensor(zeros: [2, 4]), training: training, padding: [true, true])
          ).count == 2, "\(name)")
        // One token.
        let one = try BatchSelectorTests.select(
          selector, BatchSelectorTests.input([[1, 5, 2, 3]], training: training))
        #expect(one.count == 1 && one[0].contains(1), "\(name)")
      }
    }
  }

  /// Whole layers of each strategy train, and give zeros for tokens that no expert takes.
  @Test func layersTrain() throws {
    let strategies: [RoutingStrategy] = [
      .expertChoice(capacityFactor: 1), .expertChoice(weighting: .probabilitiesByCount),
      .sinkhorn(1), .sinkhorn(2), .batchwiseBalanced(1),
      RoutingStrategy(selector: .linearAssignment, weighting: .probabilities),
    ]
    let tokens = SmallLayers.normal([6, 4])
    for strategy in strategies {
      #expect(!strategy.isTokenLocal && !strategy.isCausal)
      let layer = try SmallLayers.layer(strategy)
      try checkMixture(layer, tokens, RoutingContext(mode: .training(step: 0))) { routing in
        var reference = ReferenceRoutes(routing, hiddenSize: 3)
        reference.weights =
          strategy.weighting is RenormalizedWeighting
          ? .renormalized
          : strategy.weighting is ProbabilityWeighting
            || strategy.weighting is SelectedCountWeighting ? .probabilities : .logistic
        guard strategy.weighting is SelectedCountWeighting else { return { reference($0, $1) } }
        return { tokens, parameters in
          zip(reference(tokens, parameters), reference.experts).map { row, experts in
            row.map { $0 / Double(max(1, experts.count { $0 >= 0 })) }
          }
        }
      }
      let pass = try layer.forward(tokens, mode: .inference)
      for token in 0..<6 where pass.routing.experts(of: token).isEmpty {
        #expect(pass.output[row: token] == Tensor(zeros: [4]))
      }
    }
  }

  // MARK: - Expert choice

  @Test(arguments: [0.5, 1, 1.3, 2, 100])
  func expertsTakeTheirBestTokens(factor: Double) throws {
    // Rounded, so that there are equal ones.
    let logits = Tensor(
      Tensor(scattered: [10, 3], seed: 5).scalarArray.map { ($0 * 3).rounded() }, shape: [10, 3])
    let input = BatchSelectorTests.input(logits)
    let count = min(10, Int((factor * 10 / 3).rounded(.up)))
    var expected = [[Int]](repeating: [], count: 10)
    for expert in 0..<3 {
      var left = Array(0..<10)
      for _ in 0..<count {
        var best = 0
        for index in left.indices
        where input.priorities[left[index], expert] > input.priorities[left[best], expert] {
          best = index
        }
        expected[left.remove(at: best)].append(expert)
      }
    }
    for training in [true, false] {
      #expect(
        try BatchSelectorTests.select(
          .expertChoice(capacityFactor: factor),
          BatchSelectorTests.input(logits, training: training)) == expected)
    }
  }

  /// Mesh TensorFlow's: scores are a softmax over tokens, divided by the number of a token's experts.
  @Test func expertsChooseByTheSoftmaxOverTokens() throws {
    let layer = try SmallLayers.layer(
      .expertChoice(
        capacityFactor: 1.5, score: .softmaxOverTokens, weighting: .probabilitiesByCount))
    let tokens = SmallLayers.normal([7, 4])
    for padding in [nil, [false, true, false, false, false, true, false]] {
      var context = RoutingContext(mode: .training(step: 0))
      context.padding = padding
      let routing = try layer.forward(tokens, context: context).routing
      let count = padding == nil ? 3 : 2
      #expect(routing.load == [count, count, count, count])
      try checkMixture(layer, tokens, context) {
        var reference = ReferenceRoutes($0, hiddenSize: 3)
        reference.weights = .overTokens
        reference.padding = padding == nil ? [] : [1, 5]
        return { reference($0, $1) }
      }
    }
  }

  @Test func expertChoiceRefusesBadFactors() {
    for (factor, text) in [(0.0, "0.0"), (-1, "-1.0"), (.infinity, "inf"), (.nan, "nan")] {
      expectConfigurationError(
        "expert choice capacity factor is \(text), expected a finite number above 0"
      ) { _ = try SmallLayers.layer(.expertChoice(capacityFactor: factor)) }
    }
  }

  // MARK: - Sinkhorn

  /// The plan as Megatron makes it, in `Double` and without any safety.
  private static func plan(_ logits: Tensor) -> [[Double]] {
    let matrix = Reference.rows(logits).map { $0.map { exp($0) } }
    let (tokens, experts) = (Double(matrix.count), Double(matrix[0].count))
    var columns = matrix[0].map { _ in 1.0 }
    var rows: [Double] = []
    while true {
      rows = matrix.map { row in
        1 / (tokens * (zip(row, columns).reduce(0) { $0 + $1.0 * $1.1 } + 1e-8))
      }
      let next = columns.indices.map { column in
        1 / (experts * (matrix.indices.reduce(0) { $0 + matrix[$1][column] * rows[$1] } + 1e-8))
      }
      let change = zip(next, columns).reduce(0) { $0 + ($1.0 - $1.1).magnitude } / experts
      columns = next
      if change < 1e-4 { break }
    }
    return zip(matrix, rows).map { row, scale in zip(row, columns).map { $0 * $1 * scale } }
  }

  @Test(arguments: [1, 2, 4])
  func takesTheLargestOfThePlan(count: Int) throws {
    for seed in 0..<5 as Range<UInt64> {
      let logits = SmallLayers.normal([8, 4], seed: 90 + seed) * 2
      let expected = BatchSelectorTests.plan(logits).map { row in
        Array(row.indices.sorted { row[$0] > row[$1] }.prefix(count))
      }
      #expect(
        try BatchSelectorTests.select(.sinkhorn(count), BatchSelectorTests.input(logits))
          == expected)
      #expect(
        try BatchSelectorTests.select(
          .sinkhorn(count), BatchSelectorTests.input(logits, training: false))
          == BatchSelectorTests.lists(logits.topK(count), tokens: 8))
    }
  }

  /// All tokens like expert 0 best, each to another degree.
  @Test func thePlanSpreadsTokens() throws {
    var logits = SmallLayers.normal([24, 4], seed: 4)
    for token in 0..<24 { logits[token, 0] += 6 }
    let trained = try BatchSelectorTests.select(.sinkhorn(1), BatchSelectorTests.input(logits))
    let used = try BatchSelectorTests.select(
      .sinkhorn(1), BatchSelectorTests.input(logits, training: false))
    #expect(used.count { $0 == [0] } > 20)
    for expert in 0..<4 { #expect((3...9).contains(trained.count { $0 == [expert] })) }
  }

  @Test func extremeLogitsStayApart() throws {
    // e^300 and e^−300 are beyond a Float; each row alone says what it prefers.
    let logits: Tensor = [[300, -300, 299], [-300, -299, -301], [0, 300, -300], [-300, 0, 2]]
    let expected = try BatchSelectorTests.select(.sinkhorn(3), BatchSelectorTests.input(logits))
    for list in expected { #expect(Set(list) == [0, 1, 2]) }
    // What is added to a whole row changes nothing.
    var moved = logits
    for expert in 0..<3 { moved[1, expert] += 256 }
    #expect(
      try BatchSelectorTests.select(.sinkhorn(3), BatchSelectorTests.input(moved)) == expected)
  }

  @Test func sinkhornRefusesBadSettings() throws {
    let cases: [(SinkhornSelector, String)] = [
      (
        SinkhornSelector(count: 5),
        "experts a token (top-k) is 5, expected 1 to 4, the experts there are"
      ),
      (
        SinkhornSelector(count: 1, tolerance: -1),
        "Sinkhorn tolerance is -1.0, expected a finite number, at least 0"
      ),
      (
        SinkhornSelector(count: 1, iterationLimit: 0),
        "Sinkhorn iteration limit is 0, expected at least 1"
      ),
    ]
    for (selector, sentence) in cases {
      expectConfigurationError(sentence) { _ = try selector.slotCount(expertCount: 4) }
    }
    #expect(try SinkhornSelector(count: 2).slotCount(expertCount: 4) == 2)
  }

  // MARK: - Linear assignment

  private static func sum(_ logits: Tensor, _ experts: [Int]) -> Double {
    experts.enumerated().reduce(0) { $0 + Double(logits[$1.0, $1.1]) }
  }

  /// The largest sum of all assignments of even sizes, by trying them all.
  private static func bestSum(_ logits: Tensor) -> Double {
    let (tokens, experts) = (logits.rowCount, logits.columnCount)
    let (least, most) = (tokens / experts, (tokens + experts - 1) / experts)
    var best = -Double.infinity
    var counts = [Int](repeating: 0, count: experts)
    func assign(_ token: Int, _ sum: Double) {
      guard token < tokens else {
        if counts.allSatisfy({ $0 >= least }) { best = max(best, sum) }
        return
      }
      for expert in 0..<experts where counts[expert] < most {
        counts[expert] += 1
        assign(token + 1, sum + Double(logits[token, expert]))
        counts[expert] -= 1
      }
    }
    assign(0, 0)
    return best
  }

  private static func expectEven(
    _ experts: [Int], of count: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for expert in 0..<count {
      let size = experts.count { $0 == expert }
      #expect(
        size == experts.count / count || size == (experts.count + count - 1) / count,
        "\(size) tokens of expert \(expert)", sourceLocation: sourceLocation)
    }
  }

  @Test func assignsAsWellAsTryingAll() throws {
    for (tokens, experts) in [(1, 3), (2, 2), (3, 2), (4, 4), (5, 3), (6, 3), (7, 3), (6, 4)] {
      for seed in 0..<6 as Range<UInt64> {
        var logits = Tensor(scattered: [tokens, experts], seed: 10 * seed + UInt64(tokens))
        // Of whole numbers many are equal; skewed, nearly all tokens have to move.
        if seed % 3 == 1 {
          logits = Tensor(logits.scalarArray.map { ($0 * 2).rounded() }, shape: logits.shape)
        }
        if seed % 3 == 2 { for token in 0..<tokens { logits[token, 0] += 4 } }
        let found = try BatchSelectorTests.select(
          .linearAssignment, BatchSelectorTests.input(logits)
        ).map { $0[0] }
        BatchSelectorTests.expectEven(found, of: experts)
        let (own, best) = (
          BatchSelectorTests.sum(logits, found), BatchSelectorTests.bestSum(logits)
        )
        #expect((own - best).magnitude < 1e-12, "\(tokens) × \(experts), seed \(seed): \(found)")
      }
    }
  }

  /// An assignment is the best of its kind where no chain of moves back to its start gains anything; a node for the
  /// expert that gets a token more or less lets sizes change places.
  @Test(arguments: [(40, 7), (42, 6), (5, 8)])
  func noChainOfMovesGains(tokens: Int, experts: Int) throws {
    var logits = SmallLayers.normal([tokens, experts], seed: 7)
    for token in 0..<tokens { logits[token, 1] += 2 }
    let found = try BatchSelectorTests.select(
      .linearAssignment, BatchSelectorTests.input(logits)
    ).map { $0[0] }
    BatchSelectorTests.expectEven(found, of: experts)
    let (least, spare) = (tokens / experts, experts)
    var costs = [[Double]](
      repeating: [Double](repeating: .infinity, count: experts + 1), count: experts + 1)
    for token in 0..<tokens {
      let from = found[token]
      for to in 0..<experts {
        costs[from][to] = min(
          costs[from][to], Double(logits[token, from]) - Double(logits[token, to]))
      }
    }
    if tokens % experts != 0 {
      for expert in 0..<experts {
        // One with a token more can give it up for one with a token less.
        let isLarge = found.count { $0 == expert } > least
        costs[isLarge ? spare : expert][isLarge ? expert : spare] = 0
      }
    }
    for middle in costs.indices {
      for from in costs.indices {
        for to in costs.indices {
          costs[from][to] = min(costs[from][to], costs[from][middle] + costs[middle][to])
        }
      }
    }
    for node in costs.indices where costs[node][node] < .infinity {
      #expect(costs[node][node] >= -1e-12)
    }
  }

  @Test func assignmentIsGreedyInInference() throws {
    let logits = SmallLayers.normal([9, 4])
    #expect(
      try BatchSelectorTests.select(
        .linearAssignment, BatchSelectorTests.input(logits, training: false))
        == logits.rowArgmax().map { [$0] })
    #expect(
      try BatchSelectorTests.select(
        .linearAssignment, BatchSelectorTests.input([[2, 2, 1]], training: false)) == [[0]])
    // Two equal tokens: the same one every time.
    #expect(
      try BatchSelectorTests.select(
        .linearAssignment, BatchSelectorTests.input([[1, 0], [1, 0]])) == [[1], [0]])
  }

  // MARK: - Strict balance

  @Test func batchwiseTakesTheBestInTrainingAndThoseAboveInInference() throws {
    let logits = SmallLayers.normal([10, 4])
    // Thresholds say nothing in training.
    for bias in [nil, [-0.2, 0, -0.4, 5] as Tensor] {
      #expect(
        try BatchSelectorTests.select(
          .batchwiseBalanced(2), BatchSelectorTests.input(logits, bias: bias))
          == BatchSelectorTests.select(
            .expertChoice(capacityFactor: 2), BatchSelectorTests.input(logits)))
    }
    let scores = logits.softmax()
    // One score stands on the threshold, and is not above it.
    let thresholds = Tensor([scores[3, 0], 0.25, 0.4, 1])
    let used = try BatchSelectorTests.select(
      .batchwiseBalanced(2),
      BatchSelectorTests.input(logits, training: false, bias: -thresholds))
    for token in 0..<10 {
      #expect(used[token] == (0..<4).filter { scores[token, $0] > thresholds[$0] })
    }
    #expect(!used[3].contains(0))
    expectConfigurationError("experts a token (top-k) is 5, expected 1 to 4, the experts there are")
    {
      _ = try SmallLayers.layer(.batchwiseBalanced(5))
    }
  }

  // MARK: - The loss of thresholds

  private static func thresholdRouter() throws -> Router {
    var router = try SmallLayers.router(.batchwiseBalanced(2), experts: 4)
    router.selectionBias = [-0.3, -0.1, -0.25, -0.35]
    return router
  }

  @Test func theThresholdLossIsItsFormula() throws {
    let router = try BatchSelectorTests.thresholdRouter()
    let logits = SmallLayers.normal([7, 4])
    let context = RoutingContext(
      mode: .training(step: 0), padding: [false, false, true, false, false, false, false])
    let pass = try router.forward(logits, context: context)
    let loss = BatchwiseThresholdLoss(coefficient: 0.5)
    let value = loss(pass.routing)
    let taken = BatchSelectorTests.lists(
      SelectedExperts(pass.routing.selection.experts, slotCount: pass.routing.slotCount), tokens: 7)
    let thresholds = [0.3, 0.1, 0.25, 0.35]
    let above = pass.routing.scores
    func exact(_ logits: [[Double]], _ thresholds: [Double]) -> Double {
      var sum = 0.0
      for token in 0..<7 where token != 2 {
        let scores = Reference.softmax(logits[token])
        for expert in 0..<4 {
          // Neither the indicator nor the mask is differentiated.
          let sign =
            (Double(above[token, expert]) > [0.3, 0.1, 0.25, 0.35][expert] ? 1.0 : 0)
            - (taken[token].contains(expert) ? 1 : 0)
          sum += 0.5 * sign * (scores[expert] - thresholds[expert])
        }
      }
      return sum
    }
    #expect(value.value > 0 && loss.name == "batchwise threshold")
    let rows = Reference.rows(logits)
    // 24 differences of scores, each with 12 roundings, below one.
    #expect((Double(value.value) - exact(rows, thresholds)).magnitude < 24 * 12 * 0x1p-24)
    let gradient = router.backward(value.gradient, tokens: logits, pass: pass).gradient.input
    let derivatives = centralDifferences(
      at: ["logits": logits.doubles, "thresholds": thresholds]
    ) { exact(Reference.rows($0["logits"]!, columns: 4), $0["thresholds"]!) }
    GradientTolerance.expect(
      gradient, near: derivatives["logits"]!, within: 30 * GradientTolerance.unitRoundoff,
      "logits")
    GradientTolerance.expect(
      loss.thresholdGradient(pass.routing), near: derivatives["thresholds"]!, within: 1e-9,
      "thresholds")
    let none = try router.forward(Tensor(zeros: [0, 4]), mode: .training(step: 0)).routing
    #expect(loss(none).value == 0 && loss.thresholdGradient(none) == Tensor(zeros: [4]))
  }

  @Test func thresholdsLearnWhatTheBatchChose() throws {
    var router = try SmallLayers.router(.batchwiseBalanced(2), experts: 4)
    let tokens = SmallLayers.normal([12, 4], seed: 8)
    let loss: BatchwiseThresholdLoss = .batchwiseThreshold()
    #expect(router.selectionBias == Tensor(zeros: [4]))
    // Thresholds of zero: every expert.
    #expect(try router.forward(tokens, mode: .inference).routing.load == [12, 12, 12, 12])
    for step in 0..<400 {
      let routing = try router.forward(tokens, mode: .training(step: step)).routing
      #expect(routing.load == [6, 6, 6, 6])
      loss.update(&router, after: routing, rate: 0.001)
    }
    let trained = try router.forward(tokens, mode: .training(step: 400)).routing
    let used = try router.forward(tokens, mode: .inference).routing
    #expect(loss(trained).value == 0)
    for token in 0..<12 { #expect(used.experts(of: token) == trained.experts(of: token)) }
    let before = router.selectionBias
    loss.update(&router, after: used, rate: 0.1)
    #expect(router.selectionBias == before)
  }
}
