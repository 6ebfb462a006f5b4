import ExampleData
import MoE
import Testing
import TextClassification

@Suite("Example: text features")
struct TextFeaturesTests {
  private let features = TextFeatures(count: 256)

  @Test("The hash is FNV-1a, by its published test vectors")
  func publishedHashes() {
    #expect(NGramHash().adding("".utf8).state == 0xcbf2_9ce4_8422_2325)
    #expect(NGramHash().adding("a".utf8).state == 0xaf63_dc4c_8601_ec8c)
    #expect(NGramHash().adding("foobar".utf8).state == 0x8594_4171_f739_67e8)
  }

  @Test("An n-gram keeps its feature, on which saved models depend")
  func stablePlaces() {
    let word = NGramHash(kind: .word).adding("expert".utf8)
    let characters = NGramHash(kind: .characters).adding("expert".utf8)
    #expect(word.place(among: 4096) == (1596, -1))
    #expect(characters.place(among: 4096) == (1926, 1))
  }

  @Test("Vectors have length one and ascending indices")
  func unitLength() {
    for text in ["a", "Experts and a gate.", "ẞ 漢字 👩‍🔬!", "word word word"] {
      let vector = features.vector(of: text)
      let length = vector.values.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(length - 1) < 1e-6, "\(text)")
      #expect(zip(vector.indices, vector.indices.dropFirst()).allSatisfy { $0 < $1 }, "\(text)")
    }
  }

  @Test("Texts without words and symbols give zeros", arguments: ["", " ", "\t \u{3000}"])
  func empty(text: String) {
    #expect(features.vector(of: text).indices.isEmpty)
  }

  @Test(
    "Texts that differ in case or composition alone are the same",
    arguments: [
      ("Café", "CAFE\u{301}"), ("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("ПРИВЕТ", "привет"),
      ("two  words", " Two\nwords "), ("각", "\u{1100}\u{1161}\u{11A8}"),
    ])
  func folding(first: String, second: String) {
    #expect(features.vector(of: first) == features.vector(of: second))
  }

  @Test("Texts that differ otherwise are not the same")
  func difference() {
    #expect(features.vector(of: "good") != features.vector(of: "goods"))
    #expect(features.vector(of: "not good") != features.vector(of: "good not"))
    #expect(features.vector(of: "👩‍🔬") != features.vector(of: "👩"))
    #expect(features.vector(of: "resume") != features.vector(of: "résumé"))
  }

  @Test("Long words and piles of combining marks are taken whole")
  func long() {
    let marks = String(repeating: "\u{301}", count: 2000)
    for text in [String(repeating: "x", count: 2000), "e" + marks] {
      #expect(features.vector(of: text).values.allSatisfy { $0.isFinite })
      #expect(!features.vector(of: text).indices.isEmpty)
    }
  }

  @Test("A batch holds the rows that were asked for, in that order")
  func batch() {
    let texts = ["one", "", "three"]
    let matrix = FeatureMatrix(texts, features: features)
    let batch = matrix.tensor(rows: [2, 1, 0])
    #expect(batch.shape == [3, 256])
    for (row, text) in texts.reversed().enumerated() {
      var expected = [Float](repeating: 0, count: 256)
      let vector = features.vector(of: text)
      for (index, value) in zip(vector.indices, vector.values) { expected[Int(index)] = value }
      #expect(batch[entry: row].scalarArray == expected)
    }
  }
}
