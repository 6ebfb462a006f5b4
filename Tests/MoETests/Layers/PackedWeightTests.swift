import MoE
import Testing

/// Packed weights never show in results, and never outlive a change of the weights.
@Suite(.onEveryKernelSet) struct PackedWeightTests {
  private static let tokenCounts = [0, 1, 3, 7, 31]

  private static func bits(_ parameterized: some Parameterized) -> [[UInt32]] {
    parameterized.namedParameters.map(\.parameter.bits)
  }

  /// Holds a packed layer to the unpacked one: outputs in both modes, and gradients.
  private static func check<Checked: Layer>(
    _ layer: Checked, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var packed = layer
    packed.packWeights()
    for count in tokenCounts {
      let input = Tensor(scattered: [count, layer.inputSize], seed: 1)
      let direction = Tensor(scattered: [count, layer.outputSize], seed: 2)
      let expected = try layer.forward(input, context: .training(step: 0))
      let pass = try packed.forward(input, context: .training(step: 0))
      #expect(pass.output.bits == expected.output.bits, sourceLocation: sourceLocation)
      #expect(try packed(input).bits == expected.output.bits, sourceLocation: sourceLocation)
      #expect(try layer(input).bits == expected.output.bits, sourceLocation: sourceLocation)
      let (own, plain) = try (
        packed.backward(direction, pass: pass), layer.backward(direction, pass: expected)
      )
      #expect(own.input.bits == plain.input.bits, sourceLocation: sourceLocation)
      #expect(bits(own.parameters) == bits(plain.parameters), sourceLocation: sourceLocation)
    }
    #expect(bits(packed) == bits(layer), sourceLocation: sourceLocation)
    // Under other kernels than it was packed for, it does as if it were not packed.
    let input = Tensor(scattered: [3, layer.inputSize], seed: 3)
    for set in KernelSet.available {
      let (own, plain) = try KernelSet.withCurrent(set) { try (packed(input), layer(input)) }
      #expect(own.bits == plain.bits, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [Activation.relu, .gelu], [false, true])
  func layers(_ activation: Activation, bias: Bool) throws {
    var generator = SeededGenerator(seed: 51)
    try Self.check(Linear(inputSize: 20, outputSize: 33, bias: bias, using: &generator))
    try Self.check(
      FeedForward(
        inputSize: 9, hiddenSize: 35, outputSize: 5, activation: activation, bias: bias,
        using: &generator))
    try Self.check(
      GatedFeedForward(
        inputSize: 9, hiddenSize: 35, outputSize: 5, activation: .gated(activation), bias: bias,
        using: &generator))
  }

  private static func mixture() throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 52)
    return try MixtureOfExperts(
      inputSize: 20,
      experts: [
        .gatedFeedForward(count: 3, hiddenSize: 33, bias: true),
        .feedForward(count: 2, hiddenSize: 18),
      ],
      sharedExperts: .gatedFeedForward(count: 1, hiddenSize: 17),
      routing: RoutingStrategy(
        gate: .feedForward(hiddenSize: 12), selector: .topK(2), weighting: .softmaxOverSelected),
      using: &generator)
  }

  @Test func mixtures() throws {
    try Self.check(try Self.mixture())
    var generator = SeededGenerator(seed: 53)
    try Self.check(
      try MixtureOfExperts(
        inputSize: 12, experts: [.feedForward(count: 4, hiddenSize: 19, activation: .gelu)],
        routing: .topK(2), using: &generator))
  }

  @Test func everyPartOfAMixtureIsPacked() throws {
    var mixture = try Self.mixture()
    #expect(Self.parts(mixture).allSatisfy { !$0 })
    mixture.packWeights()
    #expect(Self.parts(mixture).count == 10)
    #expect(Self.parts(mixture).allSatisfy { $0 })
    // Looking at parameters leaves them packed; an update does not.
    _ = mixture.parameterCount
    #expect(Self.parts(mixture).allSatisfy { $0 })
    let tokens = Tensor(scattered: [5, 20], seed: 4)
    let pass = try mixture.forward(tokens, context: .training(step: 0))
    let gradient = try mixture.backward(Tensor(repeating: 1, shape: [5, 20]), pass: pass)
    var fresh = try Self.mixture()
    var optimizer = SGD(learningRate: 0.5)
    optimizer.update(&mixture, along: gradient)
    optimizer.update(&fresh, along: gradient)
    #expect(Self.parts(mixture).allSatisfy { !$0 })
    #expect(try mixture(tokens).bits == fresh(tokens).bits)
    #expect(try mixture(tokens).bits != pass.output.bits)
  }

  /// Around another gate, and of several maps, they pack all that there is.
  @Test func everyGateIsPacked() throws {
    let gates: [(GateSpecification, Int)] = [
      (.linear(), 1), (.feedForward(hiddenSize: 6), 2), (.cosine(), 1),
      (.linear().jittered(by: 0.1), 1), (.linear().normalized(), 1), (.linear().noisy(), 2),
      (.linear().residual(), 2), (.linear().noisy().residual(), 3),
    ]
    for (gate, count) in gates {
      var generator = SeededGenerator(seed: 54)
      let plain = try MixtureOfExperts(
        inputSize: 12, experts: [.feedForward(count: 4, hiddenSize: 5)],
        routing: .topK(2, gate: gate), using: &generator)
      var packed = plain
      packed.packWeights()
      let tokens = Tensor(scattered: [7, 12], seed: 1)
      for mode in [PassMode.inference, .training(step: 2)] {
        let (own, other) = (
          try packed.forward(tokens, context: LayerContext(mode)),
          try plain.forward(tokens, context: LayerContext(mode))
        )
        #expect(own.routing.logits.bits == other.routing.logits.bits)
        #expect(own.output.bits == other.output.bits)
      }
      #expect(Self.maps(packed.router.gate).map(\.isPacked) == Array(repeating: true, count: count))
      #expect(Self.maps(plain.router.gate).allSatisfy { !$0.isPacked })
    }
    var generator = SeededGenerator(seed: 55)
    var hierarchical = try MixtureOfExperts(
      inputSize: 12, experts: [.feedForward(count: 4, hiddenSize: 5)],
      routing: .hierarchical(groups: 2, groupsPerToken: 1, expertsPerGroup: 2), using: &generator)
    hierarchical.packWeights()
    #expect(Self.maps(hierarchical.router.gate).map(\.isPacked) == [true, true])
  }

  /// The maps of a gate, those of a gate inside first.
  private static func maps(_ gate: any Gate) -> [Linear] {
    switch gate {
    case let gate as LinearGate: [gate.linear]
    case let gate as FeedForwardGate: [gate.network.up, gate.network.down]
    case let gate as CosineGate: [gate.projection]
    case let gate as HierarchicalGate: [gate.primary, gate.secondary]
    case let gate as JitteredGate: maps(gate.base)
    case let gate as NormalizedGate: maps(gate.base)
    case let gate as NoisyGate: maps(gate.base) + [gate.modifier.noise]
    case let gate as ResidualGate: maps(gate.base) + [gate.modifier.residual]
    default: []
    }
  }

  /// Whether each map of the mixture is packed.
  private static func parts(_ mixture: MixtureOfExperts) -> [Bool] {
    var parts: [Bool] = []
    if let gate = mixture.router.gate as? FeedForwardGate {
      parts += [gate.network.up.isPacked, gate.network.down.isPacked]
    }
    for group in mixture.expertGroups + (mixture.sharedExperts?.groups ?? []) {
      if let group = group as? GatedFeedForwardExperts {
        parts += [group.gate.isPacked, group.up.isPacked, group.down.isPacked]
      }
      if let group = group as? FeedForwardExperts {
        parts += [group.up.isPacked, group.down.isPacked]
      }
    }
    return parts
  }

  /// Each way to change a weight drops its panels; a copy keeps its own.
  @Test func changesDropThePanels() {
    let weight = Tensor(scattered: [17, 8], seed: 5)
    let input = Tensor(scattered: [3, 8], seed: 6)
    let changes: [(inout Linear) -> Void] = [
      { $0.weight = 2 * $0.weight },
      { $0.weight[16, 7] += 1 },
      { $0.weight *= 2 },
      { $0.visitParameters { name, parameter in if name == "weight" { parameter += 1 } } },
      { layer in
        var optimizer = AdamW(learningRate: 0.1)
        optimizer.update(&layer, along: Linear(weight: Tensor(repeating: 1, shape: [17, 8])))
      },
    ]
    var packed = Linear(weight: weight)
    packed.packWeights()
    let before = packed(input)
    for change in changes {
      var copy = packed
      change(&copy)
      #expect(!copy.isPacked)
      #expect(copy(input).bits == Linear(weight: copy.weight)(input).bits)
      #expect(copy(input).bits != before.bits)
      #expect(packed.isPacked)
      #expect(packed(input).bits == before.bits)
    }
    packed.bias = Tensor(repeating: 1, shape: [17])
    #expect(packed.isPacked)
    #expect(packed(input).bits == before.addingToEachRow(Tensor(repeating: 1, shape: [17])).bits)
  }

  @Test func bankChangesDropThePanels() {
    var bank = GroupedLinear(weight: Tensor(scattered: [2, 17, 8], seed: 7))
    let (input, rows) = (Tensor(scattered: [3, 8], seed: 8), GroupedRows([[0, 2], [1]]))
    bank.packWeights()
    let copy = bank
    let before = bank.forward(.picked(input), rows: rows)
    bank.weight *= 2
    #expect(!bank.isPacked && copy.isPacked)
    #expect(bank.forward(.picked(input), rows: rows) == 2 * before)
    #expect(copy.forward(.picked(input), rows: rows) == before)
    bank.packWeights()
    #expect(bank.isPacked)
    bank.visitParameters { _, parameter in parameter *= 2 }
    #expect(!bank.isPacked)
    #expect(bank.forward(.picked(input), rows: rows) == 4 * before)
  }
}
