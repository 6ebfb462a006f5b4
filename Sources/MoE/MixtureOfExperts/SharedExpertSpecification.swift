/// A plan for shared experts, before the layer that they belong to gives them sizes.
///
/// A factory gives experts that are added as they are; ``gated(_:bias:)``, ``averaged()``,
/// ``averagedOverRoutes()``, ``scaled(by:routed:)`` and ``mixed(bias:)`` say otherwise. What each
/// does is said at ``SharedExperts``.
public struct SharedExpertSpecification: Sendable {
  /// The number of rows of a gate.
  public enum Gate: Sendable, Hashable, Codable {
    /// One for all shared experts.
    case common
    /// One for each.
    case perExpert
  }

  /// The groups of experts, at least one.
  public var experts: [ExpertSpecification]
  /// The gate whose logistic function multiplies the experts; nothing where there is none.
  public var gate: Gate?
  /// Whether the gate has a bias.
  public var gateHasBias = false
  /// How the output of the routed experts and theirs become one.
  public var combination: SharedExperts.Combination
  /// Whether the map of a mixture has a bias.
  public var mixtureHasBias = true

  /// A plan of the given parts.
  ///
  /// - Parameters:
  ///   - experts: The groups of experts, at least one.
  ///   - gate: The gate that multiplies them; none unless given.
  ///   - combination: How the output of the routed experts and theirs become one.
  public init(
    _ experts: [ExpertSpecification], gate: Gate? = nil,
    combination: SharedExperts.Combination = .sum
  ) {
    self.experts = experts
    self.gate = gate
    self.combination = combination
  }

  /// Shared experts of any kinds.
  ///
  /// - Parameter experts: The groups, at least one.
  /// - Returns: Experts that are added as they are.
  public static func experts(_ experts: ExpertSpecification...) -> SharedExpertSpecification {
    SharedExpertSpecification(experts)
  }

  /// The same behind a gate: σ(w·x + b)·F(x).
  ///
  /// - Parameters:
  ///   - gate: One gate for all experts, or one for each.
  ///   - bias: Whether the gate has a bias.
  /// - Returns: As in Qwen's models, where nothing is given.
  public func gated(_ gate: Gate = .common, bias: Bool = false) -> SharedExpertSpecification {
    var specification = self
    specification.gate = gate
    specification.gateHasBias = bias
    return specification
  }

  /// The same with both halves: (routed + shared)/2.
  public func averaged() -> SharedExpertSpecification { combined(by: .average) }

  /// The same as one more of a token's K experts: (K·routed + shared)/(K + 1).
  public func averagedOverRoutes() -> SharedExpertSpecification {
    combined(by: .averageOverRoutes)
  }

  /// The same with factors: a·routed + b·shared.
  ///
  /// - Parameters:
  ///   - factor: The factor b of the shared experts; the layer's initialiser throws where it is not
  ///     finite.
  ///   - routed: The factor a of the routed experts; likewise.
  /// - Returns: As in Grok 2 where both are √½.
  public func scaled(by factor: Float, routed: Float = 1) -> SharedExpertSpecification {
    combined(by: .scaled(routed: routed, shared: factor))
  }

  /// The same mixed with the routed experts by a learned softmax: c₀·routed + c₁·shared.
  ///
  /// - Parameter bias: Whether the map of the softmax has a bias.
  /// - Returns: As in DeepSpeed's residual mixture and in Klear.
  public func mixed(bias: Bool = true) -> SharedExpertSpecification {
    var specification = combined(by: .mixed)
    specification.mixtureHasBias = bias
    return specification
  }

  private func combined(by combination: SharedExperts.Combination) -> SharedExpertSpecification {
    var specification = self
    specification.combination = combination
    return specification
  }

  /// Makes the experts: the groups first, then the gate, then the map of a mixture.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token.
  ///   - outputSize: The size of an output row.
  ///   - generator: The source of randomness.
  /// - Returns: Shared experts with random parameters.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a count, a size or a factor
  ///   cannot work, and what a group of your own throws.
  public func sharedExperts(
    inputSize: Int, outputSize: Int, using generator: inout some RandomNumberGenerator
  ) throws -> SharedExperts {
    try combination.check()
    var groups: [any ExpertGroup] = []
    for group in experts {
      groups.append(
        try group.group(inputSize: inputSize, outputSize: outputSize, using: &generator))
    }
    let count = experts.reduce(0) { $0 + $1.count }
    let gate = self.gate.map {
      Linear(
        inputSize: inputSize, outputSize: $0 == .common ? 1 : count, bias: gateHasBias,
        using: &generator)
    }
    let coefficient =
      combination == .mixed
      ? Linear(inputSize: inputSize, outputSize: 2, bias: mixtureHasBias, using: &generator) : nil
    return try SharedExperts(
      groups, gate: gate, combination: combination, coefficient: coefficient)
  }
}

extension SharedExpertSpecification {
  /// Experts of two linear maps with an activation between them.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - hiddenSize: The size between the maps; at least 1, else the layer's initialiser throws.
  ///   - activation: The function between the maps.
  ///   - bias: Whether the maps have biases.
  ///   - dropout: The probability that a scalar after the activation is zero in training; below 0,
  ///     or 1 and above, the layer's initialiser throws.
  /// - Returns: A plan for ``FeedForwardExperts`` that are added as they are.
  public static func feedForward(
    count: Int, hiddenSize: Int, activation: Activation = .relu, bias: Bool = true,
    dropout: Double = 0
  ) -> SharedExpertSpecification {
    .experts(
      .feedForward(
        count: count, hiddenSize: hiddenSize, activation: activation, bias: bias,
        dropout: dropout))
  }

  /// Gated experts: SwiGLU unless another activation is named.
  ///
  /// The layer's initialiser throws where a limit of the activation is not a finite number above
  /// zero.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - hiddenSize: The size of the gate; at least 1, else the layer's initialiser throws.
  ///   - activation: The function of gate and up value.
  ///   - bias: Whether the maps have biases.
  ///   - dropout: The probability that a scalar after the activation is zero in training; below 0,
  ///     or 1 and above, the layer's initialiser throws.
  /// - Returns: A plan for ``GatedFeedForwardExperts`` that are added as they are.
  public static func gatedFeedForward(
    count: Int, hiddenSize: Int, activation: GatedActivation = .silu, bias: Bool = false,
    dropout: Double = 0
  ) -> SharedExpertSpecification {
    .experts(
      .gatedFeedForward(
        count: count, hiddenSize: hiddenSize, activation: activation, bias: bias,
        dropout: dropout))
  }
}
