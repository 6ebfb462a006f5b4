/// A gate of two levels, one that knows groups of experts and one that knows the experts of each
/// group: lᵢⱼ = ln softmax(W₁·x)ᵢ + ln softmax((W₂·x)ᵢ)ⱼ.
///
/// Experts are numbered group by group. The softmax over all the logits is the product of both
/// levels': pᵢⱼ = pᵢ·p(j|i), and no logit is above zero.
///
/// **Gradient**: with g that of the logits and gᵢ its sum over a group, gᵢ − pᵢ·Σ g for the first
/// level, and gᵢⱼ − p(j|i)·gᵢ for the second.
///
/// **Shapes**: `primary.weight` [groups, inputSize], `secondary.weight` [experts, inputSize].
///
/// **Initial values**: as ``Linear``.
///
/// Source: Shazeer and others, arXiv 1701.06538, appendix B.
public struct HierarchicalGate: Gate {
  /// The map from tokens to groups.
  public var primary: Linear
  /// The map from tokens to experts.
  public var secondary: Linear

  /// A gate of the given maps.
  ///
  /// - Parameters:
  ///   - primary: A map from tokens to groups.
  ///   - secondary: A map from tokens to experts, as many for each group; another number traps.
  public init(primary: Linear, secondary: Linear) {
    require(
      primary.outputSize > 0 && secondary.outputSize % primary.outputSize == 0
        && primary.inputSize == secondary.inputSize,
      "HierarchicalGate: maps from \(primary.inputSize) to \(primary.outputSize) groups and from "
        + "\(secondary.inputSize) to \(secondary.outputSize) experts")
    self.primary = primary
    self.secondary = secondary
  }

  /// The size of a token.
  public var inputSize: Int { primary.inputSize }

  /// Each token has its own logits, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// The number of experts.
  public var expertCount: Int { secondary.outputSize }

  /// The number of groups.
  public var groupCount: Int { primary.outputSize }

  /// Visits the parameters of the maps, under `primary` and `secondary`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try primary.visitParameters(under: "primary", visit)
    try secondary.visitParameters(under: "secondary", visit)
  }

  /// Visits the weights of both maps.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try primary.visitWeights(under: "primary", visit)
    try secondary.visitWeights(under: "secondary", visit)
  }

  /// The logits, and in training the probabilities of both levels with them.
  ///
  /// - Complexity: O(tokens · inputSize · (groups + experts)).
  public func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    let (rows, groups, size) = (tokens.rowCount, groupCount, expertCount / groupCount)
    let first = primary(tokens)
    let second = secondary(tokens).reshaped(to: [rows * groups, size])
    let (firstTotals, secondTotals) = (first.logSumExp(), second.logSumExp())
    var logits = second
    var scalars = logits.mutableScalars
    for group in 0..<rows * groups {
      let share = first.scalars[group] - firstTotals.scalars[group / groups]
      for index in group * size..<(group + 1) * size {
        // The distance within the group first: the largest terms cancel exactly there.
        scalars[index] = share + (scalars[index] - secondTotals.scalars[group])
      }
    }
    return Pass(
      logits: logits.reshaped(to: [rows, expertCount]),
      saved: context.mode.isTraining
        ? Pass.Saved(
          tokens: tokens, groupShares: first.softmax(), expertShares: second.softmax()) : nil)
  }

  /// The result of a forward pass.
  public struct Pass: GatePass {
    /// The logits, of shape [tokens, experts].
    public let logits: Tensor
    let saved: Saved?

    /// The probabilities of groups, and of experts in their group.
    struct Saved: Sendable {
      let tokens: Tensor
      let groupShares: Tensor
      let expertShares: Tensor
    }
  }

  /// The gradients with respect to the tokens and the parameters.
  public func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<HierarchicalGate> {
    let saved = kept(pass.saved, by: "HierarchicalGate")
    var (firstShares, secondShares) = (saved.groupShares, saved.expertShares)
    let byGroup = gradient.logits.reshaped(to: secondShares.shape)
    let groupSums = byGroup.rowSums()
    let firstGradient = groupSums.reshaped(to: firstShares.shape)
    firstShares.scaleRows(by: firstGradient.rowSums())
    secondShares.scaleRows(by: groupSums)
    let first = primary.backward(
      firstGradient - firstShares, pass: Linear.Pass(output: firstShares, input: saved.tokens))
    let secondGradient = (byGroup - secondShares).reshaped(to: gradient.logits.shape)
    let second = secondary.backward(
      secondGradient, pass: Linear.Pass(output: secondGradient, input: saved.tokens))
    return GateGradient(
      input: first.input + second.input,
      parameters: HierarchicalGate(primary: first.parameters, secondary: second.parameters))
  }
}

extension GateSpecification {
  /// A gate of two levels, groups of experts and the experts of each.
  ///
  /// - Parameters:
  ///   - groups: The number of groups; it must divide the number of experts, else the layer's
  ///     initialiser throws.
  ///   - bias: Whether the maps have biases.
  /// - Returns: A specification of ``HierarchicalGate``.
  public static func hierarchical(groups: Int, bias: Bool = false) -> GateSpecification {
    GateSpecification(promises: [.tokenLocal, .deterministic]) {
      inputSize, expertCount, generator in
      try HierarchicalGroups.check(groups, expertCount: expertCount)
      let primary = Linear(
        inputSize: inputSize, outputSize: groups, bias: bias, using: &generator)
      return HierarchicalGate(
        primary: primary,
        secondary: Linear(
          inputSize: inputSize, outputSize: expertCount, bias: bias, using: &generator))
    }.planned(.hierarchical(groups: groups, bias: bias))
  }
}
