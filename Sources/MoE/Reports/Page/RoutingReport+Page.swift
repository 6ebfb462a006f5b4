import Foundation

extension RoutingReport {
  /// The report as one page of HTML that needs nothing else: no other file, no network.
  ///
  /// It follows the reader's light or dark setting, fits narrow windows, and can be used without a
  /// mouse: in the text, arrow keys go from token to token.
  ///
  /// - Returns: The page; the same for the same report, to the byte.
  public func html() -> String { ReportPage(report: self).html }

  /// Writes the page to a file, whole or not at all.
  ///
  /// - Parameter path: Where it is to be; what was there is replaced.
  /// - Throws: ``CheckpointError/unusable(file:reason:)``.
  public func write(to path: String) throws {
    let html = html()
    try WholeFile.write(to: path) { try $0.write(contentsOf: Array(html.utf8)) }
  }
}

/// The page of a report.
struct ReportPage {
  let report: RoutingReport

  /// The whole of it.
  var html: String {
    let sections = self.sections.filter { !$0.body.isEmpty }
    let links = sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" }.joined()
    let title = ReportEscape.html(report.title.isEmpty ? "Routing" : report.title)
    let bodies = sections.map {
      "<section id=\"\($0.id)\" aria-labelledby=\"\($0.id)-title\">"
        + "<h2 id=\"\($0.id)-title\">\($0.title)</h2>\n<p class=\"quiet\">\($0.introduction)</p>\n"
        + "\($0.body)</section>\n"
    }.joined()
    // Whatever a text might smuggle in, nothing may be fetched.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      + "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n"
      + "<title>\(title)</title>\n<style>\n\(ReportStyle.text)\n</style>\n</head>\n<body>\n"
      + "<header><h1>\(title)</h1>\n<p class=\"facts\">\(facts)</p>\n\(findings)\n</header>\n"
      + "<nav aria-label=\"Sections\"><ul>\(links)</ul></nav>\n<main>\n\(hatching)\n\(bodies)</main>\n"
      + data + "<script>\n\(ReportScript.text)\n</script>\n</body>\n</html>\n"
  }

  private var facts: String {
    var parts = [
      ReportNumber.count(report.tokenCount, "token"),
      ReportNumber.count(report.layers.count, "layer"),
    ]
    let counts = Set(report.layers.map(\.expertCount)).sorted()
    if let least = counts.first, let most = counts.last {
      parts.append(
        least == most ? ReportNumber.count(most, "expert") : "\(least) to \(most) experts")
    }
    if !report.groups.isEmpty { parts.append(ReportNumber.count(report.groups.count, "group")) }
    if !report.steps.isEmpty { parts.append(ReportNumber.count(report.steps.count, "step")) }
    return parts.joined(separator: " · ")
  }

  private var findings: String {
    let findings = report.findings
    let isCalm = findings.count == 1 && findings[0].hasPrefix("Nothing")
    func list(_ part: ArraySlice<String>) -> String {
      part.map { "<li>\(ReportEscape.html($0))</li>" }.joined()
    }
    let limit = 8
    var items = list(findings.prefix(limit))
    if findings.count > limit {
      items +=
        "<li><details><summary>\(findings.count - limit) more</summary>"
        + "<ul>\(list(findings.dropFirst(limit)))</ul></details></li>"
    }
    return
      "<ul class=\"findings\(isCalm ? " calm" : "")\" aria-label=\"What stands out\">\(items)</ul>"
  }

  /// The pattern of what found no room.
  private var hatching: String {
    "<svg width=\"0\" height=\"0\" aria-hidden=\"true\" style=\"position:absolute\"><pattern "
      + "id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
      + "<path class=\"hatching\" d=\"M-1 7L7 -1\"/></pattern></svg>"
  }

  private var data: String {
    guard report.shown.count > 0, !report.layers.isEmpty else { return "" }
    return
      "<script type=\"application/json\" id=\"data\">\(ReportData(report: report).json)</script>\n"
  }

  /// One part of the page; without a body it is left out.
  struct Section {
    let id: String
    let title: String
    let introduction: String
    let body: String
  }

  private var sections: [Section] {
    [load, text, groups, coactivation, transitions, curves]
  }

  /// Whether heat maps have so many columns that few stand side by side.
  var isWide: Bool { report.layers.contains { $0.expertCount > 14 } }

  /// With how many layers a figure of each is folded away but for the first.
  static let foldLimit = 6

  /// The figures of layers side by side, or below each other in folds where they are many.
  func figures(_ figures: [(title: String, html: String)], isWide: Bool = false) -> String {
    guard !figures.isEmpty else { return "" }
    guard figures.count > ReportPage.foldLimit else {
      return "<div class=\"grid\(isWide ? " wide" : "")\">\(figures.map(\.html).joined())</div>\n"
    }
    return "<div class=\"grid\(isWide ? " wide" : "")\">"
      + figures.enumerated().map { place, figure in
        "<details class=\"layer\"\(place == 0 ? " open" : "")><summary>"
          + "\(ReportEscape.html(figure.title))</summary>\(figure.html)</details>"
      }.joined() + "</div>\n"
  }
}
