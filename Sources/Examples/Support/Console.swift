import Foundation

/// Where an example prints to: a terminal, or a file or pipe that wants plain lines.
package struct Console {
  /// Whether a line can be drawn again, as a progress bar is.
  package let isTerminal: Bool
  /// Whether headings may be bold.
  package let usesStyles: Bool
  /// How many columns a line has.
  package let width: Int
  private let write: (String) -> Void

  /// A console that hands over what it prints.
  package init(
    isTerminal: Bool = false, usesStyles: Bool = false, width: Int = 80,
    write: @escaping (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.usesStyles = usesStyles
    self.width = width
    self.write = write
  }

  /// Standard output.
  ///
  /// It counts as a terminal unless `TERM` says that it can only print; `NO_COLOR` turns styles
  /// off.
  package static func standard() -> Console {
    let environment = ProcessInfo.processInfo.environment
    let isTerminal = isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
    return Console(
      isTerminal: isTerminal,
      usesStyles: isTerminal && environment["NO_COLOR", default: ""].isEmpty,
      width: isTerminal ? terminalWidth() ?? environment["COLUMNS"].flatMap(Int.init) ?? 80 : 80
    ) { text in
      // A reader that has gone away is no reason to stop.
      try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
  }

  /// Prints a line.
  package func print(_ line: String = "") { write(line + "\n") }

  /// Prints a heading with a blank line around it.
  package func printHeading(_ text: String) {
    print()
    print(usesStyles ? "\u{1B}[1m\(text)\u{1B}[0m" : text)
    print()
  }

  /// Prints facts as a column of names and one of texts.
  package func printFacts(_ facts: [(name: String, text: String)]) {
    for fact in facts { print("  " + padded(fact.name, to: 10) + fact.text) }
  }

  /// Draws a line in the place of the last one; for terminals.
  package func redraw(_ line: String) { write("\r\(line)\u{1B}[K") }

  /// Prints an error or a warning where it does not mix with results.
  package static func printError(_ message: String) {
    try? FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
  }

  /// Runs an example, and ends the process with what its errors say.
  package static func exitingOnError(_ body: () throws -> Void) {
    do {
      try body()
    } catch let error as UsageError {
      printError("error: \(error)\nSee --help for the options.")
      exit(2)
    } catch {
      printError("error: \(error)")
      exit(1)
    }
  }

  private static func terminalWidth() -> Int? {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
