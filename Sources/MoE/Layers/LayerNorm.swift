/// A layer norm: y = w ⊙ (x − mean(x)) / √(var(x) + ε) + b, with the variance over n columns.
///
/// Mean and variance are taken at the row's own size, so that rows of any size have a result.
///
/// **Shapes**: input and output [rows, size], `weight` and `bias` [size].
///
/// **Gradient**: with x̂ the normalized row, r one over the root and g' = g ⊙ w: (g' − mean(g') −
/// x̂·mean(g' ⊙ x̂))·r for the input, the sums of g ⊙ x̂ and of g over rows for weight and bias.
///
/// **Initial values**: ones and zeros.
///
/// Source: Ba and others, arXiv 1607.06450.
public struct LayerNorm: Layer {
  /// The factor w of each column.
  public var weight: Tensor
  /// The number b that is added to each column.
  public var bias: Tensor?
  /// The number ε that is added to the variance.
  public let epsilon: Float

  /// A norm of given parameters.
  ///
  /// - Parameters:
  ///   - weight: One number a column; a tensor of another rank traps.
  ///   - bias: One number a column; another shape traps.
  ///   - epsilon: What is added to the variance; a negative number or NaN traps.
  public init(weight: Tensor, bias: Tensor? = nil, epsilon: Float = 1e-5) {
    require(weight.rank == 1, "LayerNorm: weight of shape \(weight.shape), expected one axis")
    if let bias {
      require(
        bias.sizes == weight.sizes,
        "LayerNorm: bias of shape \(bias.shape) against weight of shape \(weight.shape)")
    }
    require(epsilon >= 0 && epsilon.isFinite, "LayerNorm: epsilon \(epsilon), expected at least 0")
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon
  }

  /// A norm that scales and moves no column.
  ///
  /// - Parameters:
  ///   - size: The number of columns.
  ///   - epsilon: What is added to the variance; a negative number or NaN traps.
  ///   - bias: Whether there is a bias.
  public init(size: Int, epsilon: Float = 1e-5, bias: Bool = true) {
    self.init(
      weight: Tensor(repeating: 1, shape: [size]), bias: bias ? Tensor(zeros: [size]) : nil,
      epsilon: epsilon)
  }

  /// The number of columns of the input.
  public var inputSize: Int { weight.count }

  /// The number of columns of the output.
  public var outputSize: Int { weight.count }

  /// Visits `weight`, then `bias` where there is one.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("weight", &weight)
    if bias != nil { try visit("bias", &bias!) }
  }

  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [rows, size].
    public let output: Tensor
    let normalized: Tensor.NormalizedRows?
  }

  /// The output, and in training the normalized rows with it.
  ///
  /// Traps where the input has another number of columns.
  public func forward(_ input: Tensor, context: LayerContext) -> Pass {
    var normalized = input.normalizedRows(epsilon: epsilon, isCentered: true)
    guard context.mode.isTraining else {
      // In place: nothing else is to hold the rows.
      scale(&normalized.rows)
      return Pass(output: normalized.rows, normalized: nil)
    }
    var output = normalized.rows
    scale(&output)
    return Pass(output: output, normalized: normalized)
  }

  private func scale(_ rows: inout Tensor) {
    rows.multiplyEachRow(by: weight)
    if let bias { rows.addToEachRow(bias) }
  }

  /// The gradients with respect to the input, the weight and the bias.
  public func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<LayerNorm> {
    let normalized = kept(pass.normalized, by: "LayerNorm")
    var scaled = outputGradient
    scaled.multiplyEachRow(by: weight)
    return LayerGradient(
      input: Tensor.normalizedRowsGradient(scaled, of: normalized, isCentered: true),
      parameters: LayerNorm(
        weight: (outputGradient * normalized.rows).columnSums(),
        bias: bias.map { _ in outputGradient.columnSums() }, epsilon: epsilon))
  }
}
