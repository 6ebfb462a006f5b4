import ExampleSupport
package import MoE

/// Trains a model by the library's `Trainer`.
package struct ByteModelTrainer: Sendable {
  /// What training is like.
  package struct Settings: Sendable, Equatable {
    /// The number of updates.
    package var stepCount = 2400
    /// How many pieces of text an update is made from.
    package var batchSize = 8
    /// The learning rate at its highest.
    package var learningRate: Float = 3e-3
    /// How strongly matrices shrink.
    package var weightDecay: Float = 0.1
    /// The largest norm of a gradient; longer ones are scaled down.
    package var gradientNorm: Float = 1
    /// What the pieces of text depend on.
    package var seed: UInt64 = 1

    /// The settings of the default run.
    package init() {}
  }

  /// What training is like.
  package let settings: Settings

  /// A trainer with the given settings.
  package init(_ settings: Settings) { self.settings = settings }

  /// Trains a model.
  ///
  /// The result depends on the model, the text and the settings alone, to the last bit.
  ///
  /// - Parameters:
  ///   - model: What is trained.
  ///   - bytes: The text, of two bytes or more.
  ///   - observe: Called with where the bytes of an update went, block by block.
  ///   - report: Called after each update.
  /// - Throws: `TrainingError` where the loss is no number, and what the decoder throws.
  package func train(
    _ model: inout ByteModel, on bytes: ArraySlice<UInt8>,
    observe: ([Routing]) -> Void = { _ in }, report: (TrainerProgress) -> Void = { _ in }
  ) throws {
    var trainer = Trainer(
      model: model.decoder,
      optimizer: AdamW(
        beta2: 0.99, weightDecay: settings.weightDecay,
        // Vectors of bytes and the weights of norms are no maps, and stay.
        decays: { $0.hasSuffix("weight") && !$0.contains("orm") && !$0.hasPrefix("embedding") }),
      stepCount: settings.stepCount, generator: SeededGenerator(seed: settings.seed))
    trainer.schedule = .cosine(
      peak: settings.learningRate, warmup: max(1, settings.stepCount / 20),
      total: settings.stepCount, floor: settings.learningRate / 10)
    trainer.clippingNorm = settings.gradientNorm
    trainer.monitor = nil
    defer { model.decoder = trainer.state.model }
    let length = model.settings.contextLength
    var progress = TrainerProgress(stepCount: settings.stepCount)
    func draw(_ generator: inout SeededGenerator) -> Windows? {
      windows(of: bytes, length: length, using: &generator)
    }
    try trainer.run(drawing: draw) { decoder, windows, context in
      let batch = Batch(sequenceLengths: windows.lengths)
      let pass = try decoder.forward(
        windows.ids, context: LayerContext(context.mode, batch: batch))
      let loss = try CrossEntropy()(pass.logits, labels: windows.following)
      observe(pass.mixtures.map(\.routing))
      return TrainedBatch(
        loss, try decoder.backward(loss.gradient, pass: pass), pass: pass)
    } report: { event in
      guard case .step(let metrics) = event else { return }
      progress.add(metrics.loss, byteCount: metrics.tokenCount)
      report(progress)
    }
  }

  /// Pieces of text from anywhere.
  private func windows(
    of bytes: ArraySlice<UInt8>, length: Int, using generator: inout SeededGenerator
  ) -> Windows {
    let places = UInt64(max(1, bytes.count - length))
    let starts = (0..<settings.batchSize).map { _ in
      bytes.startIndex + Int(generator.next().multipliedFullWidth(by: places).high)
    }
    return Windows(at: starts, length: length, in: bytes)
  }
}

/// Where a training stands.
package struct TrainerProgress: TrainingProgress, Sendable, Equatable {
  /// The number of updates so far.
  package private(set) var step = 0
  /// The number of updates in all.
  package let stepCount: Int
  /// The loss of the last updates: of each one back it counts a twentieth less.
  package private(set) var loss: Float = 0
  /// How many bytes were learned from so far.
  package private(set) var byteCount = 0

  /// A training before its first update.
  package init(stepCount: Int) { self.stepCount = stepCount }

  /// Takes an update into account.
  package mutating func add(_ loss: Float, byteCount: Int) {
    self.loss = step == 0 ? loss : 0.95 * self.loss + 0.05 * loss
    step += 1
    self.byteCount += byteCount
  }

  /// Whether a plain line is printed: after the first update and six more.
  package var deservesLine: Bool {
    step == 1 || step * 6 / stepCount > (step - 1) * 6 / stepCount
  }

  /// The update, the loss and the speed.
  package func parts(elapsed: Duration) -> [String] {
    let number = padded(format(step), to: format(stepCount).count, .right)
    let seconds = max(elapsed / .seconds(1), 1e-9)
    let speed = padded(format(Int(Double(byteCount) / seconds)), to: 7, .right)
    return ["step \(number)/\(format(stepCount))", "loss \(format(loss))", "\(speed) bytes/s"]
  }
}
