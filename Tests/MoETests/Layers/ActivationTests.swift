import Foundation
import MoE
import Testing

@Suite struct ActivationTests {
  /// Half a unit's distance in the middle of the range, and beyond where each function is flat.
  private static let points: [Float] =
    stride(from: -24, through: 24, by: 0.37).map { Float($0) }
    + [0, 1e-20, 0x1p-140, 0.5, 1, 2, 88, 100, 1e4, 1e10, 1e19, 1e30, .greatestFiniteMagnitude]
    .flatMap { [$0, -$0] }

  /// ε is the distance from 1 to the next `Float`, which bounds a unit in the last place of y by
  /// ε·|y|.
  private static let epsilon = 0x1p-23

  /// 2·√(2/π)·(x + 0.044715·x³), whose logistic function is the gate of `geluTanh`.
  private static func argument(_ x: Double) -> Double {
    2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
  }

  /// How far a value may be from the exact one, from the bounds that the elementary functions
  /// state.
  ///
  /// The functions err by 3 (tanh), 4 (σ) and 8 (Φ) units, a product with x by half a unit more.
  /// The argument z of `geluTanh` has six roundings, of which σ makes |z|·(1 − σ) times as much.
  /// What is below the range of normal numbers has whole units of 2⁻¹⁴⁹, which the product
  /// multiplies by x.
  private static func valueBound(_ activation: Activation, _ x: Double, _ y: Double) -> Double {
    let units: Double
    switch activation {
    case .identity, .relu: return 0
    case .tanh: units = 3
    case .sigmoid: units = 4
    case .silu: units = 5
    case .squaredReLU: units = 0.5
    case .gelu: units = 9
    case .geluTanh:
      let z = argument(x)
      units = 5 + (y == 0 ? 0 : 3 * z.magnitude * (1 - Reference.sigmoid(z)))
    }
    return units * (epsilon * y.magnitude + 0x1p-149 * max(1, x.magnitude))
  }

  /// The same for the derivative; s stands for the value of σ and d for s·(1 − s), of which the
  /// error in s makes 4ε·s and the roundings of 1 − s and the product ε·s.
  private static func slopeBound(_ activation: Activation, _ x: Double) -> Double {
    let size = x.magnitude
    let bound: Double
    switch activation {
    case .identity, .relu: return 0
    // 1 − t²: 2·t·3ε·t for t, and a rounding of each of the two operations.
    case .tanh: bound = 7
    case .squaredReLU: return 0
    case .sigmoid: bound = 6 * Reference.sigmoid(x)
    // s + x·d
    case .silu: bound = 6 * Reference.sigmoid(x) * (1 + size)
    // Φ + x·φ, of 8 and 4 units and a rounding each.
    case .gelu:
      let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      bound = 9 * (0.5 * erfc(-x / 2.0.squareRoot()) + size * density)
    // s + x·d·slope, where s has the argument's error too.
    case .geluTanh:
      let z = argument(x)
      let s = Reference.sigmoid(z)
      // Where σ has no slope left in `Float`, the product is exactly zero.
      let slope = z.magnitude > 200 ? 0 : (2 / Double.pi).squareRoot() * (2 + 0.27 * x * x)
      bound = s * (6 + 3 * min(z.magnitude, 200) * (1 - s)) * (1 + size * slope)
    }
    return epsilon * bound + 0x1p-145 * max(1, size)
  }

  @Test(arguments: Activation.allCases)
  func valuesAreWithinTheFunctionsBounds(activation: Activation) {
    // The square's range is smaller than that of the points.
    let points = ActivationTests.points.filter {
      Reference.activation(activation, Double($0)) < 0x1p128
    }
    let exact = points.map { Reference.activation(activation, Double($0)) }
    let bounds = zip(points, exact).map {
      ActivationTests.valueBound(activation, Double($0), $1)
    }
    GradientTolerance.expect(
      activation(Tensor(points)), near: exact, within: bounds, "\(activation)")
  }

  @Test(arguments: Activation.allCases)
  func derivativesAreWithinTheFunctionsBounds(activation: Activation) {
    // The kink of ReLU has its own test.
    let points = ActivationTests.points.filter { point in
      switch activation {
      case .relu: point.magnitude > 1e-3
      // The square's kink is in its second derivative, and its derivative overflows.
      case .squaredReLU: point.magnitude > 1e-3 && point.magnitude < 1e38
      default: true
      }
    }
    let derivatives = points.map { point in
      centralDifferences(at: ["x": [Double(point)]]) {
        Reference.activation(activation, $0["x"]![0])
      }["x"]![0]
    }
    // The rounding of the differences is in relation to the function.
    let bounds = zip(points, derivatives).map { point, derivative in
      let x = Double(point)
      return ActivationTests.slopeBound(activation, x) + 1e-9 * derivative.magnitude
        + 0x1p-35 * Reference.activation(activation, x).magnitude / max(1, x.magnitude)
    }
    GradientTolerance.expect(
      activation.gradient(Tensor(repeating: 1, shape: [points.count]), at: Tensor(points)),
      near: derivatives, within: bounds, "\(activation)")
  }

  /// Times another tensor, in one step or in two.
  @Test(.onEveryKernelSet, arguments: Activation.allCases)
  func gatingHasTheBitsOfTwoSteps(activation: Activation) {
    let points = Tensor(ActivationTests.points + [.nan, -0.0, .infinity, -.infinity])
    let factors = Tensor(scattered: points.shape, seed: 21)
    expectBits(
      activation(points, times: factors).scalarArray, (activation(points) * factors).scalarArray)
  }

  /// The gradient is the derivative times what comes from behind: a power of two changes no digit.
  @Test(arguments: Activation.allCases)
  func gradientScalesWithTheOutputGradient(activation: Activation) {
    let points = Tensor(stride(from: -6, through: 6, by: 0.5).map { Float($0) })
    let ones = activation.gradient(Tensor(repeating: 1, shape: points.shape), at: points)
    let fours = activation.gradient(Tensor(repeating: -4, shape: points.shape), at: points)
    #expect(fours == ones * -4)
  }

  @Test func hasItsLimitsAtInfinity() {
    let ends = Tensor([.infinity, -.infinity])
    let ones: Tensor = [1, 1]
    #expect(Activation.identity(ends) == ends)
    #expect(Activation.relu(ends) == Tensor([.infinity, 0]))
    #expect(Activation.squaredReLU(ends) == Tensor([.infinity, 0]))
    #expect(Activation.tanh(ends) == [1, -1])
    #expect(Activation.sigmoid(ends) == [1, 0])
    for activation in [Activation.gelu, .geluTanh, .silu] {
      #expect(activation(Tensor([.infinity])) == Tensor([.infinity]), "\(activation)")
    }
    #expect(Activation.identity.gradient(ones, at: ends) == [1, 1])
    #expect(Activation.relu.gradient(ones, at: ends) == [1, 0])
    #expect(Activation.squaredReLU.gradient(ones, at: ends) == Tensor([.infinity, 0]))
    #expect(Activation.tanh.gradient(ones, at: ends) == [0, 0])
    #expect(Activation.sigmoid.gradient(ones, at: ends) == [0, 0])
  }

  @Test func hasExactValuesAtZero() {
    let zero: Tensor = [0]
    let one: Tensor = [1]
    for activation in Activation.allCases {
      #expect(activation(zero) == (activation == .sigmoid ? [0.5] : [0]), "\(activation)")
    }
    let slopes: [Activation: Tensor] = [
      .identity: [1], .relu: [0], .squaredReLU: [0], .gelu: [0.5], .geluTanh: [0.5],
      .silu: [0.5], .tanh: [1], .sigmoid: [0.25],
    ]
    for activation in Activation.allCases {
      #expect(activation.gradient(one, at: zero) == slopes[activation], "\(activation)")
    }
  }

  @Test(arguments: Activation.allCases)
  func passesNaNOn(activation: Activation) {
    // Beside ordinary numbers, which it must leave alone.
    let output = activation(Tensor([1, .nan, 2])).scalarArray
    #expect(output[1].isNaN)
    #expect(output[0].isFinite && output[2].isFinite)
    let gradient = activation.gradient(Tensor([1, .nan, 2]), at: [1, 1, 1]).scalarArray
    #expect(gradient[1].isNaN)
    #expect(gradient[0].isFinite && gradient[2].isFinite)
  }

  @Test func reluHasNoSlopeAtItsKink() {
    let points: Tensor = [-1e-30, -0.0, 0, 1e-30]
    #expect(Activation.relu.gradient([5, 5, 5, 5], at: points) == [0, 0, 0, 5])
  }

  @Test func keepsTheShape() {
    for activation in Activation.allCases {
      #expect(activation(Tensor(zeros: [2, 0, 3])).shape == [2, 0, 3])
      #expect(activation(Tensor(zeros: [2, 3, 5])).shape == [2, 3, 5])
    }
  }

  /// In the memory of a gradient that no other tensor shares, and not in that of one that is still
  /// in use.
  @Test(arguments: Activation.allCases)
  func multipliesInPlace(activation: Activation) {
    let points = Tensor(scattered: [3, 7], seed: 5)
    let gradient = Tensor(scattered: [3, 7], seed: 6)
    let before = gradient.bits
    let result = activation.gradient(gradient, at: points)
    #expect(gradient.bits == before)
    var own = Tensor(scattered: [3, 7], seed: 6)
    let address = own.address
    activation.multiply(&own, byDerivativeAt: points)
    #expect(own.address == address && own.bits == result.bits)
  }

  @Test func trapsWhereTheGradientHasAnotherShape() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Activation.silu.gradient([1, 2], at: [1, 2, 3])
    }
    #expect(result?.standardErrorSays("Activation.gradient: shape [2] against [3]") == true)
  }
}
