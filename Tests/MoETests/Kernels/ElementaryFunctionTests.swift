import MoE
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#elseif canImport(Darwin)
  import Darwin
#endif

/// Φ, as a kernel.
private struct NormalDistributionFunction: UnaryFunction {
  func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.normalDistribution() }
}

/// φ, as a kernel.
private struct NormalDensityFunction: UnaryFunction {
  func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x.normalDensity() }
}

/// A function of the kernels, the same in the system's double precision, and the bound that its
/// documentation states.
struct ElementaryFunction: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// In units in the last place of the result.
  let bound: Double
  /// Where most of the function happens, sampled more densely.
  let range: ClosedRange<Float>
  let apply: @Sendable (Tensor) -> Tensor
  let double: @Sendable (Double) -> Double

  static let exponential = ElementaryFunction(
    testDescription: "exponential", bound: 1.1, range: -105...89,
    apply: { $0.exp() }, double: { exp($0) })
  static let naturalLogarithm = ElementaryFunction(
    testDescription: "naturalLogarithm", bound: 1, range: 0.3...3,
    apply: { $0.log() }, double: { $0 < 0 ? .nan : log($0) })
  static let hyperbolicTangent = ElementaryFunction(
    testDescription: "hyperbolicTangent", bound: 2, range: -10...10,
    apply: { $0.tanh() }, double: { tanh($0) })
  static let logistic = ElementaryFunction(
    testDescription: "logistic", bound: 3, range: -104...20,
    apply: { $0.sigmoid() },
    // Without the loss of digits that 1 − σ(−x) would have, or the overflow of e^−x.
    double: { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) })
  static let errorFunction = ElementaryFunction(
    testDescription: "errorFunction", bound: 2, range: -4...4,
    apply: { $0.erf() }, double: { erf($0) })
  static let normalDistribution = ElementaryFunction(
    testDescription: "normalDistribution", bound: 7, range: -14.5...6,
    // The rounding of x/√2 changes erfc by x² units of 2⁻⁵³ at most: nothing beside those of
    // `Float`.
    apply: { $0.map(NormalDistributionFunction()) }, double: { erfc(-$0 * 0.5.squareRoot()) / 2 })
  static let normalDensity = ElementaryFunction(
    testDescription: "normalDensity", bound: 3, range: -15...15,
    apply: { $0.map(NormalDensityFunction()) },
    double: { exp(-$0 * $0 / 2) * 0.39894228040143267794 })
  static let softplus = ElementaryFunction(
    testDescription: "softplus", bound: 4, range: -105...20,
    apply: { $0.softplus() }, double: { max($0, 0) + log1p(exp(-$0.magnitude)) })
  static let squareRootSoftplus = ElementaryFunction(
    testDescription: "squareRootSoftplus", bound: 4, range: -210...20,
    apply: { $0.squareRootSoftplus() },
    double: { (max($0, 0) + log1p(exp(-$0.magnitude))).squareRoot() })

  static let all: [ElementaryFunction] = [
    exponential, naturalLogarithm, hyperbolicTangent, logistic, errorFunction, normalDistribution,
    normalDensity, softplus, squareRootSoftplus,
  ]

  /// The value at one number, on the kernel set in use.
  func callAsFunction(_ x: Float) -> Float { apply(Tensor([x]))[0] }
}

@Suite struct ElementaryFunctionTests {
  #if DEBUG
    /// The samples for each sign and exponent, and over the range of most interest.
    static let (perBinade, inRange) = (32, 1 << 13)
  #else
    static let (perBinade, inRange) = (1 << 12, 1 << 21)
  #endif

  /// Strata over the bits of every sign and exponent, infinities and NaNs among them, and numbers
  /// spread evenly over a range.
  static func samples(of range: ClosedRange<Float>) -> Tensor {
    var state: UInt64 = 0x1234_5678
    func offset(below limit: UInt32) -> UInt32 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt32(truncatingIfNeeded: state >> 33) % limit
    }
    let stratum = UInt32(1 << 23) / UInt32(perBinade)
    var samples: [Float] = []
    samples.reserveCapacity(512 * perBinade + inRange)
    for exponent in 0..<UInt32(512) {
      for index in 0..<UInt32(perBinade) {
        // The first of all strata of an exponent is the power of two itself.
        let bits = exponent << 23 + index * stratum + (index == 0 ? 0 : offset(below: stratum))
        samples.append(Float(bitPattern: bits))
      }
    }
    let width = range.upperBound - range.lowerBound
    for index in 0..<inRange {
      let part = (Float(index) + Float(offset(below: 1 << 20)) * 0x1p-20) / Float(inRange)
      samples.append(range.lowerBound + width * part)
    }
    return Tensor(samples)
  }

  @Test(arguments: ElementaryFunction.all, KernelSet.available)
  func keepsItsBound(_ function: ElementaryFunction, _ set: KernelSet) {
    let samples = Self.samples(of: function.range)
    let results = KernelSet.withCurrent(set) { function.apply(samples) }
    var worst = (ulps: 0.0, at: Float(0))
    let (x, y) = (samples.scalars, results.scalars)
    for index in 0..<x.count {
      let ulps = Tolerance.ulps(from: y[index], to: function.double(Double(x[index])))
      if ulps > worst.ulps { worst = (ulps, x[index]) }
    }
    #expect(
      worst.ulps <= function.bound,
      "\(function.testDescription) is off by \(worst.ulps) ulp at \(worst.at)")
    // A bound that is never come near says nothing of the function, or the samples nothing of the
    // bound.
    #expect(worst.ulps > function.bound / 3)
  }

  @Test(arguments: ElementaryFunction.all, KernelSet.available)
  func nanGivesNaN(_ function: ElementaryFunction, _ set: KernelSet) {
    KernelSet.withCurrent(set) {
      #expect(function(.nan).isNaN)
      #expect(function(-.nan).isNaN)
      #expect(function(.signalingNaN).isNaN)
      // And does not spread to its neighbours.
      var vector = Tensor(repeating: 0.5, shape: [16])
      vector[3] = .nan
      let result = function.apply(vector)
      for lane in 0..<16 {
        #expect(lane == 3 ? result[lane].isNaN : result[lane] == function(0.5))
      }
    }
  }

  /// Odd and even functions are so in every bit, zero's sign included.
  @Test(arguments: KernelSet.available) func symmetry(_ set: KernelSet) {
    KernelSet.withCurrent(set) {
      let x = Self.samples(of: 0...10)
      for function in [ElementaryFunction.hyperbolicTangent, .errorFunction] {
        #expect(bits(function.apply(-x)) == bits(-function.apply(x)))
      }
      let density = ElementaryFunction.normalDensity
      #expect(bits(density.apply(-x)) == bits(density.apply(x)))
    }
  }

  private func bits(_ tensor: Tensor) -> [UInt32] {
    tensor.scalarArray.map { $0.isNaN ? 0 : $0.bitPattern }
  }

  struct SpecialValue: Sendable, CustomTestStringConvertible {
    let function: ElementaryFunction
    let x: Float
    let y: Float
    var testDescription: String { "\(function.testDescription)(\(x)) = \(y)" }
    init(_ function: ElementaryFunction, _ x: Float, _ y: Float) {
      (self.function, self.x, self.y) = (function, x, y)
    }
  }

  static let specialValues: [SpecialValue] = [
    .init(.exponential, 0, 1), .init(.exponential, -0.0, 1),
    .init(.exponential, .infinity, .infinity), .init(.exponential, -.infinity, 0),
    .init(.exponential, .greatestFiniteMagnitude, .infinity),
    .init(.exponential, -.greatestFiniteMagnitude, 0),
    .init(.exponential, .leastNonzeroMagnitude, 1),
    // ln 2¹²⁸ is 88.7228391…, and this the first number above it.
    .init(.exponential, 88.72284, .infinity),
    // ln 2⁻¹⁵⁰ is −103.97207…: half the smallest denormal, and what still rounds up to it.
    .init(.exponential, -103.9721, 0), .init(.exponential, -103.972, .leastNonzeroMagnitude),
    .init(.naturalLogarithm, 1, 0), .init(.naturalLogarithm, 0, -.infinity),
    .init(.naturalLogarithm, -0.0, -.infinity), .init(.naturalLogarithm, -1, .nan),
    .init(.naturalLogarithm, -.leastNonzeroMagnitude, .nan),
    .init(.naturalLogarithm, -.infinity, .nan), .init(.naturalLogarithm, .infinity, .infinity),
    .init(.naturalLogarithm, .leastNonzeroMagnitude, -103.27893),
    .init(.naturalLogarithm, .greatestFiniteMagnitude, 88.72284),
    .init(.hyperbolicTangent, 0, 0), .init(.hyperbolicTangent, -0.0, -0.0),
    .init(.hyperbolicTangent, .infinity, 1), .init(.hyperbolicTangent, -.infinity, -1),
    .init(.hyperbolicTangent, .leastNonzeroMagnitude, .leastNonzeroMagnitude),
    .init(.hyperbolicTangent, 1e-20, 1e-20),
    .init(.hyperbolicTangent, .greatestFiniteMagnitude, 1),
    .init(.logistic, 0, 0.5), .init(.logistic, -0.0, 0.5), .init(.logistic, .infinity, 1),
    .init(.logistic, -.infinity, 0), .init(.logistic, 1000, 1), .init(.logistic, -1000, 0),
    .init(.logistic, -103.972, .leastNonzeroMagnitude),
    .init(.errorFunction, 0, 0), .init(.errorFunction, -0.0, -0.0),
    .init(.errorFunction, .infinity, 1), .init(.errorFunction, -.infinity, -1),
    .init(.errorFunction, 4, 1), .init(.errorFunction, -.greatestFiniteMagnitude, -1),
    .init(.normalDistribution, 0, 0.5), .init(.normalDistribution, -0.0, 0.5),
    .init(.normalDistribution, .infinity, 1), .init(.normalDistribution, -.infinity, 0),
    .init(.normalDistribution, -20, 0), .init(.normalDistribution, 6, 1),
    .init(.normalDensity, 0, 0.3989423), .init(.normalDensity, .infinity, 0),
    .init(.normalDensity, -.infinity, 0), .init(.normalDensity, 1e30, 0),
  ]

  @Test(arguments: specialValues, KernelSet.available)
  func valuesAtTheCorners(_ special: SpecialValue, _ set: KernelSet) {
    KernelSet.withCurrent(set) { expectBits([special.function(special.x)], [special.y]) }
  }

  /// The numbers on either side of where a function leaves the range of `Float`, or its normal
  /// numbers.
  @Test(
    arguments: [
      (.exponential, 88.72284), (.exponential, -87.33655), (.exponential, -103.972),
      (.logistic, -87.33655), (.logistic, -103.972), (.normalDistribution, -12.9),
      (.normalDistribution, -14.17), (.normalDensity, 13.14), (.normalDensity, -14.36),
    ] as [(ElementaryFunction, Float)])
  func edgesOfTheRange(_ function: ElementaryFunction, _ edge: Float) {
    for set in KernelSet.available {
      KernelSet.withCurrent(set) {
        var x = edge
        for _ in 0..<50 { x = x.nextDown }
        for _ in 0..<100 {
          let ulps = Tolerance.ulps(from: function(x), to: function.double(Double(x)))
          #expect(
            ulps <= function.bound, "\(function.testDescription) is off by \(ulps) ulp at \(x)")
          x = x.nextUp
        }
      }
    }
  }

  /// Scalars at the end, fewer than a vector, are the same as within one.
  @Test(arguments: ElementaryFunction.all, KernelSet.available)
  func lastScalars(_ function: ElementaryFunction, _ set: KernelSet) {
    KernelSet.withCurrent(set) {
      for count in [0, 1, 7, 8, 9, 15, 16, 17, 63] {
        let tensor = Tensor(scattered: [1, count], seed: 1) * 5
        let result = function.apply(tensor)
        #expect(result.shape == [1, count])
        expectBits(result.scalarArray, tensor.scalarArray.map { function($0) })
      }
    }
  }
}
