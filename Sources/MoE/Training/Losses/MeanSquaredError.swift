/// The mean over all scalars of (y − t)², with y the output and t the target.
///
/// The gradient is 2·(y − t) / count. Of no scalars, the value and the gradient are zero.
public struct MeanSquaredError: Sendable, Hashable, Codable {
  /// The loss.
  public init() {}

  /// The value and the gradient.
  ///
  /// - Parameters:
  ///   - output: A tensor of any shape.
  ///   - target: A tensor of the same shape.
  /// - Returns: The mean, and its gradient with respect to the output.
  /// - Throws: ``MoEError/shape(_:found:expected:)`` where the target is of another shape.
  public func callAsFunction(_ output: Tensor, _ target: Tensor) throws -> LossValue {
    guard target.shape == output.shape else {
      throw MoEError.shape(
        "target", found: target.shape, expected: "\(output.shape), as the output has")
    }
    var difference = output - target
    guard output.count > 0 else { return LossValue(value: 0, gradient: difference) }
    let value = difference.squaredNorm() / Double(output.count)
    difference *= 2 / Float(output.count)
    return LossValue(value: Float(value), gradient: difference)
  }
}
