package import ExampleData
import ExampleSupport
package import MoE

/// Trains a classifier by the library's `Trainer`.
package struct ClassifierTrainer: Sendable {
  /// What training is like.
  package struct Settings: Sendable, Equatable {
    /// How many times every line is seen.
    package var epochCount: Int
    /// How many lines an update is made from.
    package var batchSize = 32
    /// The learning rate at its highest.
    package var learningRate: Float = 1e-2
    /// How strongly parameters shrink.
    package var weightDecay: Float = 0.01
    /// The largest norm of a gradient; longer ones are scaled down.
    package var gradientNorm: Float = 1
    /// What the order of the lines depends on.
    package var seed: UInt64 = 1

    /// The settings of the default run, for the given number of epochs.
    package init(epochCount: Int) { self.epochCount = epochCount }

    /// How many epochs suit a number of lines: fewer for more lines, since each is a longer
    /// training.
    package static func epochCount(lineCount: Int) -> Int {
      min(30, max(4, 60_000 / max(1, lineCount)))
    }
  }

  /// Where training stands.
  package struct Progress: TrainingProgress, Sendable, Equatable {
    /// The epoch, counted from 1.
    package var epoch: Int
    /// The number of epochs in all.
    package var epochCount: Int
    /// The number of updates so far.
    package var step: Int
    /// The number of updates in all.
    package var stepCount: Int
    /// The mean loss of the lines of this epoch so far.
    package var loss: Float
    /// The share of the lines of this epoch so far that got the right label.
    package var accuracy: Float

    /// A place in a training.
    package init(
      epoch: Int, epochCount: Int, step: Int, stepCount: Int, loss: Float, accuracy: Float
    ) {
      self.epoch = epoch
      self.epochCount = epochCount
      self.step = step
      self.stepCount = stepCount
      self.loss = loss
      self.accuracy = accuracy
    }

    /// Whether the epoch is over.
    package var isEndOfEpoch: Bool { step * epochCount == epoch * stepCount }

    /// Whether a plain line is printed: at the end of the first epoch and of about five more.
    package var deservesLine: Bool {
      isEndOfEpoch && (epoch == 1 || epoch * 5 / epochCount > (epoch - 1) * 5 / epochCount)
    }

    /// The epoch, the loss and the accuracy.
    package func parts(elapsed: Duration) -> [String] {
      let number = padded("\(epoch)", to: "\(epochCount)".count, .right)
      return [
        "epoch \(number)/\(epochCount)", "loss \(format(loss))",
        "accuracy \(padded(format(share: accuracy), to: 6, .right))",
      ]
    }
  }

  /// What training is like.
  package let settings: Settings

  /// A trainer with the given settings.
  package init(_ settings: Settings) { self.settings = settings }

  /// Trains a classifier.
  ///
  /// The result depends on the classifier, the data and the settings alone, to the last bit.
  ///
  /// - Parameters:
  ///   - classifier: What is trained.
  ///   - texts: The features of the training lines.
  ///   - labels: The index of the label of each line.
  ///   - observe: Called with where the texts of an update went.
  ///   - report: Called after each update.
  /// - Returns: The mean loss of each epoch.
  /// - Throws: `TrainingError` where the loss is no number, and what the mixture throws.
  @discardableResult
  package func train(
    _ classifier: inout TextClassifier, on texts: FeatureMatrix, labels: [Int],
    observe: (Routing) -> Void = { _ in }, report: (Progress) -> Void = { _ in }
  ) throws -> [Float] {
    let batchCount = (labels.count + settings.batchSize - 1) / settings.batchSize
    let stepCount = settings.epochCount * batchCount
    var trainer = Trainer(
      model: classifier.mixture, optimizer: AdamW(weightDecay: settings.weightDecay),
      stepCount: stepCount, generator: SeededGenerator(seed: settings.seed))
    trainer.schedule = .cosine(
      peak: settings.learningRate, warmup: max(1, stepCount / 10), total: stepCount)
    trainer.clippingNorm = settings.gradientNorm
    trainer.monitor = nil
    defer { classifier.mixture = trainer.state.model }
    var (order, next) = (Array(0..<labels.count), labels.count)
    var (losses, tally) = ([Float](), Tally())

    func draw(_ generator: inout SeededGenerator) -> ArraySlice<Int>? {
      if next >= order.count {
        shuffle(&order, using: &generator)
        (next, tally) = (0, Tally())
      }
      defer { next += settings.batchSize }
      return order[next..<min(next + settings.batchSize, order.count)]
    }
    try trainer.run(drawing: draw) { mixture, rows, context in
      let rowLabels = rows.map { labels[$0] }
      let pass = try mixture.forward(texts.tensor(rows: rows), context: context)
      let loss = try CrossEntropy()(pass.output, labels: rowLabels)
      tally.add(loss.value, predictions: pass.output.rowArgmax(), labels: rowLabels)
      observe(pass.routing)
      return TrainedBatch(
        loss, try mixture.backward(loss.gradient, pass: pass), pass: pass)
    } report: { event in
      guard case .step(let metrics) = event else { return }
      let progress = Progress(
        epoch: (metrics.step - 1) / batchCount + 1, epochCount: settings.epochCount,
        step: metrics.step, stepCount: stepCount, loss: tally.loss, accuracy: tally.accuracy)
      if progress.isEndOfEpoch { losses.append(tally.loss) }
      report(progress)
    }
    return losses
  }

  /// Shuffles by Fisher and Yates, with the same result for the same generator everywhere.
  private func shuffle(_ order: inout [Int], using generator: inout SeededGenerator) {
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      let other = generator.next().multipliedFullWidth(by: UInt64(last + 1)).high
      order.swapAt(last, Int(other))
    }
  }
}

/// Adds up what an epoch's batches were like.
private struct Tally {
  var lossSum = 0.0
  var correctCount = 0
  var lineCount = 0

  mutating func add(_ loss: Float, predictions: [Int], labels: [Int]) {
    lossSum += Double(loss) * Double(labels.count)
    correctCount += zip(predictions, labels).count { $0 == $1 }
    lineCount += labels.count
  }

  var loss: Float { Float(lossSum / Double(max(1, lineCount))) }
  var accuracy: Float { Float(correctCount) / Float(max(1, lineCount)) }
}
