/// The softplus ln(1 + eˣ) and its square root, lane by lane, to a few units in the last place in
/// both tails.
extension VectorArithmetic {
  /// ln(1 + eˣ), to 4 ulp.
  ///
  /// max(x, 0) + ln(1 + u) with u = e^−|x|, at most one. The rounding of w = 1 + u is made good by
  /// u / (w − 1).
  ///
  /// Source: Kahan's way to ln(1 + u); Higham, Accuracy and Stability of Numerical Algorithms, 2nd
  /// edition, 1.14.1.
  @inline(__always)
  package func softplus() -> Self {
    let u = (0 - magnitudes).exponential()
    let w = u + 1
    // Where w is one, the quotient is 0 / 0.
    let logarithm = (w.naturalLogarithm() * u / (w - 1)).replacing(with: u, where: w .== 1)
    return replacing(with: 0, where: self .< 0) + logarithm
  }

  /// √ln(1 + eˣ), to 4 ulp.
  ///
  /// Below −17 it is e^(x/2) to less than a quarter of a unit, also where eˣ would be too small for
  /// a `Float`.
  @inline(__always)
  package func squareRootSoftplus() -> Self {
    softplus().squareRoot().replacing(with: (self * 0.5).exponential(), where: self .< -17)
  }
}

extension ElementaryFunctions {
  package struct Softplus: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.softplus() }
  }

  package struct SquareRootSoftplus: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.squareRootSoftplus() }
  }

  /// The derivative σ(x) / (2s) of the above at x, with s its value there; zero where s is.
  package struct SquareRootSoftplusDerivative: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ s: V) -> V {
      (x.logistic() * 0.5 / s).replacing(with: s * 0.5, where: x .< -17)
    }
  }
}
