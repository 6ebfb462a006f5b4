import Testing
import TextClassification

@Suite("Example: formatting")
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

  @Test("The progress bar fits the terminal, and loses the bar first")
  func progressBar() {
    let progress = Trainer.Progress(
      epoch: 3, epochCount: 10, step: 25, stepCount: 100, loss: 0.5, accuracy: 0.75)
    #expect(
      ProgressBar.line("mixture", progress, time: "3 s left", width: 75)
        == "  mixture  ━━········  epoch  3/10  loss 0.5000  accuracy  75.0%  3 s left")
    #expect(
      ProgressBar.line("mixture", progress, time: "3 s left", width: 40)
        == "  mixture  epoch  3/10  loss 0.5000  a…")
    for width in 1...120 {
      let line = ProgressBar.line("mixture", progress, time: "3 s left", width: width)
      #expect(displayWidth(line) < width)
    }
  }

  @Test("A long training prints few plain lines, the last epoch's among them")
  func plainLines() {
    for count in [1, 2, 7, 30, 1000] {
      let epochs = (1...count).filter { epoch in
        ProgressBar.deservesLine(
          Trainer.Progress(
            epoch: epoch, epochCount: count, step: epoch * 4, stepCount: count * 4, loss: 0,
            accuracy: 0))
      }
      #expect(epochs.count <= 6)
      #expect(epochs.first == 1)
      #expect(epochs.last == count)
    }
  }
}
