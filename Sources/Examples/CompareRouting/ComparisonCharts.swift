import ExampleSupport

/// The shares of experts as bars, with the even share as a line.
struct ShareBars {
  let shares: [Double]
  /// An expert that is hatched.
  var marked: Int?

  /// The picture.
  var svg: String {
    guard !shares.isEmpty else { return "" }
    let (width, height) = (12.0, 36.0)
    let even = 1 / Double(shares.count)
    // The even share stands at half of the height, or lower where one has much more.
    let top = max(2 * even, shares.max() ?? 0)
    let bars = shares.enumerated().map { expert, share in
      let size = share / top * height
      return "<rect x=\"\(number(Double(expert) * width + 1))\" y=\"\(number(height - size))\" "
        + "width=\"\(number(width - 2))\" height=\"\(number(max(size, 0.6)))\""
        + "\(expert == marked ? " class=\"marked\"" : "")/>"
    }
    let line = height - even / top * height
    let whole = width * Double(shares.count)
    let texts = shares.map { format(share: $0) }.joined(separator: ", ")
    return
      "<svg class=\"shares\" role=\"img\" width=\"\(number(whole))\" height=\"\(number(height))\" "
      + "viewBox=\"0 0 \(number(whole)) \(number(height))\"><title>\(texts)</title>"
      + bars.joined()
      + "<line x1=\"0\" x2=\"\(number(whole))\" y1=\"\(number(line))\" y2=\"\(number(line))\"/></svg>"
  }
}

/// The accuracy of each strategy as a point with its spread.
struct AccuracyChart {
  let results: [StrategyResult]

  /// The picture.
  var svg: String {
    guard !results.isEmpty else { return "" }
    let sorted = results.sorted { $0.accuracy.mean > $1.accuracy.mean }
    let low = sorted.map { $0.accuracy.mean - $0.accuracy.deviation }.min() ?? 0
    let high = sorted.map { $0.accuracy.mean + $0.accuracy.deviation }.max() ?? 1
    // Whole percents around all points.
    let (start, end) = (
      (low * 100).rounded(.down), max((high * 100).rounded(.up), (low * 100).rounded(.down) + 1)
    )
    let (names, plot, value, row) = (150.0, 330.0, 70.0, 22.0)
    func place(_ share: Double) -> Double {
      names + min(1, max(0, (share * 100 - start) / (end - start))) * plot
    }
    let step = max(1, ((end - start) / 6).rounded(.up))
    let ticks = stride(from: start, through: end, by: step)
    let bottom = row * Double(sorted.count)
    var parts = ticks.map { tick in
      let x = number(place(tick / 100))
      return "<line class=\"grid\" x1=\"\(x)\" x2=\"\(x)\" y1=\"0\" y2=\"\(number(bottom))\"/>"
        + "<text class=\"tick\" x=\"\(x)\" y=\"\(number(bottom + 16))\">\(Int(tick))%</text>"
    }
    for (index, result) in sorted.enumerated() {
      let y = row * (Double(index) + 0.5)
      let spread = result.accuracy
      let (from, to) = (
        place(spread.mean - spread.deviation), place(spread.mean + spread.deviation)
      )
      parts.append(
        "<text x=\"\(number(names - 12))\" y=\"\(number(y + 4.5))\" class=\"name\">"
          + "\(escaped(result.strategy))</text>"
          + "<line class=\"spread\" x1=\"\(number(from))\" x2=\"\(number(to))\" y1=\"\(number(y))\" "
          + "y2=\"\(number(y))\"/>"
          + "<circle cx=\"\(number(place(spread.mean)))\" cy=\"\(number(y))\" r=\"4.5\"/>"
          + "<text class=\"value\" x=\"\(number(names + plot + 14))\" y=\"\(number(y + 4.5))\">"
          + "\(format(share: spread.mean))</text>")
    }
    let width = names + plot + value
    return "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 \(number(width)) "
      + "\(number(bottom + 24))\"><title>Accuracy of each strategy, best first</title>"
      + parts.joined(separator: "\n") + "</svg>"
  }
}

/// A number with at most two digits after the point, as pictures need it.
private func number(_ value: Double) -> String {
  let rounded = (value * 100).rounded() / 100
  return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
}

/// How the page looks, in light and in dark.
enum ComparisonStyle {
  /// The style sheet.
  static let text = """
    :root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --soft: #5b6470;
      --line: #d5dae0; --mark: #0b62b0; --even: #a04000; }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #14171b; --ink: #e7eaee; --soft: #a3adb8; --line: #333a42;
        --mark: #6db3f2; --even: #ffb074; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink);
      font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 1160px; margin: 0 auto; padding: 16px; }
    h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; }
    h3 { font-size: 1.05rem; margin: 1.6rem 0 0.5rem; }
    .note { color: var(--soft); font-size: 0.85rem; }
    li { margin-bottom: 0.5rem; max-width: 75ch; } p { max-width: 75ch; }
    .scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid var(--mark); }
    table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; vertical-align: top; padding: 6px 10px;
      border-bottom: 1px solid var(--line); }
    th { font-weight: 600; color: var(--soft); white-space: nowrap; }
    td.number, th.number { text-align: right; white-space: nowrap; }
    td:first-child { min-width: 190px; }
    svg.shares { display: block; } svg.shares rect { fill: var(--mark); }
    svg.shares rect.marked { fill: var(--ground); stroke: var(--even); stroke-width: 1.5;
      stroke-dasharray: 2 1.5; }
    svg.shares line { stroke: var(--even); stroke-width: 1; stroke-dasharray: 3 2; }
    svg.chart { width: 100%; max-width: 720px; height: auto; }
    svg.chart text { fill: var(--ink); font-size: 13px; }
    svg.chart .name { text-anchor: end; } svg.chart .tick { text-anchor: middle; fill: var(--soft); }
    svg.chart .grid { stroke: var(--line); } svg.chart circle { fill: var(--mark); }
    @media (max-width: 600px) { svg.chart text { font-size: 17px; } }
    svg.chart .spread { stroke: var(--mark); stroke-width: 2; opacity: 0.55; }
    """
}
