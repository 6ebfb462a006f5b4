import Foundation
import MoE
import Testing

/// Configurations of layers of every kind, part by part.
@Suite struct LayerConfigurationTests {
  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func read(_ text: String) throws -> LayerConfiguration {
    try JSONDecoder().decode(LayerConfiguration.self, from: Data(text.utf8))
  }

  /// One layer of each kind, with the parts that differ from what a short initialiser makes.
  private static func layers() throws -> [any Layer] {
    var generator = SeededGenerator(seed: 5)
    func map(_ input: Int, _ output: Int, bias: Bool = true) -> Linear {
      Linear(inputSize: input, outputSize: output, bias: bias, using: &generator)
    }
    let attention = try MultiHeadAttention(
      query: map(6, 8), key: map(6, 4, bias: false), value: map(6, 4), output: map(8, 6),
      queryNorm: .rms(RMSNorm(size: 2)), headCount: 4, keyValueHeadCount: 2, window: 2,
      rotary: RotaryPositions(), scale: 0.25)
    let heads = try MixtureOfAttentionHeads(
      router: Router(
        inputSize: 6, expertCount: 3, strategy: .topK(2), seed: 4, layer: 2, isCausal: true,
        using: &generator),
      query: GroupedLinear(
        count: 3, inputSize: 6, outputSize: 4, bias: true, using: &generator),
      key: map(6, 2), value: map(6, 2, bias: false),
      output: GroupedLinear(
        count: 3, inputSize: 4, outputSize: 6, bias: false, using: &generator),
      headCount: 2, keyValueHeadCount: 1, scale: 0.5,
      balancingLosses: [.loadBalancing(coefficient: 0.5)])
    let mixture = try MixtureOfExperts(
      inputSize: 6, experts: [.gatedFeedForward(count: 4, hiddenSize: 3), .zero(count: 1)],
      routing: .noisyTopK(2), balancingLosses: [.routerZ(coefficient: 0.1)], using: &generator)
    let dense = FeedForward(
      up: map(6, 5, bias: false), down: map(5, 6), activation: .gelu)
    let gated = GatedFeedForward(
      gate: map(6, 3), up: map(6, 3, bias: false), down: map(3, 6),
      activation: .gptOSS(alpha: 1.5, limit: 2))
    let block = try TransformerBlock(
      attentionNorm: .layer(LayerNorm(size: 6, bias: false)), attention: attention,
      feedForwardNorm: .prescaledRMS(PrescaledRMSNorm(size: 6, addsOne: true)),
      feedForward: mixture, routerInput: .block)
    let other = try TransformerBlock(attention: heads, feedForward: gated, isResidual: false)
    return [
      map(6, 5), map(6, 3, bias: false), dense, gated, Norm.layer(LayerNorm(size: 6)),
      RMSNorm(size: 6, epsilon: 0.5, addsOne: true), LayerNorm(size: 6, epsilon: 0.25, bias: false),
      PrescaledRMSNorm(size: 6), try Dropout(size: 6, rate: 0.5, number: 3), attention, heads,
      mixture, block, other, try MixtureStack([block, other, block], seed: 8),
    ]
  }

  private static func expectSame<Made: Layer>(_ layer: Made) throws {
    let text = try json(LayerConfiguration(of: layer))
    var generator = SeededGenerator(seed: 6)
    var made = try #require(read(text).layer(using: &generator) as? Made, "\(text)")
    #expect(try json(LayerConfiguration(of: made)) == text)
    #expect(made.namedParameters.map(\.name) == layer.namedParameters.map(\.name))
    #expect(
      made.namedParameters.map(\.parameter.shape) == layer.namedParameters.map(\.parameter.shape))
    var values = layer.namedParameters.map(\.parameter)
    made.visitParameters { _, parameter in parameter = values.removeFirst() }
    let input = SmallLayers.normal([4, layer.inputSize])
    for context in [LayerContext.inference, .training(step: 3)] {
      let (own, other) = (
        try layer.forward(input, context: context), try made.forward(input, context: context)
      )
      #expect(own.output.bits == other.output.bits, "\(Made.self)")
    }
  }

  @Test func everyKindOfLayerComesBack() throws {
    let layers = try Self.layers()
    // One of every kind that the library has.
    #expect(Set(layers.map { "\(type(of: $0))" }).count == 13)
    for layer in layers { try Self.expectSame(layer) }
  }

  /// A plan says less of attention than a configuration of it: what it cannot say is an error.
  @Test func aPlanThatSaysLessIsAnError() throws {
    let layers = try Self.layers()
    let stack = try #require(layers.last as? MixtureStack)
    #expect(throws: MoEError.self) { try stack.configuration }
    for block in stack.blocks.prefix(2) {
      #expect(throws: MoEError.self) { try MixtureStack([block]).configuration }
    }
    var generator = SeededGenerator(seed: 1)
    let norm = try TransformerBlock(
      attention: MultiHeadAttention(inputSize: 6, headCount: 2, using: &generator),
      feedForwardNorm: .rms(RMSNorm(size: 6)),
      feedForward: GatedFeedForward(inputSize: 6, hiddenSize: 3, using: &generator))
    #expect(throws: MoEError.self) { try MixtureStack([norm]).configuration }
  }

  private struct OwnLayer: Layer {
    var inputSize: Int { 6 }
    var outputSize: Int { 6 }
    func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}
    struct Pass: LayerPass { var output: Tensor }
    func forward(_ input: Tensor, context: LayerContext) -> Pass { Pass(output: input) }
    func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<OwnLayer> {
      LayerGradient(input: outputGradient, parameters: self)
    }
  }

  @Test func aLayerOfOnesOwnIsAnError() throws {
    #expect(throws: MoEError.self) { try LayerConfiguration(of: OwnLayer()) }
    let block = try TransformerBlock(feedForward: OwnLayer())
    #expect(throws: MoEError.self) { try LayerConfiguration(of: block) }
  }

  /// Every number of every configuration, made one that cannot be or does not fit, ends nothing.
  @Test func numbersThatCannotWorkThrow() throws {
    var (generator, thrown) = (SeededGenerator(seed: 1), 0)
    for layer in try Self.layers() {
      let text = try Self.json(LayerConfiguration(of: layer))
      for number in text.matches(of: /:-?[0-9]+(?=[,}\]])/) {
        for value in [":0", ":-1", ":7"] {
          var changed = text
          changed.replaceSubrange(number.range, with: value)
          let before = generator
          do {
            _ = try Self.read(changed).layer(using: &generator)
          } catch {
            thrown += 1
            #expect(generator.position == before.position)
          }
        }
      }
    }
    #expect(thrown > 200)
  }
}
