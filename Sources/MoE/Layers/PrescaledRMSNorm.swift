/// A root mean square norm of scaled rows: y = v / √(mean(v²) + ε) with v = w ⊙ x, or with 1 + w in
/// the place of w.
///
/// Where ``RMSNorm`` scales what it has normalized, this scales what it normalizes: every row has
/// the size √n, whatever the weight.
///
/// **Shapes**: input and output [rows, size], `weight` [size].
///
/// **Gradient**: with dv that of ``RMSNorm`` without a weight, dx = w ⊙ dv, and the sum of dv ⊙ x
/// over rows for the weight.
///
/// **Initial values**: those of an ``RMSNorm`` that scales no column.
///
/// Source: the norm after each expert of Muse Spark.
public struct PrescaledRMSNorm: Layer {
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
    require(
      weight.rank == 1, "PrescaledRMSNorm: weight of shape \(weight.shape), expected one axis")
    require(
      epsilon >= 0 && epsilon.isFinite, "PrescaledRMSNorm: epsilon \(epsilon), expected at least 0")
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
    let saved: (input: Tensor, normalized: Tensor.NormalizedRows)?
  }

  private var factors: Tensor { addsOne ? weight + 1 : weight }

  /// The output, and in training the input with it.
  ///
  /// Traps where the input has another number of columns.
  public func forward(_ input: Tensor, context: LayerContext) -> Pass {
    var scaled = input
    scaled.multiplyEachRow(by: factors)
    let normalized = scaled.normalizedRows(epsilon: epsilon, isCentered: false)
    return Pass(
      output: normalized.rows, saved: context.mode.isTraining ? (input, normalized) : nil)
  }

  /// The gradients with respect to the input and the weight.
  public func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<PrescaledRMSNorm> {
    let (input, normalized) = kept(pass.saved, by: "PrescaledRMSNorm")
    var ofScaled = Tensor.normalizedRowsGradient(
      outputGradient, of: normalized, isCentered: false)
    var gradient = self
    gradient.weight = (ofScaled * input).columnSums()
    ofScaled.multiplyEachRow(by: factors)
    return LayerGradient(input: ofScaled, parameters: gradient)
  }
}
