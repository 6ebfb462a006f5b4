/// Where a training stands, as a ``ProgressBar`` shows it.
package protocol TrainingProgress {
  /// The number of updates so far.
  var step: Int { get }
  /// The number of updates in all.
  var stepCount: Int { get }
  /// Whether a console that cannot draw a line again is to have one for this.
  var deservesLine: Bool { get }

  /// What is said about it, each part always as wide, so that the line stands still.
  ///
  /// - Parameter elapsed: The time since the start.
  /// - Returns: Texts, which spaces are put between.
  func parts(elapsed: Duration) -> [String]
}

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
  package mutating func show(_ progress: some TrainingProgress) {
    let now = ContinuousClock.now
    let isDone = progress.step == progress.stepCount
    if console.isTerminal {
      if let lastDrawing, !isDone, now - lastDrawing < .milliseconds(50) { return }
    } else {
      guard progress.deservesLine else { return }
    }
    lastDrawing = now
    let elapsed = now - start
    let parts = progress.parts(elapsed: elapsed)
    let time =
      isDone
      ? "in \(format(elapsed))"
      : ProgressBar.remainingTime(elapsed, step: progress.step, of: progress.stepCount)
    guard console.isTerminal else {
      console.print("  " + ([name] + parts + [time]).joined(separator: "  "))
      return
    }
    let done = Double(progress.step) / Double(max(1, progress.stepCount))
    console.redraw(
      ProgressBar.line(name, parts, done: done, time: time, width: console.width))
    if isDone { console.print() }
  }

  /// The line on a terminal, at most as wide as the terminal less one column.
  package static func line(
    _ name: String, _ parts: [String], done: Double, time: String, width: Int
  ) -> String {
    let texts = parts + [padded(time, to: 8)]
    // A narrow terminal loses the bar first, and then the last parts.
    let room = min(40, width - 3 - ([name] + texts).reduce(0) { $0 + 2 + displayWidth($1) })
    let line = ([name] + (room >= 5 ? [bar(of: room, done: done)] : []) + texts)
    return truncated("  " + line.joined(separator: "  "), to: width - 1)
  }

  /// How much time is left, in whole seconds or minutes, since it is a guess.
  package static func remainingTime(_ elapsed: Duration, step: Int, of stepCount: Int) -> String {
    let rest = elapsed / max(1, step) * (stepCount - step)
    let seconds = Int((rest / .seconds(1)).rounded(.up))
    return seconds < 100 ? "\(seconds) s left" : "\((seconds + 59) / 60) min left"
  }

  private static func bar(of length: Int, done: Double) -> String {
    let filled = min(length, max(0, Int(done * Double(length))))
    return String(repeating: "━", count: filled) + String(repeating: "·", count: length - filled)
  }
}
