/// Bars, columns and curves of block characters.
package enum TextMarks {
  private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// A bar to an eighth of a column, with a line where another number would end.
  ///
  /// - Parameters:
  ///   - value: From 0 to 1; what is outside is cut.
  ///   - mark: Where the line stands, from 0 to 1.
  ///   - width: The columns of a bar of 1.
  /// - Returns: As many columns, spaces behind the bar included.
  package static func bar(_ value: Double, mark: Double?, width: Int) -> String {
    let value = value.isFinite ? min(max(value, 0), 1) : 0
    let units = Int((value * Double(width * 8)).rounded())
    // Something is never drawn as nothing.
    let parts = value > 0 ? max(units, 1) : 0
    var cells = Array(repeating: Character("█"), count: parts / 8)
    if parts % 8 > 0 { cells.append(eighths[parts % 8 - 1]) }
    let filled = cells.count
    cells += Array(repeating: " ", count: max(0, width - filled))
    if let mark, width > 0 {
      let place = min(width - 1, max(0, Int(mark * Double(width))))
      cells[place] = place < filled ? "┃" : "│"
    }
    return String(cells)
  }

  /// One column a number, as high as it is beside the largest; a point where it is zero.
  package static func columns(_ values: some Sequence<Double>, maximum: Double) -> String {
    String(
      values.map { value -> Character in
        guard value > 0, maximum > 0 else { return "·" }
        return heights[min(7, Int(value / maximum * 8))]
      })
  }

  /// A curve in one line, from its smallest to its largest number; blank where a number is missing.
  package static func curve(_ values: [Double?]) -> String {
    let known = values.compactMap(\.self)
    guard let low = known.min(), let high = known.max() else { return "" }
    return String(
      values.map { value -> Character in
        guard let value else { return " " }
        let part = (value - low) / (high - low) * 8
        // Numbers near the largest there are have a difference that is none.
        return high > low && part.isFinite ? heights[min(7, Int(part))] : heights[0]
      })
  }

  /// A share as one letter: a point for none, a digit for tenths, `X` for all.
  package static func digit(_ share: Double) -> Character {
    guard share > 0 else { return "·" }
    let tenth = Int((share * 10).rounded())
    return tenth >= 10 ? "X" : Character("\(tenth)")
  }
}
