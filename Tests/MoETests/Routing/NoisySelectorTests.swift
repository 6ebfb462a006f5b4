import MoE
import Testing

/// Selectors that choose by noise.
@Suite struct NoisySelectorTests {
  private static let training = RoutingContext(.training(step: 0))
  /// That of a context which no router has set up.
  private static let noise = Noise(seed: 0, step: 0, layer: 0)

  // MARK: - Fixed noise

  @Test func fixedNoiseIsAddedToTheLogitsInTraining() throws {
    let logits = Selecting.logits(9, 5)
    let input = Selecting.input(logits, NoisySelectorTests.training)
    let noise = NoisySelectorTests.noise.normal(
      .selection, input.context.batch, tokens: 9, experts: 5)
    let selector: FixedNoiseTopKSelector = .fixedNoiseTopK(2, deviation: 3)
    let chosen = Selecting.lists(selector.select(input), tokens: 9)
    let noisy = logits + noise * (3 / Float(5))
    #expect(chosen == (0..<9).map { Selecting.largest(noisy[entry: $0].scalarArray, 2) })
    // So much noise does change something.
    let clean = (0..<9).map { Selecting.largest(logits[entry: $0].scalarArray, 2) }
    #expect(chosen != clean)
    #expect(Selecting.lists(selector.select(Selecting.input(logits)), tokens: 9) == clean)
    let still: FixedNoiseTopKSelector = .fixedNoiseTopK(2, deviation: 0)
    #expect(Selecting.lists(still.select(input), tokens: 9) == clean)
    #expect(
      still.promises.contains(.deterministic) && !selector.promises.contains(.deterministic)
        && selector.promises.contains(.tokenLocal))
  }

  @Test func fixedNoiseIsForTheChoiceAlone() throws {
    let logits = Selecting.logits(6, 5)
    let strategy = RoutingStrategy(
      selector: .fixedNoiseTopK(2, deviation: 5), weighting: .scores)
    let routing = try Selecting.router(strategy, experts: 5)
      .forward(logits, context: .training(step: 3)).routing
    let scores = logits.softmax()
    #expect(routing.logits == logits && routing.scores.bits == scores.bits)
    for token in 0..<6 {
      for (slot, expert) in routing.experts(of: token).enumerated() {
        #expect(routing.weights[token, slot] == scores[token, expert])
      }
    }
  }

  // MARK: - Gumbel noise and draws

  @Test func gumbelNoiseIsAddedToTheLogitsOverTheTemperature() {
    let logits = Selecting.logits(9, 5)
    let input = Selecting.input(logits, NoisySelectorTests.training)
    let noise = NoisySelectorTests.noise.gumbel(
      .selection, input.context.batch, tokens: 9, experts: 5)
    for temperature in [0.25, 1, 4] as [Float] {
      let selector: GumbelTopKSelector = .gumbelTopK(3, temperature: temperature)
      let noisy = logits / temperature + noise
      let expected = (0..<9).map { Selecting.largest(noisy[entry: $0].scalarArray, 3) }
      let clean = (0..<9).map { Selecting.largest(logits[entry: $0].scalarArray, 3) }
      #expect(expected != clean)
      #expect(Selecting.lists(selector.select(input), tokens: 9) == expected)
      #expect(Selecting.lists(selector.select(Selecting.input(logits)), tokens: 9) == clean)
      let noisyAlways: GumbelTopKSelector = .gumbelTopK(
        3, temperature: temperature, isNoisyInInference: true)
      #expect(
        Selecting.lists(noisyAlways.select(Selecting.input(logits)), tokens: 9) == expected)
    }
  }

  /// The distribution of the first and of the second expert of a draw without replacement.
  private func expectDraws(
    _ selector: some ExpertSelector, _ logits: [Float], probabilities: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (draws, experts) = (3000, logits.count)
    let batch = Tensor(
      Array(repeatElement(logits, count: draws).joined()), shape: [draws, experts])
    let selected = try selector.select(Selecting.input(batch, NoisySelectorTests.training))
    let lists = Selecting.lists(selected, tokens: draws)
    for expert in 0..<experts {
      let p = probabilities
      Selecting.expectCount(
        lists.count { $0[0] == expert }, of: draws, probability: p[expert], "first \(expert)",
        sourceLocation: sourceLocation)
      let second = (0..<experts).reduce(0.0) {
        $1 == expert ? $0 : $0 + p[$1] * p[expert] / (1 - p[$1])
      }
      Selecting.expectCount(
        lists.count { $0[1] == expert }, of: draws, probability: second, "second \(expert)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func drawsAreDistributedAsTheScores() throws {
    let logits: [Float] = [0, 1, -1, 0.5]
    let p = Reference.softmax(logits.map(Double.init))
    try expectDraws(GumbelTopKSelector(count: 2), logits, probabilities: p)
    try expectDraws(SampledSelector(count: 2), logits, probabilities: p)
    let cold = Reference.softmax(logits.map { Double($0) / 0.5 })
    try expectDraws(GumbelTopKSelector(count: 2, temperature: 0.5), logits, probabilities: cold)
    let even = [Double](repeating: 0.25, count: 4)
    try expectDraws(RandomSelector(count: 2), logits, probabilities: even)
    // Without any load, the draws of a first token are by scores alone.
    let load = LoadBalancedSamplingSelector(count: 2)
    let one = load.select(
      Selecting.input(Tensor(logits, shape: [1, 4]), NoisySelectorTests.training))
    let same = SampledSelector(count: 2).select(
      Selecting.input(Tensor(logits, shape: [1, 4]), NoisySelectorTests.training))
    #expect(one == same)
  }

  /// Running sums over those that are left, one number a slot.
  @Test func samplingTakesTheFirstExpertWhoseRunningSumExceedsTheNumber() throws {
    let logits = Selecting.logits(12, 6)
    let input = Selecting.input(logits, NoisySelectorTests.training)
    let selector: SampledSelector = .sampled(4)
    let expected = (0..<12).map { token in
      var left = Array(0..<6)
      return (0..<4).map { slot in
        let scores = left.map { Double(input.scores[token, $0]) }
        let number = NoisySelectorTests.noise.uniform(.selection, position: token, expert: slot)
        var running = 0.0
        let place = scores.firstIndex {
          running += $0
          return running > number * scores.reduce(0, +)
        }
        return left.remove(at: place ?? left.count - 1)
      }
    }
    #expect(Selecting.lists(selector.select(input), tokens: 12) == expected)
    let clean = (0..<12).map { Selecting.largest(logits[entry: $0].scalarArray, 4) }
    #expect(Selecting.lists(selector.select(Selecting.input(logits)), tokens: 12) == clean)
    let always: SampledSelector = .sampled(4, isNoisyInInference: true)
    #expect(Selecting.lists(always.select(Selecting.input(logits)), tokens: 12) == expected)
  }

  @Test func samplingNeverTakesAScoreOfZero() {
    let logits: Tensor = [[1, -1, 2, -3], [-1, -1, -1, -1], [-1, 5, -1, -1]]
    let input = Selecting.input(logits, score: .relu, NoisySelectorTests.training)
    let lists = Selecting.lists(SampledSelector(count: 3).select(input), tokens: 3)
    #expect(lists.map { $0.sorted() } == [[0, 2], [], [1]])
  }

  @Test func randomExpertsDependOnNoScore() {
    let selector: RandomSelector = .random(3)
    let (first, second) = (
      selector.select(Selecting.input(Selecting.logits(20, 7, seed: 2))),
      selector.select(Selecting.input(Selecting.logits(20, 7, seed: 3)))
    )
    #expect(first == second)
    #expect(
      !selector.promises.contains(.readsScores) && !selector.promises.contains(.deterministic)
        && selector.promises.contains(.tokenLocal))
    // All orders of all experts: 24 of them.
    let lists = Selecting.lists(
      RandomSelector(count: 4).select(Selecting.input(Tensor(zeros: [2400, 4]))), tokens: 2400)
    let counts = Dictionary(grouping: lists) { $0 }.mapValues(\.count)
    #expect(counts.count == 24)
    for (order, count) in counts {
      Selecting.expectCount(count, of: 2400, probability: 1 / 24.0, "\(order)")
    }
  }

  @Test func randomExpertsAreOnesThatAreSwitchedOn() {
    let selector: RandomSelector = .random(3)
    let lists = Selecting.lists(
      selector.select(Selecting.input(Tensor(zeros: [50, 5]), disabled: [0, 3, 4])), tokens: 50)
    #expect(lists.allSatisfy { $0.sorted() == [1, 2] })
    #expect(Set(lists) == [[1, 2], [2, 1]])
  }

  /// A router gives each step, layer and seed noise of its own.
  @Test func noiseDiffersFromStepToStep() throws {
    let logits = Tensor(zeros: [16, 6])
    let selectors: [any ExpertSelector] = [
      .fixedNoiseTopK(2, deviation: 1), .gumbelTopK(2), .sampled(2), .random(2),
      .loadBalancedSampling(2),
    ]
    for selector in selectors {
      func experts(step: Int, seed: UInt64, layer: Int = 0) throws -> [Int32] {
        var router = try Selecting.router(
          RoutingStrategy(selector: selector), experts: 6, seed: seed)
        router.layer = layer
        return try router.forward(logits, context: .training(step: step)).routing.experts
      }
      let first = try experts(step: 1, seed: 5)
      #expect(try experts(step: 1, seed: 5) == first, "\(selector)")
      #expect(try experts(step: 2, seed: 5) != first, "\(selector)")
      #expect(try experts(step: 1, seed: 6) != first, "\(selector)")
      #expect(try experts(step: 1, seed: 5, layer: 1) != first, "\(selector)")
    }
  }

  // MARK: - The second expert

  @Test func keepsTheSecondExpertByItsPolicy() {
    let logits = Selecting.logits(40, 5, seed: 4)
    let input = Selecting.input(logits)
    for policy in [RandomSecondSelector.Policy.random, .threshold, .always] {
      for count in 1...3 {
        let threshold: Float = 0.35
        let selector: RandomSecondSelector = .randomSecond(
          count, threshold: threshold, policy: policy)
        var expected: [[Int]] = []
        for token in 0..<40 {
          let best = Selecting.largest(input.scores[entry: token].scalarArray, count)
          let sum = best.reduce(0) { $0 + Double(input.scores[token, $1]) }
          expected.append(
            best.enumerated().filter { slot, expert in
              let gate = Double(input.scores[token, expert]) / sum
              let number = NoisySelectorTests.noise.uniform(
                .decision, position: token, expert: expert)
              return switch policy {
              case _ where slot == 0: true
              case .always: true
              case .threshold: gate > Double(threshold)
              case .random: number < min(1, gate / Double(threshold))
              }
            }.map(\.element))
        }
        #expect(Selecting.lists(selector.select(input), tokens: 40) == expected)
        if count > 1, policy != .always {
          #expect(expected.contains { $0.count < count } && expected.contains { $0.count > 1 })
        }
        #expect(
          selector.promises.contains(.deterministic) == (policy != .random)
            && selector.promises.contains(.tokenLocal))
      }
    }
  }

  @Test func keepsTheSecondExpertInProportionToItsGate() throws {
    // Gates of 0.9 and 0.1 against a threshold of 0.2.
    let row: [Float] = [2.1972246, 0, -20]
    let batch = Tensor(
      Array(repeatElement(row, count: 2000).joined()), shape: [2000, 3])
    let selector: RandomSecondSelector = .randomSecond()
    let lists = Selecting.lists(selector.select(Selecting.input(batch)), tokens: 2000)
    Selecting.expectCount(
      lists.count { $0 == [0, 1] }, of: 2000, probability: 0.5, "second expert")
    #expect(lists.allSatisfy { $0.first == 0 })
    // Gates are made up before the second expert is left out: the first keeps 0.9, alone or not.
    let routing = try Selecting.router(.gShard(capacityFactor: 100), experts: 3)
      .forward(batch, context: .training(step: 0)).routing
    var counts = [0, 0]
    for token in 0..<2000 {
      counts[routing.experts(of: token).count - 1] += 1
      #expect(abs(routing.weights[token, 0] - 0.9) <= 0x1p-22)
      if routing.experts(of: token).count == 2 {
        #expect(abs(routing.weights[token, 1] - 0.1) <= 0x1p-22)
      }
    }
    #expect(counts.allSatisfy { $0 > 800 })
  }

  /// Scores that are all zero have no gates; the first expert stays.
  @Test func keepsTheFirstExpertOfScoresOfZero() {
    let input = Selecting.input([[-1, -2, -3]], score: .relu)
    for policy in [RandomSecondSelector.Policy.random, .threshold] {
      let selector: RandomSecondSelector = .randomSecond(policy: policy)
      #expect(selector.select(input).experts == [0, -1])
    }
  }

  // MARK: - Settings

  @Test func refusesSettingsThatCannotWork() {
    let tooMany = "experts a token (top-k) is 4, expected 1 to 3, the experts there are"
    Selecting.expectError(.fixedNoiseTopK(4, deviation: 1), experts: 3, tooMany)
    Selecting.expectError(.gumbelTopK(4), experts: 3, tooMany)
    Selecting.expectError(.sampled(4), experts: 3, tooMany)
    Selecting.expectError(.random(4), experts: 3, tooMany)
    Selecting.expectError(.randomSecond(4), experts: 3, tooMany)
    for deviation in [-1, .nan, .infinity] as [Float] {
      Selecting.expectError(
        .fixedNoiseTopK(2, deviation: deviation), experts: 3,
        "deviation of the selection noise is \(deviation), expected a finite number, at least 0")
    }
    for number in [0, -1, .nan, .infinity] as [Float] {
      Selecting.expectError(
        .gumbelTopK(2, temperature: number), experts: 3,
        "temperature of the selection is \(number), expected a finite number above 0")
      Selecting.expectError(
        .randomSecond(threshold: number), experts: 3,
        "threshold of further experts is \(number), expected a finite number above 0")
    }
    // No second expert has more than a half, so that none would ever be kept.
    Selecting.expectError(
      .randomSecond(threshold: 0.5, policy: .threshold), experts: 3,
      "threshold of further experts is 0.5, expected less than 0.5, as no gate after the first is "
        + "larger")
    for selector in [
      .randomSecond(threshold: 0.5), .randomSecond(threshold: 0.499, policy: .threshold),
      .randomSecond(1, threshold: 0.5, policy: .threshold),
    ] as [RandomSecondSelector] {
      #expect(throws: Never.self) { _ = try selector.slotCount(expertCount: 3) }
    }
  }
}
