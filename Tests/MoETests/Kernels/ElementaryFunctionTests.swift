import MoE
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A function of the portable kernels, the same in the system's double precision, and the bound that its
/// documentation states.
struct ElementaryFunction: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// In units in the last place of the result.
  let bound: Double
  /// Where most of the function happens, sampled more densely.
  let range: ClosedRange<Float>
  let vector: @Sendable (FloatVector) -> FloatVector
  let double: @Sendable (Double) -> Double

  static let exponential = ElementaryFunction(
    testDescription: "exponential", bound: 1.1, range: -105...89,
    vector: { $0.exponential() }, double: { exp($0) })
  static let naturalLogarithm = ElementaryFunction(
    testDescription: "naturalLogarithm", bound: 1, range: 0.3...3,
    vector: { $0.naturalLogarithm() }, double: { $0 < 0 ? .nan : log($0) })
  static let hyperbolicTangent = ElementaryFunction(
    testDescription: "hyperbolicTangent", bound: 2, range: -10...10,
    vector: { $0.hyperbolicTangent() }, double: { tanh($0) })
  static let logistic = ElementaryFunction(
    testDescription: "logistic", bound: 3, range: -104...20,
    vector: { $0.logistic() },
    // Without the loss of digits that 1 − σ(−x) would have, or the overflow of e^−x.
    double: { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) })
  static let errorFunction = ElementaryFunction(
    testDescription: "errorFunction", bound: 2, range: -4...4,
    vector: { $0.errorFunction() }, double: { erf($0) })
  static let normalDistribution = ElementaryFunction(
    testDescription: "normalDistribution", bound: 7, range: -14.5...6,
    // The rounding of x/√2 changes erfc by x² units of 2⁻⁵³ at most: nothing beside those of `Float`.
    vector: { $0.normalDistribution() }, double: { erfc(-$0 * 0.5.squareRoot()) / 2 })
  static let normalDensity = ElementaryFunction(
    testDescription: "normalDensity", bound: 3, range: -15...15,
    vector: { $0.normalDensity() },
    double: { exp(-$0 * $0 / 2) * 0.39894228040143267794 })

  static let all: [ElementaryFunction] = [
    exponential, naturalLogarithm, hyperbolicTangent, logistic, errorFunction, normalDistribution,
    normalDensity,
  ]

  /// The value at one number, in the first lane of a vector.
  func callAsFunction(_ x: Float) -> Float { vector(FloatVector(repeating: x))[0] }
}

@Suite struct ElementaryFunctionTests {
  #if DEBUG
    /// The vectors of samples for each sign and exponent, and over the range of most interest.
    static let (perBinade, inRange) = (4, 1 << 10)
  #else
    static let (perBinade, inRange) = (1 << 9, 1 << 18)
  #endif

  /// Calls `body` with vectors of samples: strata over the bits of every sign and exponent, infinities and
  /// NaNs among them, and evenly over a range.
  static func forEachSample(of range: ClosedRange<Float>, _ body: (FloatVector) -> Void) {
    var state: UInt64 = 0x1234_5678
    func offset(below limit: UInt32) -> UInt32 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt32(truncatingIfNeeded: state >> 33) % limit
    }
    let stratum = UInt32(1 << 23) / UInt32(8 * perBinade)
    for exponent in 0..<UInt32(512) {
      for index in 0..<UInt32(perBinade) {
        var vector = FloatVector()
        for lane in 0..<UInt32(8) {
          let start = exponent << 23 + (index * 8 + lane) * stratum
          // The first of each stratum of the whole is the power of two itself.
          vector[Int(lane)] = Float(
            bitPattern: start + (index == 0 && lane == 0 ? 0 : offset(below: stratum)))
        }
        body(vector)
      }
    }
    let width = range.upperBound - range.lowerBound
    for index in 0..<inRange {
      var vector = FloatVector()
      for lane in 0..<8 {
        let part = (Float(index) + Float(offset(below: 1 << 20)) * 0x1p-20) / Float(inRange)
        vector[lane] = range.lowerBound + width * part
      }
      body(vector)
    }
  }

  @Test(arguments: ElementaryFunction.all)
  func keepsItsBound(_ function: ElementaryFunction) {
    var worst = (ulps: 0.0, at: Float(0))
    Self.forEachSample(of: function.range) { x in
      let y = function.vector(x)
      for lane in 0..<8 {
        let ulps = Tolerance.ulps(from: y[lane], to: function.double(Double(x[lane])))
        if ulps > worst.ulps { worst = (ulps, x[lane]) }
      }
    }
    #expect(
      worst.ulps <= function.bound,
      "\(function.testDescription) is off by \(worst.ulps) ulp at \(worst.at)")
    // A bound that is never come near says nothing of the function, or the samples nothing of the bound.
    #expect(worst.ulps > function.bound / 3)
  }

  @Test(arguments: ElementaryFunction.all)
  func nanGivesNaN(_ function: ElementaryFunction) {
    #expect(function(.nan).isNaN)
    #expect(function(-.nan).isNaN)
    #expect(function(.signalingNaN).isNaN)
    // And does not spread to its neighbours.
    var vector = FloatVector(repeating: 0.5)
    vector[3] = .nan
    let result = function.vector(vector)
    for lane in 0..<8 {
      #expect(lane == 3 ? result[lane].isNaN : result[lane] == function(0.5))
    }
  }

  /// Odd and even functions are so in every bit, zero's sign included.
  @Test func symmetry() {
    Self.forEachSample(of: 0...10) { x in
      let negated = -0.0 - x
      for function in [ElementaryFunction.hyperbolicTangent, .errorFunction] {
        #expect(bits(function.vector(negated)) == bits(-0.0 - function.vector(x)))
      }
      let density = ElementaryFunction.normalDensity
      #expect(bits(density.vector(negated)) == bits(density.vector(x)))
    }
  }

  private func bits(_ vector: FloatVector) -> [UInt32] {
    (0..<8).map { vector[$0].isNaN ? 0 : vector[$0].bitPattern }
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

  @Test(arguments: specialValues) func valuesAtTheCorners(_ special: SpecialValue) {
    expectBits([special.function(special.x)], [special.y])
  }

  /// The numbers on either side of where a function leaves the range of `Float`, or its normal numbers.
  @Test(
    arguments: [
      (.exponential, 88.72284), (.exponential, -87.33655), (.exponential, -103.972),
      (.logistic, -87.33655), (.logistic, -103.972), (.normalDistribution, -12.9),
      (.normalDistribution, -14.17), (.normalDensity, 13.14), (.normalDensity, -14.36),
    ] as [(ElementaryFunction, Float)])
  func edgesOfTheRange(_ function: ElementaryFunction, _ edge: Float) {
    var x = edge
    for _ in 0..<50 { x = x.nextDown }
    for _ in 0..<100 {
      let ulps = Tolerance.ulps(from: function(x), to: function.double(Double(x)))
      #expect(ulps <= function.bound, "\(function.testDescription) is off by \(ulps) ulp at \(x)")
      x = x.nextUp
    }
  }

  struct TensorMethod: Sendable, CustomTestStringConvertible {
    let function: ElementaryFunction
    let apply: @Sendable (Tensor) -> Tensor
    var testDescription: String { function.testDescription }
    init(_ function: ElementaryFunction, _ apply: @escaping @Sendable (Tensor) -> Tensor) {
      (self.function, self.apply) = (function, apply)
    }
  }

  /// The methods of ``Tensor`` are the functions of vectors, partial ones at the end too.
  @Test(arguments: [
    TensorMethod(.exponential) { $0.exp() },
    TensorMethod(.naturalLogarithm) { $0.log() },
    TensorMethod(.hyperbolicTangent) { $0.tanh() },
    TensorMethod(.logistic) { $0.sigmoid() },
    TensorMethod(.errorFunction) { $0.erf() },
  ])
  func tensors(_ method: TensorMethod) {
    for count in [0, 1, 7, 8, 9, 17, 63] {
      let tensor = Tensor(scattered: [1, count], seed: 1) * 5
      let result = method.apply(tensor)
      #expect(result.shape == [1, count])
      expectBits(result.scalarArray, tensor.scalarArray.map { method.function($0) })
    }
  }
}
