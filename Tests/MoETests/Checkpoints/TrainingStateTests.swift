import Foundation
import MoE
import Testing

/// A training that was stopped and resumed gives the bits of one that was not.
@Suite(.serialized) struct TrainingStateTests {
  private static let rules: [SelectionBiasUpdate.Rule?] = [nil, .sign, .proportional, .quantile]

  private static func layer(_ rule: SelectionBiasUpdate.Rule?) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 6)
    var routing = RoutingStrategy(
      score: .sigmoid, selector: .topK(2), weighting: .renormalized,
      hasSelectionBias: rule != nil)
    routing.gate = .linear().noisy()
    return try MixtureOfExperts(
      inputSize: 6, experts: [.gatedFeedForward(count: 4, hiddenSize: 5)], routing: routing,
      balancingLosses: [.loadBalancing(coefficient: 0.1)],
      stepUpdates: (rule.map { [SelectionBiasUpdate($0, rate: 0.01)] } ?? []) + [BalanceMonitor()],
      using: &generator)
  }

  /// Trains up to a step.
  private static func train<Trained: Optimizer>(
    _ state: inout TrainingState<MixtureOfExperts, Trained>, to step: Int
  ) throws {
    let schedule = LearningRateSchedule.cosine(peak: 0.05, warmup: 2, total: 8)
    while state.step < step {
      let tokens = Tensor.normal(shape: [12, 6], using: &state.generator)
      let pass = try state.model.forward(tokens, context: .training(step: state.step))
      let loss = try MeanSquaredError()(pass.output, tokens)
      let gradient = try state.model.backward(loss.gradient, pass: pass)
      state.optimizer.learningRate = schedule(state.step)
      state.optimizer.update(&state.model, along: gradient)
      try state.model.finishStep([pass])
      state.step += 1
    }
  }

  private static func expectResumed<Trained: Optimizer>(
    _ optimizer: Trained, _ rule: SelectionBiasUpdate.Rule?
  ) throws {
    var whole = TrainingState(
      model: try layer(rule), optimizer: optimizer, generator: SeededGenerator(seed: 3),
      metadata: ["note": "é"])
    var stopped = whole
    try train(&whole, to: 8)
    try train(&stopped, to: 3)
    try withTemporaryFolder { path in
      try stopped.save(to: path + "/state.safetensors")
      var resumed = TrainingState(model: try layer(rule), optimizer: optimizer)
      try resumed.restore(from: path + "/state.safetensors")
      #expect(resumed.step == 3 && resumed.metadata == ["note": "é"])
      try train(&resumed, to: 8)
      #expect(resumed.generator.position == whole.generator.position)
      for (left, right) in [
        (resumed.model.storedTensors(), whole.model.storedTensors()),
        (
          resumed.optimizer.namedBuffers.reduce(into: [:]) {
            $0[$1.name] = StoredTensor($1.tensor)
          },
          whole.optimizer.namedBuffers.reduce(into: [:]) { $0[$1.name] = StoredTensor($1.tensor) }
        ),
      ] as [([String: StoredTensor], [String: StoredTensor])] {
        #expect(left.keys.sorted() == right.keys.sorted() && !left.isEmpty)
        for (name, tensor) in left { #expect(tensor.bytes == right[name]?.bytes, "\(name)") }
      }
    }
  }

  @Test(arguments: rules) func adamW(rule: SelectionBiasUpdate.Rule?) throws {
    try Self.expectResumed(AdamW(learningRate: 0.05), rule)
  }

  @Test(arguments: rules) func sgd(rule: SelectionBiasUpdate.Rule?) throws {
    try Self.expectResumed(SGD(learningRate: 0.05, momentum: 0.9), rule)
  }

  @Test func whatDoesNotFitChangesNothing() throws {
    try withTemporaryFolder { folder in
      var state = TrainingState(model: try Self.layer(.sign), optimizer: AdamW())
      try Self.train(&state, to: 2)
      let path = folder + "/s.safetensors"
      try state.save(to: path)
      // Another model.
      var generator = SeededGenerator(seed: 1)
      let other = Linear(inputSize: 2, outputSize: 2, using: &generator)
      var wrong = TrainingState(model: other, optimizer: AdamW())
      #expect(throws: CheckpointError.self) { try wrong.restore(from: path) }
      #expect(wrong.step == 0 && wrong.model.weight == other.weight)
      // One that lacks the bias.
      var plain = TrainingState(model: try Self.layer(nil), optimizer: AdamW())
      #expect(throws: (any Error).self) { try plain.restore(from: path) }
      #expect(plain.step == 0)
      // Another optimiser.
      var slow = TrainingState(model: try Self.layer(.sign), optimizer: SGD(learningRate: 1))
      #expect(throws: (any Error).self) { try slow.restore(from: path) }
      // Texts that are none of a state.
      let file = try SafetensorsFile(path: path)
      let tensors = Dictionary(
        uniqueKeysWithValues: file.names.compactMap { name in file[name].map { (name, $0) } })
      for (key, text) in [
        ("format", "x"), ("step", "-1"), ("generator", "1"), ("generator", "a 1"),
      ] {
        var texts = file.metadata
        texts[key] = text
        try Checkpoint.write(tensors, metadata: texts, to: path)
        var fresh = TrainingState(model: try Self.layer(.sign), optimizer: AdamW())
        #expect(
          throws: CheckpointError.self, "\(key) \(text)"
        ) { try fresh.restore(from: path) }
      }
    }
  }

  @Test func theNewestStatesAreKept() throws {
    try withTemporaryFolder { path in
      let folder = TrainingFolder(path: path + "/states", keeping: 2)
      var state = TrainingState(model: try Self.layer(nil), optimizer: AdamW())
      #expect(try !folder.resume(&state) && folder.steps == [])
      for step in [9, 10, 11] {
        state.step = step
        try folder.save(state)
      }
      #expect(try folder.steps == [10, 11])
      // What a process left that was stopped, and what is none of ours.
      for name in [".step-12.safetensors.x.part", "step-x.safetensors", "notes"] {
        try Data([1]).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
      }
      var resumed = TrainingState(model: try Self.layer(nil), optimizer: AdamW())
      #expect(try folder.resume(&resumed) && resumed.step == 11)
      try folder.save(resumed)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(
        files == ["notes", "step-10.safetensors", "step-11.safetensors", "step-x.safetensors"])
    }
  }

  /// The folder of the test below, which two processes have to find.
  private static func killedFolder(_ process: pid_t) -> TrainingFolder {
    TrainingFolder(
      path: FileManager.default.temporaryDirectory.appendingPathComponent("moe-killed-\(process)")
        .path, keeping: 2)
  }

  /// A process that is killed while it saves leaves a whole state.
  @Test func killedWhileSaving() async throws {
    for _ in 0..<3 {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        let folder = TrainingStateTests.killedFolder(getppid())
        Thread.detachNewThread {
          Thread.sleep(forTimeInterval: Double.random(in: 0.05...0.3))
          kill(getpid(), SIGKILL)
        }
        var state = TrainingState(
          model: try TrainingStateTests.layer(.sign), optimizer: AdamW())
        try folder.resume(&state)
        while true {
          state.step += 1
          try folder.save(state)
        }
      }
      let folder = Self.killedFolder(getpid())
      var state = TrainingState(model: try Self.layer(.sign), optimizer: AdamW())
      let last = try #require(try folder.steps.last)
      #expect(try folder.resume(&state) && state.step == last)
      for step in try folder.steps { _ = try Checkpoint(path: folder.file(step: step)) }
    }
    try FileManager.default.removeItem(atPath: Self.killedFolder(getpid()).path)
  }
}
