import MoE
import Testing

/// Copies of experts, and what holds of them.
@Suite(.namingCombinations) struct DuplicatedExpertTests {
  private static let tokens = SmallLayers.normal([9, 6])

  /// Two equal experts, both taken, weigh a half each: their sum has the bits of the one.
  @Test func twoEqualExpertsAreTheDenseOne() throws {
    var generator = SeededGenerator(seed: 2)
    let dense = GatedFeedForward(inputSize: 6, hiddenSize: 5, bias: true, using: &generator)
    func grouped(_ map: Linear) -> GroupedLinear {
      GroupedLinear(
        weight: map.weight.reshaped(to: [1] + map.weight.shape),
        bias: map.bias.map { $0.reshaped(to: [1, $0.count]) })
    }
    let gate = LinearGate(Linear(inputSize: 6, outputSize: 1, bias: false, using: &generator))
    var layer = try MixtureOfExperts(
      router: Router(gate: gate, strategy: .topK(1, weighting: .softmaxOverSelected)),
      expertGroups: [
        GatedFeedForwardExperts(
          gate: grouped(dense.gate), up: grouped(dense.up), down: grouped(dense.down))
      ])
    #expect(try layer(Self.tokens).bits == dense(Self.tokens).bits)
    try layer.duplicateExperts([0], routing: .topK(2, weighting: .softmaxOverSelected))
    #expect(layer.expertCount == 2 && layer.expertGroups.count == 1)
    let pass = try layer.forward(Self.tokens, context: .training(step: 0))
    #expect(pass.routing.weights.scalarArray.allSatisfy { $0 == 0.5 })
    #expect(pass.output.bits == dense(Self.tokens).bits)
    // Each has half the gradient of the one, and the gate none.
    let back = try layer.backward(Self.tokens, pass: pass)
    let whole = dense.backward(
      Self.tokens, pass: dense.forward(Self.tokens, context: .training(step: 0)))
    let group = try #require(back.parameters.expertGroups[0] as? GatedFeedForwardExperts)
    #expect((group.up.weight[entry: 0] * 2).bits == whole.parameters.up.weight.bits)
    #expect(group.up.weight[entry: 0].bits == group.up.weight[entry: 1].bits)
  }

  /// Every expert n times and n times as many a token: an n-th of the weight each, and the same sum.
  ///
  /// A weight is within 8 roundings of its n-th, in scores and their sum over lanes, and each of the
  /// 2·n products and sums of a token rounds once.
  @Test func everyExpertSeveralTimesIsTheSameFunction() throws {
    let weightings: KeyValuePairs<String, any Weighting> = [
      "renormalised": .renormalized, "softmax": .softmaxOverSelected, "p-norm": .pNorm(p: 1),
    ]
    try withEvery("weighting", in: weightings.map(\.key)) { name in
      for (key, weighting) in weightings where key == name {
        for times in [2, 3, 4] {
          let layer = try SmallLayers.full(.topK(2, weighting: weighting))
          var doubled = layer
          doubled.sharedExperts = nil
          var single = doubled
          single.balancingLosses = []
          doubled.balancingLosses = []
          try doubled.duplicateExperts(
            [0, 1, 2, 3, 4], times: times, routing: .topK(2 * times, weighting: weighting))
          #expect(doubled.expertGroups.map(\.expertCount) == [2 * times, 3 * times])
          let routing = try doubled.forward(Self.tokens, context: .inference).routing
          let before = try single.forward(Self.tokens, context: .inference).routing
          for token in 0..<9 {
            #expect(
              routing.experts(of: token).map { $0 / times }
                == before.experts(of: token).flatMap { Array(repeating: $0, count: times) })
          }
          let (results, tolerances) = try GradientTolerance.tolerances(
            roundings: 2 * (8 + 4 * times)
          ) { perturb in
            let pass = try perturb(single).forward(
              perturb(Self.tokens), context: .training(step: 0))
            guard pass.routing.experts == before.experts else { return nil }
            return [pass.output]
          }
          GradientTolerance.expect(
            try doubled(Self.tokens), near: results[0].scalarArray.map(Double.init),
            within: tolerances[0], "output of \(times) copies")
        }
      }
    }
  }

  /// Copies that share the probability of the expert are together what it was.
  @Test func sharesAddUpWhereEveryExpertIsTaken() throws {
    var layer = try SmallLayers.full(.dense())
    layer.router.logitOffset = [0.5, 0, 0, -0.25, 0]
    let (single, before) = (layer, try layer.forward(Self.tokens, context: .inference).routing)
    try layer.duplicateExperts([1, 3], times: 3, splitsShare: true)
    // −ln 3 of each of three.
    let lowered: Float = -1.098_612_3
    let offsets: [Float] = [
      0.5, lowered, lowered, lowered, 0, lowered - 0.25, lowered - 0.25, lowered - 0.25, 0,
    ]
    #expect(layer.router.logitOffset == Tensor(offsets))
    let after = try layer.forward(Self.tokens, context: .inference).routing
    for token in 0..<9 {
      let shares = (0..<3).map { after.scores[token, 1 + $0] }
      #expect((shares.reduce(0, +) - before.scores[token, 1]).magnitude < 1e-6)
      #expect(Set(shares).count == 1)
    }
    let (results, tolerances) = try GradientTolerance.tolerances(roundings: 48) { perturb in
      [try perturb(single).forward(perturb(Self.tokens), context: .training(step: 0)).output]
    }
    GradientTolerance.expect(
      try layer(Self.tokens), near: results[0].scalarArray.map(Double.init),
      within: tolerances[0], "output")
  }

  /// As many experts a token as before: copies take the places of others, the first of equals first.
  @Test func copiesTakeOtherPlaces() throws {
    var layer = try SmallLayers.layer(.topK(2, weighting: .softmaxOverSelected))
    let tokens = SmallLayers.normal([9, 4])
    let before = try layer.forward(tokens, context: .inference).routing
    try layer.duplicateExperts([0, 1, 2, 3])
    let after = try layer.forward(tokens, context: .inference).routing
    for token in 0..<9 {
      let best = before.experts(of: token)[0]
      #expect(after.experts(of: token) == [2 * best, 2 * best + 1])
    }
  }

  @Test func noiseTellsCopiesApart() throws {
    let layer = try SmallLayers.full(.topK(2))
    var (copied, generator) = (layer, SeededGenerator(seed: 5))
    try copied.duplicateExperts(
      [1, 2], times: 3, noise: 0.01, gateNoise: 0.125, using: &generator)
    #expect(copied.expertCount == 9)
    func parameters(_ layer: MixtureOfExperts, _ expert: Int) throws -> [Tensor] {
      var expert = expert
      for group in layer.expertGroups {
        if expert < group.expertCount {
          return try group.namedParameters(ofExpert: expert).map(\.parameter)
        }
        expert -= group.expertCount
      }
      return []
    }
    func distance(_ tensor: Tensor, _ other: Tensor) -> Float {
      (tensor - other).norm() / other.norm()
    }
    // The first copy is the original.
    for (old, new) in [(0, 0), (1, 1), (2, 4), (3, 7), (4, 8)] {
      for (mine, theirs) in zip(try parameters(layer, old), try parameters(copied, new)) {
        #expect(mine.bits == theirs.bits)
      }
      #expect(
        try layer.router.gate.namedParameters(ofExpert: old)[0].parameter.bits
          == copied.router.gate.namedParameters(ofExpert: new)[0].parameter.bits)
    }
    for (old, new) in [(1, 2), (1, 3), (2, 5), (2, 6)] {
      for (mine, theirs) in zip(try parameters(layer, old), try parameters(copied, new)) {
        #expect((0.002...0.04).contains(distance(theirs, mine)))
      }
      let rows = (
        try layer.router.gate.namedParameters(ofExpert: old)[0].parameter,
        try copied.router.gate.namedParameters(ofExpert: new)[0].parameter
      )
      #expect((0.02...0.4).contains(distance(rows.1, rows.0)))
    }
    // The same seed gives the same layer.
    var (again, seeded) = (layer, SeededGenerator(seed: 5))
    try again.duplicateExperts([1, 2], times: 3, noise: 0.01, gateNoise: 0.125, using: &seeded)
    for (mine, theirs) in zip(copied.namedParameters, again.namedParameters) {
      #expect(mine.parameter.bits == theirs.parameter.bits)
    }
  }

  @Test func impossibleCopiesChangeNothing() throws {
    var layer = try SmallLayers.full(.topK(2))
    var generator = SeededGenerator(seed: 5)
    for (sentence, edit) in [
      ("expert to duplicate is 5, expected 0 to 4", { try $0.duplicateExperts([5]) }),
      (
        "copies of an expert is 0, expected 1 to 429496729",
        { try $0.duplicateExperts([0], times: 0) }
      ),
      (
        "noise of experts is nan, expected a finite number, at least 0",
        { try $0.duplicateExperts([0], noise: .nan, using: &generator) }
      ),
      (
        "noise of the gate is -1.0, expected a finite number, at least 0",
        { try $0.duplicateExperts([0], noise: 0, gateNoise: -1, using: &generator) }
      ),
    ] as [(String, (inout MixtureOfExperts) throws -> Void)] {
      expectConfigurationError(sentence) { try edit(&layer) }
    }
    #expect(layer.expertCount == 5 && layer.router.logitOffset == nil)
    var logistic = try SmallLayers.full(RoutingStrategy(score: .sigmoid, selector: .topK(2)))
    expectConfigurationError(
      "splitsShare is true, with SigmoidScore, expected a softmax over experts as score, and no "
        + "slots, as logits are lowered"
    ) { try logistic.duplicateExperts([0], splitsShare: true) }
    layer.stepUpdates = [try QualityTracker(expertCount: 5)]
    expectConfigurationError(
      "splitsShare is true, expected no QualityTracker, which sets the offset of logits that shares "
        + "are split by"
    ) { try layer.duplicateExperts([0], splitsShare: true) }
    try layer.duplicateExperts([0], times: 1)
    #expect(layer.expertCount == 5)
  }
}
