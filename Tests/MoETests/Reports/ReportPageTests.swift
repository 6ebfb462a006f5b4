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

  /// Sets and dictionaries have an order that is another in each process, and in each that is built
  /// otherwise: what is drawn of them is sorted.
  @Test func theOrderOfAPageIsThatOfNames() throws {
    let names = (0..<26).map { "metric \($0 * 7 % 26 + 10)" }
    let off = Set(0..<30)
    func report(_ names: [String]) throws -> RoutingReport {
      var report = RoutingReport()
      let logits = Tensor(zeros: [40, 60])
      let experts = (0..<40).flatMap { token -> [Int32] in [Int32(token % 5 + 30), 58, 59] }
      let routing = Routing(
        selection: Selection(
          logits: logits, scores: logits, selected: SelectedExperts(experts, slotCount: 3)),
        weights: Tensor(repeating: 1, shape: [40, 3]), alwaysOnCount: 2, disabledExperts: off)
      try report.add([routing])
      for step in 0..<3 {
        // Those that are given first, and those that are taken away again, change the order.
        var metrics: [String: Double] = [:]
        for name in names + (0..<100).map({ "other \($0)" }) { metrics[name] = 1 }
        for name in names.suffix(7) { report.addStep(3 * step, [], metrics: [name: 2]) }
        report.addStep(3 * step + 1, [routing], metrics: metrics.filter { names.contains($0.key) })
      }
      return report
    }
    let (first, second) = (try report(names), try report(names.sorted().reversed()))
    #expect(Self.titles(of: first.html()) == names.sorted())
    #expect(Self.titles(of: second.html()) == names.sorted())
    #expect(first.layers[0].disabledExperts == off.sorted())
    #expect(first.layers[0].alwaysOnExperts == [58, 59])
    let lines = first.text().split(separator: "\n").filter { $0.hasPrefix("  metric ") }
    #expect(lines.map { String($0.dropFirst(2).prefix(9)) } == names.sorted())
  }

  /// The titles of the curves of metrics, in their order.
  private static func titles(of page: String) -> [String] {
    page.matches(of: #/<h3>(metric \d+)<\/h3>/#).map { String($0.1) }
  }

  /// Weights below zero come back with their signs.
  @Test func theScriptReadsWeightsBelowZero() throws {
    var report = RoutingReport()
    let weights: [[Float]] = [[-0.75, 0.25], [0.5, -0.5]]
    try report.add([ReportCases.routing([[0, 1], [0, 1]], of: 2, weights: weights)])
    let layers = try #require(try Self.data(of: report.html())["layers"] as? [[String: Any]])
    let least = try #require(layers[0]["least"] as? Double)
    let largest = try #require(layers[0]["largest"] as? Double)
    #expect(least == -0.75 && largest == 0.5)
    let read = try Self.numbers(layers[0]["weights"]).map {
      least + Double($0) / 65_535 * (largest - least)
    }
    for (weight, own) in zip(read, weights.joined()) {
      // Half a step of sixteen bits of the range.
      #expect(abs(weight - Double(own)) <= 0.5 / 65_535 * 1.25 + 1e-12)
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
    // Beside what a page of the first token alone has: of each token a word of two bytes and a
    // group of one, and in each of two layers a count of one byte and two routes of one and weights
    // of two, in base64, four characters for three bytes; and each word once, with its quotes and a
    // comma. The numbers of tokens are longer by four digits in one place, by five in the other.
    var small = RoutingReport(tokenLimit: 1)
    try small.add(
      [routing, routing], tokens: (0..<count).map { "word\($0 % 5000)" },
      groups: (0..<count).map { "group \($0 % 7)" })
    let widths = [2, 1] + [1, 2 * 1, 2 * 2] + [1, 2 * 1, 2 * 2]
    let lists = widths.reduce(0) { $0 + 90_000 * $1 / 3 * 4 }
    let words = (0..<5000).reduce(0) { $0 + "word\($1)".utf8.count + 3 }
    #expect(page.utf8.count <= small.html().utf8.count + lists + words + 4 + 5)
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
    // A cell is a value of up to "1000," and, where its neighbours have other shades, a rectangle
    // such as "M47 47h48v1h-48z"; a name is "expert 255" and what parts it from the next. Beside
    // them a figure has its words, and a list of twelve rows of up to a hundred characters.
    let (cell, name, words) = (5 + 17, 16, 2000)
    let map = 48 * 48 * cell + 2 * 48 * name + words
    let glance = 6 * 256 * cell + 256 * name + words
    // An expert has a column, and one where it is dead, and a long and a short name for the script.
    let load = 256 * (2 * "M255 1000v-1000h1v1000z".count + name + 6) + words
    // Of 64 tokens a count, eight experts and as many weights of two bytes, in base64.
    let routes = 64 * (1 + 8 + 8 * 2) * 4 / 3
    let most = RoutingReport().html().utf8.count + (6 + 5) * map + glance + 6 * (load + routes)
    #expect(page.utf8.count <= most, "\(page.utf8.count) of \(most)")
    // A value for each pair of experts would be too much already.
    #expect((6 + 5) * 256 * 256 * 2 > most)
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
