import MoE
import Testing

@Suite(.namingCombinations) struct TensorReductionTests {
  static let counts = [0, 1, 3, 4, 5, 7, 8, 9, 17, 63, 257, 4096, 4099]

  /// The sum runs in double precision, off by at most count·2⁻⁵³ of the magnitudes (and so is the
  /// reference), and is rounded once.
  @Test func sums() {
    withEvery("count", in: Self.counts) { count in
      let tensor = Tensor(scattered: [count], seed: 1)
      let doubles = tensor.doubles
      let (sum, magnitude) = (doubles.reduce(0, +), doubles.reduce(0) { $0 + $1.magnitude })
      let tolerance = Tolerance.roundoff * sum.magnitude + Double(count) * 0x1p-52 * magnitude
      #expect((Double(tensor.sum()) - sum).magnitude <= tolerance)
      guard count > 0 else { return }
      // The division rounds once more, in double precision.
      let mean = sum / Double(count)
      #expect(
        (Double(tensor.mean()) - mean).magnitude
          <= tolerance / Double(count) + 0x1p-52 * mean.magnitude)
    }
    #expect(Tensor(zeros: [0, 3]).sum() == 0)
    #expect(Tensor(zeros: [0]).mean().isNaN)
    #expect(Tensor([3], shape: []).sum() == 3)
    #expect(Tensor([3], shape: []).mean() == 3)
  }

  /// Squares of floats are exact in double precision; sum and root are each off by what is said
  /// above, the root halving what it is given.
  @Test func norms() {
    withEvery("count", in: Self.counts) { count in
      let tensor = Tensor(scattered: [count], seed: 2)
      let norm = tensor.doubles.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(
        (Double(tensor.norm()) - norm).magnitude
          <= (Tolerance.roundoff + Double(count + 2) * 0x1p-53) * norm)
    }
    #expect(Tensor([3e38, 3e38]).norm() == .infinity)
    #expect(Tensor([3e30, 4e30]).norm() == 5e30)
    #expect(Tensor([3e-30, 4e-30]).norm() == 5e-30)
    #expect(Tensor(zeros: [0]).norm() == 0)
    #expect(Tensor([1, .nan]).norm().isNaN)
  }

  /// In single precision the ones would be lost beside 2²⁵.
  @Test func sumsDoNotCancel() {
    #expect(Tensor([0x1p25, 1, 1, 1, 1, -0x1p25]).sum() == 4)
    #expect(Tensor([1, .infinity]).sum() == .infinity)
    #expect(Tensor([.infinity, -.infinity]).sum().isNaN)
    #expect(Tensor([3e38, 3e38, -3e38]).sum() == 3e38)
  }

  @Test func sameBitsForAnyThreadCount() {
    // Three runs of 2¹² scalars, and magnitudes that make the order of a sum tell.
    let tensor = Tensor(
      (0..<12_300).map { (index: Int) -> Float in
        let scale: Float = index % 3 == 0 ? 1e12 : -1e-9
        return Float(index * 7919 % 1009) * scale
      })
    let rows = tensor.reshaped(to: [4, 3075])
    let wide = Tensor(scattered: [300, 130], seed: 3)
    func bits(_ threads: Int) -> [[UInt32]] {
      Compute.sharingAllWork(among: threads) {
        [
          Tensor([tensor.sum(), tensor.norm()]).bits, rows.rowSums().bits, rows.rowMaxima().bits,
          wide.columnSums().bits,
        ]
      }
    }
    let alone = bits(1)
    for threads in [2, 3, 8] { #expect(bits(threads) == alone) }
  }

  @Test func rowSumsAndMeans() {
    withEvery("columns", in: [0, 1, 7, 8, 9, 17, 63, 257]) { columns in
      withEvery("rows", in: [0, 1, 3]) { rows in
        let matrix = Tensor(scattered: [rows, columns], seed: 4)
        let doubles = (0..<rows).map { matrix[entry: $0].doubles }
        let sums = doubles.map { $0.reduce(0, +) }
        let tolerances = doubles.map {
          Tolerance.laneSum(count: columns, magnitude: $0.reduce(0) { $0 + $1.magnitude })
        }
        #expect(matrix.rowSums().shape == [rows])
        expectScalars(of: matrix.rowSums(), near: sums, within: tolerances)
        guard columns > 0 else {
          #expect(matrix.rowMeans().isNaNThroughout)
          return
        }
        let means = sums.map { $0 / Double(columns) }
        expectScalars(
          of: matrix.rowMeans(), near: means,
          within: zip(means, tolerances).map {
            // The division rounds once more, and may fall among the denormals.
            $1 / Double(columns) * (1 + Tolerance.roundoff) + Tolerance.roundoff * $0.magnitude
              + Double(Float.leastNonzeroMagnitude)
          })
      }
    }
    #expect(Tensor(zeros: [2, 3, 4]).rowSums().shape == [2, 3])
    #expect(Tensor([5], shape: []).rowSums() == Tensor([5], shape: []))
  }

  /// Columns are added from the first row to the last: the same bits as a loop.
  @Test func columnSumsAndMeans() {
    withEvery("columns", in: [0, 1, 7, 8, 9, 17, 63, 130]) { columns in
      withEvery("rows", in: [0, 1, 2, 17]) { rows in
        let matrix = Tensor(scattered: [rows, columns], seed: 5)
        var expected = [Float](repeating: 0, count: columns)
        for row in 0..<rows {
          for column in 0..<columns { expected[column] += matrix[row, column] }
        }
        #expect(matrix.columnSums().shape == [columns])
        expectBits(matrix.columnSums().scalarArray, expected)
        expectBits(matrix.columnMeans().scalarArray, expected.map { $0 / Float(rows) })
      }
    }
    #expect(Tensor(repeating: 1, shape: [2, 3, 4]).columnSums() == [6, 6, 6, 6])
    #expect(Tensor([5], shape: []).columnSums() == [5])
  }

  /// More rows than leave one run of columns for all.
  @Test func columnSumsOfTallMatrices() {
    let matrix = Tensor((0..<600 * 70).map { Float($0 % 101) }, shape: [600, 70])
    var expected = [Float](repeating: 0, count: 70)
    let scalars = matrix.scalarArray
    for index in scalars.indices { expected[index % 70] += scalars[index] }
    expectBits(matrix.columnSums().scalarArray, expected)
  }

  @Test func rowMaxima() {
    withEvery("columns", in: [1, 7, 8, 9, 17, 63]) { columns in
      let matrix = Tensor(scattered: [3, columns], seed: 6) - 1
      let expected: [Float] = (0..<3).map { matrix[entry: $0].scalarArray.max() ?? 0 }
      #expect(matrix.rowMaxima().shape == [3])
      expectBits(matrix.rowMaxima().scalarArray, expected)
      withEvery("position", in: 0..<columns) { position in
        var row = [Float](repeating: -2, count: columns)
        row[position] = -1
        let largest = Tensor(row, shape: [1, columns]).rowMaxima()
        #expect(largest.scalarArray == [-1])
        row[position] = .infinity
        let infinite = Tensor(row, shape: [1, columns]).rowMaxima()
        #expect(infinite.scalarArray == [.infinity])
      }
    }
    #expect(Tensor(zeros: [2, 0]).rowMaxima().scalarArray == [-.infinity, -.infinity])
    #expect(Tensor(repeating: -.infinity, shape: [1, 9]).rowMaxima()[0] == -.infinity)
    #expect(Tensor(zeros: [0, 2]).rowMaxima().shape == [0])
  }

  /// Wherever it stands, and whatever comes after it.
  @Test func aNaNIsTheMaximum() {
    withEvery("columns", in: [1, 2, 7, 8, 9, 16, 17, 25]) { columns in
      withEvery("position", in: 0..<columns) { position in
        for other in [-1, 1, .infinity, -.infinity] as [Float] {
          var row = [Float](repeating: other, count: columns)
          row[position] = .nan
          #expect(Tensor(row, shape: [1, columns]).rowMaxima()[0].isNaN)
        }
      }
    }
  }

  @Test func argmaxTakesTheFirstOfEquals() {
    #expect(([[1, 3, 3], [2, 2, 2], [0, -1, 0]] as Tensor).rowArgmax() == [1, 0, 0])
    #expect(Tensor([-0.0, 0]).rowArgmax() == [0])
    #expect(Tensor([-.infinity, -.infinity]).rowArgmax() == [0])
    #expect(Tensor([1, .infinity, .infinity]).rowArgmax() == [1])
    #expect(Tensor([7], shape: []).rowArgmax() == [0])
    #expect(Tensor(zeros: [0, 2]).rowArgmax() == [])
    #expect(Tensor(zeros: [2, 2, 3]).rowArgmax() == [0, 0, 0, 0])
    #expect(([[1, 2], [4, 3]] as Tensor)[entries: 1..<2].rowArgmax() == [0])
  }

  @Test func argmaxPassesOverNaN() {
    #expect(Tensor([.nan, -1, 2]).rowArgmax() == [2])
    #expect(Tensor([3, .nan, 2]).rowArgmax() == [0])
    #expect(Tensor([.nan, -.infinity]).rowArgmax() == [1])
    #expect(Tensor([.nan, .nan, 1, .nan, 1]).rowArgmax() == [2])
    #expect(Tensor([.nan, .nan]).rowArgmax() == [0])
  }
}
