import Foundation
import Testing

/// Every Swift snippet of the README, of the articles and of the doc comments stands, line for
/// line, in a file of `Snippets`, where it is compiled and run.
@Suite("Documentation snippets")
struct SnippetTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A snippet's lines, without imports, which a function cannot hold, and without their
  /// indentation.
  static func normalized(_ lines: [Substring]) -> [String] {
    var lines = lines.filter { !$0.hasPrefix("import ") }
    let indents = lines.filter { !$0.allSatisfy(\.isWhitespace) }
      .map { $0.prefix { $0 == " " }.count }
    let indent = indents.min() ?? 0
    while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return lines.map { $0.allSatisfy(\.isWhitespace) ? "" : String($0.dropFirst(indent)) }
  }

  /// The blocks between ```` ```swift ```` and the closing fence.
  static func fencedSnippets(_ text: String) -> [[String]] {
    var snippets: [[String]] = []
    var current: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let lines = current {
        if line.hasPrefix("```") {
          snippets.append(normalized(lines))
          current = nil
        } else {
          current = lines + [line]
        }
      } else if line == "```swift" {
        current = []
      }
    }
    return snippets
  }

  /// The indented blocks of doc comments: lines of `///` and five spaces, after an empty line,
  /// which tells them from the further lines of a list.
  static func commentSnippets(_ text: String) -> [[String]] {
    var snippets: [[String]] = []
    var current: [Substring] = []
    var previous: Substring = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = line.drop { $0 == " " }
      if !current.isEmpty, trimmed.hasPrefix("///     ") || trimmed == "///" {
        current.append(trimmed.dropFirst(3))
      } else if previous == "///", trimmed.hasPrefix("///     ") {
        current.append(trimmed.dropFirst(3))
      } else if !current.isEmpty {
        snippets.append(normalized(current))
        current = []
      }
      previous = trimmed
    }
    return snippets
  }

  /// The folder of the compiled snippets.
  static let folder = "Tests/PublicAPITests/Documentation/Snippets"

  /// The compiled snippets: what stands between `// snippet` and `// end` in the files of the
  /// folder.
  static func compiledSnippets() throws -> [[String]] {
    try files(below: folder, suffix: ".swift").flatMap { file in
      var snippets: [[String]] = []
      var current: [Substring]?
      for line in try String(contentsOf: file, encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false)
      {
        switch line.drop(while: { $0 == " " }) {
        case "// snippet": current = []
        case "// end":
          snippets.append(normalized(current ?? []))
          current = nil
        default: current?.append(line)
        }
      }
      return snippets
    }
  }

  static func files(below folder: String, suffix: String) throws -> [URL] {
    let folder = root.appending(path: folder)
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(suffix) }.sorted().map { folder.appending(path: $0) }
  }

  @Test(
    "README and articles",
    arguments: try ["README.md"].map { root.appending(path: $0) }
      + files(below: "Sources/MoE/MoE.docc", suffix: ".md"))
  func fenced(file: URL) throws {
    let compiled = try Set(Self.compiledSnippets())
    let snippets = Self.fencedSnippets(try String(contentsOf: file, encoding: .utf8))
    #expect(!snippets.isEmpty)
    for snippet in snippets {
      let isCompiled = compiled.contains(snippet)
      #expect(
        isCompiled,
        "\(file.lastPathComponent): in no file of \(Self.folder):\n\(snippet.joined(separator: "\n"))"
      )
    }
  }

  @Test("Doc comments")
  func comments() throws {
    let compiled = try Self.compiledSnippets()
    var found = 0
    for file in try Self.files(below: "Sources/MoE", suffix: ".swift") {
      for snippet in Self.commentSnippets(try String(contentsOf: file, encoding: .utf8)) {
        found += 1
        let isCompiled = compiled.contains(snippet)
        #expect(
          isCompiled,
          "\(file.lastPathComponent): in no file of \(Self.folder):\n\(snippet.joined(separator: "\n"))"
        )
      }
    }
    #expect(found > 0)
  }
}
