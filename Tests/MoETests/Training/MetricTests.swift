import Foundation
import MoE
import Testing

@Suite struct MetricTests {
  // MARK: - Accuracy

  @Test func countsLabelsAmongTheLargest() {
    let logits: Tensor = [[0.1, 0.7, 0.2, 0], [4, 3, 2, 1], [1, 1, 1, 1], [0, 0, 5, 5]]
    let labels = [2, 3, 1, 3]
    let counts = (1...4).map { top in
      var accuracy = TopAccuracy(top)
      accuracy.add(logits, labels: labels)
      return accuracy.correctCount
    }
    #expect(counts == [0, 3, 3, 4])
    var first = TopAccuracy(2, ignoredLabel: 3)
    first.add(logits, labels: labels)
    #expect(first.count == 2 && first.value == 1)
    var second = TopAccuracy(2)
    second.add([[1, 2, 3]], labels: [0])
    first.add(second)
    #expect(first.count == 3 && first.correctCount == 2)
    #expect(TopAccuracy().value == 0)
    // More than there are classes.
    var all = TopAccuracy(9)
    all.add([[1, 2]], labels: [0])
    #expect(all.value == 1)
  }

  @Test func accuracyIsThatOfTheLargest() {
    let logits = Tensor(scattered: [40, 6], seed: 3)
    let labels = (0..<40).map { $0 % 6 }
    var accuracy = TopAccuracy()
    accuracy.add(logits, labels: labels)
    #expect(accuracy.correctCount == zip(logits.rowArgmax(), labels).count { $0 == $1 })
  }

  @Test func whatIsNoNumberIsNotRight() {
    var accuracy = TopAccuracy()
    accuracy.add(
      Tensor([.nan, 0, 1, .nan, .nan, .nan], shape: [3, 2]), labels: [0, 0, 1])
    #expect(accuracy.correctCount == 0 && accuracy.count == 3)
    // It takes one place of two: the largest number has the other.
    var two = TopAccuracy(2)
    let logits = Tensor([.nan, 1, 0, .nan, 1, 0, .nan, 1, 0], shape: [3, 3])
    two.add(logits, labels: [1, 2, 0])
    #expect(two.correctCount == 1 && two.count == 3)
  }

  // MARK: - Confusion

  private static func matrix() -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classNames: ["cat", "dog", "bird"])
    matrix.add(predictions: [0, 0, 1, 1, 1, 2], labels: [0, 1, 1, 1, 0, 1])
    return matrix
  }

  @Test func scoresOfClasses() {
    let matrix = Self.matrix()
    #expect(matrix.counts == [[1, 1, 0], [1, 2, 1], [0, 0, 0]])
    #expect(matrix.count == 6 && matrix.accuracy == 0.5)
    let (cat, dog, bird) = (matrix[class: 0], matrix[class: 1], matrix[class: 2])
    #expect(cat.precision == 0.5 && cat.recall == 0.5 && cat.f1 == 0.5 && cat.support == 2)
    #expect(dog.precision == 2 / 3.0 && dog.recall == 0.5 && dog.support == 4)
    #expect(abs(dog.f1 - 4 / 7.0) < 1e-15)
    // Never there, once found: nothing is divided by zero.
    #expect(bird.precision == 0 && bird.recall == 0 && bird.f1 == 0 && bird.support == 0)
    let (macro, micro) = (matrix.macroAverage, matrix.microAverage)
    #expect(abs(macro.f1 - (0.5 + 4 / 7.0) / 3) < 1e-15 && macro.support == 6)
    #expect(abs(macro.precision - 3.5 / 9) < 1e-15 && abs(macro.recall - 1 / 3.0) < 1e-15)
    #expect(micro.precision == 0.5 && micro.recall == 0.5 && micro.f1 == 0.5)
    let empty = ConfusionMatrix(classCount: 0)
    #expect(empty.accuracy == 0 && empty.macroAverage.f1 == 0)
  }

  @Test func printsATable() {
    #expect(
      "\(Self.matrix())" == """
        is \\ taken for  cat  dog  bird  precision  recall     F1  rows
        cat               1    1     0      50.0%   50.0%  50.0%     2
        dog               1    2     1      66.7%   50.0%  57.1%     4
        bird              0    0     0       0.0%    0.0%   0.0%     0
        macro average                       38.9%   33.3%  35.7%     6
        micro average                       50.0%   50.0%  50.0%     6
        """)
  }

  @Test func takesLogitsAndLeavesOutIgnoredRows() throws {
    var matrix = ConfusionMatrix(classCount: 2, ignoredLabel: -1)
    matrix.add([[1, 0], [0, 1], [0, 1]], labels: [0, 0, -1])
    #expect(matrix.counts == [[1, 1], [0, 0]])
    let data = try JSONEncoder().encode(matrix)
    #expect(try JSONDecoder().decode(ConfusionMatrix.self, from: data) == matrix)
  }

  @Test func trapsOnClassesThatAreNone() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var matrix = ConfusionMatrix(classCount: 2)
      matrix.add(predictions: [2], labels: [0])
    }
    #expect(
      result?.standardErrorSays("ConfusionMatrix: class 0 taken for 2, expected 0..<2") == true)
  }

  // MARK: - Early stopping

  @Test func stopsWhereNothingBecomesBetter() {
    var stopping = EarlyStopping(patience: 2, leastChange: 0.5)
    let steps = [4.0, 3.0, 2.75, .nan, 2.0].enumerated()
    #expect(steps.map { stopping.observe($1, step: 10 * $0) } == [true, true, false, false, true])
    #expect(stopping.bestValue == 2 && stopping.bestStep == 40 && !stopping.shouldStop)
    stopping.observe(-.infinity, step: 50)
    stopping.observe(1.75, step: 60)
    #expect(stopping.shouldStop && stopping.bestValue == 2)

    var rising = EarlyStopping(patience: 1, goal: .higher)
    #expect(rising.observe(0.5, step: 1) && rising.observe(0.75, step: 2))
    #expect(!rising.observe(0.75, step: 3) && rising.shouldStop)
    var first = EarlyStopping(patience: 1)
    first.observe(.nan, step: 0)
    #expect(first.bestValue == nil && first.shouldStop)
  }

  @Test func earlyStoppingIsSaved() throws {
    for values in [[], [3.1], [3.1, 1 / 3.0, 2]] as [[Double]] {
      var stopping = EarlyStopping(patience: 3)
      for (step, value) in values.enumerated() { stopping.observe(value, step: step) }
      var other = EarlyStopping(patience: 3)
      other.observe(9, step: 9)
      try other.restoreBuffers(Dictionary(uniqueKeysWithValues: stopping.namedBuffers))
      #expect(other == stopping)
    }
    var stopping = EarlyStopping(patience: 3)
    for broken in [
      ["bestStep": [1, 0, 0]], ["bestValue": [[1, 0, 0]]], ["evaluationsSinceBest": [0.5, 0, 0]],
    ] as [[String: Tensor]] {
      #expect(throws: MoEError.self) { try stopping.restoreBuffers(broken) }
    }
    #expect(stopping == EarlyStopping(patience: 3))
  }

  // MARK: - Average of parameters

  @Test func averagesParameters() {
    var average = ParameterAverage(decay: 0.5)
    let models = [8, 4, 16].map { Linear(weight: Tensor([Float($0)], shape: [1, 1])) }
    #expect(average.averaged(models[0]).weight == [[8]])
    for model in models { average.update(with: model) }
    // (8/8 + 4/4 + 16/2) / (7/8)
    let exact = 10 / 0.875
    let found = average.averaged(models[0]).weight[0, 0]
    #expect(abs(Double(found) - exact) <= exact * 4 * 0x1p-24)
    var plain = ParameterAverage(decay: 0.5, isBiasCorrected: false)
    for model in models { plain.update(with: model) }
    // 8, then 6, then 11
    #expect(plain.averaged(models[2]).weight == [[11]])
    #expect(models[2].weight == [[16]])
  }

  @Test func theAverageIsSavedAndFollowsEdits() throws {
    var (layer, optimizer) = (try OptimizerChecks.layer(), AdamW())
    var average = ParameterAverage(decay: 0.75)
    for step in 0..<3 {
      try OptimizerChecks.train(&layer, &optimizer, steps: step..<step + 1)
      average.update(with: layer)
    }
    var other = ParameterAverage(decay: 0.75)
    try other.restoreBuffers(Dictionary(uniqueKeysWithValues: average.namedBuffers))
    try other.check(layer)
    #expect(
      OptimizerChecks.bits(other.averaged(layer)) == OptimizerChecks.bits(average.averaged(layer)))
    try OptimizerChecks.train(&layer, &optimizer, steps: 3..<4)
    average.update(with: layer)
    other.update(with: layer)
    #expect(OptimizerChecks.bits(buffersOf: other) == OptimizerChecks.bits(buffersOf: average))
    #expect(throws: MoEError.self) { try other.restoreBuffers(["average.weight": [1]]) }
    #expect(throws: MoEError.self) { try other.check(Linear(weight: [[1]])) }

    let before = average.averaged(layer)
    let edited = layer
    try average.follow(layer) { try $0.keepExperts([1, 0, 3, 2]) }
    var (kept, expected) = (edited, before)
    try kept.keepExperts([1, 0, 3, 2])
    try expected.keepExperts([1, 0, 3, 2])
    #expect(
      OptimizerChecks.bits(average.averaged(kept)) == OptimizerChecks.bits(expected))
  }
}
