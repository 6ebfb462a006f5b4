extension RoutingReport {
  /// Numbers in rows and columns, row by row.
  public struct Matrix: Sendable, Hashable, Codable {
    /// The number of rows.
    public private(set) var rowCount: Int
    /// The number of columns.
    public let columnCount: Int
    /// The numbers, row by row.
    public internal(set) var values: [Double]

    /// A matrix of zeros.
    init(rowCount: Int, columnCount: Int) {
      self.rowCount = rowCount
      self.columnCount = columnCount
      values = Array(repeating: 0, count: rowCount * columnCount)
    }

    /// A number; one that does not exist traps.
    ///
    /// - Parameters:
    ///   - row: Its row.
    ///   - column: Its column.
    public internal(set) subscript(row: Int, column: Int) -> Double {
      get { values[row * columnCount + column] }
      set { values[row * columnCount + column] = newValue }
    }

    /// The numbers of a row; one that does not exist traps.
    ///
    /// - Parameter row: The row.
    /// - Returns: As many numbers as there are columns.
    public func row(_ row: Int) -> ArraySlice<Double> {
      values[row * columnCount..<(row + 1) * columnCount]
    }

    /// Each number over the sum of its row; zeros in a row that has nothing.
    public var rowShares: Matrix {
      var shares = self
      for row in 0..<rowCount {
        let total = self.row(row).reduce(0, +)
        for column in 0..<columnCount {
          shares[row, column] = total > 0 ? self[row, column] / total : 0
        }
      }
      return shares
    }

    /// Adds rows of zeros until there are so many.
    mutating func grow(toRowCount count: Int) {
      guard count > rowCount else { return }
      values += Array(repeating: 0, count: (count - rowCount) * columnCount)
      rowCount = count
    }

    /// Some rows and columns, in the order given.
    func picking(rows: [Int], columns: [Int]) -> Matrix {
      var picked = Matrix(rowCount: rows.count, columnCount: columns.count)
      for (place, row) in rows.enumerated() {
        for (column, source) in columns.enumerated() { picked[place, column] = self[row, source] }
      }
      return picked
    }

    /// The places of the largest numbers above zero, the largest first; of equal ones the first.
    func largest(_ count: Int, where isIncluded: (Int, Int) -> Bool = { _, _ in true })
      -> [(row: Int, column: Int)]
    {
      var places: [Int] = []
      for row in 0..<rowCount {
        for column in 0..<columnCount where self[row, column] > 0 && isIncluded(row, column) {
          places.append(row * columnCount + column)
        }
      }
      places.sort { (values[$1], $0) < (values[$0], $1) }
      return places.prefix(count).map { ($0 / columnCount, $0 % columnCount) }
    }
  }
}

extension RoutingReport.Layer {
  /// Of the tokens that an expert takes, the share that another takes too: a row the one, a column
  /// the other; on the diagonal 1, or 0 for an expert without tokens.
  public var coactivationShares: RoutingReport.Matrix? {
    guard var shares = coactivation else { return nil }
    for row in 0..<expertCount {
      let own = shares[row, row]
      for column in 0..<expertCount where own > 0 { shares[row, column] /= own }
    }
    return shares
  }
}
