import Foundation

/// A share as a percentage with one decimal; a dash where there is none, as of no lines.
package func format(share: some BinaryFloatingPoint) -> String {
  guard share.isFinite else { return "–" }
  let tenths = Int((Double(share) * 1000).rounded())
  return "\(tenths / 10).\(tenths % 10)%"
}

/// A loss with four decimals, a dash where it is no number.
package func format(_ loss: Float) -> String {
  guard loss.isFinite, loss.magnitude < 1e9 else { return "–" }
  let scaled = Int((Double(loss.magnitude) * 10_000).rounded())
  let decimals = String(scaled % 10_000 + 10_000).dropFirst()
  return "\(loss < 0 && scaled > 0 ? "-" : "")\(scaled / 10_000).\(decimals)"
}

/// A number with two decimals; a dash where there is none.
package func format(decimals number: Double) -> String {
  guard number.isFinite else { return "–   " }
  let hundredths = Int((number * 100).rounded())
  return "\(hundredths / 100).\(String(hundredths % 100 + 100).dropFirst())"
}

/// A count with commas between thousands.
package func format(_ count: Int) -> String {
  var digits = String(count.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (count < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// A count with its noun, in the plural where it should be.
package func format(_ count: Int, _ noun: String) -> String {
  "\(format(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// A duration in seconds, or in minutes and seconds.
package func format(_ duration: Duration) -> String {
  let tenths = Int((duration / .milliseconds(100)).rounded())
  if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
  let seconds = (tenths + 5) / 10
  return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
}

// MARK: - Columns

/// Which side of a column text stands at.
package enum Alignment: Sendable {
  /// As words do.
  case left
  /// As numbers do.
  case right
}

/// How many columns of a terminal a text takes.
///
/// An estimate: two for the wide characters of East Asia and for emoji, one for others.
package func displayWidth(_ text: String) -> Int {
  text.reduce(0) { $0 + displayWidth($1) }
}

private func displayWidth(_ character: Character) -> Int {
  guard let first = character.unicodeScalars.first, first.value >= 0x300 else { return 1 }
  if first.properties.isEmojiPresentation { return 2 }
  if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
  switch first.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  switch first.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

/// A text with spaces beside it, as wide as a column.
package func padded(_ text: String, to width: Int, _ alignment: Alignment = .left) -> String {
  let spaces = String(repeating: " ", count: max(0, width - displayWidth(text)))
  return alignment == .left ? text + spaces : spaces + text
}

/// The start of a text, with an ellipsis where some of it is left out.
package func truncated(_ text: String, to width: Int) -> String {
  var result = ""
  var used = 0
  for character in text {
    let characterWidth = displayWidth(character)
    guard used + characterWidth <= width else {
      while used > max(0, width - 1), let last = result.popLast() { used -= displayWidth(last) }
      return width > 0 ? result + "…" : ""
    }
    result.append(character)
    used += characterWidth
  }
  return result
}

/// A text of someone else's, fit to be printed: control characters, which could move the cursor of
/// a terminal or change its colours, become spaces.
package func printable(_ text: some StringProtocol) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map {
        switch $0.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: " "
        default: $0
        }
      }))
}
