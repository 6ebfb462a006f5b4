import MoE
import Testing

/// What is thrown, in which words, and that nothing has changed by then.
@Suite struct MixtureErrorTests {
  /// Makes a layer; the generator must not move on where that throws.
  private static func expectError(
    _ sentence: String, inputSize: Int = 4, outputSize: Int? = nil,
    experts: [ExpertSpecification] = [.feedForward(count: 3, hiddenSize: 2)],
    sharedExperts: SharedExpertSpecification? = nil, routing: RoutingStrategy = .topK(2),
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var generator = SeededGenerator(seed: 51)
    let error = #expect(throws: MoEError.self, sourceLocation: sourceLocation) {
      _ = try MixtureOfExperts(
        inputSize: inputSize, outputSize: outputSize, experts: experts,
        sharedExperts: sharedExperts, routing: routing, using: &generator)
    }
    #expect(error?.description == sentence, sourceLocation: sourceLocation)
    var untouched = SeededGenerator(seed: 51)
    #expect(
      generator.next() == untouched.next(), "the generator has moved on",
      sourceLocation: sourceLocation)
  }

  @Test func sizesMustBePositive() {
    for size in [0, -3] {
      MixtureErrorTests.expectError("input size is \(size), expected at least 1", inputSize: size)
      MixtureErrorTests.expectError("output size is \(size), expected at least 1", outputSize: size)
      MixtureErrorTests.expectError(
        "expert count is \(size), expected at least 1",
        experts: [
          .feedForward(count: 3, hiddenSize: 2), .gatedFeedForward(count: size, hiddenSize: 2),
        ])
      MixtureErrorTests.expectError(
        "expert hidden size is \(size), expected at least 1",
        experts: [
          .gatedFeedForward(count: 3, hiddenSize: 2), .feedForward(count: 1, hiddenSize: size),
        ])
      MixtureErrorTests.expectError(
        "expert hidden size is \(size), expected at least 1",
        experts: [.gatedFeedForward(count: 3, hiddenSize: size)])
      MixtureErrorTests.expectError(
        "expert count is \(size), expected at least 1",
        sharedExperts: .feedForward(count: size, hiddenSize: 2))
      MixtureErrorTests.expectError(
        "gate hidden size is \(size), expected at least 1",
        routing: .topK(2, gate: .feedForward(hiddenSize: size)))
    }
    MixtureErrorTests.expectError(
      "number of expert groups is 0, expected at least 1", experts: [])
  }

  @Test func expertsATokenMustExist() {
    for count in [4, 0, -1] {
      MixtureErrorTests.expectError(
        "experts a token (top-k) is \(count), expected 1 to 3, the experts there are",
        routing: .topK(count))
    }
    // All groups count together.
    var generator = SeededGenerator(seed: 51)
    #expect(throws: Never.self) {
      _ = try MixtureOfExperts(
        inputSize: 4,
        experts: [.feedForward(count: 3, hiddenSize: 2), .feedForward(count: 1, hiddenSize: 2)],
        routing: .topK(4), using: &generator)
    }
  }

  @Test func whatASpecificationMakesMustFit() {
    MixtureErrorTests.expectError(
      "expert group is 2 experts from 4 to 4, expected 3 experts from 4 to 4",
      experts: [
        ExpertSpecification(count: 3) { inputSize, outputSize, generator in
          FeedForwardExperts(
            up: GroupedLinear(
              count: 2, inputSize: inputSize, outputSize: 5, bias: true, using: &generator),
            down: GroupedLinear(
              count: 2, inputSize: 5, outputSize: outputSize, bias: true, using: &generator),
            activation: .relu)
        }
      ])
    MixtureErrorTests.expectError(
      "expert group is 1 experts from 4 to 9, expected 1 experts from 4 to 6", outputSize: 6,
      sharedExperts: .experts(
        ExpertSpecification(count: 1) { inputSize, _, generator in
          FeedForwardExperts(
            up: GroupedLinear(
              count: 1, inputSize: inputSize, outputSize: 5, bias: true, using: &generator),
            down: GroupedLinear(
              count: 1, inputSize: 5, outputSize: 9, bias: true, using: &generator),
            activation: .relu)
        }))
    MixtureErrorTests.expectError(
      "gate is from 4 to 4 experts, expected from 4 to 3 experts",
      routing: .topK(
        2,
        gate: GateSpecification { inputSize, expertCount, generator in
          LinearGate(
            Linear(
              inputSize: inputSize, outputSize: expertCount + 1, bias: false, using: &generator))
        }))
  }

  @Test func errorsOfASpecificationPassThrough() {
    struct Refusal: Error {}
    var generator = SeededGenerator(seed: 51)
    #expect(throws: Refusal.self) {
      _ = try MixtureOfExperts(
        inputSize: 4, experts: [ExpertSpecification(count: 2) { _, _, _ in throw Refusal() }],
        routing: .topK(1), using: &generator)
    }
    var untouched = SeededGenerator(seed: 51)
    #expect(generator.next() == untouched.next())
  }

  @Test func partsMustFitTogether() throws {
    var generator = SeededGenerator(seed: 52)
    func gate(_ inputSize: Int, _ expertCount: Int) -> LinearGate {
      LinearGate(Linear(inputSize: inputSize, outputSize: expertCount, using: &generator))
    }
    func group(_ count: Int, _ inputSize: Int, _ outputSize: Int) -> FeedForwardExperts {
      FeedForwardExperts(
        up: GroupedLinear(
          count: count, inputSize: inputSize, outputSize: 2, bias: false, using: &generator),
        down: GroupedLinear(
          count: count, inputSize: 2, outputSize: outputSize, bias: false, using: &generator),
        activation: .relu)
    }
    let router = try Router(gate: gate(4, 3), strategy: .topK(2))
    func expectError(
      _ sentence: String, _ experts: [any ExpertGroup], shared: (any ExpertGroup)? = nil,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let error = #expect(throws: MoEError.self, sourceLocation: sourceLocation) {
        _ = try MixtureOfExperts(
          router: router, expertGroups: experts,
          sharedExperts: shared.map { try SharedExperts([$0]) })
      }
      #expect(error?.description == sentence, sourceLocation: sourceLocation)
    }
    expectError("number of expert groups is 0, expected at least 1", [])
    expectError(
      "number of experts is 5, expected 3, as the router has", [group(2, 4, 4), group(3, 4, 4)])
    expectError("expert group is from 5 to 4, expected from 4 to 4", [group(3, 5, 4)])
    expectError(
      "expert group is from 4 to 7, expected from 4 to 6", [group(1, 4, 6), group(2, 4, 7)])
    expectError(
      "expert group is from 4 to 4, expected from 4 to 6", [group(3, 4, 6)], shared: group(1, 4, 4))
    expectError("expert count is 0, expected at least 1", [group(3, 4, 6), group(0, 4, 6)])
    expectError(
      "expert count is 0, expected at least 1", [group(3, 4, 6)], shared: group(0, 4, 6))

    let error = #expect(throws: MoEError.self) {
      _ = try Router(gate: gate(4, 3), strategy: .topK(5))
    }
    #expect(
      error?.description
        == "experts a token (top-k) is 5, expected 1 to 3, the experts there are")
  }

  @Test func tokensMustBeRowsOfTheInputSize() throws {
    var generator = SeededGenerator(seed: 53)
    let layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 2)], routing: .topK(2),
      using: &generator)
    for (shape, text) in [
      ([3, 5], "[3, 5]"), ([0, 3], "[0, 3]"), ([4], "[4]"), ([2, 3, 4], "[2, 3, 4]"), ([], "[]"),
    ] as [([Int], String)] {
      for mode in [PassMode.inference, .training(step: 0)] {
        let error = #expect(throws: MoEError.self) {
          _ = try layer.forward(Tensor(zeros: shape), context: LayerContext(mode))
        }
        #expect(error?.description == "tokens has shape \(text), expected [tokens, 4]")
      }
    }
  }

  @Test func logitsMustBeFinite() throws {
    var generator = SeededGenerator(seed: 54)
    let layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 2)], routing: .topK(2),
      using: &generator)
    func expectError(
      token: Int, expert: Int, _ value: String, _ layer: MixtureOfExperts, _ tokens: Tensor,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      for mode in [PassMode.inference, .training(step: 0)] {
        let error = #expect(throws: MoEError.self, sourceLocation: sourceLocation) {
          _ = try layer.forward(tokens, context: LayerContext(mode))
        }
        #expect(
          error?.description == """
            the gate's logit of token \(token) for expert \(expert) is \(value), expected a finite \
            number; look for the same in the token and in the gate's parameters
            """, sourceLocation: sourceLocation)
      }
    }
    let tokens = Tensor.uniform(in: 0.5...1, shape: [5, 4], using: &generator)
    var broken = tokens
    broken[2, 3] = .nan
    expectError(token: 2, expert: 0, "nan", layer, broken)
    // Infinities of both signs, whose sum has the sign bit set on x86-64.
    expectError(
      token: 0, expert: 0, "nan", layer, Tensor([.infinity, -.infinity, 0, 0], shape: [1, 4]) * 1)

    func withWeight(_ value: Float) -> MixtureOfExperts {
      var layer = layer
      layer.visitParameters { name, parameter in
        if name == "router.gate.weight" { parameter[1, 2] = value }
      }
      return layer
    }
    expectError(token: 0, expert: 1, "inf", withWeight(.infinity), tokens)
    expectError(token: 0, expert: 1, "-inf", withWeight(-.infinity), tokens)
    // Finite numbers whose product is not.
    expectError(token: 0, expert: 1, "inf", withWeight(3e38), tokens * 10)
    // The layer itself is as good as before.
    #expect(try layer(tokens).scalarArray.allSatisfy { $0.isFinite })
  }

  @Test func aConstantWeightCannotBeTrained() throws {
    var generator = SeededGenerator(seed: 55)
    let weightings: [(any Weighting, String)] = [
      (.renormalized, "RenormalizedWeighting"), (.softmaxOverSelected, "SelectedSoftmaxWeighting"),
    ]
    let tokens = Tensor.normal(shape: [3, 4], using: &generator)
    for (weighting, name) in weightings {
      let layer = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 2)],
        routing: .topK(1, weighting: weighting), using: &generator)
      let error = #expect(throws: MoEError.self) {
        _ = try layer.forward(tokens, context: .training(step: 0))
      }
      #expect(error == .untrainableGate(weighting: name, slotCount: 1))
      #expect(
        error?.description == """
          with 1 expert a token the weighting \(name) is constant, so that the gate has no \
          gradient; use .scores, or at least 2 experts a token
          """)
      // To use such a layer is no error.
      #expect(throws: Never.self) { _ = try layer(tokens) }
    }
    // Nor is training where there is a choice of weights, or none of experts.
    for (experts, routing) in [
      (3, .topK(1, weighting: .scores)), (3, .topK(2)), (1, .topK(1)), (1, .dense()),
    ] as [(Int, RoutingStrategy)] {
      let layer = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: experts, hiddenSize: 2)], routing: routing,
        using: &generator)
      #expect(throws: Never.self) { _ = try layer.forward(tokens, context: .training(step: 0)) }
    }
  }
}
