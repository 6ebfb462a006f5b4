/// The squared coefficient of variation of some numbers, CV² = Var(x) / mean(x)², with its
/// gradient.
struct CoefficientOfVariation {
  /// CV².
  let value: Double
  /// The derivative with respect to each number.
  let gradient: [Double]

  /// The coefficient of variation; zero for fewer than two numbers, and where the mean is zero.
  ///
  /// It does not depend on the size of the numbers: they are reckoned with in units of their mean.
  ///
  /// - Parameters:
  ///   - numbers: What varies.
  ///   - isUnbiased: Whether the variance is divided by n − 1 rather than by n.
  init(_ numbers: [Double], isUnbiased: Bool) {
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    guard numbers.count > 1, mean != 0 else {
      value = 0
      gradient = numbers.map { _ in 0 }
      return
    }
    let divisor = isUnbiased ? count - 1 : count
    let ratios = numbers.map { $0 / mean }
    let variation = ratios.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / divisor
    value = variation
    gradient = ratios.map { 2 * (($0 - 1) / divisor - variation / count) / mean }
  }
}

extension CoefficientOfVariation {
  /// That of one number an expert, over the experts that are switched on; the others have a
  /// derivative of zero.
  ///
  /// - Parameters:
  ///   - numbers: One number an expert.
  ///   - routing: What says which experts are switched off.
  ///   - isUnbiased: Whether the variance is divided by n − 1 rather than by n.
  init(_ numbers: [Double], of routing: Routing, isUnbiased: Bool) {
    let available = routing.availableExperts
    let variation = CoefficientOfVariation(
      available.map { numbers[$0] }, isUnbiased: isUnbiased)
    var gradient = [Double](repeating: 0, count: numbers.count)
    for (expert, derivative) in zip(available, variation.gradient) { gradient[expert] = derivative }
    self.init(value: variation.value, gradient: gradient)
  }

  private init(value: Double, gradient: [Double]) {
    self.value = value
    self.gradient = gradient
  }
}
