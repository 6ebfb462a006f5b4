/// A differentiable function with parameters: a value, as its parameters are.
///
/// A forward pass returns all that it computed; a backward pass takes that and the gradient of a
/// loss with respect to the output, and returns those with respect to the input and to every
/// parameter. Nothing is kept in the layer itself, so one layer can be used on several threads and
/// for several passes at once.
///
///     let pass = layer.forward(input, context: .training(step: 0))
///     let loss = try MeanSquaredError()(pass.output, targets)
///     let gradient = layer.backward(loss.gradient, pass: pass)
///     optimizer.update(&layer, along: gradient)
public protocol Layer: Parameterized {
  /// All that a forward pass returns.
  associatedtype Pass: LayerPass

  /// The size of an input row.
  var inputSize: Int { get }

  /// The size of an output row.
  var outputSize: Int { get }

  /// The function, with what a backward pass needs where that follows.
  ///
  /// - Parameters:
  ///   - input: A matrix of ``inputSize`` columns.
  ///   - context: What the batch is, and what the pass is for.
  /// - Returns: The output, a matrix of as many rows and ``outputSize`` columns, and what was kept.
  /// - Throws: ``MoEError`` where a layer's result depends on its data, as that of
  ///   ``MixtureOfExperts`` does.
  func forward(_ input: Tensor, context: LayerContext) throws -> Pass

  /// The gradients of a loss, from that with respect to the output.
  ///
  /// - Parameters:
  ///   - outputGradient: Of the shape of the output.
  ///   - pass: A pass in training mode of this layer; one in inference mode traps.
  /// - Returns: The gradients with respect to the input and the parameters.
  /// - Throws: What a part of the user's own throws; nothing in this library's own layers.
  func backward(_ outputGradient: Tensor, pass: Pass) throws -> LayerGradient<Self>
}

extension Layer {
  /// The function alone, in inference mode.
  ///
  /// - Parameter input: A matrix of ``inputSize`` columns.
  /// - Returns: A matrix of as many rows and ``outputSize`` columns.
  /// - Throws: What the forward pass throws.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try forward(input, context: .inference).output
  }
}

/// The result of a forward pass.
public protocol LayerPass: Sendable {
  /// The layer's output.
  var output: Tensor { get }
}

/// The gradients of a loss with respect to a layer's input and its parameters.
public struct LayerGradient<Parameters: Parameterized>: Sendable {
  /// The gradient with respect to the input, of its shape.
  public var input: Tensor
  /// The gradients with respect to the parameters: a value of the layer's own type, with each
  /// gradient in the place of its parameter.
  public var parameters: Parameters

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - input: The gradient with respect to the input.
  ///   - parameters: Those with respect to the parameters.
  public init(input: Tensor, parameters: Parameters) {
    self.input = input
    self.parameters = parameters
  }
}

extension LayerGradient: CustomStringConvertible {
  /// The norms, which is what is looked at first.
  public var description: String {
    let squares = parameters.namedParameters.reduce(0.0) { $0 + $1.parameter.squaredNorm() }
    return "gradient of \(Parameters.self): norm \(Float(squares.squareRoot())) of "
      + "\(parameters.parameterCount) parameters, norm \(input.norm()) of the input \(input.shape)"
  }
}

/// The values that a pass has kept, or a trap where it was made for inference.
package func kept<Value>(_ value: Value?, by layer: StaticString) -> Value {
  guard let value else {
    fatalError(
      "\(layer).backward: a pass in .inference mode keeps nothing; use .training(step:)")
  }
  return value
}
