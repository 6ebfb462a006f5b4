import MoE
import Testing

/// The loops over rows and vectors, and that they touch nothing beyond the end.
@Suite(.namingCombinations) struct RowKernelTests {
  static let counts = [0, 1, 7, 8, 9, 15, 16, 17, 63]
  /// A NaN that no arithmetic makes.
  static let guardBits: UInt32 = 0x7FC0_BEEF

  /// Calls `body` with room for some scalars between guards, and gives what it wrote there.
  static func guarded(
    _ scalars: [Float], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (UnsafeMutablePointer<Float>) -> Void
  ) -> [Float] {
    let fence = [Float](repeating: Float(bitPattern: guardBits), count: 16)
    var buffer = Tensor(fence + scalars + fence)
    unsafe buffer.withUnsafeMutableScalars { unsafe body($0 + 16) }
    let after = buffer.scalarArray
    let guards = after.prefix(16) + after.suffix(16)
    #expect(
      guards.allSatisfy { $0.bitPattern == guardBits }, "written outside",
      sourceLocation: sourceLocation)
    return Array(after.dropFirst(16).dropLast(16))
  }

  @Test func vectorsCoverARange() {
    for range in [0..<0, 0..<1, 0..<8, 3..<11, 3..<12, 5..<40] {
      var covered: [Int] = []
      forEachVector(in: range) { slot in
        #expect(slot.count >= 1 && slot.count <= FloatVector.scalarCount)
        covered += slot.start..<slot.start + slot.count
      }
      #expect(covered == Array(range))
    }
  }

  @Test func partialVectorsAreFilledUpWithZeros() {
    let tensor = Tensor([1, 2, 3, 4, 5])
    var vectors: [FloatVector] = []
    unsafe tensor.withUnsafeScalars { scalars in
      forEachVector(in: 2..<5) { vectors.append(unsafe $0.load(scalars)) }
    }
    #expect(vectors == [FloatVector(3, 4, 5, 0, 0, 0, 0, 0)])
  }

  @Test(arguments: KernelSet.available) func scalingAndAdding(_ set: KernelSet) {
    KernelSet.withCurrent(set) {
      withEvery("count", in: Self.counts) { count in
        let (a, b) = (Tensor(scattered: [count], seed: 1), Tensor(scattered: [count], seed: 2))
        let scaled = unsafe Self.guarded(a.scalarArray) {
          let kernel = VectorKernel(ArithmeticFunctions.Scale(factor: 0.3))
          kernel.run(over: 0..<count, unsafe VectorPointers($0, to: $0))
        }
        expectBits(scaled, a.scalarArray.map { $0 * 0.3 }, "scale")
        let weighted = unsafe Self.guarded(a.scalarArray) { target in
          let kernel = VectorKernel(ArithmeticFunctions.MultiplyAdd(factor: 3))
          unsafe b.withUnsafeScalars {
            kernel.run(over: 0..<count, unsafe VectorPointers(target, $0, to: target))
          }
        }
        // One product and one addition, fused or not.
        expectScalars(
          of: Tensor(weighted), near: zip(a.doubles, b.doubles).map { $0 + 3 * $1 },
          within: zip(a.doubles, b.doubles).map {
            Tolerance.relative(roundings: 2) * ($0.magnitude + 3 * $1.magnitude)
          })
      }
    }
  }

  @Test(arguments: KernelSet.available) func exponentialsAndTheirSum(_ set: KernelSet) {
    KernelSet.withCurrent(set) {
      withEvery("count", in: Self.counts) { count in
        let row = Tensor(scattered: [count], seed: 3) * 8
        var sum: Float = 0
        let powers = unsafe Self.guarded([Float](repeating: 0, count: count)) { target in
          let kernel = FoldKernel(RowKernels.Exponentials(shift: 2))
          unsafe row.withUnsafeScalars { sum = unsafe kernel.run(count: count, $0, to: target) }
        }
        expectBits(powers, (row - 2).exp().scalarArray)
        let total = powers.reduce(0) { $0 + Double($1) }
        #expect(
          (Double(sum) - total).magnitude <= Tolerance.laneSum(count: count, magnitude: total))
      }
    }
  }

  @Test(arguments: KernelSet.available) func dots(_ set: KernelSet) {
    KernelSet.withCurrent(set) {
      withEvery("count", in: Self.counts) { count in
        let (a, b) = (Tensor(scattered: [count], seed: 4), Tensor(scattered: [count], seed: 5))
        let products = zip(a.doubles, b.doubles).map { $0 * $1 }
        let kernel = FoldKernel(RowKernels.Dot())
        let dot = unsafe a.withUnsafeScalars { a in
          unsafe b.withUnsafeScalars { unsafe kernel.run(count: count, a, $0) }
        }
        #expect(
          (Double(dot) - products.reduce(0, +)).magnitude
            <= Tolerance.laneDot(
              count: count, magnitude: products.reduce(0) { $0 + $1.magnitude }))
      }
    }
  }

  /// A row's length alone decides the order: sixteen lanes, then halves.
  @Test(arguments: KernelSet.available) func theOrderOfASumIsFixed(_ set: KernelSet) {
    let row = (Tensor(scattered: [37], seed: 6) * 1e6).scalarArray
    var lanes = [Float](repeating: 0, count: 16)
    for (index, scalar) in row.enumerated() { lanes[index % 16] += scalar }
    for half in [8, 4, 2, 1] {
      for lane in 0..<half { lanes[lane] += lanes[lane + half] }
    }
    let sum = KernelSet.withCurrent(set) { Tensor(row, shape: [1, 37]).rowSums()[0] }
    #expect(sum.bitPattern == lanes[0].bitPattern)
  }
}
