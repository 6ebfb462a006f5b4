/// Experts that every token goes to, and how their outputs and those of the routed experts become
/// one: y = r(x)·routed + Σᵢ sᵢ(x)·Fᵢ(x).
///
/// They are groups of any kinds and widths. What r and s are is the ``Combination-swift.enum``, and
/// where there is a ``gate`` each sᵢ has a factor σ(wᵢ·x + bᵢ), of one gate for all of them or of
/// one for each.
///
/// **Shapes**: `gate.weight` [1 or experts, inputSize], `coefficient.weight` [2, inputSize].
///
/// **Gradient**: with g that of y, Fᵢ gets sᵢ·g and routed r·g; dsᵢ = ⟨g, Fᵢ⟩ and dr = ⟨g, routed⟩,
/// from where it goes through the logistic function as σ(a)·σ(−a), or through the softmax. Outputs
/// of shared experts are not kept for it; those of the routed experts are where the two are mixed.
///
/// Source: DeepSeekMoE, arXiv 2401.06066; the gate of Qwen1.5-MoE; the averages of MegaBlocks and
/// of Command A; the mixture of DeepSpeed's residual MoE, arXiv 2201.05596, and of Klear.
public struct SharedExperts: Parameterized {
  /// How the sum of the shared experts and the output of the routed ones become one.
  public enum Combination: Sendable, Hashable, Codable {
    /// routed + shared.
    ///
    /// Source: DeepSeek, Llama 4, Qwen.
    case sum
    /// (routed + shared)/2.
    ///
    /// Source: Command A.
    case average
    /// (K·routed + shared)/(K + 1), with K the experts a token goes to by its strategy,
    /// ``Router/slotCount``.
    ///
    /// Source: MegaBlocks.
    case averageOverRoutes
    /// a·routed + b·shared, as (routed + shared)/√2 in Grok 2.
    case scaled(routed: Float, shared: Float)
    /// c₀·routed + c₁·shared, with c = softmax(W·x + b) of the map ``SharedExperts/coefficient``.
    ///
    /// Source: DeepSpeed's residual mixture; Klear.
    case mixed
  }

  /// The experts, in groups of one kind and size.
  public var groups: [any ExpertGroup]
  /// The map whose logistic function multiplies shared experts: one row for all, or one an expert.
  public var gate: Linear?
  /// The map of a mixture's two shares, that of the routed experts first.
  public var coefficient: Linear?
  /// How the two become one.
  public let combination: Combination

  /// Shared experts of the given parts.
  ///
  /// - Parameters:
  ///   - groups: The groups of experts, at least one, all of one input and one output size.
  ///   - gate: The map of the gate, to one number or one an expert; no gate unless given.
  ///   - combination: How the two become one.
  ///   - coefficient: The map to two numbers, where the combination is
  ///     ``Combination-swift.enum/mixed``.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where sizes differ, a factor is not
  ///   finite, or the map of a mixture is missing or not needed.
  public init(
    _ groups: [any ExpertGroup], gate: Linear? = nil, combination: Combination = .sum,
    coefficient: Linear? = nil
  ) throws {
    self.groups = groups
    self.gate = gate
    self.combination = combination
    self.coefficient = coefficient
    try check()
  }

  /// The gradients, or other parameters, of shared experts of the same configuration.
  init(
    _ shared: SharedExperts, groups: [any ExpertGroup], gate: Linear?, coefficient: Linear?
  ) {
    self = shared
    self.groups = groups
    self.gate = gate
    self.coefficient = coefficient
  }

  /// How many experts there are, in all groups.
  public var expertCount: Int { groups.reduce(0) { $0 + $1.expertCount } }

  /// The size of a token.
  public var inputSize: Int { groups[0].inputSize }

  /// The size of an output row.
  public var outputSize: Int { groups[0].outputSize }

  /// Visits the parameters of each group under `groups.` and its index, of `gate` and of
  /// `coefficient`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    for index in groups.indices {
      try groups[index].visitParameters(under: "groups.\(index)", visit)
    }
    try gate?.visitParameters(under: "gate", visit)
    try coefficient?.visitParameters(under: "coefficient", visit)
  }

  /// Visits the buffers of each group.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    for index in groups.indices {
      try groups[index].visitBuffers(under: "groups.\(index)", visit)
    }
  }

  /// Throws what a group throws.
  public func checkBuffers() throws { for group in groups { try group.checkBuffers() } }

  /// Visits the weights of every group and of both maps.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    for index in groups.indices {
      try groups[index].visitWeights(under: "groups.\(index)", visit)
    }
    try gate?.visitWeights(under: "gate", visit)
    try coefficient?.visitWeights(under: "coefficient", visit)
  }
}

extension SharedExperts {
  /// Throws where the parts do not go together.
  func check() throws {
    guard let first = groups.first else {
      throw MoEError.configuration(
        "number of groups of shared experts", value: "0", expected: "at least 1")
    }
    for group in groups {
      guard group.expertCount > 0 else {
        throw MoEError.configuration(
          "expert count", value: "\(group.expertCount)", expected: "at least 1")
      }
      guard group.inputSize == first.inputSize, group.outputSize == first.outputSize else {
        throw MoEError.configuration(
          "expert group", value: "from \(group.inputSize) to \(group.outputSize)",
          expected: "from \(first.inputSize) to \(first.outputSize)")
      }
    }
    if let gate, gate.inputSize != inputSize || ![1, expertCount].contains(gate.outputSize) {
      throw MoEError.configuration(
        "gate of shared experts", value: "from \(gate.inputSize) to \(gate.outputSize)",
        expected: "from \(inputSize) to 1 or \(expertCount)")
    }
    guard (coefficient != nil) == (combination == .mixed) else {
      throw MoEError.configuration(
        "map of a mixture with shared experts", value: coefficient == nil ? "none" : "one",
        expected: combination == .mixed ? "one, to two numbers" : "none, as \(combination) has none"
      )
    }
    if let coefficient, coefficient.inputSize != inputSize || coefficient.outputSize != 2 {
      throw MoEError.configuration(
        "map of a mixture with shared experts",
        value: "from \(coefficient.inputSize) to \(coefficient.outputSize)",
        expected: "from \(inputSize) to 2")
    }
    try combination.check()
  }
}

extension SharedExperts.Combination {
  /// Throws where a factor is no number.
  func check() throws {
    guard case .scaled(let routed, let shared) = self else { return }
    for (name, factor) in [("routed", routed), ("shared", shared)] where !factor.isFinite {
      throw MoEError.configuration(
        "factor of \(name) experts", value: "\(factor)", expected: "a finite number")
    }
  }

  /// The factors of the routed and of the shared experts that all tokens have, where they go to so
  /// many experts.
  func factors(routeCount: Int) -> (routed: Float, shared: Float) {
    switch self {
    case .sum, .mixed: (1, 1)
    case .average: (0.5, 0.5)
    case .averageOverRoutes:
      (Float(routeCount) / Float(routeCount + 1), 1 / Float(routeCount + 1))
    case .scaled(let routed, let shared): (routed, shared)
    }
  }
}
