extension Parameterized {
  /// The square root of the sum of the squares of all parameters: their global norm.
  public var parameterNorm: Float {
    Float(namedParameters.reduce(0.0) { $0 + $1.parameter.squaredNorm() }.squareRoot())
  }

  /// Scales a gradient down so that its global norm is at most a bound.
  ///
  /// A norm that is not finite leaves the gradient as it is, so that the caller sees it.
  ///
  /// - Parameter bound: The largest norm; not positive traps.
  /// - Returns: The norm before.
  @discardableResult
  public mutating func clip(toNorm bound: Float) -> Float {
    require(bound > 0, "clip: norm \(bound), expected more than 0")
    let norm = parameterNorm
    guard norm.isFinite, norm > bound else { return norm }
    let scale = bound / norm
    visitParameters { _, gradient in gradient *= scale }
    return norm
  }
}

extension LayerGradient {
  /// Scales the parameters' gradients down so that their global norm is at most a bound.
  ///
  /// The gradient of the input stays, and is no part of the norm. A norm that is not finite leaves
  /// the gradients as they are, so that the caller sees it.
  ///
  /// - Parameter bound: The largest norm; not positive traps.
  /// - Returns: The norm before.
  @discardableResult
  public mutating func clip(toNorm bound: Float) -> Float { parameters.clip(toNorm: bound) }
}
