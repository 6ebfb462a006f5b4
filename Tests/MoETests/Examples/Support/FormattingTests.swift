import ExampleSupport
import Testing

@Suite("Examples: formatting")
struct FormattingTests {
  @Test("Numbers are rounded, and what is no number is a dash")
  func numbers() {
    #expect(format(share: 0.12345) == "12.3%")
    #expect(format(share: 1.0) == "100.0%")
    #expect(format(share: 0.0 / 0.0) == "–")
    #expect(format(Float(2.30258)) == "2.3026")
    #expect(format(Float(0.00004)) == "0.0000")
    #expect(format(Float.nan) == "–")
    #expect(format(Float.infinity) == "–")
    #expect(format(decimals: 1.005) == "1.00")
    #expect(format(decimals: 2.5) == "2.50")
    #expect(format(decimals: .infinity) == "–   ")
    #expect(format(999) == "999")
    #expect(format(1_000_001) == "1,000,001")
    #expect(format(-1234) == "-1,234")
    #expect(format(1, "line") == "1 line")
    #expect(format(0, "line") == "0 lines")
  }

  @Test("Durations have a unit that fits them")
  func durations() {
    #expect(format(Duration.milliseconds(1234)) == "1.2 s")
    #expect(format(Duration.milliseconds(9960)) == "10 s")
    #expect(format(Duration.seconds(59.4)) == "59 s")
    #expect(format(Duration.seconds(125)) == "2 min 5 s")
  }

  @Test("Width counts columns, not characters")
  func width() {
    #expect(displayWidth("abc") == 3)
    #expect(displayWidth("漢字") == 4)
    #expect(displayWidth("e\u{301}") == 1)
    #expect(displayWidth("👩‍🔬") == 2)
    #expect(padded("漢", to: 4) == "漢  ")
    #expect(padded("ab", to: 4, .right) == "  ab")
    #expect(truncated("abcdef", to: 4) == "abc…")
    #expect(truncated("abcd", to: 4) == "abcd")
    #expect(truncated("漢字漢字", to: 4) == "漢…")
    #expect(truncated("abc", to: 0) == "")
    #expect(printable("a\u{1B}[31m\tb") == "a [31m b")
  }

  @Test("Columns are as wide as their widest cell")
  func table() {
    var table = Table([("task", .left), ("lines", .right)])
    table.add(["entity", "60"])
    table.add(["話題", "1,140"])
    #expect(table.lines == ["  task     lines", "  entity      60", "  話題     1,140"])
  }

  @Test("A table without headings has no line for them")
  func tableWithoutHeadings() {
    var table = Table([("", .left), ("", .right)])
    table.add(["a", "1"])
    #expect(table.lines == ["  a   1"])
  }
}
