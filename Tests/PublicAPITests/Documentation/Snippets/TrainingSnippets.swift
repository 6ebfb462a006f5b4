import MoE
import Testing

/// The snippets of the articles on training and balancing, as they stand there.
@Suite("Snippets on training run")
struct TrainingSnippets {
  @Test("Article: training")
  func training() throws {
    // snippet
    var generator = SeededGenerator(seed: 7)
    var classifier = try MixtureOfExperts(
      inputSize: 16, outputSize: 3,
      experts: [.feedForward(count: 4, hiddenSize: 32)],
      routing: .topK(2),
      balancingLosses: [.loadBalancing(coefficient: 0.01)],
      using: &generator)
    // end
    let before = classifier

    // snippet
    let samples = Tensor.normal(shape: [32, 16], using: &generator)
    let labels = (0..<32).map { $0 % 3 }
    let schedule = LearningRateSchedule.cosine(peak: 1e-2, warmup: 5, total: 50)
    var optimizer = AdamW(learningRate: 0)
    for step in 0..<50 {
      let pass = try classifier.forward(samples, context: .training(step: step))
      let loss = try CrossEntropy()(pass.output, labels: labels)
      var gradient = try classifier.backward(loss.gradient, pass: pass)
      gradient.clip(toNorm: 1)
      optimizer.learningRate = schedule(step)
      optimizer.update(&classifier, along: gradient)
    }
    // end
    let loss = CrossEntropy()
    #expect(
      try loss(classifier(samples), labels: labels).value
        < loss(before(samples), labels: labels).value / 2)

    // snippet
    for (name, parameter) in classifier.namedParameters {
      print(name, parameter.shape)
    }
    // router.gate.weight [4, 16]
    // expertGroups.0.up.weight [4, 32, 16]
    // expertGroups.0.up.bias [4, 32]
    // expertGroups.0.down.weight [4, 3, 32]
    // expertGroups.0.down.bias [4, 3]
    // end
    #expect(
      classifier.namedParameters.map { "\($0.name) \($0.parameter.shape)" } == [
        "router.gate.weight [4, 16]", "expertGroups.0.up.weight [4, 32, 16]",
        "expertGroups.0.up.bias [4, 32]", "expertGroups.0.down.weight [4, 3, 32]",
        "expertGroups.0.down.bias [4, 3]",
      ])
  }

  @Test("Article: training, steps and padding")
  func stepsAndPadding() throws {
    // snippet
    var generator = SeededGenerator(seed: 9)
    var moe = try MixtureOfExperts(
      inputSize: 16, experts: [.gatedFeedForward(count: 4, hiddenSize: 32)],
      routing: RoutingStrategy(selector: .topK(2), hasSelectionBias: true),
      stepUpdates: [SelectionBiasUpdate()], using: &generator)
    let tokens = Tensor.normal(shape: [4, 16], using: &generator)
    let batch = Batch(padding: [false, false, true, false], sequenceLengths: [3, 1])
    // end
    let targets = Tensor(zeros: [4, 16])
    var optimizer = SGD(learningRate: 0.1)
    // snippet
    let pass = try moe.forward(tokens, context: LayerContext(.training(step: 0), batch: batch))
    print(pass.routing.outcomes[4] == .empty, pass.output[2, 0])  // true 0.0
    // end
    #expect(pass.routing.outcomes[4] == .empty && pass.output[2, 0] == 0)
    let loss = try MeanSquaredError()(pass.output, targets)
    // snippet
    let gradient = try moe.backward(loss.gradient, pass: pass)
    optimizer.update(&moe, along: gradient)
    try moe.finishStep([pass])
    // end
    #expect(moe.finishedStep == 0)

    // snippet
    var buffers: [String: Tensor] = [:]
    for (name, tensor) in moe.namedBuffers { buffers[name] = tensor }
    print(buffers.keys.sorted())  // ["finishedStep", "router.selectionBias"]
    try moe.restoreBuffers(buffers)
    // end
    #expect(buffers.keys.sorted() == ["finishedStep", "router.selectionBias"])

    var model = moe
    let learningRate: Float = 0.1
    do {
      let gradient = gradient.parameters
      // snippet
      model.updateParameters(along: gradient) { name, parameter, gradient in
        parameter -= learningRate * gradient
      }
      // end
    }
    #expect(model.namedParameters.first?.parameter != moe.namedParameters.first?.parameter)
    do {
      let saved = moe
      // snippet
      model.visitParameters(with: saved) { name, parameter, saved in parameter = saved }
      // end
    }
    #expect(model.namedParameters.first?.parameter == moe.namedParameters.first?.parameter)

    struct Totals: Buffered {
      var totals = Tensor(zeros: [2])

      mutating func visitBuffers(
        _ visit: (String, inout Tensor?) throws -> Void
      ) rethrows {
        // snippet
        try Self.visit("totals", &totals, visit)
        // end
      }
    }
    #expect(Totals().namedBuffers.map(\.name) == ["totals"])
  }

  @Test("Article: balance")
  func balance() throws {
    // snippet
    var generator = SeededGenerator(seed: 5)
    let balanced = try MixtureOfExperts(
      inputSize: 16, experts: [.feedForward(count: 4, hiddenSize: 32)],
      routing: .topK(2),
      balancingLosses: [.loadBalancing(coefficient: 0.01), .routerZ(coefficient: 0.001)],
      using: &generator)
    let inputs = Tensor.normal(shape: [64, 16], using: &generator)
    let pass = try balanced.forward(inputs, context: .training(step: 0))
    for loss in pass.losses { print(loss.name, loss.value) }
    // end
    #expect(pass.losses.map(\.name) == ["load balancing", "router z"])

    // snippet
    var sparse = try MixtureOfExperts(
      inputSize: 16, experts: [.feedForward(count: 4, hiddenSize: 32)], routing: .relu(),
      balancingLosses: [.adaptiveSparsity(targetCount: 2)], using: &generator)
    let sparsePass = try sparse.forward(inputs, context: .training(step: 0))
    // Here the backward pass and the optimiser's update; then:
    try sparse.finishStep([sparsePass])
    // end
    let moved = try #require(sparse.balancingLosses[0] as? AdaptiveSparsityLoss)
    #expect(moved.coefficient != 1e-8)

    // snippet
    var free = try MixtureOfExperts(
      inputSize: 16, experts: [.feedForward(count: 4, hiddenSize: 32)],
      routing: RoutingStrategy(selector: .topK(2), hasSelectionBias: true),
      stepUpdates: [SelectionBiasUpdate(.sign, rate: 0.001)], using: &generator)
    let training = try free.forward(inputs, context: .training(step: 0))
    // Here the backward pass and the optimiser's update; then:
    try free.finishStep([training])
    // end
    #expect(free.router.selectionBias?.scalarArray.contains { $0 != 0 } == true)
    #expect(free.finishedStep == 0)

    // snippet
    var monitor = BalanceMonitor(window: 50)
    monitor.observe(pass.routing)
    for warning in monitor.report.warnings { print(warning) }
    // end
    #expect(monitor.report.steps == 1)
  }

  @Test("Article: balance, an update of your own")
  func ownUpdate() throws {
    // snippet
    struct RouteTotals: StepUpdate {
      var totals: Tensor

      init(expertCount: Int) { totals = Tensor(zeros: [expertCount]) }

      var name: String { "route totals" }

      mutating func visitBuffers(
        _ visit: (String, inout Tensor?) throws -> Void
      ) rethrows {
        try Self.visit("totals", &totals, visit)
      }

      mutating func update(_ router: inout Router, after step: TrainingStep) {
        for routing in step.countedRoutings {
          totals += Tensor(routing.demand.map(Float.init))
        }
      }
    }
    // end
    var generator = SeededGenerator(seed: 5)
    var layer = try MixtureOfExperts(
      inputSize: 16, experts: [.feedForward(count: 4, hiddenSize: 32)], routing: .topK(2),
      stepUpdates: [RouteTotals(expertCount: 4)], using: &generator)
    let pass = try layer.forward(
      Tensor.normal(shape: [6, 16], using: &generator), context: .training(step: 0))
    try layer.finishStep([pass])
    let saved = Dictionary(uniqueKeysWithValues: layer.namedBuffers)
    #expect(saved["stepUpdates.0.totals"]?.sum() == 12)
    #expect(saved["stepUpdates.0.totals"] == Tensor(pass.routing.load.map(Float.init)))
  }
}
