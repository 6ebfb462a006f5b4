import MoE
import Testing

/// Selectors of as many experts as a token needs, and the compositions of published models.
@Suite struct VariableSelectorTests {
  // MARK: - Top-p

  @Test(arguments: [0, 0.2, 0.5, 0.8, 0.95, 1] as [Float])
  func takesExpertsUntilTheirScoresExceedP(probability: Float) {
    let input = Selecting.input(Selecting.logits(30, 7))
    for limit in [nil, 1, 3, 7] as [Int?] {
      let selector: TopPSelector = .topP(probability, atMost: limit)
      let expected = (0..<30).map { token in
        var list: [Int] = []
        var sum: Float = 0
        for expert in Selecting.largest(input.scores[entry: token].scalarArray, limit ?? 7)
        where list.isEmpty || sum <= probability {
          list.append(expert)
          sum += input.scores[token, expert]
        }
        return list
      }
      let selected = selector.select(input)
      #expect(Selecting.lists(selected, tokens: 30) == expected)
      #expect(selected.slotCount == expected.map(\.count).max())
      if probability > 0.4, probability < 1, limit == nil {
        #expect(Set(expected.map(\.count)).count > 1)
      }
    }
    #expect(
      TopPSelector(probability: probability).select(Selecting.input([[], []])).slotCount == 0)
  }

  @Test func topPTakesTheOneThatCrosses() {
    // Scores of ½, ¼, ⅛ and ⅛, exactly.
    let scores: Tensor = [[0.125, 0.5, 0.125, 0.25]]
    let input = SelectionInput(logits: scores, scores: scores)
    let cases: [(Float, [Int32])] = [
      (0, [1]), (0.4, [1]), (0.5, [1, 3]), (0.7, [1, 3]), (0.75, [1, 3, 0]), (0.8, [1, 3, 0]),
      (0.9, [1, 3, 0, 2]), (1, [1, 3, 0, 2]),
    ]
    for (probability, experts) in cases {
      #expect(TopPSelector(probability: probability).select(input).experts == experts)
    }
    // The bias moves the order, not the sum.
    let biased = SelectionInput(
      logits: scores, scores: scores, priorities: [[1.125, 0.5, 0.125, 0.25]])
    #expect(TopPSelector(probability: 0.5).select(biased).experts == [0, 1])
  }

  /// Beyond the experts that are found without sorting, and with ties, the choice is the same.
  @Test(arguments: [15, 16, 17, 40, 100])
  func topPSortsManyExpertsAlike(experts: Int) {
    var scores = Tensor(scattered: [6, experts], seed: 12)
    for token in 0..<6 {
      for expert in 0..<experts {
        // Few different numbers, none below zero, so that many are equal; some are switched off.
        scores[token, expert] = (scores[token, expert].magnitude * 4).rounded() / Float(experts)
      }
    }
    var priorities = scores
    for token in 0..<6 { for expert in [1, 7] { priorities[token, expert] = -.infinity } }
    let input = SelectionInput(logits: scores, scores: scores, priorities: priorities)
    for probability in [0.1, 0.7, 1] as [Float] {
      for limit in [nil, 12] as [Int?] {
        let expected = (0..<6).map { token in
          var (list, sum): ([Int], Float) = ([], 0)
          for expert in Selecting.largest(priorities[entry: token].scalarArray, limit ?? experts)
          where list.isEmpty || sum <= probability {
            list.append(expert)
            sum += scores[token, expert]
          }
          return list
        }
        let selected = TopPSelector(probability: probability, atMost: limit).select(input)
        #expect(Selecting.lists(selected, tokens: 6) == expected)
      }
    }
  }

  /// What padding would choose gives no token a slot.
  @Test func paddingHasNoSlots() throws {
    let logits: Tensor = [[0, 0, 0, 0], [9, -9, -9, -9], [0, 0, 0, 0]]
    let context = RoutingContext(.training(step: 0), batch: Batch(padding: [true, false, true]))
    let selectors: [any ExpertSelector] = [.topP(0.9), .above(0.1), .positive]
    for selector in selectors {
      let score: any Score = selector is TopPSelector ? .softmax : .sigmoid
      let routing = try Selecting.router(
        RoutingStrategy(score: score, selector: selector, weighting: .scores), experts: 4
      ).forward(logits, context: context).routing
      let alone = try Selecting.router(
        RoutingStrategy(score: score, selector: selector, weighting: .scores), experts: 4
      ).forward(logits[entries: 1..<2], context: .training(step: 0)).routing
      #expect(routing.slotCount == alone.slotCount, "\(selector)")
      #expect(routing.experts(of: 1) == alone.experts(of: 0), "\(selector)")
    }
  }

  // MARK: - Thresholds

  @Test func takesEveryExpertAboveTheThreshold() {
    let input = Selecting.input(Selecting.logits(20, 6), score: .sigmoid)
    for threshold in [-1, 0, 0.3, 0.7, 2] as [Float] {
      let selector: ThresholdSelector = .above(threshold)
      let expected = (0..<20).map { (token: Int) -> [Int] in
        (0..<6).filter { (expert: Int) -> Bool in input.scores[token, expert] > threshold }
      }
      let selected = selector.select(input)
      #expect(Selecting.lists(selected, tokens: 20) == expected)
      #expect(selected.slotCount == expected.map(\.count).max())
    }
    let positive: ThresholdSelector = .positive
    #expect(positive.threshold == 0)
    let none = positive.select(Selecting.input([[-1, -2], [0, -0.0]], score: .relu))
    #expect(none.slotCount == 0 && none.experts.isEmpty)
  }

  @Test func refusesSettingsThatCannotWork() throws {
    for probability in [0, -0.1, 1.5, .nan, .infinity] as [Float] {
      Selecting.expectError(
        .topP(probability), experts: 3,
        "probability of the experts of a token (top-p) is \(probability), expected above 0 and up to 1"
      )
    }
    for limit in [0, 4] {
      Selecting.expectError(
        .topP(0.5, atMost: limit), experts: 3,
        "experts a token at most (top-p) is \(limit), expected 1 to 3, the experts there are")
    }
    for threshold in [.nan, .infinity] as [Float] {
      Selecting.expectError(
        .above(threshold), experts: 3,
        "threshold of the selection is \(threshold), expected a finite number")
    }
    #expect(try TopPSelector(probability: 0.5).slotCount(expertCount: 3) == 3)
    #expect(try TopPSelector(probability: 0.5, atMost: 2).slotCount(expertCount: 3) == 2)
    #expect(try ThresholdSelector(threshold: 0).slotCount(expertCount: 3) == 3)
  }

  // MARK: - Models

  /// w = max(l, 0), whose gradient goes to positive logits as it is; a token may have no expert.
  @Test func reluRoutingIsDifferentiable() throws {
    let router = try Selecting.router(.relu(), experts: 3)
    let tokens: Tensor = [[1, -2, 3], [-1, -1, -1], [0, 5, 0]]
    let pass = try router.forward(tokens, context: .training(step: 0))
    #expect((0..<3).map { pass.routing.experts(of: $0) } == [[0, 2], [], [1]])
    #expect(pass.routing.weights == [[1, 3], [0, 0], [5, 0]])
    #expect(pass.routing.load == [1, 1, 1])
    let gradient = try router.backward([[7, 8], [9, 10], [11, 12]], pass: pass)
    #expect(gradient.input == [[7, 0, 8], [0, 0, 0], [0, 11, 0]])
  }

  /// Weights of p, as many as it takes: dlₑ = pₑ·(gₑ·1[e chosen] − Σ g·p).
  @Test func topPRoutingIsDifferentiable() throws {
    let router = try Selecting.router(.topP(0.6), experts: 5)
    let tokens = Selecting.logits(8, 5)
    let pass = try router.forward(tokens, context: .training(step: 0))
    let slots = pass.routing.weights.shape[1]
    let direction = Tensor(scattered: [8, slots], seed: 9)
    let gradient = try router.backward(direction, pass: pass)
    for token in 0..<8 {
      let p = Reference.softmax(tokens[entry: token].doubles)
      var chosen = [Double](repeating: 0, count: 5)
      for (slot, expert) in pass.routing.experts(of: token).enumerated() {
        chosen[expert] = Double(direction[token, slot])
      }
      let mean = zip(chosen, p).reduce(0) { $0 + $1.0 * $1.1 }
      // As in the tests of routers: at most 20 roundings of numbers up to one, and the sum of five.
      GradientTolerance.expect(
        gradient.input[entry: token], near: (0..<5).map { p[$0] * (chosen[$0] - mean) },
        within: 30 * GradientTolerance.unitRoundoff, "token \(token)")
    }
  }

  @Test func aTokenWithoutExpertsHasAnOutputOfZeros() throws {
    var generator = SeededGenerator(seed: 3)
    var layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 5)], routing: .relu(),
      using: &generator)
    layer.visitParameters { name, parameter in
      if name == "router.gate.weight" {
        parameter = [[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0]]
      }
    }
    let tokens: Tensor = [[-1, 0, 0, 2], [1, 1, 1, 1]]
    let pass = try layer.forward(tokens, context: .training(step: 0))
    #expect(pass.output[entry: 0] == Tensor(zeros: [4]))
    #expect(pass.routing.experts(of: 1) == [0, 1, 2])
    let alone = try layer.forward(tokens[entries: 0..<1], context: .training(step: 0))
    #expect(alone.output == Tensor(zeros: [1, 4]))
    let gradient = try layer.backward(Tensor(repeating: 1, shape: [1, 4]), pass: alone)
    #expect(gradient.input == Tensor(zeros: [1, 4]))
  }

  @Test func modelsAreTheirParts() throws {
    let one: RoutingStrategy = .switchTransformer()
    #expect(one.weighting is ScoreWeighting && one.capacity == .factor(1.25, inference: 2))
    #expect(try one.selector.slotCount(expertCount: 4) == 1)
    let shard: RoutingStrategy = .gShard()
    #expect(shard.capacity.prioritizesFirstChoices && shard.capacity.inference == .tokenFactor(2))
    #expect(shard.capacity.minimum == 4)
    #expect(!shard.isDeterministic && !shard.isTokenLocal)
    let hash: RoutingStrategy = .hash(try HashRoutingTable(vocabulary: 3, expertCount: 2, seed: 1))
    #expect(hash.isTokenLocal && hash.isDeterministic)
    let limited: RoutingStrategy = .groupLimited(2, groups: 2, groupsPerToken: 1)
    #expect(limited.isTokenLocal && !limited.hasSelectionBias)
    #expect(RoutingStrategy.relu().isTokenLocal && RoutingStrategy.topP(0.5).isTokenLocal)
  }
}
