extension Tensor {
  /// A tensor of numbers drawn evenly from a range.
  ///
  /// - Parameters:
  ///   - range: The smallest and the largest number.
  ///   - shape: The size along each axis.
  ///   - generator: The source of randomness; one draw a scalar, in row-major order.
  /// - Returns: The numbers, which depend on the generator alone.
  public static func uniform(
    in range: ClosedRange<Float> = 0...1, shape: [Int],
    using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    return Tensor(shape: shape, using: &generator) { low + (high - low) * $0 }
  }

  /// A tensor of normally distributed numbers.
  ///
  /// - Parameters:
  ///   - mean: The mean of the distribution.
  ///   - standardDeviation: Its standard deviation.
  ///   - shape: The size along each axis.
  ///   - generator: The source of randomness; one draw a scalar, in row-major order.
  /// - Returns: The numbers, which depend on the generator alone.
  public static func normal(
    mean: Float = 0, standardDeviation: Float = 1, shape: [Int],
    using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    Tensor(shape: shape, using: &generator) {
      Double(mean) + Double(standardDeviation) * NormalDistribution.quantile($0)
    }
  }

  /// A tensor of normally distributed numbers, none further than two standard deviations from the
  /// mean.
  ///
  /// The quantile of a uniform number between Φ(−2) and Φ(2): nothing is drawn twice.
  ///
  /// - Parameters:
  ///   - mean: The mean of the distribution.
  ///   - standardDeviation: The standard deviation before the tails are cut; that of the result is
  ///     0.8796 times as large.
  ///   - shape: The size along each axis.
  ///   - generator: The source of randomness; one draw a scalar, in row-major order.
  /// - Returns: The numbers, which depend on the generator alone.
  public static func truncatedNormal(
    mean: Float = 0, standardDeviation: Float = 1, shape: [Int],
    using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let tail = NormalDistribution.probabilityBelowMinusTwo
    return Tensor(shape: shape, using: &generator) {
      Double(mean)
        + Double(standardDeviation) * NormalDistribution.quantile(tail + (1 - 2 * tail) * $0)
    }
  }

  private init(
    shape: [Int], using generator: inout some RandomNumberGenerator,
    _ quantile: (Double) -> Double
  ) {
    self.init(uninitialized: shape)
    var scalars = mutableScalars
    for index in 0..<scalars.count {
      scalars[index] = Float(quantile(generator.nextUnitInterval()))
    }
  }
}
