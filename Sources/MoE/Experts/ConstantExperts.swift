/// Experts that mix the token with a vector of their own: E(x) = α₁·x + α₂·v, with (α₁, α₂) =
/// softmax(W_c·x).
///
/// They replace a token, in part, by what they have learned, at next to no cost: their product has
/// two columns. So their relative cost is 0, as in the paper.
///
/// **Shapes**: `mix` is [experts, 2, size], `constant` [experts, size].
///
/// **Initial values**: W_c as ``Linear``, v standard normal as in the released code.
///
/// **Gradient**: with a position's g = w·dy, dα = (⟨g, x⟩, ⟨g, v⟩), dz = α ⊙ (dα − ⟨α, dα⟩), dx =
/// α₁·g + W_cᵀ·dz, dv = Σ α₂·g, dW_c = Σ dz·xᵀ.
///
/// Source: MoE++, arXiv 2410.07348.
public struct ConstantExperts: ExpertGroup {
  /// The map W_c of each expert.
  public var mix: GroupedLinear
  /// The vector v of each expert, of shape [experts, size].
  public var constant: Tensor

  /// Experts of the given parameters.
  ///
  /// - Parameters:
  ///   - mix: A map of each expert to two numbers.
  ///   - constant: Of shape [experts, the input size of `mix`]; another traps.
  public init(mix: GroupedLinear, constant: Tensor) {
    require(
      mix.outputSize == 2 && constant.sizes == TensorShape(mix.expertCount, mix.inputSize),
      "ConstantExperts: mix \(mix.weight.shape) against constant \(constant.shape)")
    self.mix = mix
    self.constant = constant
  }

  /// Experts of random parameters.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - size: The size of a token, and of an expert's output.
  ///   - generator: The source of randomness.
  public init(count: Int, size: Int, using generator: inout some RandomNumberGenerator) {
    mix = GroupedLinear(
      count: count, inputSize: size, outputSize: 2, bias: false, using: &generator)
    constant = .normal(shape: [count, size], using: &generator)
  }

  /// The number of experts.
  public var expertCount: Int { mix.expertCount }

  /// The size of a token.
  public var inputSize: Int { mix.inputSize }

  /// The size of an expert's output.
  public var outputSize: Int { mix.inputSize }

  /// They cost next to nothing.
  public var traits: ExpertTraits { ExpertTraits(relativeCost: 0) }

  /// Visits the parameters of `mix`, under this name, and `constant`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try mix.visitParameters(under: "mix", visit)
    try visit("constant", &constant)
  }

  /// Visits the weights of `mix`.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try mix.visitWeights(under: "mix", visit)
  }

  /// The result of a forward pass.
  public struct Pass: ExpertPass {
    /// One row for each position.
    public var output: ExpertOutput
    let input: GroupedTokens
    /// α of each position, one row each of α₁ and of α₂; nothing in inference.
    let shares: Tensor?
  }

  /// The outputs, and in training the shares α with them.
  public func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    let rows = input.rows
    let logits = mix.forward(.picked(input.matrix), rows: rows).transposed()
    // The softmax of two is a sigmoid of what is between them, and the rest.
    let difference = logits[entry: 0] - logits[entry: 1]
    let (ofToken, ofConstant) = (difference.sigmoid(), (-difference).sigmoid())
    let output = rows.mixed(
      .picked(input.matrix), times: ofToken, with: constant, times: ofConstant)
    let shares =
      context.mode.isTraining
      ? Tensor(concatenatingEntries: [ofToken, ofConstant]).reshaped(to: [2, rows.count]) : nil
    return Pass(
      output: .rows(output), input: input, shares: shares)
  }

  /// The gradients; the outputs are not needed for them.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<ConstantExperts> {
    let shares = kept(pass.shares, by: "ConstantExperts")
    let (input, rows, weights) = (pass.input, pass.input.rows, outputGradient.weights)
    let gradient = GroupedOperand.picked(outputGradient.matrix)
    // ⟨dy, x⟩ and ⟨dy, v⟩, whose sum by the shares is the gradient of the weight.
    let ofToken = rows.dots(gradient, .picked(input.matrix))
    let ofConstant = rows.dots(outputGradient.matrix, constant)
    let (token, own) = (shares[entry: 0], shares[entry: 1])
    let shareGradients = Tensor(concatenatingEntries: [ofToken * weights, ofConstant * weights])
    let logitGradients = Tensor.softmaxGradient(
      shareGradients.reshaped(to: [2, rows.count]).transposed(), softmax: shares.transposed())
    var rowGradient = mix.inputGradient(.ordered(logitGradients), rows: rows)
    rows.add(gradient, times: token * weights, to: &rowGradient)
    return ExpertGradient(
      rows: rowGradient, weights: token * ofToken + own * ofConstant,
      parameters: ConstantExperts(
        mix: mix.parameterGradient(
          .ordered(logitGradients), input: .picked(input.matrix), rows: rows),
        constant: rows.sums(gradient, times: own * weights)))
  }
}

extension ExpertSpecification {
  /// Experts that mix the token with a vector of their own.
  ///
  /// - Parameter count: The number of experts.
  /// - Returns: A specification of ``ConstantExperts``, which throws in a layer whose output has
  ///   another size than its input.
  public static func constant(count: Int) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, generator in
      try checkEqualSizes(inputSize, outputSize, of: "constant experts")
      return ConstantExperts(count: count, size: inputSize, using: &generator)
    }.planned(.constant(count: count))
  }
}
