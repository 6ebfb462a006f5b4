import ExampleData
import Testing
import TextClassification

@Suite("Example: data sets")
struct DatasetTests {
  @Test("Every fifth line of each label is held out, in order")
  func split() {
    let lines = (0..<24).map { LabelledLine(label: $0 % 2 == 0 ? "even" : "odd", text: "\($0)") }
    let data = Dataset(splitting: lines)
    #expect(data.test.map(\.text) == ["8", "9", "18", "19"])
    #expect(data.training.map(\.text) == (0..<24).filter { $0 % 10 < 8 }.map { "\($0)" })
    #expect(data.labels == ["even", "odd"])
  }

  @Test("A label with fewer than five lines is for training alone")
  func rareLabel() {
    let data = Dataset(splitting: (0..<4).map { LabelledLine(label: "rare", text: "\($0)") })
    #expect(data.training.count == 4)
    #expect(data.test.isEmpty)
  }

  @Test("Test labels that training never saw have no index and are counted")
  func unseenLabels() {
    let data = Dataset(
      training: [LabelledLine(label: "a", text: ""), LabelledLine(label: "b", text: "")],
      test: ["b", "c", "c", "a"].map { LabelledLine(label: $0, text: "") })
    #expect(data.labelIndices(of: data.test) == [1, nil, nil, 0])
    #expect(data.unseenLabels == ["c": 2])
  }

  @Test("The majority baseline takes the first of equally common labels")
  func majority() {
    let data = Dataset(
      training: ["a", "b", "b", "c", "c"].map { LabelledLine(label: $0, text: "") },
      test: ["b", "c", "b"].map { LabelledLine(label: $0, text: "") })
    let baseline = MajorityBaseline(data)
    #expect(baseline.label == "b")
    #expect(baseline.correctCount == 2)
  }

  @Test("The embedded data has ten labels in three tasks, none of its new lines among them")
  func embedded() throws {
    let data = try Dataset.embedded()
    #expect(data.labels.count == 10)
    #expect(data.groups == ["sentiment", "topic", "entity"])
    let texts = (data.training + data.test).map(\.text)
    #expect(Set(texts).count == texts.count)
    #expect(Dataset.newLines.filter(texts.contains).isEmpty)
  }
}
