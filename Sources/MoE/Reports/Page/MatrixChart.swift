/// A heat map of shares: a table with numbers where its columns are few, a map with a list of its
/// largest numbers where they are many.
struct MatrixChart {
  let title: String
  /// What it shows, in a sentence.
  let caption: String
  /// What rows and columns are called in one word each.
  let corner: String
  let rows: [String]
  let columns: [String]
  /// Names of columns for a table's head.
  let shortColumns: [String]
  /// Shares from 0 to 1.
  let shares: RoutingReport.Matrix

  /// With how many columns numbers are printed at most.
  static let tableLimit = 24
  /// How many experts have a row or a column at most: of more, the busiest.
  static let expertLimit = 48
  /// The number of shades above nothing.
  private static let shadeCount = 8

  /// The figure.
  var html: String {
    let isTable = columns.count <= MatrixChart.tableLimit
    let body = isTable ? table : map
    let caption = isTable ? self.caption : self.caption + " Point at a cell to read it."
    let heading = title.isEmpty ? "" : "<h3>\(ReportEscape.html(title))</h3>"
    return "<figure>\(heading)\(body)<figcaption>\(caption)</figcaption></figure>\n"
  }

  private func shade(_ share: Double, _ largest: Double) -> Int {
    guard share > 0, largest > 0 else { return 0 }
    let shade = Int((share / largest * Double(MatrixChart.shadeCount)).rounded(.up))
    return min(max(shade, 1), MatrixChart.shadeCount)
  }

  private var table: String {
    let largest = shares.values.max() ?? 0
    var html =
      "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"\(ReportEscape.html(title))\">"
      + "<table class=\"heat\"><thead><tr><th>\(ReportEscape.html(corner))</th>"
    for column in columns.indices {
      html +=
        "<th scope=\"col\" title=\"\(ReportEscape.html(columns[column]))\">"
        + "\(ReportEscape.html(shortColumns[column]))</th>"
    }
    html += "</tr></thead><tbody>"
    for row in rows.indices {
      html += "<tr>\(MatrixChart.rowHead(rows[row]))"
      for column in columns.indices {
        let share = shares[row, column]
        let percent = share * 100
        let text = share == 0 ? "·" : percent < 0.5 ? "&lt;1" : ReportNumber.fixed(percent, 0)
        html += "<td class=\"s\(shade(share, largest))\">\(text)</td>"
      }
      html += "</tr>"
    }
    return html + "</tbody></table></div>"
  }

  /// The head of a row, whose whole name is told where it may be cut.
  static func rowHead(_ name: String) -> String {
    let text = ReportEscape.html(name)
    return name.count > 10
      ? "<th scope=\"row\" title=\"\(text)\">\(text)</th>" : "<th scope=\"row\">\(text)</th>"
  }

  private var map: String {
    let largest = shares.values.max() ?? 0
    // Cells of one shade are one path, and neighbours in a row one rectangle of it.
    var paths = Array(repeating: "", count: MatrixChart.shadeCount + 1)
    for row in rows.indices {
      var start = 0
      for column in columns.indices {
        let own = shade(shares[row, column], largest)
        let isLast = column + 1 == columns.count
        guard isLast || shade(shares[row, column + 1], largest) != own else { continue }
        let width = column + 1 - start
        paths[own] += "M\(start) \(row)h\(width)v1h-\(width)z"
        start = column + 1
      }
    }
    let drawn = paths.indices.filter { !paths[$0].isEmpty }.map {
      "<path class=\"s\($0)\" d=\"\(paths[$0])\"/>"
    }.joined()
    let values = shares.values.map { ReportNumber.fixed($0 * 1000, 0) }.joined(separator: ",")
    let cell = rows.count > 40 ? 7 : 11
    let label = ReportEscape.html(title.isEmpty ? corner : title)
    let separator = "&#31;"
    return "<svg class=\"map\" role=\"img\" aria-label=\"\(label)\" "
      + "viewBox=\"0 0 \(columns.count) \(rows.count)\" preserveAspectRatio=\"none\" "
      + "style=\"height:\(rows.count * cell)px\" shape-rendering=\"crispEdges\" "
      + "data-values=\"\(values)\" "
      + "data-rows=\"\(rows.map { ReportEscape.html($0) }.joined(separator: separator))\" "
      + "data-names=\"\(columns.map { ReportEscape.html($0) }.joined(separator: separator))\">"
      + "\(drawn)</svg>" + largestList
  }

  private var largestList: String {
    let places = shares.largest(12) { rows[$0] != columns[$1] }
    guard !places.isEmpty else { return "" }
    var html =
      "<details><summary>The largest numbers</summary><table class=\"list\"><tbody>"
    for place in places {
      html +=
        "<tr><th scope=\"row\">\(ReportEscape.html(rows[place.row])) · "
        + "\(ReportEscape.html(columns[place.column]))</th>"
        + "<td>\(ReportNumber.percent(shares[place.row, place.column]))</td></tr>"
    }
    return html + "</tbody></table></details>"
  }
}
