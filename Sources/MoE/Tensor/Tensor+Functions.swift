/// Elementwise functions: this library's own polynomials, so that the bits do not depend on the
/// system's mathematics library. Errors are in units in the last place of the result. NaN gives
/// NaN.
extension Tensor {
  /// eˣ of each scalar, within 1.1 ulp, denormal results included; 0 and infinity beyond the range.
  public func exp() -> Tensor { map(ElementaryFunctions.Exponential()) }

  /// The natural logarithm of each scalar, within 1 ulp; −∞ at zero, NaN below.
  public func log() -> Tensor { map(ElementaryFunctions.NaturalLogarithm()) }

  /// The hyperbolic tangent of each scalar, within 2 ulp.
  public func tanh() -> Tensor { map(ElementaryFunctions.HyperbolicTangent()) }

  /// The logistic function 1 / (1 + e⁻ˣ) of each scalar, within 3 ulp, also far to the left.
  public func sigmoid() -> Tensor { map(ElementaryFunctions.Logistic()) }

  /// The error function of each scalar, within 2 ulp.
  public func erf() -> Tensor { map(ElementaryFunctions.ErrorFunction()) }

  /// The square root of each scalar, correctly rounded; NaN below zero.
  public func squareRoot() -> Tensor { map(ElementaryFunctions.SquareRoot()) }

  /// ln(1 + eˣ) of each scalar, within 4 ulp.
  public func softplus() -> Tensor { map(ElementaryFunctions.Softplus()) }

  /// √ln(1 + eˣ) of each scalar, within 4 ulp.
  package func squareRootSoftplus() -> Tensor { map(ElementaryFunctions.SquareRootSoftplus()) }
}
