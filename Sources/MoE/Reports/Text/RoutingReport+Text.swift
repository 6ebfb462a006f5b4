extension RoutingReport {
  /// The report for a terminal: bars, heat maps and curves of characters.
  ///
  /// - Parameter width: How many columns a line has at most; fewer than 30 count as 30.
  /// - Returns: Lines, each with its end; the same for the same report.
  public func text(width: Int = 80) -> String {
    var drawing = TextDrawing(report: self, width: max(width, 30))
    drawing.draw()
    return drawing.lines.map { line in
      var line = line[...]
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

/// The lines of a report as they are drawn.
struct TextDrawing {
  let report: RoutingReport
  let width: Int
  private(set) var lines: [String] = []

  init(report: RoutingReport, width: Int) {
    self.report = report
    self.width = width
  }

  mutating func add(_ line: String) { lines.append(TextColumns.cut(line, to: width)) }

  mutating func add(wrapping text: String, indent: Int = 0) {
    for line in TextColumns.wrapped(text, to: width, indent: indent) { add(line) }
  }

  mutating func draw() {
    add(wrapping: TextColumns.visible(report.title))
    let layers = ReportNumber.count(report.layers.count, "layer")
    add(wrapping: "\(ReportNumber.count(report.tokenCount, "token")) through \(layers)")
    add("")
    let findings = report.findings
    for finding in findings.prefix(TextDrawing.findingLimit) {
      add(wrapping: "! " + TextColumns.visible(finding), indent: 2)
    }
    if findings.count > TextDrawing.findingLimit {
      add("  (\(findings.count - TextDrawing.findingLimit) more)")
    }
    for layer in report.layers.indices {
      addLoad(layer)
      addGroups(layer)
      addPairs(layer)
    }
    addCurves()
  }

  /// How many findings are listed at most.
  static let findingLimit = 20

  /// A name of someone's as a column.
  func name(_ text: String, _ width: Int) -> String {
    TextColumns.padded(TextColumns.visible(text), to: width)
  }
}

// MARK: - Load

extension TextDrawing {
  private mutating func addLoad(_ number: Int) {
    let layer = report.layers[number]
    let balance = layer.balance
    add("")
    add(
      wrapping: TextColumns.visible(report.layerName(number)) + ": "
        + "\(ReportNumber.fixed(layer.expertsPerToken, 1)) of \(layer.expertCount) experts a token, "
        + "variation \(ReportNumber.fixed(balance.coefficientOfVariation, 2)), entropy "
        + "\(ReportNumber.fixed(balance.normalizedEntropy, 2)), "
        + "dropped \(ReportNumber.percent(balance.droppedShare))", indent: 2)
    let shares = layer.shares
    let most = max(shares.max() ?? 0, layer.evenShare)
    guard layer.expertCount <= TextDrawing.barLimit else { return addColumns(layer, shares, most) }
    let names = (0..<layer.expertCount).map { TextColumns.visible(report.expertName($0)) }
    let column = min(names.map(TextColumns.width).max() ?? 0, width / 3)
    for expert in 0..<layer.expertCount {
      let bar = TextMarks.bar(
        most > 0 ? shares[expert] / most : 0, mark: most > 0 ? layer.evenShare / most : nil,
        width: max(1, width - column - 12))
      let value =
        layer.alwaysOnExperts.contains(expert)
        ? "always"
        : layer.disabledExperts.contains(expert)
          ? "off" : layer.load[expert] == 0 ? "dead" : ReportNumber.percent(shares[expert])
      add(
        "  " + name(names[expert], column) + " " + bar + " "
          + TextColumns.padded(value, to: 6, isNumber: true))
    }
    let what = layer.sharesAreOfWeights ? "weight" : "routes"
    add(wrapping: "  share of the \(what); the line is the even share", indent: 2)
  }

  /// Up to how many experts each has a bar of its own.
  static let barLimit = 24

  private mutating func addColumns(
    _ layer: RoutingReport.Layer, _ shares: [Double], _ most: Double
  ) {
    let label = "\(layer.expertCount)".count
    let count = width - label - 4
    for start in stride(from: 0, to: layer.expertCount, by: count) {
      let end = min(start + count, layer.expertCount)
      add(
        "  " + TextColumns.padded("\(start)", to: label, isNumber: true) + " "
          + TextMarks.columns(shares[start..<end], maximum: most))
    }
    add(
      wrapping: "  highest \(ReportNumber.percent(most)), even share "
        + "\(ReportNumber.percent(layer.evenShare, 2)); · took nothing", indent: 2)
    if !layer.deadExperts.isEmpty {
      add(
        wrapping: "  dead: " + TextColumns.visible(report.experts(layer.deadExperts)), indent: 4)
    }
  }
}

// MARK: - Groups

extension TextDrawing {
  private mutating func addGroups(_ number: Int) {
    let layer = report.layers[number]
    guard !report.groups.isEmpty else { return }
    let rows = report.largestGroups(TextDrawing.groupLimit)
    let names = rows.map { TextColumns.visible(report.groups[$0].name) }
    let column = min(max(6, names.map(TextColumns.width).max() ?? 0), width / 4)
    let shares = rows.map { layer.shares(ofGroup: $0) }
    let most = shares.joined().max() ?? 0
    let isMany = layer.expertCount > TextDrawing.barLimit
    let room = width - column - 3
    let cell = room / max(layer.expertCount, 1) >= 5 ? 5 : 1
    let scale =
      cell > 1
      ? "percent of its tokens' routes"
      : isMany
        ? "height is the share of its routes, \(ReportNumber.percent(most)) the highest"
        : "tenths of its tokens' routes, X for all"
    add("")
    add(wrapping: "  by group: " + scale, indent: 4)
    let short = report.shortNames(layer.expertCount)
    let perBlock = max(1, room / cell)
    for start in stride(from: 0, to: layer.expertCount, by: perBlock) {
      let experts = start..<min(start + perBlock, layer.expertCount)
      let heading = experts.map { expert in
        cell > 1
          ? TextColumns.padded(TextColumns.visible(short[expert]), to: cell, isNumber: true)
          : String("\(expert)".suffix(1))
      }
      add("  " + TextColumns.padded("", to: column) + " " + heading.joined())
      for (place, text) in names.enumerated() {
        let own = shares[place][experts]
        let cells =
          cell > 1
          ? own.map(TextDrawing.percent).joined()
          : isMany ? TextMarks.columns(own, maximum: most) : String(own.map(TextMarks.digit))
        add("  " + name(text, column) + " " + cells)
      }
    }
    if rows.count < report.groups.count {
      add("  (the \(rows.count) largest of \(report.groups.count) groups)")
    }
  }

  /// A share as a cell of five columns.
  private static func percent(_ share: Double) -> String {
    let percent = share > 0 ? ReportNumber.fixed(share * 100, 0) : "·"
    return TextColumns.padded(percent, to: 5, isNumber: true)
  }

  /// How many groups are listed at most.
  static let groupLimit = 20
}

// MARK: - Pairs

extension TextDrawing {
  private mutating func addPairs(_ number: Int) {
    let layer = report.layers[number]
    if !layer.isDense, let counts = layer.coactivation, let shares = layer.coactivationShares {
      let pairs = counts.largest(3) { $0 < $1 }
      if !pairs.isEmpty {
        add("")
        add(wrapping: "  most often together, of the tokens of the one", indent: 4)
      }
      for pair in pairs {
        let share = max(shares[pair.row, pair.column], shares[pair.column, pair.row])
        addPair(pair.row, " + ", pair.column, counts[pair.row, pair.column], share)
      }
    }
    guard let counts = layer.transitions else { return }
    let pairs = counts.largest(3)
    let shares = counts.rowShares
    guard !pairs.isEmpty else { return }
    add("")
    add(
      wrapping: "  most often next, of the tokens led, in "
        + TextColumns.visible(report.layerName(number + 1)), indent: 4)
    for pair in pairs {
      addPair(
        pair.row, " → ", pair.column, counts[pair.row, pair.column], shares[pair.row, pair.column])
    }
  }

  private mutating func addPair(
    _ from: Int, _ sign: String, _ to: Int, _ count: Double, _ share: Double
  ) {
    let names = TextColumns.visible(report.expertName(from) + sign + report.expertName(to))
    let tokens = ReportNumber.count(Int(count), "token")
    let percent = TextColumns.padded(ReportNumber.percent(share, 0), to: 4, isNumber: true)
    add("    " + name(names, min(26, width / 2)) + " \(percent), \(tokens)")
  }
}

// MARK: - Curves

extension TextDrawing {
  private mutating func addCurves() {
    guard let first = report.steps.first, let last = report.steps.last else { return }
    add("")
    add("steps \(first.step) to \(last.step)")
    let places = max(8, width - 36)
    for set in report.curves(places: places) {
      func number(_ value: Double?) -> String {
        guard let value else { return "–" }
        return set.isShare ? ReportNumber.percent(value) : ReportNumber.short(value)
      }
      let isOne = set.series.count == 1 && set.title == set.series[0].name
      if !isOne { add("  " + TextColumns.visible(set.title)) }
      for series in set.series.prefix(TextDrawing.curveLimit) {
        add(
          (isOne ? "  " : "    ") + name(series.name, isOne ? 16 : 14) + " "
            + TextColumns.padded(
              TextMarks.curve(series.values), to: min(places, report.steps.count))
            + " \(number(series.first)) → \(number(series.last))")
      }
      if set.series.count > TextDrawing.curveLimit {
        add("    (\(set.series.count - TextDrawing.curveLimit) more layers)")
      }
    }
  }

  /// How many layers have a curve at most.
  static let curveLimit = 8
}

extension RoutingReport {
  /// The groups with the most tokens, in the order in which they first came.
  func largestGroups(_ count: Int) -> [Int] {
    let order = groups.indices.sorted {
      (groups[$1].tokenCount, $0) < (groups[$0].tokenCount, $1)
    }
    return order.prefix(count).sorted()
  }
}
