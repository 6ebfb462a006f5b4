import ExampleData
import ExampleSupport
import MoE
import Testing
import TextClassification

/// A data set and a classifier small enough for a debug build.
enum TinyExample {
  /// Two labels, told apart by one word each.
  static var lines: [LabelledLine] {
    (0..<12).map { index in
      let isFruit = index % 2 == 0
      return LabelledLine(
        label: isFruit ? "fruit" : "tool", text: isFruit ? "apple \(index)" : "hammer \(index)",
        group: isFruit ? "food" : nil)
    }
  }

  /// A classifier with random parameters.
  static func classifier(
    topK: Int? = nil, labels: [String] = ["fruit", "tool"], seed: UInt64 = 1
  ) throws -> TextClassifier {
    var settings = TextClassifier.Settings()
    settings.topK = topK
    settings.hiddenSize = 4
    settings.featureCount = 32
    var generator = SeededGenerator(seed: seed)
    return try TextClassifier(settings, labels: labels, using: &generator)
  }

  /// A trained classifier and the losses of its epochs.
  static func trained(topK: Int? = nil) throws -> (classifier: TextClassifier, losses: [Float]) {
    var classifier = try classifier(topK: topK)
    var settings = ClassifierTrainer.Settings(epochCount: 30)
    settings.batchSize = 5
    let matrix = FeatureMatrix(lines.map(\.text), features: classifier.features)
    let labels = lines.map { $0.label == "fruit" ? 0 : 1 }
    let losses = try ClassifierTrainer(settings).train(&classifier, on: matrix, labels: labels)
    return (classifier, losses)
  }
}

@Suite("Example: training")
struct ClassifierTrainingTests {
  @Test("The loss falls, whether all experts answer or some", arguments: [nil, 1, 2])
  func lossFalls(topK: Int?) throws {
    let losses = try TinyExample.trained(topK: topK).losses
    #expect(losses.count == 30)
    #expect(losses[29] < losses[0] / 2)
  }

  @Test("The same seed gives the same bits")
  func reproducible() throws {
    let (first, second) = (try TinyExample.trained(), try TinyExample.trained())
    #expect(first.losses == second.losses)
    let parameters = zip(
      first.classifier.mixture.namedParameters, second.classifier.mixture.namedParameters)
    for (left, right) in parameters {
      #expect(left.name == right.name)
      #expect(
        left.parameter.scalarArray.map(\.bitPattern)
          == right.parameter.scalarArray.map(\.bitPattern))
    }
  }

  @Test("A trained classifier knows its lines, and the experts' shares add up to one")
  func answers() throws {
    let classifier = try TinyExample.trained(topK: 2).classifier
    let evaluation = try Evaluation(of: classifier, on: TinyExample.lines)
    #expect(evaluation.total.correctCount == 12)
    for answer in evaluation.answers {
      let sum = answer.expertShares.reduce(0, +)
      #expect((sum - 1).magnitude < 1e-6)
      #expect(answer.expertShares.count { $0 > 0 } == 2)
    }
    #expect(evaluation.summaries.map(\.name) == ["food", "(none)"])
    #expect(evaluation.summaries.map(\.lineCount) == [6, 6])
    let leadCount = evaluation.total.leads.reduce(0, +)
    let routeCount = evaluation.total.routes.reduce(0, +)
    #expect(leadCount == 12 && routeCount == 24)
  }

  @Test("No lines, and labels that training never saw, leave no number undefined")
  func corners() throws {
    let classifier = try TinyExample.classifier()
    let empty = try Evaluation(of: classifier, on: [])
    #expect(format(share: empty.total.accuracy) == "–")
    #expect(empty.total.expertShares == [0, 0, 0])
    let unseen = try Evaluation(of: classifier, on: [LabelledLine(label: "new", text: "")])
    #expect(unseen.total.correctCount == 0)
    #expect(unseen.summaries.map(\.name) == ["new"])
  }

  /// The loss of a dense routing with the given logits, by a gate that hands them through.
  private func loss(_ logits: Tensor) throws -> BalancingLossValue {
    var identity = Tensor(zeros: [logits.columnCount, logits.columnCount])
    for expert in 0..<logits.columnCount { identity[expert, expert] = 1 }
    let router = try Router(gate: LinearGate(Linear(weight: identity)), strategy: .dense())
    return DecisiveGate(coefficient: 1)(try router.forward(logits, context: .inference).routing)
  }

  @Test("The decisive gate's gradient agrees with central differences")
  func decisiveGate() throws {
    let logits: Tensor = [[0.5, -1, 0.25], [1.5, 0.75, -0.5]]
    let gradient = try #require(try loss(logits).gradient.logits)
    // The difference of two values near 0.3, each good to 2⁻²³, over 2·2⁻⁶; its own error is h² of
    // a third derivative below one.
    let step: Float = 0x1p-6
    for row in 0..<2 {
      for column in 0..<3 {
        var (above, below) = (logits, logits)
        above[row, column] += step
        below[row, column] -= step
        let slope = try (loss(above).value - loss(below).value) / (2 * step)
        #expect(abs(slope - gradient[row, column]) < 2e-4)
      }
    }
  }

  @Test("A gate that is sure and fair has the lowest loss, one that is sure of one expert has none")
  func decisiveGateValues() throws {
    // −ln 2, to a few units in the last place.
    #expect(try abs(loss([[200, 0], [0, 200]]).value + 0.693_147_2) < 1e-6)
    #expect(try abs(loss([[200, 0], [200, 0]]).value) < 1e-6)
    #expect(try abs(loss([[0, 0], [0, 0]]).value) < 1e-6)
  }

  @Test("The progress shows epoch, loss and accuracy, each always as wide")
  func progress() {
    let progress = ClassifierTrainer.Progress(
      epoch: 3, epochCount: 10, step: 25, stepCount: 100, loss: 0.5, accuracy: 0.75)
    #expect(
      progress.parts(elapsed: .zero) == ["epoch  3/10", "loss 0.5000", "accuracy  75.0%"])
  }

  @Test("A long training prints few plain lines, the last epoch's among them")
  func plainLines() {
    for count in [1, 2, 7, 30, 1000] {
      let epochs = (1...count).filter { epoch in
        ClassifierTrainer.Progress(
          epoch: epoch, epochCount: count, step: epoch * 4, stepCount: count * 4, loss: 0,
          accuracy: 0
        ).deservesLine
      }
      #expect(epochs.count <= 6)
      #expect(epochs.first == 1)
      #expect(epochs.last == count)
    }
  }
}
