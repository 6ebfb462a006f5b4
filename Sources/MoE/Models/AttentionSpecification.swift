/// A plan for the attention of a block, before the stack that it belongs to gives it sizes.
///
/// To add a kind, write a ``Layer``, and a static factory here.
public struct AttentionSpecification: Sendable {
  private let make: @Sendable (Int, Bool, inout ErasedGenerator) throws -> any Layer
  /// What it was made of; nothing of a layer of your own.
  var plan: AttentionPlan?

  /// A specification of a layer that may be your own.
  ///
  /// - Parameter make: Makes the layer from the size of a token, which is that of an output row
  ///   too, whether it has to be causal, and a source of randomness.
  public init(
    make:
      @escaping @Sendable (
        _ size: Int, _ isCausal: Bool, _ generator: inout ErasedGenerator
      ) throws -> any Layer
  ) {
    self.make = make
  }

  /// Makes the layer.
  ///
  /// - Parameters:
  ///   - size: The size of a token and of an output row.
  ///   - isCausal: Whether no token's output may depend on a later token.
  ///   - generator: The source of randomness.
  /// - Returns: A layer of these sizes.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where what `make` returns does not
  ///   fit.
  public func layer(
    size: Int, isCausal: Bool, using generator: inout some RandomNumberGenerator
  ) throws -> any Layer {
    try withErased(&generator) { generator in
      let layer = try make(size, isCausal, &generator)
      guard layer.inputSize == size, layer.outputSize == size else {
        throw MoEError.configuration(
          "attention", value: "from \(layer.inputSize) to \(layer.outputSize)",
          expected: "from \(size) to \(size)")
      }
      return layer
    }
  }

  /// Attention of several heads.
  ///
  /// - Parameters:
  ///   - count: The number of heads.
  ///   - keyValueHeadCount: The number of heads of keys and values, a divisor of that of heads; as
  ///     many unless given.
  ///   - headSize: The size of a head; that of a token over the number of heads unless given.
  ///   - window: How many tokens a token sees at most, itself included; all unless given.
  ///   - rotary: The rotary positions of queries and keys; none unless given.
  ///   - headNorm: The norm of each head of queries and of keys; none unless given.
  ///   - bias: Whether the maps have biases.
  /// - Returns: A specification of ``MultiHeadAttention``.
  public static func heads(
    _ count: Int, keyValueHeadCount: Int? = nil, headSize: Int? = nil, window: Int? = nil,
    rotary: RotaryPositions? = nil, headNorm: NormSpecification? = nil, bias: Bool = false
  ) -> AttentionSpecification {
    var specification = AttentionSpecification { size, isCausal, generator in
      try MultiHeadAttention(
        inputSize: size, headCount: count, keyValueHeadCount: keyValueHeadCount,
        headSize: headSize, isCausal: isCausal, window: window, rotary: rotary,
        headNorm: headNorm, bias: bias, using: &generator)
    }
    specification.plan = AttentionPlan(
      headCount: count, keyValueHeadCount: keyValueHeadCount, headSize: headSize, window: window,
      rotary: rotary, headNorm: headNorm, bias: bias)
    return specification
  }

  /// A mixture of attention heads.
  ///
  /// - Parameters:
  ///   - expertCount: The number of experts.
  ///   - headSize: The size of a head.
  ///   - headCount: The number of heads of an expert.
  ///   - keyValueHeadCount: The number of heads of keys and values; as many unless given.
  ///   - routing: The way to send tokens to experts.
  ///   - window: How many tokens a token sees at most, itself included; all unless given.
  ///   - rotary: The rotary positions of queries and keys; none unless given.
  ///   - bias: Whether the maps have biases.
  ///   - balancingLosses: The auxiliary losses of a training pass.
  ///   - stepUpdates: What happens after a step of training.
  /// - Returns: A specification of ``MixtureOfAttentionHeads``.
  public static func mixtureOfHeads(
    expertCount: Int, headSize: Int, headCount: Int = 1, keyValueHeadCount: Int? = nil,
    routing: RoutingStrategy, window: Int? = nil, rotary: RotaryPositions? = nil,
    bias: Bool = false, balancingLosses: [any BalancingLoss] = [],
    stepUpdates: [any StepUpdate] = []
  ) -> AttentionSpecification {
    var specification = AttentionSpecification { size, isCausal, generator in
      try MixtureOfAttentionHeads(
        inputSize: size, expertCount: expertCount, headSize: headSize, headCount: headCount,
        keyValueHeadCount: keyValueHeadCount, routing: routing, isCausal: isCausal,
        window: window, rotary: rotary, bias: bias, balancingLosses: balancingLosses,
        stepUpdates: stepUpdates, using: &generator)
    }
    specification.plan = AttentionPlan(
      headCount: headCount, keyValueHeadCount: keyValueHeadCount, headSize: headSize,
      window: window, rotary: rotary, bias: bias,
      mixture: AttentionPlan.Mixture(
        expertCount: expertCount, routing: routing, balancingLosses: balancingLosses,
        stepUpdates: stepUpdates))
    return specification
  }
}

/// What a specification of attention of this library's own kinds was made of: what can be written and
/// read again.
struct AttentionPlan: Sendable, Codable {
  /// What makes it a mixture of heads.
  struct Mixture: Sendable {
    var expertCount: Int
    var routing: RoutingStrategy
    var balancingLosses: [any BalancingLoss]
    var stepUpdates: [any StepUpdate]
  }

  var headCount: Int
  var keyValueHeadCount: Int?
  var headSize: Int?
  var window: Int?
  var rotary: RotaryPositions?
  var headNorm: NormSpecification?
  var bias: Bool
  var mixture: Mixture?
}

extension AttentionSpecification: CustomStringConvertible {
  /// What the attention is made of.
  public var description: String { plan.map { planText($0) } ?? "attention of your own" }
}
