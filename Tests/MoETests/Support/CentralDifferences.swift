/// The derivatives of a function of named arrays, by central differences: (f(x + h) − f(x − h)) /
/// 2h.
///
/// With h = 2⁻¹⁷·max(1, |x|) the truncation, h²/6 of the third derivative, is 10⁻¹¹ of it, and the
/// rounding, 2⁻⁵³·|f|/h, is 1.5·10⁻¹¹ of the function: thousands of times below the roundings of
/// `Float`, so that no tolerance needs to count them.
///
/// The function must not jump nearby: hold a selection fixed, and keep away from the kink of ReLU.
///
/// - Parameters:
///   - point: Where to take the derivatives.
///   - function: A scalar function of the arrays.
/// - Returns: Arrays of the same names and sizes.
func centralDifferences(
  at point: [String: [Double]], _ function: ([String: [Double]]) throws -> Double
) rethrows -> [String: [Double]] {
  var moved = point
  var derivatives: [String: [Double]] = [:]
  for (name, values) in point {
    var derivative: [Double] = []
    for (index, value) in values.enumerated() {
      let step = 0x1p-17 * max(1, value.magnitude)
      let (above, below) = (value + step, value - step)
      moved[name]![index] = above
      let high = try function(moved)
      moved[name]![index] = below
      let low = try function(moved)
      moved[name]![index] = value
      // What stands between the two points, which may differ from 2h by a rounding.
      derivative.append((high - low) / (above - below))
    }
    derivatives[name] = derivative
  }
  return derivatives
}

/// The slope at zero of a function that is computed in `Float`, and how far it may be off.
///
/// D(h) errs by its truncation, of which D(2h) − D(h) is three times as much to first order: all of
/// that is allowed. Beside it stand the roundings of both values, n·u·m each with m the sum of the
/// magnitudes of what is added up.
///
/// - Parameters:
///   - step: The step h.
///   - roundings: The roundings n of the longest chain to one of the terms.
///   - magnitude: The sum m of the magnitudes of the terms at zero.
///   - function: The function, of how far to go.
/// - Returns: D(h) and its tolerance.
func singlePrecisionSlope(
  step: Float, roundings: Int, magnitude: Float, of function: (Float) throws -> Float
) rethrows -> (slope: Double, tolerance: Double) {
  func difference(_ step: Float) throws -> Double {
    try Double(function(step) - function(-step)) / Double(2 * step)
  }
  let (near, far) = (try difference(step), try difference(2 * step))
  let noise =
    Double(roundings) * GradientTolerance.unitRoundoff * Double(magnitude) / Double(step)
  return (near, (far - near).magnitude + noise)
}
