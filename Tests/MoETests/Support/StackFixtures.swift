import MoE

/// Small stacks, which tests vary.
enum StackFixtures {
  static let size = 6

  /// Gates with a residual, and two of four experts a token.
  static func mixture(_ gate: GateSpecification = .linear().residual()) -> MixtureSpecification {
    MixtureSpecification(
      experts: [.gatedFeedForward(count: 3, hiddenSize: 5), .feedForward(count: 1, hiddenSize: 4)],
      routing: .topK(2, weighting: .scores, gate: gate),
      balancingLosses: [.loadBalancing(coefficient: 0.5)])
  }

  /// Blocks without attention.
  static func configuration(
    blockCount: Int = 3, pattern: MixturePattern = .all, norm: NormSpecification? = .rms(),
    mixture: MixtureSpecification = StackFixtures.mixture(), isResidual: Bool = true
  ) -> StackConfiguration {
    StackConfiguration(
      size: size, blockCount: blockCount, norm: norm, dense: .gatedFeedForward(hiddenSize: 4),
      mixture: mixture, pattern: pattern, isResidual: isResidual)
  }

  /// A stack whose residuals of logits are not zero, as they are at first.
  static func stack(_ configuration: StackConfiguration, seed: UInt64 = 7) throws -> MixtureStack {
    var generator = SeededGenerator(seed: seed)
    var stack = try MixtureStack(configuration, seed: seed, using: &generator)
    var index: UInt64 = 0
    stack.visitParameters { name, parameter in
      index += 1
      if name.hasSuffix("residual.weight") || name.contains("orm.weight") {
        parameter += 0.5 * Tensor(scattered: parameter.shape, seed: 100 + index)
      }
    }
    return stack
  }

  static func tokens(_ count: Int, seed: UInt64 = 9) -> Tensor {
    Tensor(scattered: [count, size], seed: seed)
  }
}
