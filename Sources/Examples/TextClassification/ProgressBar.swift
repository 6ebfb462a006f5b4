/// Shows where training stands: one line that is drawn again and again on a terminal, about ten plain
/// lines elsewhere.
package struct ProgressBar {
  private let console: Console
  private let name: String
  private let start = ContinuousClock.now
  private var lastDrawing: ContinuousClock.Instant?

  /// A bar for the training of something with a name.
  package init(_ name: String, console: Console) {
    self.name = name
    self.console = console
  }

  /// Shows where training stands, if it is time to.
  package mutating func show(_ progress: Trainer.Progress) {
    let now = ContinuousClock.now
    let isDone = progress.step == progress.stepCount
    guard console.isTerminal else {
      if ProgressBar.deservesLine(progress) { console.print("  " + plainLine(progress)) }
      return
    }
    if let lastDrawing, !isDone, now - lastDrawing < .milliseconds(50) { return }
    lastDrawing = now
    let elapsed = now - start
    let time =
      isDone
      ? "in \(format(elapsed))"
      : "\(format(elapsed / progress.step * (progress.stepCount - progress.step))) left"
    console.redraw(
      ProgressBar.line(name, progress, time: time, width: console.width))
    if isDone { console.print() }
  }

  /// Whether a plain line is printed: about ten in all, each at the end of an epoch.
  package static func deservesLine(_ progress: Trainer.Progress) -> Bool {
    guard progress.isEndOfEpoch else { return false }
    let (epoch, count) = (progress.epoch, progress.epochCount)
    return epoch == 1 || epoch * 10 / count > (epoch - 1) * 10 / count
  }

  /// The line on a terminal, at most as wide as the terminal less one column.
  package static func line(
    _ name: String, _ progress: Trainer.Progress, time: String, width: Int
  ) -> String {
    let done = Double(progress.step) / Double(max(1, progress.stepCount))
    let percent = padded("\(Int(done * 100))%", to: 4, .right)
    let epoch = padded("\(progress.epoch)", to: "\(progress.epochCount)".count, .right)
    let parts = [
      "epoch \(epoch)/\(progress.epochCount)", "loss \(format(progress.loss))",
      "accuracy \(format(share: progress.accuracy))", time,
    ]
    // A narrow terminal loses the bar first, and then the last parts.
    let used = displayWidth(name) + parts.reduce(0) { $0 + 2 + displayWidth($1) } + percent.count + 6
    let room = min(40, width - used)
    let bar = room >= 5 ? bar(of: room, done: done) + " " : ""
    let line = "  \(name)  \(bar)\(percent)  " + parts.joined(separator: "  ")
    return truncated(line, to: width - 1)
  }

  private static func bar(of length: Int, done: Double) -> String {
    let filled = min(length, max(0, Int(done * Double(length))))
    return String(repeating: "━", count: filled) + String(repeating: "·", count: length - filled)
  }

  private func plainLine(_ progress: Trainer.Progress) -> String {
    let epoch = padded("\(progress.epoch)", to: "\(progress.epochCount)".count, .right)
    return "\(name)  epoch \(epoch) of \(progress.epochCount)  loss \(format(progress.loss))  "
      + "accuracy \(padded(format(share: progress.accuracy), to: 6, .right))"
  }
}
