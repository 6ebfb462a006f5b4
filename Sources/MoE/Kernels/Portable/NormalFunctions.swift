/// The error function and the normal distribution, lane by lane.
///
/// Polynomials are minimax fits (Remez exchange), as those beside the exponential. NaN gives NaN.
extension FloatVector {
  /// The error function, to 2 ulp.
  ///
  /// Up to 1 an odd polynomial, x + x·P(x²) with P of degree 6 (error 1.5e-9), so that the last rounding
  /// is that of a sum with a small second term; above, 1 − 2·Q(√2·x) with Q the tail of the normal
  /// distribution.
  @inline(__always)
  package func errorFunction() -> FloatVector {
    let magnitude = magnitudes
    let s = self * self
    let p = FloatVector(repeating: 7.806903886375949e-05)
      .times(s, plus: -0.0007997853099368513).times(s, plus: 0.005187162198126316)
      .times(s, plus: -0.026853347197175026).times(s, plus: 0.11283578723669052)
      .times(s, plus: -0.3761262595653534).times(s, plus: 0.12837916612625122)
    let near = self.adding(self, times: p)
    let tail =
      magnitude.halfSquareExponential(doubled: true) * (magnitude * 1.41421356).millsRatio()
    let far = (1 - 2 * tail).withSigns(of: self)
    return near.replacing(with: far, where: magnitude .> 1)
  }

  /// The standard normal distribution function Φ, to 7 ulp, in its left tail too.
  ///
  /// Up to 1, ½ + x·P(x²) with P of degree 5 (error 1.9e-10); beyond, the tail or one minus it.
  @inline(__always)
  package func normalDistribution() -> FloatVector {
    let magnitude = magnitudes
    let s = self * self
    let p = FloatVector(repeating: -7.577763426525053e-06)
      .times(s, plus: 0.00011327961692586541).times(s, plus: -0.0011861282400786877)
      .times(s, plus: 0.009973238222301006).times(s, plus: -0.06649034470319748)
      .times(s, plus: 0.3989422917366028)
    let near = FloatVector(repeating: 0.5).adding(self, times: p)
    let tail = magnitude.halfSquareExponential(doubled: false) * magnitude.millsRatio()
    let far = (1 - tail).replacing(with: tail, where: self .< 0)
    return near.replacing(with: far, where: magnitude .> 1)
  }

  /// The standard normal density φ(x) = e^(−x²/2) / √(2π), to 3 ulp.
  @inline(__always)
  package func normalDensity() -> FloatVector {
    magnitudes.halfSquareExponential(doubled: false) * 0.398942280
  }

  /// e^(−x²/2), or e^(−x²) where `doubled`, for x ≥ 0.
  ///
  /// The square's rounding error would be multiplied by the square itself: so x is cut into a head whose
  /// square is exact and a rest that goes in as a correction.
  @inline(__always)
  private func halfSquareExponential(doubled: Bool) -> FloatVector {
    let factor: Float = doubled ? -1 : -0.5
    // Beyond 16 both are zero; the bound keeps infinity minus infinity away.
    let x = replacing(with: 16, where: self .> 16)
    let head = FloatVector(bits: x.bits & ~0xFFF)
    return (head * head * factor).exponential(low: (x - head) * (x + head) * factor)
  }

  /// e^(x²/2)·Q(x) for x ≥ 0.95, with Q the upper tail of the normal distribution.
  ///
  /// A polynomial of degree 9 in 1 / (1 + 0.3·x), on [0.95, 14.5] (relative error 2.5e-9).
  @inline(__always)
  private func millsRatio() -> FloatVector {
    let t = 1 / (self * 0.3 + 1)
    return FloatVector(repeating: 0.018186185508966446)
      .times(t, plus: -0.03893566504120827).times(t, plus: -0.027994591742753983)
      .times(t, plus: 0.08386589586734772).times(t, plus: 0.015078097581863403)
      .times(t, plus: 0.10563366115093231).times(t, plus: 0.1041172593832016)
      .times(t, plus: 0.1204509362578392).times(t, plus: 0.1196136623620987)
      .times(t, plus: 2.66428355644166e-06)
  }
}
