extension RoutingStrategy {
  /// The routing of MoE++: the best k experts of all kinds, with gates that read the logits of the
  /// layer before.
  ///
  /// Give the layer ``BalancingLoss/heterogeneous(coefficient:tau:)`` of the same τ beside it, and
  /// groups of experts such as ``ExpertSpecification/zero(count:)``,
  /// ``ExpertSpecification/copy(count:)`` and ``ExpertSpecification/constant(count:)``: which
  /// experts compute, and which give nothing, is learned from these.
  ///
  /// Source: MoE++, arXiv 2410.07348, equations 1, 6 and 8, and its released code.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - mode: Whether to follow the paper or the released code.
  ///   - tau: The part τ of a computing expert in the capacity in relation to another.
  ///   - capacityFactor: The factor γ of the capacity in training; no limit where nothing is given.
  ///     The code has none, so that it is left out of account there.
  ///   - inferenceFactor: The same in inference.
  ///   - counting: What the factor multiplies: routes, or tokens as in the paper's equation.
  ///   - readsPreviousLogits: Whether a gate reads the logits of the layer before.
  /// - Returns: A causal strategy.
  public static func moePlusPlus(
    _ count: Int = 2, mode: MoEPlusPlusMode = .paper, tau: Double = 0.75,
    capacityFactor: Double? = 1.1, inferenceFactor: Double? = nil,
    counting: Capacity.Counting = .routes, readsPreviousLogits: Bool = true
  ) -> RoutingStrategy {
    let gate = GateSpecification.moePlusPlus(mode)
    var strategy = RoutingStrategy(
      gate: readsPreviousLogits ? gate.residual() : gate, selector: .topK(count),
      weighting: .scores)
    switch mode {
    case .paper:
      if let capacityFactor {
        strategy.capacity = .heterogeneous(
          factor: capacityFactor, inference: inferenceFactor, tau: tau, counting: counting)
      }
    case .releasedCode:
      strategy.weighting = .renormalizedWithoutZeroExperts
      strategy.expertInputScale = Float(count)
    case .releasedCodeMixtral:
      strategy.weighting = .softmaxOverSelected
    }
    return strategy
  }
}

extension GateSpecification {
  /// The gate of MoE++ without its residual: a linear map, or in the released code one of two maps
  /// with 8 hidden numbers an expert.
  static func moePlusPlus(_ mode: MoEPlusPlusMode) -> GateSpecification {
    guard mode != .paper else { return .linear() }
    return GateSpecification(promises: [.tokenLocal, .deterministic]) {
      inputSize, expertCount, generator in
      FeedForwardGate(
        FeedForward(
          inputSize: inputSize, hiddenSize: 8 * expertCount, outputSize: expertCount,
          activation: .tanh, bias: false, using: &generator))
    }.planned(.moePlusPlus(mode))
  }
}
