/// Bounds on rounding errors, derived and not guessed.
enum Tolerance {
  /// The unit roundoff of `Float`, half the distance from 1 to the next number: a rounded operation
  /// is exact but for a factor 1 + δ with |δ| at most this.
  static let roundoff = Double(Float.ulpOfOne) / 2

  /// γₙ = n·u / (1 − n·u): n roundings one after another change a value by at most this part of it.
  ///
  /// Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, lemma 3.1.
  static func relative(roundings: Int) -> Double {
    let part = Double(roundings) * roundoff
    precondition(part < 0.1)
    return part / (1 - part)
  }

  /// The bound on a chain of `depth` multiply-adds from zero upwards, fused or not.
  ///
  /// A product passes through its own rounding and at most `depth` − 1 additions, the first of
  /// which, to zero, is exact: |error| ≤ γ_depth·Σ|a·b|. Each product may also lose half the
  /// smallest denormal, and the reference, a chain in `Double`, is off by the same formula with its
  /// own roundoff.
  static func product(depth: Int, magnitude: Double) -> Double {
    let reference = Double(depth) * 0x1p-53 * magnitude
    return relative(roundings: depth) * magnitude + reference
      + Double(depth) * Double(Float.leastNonzeroMagnitude) / 2
  }

  /// The bound on a sum in sixteen lanes, that of ``RowKernels/Sum``.
  ///
  /// A scalar passes through at most ⌈count / 16⌉ − 1 inexact additions in its lane and four of
  /// lanes. Additions are exact where they underflow. The reference, a chain in `Double`, is off as
  /// well.
  static func laneSum(count: Int, magnitude: Double) -> Double {
    relative(roundings: (count + 15) / 16 + 3) * magnitude + Double(count) * 0x1p-53 * magnitude
  }

  /// The bound on a sum of products in sixteen lanes: that of a sum, with one more rounding, and
  /// with the half denormal that a product may lose.
  static func laneDot(count: Int, magnitude: Double) -> Double {
    relative(roundings: (count + 15) / 16 + 4) * magnitude + Double(count) * 0x1p-53 * magnitude
      + Double(count) * Double(Float.leastNonzeroMagnitude) / 2
  }

  /// How far a number is from the exact one, in units in the last place of the exact one as a
  /// `Float`.
  ///
  /// Two NaNs are no distance apart. A result beyond the range of `Float` must be infinite.
  static func ulps(from computed: Float, to exact: Double) -> Double {
    if exact.isNaN || computed.isNaN { return exact.isNaN && computed.isNaN ? 0 : .infinity }
    let rounded = Float(exact)
    if rounded.isInfinite || computed.isInfinite { return computed == rounded ? 0 : .infinity }
    let unit = max(Double(rounded.ulp), Double(Float.leastNonzeroMagnitude))
    return (Double(computed) - exact).magnitude / unit
  }
}
