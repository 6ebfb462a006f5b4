/// What a byte is in a text, by itself and by the letters before it; with a name for tables.
package enum ByteKind: String, CaseIterable, Sendable {
  /// The first letter of a word.
  case firstLetter = "1st"
  /// The second.
  case secondLetter = "2nd"
  /// A letter further on.
  case laterLetter = "later"
  /// A space or a tab.
  case space = "space"
  /// The end of a line.
  case lineEnd = "end"
  /// A digit.
  case digit = "digit"
  /// Any other printable sign of ASCII.
  case punctuation = "punct"
  /// A part of a sign beyond ASCII, or a control character.
  case other = "other"

  /// The kind of each byte of a text.
  package static func kinds(of bytes: some Sequence<UInt8>) -> [ByteKind] {
    var letters = 0
    return bytes.map { byte in
      if isLetter(byte) {
        letters += 1
        return letters == 1 ? .firstLetter : letters == 2 ? .secondLetter : .laterLetter
      }
      letters = 0
      return kind(ofNoLetter: byte)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    // The bit that tells upper from lower case is set aside.
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func kind(ofNoLetter byte: UInt8) -> ByteKind {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"): .space
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): .lineEnd
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case 0x21...0x7E: .punctuation
    default: .other
    }
  }
}
