import MoE
import Testing

@Suite(.namingCombinations) struct TensorRowTests {
  @Test func gathering() {
    let tensor: Tensor = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    #expect(tensor.gatheringEntries([2, 0, 2]) == [[7, 8, 9], [1, 2, 3], [7, 8, 9]])
    #expect(tensor.gatheringEntries([]).shape == [0, 3])
    #expect(tensor.gatheringEntries([0, 1, 2]) == tensor)
    #expect(tensor[entries: 1..<3].gatheringEntries([1, 0]) == [[7, 8, 9], [4, 5, 6]])
    #expect(Tensor([1, 2, 3]).gatheringEntries([1, 1]) == [2, 2])
    #expect(Tensor(zeros: [2, 0]).gatheringEntries([1, 0, 1]).shape == [3, 0])
    let cube = Tensor((0..<12).map(Float.init), shape: [3, 2, 2])
    #expect(cube.gatheringEntries([2]) == [[[8, 9], [10, 11]]])
  }

  @Test func scattering() {
    var sum: Tensor = [[1, 1], [2, 2], [3, 3]]
    let before = sum
    sum.scatterAddEntries([[10, 20], [30, 40], [100, 200]], at: [2, 0, 2])
    #expect(sum == [[31, 41], [2, 2], [113, 223]])
    #expect(before == [[1, 1], [2, 2], [3, 3]])
    sum.scatterAddEntries(Tensor(zeros: [0, 2]), at: [])
    #expect(sum == [[31, 41], [2, 2], [113, 223]])
    var vector: Tensor = [1, 2]
    vector.scatterAddEntries([5, 6, 7], at: [1, 1, 0])
    #expect(vector == [8, 13])
  }

  /// Repeated indices add up in the order given: of 1, 2²⁴ and −2²⁴ the order decides what is left.
  @Test func scatteringKeepsTheOrder() {
    let large: Float = 0x1p24
    var sum = Tensor(zeros: [1, 1])
    sum.scatterAddEntries(Tensor([1, large, -large], shape: [3, 1]), at: [0, 0, 0])
    #expect(sum[0, 0] == 0)
    sum = Tensor(zeros: [1, 1])
    sum.scatterAddEntries(Tensor([large, -large, 1], shape: [3, 1]), at: [0, 0, 0])
    #expect(sum[0, 0] == 1)
  }

  /// Small integers add up exactly, so that any order gives the same.
  @Test func scatteringAgreesWithALoop() {
    withEvery("columns", in: [1, 7, 8, 9, 17]) { columns in
      withEvery("rows", in: [1, 5, 31]) { rows in
        let addends = Tensor((0..<rows * columns).map { Float($0 % 97) }, shape: [rows, columns])
        let indices = (0..<rows).map { $0 * $0 % 4 }
        var sum = Tensor(repeating: 1, shape: [4, columns])
        var expected = [Float](repeating: 1, count: 4 * columns)
        for (position, index) in indices.enumerated() {
          for column in 0..<columns {
            expected[index * columns + column] += addends[position, column]
          }
        }
        sum.scatterAddEntries(addends, at: indices)
        expectBits(sum.scalarArray, expected)
      }
    }
  }

  @Test func concatenating() {
    let first: Tensor = [[1, 2]]
    let second: Tensor = [[3, 4], [5, 6]]
    let joined = Tensor(concatenatingEntries: [first, Tensor(zeros: [0, 2]), second])
    #expect(joined == [[1, 2], [3, 4], [5, 6]])
    #expect(Tensor(concatenatingEntries: [second[entries: 1..<2], first]) == [[5, 6], [1, 2]])
    #expect(Tensor(concatenatingEntries: [[1], [2, 3], []]) == [1, 2, 3])
    let (two, one) = (Tensor(zeros: [2, 0]), Tensor(zeros: [1, 0]))
    #expect(Tensor(concatenatingEntries: [two, one]).shape == [3, 0])
    #expect(Tensor(concatenatingEntries: [first]).sharesMemory(with: first))
  }

  @Test func addingARow() {
    withEvery("columns", in: [0, 1, 7, 8, 9, 17]) { columns in
      withEvery("rows", in: [0, 1, 3]) { rows in
        let matrix = Tensor(scattered: [rows, columns], seed: 5)
        let row = Tensor(scattered: [columns], seed: 6)
        let sum = matrix.addingToEachRow(row)
        #expect(sum.shape == [rows, columns])
        expectBits(
          sum.scalarArray,
          (0..<rows * columns).map { matrix.scalars[$0] + row.scalars[$0 % columns] })
        var changed = matrix
        changed.addToEachRow(row)
        #expect(changed.bits == sum.bits)
      }
    }
    #expect(Tensor(zeros: [2, 2, 2]).addingToEachRow([1, 2])[1, 1, 1] == 2)
  }

  @Test func scalingRowsAndDotsOfRows() {
    withEvery("columns", in: [0, 1, 8, 9, 65]) { columns in
      let (a, b) = (
        Tensor(scattered: [3, columns], seed: 7), Tensor(scattered: [3, columns], seed: 8)
      )
      var scaled = a
      scaled.scaleRows(by: [2, -0.3, 0])
      let factors: [Float] = [2, -0.3, 0]
      expectBits(
        scaled.scalarArray, (0..<3 * columns).map { a.scalars[$0] * factors[$0 / columns] })
      var (values, tolerances): ([Double], [Double]) = ([], [])
      for row in 0..<3 {
        let products = zip(a[entry: row].doubles, b[entry: row].doubles).map { $0 * $1 }
        values.append(products.reduce(0, +))
        tolerances.append(
          Tolerance.laneDot(
            count: columns, magnitude: products.reduce(0) { $0 + $1.magnitude }))
      }
      expectScalars(of: a.rowDots(b), near: values, within: tolerances)
    }
  }
}
