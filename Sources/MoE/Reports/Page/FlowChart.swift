/// The way of tokens through the layers: a column a layer, a block a leading expert, and a ribbon
/// from each to those of the next layer.
struct FlowChart {
  let report: RoutingReport

  /// How many layers and experts are drawn at most.
  static let layerLimit = 8
  static let expertLimit = 24

  /// Whether there is a picture: more than one layer, and few enough of all.
  var isDrawn: Bool {
    (2...FlowChart.layerLimit).contains(report.layers.count)
      && report.layers.allSatisfy { $0.expertCount <= FlowChart.expertLimit }
      && report.layers.dropLast().contains { $0.transitions?.values.contains { $0 > 0 } ?? false }
  }

  private static let height = 1000.0
  private static let gap = 10.0

  /// The top and the height of each expert's block.
  private func blocks(_ layer: RoutingReport.Layer) -> [(top: Double, size: Double)] {
    let total = Double(max(1, layer.leads.reduce(0, +)))
    let leading = layer.leads.count { $0 > 0 }
    let room = FlowChart.height - FlowChart.gap * Double(max(0, leading - 1))
    var top = 0.0
    return layer.leads.map { count in
      let size = room * Double(count) / total
      defer { if count > 0 { top += size + FlowChart.gap } }
      return (top, size)
    }
  }

  /// The figure.
  var html: String {
    let layers = report.layers
    let columns = layers.map(blocks)
    let step = 1000.0 / Double(layers.count - 1)
    var ribbons = ""
    for number in layers.indices.dropLast() {
      guard let transitions = layers[number].transitions else { continue }
      ribbons += self.ribbons(
        transitions, from: columns[number], to: columns[number + 1], left: step * Double(number),
        width: step)
    }
    var marks = ""
    for number in layers.indices {
      let short = report.shortNames(layers[number].expertCount)
      let x = ReportNumber.fixed(100 * Double(number) / Double(layers.count - 1), 2)
      let isFirst = number == 0
      for (expert, block) in columns[number].enumerated() where block.size > 0 {
        let (top, size) = (
          ReportNumber.fixed(block.top / 10, 2), ReportNumber.fixed(block.size / 10, 2)
        )
        let offset = isFirst ? "0" : number == layers.count - 1 ? "-22" : "-11"
        marks +=
          "<g transform=\"translate(\(offset))\"><rect x=\"\(x)%\" y=\"\(top)%\" width=\"22\" "
          + "height=\"\(size)%\" fill=\"var(--t\(expert % 8))\"/></g>"
        // A block lower than its number has none.
        guard block.size > 32 else { continue }
        let middle = ReportNumber.fixed((block.top + block.size / 2) / 10, 2)
        let shift = isFirst ? "11" : number == layers.count - 1 ? "-11" : "0"
        marks +=
          "<text x=\"\(x)%\" y=\"\(middle)%\" dx=\"\(shift)\" dy=\".35em\" "
          + "text-anchor=\"middle\">\(ReportEscape.html(short[expert]))</text>"
      }
    }
    let names = layers.indices.map { "<span>\(ReportEscape.html(report.layerName($0)))</span>" }
    return "<figure class=\"flow\"><svg role=\"img\" aria-label=\"The way of tokens from expert to "
      + "expert, layer by layer; the tables below have the numbers\">"
      + "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\">\(ribbons)</svg>\(marks)</svg>"
      + "<div class=\"steps\">\(names.joined())</div>"
      + "<figcaption>Each block is the tokens that an expert leads, each ribbon those that go on to "
      + "an expert of the next layer. Ribbons have the colour of where they come from.</figcaption>"
      + "</figure>\n"
  }

  private func ribbons(
    _ transitions: RoutingReport.Matrix, from: [(top: Double, size: Double)],
    to: [(top: Double, size: Double)], left: Double, width: Double
  ) -> String {
    let total = max(1, transitions.values.reduce(0, +))
    var arrivals = to.map(\.top)
    // Ribbons leave a block in the order of where they go, and reach one in that of where they come
    // from, so that they cross no more than they must.
    let columnSums = to.indices.map { column in
      (0..<transitions.rowCount).reduce(0) { $0 + transitions[$1, column] }
    }
    var html = ""
    for row in 0..<transitions.rowCount {
      let sum = transitions.row(row).reduce(0, +)
      guard sum > 0 else { continue }
      var departure = from[row].top
      var path = ""
      for column in 0..<transitions.columnCount where transitions[row, column] > 0 {
        let count = transitions[row, column]
        let out = from[row].size * count / sum
        let into = columnSums[column] > 0 ? to[column].size * count / columnSums[column] : 0
        let (start, end) = (departure, arrivals[column])
        departure += out
        arrivals[column] += into
        // What is thinner than a hair is left out.
        guard count / total >= 0.002 else { continue }
        let p = ReportNumber.plain
        let middle = p(left + width / 2)
        path +=
          "M\(p(left)) \(p(start))C\(middle) \(p(start)) \(middle) \(p(end)) \(p(left + width)) "
          + "\(p(end))V\(p(end + into))C\(middle) \(p(end + into)) \(middle) \(p(start + out)) "
          + "\(p(left)) \(p(start + out))z"
      }
      html += "<path class=\"ribbon\" fill=\"var(--e\(row % 8))\" d=\"\(path)\"/>"
    }
    return html
  }
}
