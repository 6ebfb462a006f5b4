import Foundation
import MoE
import Testing

/// Configurations that are written, read, and had back from layers.
@Suite struct MixtureConfigurationTests {
  private static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(value)
  }

  private static func read<Value: Decodable>(_ type: Value.Type, _ data: Data) throws -> Value {
    try JSONDecoder().decode(type, from: data)
  }

  /// A layer's configuration makes a layer of the same text, which with the same parameters and
  /// buffers gives the same bits.
  private static func expectRoundTrip(
    _ layer: MixtureOfExperts, _ tokens: Tensor, context: LayerContext = .inference,
    overrides: RoutingOverrides = RoutingOverrides()
  ) throws {
    let text = try json(layer.configuration)
    var generator = SeededGenerator(seed: 3)
    var other = try read(MixtureConfiguration.self, text).layer(using: &generator)
    #expect(try json(other.configuration) == text)
    // A temperature starts anew, and is a parameter.
    let (own, theirs) = (layer.namedParameters, other.namedParameters)
    #expect(own.map(\.name) == theirs.map(\.name))
    #expect(own.map(\.parameter.shape) == theirs.map(\.parameter.shape))
    var values = own.map(\.parameter)
    other.visitParameters { _, parameter in parameter = values.removeFirst() }
    var buffers: [String: Tensor] = [:]
    var copy = layer
    copy.visitBuffers { name, buffer in buffers[name] = buffer }
    other.visitBuffers { name, buffer in buffer = buffers[name] }
    let (pass, otherPass) = (
      try layer.forward(tokens, context: context, overrides: overrides),
      try other.forward(tokens, context: context, overrides: overrides)
    )
    #expect(pass.output.bits == otherPass.output.bits)
    #expect(pass.routing.experts == otherPass.routing.experts)
    #expect(pass.losses == otherPass.losses)
  }

  /// Random layers of every kind of part.
  @Test func randomLayersComeBack() throws {
    var count = 0
    for seed in 0..<400 as Range<UInt64> {
      let plan = PropertyGenerator.plan(seed: seed)
      guard let subject = try? PropertySubject(plan) else { continue }
      let layer = subject.layer
      // Groups of other layers have no specification, and a temperature that was drawn is rounded.
      guard (try? layer.configuration) != nil, !(layer.router.gate is CosineGate) else { continue }
      guard
        (try? layer.forward(
          subject.tokens, context: subject.context, overrides: subject.overrides)) != nil
      else { continue }
      count += 1
      try Self.expectRoundTrip(
        layer, subject.tokens, context: subject.context, overrides: subject.overrides)
    }
    #expect(count > 80)
  }

  /// Every part of routing, balancing and experts, by its kind.
  @Test func everyKindIsKnown() throws {
    let selectors: [any ExpertSelector] = [
      .topK(2), .all, .fixedNoiseTopK(2, deviation: 1), .gumbelTopK(2), .sampled(2), .random(2),
      .randomSecond(), .topP(0.5), .above(0.1), .groupLimited(1, groups: 2, groupsPerToken: 1),
      TopKSelector(count: 1).withAlwaysOn(1),
      .hierarchical(groups: 2, groupsPerToken: 1, expertsPerGroup: 1),
      try HashSelector.hash(vocabulary: 5, expertCount: 4), .sparseMixer(),
      .loadBalancedSampling(1),
      .greedyByLoad(1, strength: 1), .expertChoice(capacityFactor: 1), .sinkhorn(1),
      .linearAssignment, .batchwiseBalanced(1),
    ]
    for selector in selectors {
      let strategy = RoutingStrategy(
        selector: selector, weighting: .renormalized.scaled(by: 2).keepingRemainder())
      let text = try Self.json(strategy)
      let read = try Self.read(RoutingStrategy.self, text)
      #expect(type(of: read.selector) == type(of: selector))
      #expect(try Self.json(read) == text)
    }
    let losses: [any BalancingLoss] = [
      .loadBalancing(coefficient: 1), .importance(coefficient: 1), .load(coefficient: 1),
      .heterogeneous(), .routerZ(coefficient: 1), .tokenEntropy(coefficient: 1),
      .batchwiseThreshold(coefficient: 1, rate: 0.1),
      AdaptiveSparsityLoss(targetCount: 1),
    ]
    let specification = MixtureSpecification(
      experts: [
        .transformer(count: 2, headCount: 2, hiddenSize: 4),
        .lowRank(count: 1, rank: 2, hiddenSize: 3, alpha: 4),
        .zero(count: 1), .copy(count: 1), .constant(count: 1),
        .gatedFeedForward(count: 2, hiddenSize: 3).normalized(after: .rms()),
      ],
      sharedExperts: .feedForward(count: 1, hiddenSize: 4).gated(bias: true),
      latent: LatentSpecification(size: 4), output: OutputSpecification(norm: .rms()),
      routing: .noisyTopK(2), balancingLosses: losses,
      stepUpdates: [SelectionBiasUpdate(.sign, rate: 0.1), BalanceMonitor()])
    let text = try Self.json(specification)
    #expect(try Self.json(Self.read(MixtureSpecification.self, text)) == text)
  }

  @Test func modelsComeBack() throws {
    let configuration = DecoderConfiguration(
      vocabularySize: 11,
      stack: StackConfiguration(
        size: 8, blockCount: 3, attention: .heads(2, rotary: RotaryPositions()),
        dense: .gatedFeedForward(hiddenSize: 6),
        mixture: MixtureSpecification(
          experts: [.gatedFeedForward(count: 4, hiddenSize: 6)],
          routing: .moePlusPlus(mode: .releasedCode)),
        pattern: .every(2), routerInput: .residual))
    let text = try Self.json(configuration)
    let read = try Self.read(DecoderConfiguration.self, text)
    #expect(try Self.json(read) == text)
    var (first, second) = (SeededGenerator(seed: 4), SeededGenerator(seed: 4))
    let (own, other) = (
      try MixtureDecoder(configuration, using: &first), try MixtureDecoder(read, using: &second)
    )
    #expect(
      own.namedParameters.map(\.parameter.bits) == other.namedParameters.map(\.parameter.bits))
    // And had back from the model, whose pattern is then a list of blocks.
    var back = try own.configuration
    #expect(back.stack.pattern == .blocks([1]))
    // Defaults are spelled out, and the gate of MoE++ is one of two maps.
    back.stack.pattern = .every(2)
    back.stack.attention = read.stack.attention
    back.stack.mixture?.routing.gate = try #require(read.stack.mixture).routing.gate
    #expect(try Self.json(back) == text)
    var third = SeededGenerator(seed: 4)
    let again = try MixtureDecoder(own.configuration, using: &third)
    #expect(
      own.namedParameters.map(\.parameter.bits) == again.namedParameters.map(\.parameter.bits))
    var uneven = own.stack
    uneven.blocks[2].feedForward = uneven.blocks[1].feedForward
    uneven.blocks[2].mixture?.balancingLosses = [.routerZ(coefficient: 1)]
    #expect(throws: MoEError.self) { try uneven.configuration }
    let heads = AttentionSpecification.mixtureOfHeads(
      expertCount: 4, headSize: 2, routing: .topK(2),
      balancingLosses: [.routerZ(coefficient: 1)])
    let headText = try Self.json(heads)
    #expect(try Self.json(Self.read(AttentionSpecification.self, headText)) == headText)
  }

  /// The layers that were loaded from published files.
  @Test(arguments: FamilyParityTests.names + ["inkling", "zaya", "nllb_moe"])
  func loadedLayersComeBack(name: String) throws {
    let layer = try MixtureOfExperts(
      model: FamilyParityTests.folder(name), layer: FamilyParityTests.layer(name))
    var context = LayerContext.inference
    context.batch.tokenIDs = Array(0..<5)
    try Self.expectRoundTrip(layer, SmallLayers.normal([5, 32]), context: context)
  }

  // MARK: - Errors

  private struct OwnSelector: ExpertSelector, ExpertAgnostic, Codable {
    var first: Int
    var promises: RoutingPromises { [.tokenLocal, .deterministic] }
    func slotCount(expertCount: Int) -> Int { 1 }
    func select(_ input: SelectionInput) -> SelectedExperts {
      SelectedExperts(Array(repeating: Int32(first), count: input.tokenCount), slotCount: 1)
    }
  }

  @Test func ownKindsAreToldOf() throws {
    let strategy = RoutingStrategy(selector: OwnSelector(first: 2), weighting: .scores)
    #expect(throws: EncodingError.self) { try Self.json(strategy) }
    CodableParts.register(OwnSelector.self)
    let read = try Self.read(RoutingStrategy.self, Self.json(strategy))
    #expect((read.selector as? OwnSelector)?.first == 2)
    let own = ExpertSpecification(count: 1) { size, _, _ in CopyExperts(count: 1, size: size) }
    #expect(throws: EncodingError.self) { try Self.json([own]) }
    #expect(throws: EncodingError.self) { try Self.json([own.normalized(after: .rms())]) }
  }

  /// A plan has biases on all maps or on none, and one of other experts is none.
  @Test func expertsOfUnevenBiasesHaveNoPlan() {
    var generator = SeededGenerator(seed: 1)
    func plan(_ gate: Bool, _ up: Bool, _ down: Bool) -> ExpertSpecification? {
      func map(_ input: Int, _ output: Int, _ bias: Bool) -> Linear {
        Linear(inputSize: input, outputSize: output, bias: bias, using: &generator)
      }
      let base = GatedFeedForward(
        gate: map(4, 3, gate), up: map(4, 3, up), down: map(3, 4, down))
      return LowRankExperts(base: base, count: 2, rank: 1, using: &generator).specification
    }
    for biases in 0..<8 {
      let isEven = biases == 0 || biases == 7
      #expect((plan(biases & 1 > 0, biases & 2 > 0, biases & 4 > 0) != nil) == isEven)
    }
  }

  @Test(arguments: [
    #"{"kind":"NoSelector","settings":{}}"#, #"{"kind":"SoftmaxScore","settings":{}}"#,
    #"{"kind":"TopKSelector","settings":{}}"#,
    #"{"kind":"HashSelector","settings":{"table":{"expertCount":2,"experts":[[5]]}}}"#,
  ]) func whatIsNoSelectorIsAnError(selector: String) throws {
    let text = String(decoding: try Self.json(RoutingStrategy.topK(2)), as: UTF8.self)
    let old = #"{"kind":"TopKSelector","settings":{"count":2}}"#
    #expect(text.contains(old))
    #expect(throws: (any Error).self) {
      try Self.read(RoutingStrategy.self, Data(text.replacing(old, with: selector).utf8))
    }
  }

  /// Numbers that cannot work are said where a layer is made of them, and end nothing.
  @Test func numbersThatCannotWorkThrow() throws {
    var generator = SeededGenerator(seed: 1)
    let layer = try MixtureOfExperts(
      inputSize: 4, experts: [.gatedFeedForward(count: 3, hiddenSize: 2)], routing: .topK(2),
      using: &generator)
    let text = String(decoding: try Self.json(layer.configuration), as: UTF8.self)
    for (old, new) in [
      (#""inputSize":4"#, #""inputSize":-4"#), (#""hiddenSize":2"#, #""hiddenSize":-2"#),
      (#""settings":{"count":2}"#, #""settings":{"count":9}"#),
      (#""dropout":0"#, #""dropout":7"#),
    ] {
      #expect(text.contains(old), "\(old) in \(text)")
      let configuration = try Self.read(
        MixtureConfiguration.self, Data(text.replacing(old, with: new).utf8))
      #expect(throws: MoEError.self) { try configuration.layer(using: &generator) }
    }
  }
}
