package import MoE

/// One training of one strategy from one seed, with everything that is measured in it.
package struct StrategyRun {
  /// What training is like, the same for all strategies.
  package struct Settings: Sendable, Equatable {
    /// Sizes that all models have in common.
    package var model = ComparedModel.Settings()
    /// How many times every example is seen.
    package var epochCount = 20
    /// The learning rate at its highest.
    package var learningRate: Float = 5e-3
    /// How strongly parameters shrink.
    package var weightDecay: Float = 0.01

    /// The settings of the default run.
    package init() {}
  }

  /// What is compared.
  package let strategy: Strategy
  /// What it is trained on.
  package let data: ComparedData
  /// What training is like.
  package let settings: Settings
  /// What the parameters and the order of examples depend on.
  package let seed: UInt64

  /// A run.
  package init(_ strategy: Strategy, on data: ComparedData, settings: Settings, seed: UInt64) {
    self.strategy = strategy
    self.data = data
    self.settings = settings
    self.seed = seed
  }

  /// Trains a model, and measures it.
  ///
  /// Everything but the times depends on the strategy, the data, the settings and the seed alone.
  ///
  /// - Throws: What the mixture throws.
  package func measurement() throws -> Measurement {
    var training = Tally()
    let model = try trained(&training)
    var test = Tally()
    try measure(model, &test)
    return Measurement(training: training, test: test)
  }

  /// The trained model alone.
  package func trained() throws -> ComparedModel {
    var tally = Tally()
    return try trained(&tally)
  }

  /// The loop that every training with this library has; it counts the last quarter of its steps.
  private func trained(_ tally: inout Tally) throws -> ComparedModel {
    var model = try ComparedModel(
      strategy, settings: settings.model, inputSize: data.inputSize,
      labelCount: data.labels.count, seed: seed)
    let batches = Array(
      ShuffledBatches(
        count: data.training.count, batchSize: settings.model.batchSize,
        epochCount: settings.epochCount, seed: seed))
    let stepCount = batches.count
    let schedule = LearningRateSchedule.cosine(
      peak: settings.learningRate, warmup: max(1, stepCount / 10), total: stepCount)
    var optimizer = AdamW(weightDecay: settings.weightDecay)
    var load = LoadSoFar()
    for (step, indices) in batches.enumerated() {
      let batch = data.training.batch(indices)

      let begin = ContinuousClock.now
      let pass = try model.forward(
        batch, mode: .training(step: step), load: strategy.readsLoad ? load.routes : nil)
      let loss = try CrossEntropy()(pass.logits, labels: batch.labels)
      var gradient = try model.backward(loss.gradient, pass: pass)
      gradient.clip(toNorm: 1)
      optimizer.learningRate = schedule(step)
      optimizer.update(&model, along: gradient)
      try model.mixture.finishStep([pass.mixture])
      let elapsed = ContinuousClock.now - begin

      load.add(pass.routing)
      if step >= stepCount * 3 / 4 { tally.add(batch, pass, elapsed) }
    }
    return model
  }

  /// The test examples, in batches as in training and in inference mode.
  private func measure(_ model: ComparedModel, _ tally: inout Tally) throws {
    var load = LoadSoFar()
    for start in stride(from: 0, to: data.test.count, by: settings.model.batchSize) {
      let batch = data.test.batch(
        start..<min(start + settings.model.batchSize, data.test.count))
      let begin = ContinuousClock.now
      let pass = try model.forward(
        batch, mode: .inference, load: strategy.readsLoad ? load.routes : nil)
      let elapsed = ContinuousClock.now - begin
      load.add(pass.routing)
      tally.add(batch, pass, elapsed)
    }
  }
}

/// The routes to each expert so far, of which older ones count less: what live scheduling reads.
package struct LoadSoFar: Sendable {
  /// The routes of each expert; nothing before the first batch.
  package private(set) var routes: [Float]?

  /// No load yet.
  package init() {}

  /// Adds the routes of a batch; what came before counts nine tenths of what it did.
  package mutating func add(_ routing: Routing) {
    let former = routes ?? [Float](repeating: 0, count: routing.expertCount)
    routes = zip(former, routing.load).map { 0.9 * $0 + Float($1) }
  }
}
