/// Texts as columns of a terminal, and texts of anyone's made fit to be shown.
package enum TextColumns {
  /// How many columns a text takes.
  ///
  /// An estimate: two for the wide characters of East Asia and for emoji, one for others.
  package static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

  private static func width(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first, first.value >= 0x300 else { return 1 }
    if first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") {
      return 2
    }
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// The start of a text, with an ellipsis where some of it is left out.
  package static func cut(_ text: String, to width: Int) -> String {
    guard self.width(text) > width else { return text }
    var (result, used) = ("", 0)
    for character in text {
      used += self.width(character)
      guard used < width else { break }
      result.append(character)
    }
    return width > 0 ? result + "…" : ""
  }

  /// A text as wide as a column, with spaces behind it or, for numbers, before it.
  package static func padded(_ text: String, to width: Int, isNumber: Bool = false) -> String {
    let cut = cut(text, to: width)
    let spaces = String(repeating: " ", count: max(0, width - self.width(cut)))
    return isNumber ? spaces + cut : cut + spaces
  }

  /// Lines of words no wider than a width; further lines are moved in.
  package static func wrapped(_ text: String, to width: Int, indent: Int) -> [String] {
    var lines: [String] = []
    var line = String(text.prefix { $0 == " " })
    for word in text.split(separator: " ") {
      let isStart = line.allSatisfy { $0 == " " }
      let joined = isStart ? line + word : line + " " + word
      if self.width(joined) <= width || isStart {
        line = cut(joined, to: width)
      } else {
        lines.append(line)
        line = cut(String(repeating: " ", count: indent) + word, to: width)
      }
    }
    return lines + [line]
  }

  /// A text in which everything can be seen and nothing acts: ends of lines as `↵`, tabs as `⇥`,
  /// other control characters and marks that turn the direction of a line as their numbers.
  package static func visible(_ text: some StringProtocol) -> String {
    // What has no name is shown, too.
    guard !text.isEmpty else { return "∅" }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: result.append(lineEnd)
      case 0x09: result.append("\u{21E5}")
      case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x206F,
        0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
        let number = String(scalar.value, radix: 16, uppercase: true)
        result.append(contentsOf: "‹\(number)›".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// What an end of line is shown as.
  static let lineEnd: Unicode.Scalar = "\u{21B5}"
}
