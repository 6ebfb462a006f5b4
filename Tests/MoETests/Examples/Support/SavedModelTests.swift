import ExampleSupport
import Foundation
import MoE
import Testing

@Suite("Examples: saved models")
struct SavedModelTests {
  @Test("A model that was restored has the bits of the one that was kept")
  func model() throws {
    var generator = SeededGenerator(seed: 1)
    let kept = Linear(inputSize: 3, outputSize: 2, using: &generator)
    var other = Linear(inputSize: 3, outputSize: 2, using: &generator)
    #expect(other.weight != kept.weight)
    let file = SavedModel(metadata: [:], model: kept)
    #expect(file.scalarCount == kept.parameterCount)
    try file.restore(&other, file: "m")
    #expect(other.weight == kept.weight)
  }

  @Test("Metadata that is missing, out of range or no number is named")
  func metadata() {
    var generator = SeededGenerator(seed: 1)
    let reader = MetadataReader(
      SavedModel(
        metadata: ["a": "7", "b": "x", "c": "0.5", "d": "nan"],
        model: Linear(inputSize: 1, outputSize: 1, using: &generator)), file: "m")
    func message(_ body: (MetadataReader) throws -> some Any) -> String {
      do { return "\(try body(reader))" } catch { return "\(error)" }
    }
    let messages = [
      message { try $0.number("a", in: 1...8) }, message { try $0.number("a", in: 1...6) },
      message { try $0.number("b", in: 1...6) }, message { try $0.fraction("c", in: 0...1) },
      message { try $0.fraction("d", in: 0...1) }, message { try $0.fraction("e", in: 0...1) },
      message { try $0.check(format: "f") },
    ]
    #expect(
      messages == [
        "7", "m, metadata a: found 7, expected a whole number from 1 to 6",
        "m, metadata b: found x, expected a whole number from 1 to 6", "0.5",
        "m, metadata d: found nan, expected a number from 0.0 to 1.0",
        "m, metadata e: found nothing, expected a number from 0.0 to 1.0",
        "m, metadata format: found nothing, expected f",
      ])
  }
}
