import MoE
import Testing

/// A function of the tests' own.
private struct Square: UnaryFunction {
  func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x * x }
}

/// Generated vector kernels against the portable definition of the same function.
@Suite("Vector kernels")
struct VectorKernelTests {
  static let generated = KernelSet.available.filter { $0 != .portable }

  /// Values of every magnitude and kind, among them those where functions change their formula.
  static func samples(_ count: Int) -> Tensor {
    var generator = SeededGenerator(seed: 11)
    var values = Tensor.normal(standardDeviation: 4, shape: [count], using: &generator)
    let special: [Float] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, 88.7, 89, -87.4, -103, -110, 0x1p-133, -0x1p-133,
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

  /// The counts that fill registers, and those that leave some scalars over.
  static let counts = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 257]

  /// Holds the kernel sets to each other.
  ///
  /// AVX2 and AVX-512 must agree to the bit; the portable kernels, which
  /// round each product on x86-64, within `tolerance` of an input and a result.
  func check(
    _ name: String, tolerance: (_ input: Float, _ result: Float) -> Float,
    _ body: (Tensor) -> Tensor
  ) {
    for count in Self.counts {
      let input = Self.samples(count)
      let portable = KernelSet.withCurrent(.portable) { body(input) }
      let results = Self.generated.map { set in KernelSet.withCurrent(set) { body(input) } }
      for result in results.dropFirst() {
        #expect(bits(result) == bits(results[0]), "\(name), \(count) scalars: the sets differ")
      }
      for (set, result) in zip(Self.generated, results) {
        for (index, (a, b)) in zip(portable.scalarArray, result.scalarArray).enumerated() {
          let x = index < count ? input.scalars[index] : 0
          #expect(
            a == b || (a.isNaN && b.isNaN) || abs(a - b) <= tolerance(x, a),
            "\(name)(\(x)), \(set): \(b), portable \(a)")
        }
      }
    }
  }

  /// Twice the bound of 8 units in the last place that the loosest function states.
  func relative(_ input: Float, _ result: Float) -> Float { 16 * result.ulp }

  /// A product of x with something at most one is as good as that something, which may cancel.
  func againstInput(_ input: Float, _ result: Float) -> Float {
    16 * max(input.magnitude, result.magnitude, 1).ulp
  }

  func exact(_ input: Float, _ result: Float) -> Float { 0 }

  @Test("Elementary functions") func elementary() {
    check("exp", tolerance: relative) { $0.exp() }
    check("log", tolerance: relative) { $0.log() }
    check("tanh", tolerance: relative) { $0.tanh() }
    check("sigmoid", tolerance: relative) { $0.sigmoid() }
    check("erf", tolerance: relative) { $0.erf() }
    check("square root", tolerance: relative) { $0.squareRoot() }
  }

  @Test("Activations and their gradients", arguments: Activation.allCases)
  func activations(_ activation: Activation) {
    check("\(activation)", tolerance: againstInput) { activation($0) }
    check("\(activation) gradient", tolerance: againstInput) {
      activation.gradient(Tensor(repeating: 1, shape: $0.shape), at: $0)
    }
  }

  @Test("Operators give the same bits on every set") func operators() {
    check("tensors", tolerance: exact) { ($0 + $0 * $0) / ($0 - ($0 * 0.5)) }
    check("numbers", tolerance: exact) { 2 - (1 + $0 * 3 - 4) / 5 }
    check("number first", tolerance: exact) { 2 * (1 / $0) + (-$0) }
    check("in place", tolerance: exact) {
      var x = $0
      x += $0
      x *= 0.25
      x -= 1
      x /= $0
      return x
    }
  }

  @Test("Rows") func rows() {
    // A sum of n terms, with or without fused products, is good to n roundings of the sum of
    // magnitudes.
    func sum(_ input: Float, _ result: Float) -> Float { result.isFinite ? 512 * result.ulp : 0 }
    func ofOne(_ input: Float, _ result: Float) -> Float { 16 * Float(1).ulp }
    func finite(_ tensor: Tensor) -> Tensor {
      Tensor(tensor.scalarArray.map { $0.isFinite && $0.magnitude < 80 ? $0.magnitude : 1 })
    }
    check("softmax", tolerance: sum) { finite($0).softmax() }
    check("softmax gradient", tolerance: ofOne) {
      Tensor.softmaxGradient(finite($0), softmax: finite($0).softmax())
    }
    check("log of a sum of exponentials", tolerance: sum) {
      finite($0).reshaped(to: [1, $0.count]).logSumExp()
    }
    check("maximum", tolerance: exact) { $0.reshaped(to: [1, $0.count]).rowMaxima() }
    check("sum", tolerance: sum) { finite($0).reshaped(to: [1, $0.count]).rowSums() }
    check("column sums", tolerance: exact) {
      finite($0).reshaped(to: [$0.count, 1]).columnSums()
    }
  }

  @Test("Updates of optimisers") func optimizers() {
    check("AdamW", tolerance: againstInput) { input in
      let gradient = input.tanh()
      var layer = Linear(weight: input.reshaped(to: [1, input.count]))
      var optimizer = AdamW(learningRate: 0.1)
      for _ in 0..<3 {
        optimizer.update(&layer, along: Linear(weight: gradient.reshaped(to: [1, input.count])))
      }
      return layer.weight
    }
  }

  @Test("Nothing is written beyond the range", arguments: KernelSet.available)
  func guards(_ set: KernelSet) {
    KernelSet.withCurrent(set) {
      for count in Self.counts {
        var buffer = Tensor(repeating: .nan, shape: [count + 64])
        let source = Tensor(repeating: 1, shape: [count + 64])
        let kernel = VectorKernel(Square())
        unsafe source.withUnsafeScalars { source in
          unsafe buffer.withUnsafeMutableScalars { destination in
            kernel.run(over: 32..<32 + count, unsafe VectorPointers(source, to: destination))
          }
        }
        for (index, value) in buffer.scalarArray.enumerated() {
          #expect(value.isNaN == !(32..<32 + count).contains(index), "\(set), \(count): \(index)")
        }
      }
    }
  }
}
