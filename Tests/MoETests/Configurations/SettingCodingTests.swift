import Foundation
import MoE
import Testing

/// Settings that are written and read: what comes back is the same, and what cannot work is
/// refused as it is read.
@Suite struct SettingCodingTests {
  private static func expectRoundTrip<Setting: Codable & Hashable>(_ setting: Setting) throws {
    // In a list, as some of them are no top of a file.
    let data = try JSONEncoder().encode([setting])
    #expect(try JSONDecoder().decode([Setting].self, from: data) == [setting])
  }

  @Test func settingsComeBack() throws {
    try Self.expectRoundTrip(Upcycling(copies: 4, parts: 2, noise: 0.5, redrawnShare: 0.25))
    try Self.expectRoundTrip(TrainingFolder(path: "a/b", keeping: 3))
    try Self.expectRoundTrip(MeanSquaredError())
    try Self.expectRoundTrip(
      CrossEntropy(labelSmoothing: 0.1, classWeights: [1, 0], ignoredLabel: -1))
    try Self.expectRoundTrip(ShuffledBatches(count: 5, batchSize: 2, epochCount: 3, seed: 9))
    try Self.expectRoundTrip(Noise(seed: .max, step: 3, layer: 7))
    try Self.expectRoundTrip(RoutingPromises([.tokenLocal, .readsScores]))
    try Self.expectRoundTrip(Capacity.Counting.tokens)
    try Self.expectRoundTrip(PassMode.training(step: 4))
    try Self.expectRoundTrip(Batch())
    try Self.expectRoundTrip(LayerContext.inference)
    let batch = Batch(
      positions: [4, 5], tokenIDs: [1, 2], padding: [false, true], sequenceLengths: [2])
    try Self.expectRoundTrip(
      LayerContext(.training(step: 2), batch: batch, hiddenRows: .recomputed))
    var stopping = EarlyStopping(patience: 2, leastChange: 0.5, goal: .higher)
    stopping.observe(1, step: 10)
    stopping.observe(1, step: 20)
    try Self.expectRoundTrip(stopping)
  }

  /// A generator goes on where it stood.
  @Test func generatorsComeBack() throws {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<5 { _ = generator.next() }
    try Self.expectRoundTrip(generator)
    var again = try JSONDecoder().decode(
      SeededGenerator.self, from: JSONEncoder().encode(generator))
    #expect(again.next() == generator.next())
    #expect(again == generator && again != SeededGenerator(seed: 3))
  }

  @Test func schedulesComeBack() throws {
    let schedules: [LearningRateSchedule] = [
      .constant(0.5), .warmup(peak: 0.5, warmup: 3),
      .cosine(peak: 1, warmup: 2, total: 10, floor: 0.1),
      .linear(peak: 1, warmup: 2, total: 10, floor: 0.1),
      .inverseSquareRoot(peak: 1, warmup: 4),
      .warmupStableDecay(peak: 1, warmup: 2, decay: 3, total: 12, floor: 0.1),
      .constant(1).then(.linear(peak: 1, total: 5), after: 4).warmedUp(over: 3).scaled(by: 0.5),
    ]
    let data = try JSONEncoder().encode(schedules)
    let again = try JSONDecoder().decode([LearningRateSchedule].self, from: data)
    for (schedule, other) in zip(schedules, again) {
      #expect((0..<20).map { schedule($0) } == (0..<20).map { other($0) }, "\(schedule)")
      #expect("\(schedule)" == "\(other)")
    }
    #expect(again.count == schedules.count && "\(again[0])" == "constant(0.5)")
    // A closure cannot be written, nor what is made of one.
    let own = LearningRateSchedule { Float($0) }
    for schedule in [own, own.scaled(by: 2), .constant(1).then(own, after: 1)] {
      #expect(throws: EncodingError.self) { try JSONEncoder().encode([schedule]) }
    }
    #expect("\(own)" == "a learning rate schedule of your own")
  }

  /// Parts of a strategy are compared by their settings.
  @Test func partsAreHashable() throws {
    #expect(
      TopKSelector(count: 2) == TopKSelector(count: 2)
        && TopKSelector(count: 2) != TopKSelector(count: 3))
    #expect(Set([RouterZLoss(coefficient: 1), RouterZLoss(coefficient: 2)]).count == 2)
    #expect(RenormalizedWeighting(epsilon: 0) != RenormalizedWeighting(epsilon: 1))
    #expect(SigmoidScore() == SigmoidScore())
  }

  private static func expectRefused<Setting: Decodable>(
    _ type: Setting.Type, _ text: String, _ part: String
  ) {
    #expect { try JSONDecoder().decode(type, from: Data(text.utf8)) } throws: {
      ($0 as? MoEError).map { "\($0)".contains(part) } ?? false
    }
  }

  @Test func whatCannotWorkIsRefused() {
    let loss = #"{"labelSmoothing": 2}"#
    Self.expectRefused(CrossEntropy.self, loss, "label smoothing is 2.0, expected 0 to 1")
    Self.expectRefused(
      CrossEntropy.self, #"{"labelSmoothing": 0, "classWeights": [1, -3]}"#, "weight of class 1")
    for (patience, change, part) in [
      (0, 0, "patience"), (1, -1, "least change"), (-5, 0, "patience"),
    ] {
      Self.expectRefused(
        EarlyStopping.self,
        #"{"patience": \#(patience), "leastChange": \#(change), "goal": "lower", "#
          + #""evaluationsSinceBest": 0}"#, part)
    }
    // A best value without its step.
    Self.expectRefused(
      EarlyStopping.self,
      #"{"patience": 1, "leastChange": 0, "goal": "lower", "evaluationsSinceBest": 0, "#
        + #""bestValue": 1}"#, "state of early stopping")
    for (count, size) in [(-1, 1), (3, 0)] {
      Self.expectRefused(
        ShuffledBatches.self, #"{"count": \#(count), "batchSize": \#(size), "seed": 1}"#,
        "number of rows")
    }
    Self.expectRefused(Noise.self, #"{"seed": 1, "step": 0, "layer": -1}"#, "layer of noise")
  }

  private static func expectCorrupted<Value: Decodable>(
    _ type: Value.Type, _ text: String, _ part: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    #expect(sourceLocation: sourceLocation) {
      try decoder.decode(type, from: Data(text.utf8))
    } throws: {
      guard case DecodingError.dataCorrupted(let context) = $0 else { return false }
      return context.debugDescription == part
    }
  }

  @Test func measuresOfNoBatchesAreRefused() {
    for (top, count, correct, part) in [
      (0, 0, 0, "number of classes of an accuracy is 0, expected at least 1"),
      (1, -1, 0, "number of rows is -1, expected 0 to 17592186044416"),
      (1, .max, 0, "number of rows is 9223372036854775807, expected 0 to 17592186044416"),
      (1, 2, 3, "number of rows whose label is found is 3, expected 0 to 2"),
      (1, 2, -3, "number of rows whose label is found is -3, expected 0 to 2"),
    ] {
      Self.expectCorrupted(
        TopAccuracy.self, #"{"top": \#(top), "count": \#(count), "correctCount": \#(correct)}"#,
        part)
    }
    for (counts, part) in [
      ("[[1, 2]]", "number of classes of a confusion matrix is 1, expected 2, as there are names"),
      (
        "[[1, 2], [3]]",
        "number of classes of a confusion matrix is 1, expected 2, as there are names"
      ),
      ("[[1, -2], [0, 0]]", "number of rows of a class is -2, expected 0 to 17592186044416"),
      (
        "[[1, 17592186044416], [0, 0]]",
        "number of rows is 17592186044417, expected 0 to 17592186044416"
      ),
    ] {
      Self.expectCorrupted(
        ConfusionMatrix.self, #"{"classNames": ["a", "b"], "counts": \#(counts)}"#, part)
    }
  }

  @Test func schedulesThatCannotBeAreRefused() {
    let shape = #""warmup": 0, "total": 5, "floor": 0"#
    for (plan, part) in [
      (
        #"{"constant": {"_0": "nan"}}"#,
        "learning rate of a schedule is nan, expected a finite number"
      ),
      (
        #"{"cosine": {"peak": "inf", \#(shape)}}"#,
        "learning rate of a schedule is inf, expected a finite number"
      ),
      (
        #"{"linear": {"peak": 1, "warmup": \#(Int.min), "total": 5, "floor": 0}}"#,
        "number of updates of a schedule is \(Int.min), expected at least 0"
      ),
      (
        #"{"warmedUp": {"_0": {"constant": {"_0": 1}}, "over": -1}}"#,
        "number of updates of a schedule is -1, expected at least 0"
      ),
      (
        #"{"scaled": {"_0": {"warmup": {"peak": 1, "warmup": -3}}, "by": 2}}"#,
        "number of updates of a schedule is -3, expected at least 0"
      ),
    ] { Self.expectCorrupted(LearningRateSchedule.self, plan, part) }
  }

  /// The largest numbers that are read overflow nothing.
  @Test func theLargestNumbersWork() throws {
    let shape = #""peak": 1, "total": 0, "floor": 0"#
    for plan in [
      #"{"linear": {\#(shape), "warmup": \#(Int.max)}}"#,
      #"{"warmupStableDecay": {\#(shape), "warmup": 0, "decay": \#(Int.max)}}"#,
      #"{"inverseSquareRoot": {"peak": 1, "warmup": 0}}"#,
      #"{"warmedUp": {"_0": {"constant": {"_0": 1}}, "over": \#(Int.max)}}"#,
    ] {
      let schedule = try JSONDecoder().decode(LearningRateSchedule.self, from: Data(plan.utf8))
      for step in [0, 1, .max] { #expect((0...1).contains(schedule(step)), "\(plan) at \(step)") }
    }
    let text =
      #"{"patience": 1, "leastChange": 0, "goal": "lower", "evaluationsSinceBest": \#(Int.max)}"#
    var stopping = try JSONDecoder().decode(EarlyStopping.self, from: Data(text.utf8))
    stopping.observe(.nan, step: 1)
    #expect(stopping.shouldStop && stopping.evaluationsSinceBest == .max)
  }

  /// A folder keeps at least one state, however it is made.
  @Test func aFolderKeepsOne() throws {
    let data = Data(#"{"path": "x", "keeping": -2}"#.utf8)
    #expect(try JSONDecoder().decode(TrainingFolder.self, from: data).keeping == 1)
  }
}
