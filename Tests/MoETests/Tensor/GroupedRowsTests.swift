import MoE
import Testing

@Suite struct GroupedRowsTests {
  let rows = GroupedRows([[0, 2], [], [1, 2, 2], []])

  @Test func groups() {
    #expect(rows.offsets == [0, 2, 2, 5, 5])
    #expect(rows.indices == [0, 2, 1, 2, 2])
    #expect(rows.groupCount == 4)
    #expect(rows.count == 5)
    #expect((0..<4).map { rows.positions(of: $0) } == [0..<2, 2..<2, 2..<5, 5..<5])
    #expect(rows.bounds == 0...2)
    #expect(rows == GroupedRows(offsets: [0, 2, 2, 5, 5], indices: [0, 2, 1, 2, 2]))
    #expect(rows != GroupedRows([[0, 2], [1, 2, 2], [], []]))
  }

  @Test func all() {
    #expect(GroupedRows.all(3) == GroupedRows([[0, 1, 2]]))
    #expect(GroupedRows.all(0) == GroupedRows([[]]))
    #expect(GroupedRows.all(0).groupCount == 1)
    #expect(GroupedRows.all(0).bounds == nil)
  }

  @Test func noGroups() {
    let none = GroupedRows([])
    #expect(none.offsets == [0])
    #expect(none.groupCount == 0)
    #expect(none.count == 0)
    #expect(none.bounds == nil)
  }

  @Test func someGroupsAlone() {
    #expect(rows[groups: 1..<3] == GroupedRows([[], [1, 2, 2]]))
    #expect(rows[groups: 0..<4] == rows)
    #expect(rows[groups: 2..<2] == GroupedRows([]))
    #expect(rows[groups: 3..<4] == GroupedRows([[]]))
  }

  @Test func traps() async {
    await #expect(processExitsWith: .failure) { _ = GroupedRows([[0]]).positions(of: 1) }
    await #expect(processExitsWith: .failure) { _ = GroupedRows([[0]]).positions(of: -1) }
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GroupedRows(offsets: [0, 3], indices: [1])
    }
    let error = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(error.contains(": GroupedRows: offsets [0, 3] against 1 indices\n"))
  }
}
