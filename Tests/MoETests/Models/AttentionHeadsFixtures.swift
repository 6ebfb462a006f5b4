import MoE

/// Small mixtures of attention heads, which tests vary.
enum AttentionHeadsFixtures {
  static let size = 4

  static func mixture(
    _ routing: RoutingStrategy = .topK(2), experts: Int = 3, headSize: Int = 2, heads: Int = 1,
    shared: Int? = nil, isCausal: Bool = true, window: Int? = nil,
    rotary: RotaryPositions? = RotaryPositions(), bias: Bool = false,
    losses: [any BalancingLoss] = [], stepUpdates: [any StepUpdate] = [], seed: UInt64 = 5
  ) throws -> MixtureOfAttentionHeads {
    var generator = SeededGenerator(seed: seed)
    return try MixtureOfAttentionHeads(
      inputSize: size, expertCount: experts, headSize: headSize, headCount: heads,
      keyValueHeadCount: shared, routing: routing, isCausal: isCausal, window: window,
      rotary: rotary, bias: bias, balancingLosses: losses, stepUpdates: stepUpdates, seed: 3,
      layer: 2, using: &generator)
  }

  static func tokens(_ count: Int, seed: UInt64 = 1) -> Tensor {
    2 * Tensor(scattered: [count, size], seed: seed)
  }

  static func context(_ lengths: [Int], padding: [Bool]? = nil) -> LayerContext {
    LayerContext(.training(step: 0), batch: Batch(padding: padding, sequenceLengths: lengths))
  }
}
