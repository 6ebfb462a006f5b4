/// A loop of training over the public parts of the library: whatever it does can be done by hand.
///
///     var trainer = Trainer(model: classifier, optimizer: AdamW(), stepCount: 40)
///     trainer.schedule = .cosine(peak: 1e-2, warmup: 4, total: 40)
///     trainer.clippingNorm = 1
///     try trainer.run(on: batches) { model, batch, context in
///       let pass = try model.forward(batch.tokens, context: context)
///       let loss = try CrossEntropy()(pass.output, labels: batch.labels)
///       let gradient = try model.backward(loss.gradient, pass: pass)
///       return TrainedBatch(loss, gradient, pass: pass)
///     } report: { event in
///       print(event)
///     }
///     let trained = trainer.state.model
///
/// A step takes ``microBatchCount`` batches, adds up their gradients by a ``GradientAccumulator``,
/// clips the sum, tells the mixtures that the step has ended, asks the schedule, updates the
/// parameters, and moves the average. Evaluations and checkpoints come between steps.
///
/// It is a value: what it holds between two steps is all of the training, and ``resume()`` goes on
/// with the bits of a training that was never stopped.
///
/// The model is anything ``Parameterized``: a layer of experts, a stack, a decoder or your own. One
/// whose batches have routings is a ``RoutedModel``.
public struct Trainer<Model: Parameterized, Trained: Optimizer>: Sendable {
  /// The model, the optimiser, the number of updates so far and the generator of batches.
  public var state: TrainingState<Model, Trained>
  /// The number of updates in all.
  public var stepCount: Int
  /// The number of batches that an update is made from.
  public var microBatchCount = 1 {
    didSet {
      require(microBatchCount > 0, "Trainer: \(microBatchCount) micro-batches, expected at least 1")
    }
  }
  /// The learning rate of each update; that of the optimiser where nothing is given.
  public var schedule: LearningRateSchedule?
  /// The largest norm of a gradient; longer ones are scaled down.
  public var clippingNorm: Float?
  /// After how many updates each the model is evaluated; after the last one in any case, be it that
  /// of ``stepCount`` or that of the last batches.
  public var evaluationInterval: Int?
  /// Where states are saved; nowhere where nothing is given.
  public var folder: TrainingFolder? {
    didSet { if folder?.path != oldValue?.path { savedStep = nil } }
  }
  /// After how many updates each the state is saved; at the end in any case.
  public var checkpointInterval: Int?
  /// The running mean of parameters, which is what is evaluated where there is one.
  public var average: ParameterAverage?
  /// What ends the training when evaluations no longer become better.
  public var stopping: EarlyStopping?
  /// What watches the routing of each mixture; nothing does where it is nothing.
  public var monitor: BalanceMonitor? = BalanceMonitor()
  /// The monitor of each mixture, with what it has seen.
  public internal(set) var monitors: [BalanceMonitor] = []
  /// What is wrong with each mixture already.
  var known: [Set<Complaint>] = []
  var clock = StepClock()
  /// The step that was saved last to the folder.
  var savedStep: Int?
  /// Whether the last step may still be evaluated.
  var awaitsEvaluation = false

  /// A training from its start.
  ///
  /// - Parameters:
  ///   - model: What is trained.
  ///   - optimizer: What changes its parameters.
  ///   - stepCount: The number of updates in all.
  ///   - generator: What batches are drawn from.
  public init(
    model: Model, optimizer: Trained, stepCount: Int,
    generator: SeededGenerator = SeededGenerator(seed: 0)
  ) {
    self.init(
      TrainingState(model: model, optimizer: optimizer, generator: generator),
      stepCount: stepCount)
  }

  /// A training that goes on from a state.
  ///
  /// - Parameters:
  ///   - state: The state.
  ///   - stepCount: The number of updates in all, those so far included.
  public init(_ state: TrainingState<Model, Trained>, stepCount: Int) {
    self.state = state
    self.stepCount = stepCount
  }

  /// The model as it is evaluated: with the average of its parameters where there is one.
  public var evaluatedModel: Model { average?.averaged(state.model) ?? state.model }

  /// Whether there is nothing left to do.
  public var isFinished: Bool { state.step >= stepCount || stopping?.shouldStop == true }
}

/// Counts the time and the tokens of steps.
struct StepClock: Sendable {
  private(set) var elapsed = Duration.zero
  private var steps = 0
  private var tokens = 0

  mutating func add(_ duration: Duration, tokens: Int) {
    elapsed += duration
    steps += 1
    self.tokens += tokens
  }

  var tokensPerSecond: Double {
    let seconds = elapsed / .seconds(1)
    return seconds > 0 ? Double(tokens) / seconds : 0
  }

  func remaining(steps left: Int) -> Duration {
    // More steps than there is time for: those of a training without an end are Int.max.
    steps > 0 ? elapsed / steps * min(max(0, left), 1 << 40) : .zero
  }
}

/// What a warning is about, without its numbers.
enum Complaint: Sendable, Hashable {
  case starving(expert: Int)
  case collapse
  case dropping

  init(_ warning: BalanceReport.Warning) {
    switch warning {
    case .starving(let expert, _): self = .starving(expert: expert)
    case .collapse: self = .collapse
    case .dropping: self = .dropping
    }
  }
}
