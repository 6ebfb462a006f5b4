/// exp and the functions that are made of it, lane by lane, without the system's mathematics
/// library.
///
/// Polynomials are minimax fits (Remez exchange) on the interval that range reduction leaves; the
/// errors stated are those of the fit. The bounds in units in the last place are those of the
/// tests, over the whole range, with and without fused multiply-add. NaN gives NaN.
extension VectorArithmetic {
  /// eˣ, to 1.1 ulp; 0 and infinity beyond the range of `Float`, gradual underflow included.
  @inline(__always)
  package func exponential() -> Self {
    // 2¹²⁸ is beyond the range already; a comparison leaves a NaN as it is.
    let x = replacing(with: 89, where: Self(repeating: 89) .< self)
    // The exponent goes on in two halves, each in the range of a normal number, so that a result
    // below it is rounded once, as a denormal. Twice the bias of an exponent gives each half its
    // own.
    let (power, exponent) = x.powerAndExponent(low: nil, bias: 254)
    let half = exponent.shiftedRight(1)
    return power * half.shiftedLeft(23) * exponent.integerSubtracting(half).shiftedLeft(23)
  }

  /// eˣ of an x that is not above zero, to the bits of ``exponential()`` in fewer steps.
  ///
  /// It is right up to 44, and beyond that without meaning.
  ///
  /// - Parameter low: What is added to x, small beside one.
  /// - Returns: The power.
  @inline(__always)
  func nonpositiveExponential(low: Self? = nil) -> Self {
    // 2⁶³ more than the result, which no exponent from −151 to 0 takes out of the range of normal
    // numbers; so taking that away again is the one step that rounds.
    let (power, exponent) = powerAndExponent(low: low, bias: 127 + 63)
    return power * exponent.shiftedLeft(23) * 0x1p-63
  }

  /// For e to the power of `self + low` = 2ⁿ·power: the power, in [√½, √2], and n + `bias` in the
  /// low nine bits of an integer, with zeros above them as far as shifting those to a float's
  /// exponent needs.
  ///
  /// x = n·ln 2 + r with |r| ≤ ½ ln 2, and eʳ = 1 + r + r²·q(r), q of degree 4 (error 3.1e-9).
  @inline(__always)
  private func powerAndExponent(low: Self?, bias: Float) -> (power: Self, exponent: Self) {
    // 2⁻¹⁵⁰ is below the range already.
    let x = replacing(with: -105, where: self .< -105)
    // Adding 1.5·2²³ rounds to an integer, which then stands in the low bits. An even bias keeps
    // ties.
    let shifter = 0x1.8p23 + bias
    let shifted = x.times(Self(repeating: 1.44269504), plus: shifter)
    let n = shifted - shifter
    // ln 2 in two parts, the first with zeros at its end so that n times it is exact.
    var r = x.adding(n, times: -0.693359375)
    r = r.adding(n, times: 2.12194440e-4)
    if let low { r = r + low }
    let q = r.times(Self(repeating: 0.001381461275741458), plus: 0.008368710055947304)
      .times(r, plus: 0.04166838899254799).times(r, plus: 0.1666652113199234)
      .times(r, plus: 0.4999999403953552)
    return (r.adding(r * r, times: q) + 1, shifted)
  }

  /// The logistic function 1 / (1 + e⁻ˣ), to 3 ulp, in its left tail too.
  @inline(__always)
  package func logistic() -> Self {
    let e = bitwiseOr(Self(repeating: -0.0)).nonpositiveExponential()
    let numerator = Self(repeating: 1).replacing(with: e, where: self .< 0)
    return numerator / (e + 1)
  }

  /// The hyperbolic tangent, to 2 ulp.
  ///
  /// Below 0.625 an odd polynomial, x + x³·P(x²) with P of degree 4 (error 4.1e-9); above, 1 −
  /// 2/(e²ˣ + 1).
  @inline(__always)
  package func hyperbolicTangent() -> Self {
    let s = self * self
    let p = s.times(Self(repeating: -0.005717043299227953), plus: 0.020650586113333702)
      .times(s, plus: -0.05374349653720856).times(s, plus: 0.13331490755081177)
      .times(s, plus: -0.3333328366279602)
    let near = adding(self * s, times: p)
    let far = 1 - 2 / ((magnitudes + magnitudes).exponential() + 1)
    // The signs last, because the polynomial's sum makes of −0 a 0.
    return near.replacing(with: far, where: Self(repeating: 0.625) .< magnitudes)
      .withSigns(of: self)
  }

  /// The natural logarithm, to 1 ulp; −∞ at zero and NaN below it.
  ///
  /// x = 2ⁿ·m with m in [√½, √2) and f = m − 1: ln m = f − f²/2 + f³·P(f), P of degree 8 (error
  /// 7.3e-10).
  @inline(__always)
  package func naturalLogarithm() -> Self {
    // A denormal is scaled into the normal range first; 2²⁵ is more than its missing bits.
    let isDenormal = self .< Float.leastNormalMagnitude
    let x = replacing(with: self * 0x1p25, where: isDenormal)
    var n = x.shiftedRight(23).integerSubtracting(Self(integer: 127)).integersAsFloats()
    n = n.replacing(with: n - 25, where: isDenormal)
    var m = x.bitwiseAnd(0x007F_FFFF).bitwiseOr(Self(repeating: 1))
    let isLarge = Self(repeating: 1.41421356) .< m
    m = m.replacing(with: m * 0.5, where: isLarge)
    n = n.replacing(with: n + 1, where: isLarge)
    let f = m - 1
    let p = f.times(Self(repeating: 0.06915540248155594), plus: -0.11789865791797638)
      .times(f, plus: 0.11872926354408264).times(f, plus: -0.12384334951639175)
      .times(f, plus: 0.14218664169311523).times(f, plus: -0.16669252514839172)
      .times(f, plus: 0.20002226531505585).times(f, plus: -0.24999986588954926)
      .times(f, plus: 0.3333331048488617)
    let s = f * f
    // The small terms first; n·ln 2 in two parts as in the exponential.
    var result = ((f * s) * p).adding(n, times: -2.12194440e-4)
    result = result.adding(s, times: -0.5)
    result = (result + f).adding(n, times: 0.693359375)
    result = result.replacing(with: -Float.infinity, where: self .== 0)
    result = result.replacing(with: self, where: self .== Float.infinity)
    result = result.replacing(with: Float.nan, where: self .< 0)
    return result.replacing(with: self, where: self .!= self)
  }
}
