import ExampleSupport
import LanguageModel
import Testing

@Suite("Language model: texts")
struct CorpusTests {
  @Test("The last tenth is kept to validate with, up to a limit")
  func split() throws {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
    let corpus = try Corpus(bytes, name: "t")
    #expect(Array(corpus.training + corpus.validation) == bytes)
    #expect(corpus.training.count == 900)
    let large = try Corpus([UInt8](repeating: 7, count: 1_000_000), name: "t")
    #expect(large.validation.count == Corpus.validationLimit)
  }

  @Test("A text that is too short is rejected, and a missing file")
  func tooShort() throws {
    for count in [0, 999] {
      let bytes = [UInt8](repeating: 65, count: count)
      #expect(
        throws: InputFile.Problem(
          file: "t", reason: "it has \(count) bytes, expected at least 1,000")
      ) { try Corpus(bytes, name: "t") }
    }
    try withTemporaryFile(TinyModel.text(1000)) { file in
      let corpus = try Corpus(file: file)
      #expect(corpus.training.count == 900)
    }
    #expect(throws: InputFile.Problem(file: "/no/such", reason: "there is no such file")) {
      try Corpus(file: "/no/such")
    }
  }

  @Test("The embedded text is UTF-8 of some length, whose end is like the rest")
  func embedded() throws {
    let corpus = try Corpus.embedded()
    let bytes = Array(corpus.training + corpus.validation)
    #expect((200_000...400_000).contains(bytes.count))
    #expect(String(validating: bytes, as: UTF8.self) != nil)
    let known = Set(corpus.training)
    #expect(corpus.validation.count { !known.contains($0) } < 10)
  }

  @Test("Pieces stand beside the bytes that follow theirs, and end before the text does")
  func windows() {
    let bytes: [UInt8] = [9, 9, 1, 2, 3, 4, 5]
    let windows = Windows(at: [2, 4], length: 3, in: bytes[2...])
    #expect(windows.ids == [1, 2, 3, 3, 4])
    #expect(windows.following == [2, 3, 4, 4, 5])
    #expect(windows.lengths == [3, 2])
  }

  @Test("A byte is what it is, and a letter counts from the start of its word")
  func kinds() {
    let kinds = ByteKind.kinds(of: "Abc d1,\té\n\r@[`{~x".utf8)
    #expect(
      kinds == [
        .firstLetter, .secondLetter, .laterLetter, .space, .firstLetter, .digit, .punctuation,
        .space, .other, .other, .lineEnd, .lineEnd, .punctuation, .punctuation, .punctuation,
        .punctuation, .punctuation, .firstLetter,
      ])
    #expect(
      ByteKind.kinds(of: [0, 0x1F, 0x7F, 0x80, 0xFF]) == Array(repeating: .other, count: 5))
  }

  @Test("Counting gives the entropy of what it counted, and no byte is impossible")
  func counting() throws {
    // Two bytes in turn: as likely each, and known by the one before.
    let turns = try CountingBaseline(
      Corpus((0..<20_000).map { UInt8($0 % 2) }, name: "t"))
    #expect((turns.ofBytes - 0.693).magnitude < 0.02 && turns.ofPairs < 0.05)
    let unseen = try CountingBaseline(
      Corpus([UInt8](repeating: 1, count: 900) + [UInt8](repeating: 2, count: 100), name: "t"))
    #expect(unseen.ofBytes.isFinite && unseen.ofPairs.isFinite)
  }
}
