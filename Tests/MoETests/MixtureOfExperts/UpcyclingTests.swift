import MoE
import Testing

/// Experts made of a dense network: what is the same function, and what is drawn anew.
@Suite(.namingCombinations) struct UpcyclingTests {
  private static let tokens = SmallLayers.normal([9, 6])

  private static func gated(bias: Bool) -> GatedFeedForward {
    var generator = SeededGenerator(seed: 12)
    return GatedFeedForward(
      inputSize: 6, hiddenSize: 24, outputSize: 5, bias: bias, using: &generator)
  }

  private static func plain(bias: Bool) -> FeedForward {
    var generator = SeededGenerator(seed: 12)
    return FeedForward(
      inputSize: 6, hiddenSize: 24, outputSize: 5, activation: .gelu, bias: bias,
      using: &generator)
  }

  /// Weights that add up to one but for rounding.
  private static let weightings: KeyValuePairs<String, any Weighting> = [
    "renormalised": .renormalized, "softmax": .softmaxOverSelected,
  ]

  /// One expert of weight one is the network, to the bit.
  @Test func aCopyIsTheNetwork() throws {
    for bias in [false, true] {
      var generator = SeededGenerator(seed: 3)
      let gated = try MixtureOfExperts(
        upcycling: Self.gated(bias: bias), Upcycling(copies: 4),
        routing: .topK(1, weighting: .softmaxOverSelected), using: &generator)
      #expect(try gated(Self.tokens).bits == Self.gated(bias: bias)(Self.tokens).bits)
      let plain = try MixtureOfExperts(
        upcycling: Self.plain(bias: bias), Upcycling(copies: 3),
        routing: .topK(1, weighting: .unweighted), using: &generator)
      #expect(try plain(Self.tokens).bits == Self.plain(bias: bias)(Self.tokens).bits)
      #expect(plain.expertCount == 3 && plain.outputSize == 5)
      // The same of a copy of any layer.
      let copied = try MixtureOfExperts(
        inputSize: 6, outputSize: 5,
        experts: [
          .upcycled(Linear(weight: Tensor(scattered: [5, 6], seed: 3)), Upcycling(copies: 2))
        ],
        routing: .topK(1, weighting: .softmaxOverSelected), using: &generator)
      let linear = Linear(weight: Tensor(scattered: [5, 6], seed: 3))
      #expect(try copied(Self.tokens).bits == linear(Self.tokens).bits)
    }
  }

  /// Of k copies the weights add up to one within k + 1 roundings, and the output rounds k times more.
  ///
  /// There are k − 1 of the sum that weights are divided by, one of its inverse and one of a product.
  @Test func severalCopiesAreTheNetworkButForRounding() throws {
    for count in 2...4 {
      for (_, weighting) in Self.weightings {
        var generator = SeededGenerator(seed: 3)
        let layer = try MixtureOfExperts(
          upcycling: Self.gated(bias: true), Upcycling(copies: 4),
          routing: .topK(count, weighting: weighting), using: &generator)
        let exact = Self.gated(bias: true)(Self.tokens).scalarArray
        let bound = Tolerance.relative(roundings: 2 * count + 1)
        for (mine, theirs) in zip(try layer(Self.tokens).scalarArray, exact) {
          #expect((Double(mine) - Double(theirs)).magnitude <= bound * Double(theirs.magnitude))
        }
      }
    }
  }

  /// Parts of a copy start with the same logits, are taken together, and add up to the network but
  /// for the order of the sum over its hidden units.
  @Test func partsOfACopyAreTheNetworkButForRounding() throws {
    try withEvery("parts", in: [2, 3, 4]) { parts in
      try withEvery("copies a token", in: [1, 2]) { taken in
        for (_, weighting) in Self.weightings {
          for bias in [false, true] {
            let routing = RoutingStrategy.topK(
              taken * parts, weighting: weighting, gate: .linear(bias: true))
            let plan = Upcycling(copies: 3, parts: parts)
            var generator = SeededGenerator(seed: 3)
            let gated = try MixtureOfExperts(
              upcycling: Self.gated(bias: bias), plan, routing: routing, using: &generator)
            try Self.expectNetwork(gated, parts, taken, Self.gated(bias: bias))
            let plain = try MixtureOfExperts(
              upcycling: Self.plain(bias: bias), plan, routing: routing, using: &generator)
            try Self.expectNetwork(plain, parts, taken, Self.plain(bias: bias))
          }
        }
      }
    }
  }

  private static func expectNetwork(
    _ layer: MixtureOfExperts, _ parts: Int, _ taken: Int, _ network: some Layer
  ) throws {
    #expect(layer.expertCount == 3 * parts)
    let routing = try layer.forward(tokens, context: .inference).routing
    for token in 0..<9 {
      let experts = routing.experts(of: token)
      let copies = Set(experts.map { $0 / parts })
      #expect(copies.count == taken && experts.count == taken * parts)
    }
    // The longest chain is the sum over 24 hidden units and their parts, in both.
    let (results, tolerances) = try GradientTolerance.tolerances(roundings: 2 * 24 + 32) {
      perturb in [try perturb(network).forward(perturb(tokens), context: .inference).output]
    }
    GradientTolerance.expect(
      try layer(tokens), near: results[0].scalarArray.map(Double.init), within: tolerances[0],
      "output")
  }

  /// The gradients of the network are those of its copies, added up, as long as these are equal.
  @Test func gradientsAddUpToTheNetworks() throws {
    let dense = Self.gated(bias: false)
    var generator = SeededGenerator(seed: 3)
    let layer = try MixtureOfExperts(
      upcycling: dense, Upcycling(copies: 3), routing: .topK(2), using: &generator)
    let direction = Tensor(scattered: [9, 5], seed: 4)
    let whole = dense.backward(
      direction, pass: dense.forward(Self.tokens, context: .training(step: 0)))
    let back = try layer.backward(
      direction, pass: layer.forward(Self.tokens, context: .training(step: 0)))
    // Equal experts give the gate nothing to choose by.
    #expect((back.input - whole.input).norm() < 1e-5 * whole.input.norm())
    let group = try #require(back.parameters.expertGroups[0] as? GatedFeedForwardExperts)
    let sum = (0..<3).reduce(Tensor(zeros: [5, 24])) { $0 + group.down.weight[entry: $1] }
    #expect(
      (sum - whole.parameters.down.weight).norm() < 1e-5 * whole.parameters.down.weight.norm())
    #expect(
      back.parameters.router.namedParameters[0].parameter.norm() < 1e-5 * direction.norm())
  }

  @Test func noiseLeavesTheFirstCopyAsItIs() throws {
    var generator = SeededGenerator(seed: 3)
    let group = try ExpertSpecification.upcycled(
      Self.gated(bias: true), Upcycling(copies: 3, parts: 2, noise: 0.125)
    ).group(inputSize: 6, outputSize: 5, using: &generator)
    let exact = try ExpertSpecification.upcycled(
      Self.gated(bias: true), Upcycling(copies: 3, parts: 2)
    ).group(inputSize: 6, outputSize: 5, using: &generator)
    for expert in 0..<6 {
      for (mine, theirs) in zip(
        try group.namedParameters(ofExpert: expert), try exact.namedParameters(ofExpert: expert))
      {
        let distance = (mine.parameter - theirs.parameter).norm() / theirs.parameter.norm()
        #expect(expert < 2 ? distance == 0 : distance > 0.02 && distance < 0.5, "\(mine.name)")
      }
    }
  }

  /// A share of each expert's hidden units is drawn anew, whole: their rows of gate and up, and
  /// their columns of down.
  @Test func hiddenUnitsAreDrawnAnewWhole() throws {
    let dense = Self.gated(bias: true)
    for (parts, share, count) in [(1, 0.5, 12), (2, 0.5, 6), (1, 0.3, 7), (1, 0, 0), (1, 1, 24)] {
      var generator = SeededGenerator(seed: 3)
      let plan = Upcycling(copies: 2, parts: parts, redrawnShare: share)
      let group = try #require(
        try ExpertSpecification.upcycled(dense, plan)
          .group(inputSize: 6, outputSize: 5, using: &generator) as? GatedFeedForwardExperts)
      let size = 24 / parts
      var sets: [Set<Int>] = []
      for expert in 0..<2 * parts {
        let start = expert % parts * size
        func redrawn(_ map: GroupedLinear, _ own: Linear) -> Set<Int> {
          Set(
            (0..<size).filter {
              map.weight[entry: expert][entry: $0].bits != own.weight[entry: start + $0].bits
            })
        }
        let units = redrawn(group.up, dense.up)
        #expect(units.count == count && redrawn(group.gate, dense.gate) == units)
        let columns = group.down.weight[entry: expert].transposed()
        let own = dense.down.weight.transposed() * Float(parts)
        #expect(
          Set((0..<size).filter { columns[entry: $0].bits != own[entry: start + $0].bits }) == units
        )
        #expect(group.down.bias?[entry: expert].bits == dense.down.bias?.bits)
        sets.append(units)
      }
      #expect(count == 0 || count == 24 || sets[0] != sets[parts])
    }
  }

  /// What is drawn has the mean and the deviation of what it replaces.
  @Test func whatIsDrawnHasTheSameMoments() throws {
    var generator = SeededGenerator(seed: 3)
    let weight = Tensor.normal(
      mean: 0.5, standardDeviation: 0.25, shape: [200, 50], using: &generator)
    let dense = FeedForward(
      up: Linear(weight: weight), down: Linear(weight: weight.transposed()), activation: .relu)
    let group = try #require(
      try ExpertSpecification.upcycled(dense, Upcycling(copies: 1, redrawnShare: 1))
        .group(inputSize: 50, outputSize: 50, using: &generator) as? FeedForwardExperts)
    for drawn in [group.up.weight, group.down.weight] {
      let mean = drawn.mean()
      let deviation = ((drawn - mean).squaredLength / 10_000).squareRoot()
      // Five standard errors: σ/√n of the mean, and σ/√2n of the deviation.
      #expect((mean - 0.5).magnitude < 5 * 0.25 * (0.01 + 0.01))
      #expect((deviation - 0.25).magnitude < 5 * 0.25 * (0.01 + 0.01))
      #expect(drawn.bits != weight.bits)
    }
  }

  @Test func impossiblePlansThrow() throws {
    var generator = SeededGenerator(seed: 3)
    for (sentence, plan) in [
      ("copies of a network is 0, expected at least 1", Upcycling(copies: 0)),
      ("parts of a network is -1, expected at least 1", Upcycling(copies: 2, parts: -1)),
      (
        "parts of a network is 5, expected a divisor of its 24 hidden units",
        Upcycling(copies: 2, parts: 5)
      ),
      (
        "noise of copies is nan, expected a finite number, at least 0",
        Upcycling(copies: 2, noise: .nan)
      ),
      (
        "share of hidden units that are drawn anew is 1.5, expected 0 to 1",
        Upcycling(copies: 2, redrawnShare: 1.5)
      ),
    ] as [(String, Upcycling)] {
      expectConfigurationError(sentence) {
        _ = try MixtureOfExperts(
          upcycling: Self.gated(bias: false), plan, routing: .topK(2), using: &generator)
      }
    }
    expectConfigurationError(
      "experts a token is 3, expected a multiple of 2, the parts of a network"
    ) {
      _ = try MixtureOfExperts(
        upcycling: Self.plain(bias: false), Upcycling(copies: 2, parts: 2), routing: .topK(3),
        using: &generator)
    }
    expectConfigurationError(
      "routing of experts that are parts is soft mixture, expected one that selects experts, or "
        + "networks of one part"
    ) {
      _ = try MixtureOfExperts(
        upcycling: Self.plain(bias: false), Upcycling(copies: 2, parts: 2), routing: .soft(),
        using: &generator)
    }
    expectConfigurationError(
      "parts of a network, and share that is drawn anew is 2, 0.0, expected 1 and 0, as the network "
        + "is none of known hidden units"
    ) {
      _ = try ExpertSpecification.upcycled(
        Linear(weight: [[1]]), Upcycling(copies: 1, parts: 2)
      ).group(inputSize: 1, outputSize: 1, using: &generator)
    }
    expectConfigurationError(
      "neighbouring experts that start alike is 3, expected a divisor of 4, the experts there are"
    ) {
      _ = try Router(
        inputSize: 3, expertCount: 4, strategy: .topK(1, gate: .linear().repeated(3)),
        using: &generator)
    }
  }
}

extension Tensor {
  /// The sum of squares.
  fileprivate var squaredLength: Float { (self * self).sum() }
}
