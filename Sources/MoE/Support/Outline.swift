/// A text of lines that are indented by what they are part of: how layers print.
struct Outline: Equatable {
  /// The line of the whole.
  var title: String
  /// The lines of its parts, one step further in.
  var parts: [Outline] = []

  /// A line with its parts.
  init(_ title: String, _ parts: [Outline] = []) {
    self.title = title
    self.parts = parts
  }

  /// All lines, parts indented by two spaces.
  var text: String { lines.joined(separator: "\n") }

  private var lines: [String] { [title] + parts.flatMap(\.lines).map { "  " + $0 } }

  /// The same under a name.
  func named(_ name: String) -> Outline { Outline("\(name): \(title)", parts) }

  /// Numbered parts, of which a run of equal ones is told once: `blocks 1 to 11: …`.
  static func numbered(_ name: (one: String, many: String), _ parts: [Outline]) -> [Outline] {
    var outlines: [Outline] = []
    var start = 0
    while start < parts.count {
      let end = parts[start...].firstIndex { $0 != parts[start] } ?? parts.count
      outlines.append(
        parts[start].named(
          end - start == 1
            ? "\(name.one) \(start)" : "\(name.many) \(start) to \(end - 1), each"))
      start = end
    }
    return outlines
  }
}
