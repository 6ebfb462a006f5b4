/// The value of a loss and its gradient.
public struct LossValue: Sendable {
  /// The value.
  public var value: Float
  /// The gradient with respect to the output that the loss was taken of, of its shape.
  public var gradient: Tensor

  /// A value and its gradient.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - gradient: Of the shape of the output.
  public init(value: Float, gradient: Tensor) {
    self.value = value
    self.gradient = gradient
  }
}

extension LossValue: CustomStringConvertible {
  /// The value, and the shape and the norm of the gradient.
  public var description: String {
    "loss \(value), gradient \(gradient.shape) of norm \(gradient.norm())"
  }
}
