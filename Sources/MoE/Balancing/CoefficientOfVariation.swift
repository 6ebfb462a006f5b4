/// The squared coefficient of variation of some numbers, CV² = Var(x) / (mean(x)² + ε), with its gradient.
struct CoefficientOfVariation {
  /// CV².
  let value: Double
  /// The derivative with respect to each number.
  let gradient: [Double]

  /// What is added to the squared mean, so that all zeros give zero.
  private static let epsilon = 1e-10

  /// The coefficient of variation; zero for fewer than two numbers.
  ///
  /// - Parameters:
  ///   - numbers: What varies.
  ///   - isUnbiased: Whether the variance is divided by n − 1 rather than by n.
  init(_ numbers: [Double], isUnbiased: Bool) {
    guard numbers.count > 1 else {
      value = 0
      gradient = numbers.map { _ in 0 }
      return
    }
    let count = Double(numbers.count)
    let divisor = isUnbiased ? count - 1 : count
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / divisor
    let denominator = mean * mean + CoefficientOfVariation.epsilon
    value = variance / denominator
    gradient = numbers.map {
      2 * ($0 - mean) / (divisor * denominator)
        - variance * 2 * mean / (count * denominator * denominator)
    }
  }
}

extension CoefficientOfVariation {
  /// That of one number an expert, over the experts that are switched on; the others have a derivative of zero.
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
