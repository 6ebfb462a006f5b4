/// The error function and the normal distribution, lane by lane.
///
/// Polynomials are minimax fits (Remez exchange), as those beside the exponential. NaN gives NaN.
extension VectorArithmetic {
  /// The error function, to 2 ulp.
  ///
  /// Up to 1 an odd polynomial, x + x·P(x²) with P of degree 6 (error 1.5e-9), so that the last
  /// rounding is that of a sum with a small second term; above, 1 − 2·Q(√2·x) with Q the tail of
  /// the normal distribution.
  @inline(__always)
  package func errorFunction() -> Self {
    let s = self * self
    let p = s.times(Self(repeating: 7.806903886375949e-05), plus: -0.0007997853099368513)
      .times(s, plus: 0.005187162198126316).times(s, plus: -0.026853347197175026)
      .times(s, plus: 0.11283578723669052).times(s, plus: -0.3761262595653534)
      .times(s, plus: 0.12837916612625122)
    // The sign last, because the sum makes of −0 a 0.
    let near = adding(self, times: p).withSigns(of: self)
    let magnitude = magnitudes
    let tail = magnitude.squareExponential(factor: -1) * (magnitude * 1.41421356).millsRatio()
    let far = (1 - 2 * tail).withSigns(of: self)
    return near.replacing(with: far, where: Self(repeating: 1) .< magnitude)
  }

  /// The standard normal distribution function Φ, to 7 ulp, in its left tail too.
  ///
  /// Up to 1, ½ + x·P(x²) with P of degree 5 (error 1.9e-10); beyond, the tail or one minus it.
  @inline(__always)
  package func normalDistribution() -> Self {
    let s = self * self
    let p = s.times(Self(repeating: -7.577763426525053e-06), plus: 0.00011327961692586541)
      .times(s, plus: -0.0011861282400786877).times(s, plus: 0.009973238222301006)
      .times(s, plus: -0.06649034470319748).times(s, plus: 0.3989422917366028)
    let near = Self(repeating: 0.5).adding(self, times: p)
    let magnitude = magnitudes
    let tail = magnitude.squareExponential(factor: -0.5) * magnitude.millsRatio()
    let far = (1 - tail).replacing(with: tail, where: self .< 0)
    return near.replacing(with: far, where: Self(repeating: 1) .< magnitude)
  }

  /// The standard normal density φ(x) = e^(−x²/2) / √(2π), to 3 ulp.
  @inline(__always)
  package func normalDensity() -> Self { magnitudes.squareExponential(factor: -0.5) * 0.398942280 }

  /// e to the power of `factor` · x², for x ≥ 0 and a factor below zero.
  ///
  /// The square's rounding error would be multiplied by the square itself: so x is cut into a head
  /// whose square is exact and a rest that goes in as a correction.
  @inline(__always)
  private func squareExponential(factor: Float) -> Self {
    // Beyond 16 the result is zero; the bound keeps infinity minus infinity away.
    let x = replacing(with: 16, where: Self(repeating: 16) .< self)
    let head = x.bitwiseAnd(~0xFFF)
    return (head * head * factor).nonpositiveExponential(low: (x - head) * (x + head) * factor)
  }

  /// e^(x²/2)·Q(x) for x ≥ 0.95, with Q the upper tail of the normal distribution.
  ///
  /// A polynomial of degree 9 in 1 / (1 + 0.3·x), on [0.95, 14.5] (relative error 2.5e-9).
  @inline(__always)
  private func millsRatio() -> Self {
    let t = 1 / (times(Self(repeating: 0.3), plus: 1))
    return t.times(Self(repeating: 0.018186185508966446), plus: -0.03893566504120827)
      .times(t, plus: -0.027994591742753983).times(t, plus: 0.08386589586734772)
      .times(t, plus: 0.015078097581863403).times(t, plus: 0.10563366115093231)
      .times(t, plus: 0.1041172593832016).times(t, plus: 0.1204509362578392)
      .times(t, plus: 0.1196136623620987).times(t, plus: 2.66428355644166e-06)
  }
}
