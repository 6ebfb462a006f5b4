/// The derivatives of a function of named arrays, by central differences: (f(x + h) − f(x − h)) / 2h.
///
/// With h = 2⁻¹⁷·max(1, |x|) the truncation, h²/6 of the third derivative, is 10⁻¹¹ of it, and the rounding,
/// 2⁻⁵³·|f|/h, is 1.5·10⁻¹¹ of the function: thousands of times below the roundings of `Float`, so
/// that no tolerance needs to count them.
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
