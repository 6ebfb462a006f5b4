/// Rows of text in aligned columns, under a line of headings.
package struct Table: Sendable {
  private let headings: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// A table without rows.
  ///
  /// - Parameter columns: The heading of each column and the side that its text stands at.
  package init(_ columns: [(heading: String, alignment: Alignment)]) {
    headings = columns.map(\.heading)
    alignments = columns.map(\.alignment)
  }

  /// Adds a row, of one cell a column.
  package mutating func add(_ cells: [String]) {
    precondition(
      cells.count == headings.count, "row of \(cells.count) cells in \(headings.count) columns")
    rows.append(cells)
  }

  /// The lines, indented by two spaces; the headings are left out where all of them are empty.
  package var lines: [String] {
    let all = headings.allSatisfy(\.isEmpty) ? rows : [headings] + rows
    let widths = headings.indices.map { column in
      all.map { displayWidth($0[column]) }.max() ?? 0
    }
    return all.map { row in
      let cells = row.indices.map { padded(row[$0], to: widths[$0], alignments[$0]) }
      var line = "  " + cells.joined(separator: "   ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
