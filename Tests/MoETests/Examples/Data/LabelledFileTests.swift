import ExampleData
import ExampleSupport
import Testing
import TextClassification

@Suite("Example: labelled files")
struct LabelledFileTests {
  private func lines(_ text: String) throws -> [LabelledLine] {
    try LabelledFile.lines(of: Array(text.utf8), file: "data.tsv")
  }

  /// The message that reading gives; nothing where there is none.
  private func message(_ bytes: [UInt8]) -> String {
    do {
      _ = try LabelledFile.lines(of: bytes, file: "data.tsv")
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test("Labels, texts and groups are read")
  func columns() throws {
    #expect(
      try lines("spam\tBuy now\nham\tSee you\tfriends\n") == [
        LabelledLine(label: "spam", text: "Buy now"),
        LabelledLine(label: "ham", text: "See you", group: "friends"),
      ])
  }

  @Test("A byte order mark, carriage returns and blank lines are left out")
  func lineEnds() throws {
    let expected = [LabelledLine(label: "a", text: "b"), LabelledLine(label: "c", text: "d")]
    #expect(try lines("\u{FEFF}a\tb\r\n\r\n \t \nc\td") == expected)
    #expect(try lines("a\tb\n\nc\td\n\n") == expected)
    #expect(try lines("").isEmpty)
  }

  @Test("Any script is read, and a text or a group may be empty")
  func corners() throws {
    #expect(
      try lines("метка\tтекст 漢字 👩‍🔬\nb\t\na\tb\t\n") == [
        LabelledLine(label: "метка", text: "текст 漢字 👩‍🔬"),
        LabelledLine(label: "b", text: ""), LabelledLine(label: "a", text: "b"),
      ])
  }

  @Test("A bad line is named with what was found and expected")
  func badLines() {
    let format = "label<TAB>text, or label<TAB>text<TAB>group"
    #expect(
      message(Array("a\tb\n\nno tab\n".utf8))
        == "data.tsv, line 3: found no tab, expected \(format)")
    #expect(
      message(Array("\ttext\n".utf8))
        == "data.tsv, line 1: found an empty label, expected a label before the tab")
    #expect(
      message(Array("a\tb\tc\td".utf8)) == "data.tsv, line 1: found 4 columns, expected \(format)")
    #expect(
      message(Array("a\tb\r\na\t".utf8) + [0xff, 0x0a])
        == "data.tsv, line 2: found bytes that are not UTF-8, expected text in UTF-8")
  }

  @Test("A bad file is named with the reason")
  func badFiles() throws {
    #expect(
      throws: InputFile.Problem(file: "/nowhere/x.tsv", reason: "there is no such file")
    ) { try LabelledFile.lines(ofFile: "/nowhere/x.tsv") }
    try withTemporaryFile(Array("\n \n".utf8)) { path in
      #expect(
        throws: LabelledFile.Problem.content(
          file: path, found: "no lines", expected: "at least one line of label<TAB>text")
      ) { try LabelledFile.lines(ofFile: path) }
    }
  }
}
