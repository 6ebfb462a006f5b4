import Foundation
import Testing

/// The landing page lists every public type of the library, once.
@Suite struct CatalogueTests {
  /// The names of the public types that stand at the top of the files of the library.
  static func types() throws -> [String] {
    let declaration = try Regex(
      #"^(?:@\w+ )*public (?:final |indirect )?(?:struct|class|enum|actor|protocol|typealias) (\w+)"#,
      as: (Substring, Substring).self
    ).anchorsMatchLineEndings()
    return try SnippetTests.files(below: "Sources/MoE", suffix: ".swift").flatMap { file in
      try String(contentsOf: file, encoding: .utf8).matches(of: declaration).map { String($0.1) }
    }
  }

  /// The names that the landing page lists.
  static func listed() throws -> [String] {
    let page = SnippetTests.root.appending(path: "Sources/MoE/MoE.docc/MoE.md")
    return try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("- ``") }.map { String($0.dropFirst(4).dropLast(2)) }
  }

  @Test func everyTypeIsListedOnce() throws {
    let (types, listed) = (try Self.types(), try Self.listed())
    #expect(types.count > 100)
    #expect(Set(types).subtracting(listed).sorted() == [])
    #expect(Set(listed).subtracting(types).sorted() == [])
    let twice = Dictionary(grouping: listed, by: \.self).filter { $0.value.count > 1 }
    #expect(twice.keys.sorted() == [])
  }
}
