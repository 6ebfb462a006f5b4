extension Parameterized {
  /// The square root of the sum of the squares of all parameters: their global norm.
  public var parameterNorm: Float { parameterNorm(of: .all) }

  /// The square root of the sum of the squares of some parameters.
  ///
  /// - Parameter selection: Which parameters.
  /// - Returns: Their norm; zero of none.
  public func parameterNorm(of selection: ParameterSelection) -> Float {
    let chosen = namedParameters.filter { selection($0.name) }
    return Float(chosen.reduce(0.0) { $0 + $1.parameter.squaredNorm() }.squareRoot())
  }

  /// Scales a gradient down so that its global norm is at most a bound.
  ///
  /// A norm that is not finite leaves the gradient as it is, so that the caller sees it.
  ///
  ///     let norm = gradient.clip(toNorm: 1)
  ///     gradient.clip(toNorm: 0.1, of: .routers)
  ///
  /// - Parameters:
  ///   - bound: The largest norm; not positive traps.
  ///   - selection: Which parameters are scaled and make the norm; all unless given.
  /// - Returns: The norm before.
  @discardableResult
  public mutating func clip(toNorm bound: Float, of selection: ParameterSelection = .all) -> Float {
    require(bound > 0, "clip: norm \(bound), expected more than 0")
    let norm = parameterNorm(of: selection)
    guard norm.isFinite, norm > bound else { return norm }
    let scale = bound / norm
    visitParameters { name, gradient in
      if selection(name) { gradient *= scale }
    }
    return norm
  }

  /// Brings each number of a gradient that is beyond a bound, on either side, to the bound.
  ///
  /// A NaN stays, so that the caller sees it.
  ///
  /// - Parameters:
  ///   - bound: The largest magnitude; not positive traps.
  ///   - selection: Which parameters are clipped; all unless given.
  /// - Returns: The norm before.
  @discardableResult
  public mutating func clip(
    toMagnitude bound: Float, of selection: ParameterSelection = .all
  ) -> Float {
    require(bound > 0, "clip: magnitude \(bound), expected more than 0")
    let norm = parameterNorm(of: selection)
    visitParameters { name, gradient in
      if selection(name) { gradient.update(ArithmeticFunctions.Clamp(bound: bound)) }
    }
    return norm
  }
}

extension LayerGradient {
  /// Scales the parameters' gradients down so that their global norm is at most a bound.
  ///
  /// The gradient of the input stays, and is no part of the norm. A norm that is not finite leaves
  /// the gradients as they are, so that the caller sees it.
  ///
  /// - Parameters:
  ///   - bound: The largest norm; not positive traps.
  ///   - selection: Which parameters are scaled and make the norm; all unless given.
  /// - Returns: The norm before.
  @discardableResult
  public mutating func clip(toNorm bound: Float, of selection: ParameterSelection = .all) -> Float {
    parameters.clip(toNorm: bound, of: selection)
  }

  /// Brings each number of the parameters' gradients that is beyond a bound to the bound.
  ///
  /// - Parameters:
  ///   - bound: The largest magnitude; not positive traps.
  ///   - selection: Which parameters are clipped; all unless given.
  /// - Returns: The norm before.
  @discardableResult
  public mutating func clip(
    toMagnitude bound: Float, of selection: ParameterSelection = .all
  ) -> Float { parameters.clip(toMagnitude: bound, of: selection) }
}
