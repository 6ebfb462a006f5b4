import Foundation

/// The sources of the library as text, and which of them use which types.
///
/// A type counts where it is declared at the start of a line; comments and string literals do not
/// count.
struct SourceFiles {
  /// One source: where it stands below `Sources/MoE`, and the words of its code.
  struct File {
    /// For example `["Routing", "Gates", "Gate.swift"]`.
    let path: [String]
    /// The types that it declares.
    let declared: Set<String>
    /// The words that begin as types do.
    let words: Set<String>
    /// Whether an expression is marked as unsafe.
    let isUnsafe: Bool
  }

  /// A file that uses a type that is declared elsewhere.
  struct Use: Hashable, CustomStringConvertible {
    let user: [String]
    let type: String
    let home: [String]

    var description: String {
      "\(user.joined(separator: "/")) uses \(type) of \(home.joined(separator: "/"))"
    }
  }

  let files: [File]

  /// The sources that this test was built of.
  static let library: SourceFiles = {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/MoE")
    let paths =
      FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    var files: [File] = []
    for path in paths.sorted() where path.hasSuffix(".swift") {
      guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
      else { continue }
      files.append(File(path: path.split(separator: "/").map(String.init), text: text))
    }
    return SourceFiles(files: files)
  }()

  /// Each use of a type by another file than its own, where both are of different parts.
  ///
  /// - Parameter part: The part of the house that a path belongs to, or nothing where it does not
  ///   matter.
  /// - Returns: Both parts, and who uses what.
  func uses(between part: ([String]) -> String?) -> [(from: String, to: String, use: Use)] {
    var homes: [String: [String]] = [:]
    for file in files { for type in file.declared { homes[type] = file.path } }
    return files.flatMap { file in
      file.words.sorted().compactMap { word in
        guard let home = homes[word], let from = part(file.path), let to = part(home), from != to
        else { return nil }
        return (from, to, Use(user: file.path, type: word, home: home))
      }
    }
  }
}

extension SourceFiles.File {
  /// The words of a text of Swift.
  init(path: [String], text: String) {
    self.path = path
    let code = SourceFiles.File.code(text)
    declared = Set(Self.declarations(code))
    let all = Set(code.flatMap { Self.words(of: $0) })
    words = all.filter { $0.first?.isUppercase == true }
    isUnsafe = all.contains("unsafe")
  }

  /// The lines of a text without comments and without what stands in string literals.
  static func code(_ text: String) -> [[UInt8]] {
    var isInside = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // A literal of several lines begins and ends with three quotes.
      let quotes = line.ranges(of: "\"\"\"").count
      defer { if quotes % 2 == 1 { isInside.toggle() } }
      // A module may be called as a type is.
      let isImport = line.split(separator: " ").prefix(2).contains("import")
      return isInside || quotes > 0 || isImport ? [] : withoutLiterals(Array(line.utf8))
    }
  }

  private static func withoutLiterals(_ line: [UInt8]) -> [UInt8] {
    let (quote, backslash, slash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"))
    var code: [UInt8] = []
    var isLiteral = false
    var index = 0
    while index < line.count {
      let byte = line[index]
      if isLiteral && byte == backslash { index += 1 } else if byte == quote { isLiteral.toggle() }
      if !isLiteral {
        if byte == slash, index + 1 < line.count, line[index + 1] == slash { break }
        code.append(byte)
      }
      index += 1
    }
    return code
  }

  /// The types that are declared at the start of a line.
  private static func declarations(_ code: [[UInt8]]) -> [String] {
    let kinds: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]
    let modifiers: Set = [
      "public", "package", "internal", "private", "fileprivate", "final", "indirect",
    ]
    var names: [String] = []
    // A condition of compilation moves the declarations of a file in by one step.
    let isConditional = code.first { !$0.isEmpty }?.starts(with: "#if".utf8) ?? false
    let start = [UInt8](repeating: UInt8(ascii: " "), count: isConditional ? 2 : 0)
    for line in code where line.starts(with: start) && line.dropFirst(start.count).first != 0x20 {
      var words = words(of: line)[...]
      while let first = words.first, modifiers.contains(first) { words.removeFirst() }
      if words.count > 1, kinds.contains(words.first ?? "") {
        names.append(words[words.startIndex + 1])
      }
    }
    return names
  }

  /// The words of a line.
  private static func words(of line: [UInt8]) -> [String] {
    func isLetter(_ byte: UInt8) -> Bool {
      let small = byte | 0x20
      return small >= UInt8(ascii: "a") && small <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
        || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte >= 0x80
    }
    return line.split { !isLetter($0) }.map { String(decoding: $0, as: UTF8.self) }
  }
}
