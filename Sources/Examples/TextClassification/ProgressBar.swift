/// Shows where training stands: one line that is drawn again and again on a terminal, a few plain
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
      : remainingTime(elapsed, progress)
    console.redraw(ProgressBar.line(name, progress, time: time, width: console.width))
    if isDone { console.print() }
  }

  /// Whether a plain line is printed: the first epoch and about five more.
  package static func deservesLine(_ progress: Trainer.Progress) -> Bool {
    guard progress.isEndOfEpoch else { return false }
    let (epoch, count) = (progress.epoch, progress.epochCount)
    return epoch == 1 || epoch * 5 / count > (epoch - 1) * 5 / count
  }

  /// The line on a terminal, at most as wide as the terminal less one column.
  package static func line(
    _ name: String, _ progress: Trainer.Progress, time: String, width: Int
  ) -> String {
    let done = Double(progress.step) / Double(max(1, progress.stepCount))
    let epoch = padded("\(progress.epoch)", to: "\(progress.epochCount)".count, .right)
    // Each part keeps its width, so that the line stands still.
    let parts = [
      "epoch \(epoch)/\(progress.epochCount)", "loss \(format(progress.loss))",
      "accuracy \(padded(format(share: progress.accuracy), to: 6, .right))", padded(time, to: 8),
    ]
    // A narrow terminal loses the bar first, and then the last parts.
    let room = min(40, width - 3 - ([name] + parts).reduce(0) { $0 + 2 + displayWidth($1) })
    let line = ([name] + (room >= 5 ? [bar(of: room, done: done)] : []) + parts)
    return truncated("  " + line.joined(separator: "  "), to: width - 1)
  }

  private static func bar(of length: Int, done: Double) -> String {
    let filled = min(length, max(0, Int(done * Double(length))))
    return String(repeating: "━", count: filled) + String(repeating: "·", count: length - filled)
  }

  /// In whole seconds, since it is a guess.
  private func remainingTime(_ elapsed: Duration, _ progress: Trainer.Progress) -> String {
    let rest = elapsed / progress.step * (progress.stepCount - progress.step)
    let seconds = Int((rest / .seconds(1)).rounded(.up))
    return seconds < 100 ? "\(seconds) s left" : "\((seconds + 59) / 60) min left"
  }

  private func plainLine(_ progress: Trainer.Progress) -> String {
    let epoch = padded("\(progress.epoch)", to: "\(progress.epochCount)".count, .right)
    return "\(name)  epoch \(epoch) of \(progress.epochCount)  loss \(format(progress.loss))  "
      + "accuracy \(padded(format(share: progress.accuracy), to: 6, .right))"
  }
}
