import MoE

/// How far results are from a reference in double precision, measured by what rounding can do.
struct Residual {
  /// The worst so far: |error| ÷ (k·ε·magnitude), infinite where a result is no number.
  private(set) var worst = 0.0

  /// The largest relative error of rounding once.
  static let roundoff = Double(Float.ulpOfOne) / 2

  /// Holds one result against its reference.
  ///
  /// - Parameters:
  ///   - value: The result.
  ///   - reference: What it should be.
  ///   - magnitude: The sum of the magnitudes that it is made of.
  ///   - steps: How often rounding can happen, one after the other: k.
  mutating func compare(
    _ value: Float, to reference: Double, magnitude: Double, steps: Int = 1
  ) {
    let error = (Double(value) - reference).magnitude
    if error == 0 { return }
    let ratio = error / (Double(steps) * Residual.roundoff * magnitude)
    worst = ratio.isNaN ? .infinity : max(worst, ratio)
  }

  /// Some indices below `count`, spread over all of them, the first and the last among them.
  static func samples(of count: Int, _ wanted: Int) -> [Int] {
    guard count > wanted else { return Array(0..<count) }
    return (0..<wanted).map { $0 * (count - 1) / (wanted - 1) }
  }

  /// That of a product A·B, or A·Bᵀ, at some of its elements.
  static func ofProduct(
    _ product: Tensor, _ left: Tensor, _ right: Tensor, transposingRight: Bool
  ) -> Double {
    let (columns, depth) = (product.columnCount, left.columnCount)
    let (values, a, b) = (product.scalars, left.scalars, right.scalars)
    var residual = Residual()
    for row in samples(of: product.rowCount, 64) {
      for column in samples(of: columns, 8) {
        var (sum, magnitude) = (0.0, 0.0)
        for step in 0..<depth {
          let factor = b[transposingRight ? column * depth + step : step * columns + column]
          let term = Double(a[row * depth + step]) * Double(factor)
          sum += term
          magnitude += term.magnitude
        }
        residual.compare(
          values[row * columns + column], to: sum, magnitude: magnitude, steps: depth)
      }
    }
    return residual.worst
  }
}

extension Tensor {
  /// Numbers spread over a range without any order, made in little time: the same for the same
  /// seed.
  init(scattering range: ClosedRange<Float>, shape: [Int], seed: UInt32 = 1) {
    self.init(uninitialized: shape)
    var state = seed &* 0x9E37_79B9 | 1
    let scale = (range.upperBound - range.lowerBound) / 0x1p24
    var scalars = mutableScalars
    for index in 0..<scalars.count {
      // Marsaglia, "Xorshift RNGs", 2003.
      state ^= state &<< 13
      state ^= state &>> 17
      state ^= state &<< 5
      scalars[index] = range.lowerBound + Float(state &>> 8) * scale
    }
  }
}
