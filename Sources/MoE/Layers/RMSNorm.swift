/// A root mean square norm: y = w ⊙ x / √(mean(x²) + ε), or with 1 + w in the place of w.
///
/// The mean of squares is taken at the row's own size, so that rows of any size have a result.
///
/// **Shapes**: input and output [rows, size], `weight` [size].
///
/// **Gradient**: with x̂ = x·r, r one over the root and g' = g ⊙ w: (g' − x̂·mean(g' ⊙ x̂))·r for
/// the input, the sum of g ⊙ x̂ over rows for the weight.
///
/// **Initial values**: the identity: ones, or zeros where one is added.
///
/// Source: Zhang and Sennrich, arXiv 1910.07467; 1 + w as in Gemma and Muse Spark.
public struct RMSNorm: Layer {
  /// The factor w of each column, less one where ``addsOne`` is true.
  public var weight: Tensor
  /// The number ε that is added to the mean of squares.
  public let epsilon: Float
  /// Whether one is added to the weight.
  public let addsOne: Bool

  /// A norm of a given weight.
  ///
  /// - Parameters:
  ///   - weight: One number a column; a tensor of another rank traps.
  ///   - epsilon: What is added to the mean of squares; a negative number or NaN traps.
  ///   - addsOne: Whether one is added to the weight.
  public init(weight: Tensor, epsilon: Float = 1e-6, addsOne: Bool = false) {
    require(weight.rank == 1, "RMSNorm: weight of shape \(weight.shape), expected one axis")
    require(epsilon >= 0 && epsilon.isFinite, "RMSNorm: epsilon \(epsilon), expected at least 0")
    self.weight = weight
    self.epsilon = epsilon
    self.addsOne = addsOne
  }

  /// A norm that scales no column.
  ///
  /// - Parameters:
  ///   - size: The number of columns.
  ///   - epsilon: What is added to the mean of squares; a negative number or NaN traps.
  ///   - addsOne: Whether one is added to the weight.
  public init(size: Int, epsilon: Float = 1e-6, addsOne: Bool = false) {
    self.init(
      weight: Tensor(repeating: addsOne ? 0 : 1, shape: [size]), epsilon: epsilon,
      addsOne: addsOne)
  }

  /// The number of columns of the input.
  public var inputSize: Int { weight.count }

  /// The number of columns of the output.
  public var outputSize: Int { weight.count }

  /// Visits `weight`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("weight", &weight)
  }

  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [rows, size].
    public let output: Tensor
    let normalized: Tensor.NormalizedRows?
  }

  private var factors: Tensor { addsOne ? weight + 1 : weight }

  /// The output, and in training the normalized rows with it.
  ///
  /// Traps where the input has another number of columns.
  public func forward(_ input: Tensor, context: LayerContext) -> Pass {
    var normalized = input.normalizedRows(epsilon: epsilon, isCentered: false)
    guard context.mode.isTraining else {
      // In place: nothing else is to hold the rows.
      normalized.rows.multiplyEachRow(by: factors)
      return Pass(output: normalized.rows, normalized: nil)
    }
    var output = normalized.rows
    output.multiplyEachRow(by: factors)
    return Pass(output: output, normalized: normalized)
  }

  /// The gradients with respect to the input and the weight.
  public func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<RMSNorm> {
    let normalized = kept(pass.normalized, by: "RMSNorm")
    var scaled = outputGradient
    scaled.multiplyEachRow(by: factors)
    var gradient = self
    gradient.weight = (outputGradient * normalized.rows).columnSums()
    return LayerGradient(
      input: Tensor.normalizedRowsGradient(scaled, of: normalized, isCentered: false),
      parameters: gradient)
  }
}
