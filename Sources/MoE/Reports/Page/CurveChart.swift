/// Numbers over steps: a line a layer where they are few, their range and mean where they are many.
struct CurveChart {
  let set: RoutingReport.CurveSet
  let first: Int
  let last: Int

  /// How many lines are drawn at most.
  static let lineLimit = 8
  /// How many places a line has at most.
  static let placeLimit = 240
  /// Dashes that tell lines apart without their colours.
  private static let dashes = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "1 3", "9 2 2 2 2 2"]

  /// The figure.
  var html: String {
    let ranges = set.series.compactMap(\.range)
    let least = ranges.map(\.lowerBound).min() ?? 0
    var high = set.most ?? ranges.map(\.upperBound).max() ?? 0
    // A loss that never comes near zero would be a flat line over it.
    let isFar = set.most == nil && !set.isShare && least > 0.4 * high
    let bottom = isFar ? least - 0.05 * (high - least) : min(least, 0)
    if high <= bottom { high = bottom + 1 }
    let lines =
      set.series.count <= CurveChart.lineLimit
      ? set.series.indices.map { line(set.series[$0], $0, bottom, high) }.joined()
      : band(bottom, high)
    let title = ReportEscape.html(set.title)
    let explanation =
      set.explanation.isEmpty ? "" : "<figcaption>\(set.explanation)</figcaption>"
    return "<figure><h3>\(title)</h3><div class=\"plot\"><div class=\"ends\">"
      + "<span>\(number(high))</span><span>\(number(bottom))</span></div>"
      + "<svg role=\"img\" aria-label=\"\(description)\">"
      + "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\">\(lines)</svg></svg>"
      + "<div class=\"steps\"><span>step \(first)</span><span>step \(last)</span></div></div>"
      + "\(legend)\(explanation)</figure>\n"
  }

  private func number(_ value: Double?) -> String {
    guard let value else { return "–" }
    return set.isShare ? ReportNumber.percent(value) : ReportNumber.short(value)
  }

  private var description: String {
    let parts = set.series.prefix(CurveChart.lineLimit).map {
      "\($0.name) from \(number($0.first)) to \(number($0.last))"
    }
    return ReportEscape.html(
      "\(set.title) over steps \(first) to \(last): " + parts.joined(separator: ", "))
  }

  /// The places of the numbers, joined where no number is missing.
  private func path(_ values: [Double?], _ low: Double, _ high: Double) -> String {
    var (path, isOn) = ("", false)
    for (place, value) in values.enumerated() {
      guard let value else {
        isOn = false
        continue
      }
      path += (isOn ? "L" : "M") + point(place, values.count, value, low, high)
      // A number alone has no line to it, and gets a short one.
      let isLast = place + 1 == values.count || values[place + 1] == nil
      if !isOn && isLast { path += values.count == 1 ? "h1000" : "h12" }
      isOn = true
    }
    return path
  }

  private func point(
    _ place: Int, _ count: Int, _ value: Double, _ low: Double, _ high: Double
  ) -> String {
    let x = count > 1 ? 1000 * Double(place) / Double(count - 1) : 0
    let y = 1000 - 1000 * (value - low) / (high - low)
    return "\(ReportNumber.plain(x)) \(ReportNumber.plain(min(max(y, 0), 1000)))"
  }

  private func line(
    _ series: ReportSeries, _ number: Int, _ low: Double, _ high: Double
  ) -> String {
    "<path class=\"curve\" stroke=\"var(--e\(number % 8))\" stroke-dasharray=\""
      + "\(CurveChart.dashes[number % 8])\" d=\"\(path(series.values, low, high))\"/>"
  }

  private func band(_ low: Double, _ high: Double) -> String {
    let count = set.series.first?.values.count ?? 0
    var (upper, lower): ([String], [String]) = ([], [])
    for place in 0..<count {
      let values = set.series.compactMap { $0.values[place] }
      guard let least = values.min(), let most = values.max() else { continue }
      upper.append(point(place, count, most, low, high))
      lower.append(point(place, count, least, low, high))
    }
    let outline = (upper + lower.reversed()).joined(separator: "L")
    return "<path class=\"band\" fill=\"var(--e0)\" d=\"M\(outline)z\"/>"
      + "<path class=\"curve\" stroke=\"var(--e0)\" d=\"\(path(means, low, high))\"/>"
  }

  private var means: [Double?] {
    (0..<(set.series.first?.values.count ?? 0)).map { place in
      let values = set.series.compactMap { $0.values[place] }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }

  private var legend: String {
    guard set.series.count <= CurveChart.lineLimit else {
      return "<ul class=\"legend\"><li>line: mean of \(set.series.count) layers, last "
        + "\(number(means.last ?? nil)); band: from the smallest to the largest</li></ul>"
    }
    let items = set.series.indices.map { index in
      let series = set.series[index]
      return "<li><svg aria-hidden=\"true\"><path class=\"curve\" stroke=\"var(--e\(index % 8))\" "
        + "stroke-dasharray=\"\(CurveChart.dashes[index % 8])\" d=\"M0 4h28\"/></svg>"
        + "\(ReportEscape.html(series.name)) \(number(series.first)) → \(number(series.last))</li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>"
  }
}

extension ReportNumber {
  /// A place in a drawing, to a tenth.
  static func plain(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
