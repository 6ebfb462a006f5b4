import MoE
import Testing

/// Reports as text: bars, maps and curves of characters.
@Suite struct ReportTextTests {
  @Test func noLineIsWiderThanAskedFor() throws {
    for (name, report) in try ReportCases.all() {
      for width in [30, 31, 40, 57, 80, 160, 300] {
        let lines = report.text(width: width).split(
          separator: "\n", omittingEmptySubsequences: false)
        for line in lines {
          #expect(TextColumns.width(String(line)) <= width, "\(name), \(width): \(line)")
        }
        #expect(lines.count > 3 && lines.last == "", "\(name)")
        #expect(
          !report.text(width: width).unicodeScalars.contains {
            $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E
          }, "\(name)")
      }
      // Fewer columns than anything fits in are as many as something does.
      #expect(report.text(width: -5) == report.text(width: 30), "\(name)")
    }
  }

  @Test func drawsBarsMapsAndWays() throws {
    let text = try ReportCases.knownReport().text(width: 60)
    #expect(
      text == """
        Known
        4 tokens through 2 layers

        ! layer 0, layer 1: fewer than 10 routes an expert, too few
          to judge the balance by; add further batches.

        layer 0: 2.0 of 3 experts a token, variation 0.47, entropy
          0.89, dropped 0.0%
          expert 0 ██████████████████████████┃█████████████  50.0%
          expert 1 ██████████████████████████┃███            37.5%
          expert 2 ██████████                │               12.5%
          share of the routes; the line is the even share

          by group: percent of its tokens' routes
                     0    1    2
          odd       50   50    ·
          even      50   25   25

          most often together, of the tokens of the one
            expert 0 + expert 1        100%, 3 tokens
            expert 0 + expert 2        100%, 1 token

          most often next, of the tokens led, in layer 1
            expert 0 → expert 1        100%, 3 tokens
            expert 1 → expert 0        100%, 1 token

        layer 1: 1.0 of 2 experts a token, variation 0.50, entropy
          0.81, dropped 0.0%
          expert 0 █████████████▍            │               25.0%
          expert 1 ██████████████████████████┃█████████████  75.0%
          share of the routes; the line is the even share

          by group: percent of its tokens' routes
                     0    1
          odd       50   50
          even       ·  100

        """)
  }

  @Test func namesTheDead() throws {
    var report = RoutingReport()
    try report.add([ReportCases.routing(Array(repeating: [1], count: 400), of: 30)])
    #expect(report.text(width: 80).contains("experts 0 and 2–29 take no token."))
    var few = RoutingReport()
    try few.add([ReportCases.routing(Array(repeating: [1], count: 99), of: 3)])
    #expect(few.text(width: 80).contains("  dead\n"))
  }

  @Test func printsUsefully() throws {
    let report = try ReportCases.knownReport()
    #expect("\(report)" == report.text(width: 80))
    #expect(
      "\(report.layers[0])"
        == "4 tokens, 2.0 of 3 experts a token, variation 0.47, largest 1.50 of "
        + "the mean, entropy 0.89, dropped 0.0%")
    var dead = RoutingReport()
    try dead.add([ReportCases.routing([[1]], of: 3)])
    #expect("\(dead.layers[0])".hasSuffix(", dead [0, 2]"))
  }

  /// Of many experts the height of each share is drawn, as tenths of it would all be nothing.
  @Test func manyExpertsHaveHeights() throws {
    var report = RoutingReport()
    let experts = (0..<40).map { [Int32($0)] }
    try report.add([ReportCases.routing(experts, of: 40)], groups: Array(repeating: "g", count: 40))
    let text = report.text(width: 80)
    #expect(text.contains("height is the share of its routes, 2.5% the highest"))
    #expect(text.contains("\n  g      " + String(repeating: "█", count: 40) + "\n"))
  }

  @Test func marksAreToTheEighth() {
    #expect(TextMarks.bar(0, mark: nil, width: 4) == "    ")
    #expect(TextMarks.bar(1, mark: nil, width: 4) == "████")
    #expect(TextMarks.bar(0.5, mark: 0.25, width: 4) == "█┃  ")
    #expect(TextMarks.bar(0.5, mark: 0.75, width: 4) == "██ │")
    #expect(TextMarks.bar(3 / 32, mark: nil, width: 4) == "▍   ")
    // Something is never drawn as nothing.
    #expect(TextMarks.bar(1e-9, mark: nil, width: 2) == "▏ ")
    #expect(TextMarks.bar(.nan, mark: nil, width: 2) == "  ")
    #expect(TextMarks.bar(7, mark: 9, width: 2) == "█┃")
    #expect(TextMarks.columns([0, 1, 4, 8], maximum: 8) == "·▂▅█")
    #expect(TextMarks.curve([1, nil, 2, 3]) == "▁ ▅█")
    #expect(TextMarks.curve([5, 5]) == "▁▁" && TextMarks.curve([nil]) == "")
    #expect(String([0, 0.04, 0.5, 1].map(TextMarks.digit)) == "·05X")
  }

  @Test func numbersAreWrittenPlainly() {
    #expect(ReportNumber.fixed(-0.04, 1) == "0.0" && ReportNumber.fixed(-1.25, 1) == "−1.3")
    #expect(ReportNumber.fixed(.nan, 1) == "–" && ReportNumber.fixed(1e300, 2) == "–")
    #expect(ReportNumber.fixed(7, 0) == "7" && ReportNumber.fixed(0.005, 2) == "0.01")
    #expect(ReportNumber.grouped(1_234_567) == "1,234,567" && ReportNumber.grouped(-12) == "−12")
    #expect(ReportNumber.short(1234.5) == "1,235" && ReportNumber.short(0.01234) == "0.012")
    #expect(ReportNumber.count(1, "token") == "1 token")
    // Three digits of numbers of any size.
    for (number, text) in [
      (4e-6, "4.00e−6"), (-0.00012345, "−1.23e−4"), (0.0009996, "1.00e−3"), (0.001, "0.00100"),
      (3e-4, "3.00e−4"), (.leastNonzeroMagnitude, "4.94e−324"), (0, "0"), (-0.0, "0"),
      (1e15, "1.00e15"), (-9.9996e20, "−1.00e21"), (.greatestFiniteMagnitude, "1.80e308"),
      (.infinity, "–"), (.nan, "–"),
    ] as [(Double, String)] { #expect(ReportNumber.short(number) == text, "\(number)") }
  }

  @Test func narrowNamesAreTheirOwn() {
    var report = RoutingReport(expertNames: ["expert 1", "expert 2", "zero", "copy", "constant 1"])
    #expect(report.shortNames(6) == ["1", "2", "ze", "co", "c1", "5"])
    // Where two would be alike, numbers stand for all.
    report.expertNames = ["sea", "season one", "se"]
    #expect(report.shortNames(3) == ["0", "1", "2"])
  }
}
