/// One linear map an expert: the part that the feed-forward groups, and your own, are made of.
///
/// All experts' maps run as one grouped product, on all threads. ``forward(_:rows:)``,
/// ``inputGradient(_:rows:)`` and ``parameterGradient(_:input:rows:)`` are the passes of a map in
/// the middle of an expert; ``weightedBackward(_:input:rows:)`` is the backward pass of its
/// last one.
///
/// **Shapes**: `weight` [experts, outputSize, inputSize], `bias` [experts, outputSize].
///
/// **Initial values**: as ``Linear``.
public struct GroupedLinear: Parameterized {
  /// The matrices, of shape [experts, outputSize, inputSize].
  public var weight: Tensor {
    get { matrices.tensor }
    // In place: a copy of a large weight would be made and dropped at every update.
    _modify { yield &matrices.tensor }
    set { matrices.tensor = newValue }
  }
  /// The biases, of shape [experts, outputSize].
  public var bias: Tensor?
  private var matrices: WeightMatrix

  /// Maps of the given parameters.
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
    matrices = WeightMatrix(weight)
    self.bias = bias
  }

  /// Maps whose matrices are in fewer bits.
  ///
  /// - Parameters:
  ///   - weights: Of shape [experts, outputSize, inputSize].
  ///   - bias: Of shape [experts, outputSize]; another traps.
  package init(weights: CompressedWeights, bias: Tensor? = nil) {
    require(
      weights.shape.count == 3 && bias.map { $0.shape == Array(weights.shape.prefix(2)) } ?? true,
      "GroupedLinear: bias of shape \(bias?.shape ?? []) against weight of shape \(weights.shape)")
    matrices = WeightMatrix(weights)
    self.bias = bias
  }

  /// Maps of random parameters, drawn expert by expert.
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
    matrices = WeightMatrix(
      .uniform(in: range, shape: [count, outputSize, inputSize], using: &generator))
    self.bias = bias ? .uniform(in: range, shape: [count, outputSize], using: &generator) : nil
  }

  /// The number of experts.
  public var expertCount: Int { matrices.groupCount }

  /// The number of columns of the input.
  public var inputSize: Int { matrices.inputSize }

  /// The number of columns of the output.
  public var outputSize: Int { matrices.outputSize }

  /// Visits `weight`, then `bias` where there is one.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("weight", &matrices.tensor)
    if bias != nil { try visit("bias", &bias!) }
  }

  /// Visits `weight`.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try visit("weight", &matrices)
  }

  /// Whether the weights are packed for the kernels in use.
  package var isPacked: Bool { matrices.isPacked }
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
    rows.product(input, operand)
  }

  /// The factor of the maps.
  var operand: WeightOperand { matrices.operand(bias: bias) }

  /// An activation of the map of each expert on its rows: f(W·x + b), in the bits of the two steps.
  ///
  /// ``Activation/relu`` is taken in the tail of the product, and costs nothing.
  ///
  /// - Parameters:
  ///   - input: Rows of ``inputSize``; others trap.
  ///   - rows: The rows of each expert, one group an expert; another number of groups traps.
  ///   - activation: The function f.
  /// - Returns: One row of ``outputSize`` a position.
  /// - Complexity: O(`rows.count` · inputSize · outputSize) multiply-adds.
  public func forward(
    _ input: GroupedOperand, rows: GroupedRows, then activation: Activation
  ) -> Tensor {
    guard activation == .relu else {
      return activated(by: activation, input, rows: rows, keepingProducts: false).hidden
    }
    return rows.product(input, matrices.operand(bias: bias, epilogue: .rectify))
  }

  /// Several maps of each expert on the same rows, as one grouped product.
  ///
  /// Each result has the bits that its map gives by itself. Together they keep all threads busy to
  /// the end, where one map after another lets them wait at the end of each: so gated experts take
  /// their gate and their other factor.
  ///
  ///     let parts = GroupedLinear.forward([gate, up], .picked(tokens), rows: rows)
  ///     let hidden = activation(parts[0], times: parts[1])
  ///
  /// - Parameters:
  ///   - maps: The maps, of one number of experts and one input size.
  ///   - input: Rows of the size that the maps take; others trap.
  ///   - rows: The rows of each expert, one group an expert; another number of groups traps.
  /// - Returns: For each map, one row of its ``outputSize`` a position.
  /// - Complexity: O(`rows.count` · inputSize · outputSize) multiply-adds, over the output sizes of
  ///   all maps.
  public static func forward(
    _ maps: [GroupedLinear], _ input: GroupedOperand, rows: GroupedRows
  ) -> [Tensor] {
    rows.products(input, maps.map(\.operand))
  }

  /// Two maps of each expert on the same rows, as ``forward(_:_:rows:)`` gives them.
  static func forward(
    _ first: GroupedLinear, _ second: GroupedLinear, _ input: GroupedOperand, rows: GroupedRows
  ) -> (Tensor, Tensor) {
    rows.products(
      input, first.matrices.operand(bias: first.bias),
      second.matrices.operand(bias: second.bias))
  }

  /// The gradient with respect to the input, from that with respect to the output: Wᵀ·g.
  ///
  /// - Parameters:
  ///   - outputGradient: Rows of ``outputSize``; others trap.
  ///   - rows: What the forward pass was handed.
  /// - Returns: One row of ``inputSize`` a position.
  /// - Complexity: O(`rows.count` · inputSize · outputSize) multiply-adds.
  public func inputGradient(_ outputGradient: GroupedOperand, rows: GroupedRows) -> Tensor {
    rows.product(outputGradient, matrices.backwardOperand)
  }

  /// The gradients with respect to the parameters: the sums of g·xᵀ and of g over each expert's
  /// positions.
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
  /// With g the gradient of a position's token and w its weight, u = Wᵀ·g gives both the gradient
  /// with respect to the weight, ⟨u, a⟩ + ⟨g, b⟩, and that with respect to the input a, w·u: the
  /// experts' outputs need not have been stored.
  ///
  /// - Parameters:
  ///   - gradient: With respect to the layer's output, and the weight of each position; another
  ///     number of these traps.
  ///   - input: What the map was taken of, one row a position; other rows trap.
  ///   - rows: The positions of each expert.
  /// - Returns: The gradients with respect to the input, the weights and the parameters.
  /// - Complexity: O(`rows.count` · inputSize · outputSize) multiply-adds.
  public func weightedBackward(
    _ gradient: GroupedGradient, input: Tensor, rows: GroupedRows
  ) -> GroupedLinearGradient {
    let (outputGradient, weights) = (gradient.matrix, gradient.weights)
    checkBackward(rows, outputGradient.columnCount, input.columnCount)
    var inputGradient = inputGradient(.picked(outputGradient), rows: rows)
    var weightGradient = inputGradient.scaleRows(by: weights, afterDotsWith: input)
    if let bias { weightGradient += rows.dots(outputGradient, bias) }
    let parameters = GroupedLinear(
      weight: rows.outerProducts(
        .ordered(rows.gathering(.picked(outputGradient), times: weights)), .ordered(input)),
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
  public var input: Tensor
  /// The gradient with respect to the weight of each position.
  public var weights: Tensor
  /// The gradients with respect to the parameters.
  public var parameters: GroupedLinear
}
