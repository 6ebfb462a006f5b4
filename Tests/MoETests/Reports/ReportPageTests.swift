import Foundation
import MoE
import Testing

/// Reports as pages: whole, harmless and small.
@Suite struct ReportPageTests {
  /// The tags of a page that are not closed, or closed where they were not open; those of scripts
  /// and styles end at their own end.
  static func faults(in page: String) -> [String] {
    let alone: Set = [
      "!doctype", "meta", "br", "input", "path", "rect", "line",
    ]
    var (open, faults): ([String], [String]) = ([], [])
    var rest = page[...]
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else { return faults + ["no end"] }
      let tag = rest[rest.index(after: start)..<end]
      let name = tag.prefix { !$0.isWhitespace }.lowercased()
      rest = rest[rest.index(after: end)...]
      if name.hasPrefix("/") {
        if open.last == String(name.dropFirst()) {
          open.removeLast()
        } else {
          faults.append("\(name) in \(open.last ?? "nothing")")
        }
      } else if name == "script" || name == "style" {
        guard let end = rest.range(of: "</\(name)>") else { return faults + ["no end of \(name)"] }
        rest = rest[end.upperBound...]
      } else if !tag.hasSuffix("/"), !alone.contains(name) {
        open.append(name)
      }
    }
    return faults + open
  }

  @Test func everyPageIsWholeAndNeedsNothingElse() throws {
    for (name, report) in try ReportCases.all() {
      let page = report.html()
      #expect(Self.faults(in: page) == [], "\(name)")
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"), "\(name)")
      // The style and the script are ours; what is of the report stands around them.
      let own = page.replacing(ReportStyle.text, with: "").replacing(ReportScript.text, with: "")
      for part in ["http:", "https:", "=\"//", "url(//", "src=\"", "@import", "<link", "<iframe"] {
        #expect(!own.contains(part) || name == "hostile", "\(part) in \(name)")
      }
      for part in ["http:", "https:", "@import", "fetch(", "innerHTML", "eval("] {
        #expect(!ReportStyle.text.contains(part) && !ReportScript.text.contains(part))
      }
      for part in ["=\"nan", "NaN", "inf%", "undefined", "\"−"] {
        #expect(!own.contains(part), "\(part) in \(name)")
      }
      let controls = page.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" }
      #expect(controls.isEmpty, "\(name)")
    }
  }

  @Test func theSameReportIsTheSamePage() throws {
    let (first, second) = (try ReportCases.all(), try ReportCases.all())
    for (one, other) in zip(first, second) {
      #expect(one.report.html() == other.report.html(), "\(one.name)")
      #expect(one.report.text() == other.report.text(), "\(one.name)")
    }
  }

  @Test func textsDoNoHarm() throws {
    let page = try #require(try ReportCases.all().first { $0.name == "hostile" }).report.html()
    for part in ["<svg onload", "<img", "<script>1", "\u{202E}", "\u{1B}", "<!--"] {
      #expect(!page.contains(part), "\(part)")
    }
    // One for the numbers, one for the script.
    #expect(page.ranges(of: "</script>").count == 2)
    #expect(page.contains("&lt;img src=x onerror=&#39;alert(1)&#39;&gt;"))
    let data = try Self.data(of: page)
    let vocabulary = try #require(data["vocabulary"] as? [String])
    #expect(vocabulary.contains("</script><svg onload=alert(1)>"))
    #expect(vocabulary.contains("👩‍👩‍👧 é 漢字") && vocabulary.contains("‹202E›gnal"))
    #expect(vocabulary.contains("∅") && vocabulary.contains("↵") && vocabulary.contains("⇥"))
  }

  /// What the script of a page reads.
  static func data(of page: String) throws -> [String: Any] {
    let start = try #require(page.range(of: "id=\"data\">"))
    let end = try #require(page[start.upperBound...].range(of: "</script>"))
    let json = page[start.upperBound..<end.lowerBound]
    return try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  /// Packed numbers.
  static func numbers(_ packed: Any?) throws -> [Int] {
    let fields = try #require(packed as? [String: Any])
    let width = try #require(fields["width"] as? Int)
    let text = try #require(fields["bytes"] as? String)
    let bytes = try #require(Data(base64Encoded: text))
    return stride(from: 0, to: bytes.count, by: width).map { start in
      (0..<width).reduce(0) { $0 + Int(bytes[start + $1]) << (8 * $1) }
    }
  }

  @Test func theScriptReadsWhatTheRoutesAre() throws {
    let data = try Self.data(of: ReportCases.knownReport().html())
    #expect(data["count"] as? Int == 4)
    let layers = try #require(data["layers"] as? [[String: Any]])
    #expect(try Self.numbers(layers[0]["counts"]) == [2, 2, 2, 2])
    #expect(try Self.numbers(layers[0]["routes"]) == [0, 1, 0, 2, 1, 0, 0, 1])
    #expect(try Self.numbers(data["groupOf"]) == [0, 1, 0, 1])
    let largest = try #require(layers[0]["largest"] as? Double)
    let weights = try Self.numbers(layers[0]["weights"]).map { Double($0) / 65_535 * largest }
    for (weight, own) in zip(weights, [0.75, 0.25, 0.5, 0.25, 0.875, 0.125, 0.5, 0.5]) {
      // Half a step of sixteen bits of the largest.
      #expect(abs(weight - own) <= 0.5 / 65_535 * 0.875 + 1e-7)
    }
    #expect(layers[0]["outcomes"] == nil)
    #expect(try Self.numbers(["width": 2, "bytes": "AAH/fw=="]) == [256, 32_767])
  }

  @Test func manyTokensAreAFewMegabytes() throws {
    let count = 100_000
    let routing = ReportCases.many(tokens: count, experts: 16, slots: 2, seed: 3)
    var report = RoutingReport(tokenLimit: 90_000)
    try report.add(
      [routing, routing], tokens: (0..<count).map { "word\($0 % 5000)" },
      groups: (0..<count).map { "group \($0 % 7)" })
    let page = report.html()
    // Two layers: two routes of three bytes and a count, in base64; two bytes of the word, one of
    // the group; and 5,000 words of some ten bytes.
    let bytes = 90_000 * (2 * (2 * 3 + 1) + 3) * 4 / 3 + 5000 * 12
    #expect(page.utf8.count < bytes + 100_000)
    #expect(page.contains("The first 90,000 of 100,000 tokens are shown."))
    #expect(report.layers[0].load.reduce(0, +) == 2 * count)
  }

  @Test func columnsOfManyExpertsAreFewCharacters() throws {
    let layers = (0..<6).map {
      ReportCases.many(tokens: 64, experts: 256, slots: 8, seed: UInt64($0))
    }
    var report = RoutingReport()
    try report.add(layers)
    let page = report.html()
    #expect(Self.faults(in: page) == [])
    #expect(page.utf8.count < 500_000)
    #expect(page.contains("The 48 busiest of 256 experts."))
  }

  @Test func isWrittenWholeOrNotAtAll() throws {
    let report = try ReportCases.knownReport()
    try withTemporaryFile { file in
      try report.write(to: file)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == report.html())
    }
    #expect(throws: CheckpointError.self) { try report.write(to: "/no/such/folder/page.html") }
  }
}
