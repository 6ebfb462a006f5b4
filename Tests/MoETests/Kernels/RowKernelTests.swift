import MoE
import Testing

/// The loops over rows and vectors, and that they touch nothing beyond the end.
@Suite(.namingCombinations) struct RowKernelTests {
  static let counts = [0, 1, 7, 8, 9, 17, 63]
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

  @Test func partialVectorsAreFilledUp() {
    let tensor = Tensor([1, 2, 3, 4, 5])
    var vectors: [FloatVector] = []
    unsafe tensor.withUnsafeScalars { scalars in
      forEachVector(in: 2..<5) { vectors.append(unsafe $0.load(scalars, padding: -7)) }
    }
    #expect(vectors == [FloatVector(3, 4, 5, -7, -7, -7, -7, -7)])
  }

  @Test func scalingAndAdding() {
    withEvery("count", in: Self.counts) { count in
      let (a, b) = (Tensor(scattered: [count], seed: 1), Tensor(scattered: [count], seed: 2))
      let scaled = unsafe Self.guarded(a.scalarArray) {
        unsafe RowKernels.scale($0, by: 0.3, count: count)
      }
      expectBits(scaled, a.scalarArray.map { $0 * 0.3 }, "scale")
      let sum = unsafe Self.guarded(a.scalarArray) { target in
        unsafe b.withUnsafeScalars { unsafe RowKernels.add($0, to: target, count: count) }
      }
      expectBits(sum, zip(a.scalarArray, b.scalarArray).map { $0 + $1 }, "add")
      let weighted = unsafe Self.guarded(a.scalarArray) { target in
        unsafe b.withUnsafeScalars { unsafe RowKernels.add($0, times: 3, to: target, count: count) }
      }
      // One product and one addition, fused or not.
      expectScalars(
        of: Tensor(weighted), near: zip(a.doubles, b.doubles).map { $0 + 3 * $1 },
        within: zip(a.doubles, b.doubles).map {
          Tolerance.relative(roundings: 2) * ($0.magnitude + 3 * $1.magnitude)
        })
    }
  }

  @Test func exponentialsAndTheirSum() {
    withEvery("count", in: Self.counts) { count in
      let row = Tensor(scattered: [count], seed: 3) * 8
      var sum: Float = 0
      let powers = unsafe Self.guarded([Float](repeating: 0, count: count)) { target in
        unsafe row.withUnsafeScalars {
          sum = unsafe RowKernels.exponentials($0, minus: 2, count: count, into: target)
        }
      }
      expectBits(powers, (row - 2).exp().scalarArray)
      let total = powers.reduce(0) { $0 + Double($1) }
      #expect(
        (Double(sum) - total).magnitude <= Tolerance.laneSum(count: count, magnitude: total))
    }
  }

  @Test func dots() {
    withEvery("count", in: Self.counts) { count in
      let (a, b) = (Tensor(scattered: [count], seed: 4), Tensor(scattered: [count], seed: 5))
      let products = zip(a.doubles, b.doubles).map { $0 * $1 }
      let dot = unsafe a.withUnsafeScalars { a in
        unsafe b.withUnsafeScalars { unsafe RowKernels.dot(a, $0, count: count) }
      }
      #expect(
        (Double(dot) - products.reduce(0, +)).magnitude
          <= Tolerance.laneDot(
            count: count, magnitude: products.reduce(0) { $0 + $1.magnitude }))
    }
  }

  /// A row's length alone decides the order: eight lanes, then halves.
  @Test func theOrderOfASumIsFixed() {
    let row = (Tensor(scattered: [21], seed: 6) * 1e6).scalarArray
    var lanes = [Float](repeating: 0, count: 8)
    for (index, scalar) in row.enumerated() { lanes[index % 8] += scalar }
    let four = (0..<4).map { lanes[$0] + lanes[$0 + 4] }
    let expected = (four[0] + four[2]) + (four[1] + four[3])
    #expect(Tensor(row, shape: [1, 21]).rowSums()[0].bitPattern == expected.bitPattern)
  }
}
