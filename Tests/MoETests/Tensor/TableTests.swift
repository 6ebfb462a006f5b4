import MoE
import Testing

/// Matrices of the rows of a table, and columns of them.
@Suite struct TableTests {
  @Test func rows() {
    #expect(Tensor(rows: [[1, 2], [3, 4], [5, 6]]) == [[1, 2], [3, 4], [5, 6]])
    #expect(Tensor(rows: []).shape == [0, 0])
    #expect(Tensor(rows: [[], []]).shape == [2, 0])
  }

  @Test func columns() {
    let table = Tensor((0..<24).map(Float.init), shape: [2, 3, 4])
    #expect(table[columns: 0..<4] == table)
    #expect(table[columns: 2..<2].shape == [2, 3, 0])
    let some = table[columns: 1..<3]
    #expect(some.shape == [2, 3, 2])
    #expect(some.scalarArray == [1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22])
    #expect(Tensor([1, 2, 3])[columns: 1..<2] == [2])
    #expect(Tensor(zeros: [0, 3])[columns: 0..<2].shape == [0, 2])
  }

  @Test func slipsTrap() async {
    await #expect(processExitsWith: .failure) { _ = Tensor(rows: [[1, 2], [3]]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 3])[columns: 1..<4] }
  }
}
