import ExampleSupport
import Testing

@Suite("Examples: progress bar")
struct ProgressBarTests {
  private struct Progress: TrainingProgress {
    var step: Int
    var stepCount = 100
    var deservesLine: Bool { step.isMultiple(of: 50) }
    func parts(elapsed: Duration) -> [String] { ["step \(step)"] }
  }

  @Test("The bar fits the terminal, and loses the bar first")
  func line() {
    let parts = ["epoch  3/10", "loss 0.5000", "accuracy  75.0%"]
    func line(_ width: Int) -> String {
      ProgressBar.line("mixture", parts, done: 0.25, time: "3 s left", width: width)
    }
    #expect(
      line(75) == "  mixture  ━━········  epoch  3/10  loss 0.5000  accuracy  75.0%  3 s left")
    #expect(line(40) == "  mixture  epoch  3/10  loss 0.5000  a…")
    for width in 1...120 { #expect(displayWidth(line(width)) < width) }
  }

  @Test("The time left is in seconds, and in minutes where there are many")
  func remainingTime() {
    #expect(ProgressBar.remainingTime(.seconds(10), step: 20, of: 100) == "40 s left")
    #expect(ProgressBar.remainingTime(.seconds(10), step: 1, of: 100) == "17 min left")
    #expect(ProgressBar.remainingTime(.zero, step: 0, of: 100) == "0 s left")
  }

  @Test("A terminal has one line that is drawn again; a file has a few plain ones")
  func consoles() {
    func output(isTerminal: Bool) -> String {
      var output = ""
      var bar = ProgressBar("mixture", console: Console(isTerminal: isTerminal) { output += $0 })
      for step in 1...100 { bar.show(Progress(step: step)) }
      return output
    }
    let plain = output(isTerminal: false).split(separator: "\n")
    #expect(plain.count == 2)
    #expect(plain[0].hasPrefix("  mixture  step 50  "))
    #expect(plain[0].hasSuffix(" left"))
    #expect(plain[1].hasPrefix("  mixture  step 100  in "))
    let drawn = output(isTerminal: true)
    #expect(drawn.hasPrefix("\r  mixture  "))
    #expect(drawn.hasSuffix("\u{1B}[K\n"))
    #expect(drawn.split(separator: "\n").count == 1)
  }
}
