import MoE
import Testing

/// Optimisers whose buffers are saved and restored.
@Suite struct OptimizerStateTests {
  // MARK: - Resuming

  /// Tensors as a file would hold them: names, shapes and numbers.
  private typealias Saved = [String: (shape: [Int], scalars: [Float])]

  private static func saved(_ tensors: [(name: String, tensor: Tensor)]) -> Saved {
    var result: Saved = [:]
    for (name, tensor) in tensors { result[name] = (tensor.shape, tensor.scalarArray) }
    return result
  }

  private static func restored(_ saved: Saved) -> [String: Tensor] {
    saved.mapValues { Tensor($0.scalars, shape: $0.shape) }
  }

  /// A layer with buffers of its own, and noise that depends on the step.
  private static func layer(seed: UInt64) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: seed)
    return try MixtureOfExperts(
      inputSize: 4,
      experts: [
        .gatedFeedForward(count: 2, hiddenSize: 5),
        .feedForward(count: 2, hiddenSize: 3, activation: .gelu),
      ],
      routing: RoutingStrategy(
        gate: .linear().noisy(), selector: .topK(2), weighting: .renormalized,
        hasSelectionBias: true),
      balancingLosses: [.loadBalancing(coefficient: 0.1)],
      stepUpdates: [SelectionBiasUpdate(.sign, rate: 0.1)], using: &generator)
  }

  private static func train(
    _ layer: inout MixtureOfExperts, _ optimizer: inout some Optimizer, steps: Range<Int>
  ) throws {
    let schedule = LearningRateSchedule.cosine(peak: 0.05, warmup: 2, total: 12)
    for step in steps {
      let tokens = Tensor(scattered: [9, 4], seed: UInt64(step))
      let targets = Tensor(scattered: [9, 4], seed: UInt64(100 + step))
      let pass = try layer.forward(tokens, context: .training(step: step))
      let loss = try MeanSquaredError()(pass.output, targets)
      var gradient = try layer.backward(loss.gradient, pass: pass)
      gradient.clip(toNorm: 1)
      optimizer.learningRate = schedule(step)
      optimizer.update(&layer, along: gradient)
      try layer.finishStep([pass])
    }
  }

  /// Trains without a stop, and with one at which all that is named is saved and read into a fresh
  /// layer and a fresh optimiser.
  private static func expectSameBits<Tested: Optimizer>(
    _ make: () -> Tested, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var (whole, optimizer) = (try layer(seed: 131), make())
    try train(&whole, &optimizer, steps: 0..<9)
    for stop in [0, 1, 4, 9] {
      var (first, firstOptimizer) = (try layer(seed: 131), make())
      try train(&first, &firstOptimizer, steps: 0..<stop)
      let parameters = saved(first.namedParameters.map { ($0.name, $0.parameter) })
      let buffers = saved(first.namedBuffers)
      let state = saved(firstOptimizer.namedBuffers)

      var (second, secondOptimizer) = (try layer(seed: 132), make())
      let tensors = restored(parameters)
      second.visitParameters { name, parameter in
        if let saved = tensors[name] { parameter = saved }
      }
      try second.restoreBuffers(restored(buffers))
      try secondOptimizer.restoreBuffers(restored(state))
      try secondOptimizer.check(second)
      try train(&second, &secondOptimizer, steps: stop..<9)
      for (own, expected) in zip(second.namedParameters, whole.namedParameters) {
        #expect(
          own.name == expected.name && own.parameter.bits == expected.parameter.bits,
          "\(own.name) after a stop at \(stop)", sourceLocation: sourceLocation)
      }
      for (own, expected) in zip(
        second.namedBuffers + secondOptimizer.namedBuffers,
        whole.namedBuffers + optimizer.namedBuffers)
      {
        #expect(
          own.name == expected.name && own.tensor.bits == expected.tensor.bits,
          "\(own.name) after a stop at \(stop)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test func adamWResumesWithTheSameBits() throws {
    try OptimizerStateTests.expectSameBits { AdamW(weightDecay: 0.1) }
  }

  @Test func descentResumesWithTheSameBits() throws {
    try OptimizerStateTests.expectSameBits { SGD(learningRate: 0) }
  }

  @Test func momentumResumesWithTheSameBits() throws {
    try OptimizerStateTests.expectSameBits { SGD(learningRate: 0, momentum: 0.9) }
  }

  @Test func nesterovsMomentumResumesWithTheSameBits() throws {
    try OptimizerStateTests.expectSameBits {
      SGD(learningRate: 0, momentum: 0.9, isNesterov: true)
    }
  }

  /// A resumed optimiser is not a fresh one: without its buffers the bits differ.
  @Test func whatIsNotRestoredIsMissed() throws {
    var (whole, optimizer) = (try OptimizerStateTests.layer(seed: 131), AdamW())
    try OptimizerStateTests.train(&whole, &optimizer, steps: 0..<4)
    var (first, second) = (whole, whole)
    var fresh = AdamW()
    try OptimizerStateTests.train(&first, &optimizer, steps: 4..<5)
    try OptimizerStateTests.train(&second, &fresh, steps: 4..<5)
    #expect(first.namedParameters[0].parameter.bits != second.namedParameters[0].parameter.bits)
  }

  // MARK: - Names

  private static let gradient = Linear(weight: [[1, -2]], bias: [4])

  private static func trainedAdamW() -> AdamW {
    var (layer, optimizer) = (Linear(weight: [[1, 2]], bias: [3]), AdamW(beta1: 0.5, beta2: 0.75))
    optimizer.update(&layer, along: gradient)
    return optimizer
  }

  private static func trainedSGD() -> SGD {
    var (layer, optimizer) = (
      Linear(weight: [[1, 2]], bias: [3]), SGD(learningRate: 1, momentum: 0.5)
    )
    optimizer.update(&layer, along: gradient)
    return optimizer
  }

  @Test func namesItsBuffersAfterParameters() {
    let buffers = Dictionary(
      uniqueKeysWithValues: OptimizerStateTests.trainedAdamW().namedBuffers)
    #expect(
      buffers == [
        "step": [1, 0, 0],
        "moments.bias.mean": [2], "moments.bias.square": [4],
        "moments.weight.mean": [[0.5, -1]], "moments.weight.square": [[0.25, 1]],
      ])
    #expect(AdamW().namedBuffers.map(\.name) == ["step"])
    let velocities = Dictionary(
      uniqueKeysWithValues: OptimizerStateTests.trainedSGD().namedBuffers)
    #expect(velocities == ["velocities.bias": [4], "velocities.weight": [[1, -2]]])
    #expect(SGD(learningRate: 1).namedBuffers.isEmpty)
  }

  /// Beyond 2²⁴, where a single number would not do.
  @Test func countsStepsExactly() throws {
    var optimizer = AdamW()
    try optimizer.restoreBuffers(["step": [1, 8, 0]])
    #expect(optimizer.step == 1 << 24 + 1)
    #expect(optimizer.namedBuffers[0].tensor == [1, 8, 0])
  }

  /// Names that themselves end like a moment.
  @Test func tellsMomentsFromNamesLikeThem() throws {
    var optimizer = AdamW()
    let saved: [String: Tensor] = [
      "step": [1, 0, 0], "moments.mean.mean": [1], "moments.mean.square": [2],
      "moments.a.square.mean": [3], "moments.a.square.square": [4],
    ]
    try optimizer.restoreBuffers(saved)
    #expect(Dictionary(uniqueKeysWithValues: optimizer.namedBuffers) == saved)
  }

  @Test func restoringNothingStartsAgain() throws {
    var adamW = OptimizerStateTests.trainedAdamW()
    try adamW.restoreBuffers([:])
    #expect(adamW.step == 0 && adamW.namedBuffers.count == 1)
    var sgd = OptimizerStateTests.trainedSGD()
    try sgd.restoreBuffers([:])
    #expect(sgd.namedBuffers.isEmpty)
    var (layer, fresh) = (Linear(weight: [[1, 2]], bias: [3]), SGD(learningRate: 1, momentum: 0.5))
    var other = layer
    sgd.update(&layer, along: OptimizerStateTests.gradient)
    fresh.update(&other, along: OptimizerStateTests.gradient)
    #expect(layer.weight == other.weight && layer.bias == other.bias)
  }

  // MARK: - What is refused

  /// Expects an error with some sentence, and that nothing has changed.
  private static func expectRefusal(
    _ optimizer: some Optimizer, _ change: (inout [String: Tensor]) -> Void, _ sentence: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var optimizer = optimizer
    let before = Dictionary(uniqueKeysWithValues: optimizer.namedBuffers)
    var saved = before
    change(&saved)
    let error = #expect(throws: MoEError.self, sourceLocation: sourceLocation) {
      try optimizer.restoreBuffers(saved)
    }
    #expect(error?.description == sentence, sourceLocation: sourceLocation)
    #expect(
      Dictionary(uniqueKeysWithValues: optimizer.namedBuffers) == before,
      sourceLocation: sourceLocation)
  }

  @Test func adamWRefusesWhatItCannotHave() {
    let adamW = OptimizerStateTests.trainedAdamW()
    let check = { (change: (inout [String: Tensor]) -> Void, sentence: String) in
      OptimizerStateTests.expectRefusal(adamW, change, sentence)
    }
    check(
      {
        $0["velocities.weight"] = [1]
        $0["moments.mean"] = [1]
      },
      "saved buffers is moments.mean, velocities.weight, expected some of step, moments.….mean, "
        + "moments.….square")
    check(
      { $0["moments.weight.square"] = nil },
      "saved buffers is without moments.weight.square, expected moments.weight.mean and "
        + "moments.weight.square")
    check(
      { $0["moments.bias.mean"] = nil },
      "saved buffers is without moments.bias.mean, expected moments.bias.mean and "
        + "moments.bias.square")
    check(
      { $0["moments.weight.square"] = [1, 2] },
      "moments.weight.square has shape [2], expected [1, 2], as moments.weight.mean has")
    check(
      { $0["moments.weight.mean"] = Tensor([1, .nan], shape: [1, 2]) },
      "scalar 1 of moments.weight.mean is nan, expected a finite number")
    check(
      { $0["moments.bias.mean"] = Tensor([-Float.infinity]) },
      "scalar 0 of moments.bias.mean is -inf, expected a finite number")
    check(
      { $0["moments.weight.square"] = [[1, -0.5]] },
      "scalar 1 of moments.weight.square is -0.5, expected a finite number of at least 0")
    check(
      { $0["moments.weight.square"] = Tensor([.infinity, 1], shape: [1, 2]) },
      "scalar 0 of moments.weight.square is inf, expected a finite number of at least 0")
    check(
      { $0["step"] = nil },
      "saved buffers is without step, expected step beside the moments")
    check(
      { $0["step"] = [0, 0, 0] }, "step is 0, expected at least 1 where there are moments")
    check(
      { $0["step"] = [1.5, 0, 0] },
      "step is Tensor[3] [1.5, 0.0, 0.0], expected a whole number in parts of 21 bits")
  }

  @Test func descentRefusesWhatItCannotHave() {
    let sgd = OptimizerStateTests.trainedSGD()
    OptimizerStateTests.expectRefusal(
      sgd, { $0["step"] = [1, 0, 0] }, "saved buffers is step, expected some of velocities.…")
    OptimizerStateTests.expectRefusal(
      sgd, { $0["velocities.bias"] = Tensor([Float.nan]) },
      "scalar 0 of velocities.bias is nan, expected a finite number")
    OptimizerStateTests.expectRefusal(
      SGD(learningRate: 1), { $0["velocities.bias"] = [1] },
      "saved buffers is velocities.bias, expected none, as SGD without momentum has none")
  }

  // MARK: - Another model

  @Test func noticesTheStateOfAnotherModel() throws {
    var optimizer = AdamW()
    try optimizer.restoreBuffers(
      Dictionary(uniqueKeysWithValues: OptimizerStateTests.trainedAdamW().namedBuffers))
    try optimizer.check(Linear(weight: [[1, 2]], bias: [3]))
    let cases: [(Linear, String)] = [
      (
        Linear(weight: [[1, 2, 3]], bias: [3]),
        "moments.weight.mean has shape [1, 2], expected [1, 3], as the parameter has"
      ),
      (
        Linear(weight: [[1, 2]]),
        "state of the optimizer is moments of bias, expected moments of parameters of the model alone"
      ),
    ]
    for (model, sentence) in cases {
      let error = #expect(throws: MoEError.self) { try optimizer.check(model) }
      #expect(error?.description == sentence)
    }
    let small = Linear(weight: [[1]])
    let error = #expect(throws: MoEError.self) {
      try optimizer.check(FeedForward(up: small, down: small, activation: .relu))
    }
    #expect(
      error?.description
        == "state of the optimizer is without moments.up.weight.mean, expected moments of each "
        + "parameter of the model")
    // What has gathered nothing yet fits any.
    try AdamW().check(Linear(weight: [[1]]))
    try SGD(learningRate: 1, momentum: 0.5).check(Linear(weight: [[1]]))
  }

  @Test func updatesTrapOnTheStateOfAnotherModel() async {
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = AdamW()
      try optimizer.restoreBuffers([
        "step": [1, 0, 0], "moments.weight.mean": [[1, 2]], "moments.weight.square": [[1, 2]],
      ])
      var layer = Linear(weight: [[1, 2, 3]])
      optimizer.update(&layer, along: Linear(weight: [[1, 2, 3]]))
    }
    #expect(
      shape?.standardErrorSays(
        "AdamW.update: moments.weight.mean has shape [1, 2], expected [1, 3], as the parameter has")
        == true)
    let name = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = SGD(learningRate: 1, momentum: 0.5)
      try optimizer.restoreBuffers(["velocities.gate": [[1, 2]]])
      var layer = Linear(weight: [[1, 2]])
      optimizer.update(&layer, along: Linear(weight: [[1, 2]]))
    }
    #expect(
      name?.standardErrorSays(
        "SGD.update: state of the optimizer is without velocities.weight, expected velocities of each "
          + "parameter of the model") == true)
    let later = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = AdamW()
      var layer = Linear(weight: [[1, 2]])
      optimizer.update(&layer, along: Linear(weight: [[1, 2]]))
      var other = Linear(weight: [[1, 2, 3]])
      optimizer.update(&other, along: Linear(weight: [[1, 2, 3]]))
    }
    #expect(later?.standardErrorSays("moments of weight of shape [1, 2] against [1, 3]") == true)
  }
}
