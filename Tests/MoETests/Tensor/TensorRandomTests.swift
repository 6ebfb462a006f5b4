import MoE
import Testing

@Suite struct TensorRandomTests {
  /// A generator that always gives the same bits, and counts how often.
  struct Constant: RandomNumberGenerator {
    var bits: UInt64
    var draws = 0
    mutating func next() -> UInt64 {
      draws += 1
      return bits
    }
  }

  #if DEBUG
    static let count = 4000
  #else
    static let count = 1_000_000
  #endif

  /// Compares mean and variance with those of a distribution, to five standard deviations of the
  /// estimate, which one seed in a million exceeds.
  ///
  /// The mean of n numbers has the variance σ²/n, their variance about (μ₄ − σ⁴)/n.
  private func expectMoments(
    _ tensor: Tensor, mean: Double, variance: Double, fourth: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let n = Double(tensor.count)
    let doubles = tensor.doubles
    let average = doubles.reduce(0, +) / n
    let spread = doubles.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    #expect(
      (average - mean).magnitude <= 5 * (variance / n).squareRoot(), sourceLocation: sourceLocation)
    #expect(
      (spread - variance).magnitude <= 5 * ((fourth - variance * variance) / n).squareRoot(),
      sourceLocation: sourceLocation)
  }

  @Test func uniform() {
    var generator = SeededGenerator(seed: 1)
    let tensor = Tensor.uniform(shape: [Self.count / 4, 4], using: &generator)
    #expect(tensor.shape == [Self.count / 4, 4])
    #expect(tensor.scalarArray.allSatisfy { $0 >= 0 && $0 <= 1 })
    expectMoments(tensor, mean: 0.5, variance: 1 / 12, fourth: 1 / 80)
    // Sixteen cells: χ² has the mean 15 and the standard deviation √30.
    var cells = [Double](repeating: 0, count: 16)
    for scalar in tensor.scalarArray { cells[min(15, Int(scalar * 16))] += 1 }
    let expected = Double(Self.count) / 16
    let square = cells.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect((square - 15).magnitude <= 5 * 30.0.squareRoot())
  }

  @Test func uniformInARange() {
    var generator = SeededGenerator(seed: 2)
    let tensor = Tensor.uniform(in: -3...1, shape: [Self.count], using: &generator)
    #expect(tensor.scalarArray.allSatisfy { $0 >= -3 && $0 <= 1 })
    expectMoments(tensor, mean: -1, variance: 16.0 / 12, fourth: 256.0 / 80)
    #expect(Tensor.uniform(in: 2...2, shape: [3], using: &generator) == [2, 2, 2])
    let huge = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
    let wide = Tensor.uniform(in: huge, shape: [50], using: &generator)
    #expect(wide.scalarArray.allSatisfy { $0.isFinite })
  }

  @Test func normal() {
    var generator = SeededGenerator(seed: 3)
    let tensor = Tensor.normal(shape: [Self.count], using: &generator)
    expectMoments(tensor, mean: 0, variance: 1, fourth: 3)
    let other = Tensor.normal(
      mean: 5, standardDeviation: 0.5, shape: [Self.count], using: &generator)
    expectMoments(other, mean: 5, variance: 0.25, fourth: 3.0 / 16)
  }

  /// With φ the density at 2 and Z = Φ(2) − Φ(−2), the moments are 1 − 4φ/Z and 3·that − 16φ/Z.
  @Test func truncatedNormal() {
    var generator = SeededGenerator(seed: 4)
    let tensor = Tensor.truncatedNormal(shape: [Self.count], using: &generator)
    #expect(tensor.scalarArray.allSatisfy { $0.magnitude <= 2 })
    let ratio = 0.053990966513188063 / (1 - 2 * NormalDistribution.probabilityBelowMinusTwo)
    let variance = 1 - 4 * ratio
    expectMoments(tensor, mean: 0, variance: variance, fourth: 3 * variance - 16 * ratio)
    // What the documentation says of the standard deviation.
    #expect((variance.squareRoot() - 0.8796).magnitude < 0.00005)
    let other = Tensor.truncatedNormal(
      mean: -1, standardDeviation: 0.1, shape: [100], using: &generator)
    #expect(other.scalarArray.allSatisfy { $0 >= -1.2 && $0 <= -0.8 })
  }

  @Test(arguments: [0, .max] as [UInt64]) func extremeDrawsStayFinite(_ bits: UInt64) {
    var generator = Constant(bits: bits)
    let uniform = Tensor.uniform(shape: [1], using: &generator)[0]
    #expect(bits == 0 ? uniform > 0 && uniform < 1e-15 : uniform == 1)
    // Φ⁻¹(2⁻⁵³), by mpmath: sqrt(2) * erfinv(2 * mpf(2)**-53 - 1)
    let normal = Tensor.normal(shape: [1], using: &generator)[0]
    #expect(normal == (bits == 0 ? -8.209536151601387 : 8.209536151601387))
    let truncated = Tensor.truncatedNormal(shape: [1], using: &generator)[0]
    #expect(truncated == (bits == 0 ? -2 : 2))
  }

  @Test func oneDrawAScalar() {
    var generator = Constant(bits: 1 << 63)
    _ = Tensor.uniform(shape: [2, 3], using: &generator)
    #expect(generator.draws == 6)
    _ = Tensor.normal(shape: [5], using: &generator)
    #expect(generator.draws == 11)
    _ = Tensor.truncatedNormal(shape: [2, 0], using: &generator)
    #expect(generator.draws == 11)
    #expect(Tensor.normal(shape: [], using: &generator).shape == [])
    #expect(generator.draws == 12)
  }

  /// The order is that of rows, whatever the shape.
  @Test func sameSeedSameNumbers() {
    var (first, second, other) = (
      SeededGenerator(seed: 5), SeededGenerator(seed: 5), SeededGenerator(seed: 6)
    )
    let matrix = Tensor.normal(shape: [3, 4], using: &first)
    let vector = Tensor.normal(shape: [12], using: &second)
    #expect(matrix.bits == vector.bits)
    #expect(Tensor.normal(shape: [3, 4], using: &first).bits != matrix.bits)
    #expect(Tensor.normal(shape: [12], using: &other).bits != vector.bits)
  }
}
