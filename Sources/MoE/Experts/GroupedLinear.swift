/// One linear map an expert: the part that the feed-forward groups, and your own, are made of.
///
/// All experts' maps run as one grouped product, on all threads. ``forward(_:rows:)``,
/// ``inputGradient(_:rows:)`` and ``parameterGradient(_:input:rows:)`` are the passes of a map in the middle of
/// an expert; ``weightedBackward(_:weights:input:rows:)`` is the backward pass of its last one.
///
/// **Shapes**: `weight` [experts, outputSize, inputSize], `bias` [experts, outputSize].
///
/// **Initial values**: as ``Linear``.
public struct GroupedLinear: Parameterized {
  /// The matrices, of shape [experts, outputSize, inputSize].
  public var weight: Tensor { didSet { panels = nil } }
  /// The biases, of shape [experts, outputSize].
  public var bias: Tensor?
  private var panels: PackedPanels?

  /// A bank of the given parameters.
  ///
  /// - Parameters:
  ///   - weight: Of shape [experts, outputSize, inputSize].
  ///   - bias: Of shape [experts, outputSize]; another traps.
  public init(weight: Tensor, bias: Tensor? = nil) {
    require(
      weight.rank == 3,
      "GroupedLinear: weight of shape \(weight.shape), expected [experts, outputSize, inputSize]")
    if let bias {
      require(
        bias.shape == Array(weight.shape.prefix(2)),
        "GroupedLinear: bias of shape \(bias.shape) against weight of shape \(weight.shape)")
    }
    self.weight = weight
    self.bias = bias
  }

  /// A bank of random parameters, drawn expert by expert.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - inputSize: The size of an input row.
  ///   - outputSize: The size of an output row.
  ///   - bias: Whether there are biases.
  ///   - generator: The source of randomness.
  public init(
    count: Int, inputSize: Int, outputSize: Int, bias: Bool,
    using generator: inout some RandomNumberGenerator
  ) {
    let range = Linear.initialRange(inputSize: inputSize)
    weight = .uniform(in: range, shape: [count, outputSize, inputSize], using: &generator)
    self.bias = bias ? .uniform(in: range, shape: [count, outputSize], using: &generator) : nil
  }

  /// The number of experts.
  public var expertCount: Int { weight.shape[0] }

  /// The number of columns of the input.
  public var inputSize: Int { weight.shape[2] }

  /// The number of columns of the output.
  public var outputSize: Int { weight.shape[1] }

  /// Visits `weight`, then `bias` where there is one.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("weight", &weight)
    if bias != nil { try visit("bias", &bias!) }
  }

  /// Packs the weights, unless they are packed for the kernels in use.
  public mutating func packWeights() {
    if !isPacked { panels = PackedPanels(weight, transposing: true) }
  }

  /// Whether the weights are packed for the kernels in use.
  package var isPacked: Bool { panels?.isForCurrentKernels ?? false }
}

extension GroupedLinear {
  /// The map of each expert on its rows: W·x + b.
  ///
  /// - Parameters:
  ///   - input: Rows of ``inputSize``; others trap.
  ///   - rows: The rows of each expert, one group an expert; another number of groups traps.
  /// - Returns: One row of ``outputSize`` a position.
  /// - Complexity: O(`rows.count` · inputSize · outputSize) multiply-adds.
  public func forward(_ input: GroupedOperand, rows: GroupedRows) -> Tensor {
    rows.product(input, factor())
  }

  /// The activation of the map; ``Activation/relu`` in the tail of the product.
  func forward(
    _ input: GroupedOperand, rows: GroupedRows, then activation: Activation
  ) -> Tensor {
    guard activation == .relu else { return activation(forward(input, rows: rows)) }
    return rows.product(input, factor(epilogue: .rectify))
  }

  /// What input rows are multiplied by, with the bias in the tail of the product.
  func factor(epilogue: ProductEpilogue = .none) -> WeightOperand {
    WeightOperand(weight, transposing: true, bias: bias, packed: panels, epilogue: epilogue)
  }

  /// The gradient with respect to the input, from that with respect to the output: Wᵀ·g.
  ///
  /// - Parameters:
  ///   - outputGradient: Rows of ``outputSize``; others trap.
  ///   - rows: What the forward pass was handed.
  /// - Returns: One row of ``inputSize`` a position.
  /// - Complexity: O(`rows.count` · inputSize · outputSize) multiply-adds.
  public func inputGradient(_ outputGradient: GroupedOperand, rows: GroupedRows) -> Tensor {
    rows.product(outputGradient, weight, transposing: false)
  }

  /// The gradients with respect to the parameters: the sums of g·xᵀ and of g over each expert's positions.
  ///
  /// - Parameters:
  ///   - outputGradient: Rows of ``outputSize``; others trap.
  ///   - input: What the forward pass was handed.
  ///   - rows: What the forward pass was handed.
  /// - Returns: Gradients of the shapes of the parameters, zero for an expert without rows.
  /// - Complexity: O(`rows.count` · inputSize · outputSize) multiply-adds.
  public func parameterGradient(
    _ outputGradient: GroupedOperand, input: GroupedOperand, rows: GroupedRows
  ) -> GroupedLinear {
    checkBackward(rows, outputGradient.columnCount, input.columnCount)
    return GroupedLinear(
      weight: rows.outerProducts(outputGradient, input),
      bias: bias.map { _ in rows.sums(outputGradient) })
  }

  /// The backward pass of the last map of an expert, whose output the layer weights and adds up.
  ///
  /// With g the gradient of a position's token and w its weight, u = Wᵀ·g gives both the gradient with
  /// respect to the weight, ⟨u, a⟩ + ⟨g, b⟩, and that with respect to the input a, w·u: the experts' outputs
  /// need not have been stored.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the layer's output, one row a token.
  ///   - weights: One weight a position; another number of them traps.
  ///   - input: What the map was taken of, one row a position; other rows trap.
  ///   - rows: The positions of each expert.
  /// - Returns: The gradients with respect to the input, the weights and the parameters.
  /// - Complexity: O(`rows.count` · inputSize · outputSize) multiply-adds.
  public func weightedBackward(
    _ outputGradient: Tensor, weights: Tensor, input: Tensor, rows: GroupedRows
  ) -> GroupedLinearGradient {
    checkBackward(rows, outputGradient.columnCount, input.columnCount)
    var inputGradient = inputGradient(.picked(outputGradient), rows: rows)
    var weightGradient = inputGradient.rowDots(input)
    if let bias { weightGradient += rows.dots(outputGradient, bias) }
    inputGradient.scaleRows(by: weights)
    var weightedInput = input
    weightedInput.scaleRows(by: weights)
    let parameters = GroupedLinear(
      weight: rows.outerProducts(.picked(outputGradient), .ordered(weightedInput)),
      bias: bias.map { _ in rows.sums(.picked(outputGradient), times: weights) })
    return GroupedLinearGradient(
      input: inputGradient, weights: weightGradient, parameters: parameters)
  }

  /// Traps where a gradient would not have the shape of its parameters.
  private func checkBackward(_ rows: GroupedRows, _ gradientColumns: Int, _ inputColumns: Int) {
    require(
      rows.groupCount == expertCount && gradientColumns == outputSize && inputColumns == inputSize,
      "GroupedLinear: \(rows.groupCount) groups, gradients of \(gradientColumns) columns and inputs of "
        + "\(inputColumns) against weight of shape \(weight.shape)")
  }
}

/// The gradients that the last map of each expert gives.
public struct GroupedLinearGradient: Sendable {
  /// The gradient with respect to what the map was taken of, one row a position.
  public let input: Tensor
  /// The gradient with respect to the weight of each position.
  public let weights: Tensor
  /// The gradients with respect to the parameters.
  public let parameters: GroupedLinear
}
