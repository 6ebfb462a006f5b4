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

  /// A folder keeps at least one state, however it is made.
  @Test func aFolderKeepsOne() throws {
    let data = Data(#"{"path": "x", "keeping": -2}"#.utf8)
    #expect(try JSONDecoder().decode(TrainingFolder.self, from: data).keeping == 1)
  }
}
