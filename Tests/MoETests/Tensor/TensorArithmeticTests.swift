import MoE
import Testing

@Suite(.namingCombinations) struct TensorArithmeticTests {
  /// An operator in its forms, and what it does to one scalar.
  struct Operation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let scalar: @Sendable (Float, Float) -> Float
    let tensors: @Sendable (Tensor, Tensor) -> Tensor
    let number: @Sendable (Tensor, Float) -> Tensor
    let toNumber: @Sendable (Float, Tensor) -> Tensor
    let update: @Sendable (inout Tensor, Tensor) -> Void
    let updateByNumber: @Sendable (inout Tensor, Float) -> Void
  }

  static let operations = [
    Operation(
      testDescription: "+", scalar: { $0 + $1 }, tensors: { $0 + $1 }, number: { $0 + $1 },
      toNumber: { $0 + $1 }, update: { $0 += $1 }, updateByNumber: { $0 += $1 }),
    Operation(
      testDescription: "-", scalar: { $0 - $1 }, tensors: { $0 - $1 }, number: { $0 - $1 },
      toNumber: { $0 - $1 }, update: { $0 -= $1 }, updateByNumber: { $0 -= $1 }),
    Operation(
      testDescription: "*", scalar: { $0 * $1 }, tensors: { $0 * $1 }, number: { $0 * $1 },
      toNumber: { $0 * $1 }, update: { $0 *= $1 }, updateByNumber: { $0 *= $1 }),
    Operation(
      testDescription: "/", scalar: { $0 / $1 }, tensors: { $0 / $1 }, number: { $0 / $1 },
      toNumber: { $0 / $1 }, update: { $0 /= $1 }, updateByNumber: { $0 /= $1 }),
  ]

  /// Each operation is rounded once, so that vectors and scalars agree in every bit.
  @Test(arguments: operations) func everyFormAgreesWithALoop(_ operation: Operation) {
    withEvery("count", in: [0, 1, 7, 8, 9, 17, 63, 257]) { count in
      check(operation, Tensor(scattered: [count], seed: 1), Tensor(scattered: [count], seed: 2))
    }
  }

  @Test(arguments: operations) func specialValues(_ operation: Operation) {
    let special: [Float] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    ]
    let left = special.flatMap { [Float](repeating: $0, count: special.count) }
    let right = special.flatMap { _ in special }
    check(operation, Tensor(left, shape: [11, 11]), Tensor(right, shape: [11, 11]))
    for number in special { checkNumber(operation, Tensor(special), number) }
  }

  private func check(_ operation: Operation, _ left: Tensor, _ right: Tensor) {
    let (a, b) = (left.scalarArray, right.scalarArray)
    let expected = zip(a, b).map(operation.scalar)
    let result = operation.tensors(left, right)
    #expect(result.shape == left.shape)
    expectBits(result.scalarArray, expected, "tensors")
    var updated = left
    operation.update(&updated, right)
    expectBits(updated.scalarArray, expected, "in place")
    expectBits(left.scalarArray, a, "operand")
    updated = left
    operation.update(&updated, updated)
    expectBits(updated.scalarArray, a.map { operation.scalar($0, $0) }, "by itself")
    checkNumber(operation, left, 0.75)
  }

  private func checkNumber(_ operation: Operation, _ tensor: Tensor, _ number: Float) {
    let scalars = tensor.scalarArray
    let expected = scalars.map { operation.scalar($0, number) }
    expectBits(operation.number(tensor, number).scalarArray, expected, "number")
    expectBits(
      operation.toNumber(number, tensor).scalarArray, scalars.map { operation.scalar(number, $0) },
      "to number")
    var updated = tensor
    operation.updateByNumber(&updated, number)
    expectBits(updated.scalarArray, expected, "number in place")
    expectBits(tensor.scalarArray, scalars, "operand")
  }

  @Test func negation() {
    let tensor = Tensor([0, -0.0, 1, -2, .infinity, .leastNonzeroMagnitude, 3, 4, 5])
    #expect((-tensor).bits == tensor.bits.map { $0 ^ 0x8000_0000 })
    #expect((-Tensor(zeros: [0, 4])).shape == [0, 4])
    #expect((-Tensor([2], shape: [])).scalarArray == [-2])
  }

  /// Slices begin anywhere, not on the boundary of a vector.
  @Test func unalignedOperands() {
    let tensor = Tensor(scattered: [7, 3], seed: 3)
    withEvery("start", in: 0..<6) { start in
      let (left, right) = (tensor[entries: start..<6], tensor[entries: start + 1..<7])
      expectBits(
        (left * right).scalarArray, zip(left.scalarArray, right.scalarArray).map { $0 * $1 })
    }
  }

  /// More scalars than one thread takes at a time, with a partial vector at the end.
  @Test(arguments: [1, 3]) func longTensors(_ threads: Int) {
    let count = scalarsPerRun + 9
    let left = (0..<count).map { Float($0 % 1021) }
    let right = (0..<count).map { Float($0 % 1013) - 500 }
    let (a, b) = (Tensor(left), Tensor(right))
    Compute.sharingAllWork(among: threads) {
      expectBits((a - b).scalarArray, zip(left, right).map { $0 - $1 }, "map of two")
      expectBits((3 * a).scalarArray, left.map { 3 * $0 }, "map")
      var c = a
      c *= b
      expectBits(c.scalarArray, zip(left, right).map { $0 * $1 }, "update by another")
      c = a
      c += 1
      expectBits(c.scalarArray, left.map { $0 + 1 }, "update")
    }
  }

  @Test func squareRoots() {
    let scalars: [Float] = [0, -0.0, 1, 2, 0x1p-140, 3e38, .infinity, 0.1, 7]
    expectBits(Tensor(scalars).squareRoot().scalarArray, scalars.map { $0.squareRoot() })
    #expect(Tensor([-1, .nan, -.infinity]).squareRoot().isNaNThroughout)
  }
}
