extension ExpertSpecification {
  /// Experts that share a base, each with a residual of low rank.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - rank: The rank r of the residuals; at least 1, else the layer's initialiser throws.
  ///   - alpha: The residuals have the factor α/r; 1 unless given.
  ///   - base: Makes what the experts share from the input size, the output size and a source of
  ///     randomness.
  /// - Returns: A specification of ``LowRankExperts``.
  public static func lowRank<Base: Layer>(
    count: Int, rank: Int, alpha: Float? = nil,
    base:
      @escaping @Sendable (
        _ inputSize: Int, _ outputSize: Int, _ generator: inout ErasedGenerator
      ) throws -> Base
  ) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, generator in
      guard rank > 0 else {
        throw MoEError.configuration("expert rank", value: "\(rank)", expected: "at least 1")
      }
      if let alpha, !alpha.isFinite {
        throw MoEError.configuration(
          "alpha of low-rank experts", value: "\(alpha)", expected: "a finite number")
      }
      let base = try base(inputSize, outputSize, &generator)
      guard base.inputSize == inputSize, base.outputSize == outputSize else {
        throw MoEError.configuration(
          "base of low-rank experts", value: "from \(base.inputSize) to \(base.outputSize)",
          expected: "from \(inputSize) to \(outputSize)")
      }
      return LowRankExperts(
        base: base, count: count, rank: rank, scale: alpha.map { $0 / Float(rank) } ?? 1,
        using: &generator)
    }
  }

  /// Experts that share a gated feed-forward network, each with a residual of low rank.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - rank: The rank r of the residuals; at least 1, else the layer's initialiser throws.
  ///   - hiddenSize: The size of the shared gate; at least 1, else the layer's initialiser throws.
  ///   - activation: The function of gate and up value.
  ///   - bias: Whether the maps of the shared network have biases.
  ///   - alpha: The residuals have the factor α/r; 1 unless given.
  /// - Returns: A specification of ``LowRankExperts`` on a ``GatedFeedForward``.
  public static func lowRank(
    count: Int, rank: Int, hiddenSize: Int, activation: GatedActivation = .silu,
    bias: Bool = false, alpha: Float? = nil
  ) -> ExpertSpecification {
    lowRank(count: count, rank: rank, alpha: alpha) { inputSize, outputSize, generator in
      try checkHiddenSize(hiddenSize)
      try activation.check()
      return GatedFeedForward(
        inputSize: inputSize, hiddenSize: hiddenSize, outputSize: outputSize,
        activation: activation, bias: bias, using: &generator)
    }.planned(
      .lowRank(
        count: count, rank: rank, hiddenSize: hiddenSize, activation: activation, bias: bias,
        alpha: alpha))
  }
}
