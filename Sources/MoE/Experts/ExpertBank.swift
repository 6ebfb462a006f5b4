/// One linear map an expert: the part that the feed-forward groups are made of.
///
/// **Shapes**: `weight` [experts, outputSize, inputSize], `bias` [experts, outputSize].
///
/// **Initial values**: as ``Linear``.
public struct ExpertBank: Parameterized {
  /// The matrices, of shape [experts, outputSize, inputSize].
  public var weight: Tensor
  /// The biases, of shape [experts, outputSize].
  public var bias: Tensor?

  /// A bank of the given parameters.
  ///
  /// - Parameters:
  ///   - weight: Of shape [experts, outputSize, inputSize].
  ///   - bias: Of shape [experts, outputSize]; another traps.
  public init(weight: Tensor, bias: Tensor? = nil) {
    require(
      weight.rank == 3,
      "ExpertBank: weight of shape \(weight.shape), expected [experts, outputSize, inputSize]")
    if let bias {
      require(
        bias.shape == Array(weight.shape.prefix(2)),
        "ExpertBank: bias of shape \(bias.shape) against weight of shape \(weight.shape)")
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

  /// The map of each expert on its rows.
  func forward(_ operand: GroupedOperand, rows: GroupedRows) -> Tensor {
    var output = rows.product(operand, weight, transposing: true)
    if let bias { rows.add(bias, to: &output) }
    return output
  }

  /// The gradient with respect to the input, from that with respect to the output.
  func inputGradient(_ outputGradient: GroupedOperand, rows: GroupedRows) -> Tensor {
    rows.product(outputGradient, weight, transposing: false)
  }

  /// The gradients with respect to the parameters.
  func parameterGradient(
    _ outputGradient: GroupedOperand, input: GroupedOperand, rows: GroupedRows
  ) -> ExpertBank {
    ExpertBank(
      weight: rows.outerProducts(outputGradient, input),
      bias: bias.map { _ in rows.sums(outputGradient) })
  }
}

extension ExpertBank {
  /// The backward pass of the last map of an expert, whose output the layer weights and adds up.
  ///
  /// With g the gradient of a position's token and w its weight, u = Wᵀ·g gives both the gradient with
  /// respect to the weight, ⟨u, a⟩ + ⟨g, b⟩, and that with respect to the input a, w·u: the experts' outputs
  /// need not have been stored.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the layer's output, one row a token.
  ///   - weights: One weight a position.
  ///   - input: What the map was taken of, one row a position.
  ///   - rows: The positions of each expert.
  /// - Returns: The gradients with respect to the input, the weights and the parameters.
  func weightedBackward(
    _ outputGradient: Tensor, weights: Tensor, input: Tensor, rows: GroupedRows
  ) -> (input: Tensor, weights: Tensor, parameters: ExpertBank) {
    var inputGradient = inputGradient(.picked(outputGradient), rows: rows)
    var weightGradient = inputGradient.rowDots(input)
    if let bias { weightGradient += rows.dots(outputGradient, bias) }
    inputGradient.scaleRows(by: weights)
    var weightedInput = input
    weightedInput.scaleRows(by: weights)
    let parameters = ExpertBank(
      weight: rows.outerProducts(.picked(outputGradient), .ordered(weightedInput)),
      bias: bias.map { _ in rows.sums(.picked(outputGradient), times: weights) })
    return (inputGradient, weightGradient, parameters)
  }
}
