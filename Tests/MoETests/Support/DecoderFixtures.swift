import MoE

/// Small decoders, which tests vary.
enum DecoderFixtures {
  static let vocabularySize = 11

  static func configuration(
    blockCount: Int = 3, pattern: MixturePattern = .every(2), isHeadTied: Bool = false,
    window: Int? = nil, mixture: MixtureSpecification = StackFixtures.mixture()
  ) -> DecoderConfiguration {
    DecoderConfiguration(
      vocabularySize: vocabularySize,
      stack: StackConfiguration(
        size: 8, blockCount: blockCount,
        attention: .heads(4, keyValueHeadCount: 2, window: window, rotary: RotaryPositions()),
        dense: .gatedFeedForward(hiddenSize: 4), mixture: mixture, pattern: pattern),
      isHeadTied: isHeadTied)
  }

  /// A decoder whose residuals of logits are not zero, as they are at first.
  static func decoder(
    _ configuration: DecoderConfiguration = configuration()
  ) throws -> MixtureDecoder {
    var generator = SeededGenerator(seed: 21)
    var decoder = try MixtureDecoder(configuration, seed: 4, using: &generator)
    var index: UInt64 = 0
    decoder.visitParameters { name, parameter in
      index += 1
      if name.hasSuffix("residual.weight") || name.contains("orm.weight") {
        parameter += 0.5 * Tensor(scattered: parameter.shape, seed: 100 + index)
      }
    }
    return decoder
  }

  static func ids(_ count: Int, seed: UInt64 = 3) -> [Int] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int.random(in: 0..<vocabularySize, using: &generator) }
  }
}
