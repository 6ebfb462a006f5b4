/// A linear map with an optional bias: y = x·Wᵀ + b.
///
/// **Shapes**: input [rows, inputSize], output [rows, outputSize], weight [outputSize, inputSize]
/// as in published checkpoints, bias [outputSize].
///
/// **Initial values**: weight and bias uniform within ±1/√inputSize.
///
/// Traps where the input has another number of columns.
public struct Linear: Layer {
  /// The matrix W, of shape [outputSize, inputSize].
  public var weight: Tensor {
    get { matrix.tensor }
    // In place: a copy of a large weight would be made and dropped at every update.
    _modify { yield &matrix.tensor }
    set { matrix.tensor = newValue }
  }
  /// The vector b, of shape [outputSize].
  public var bias: Tensor?
  private var matrix: WeightMatrix

  /// A linear map with the given parameters.
  ///
  /// - Parameters:
  ///   - weight: A matrix of shape [outputSize, inputSize].
  ///   - bias: A vector of outputSize; of another size it traps.
  public init(weight: Tensor, bias: Tensor? = nil) {
    require(weight.rank == 2, "Linear: weight of shape \(weight.shape), expected a matrix")
    if let bias {
      require(
        bias.sizes == TensorShape(weight.sizes[0]),
        "Linear: bias of shape \(bias.shape) against weight of shape \(weight.shape)")
    }
    matrix = WeightMatrix(weight)
    self.bias = bias
  }

  /// A linear map with random parameters.
  ///
  /// - Parameters:
  ///   - inputSize: The size of an input row.
  ///   - outputSize: The size of an output row.
  ///   - bias: Whether there is a bias.
  ///   - generator: The source of randomness.
  public init(
    inputSize: Int, outputSize: Int, bias: Bool = true,
    using generator: inout some RandomNumberGenerator
  ) {
    let range = Linear.initialRange(inputSize: inputSize)
    matrix = WeightMatrix(
      .uniform(in: range, shape: [outputSize, inputSize], using: &generator))
    self.bias = bias ? .uniform(in: range, shape: [outputSize], using: &generator) : nil
  }

  /// ±1/√fan-in, which keeps the variance of a sum of that many terms independent of their number.
  static func initialRange(inputSize: Int) -> ClosedRange<Float> {
    let bound = inputSize > 0 ? 1 / Float(inputSize).squareRoot() : 0
    return -bound...bound
  }

  /// The number of columns of the input.
  public var inputSize: Int { matrix.inputSize }

  /// The number of columns of the output.
  public var outputSize: Int { matrix.outputSize }

  /// Visits `weight`, then `bias` where there is one.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("weight", &matrix.tensor)
    if bias != nil { try visit("bias", &bias!) }
  }

  /// Visits `weight`.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try visit("weight", &matrix)
  }

  /// Whether the weight is packed for the kernels in use.
  package var isPacked: Bool { matrix.isPacked }

  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [rows, outputSize].
    public let output: Tensor
    let input: Tensor?
  }

  /// The output, and in training the input with it.
  public func forward(_ input: Tensor, context: LayerContext) -> Pass {
    Pass(output: self(input), input: context.mode.isTraining ? input : nil)
  }

  /// The output alone.
  ///
  /// - Parameter input: A matrix of ``inputSize`` columns.
  /// - Returns: A matrix of as many rows and ``outputSize`` columns.
  /// - Complexity: O(rows · inputSize · outputSize) multiply-adds.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.product(operand)
  }

  /// The factor of the map.
  var operand: WeightOperand { matrix.operand(bias: bias) }

  /// An activation of the output alone: f(x·Wᵀ + b), in the bits of the two steps.
  ///
  /// ``Activation/relu`` is taken in the tail of the product, and costs nothing.
  ///
  /// - Parameters:
  ///   - input: A matrix of ``inputSize`` columns; of another number it traps.
  ///   - activation: The function f.
  /// - Returns: A matrix of as many rows and ``outputSize`` columns.
  /// - Complexity: O(rows · inputSize · outputSize) multiply-adds.
  public func callAsFunction(_ input: Tensor, then activation: Activation) -> Tensor {
    guard activation == .relu else { return activation(self(input)) }
    return input.product(matrix.operand(bias: bias, epilogue: .rectify))
  }

  /// The outputs of several maps of one input, computed together.
  ///
  /// Each has the bits that its map gives by itself. Together they keep all threads busy to the
  /// end, where one map after another lets them wait at the end of each: so a gated network takes
  /// its gate and its other factor.
  ///
  /// - Parameters:
  ///   - maps: The maps, of one input size.
  ///   - input: A matrix of as many columns as the maps take; of another number it traps.
  /// - Returns: For each map a matrix of as many rows as the input and of the map's ``outputSize``
  ///   columns.
  /// - Complexity: O(rows · inputSize · outputSize) multiply-adds, over the output sizes of all
  ///   maps.
  public static func forward(_ maps: [Linear], _ input: Tensor) -> [Tensor] {
    input.products(maps.map(\.operand))
  }

  /// The outputs of two maps of one input, as ``forward(_:_:)`` gives them.
  static func forward(_ first: Linear, _ second: Linear, _ input: Tensor) -> (Tensor, Tensor) {
    input.products(
      first.matrix.operand(bias: first.bias), second.matrix.operand(bias: second.bias))
  }

  /// With g the gradient of the output: g·W for the input, gᵀ·x for the weight, the sum of g's rows
  /// for the bias.
  public func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<Linear> {
    backward(outputGradient, input: kept(pass.input, by: "Linear"))
  }

  /// The gradients of a map of the given input.
  func backward(_ outputGradient: Tensor, input: Tensor) -> LayerGradient<Linear> {
    LayerGradient(
      input: outputGradient.product(matrix.backwardOperand),
      parameters: Linear(
        weight: outputGradient.matmul(input, transposingLeft: true),
        bias: bias.map { _ in outputGradient.columnSums() }))
  }
}
