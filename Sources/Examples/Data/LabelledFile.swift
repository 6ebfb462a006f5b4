import ExampleSupport
import Foundation

/// Reads files of one `label<TAB>text` a line, with the group of the line as an optional third
/// column.
///
/// Lines end with a line feed, with or without a carriage return before it. Blank lines are
/// skipped, and so is a byte order mark.
package enum LabelledFile {
  /// What is wrong with a file.
  package enum Problem: Error, Equatable, CustomStringConvertible {
    /// A line is not what was expected.
    case line(file: String, number: Int, found: String, expected: String)
    /// The file as a whole is not what was expected.
    case content(file: String, found: String, expected: String)

    /// A sentence with the file, the line and what was expected.
    package var description: String {
      switch self {
      case .line(let file, let number, let found, let expected):
        "\(file), line \(number): found \(found), expected \(expected)"
      case .content(let file, let found, let expected):
        "\(file): found \(found), expected \(expected)"
      }
    }
  }

  /// The lines of a file, at least one.
  ///
  /// - Throws: `InputFile.Problem` where the file cannot be read, and ``Problem`` where a line is
  ///   not what was expected.
  package static func lines(ofFile path: String) throws -> [LabelledLine] {
    let lines = try lines(of: InputFile.contents(ofFile: path), file: path)
    guard !lines.isEmpty else {
      throw Problem.content(
        file: path, found: "no lines", expected: "at least one line of label<TAB>text")
    }
    return lines
  }

  /// The lines of a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: The name that errors give.
  /// - Returns: The lines that are not blank; there may be none.
  /// - Throws: ``Problem/line(file:number:found:expected:)``.
  package static func lines(
    of bytes: some Collection<UInt8>, file: String
  ) throws -> [LabelledLine] {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let start = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes.dropFirst(0)
    var lines: [LabelledLine] = []
    let newline = UInt8(ascii: "\n")
    for (index, line) in start.split(separator: newline, omittingEmptySubsequences: false)
      .enumerated()
    {
      let reader = LineReader(file: file, number: index + 1)
      if let line = try reader.read(Array(line)) { lines.append(line) }
    }
    return lines
  }
}

/// Reads one line of a file.
private struct LineReader {
  let file: String
  let number: Int

  func read(_ bytes: [UInt8]) throws -> LabelledLine? {
    guard let line = String(validating: bytes, as: UTF8.self) else {
      throw problem("bytes that are not UTF-8", expected: "text in UTF-8")
    }
    guard !line.allSatisfy(\.isWhitespace) else { return nil }
    let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(trimmed)
    guard columns.count > 1 else {
      throw problem("no tab", expected: "label<TAB>text, or label<TAB>text<TAB>group")
    }
    guard columns.count < 4 else {
      throw problem(
        "\(columns.count) columns", expected: "label<TAB>text, or label<TAB>text<TAB>group")
    }
    guard !columns[0].isEmpty else {
      throw problem("an empty label", expected: "a label before the tab")
    }
    let group = columns.count == 3 && !columns[2].isEmpty ? columns[2] : nil
    return LabelledLine(label: columns[0], text: columns[1], group: group)
  }

  private func trimmed(_ text: Substring) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func problem(_ found: String, expected: String) -> LabelledFile.Problem {
    .line(file: file, number: number, found: found, expected: expected)
  }
}
