import MoE
import Testing

/// Generated vector kernels against the portable definition of the same function.
@Suite("Vector kernels")
struct VectorKernelTests {
  static let generated = KernelSet.available.filter { $0 != .portable }

  /// Values of every magnitude and kind, among them those where functions change their formula.
  static func samples(_ count: Int) -> Tensor {
    var generator = SeededGenerator(seed: 11)
    var values = Tensor.normal(standardDeviation: 4, shape: [count], using: &generator)
    let special: [Float] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, 88.7, 89, -87.4, -103, -110, 1e-40, -1e-40,
      .leastNormalMagnitude, .greatestFiniteMagnitude, 0.625, 0.6250001, 1.0000001, 16, 17, -14.2,
    ]
    for index in 0..<count where index % 5 == 2 {
      values[index] = special[index / 5 % special.count]
    }
    return values
  }

  func bits(_ tensor: Tensor) -> [UInt32] {
    // All NaNs are alike here: their payload is no promise.
    tensor.scalarArray.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern }
  }

  func check(_ name: String, _ body: (Tensor) -> Tensor) {
    for count in [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 257] {
      let input = Self.samples(count)
      let results = KernelSet.available.map { set in KernelSet.withCurrent(set) { body(input) } }
      for (set, result) in zip(KernelSet.available, results).dropFirst(2) {
        #expect(bits(result) == bits(results[1]), "\(name), \(count) scalars, \(set) against AVX2")
      }
      for (set, result) in zip(KernelSet.available, results).dropFirst() {
        for index in 0..<count {
          let (a, b) = (results[0][index], result[index])
          #expect(
            a == b || (a.isNaN && b.isNaN) || abs(a - b) <= 12 * max(a.magnitude, b.magnitude).ulp,
            "\(name)(\(input[index])), \(set): \(b), portable \(a)")
        }
      }
    }
  }

  @Test("Functions") func functions() {
    check("exp") { $0.exp() }
    check("log") { $0.log() }
    check("tanh") { $0.tanh() }
    check("sigmoid") { $0.sigmoid() }
    check("erf") { $0.erf() }
    check("sqrt") { $0.squareRoot() }
    for activation in Activation.allCases {
      check("\(activation)") { activation($0) }
      check("\(activation) gradient") { activation.gradient($0, at: $0 * 0.5) }
    }
    check("softmax") { $0.softmax() }
    check("logsumexp") { $0.reshaped(to: [1, $0.count]).logSumExp() }
    check("maximum") { $0.reshaped(to: [1, $0.count]).rowMaxima() }
    check("sum") { $0.reshaped(to: [1, $0.count]).rowSums() }
    check("arithmetic") { 2 - ($0 + $0 * 3) / ($0 - 1) }
  }
}
