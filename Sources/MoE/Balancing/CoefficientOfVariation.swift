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
