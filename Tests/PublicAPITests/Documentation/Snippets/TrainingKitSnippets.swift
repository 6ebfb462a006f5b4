import Foundation
import MoE
import Testing

/// The snippets of the article on the training kit and of its parts, as they stand there.
@Suite("Snippets on the training kit run")
struct TrainingKitSnippets {
  @Test("Article: the training kit")
  func article() throws {
    // snippet
    var generator = SeededGenerator(seed: 7)
    let classifier = try MixtureOfExperts(
      inputSize: 8, outputSize: 3, experts: [.feedForward(count: 4, hiddenSize: 16)],
      routing: .topK(2), balancingLosses: [.loadBalancing(coefficient: 0.01)], using: &generator)
    let batches = (0..<40).map { _ in
      (tokens: Tensor.normal(shape: [12, 8], using: &generator), labels: (0..<12).map { $0 % 3 })
    }
    // end

    // snippet
    var trainer = Trainer(model: classifier, optimizer: AdamW(), stepCount: 40)
    trainer.schedule = .cosine(peak: 1e-2, warmup: 4, total: 40)
    trainer.clippingNorm = 1
    try trainer.run(on: batches) { model, batch, context in
      let pass = try model.forward(batch.tokens, context: context)
      let loss = try CrossEntropy()(pass.output, labels: batch.labels)
      let gradient = try model.backward(loss.gradient, pass: pass)
      return TrainedBatch(loss, gradient, pass: pass)
    } report: { event in
      print(event)
    }
    let trained = trainer.state.model
    // end
    #expect(trainer.state.step == 40)

    // snippet
    trainer.stepCount = 80
    trainer.average = ParameterAverage(decay: 0.9)
    trainer.stopping = EarlyStopping(patience: 3, leastChange: 0.001)
    trainer.evaluationInterval = 10
    let heldOut = batches[0]
    try trainer.run(on: batches + batches) { model, batch, context in
      let pass = try model.forward(batch.tokens, context: context)
      let loss = try CrossEntropy()(pass.output, labels: batch.labels)
      return TrainedBatch(loss, try model.backward(loss.gradient, pass: pass), pass: pass)
    } evaluate: { model in
      Double(try CrossEntropy()(model(heldOut.tokens), labels: heldOut.labels).value)
    }
    print(trainer.stopping?.bestStep ?? 0)
    // end
    #expect(trainer.stopping?.bestStep ?? 0 >= 50)

    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path
    // snippet
    trainer.folder = TrainingFolder(path: path, keeping: 2)
    trainer.checkpointInterval = 100
    let isResumed = try trainer.resume()
    // end
    #expect(!isResumed)

    // snippet
    let loss = CrossEntropy(
      labelSmoothing: 0.1, classWeights: [1, 1, 2], ignoredLabel: -1)
    var matrix = ConfusionMatrix(classNames: ["cat", "dog", "bird"], ignoredLabel: -1)
    let logits = try trained(heldOut.tokens)
    print(try loss(logits, labels: heldOut.labels).value)
    matrix.add(logits, labels: heldOut.labels)
    print(matrix)
    // end
    #expect(matrix.count == 12)

    // snippet
    let noisy = try MixtureOfExperts(
      inputSize: 8, experts: [.feedForward(count: 4, hiddenSize: 16)], routing: .topK(2),
      seed: generator.next(), using: &generator)
    // end
    #expect(noisy.router.seed != 0)
  }

  @Test("Groups, selections and clipping")
  func groups() throws {
    do {
      // snippet
      let decays = !ParameterSelection.gatesBiasesAndNorms
      print(decays("router.gate.weight"))  // false
      print(decays("expertGroups.0.up.weight"))  // true
      print(decays("stack.blocks.0.norm.weight"))  // false
      // end
      #expect(
        ["router.gate.weight", "expertGroups.0.up.weight", "stack.blocks.0.norm.weight"]
          .map { decays($0) } == [false, true, false])
    }
    do {
      // snippet
      let groups = [
        ParameterGroup(.routers, learningRateScale: 0.1, weightDecay: 0),
        ParameterGroup(.biases.union(.norms), weightDecay: 0),
        ParameterGroup(.embeddings, isFrozen: true),
      ]
      // end
      #expect(groups.count == 3)
    }
    // snippet
    var optimizer = GroupedOptimizer(
      AdamW(learningRate: 1e-3, weightDecay: 0.1),
      groups: [
        ParameterGroup(.routers, learningRateScale: 0.1, weightDecay: 0),
        ParameterGroup(.biases.union(.norms), weightDecay: 0),
      ])
    // end
    var generator = SeededGenerator(seed: 7)
    var model = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 3)], routing: .topK(1),
      using: &generator)
    var gradient = model
    // snippet
    let norm = gradient.clip(toNorm: 1)
    gradient.clip(toNorm: 0.1, of: .routers)
    // end
    #expect(norm > 1 && gradient.parameterNorm <= 1)
    do {
      // snippet
      var average = ParameterAverage(decay: 0.999)
      optimizer.update(&model, along: gradient)
      average.update(with: model)
      let evaluated = average.averaged(model)
      // end
      #expect(evaluated.parameterCount == model.parameterCount)
    }
  }

  @Test("Micro-batches")
  func microBatches() throws {
    var generator = SeededGenerator(seed: 7)
    var moe = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 3)], routing: .topK(2),
      using: &generator)
    let microBatches = (0..<2).map { _ in
      (
        Tensor.normal(shape: [3, 4], using: &generator),
        Tensor.normal(shape: [3, 4], using: &generator)
      )
    }
    var (passes, optimizer, step) = ([MixtureOfExperts.Pass](), SGD(learningRate: 0.1), 0)
    // snippet
    var accumulator = GradientAccumulator<MixtureOfExperts>()
    for (tokens, targets) in microBatches {
      let pass = try moe.forward(tokens, context: .training(step: step))
      let loss = try MeanSquaredError()(pass.output, targets)
      let gradient = try moe.backward(loss.gradient, pass: pass)
      accumulator.add(gradient.parameters, weight: Float(tokens.rowCount))
      passes.append(pass)
    }
    if let gradient = accumulator.take() { optimizer.update(&moe, along: gradient) }
    try moe.finishStep(passes)
    // end
    step += 1
    #expect(moe.finishedStep == 0 && step == 1)
  }

  @Test("Shuffled batches")
  func shuffledBatches() {
    // snippet
    let batches = ShuffledBatches(count: 5, batchSize: 2, epochCount: 1, seed: 3)
    print(batches.map(\.count))  // [2, 2, 1]
    // end
    #expect(batches.map(\.count) == [2, 2, 1])
  }

  @Test("Schedules and metrics")
  func schedulesAndMetrics() {
    // snippet
    let schedule = LearningRateSchedule.constant(3e-4)
      .then(.linear(peak: 3e-4, total: 1000, floor: 3e-5), after: 4000)
      .warmedUp(over: 500)
    // end
    #expect(schedule(600) == 3e-4 && schedule(6000) == 3e-5)
    // snippet
    var stopping = EarlyStopping(patience: 3, leastChange: 0.001)
    for (step, loss) in [2.0, 1.5, 1.6, 1.4995, 1.7].enumerated() {
      stopping.observe(loss, step: step)
    }
    print(stopping.shouldStop, stopping.bestValue ?? 0, stopping.bestStep ?? 0)  // true 1.5 1
    // end
    #expect(stopping.shouldStop && stopping.bestValue == 1.5 && stopping.bestStep == 1)
    // snippet
    var accuracy = TopAccuracy(2)
    accuracy.add([[3, 1, 2], [1, 2, 3]], labels: [2, 0])
    print(accuracy.value)  // 0.5
    // end
    #expect(accuracy.value == 0.5)
    // snippet
    var matrix = ConfusionMatrix(classNames: ["cat", "dog", "bird"])
    matrix.add(predictions: [0, 0, 1, 2], labels: [0, 1, 1, 2])
    print(matrix)
    // end
    #expect(matrix.accuracy == 0.75)
  }

  /// A model of one's own around a layer of experts.
  struct Classifier: RoutedModel {
    var mixture: MixtureOfExperts

    mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
      try mixture.visitParameters(under: "mixture", visit)
    }

    mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
      try mixture.visitBuffers(under: "mixture", visit)
    }

    // snippet
    mutating func finishStep(routings: [[Routing]], tokenQuality: [[Float]]?) throws {
      try mixture.finishStep(routings: routings, tokenQuality: tokenQuality)
    }
    // end
  }

  @Test("The trainer, on a model of one's own")
  func ownModel() throws {
    struct Sample {
      var tokens: Tensor
      var labels: [Int]
    }
    var generator = SeededGenerator(seed: 7)
    let moe = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 3)],
      routing: RoutingStrategy(selector: .topK(1), weighting: .scores, hasSelectionBias: true),
      stepUpdates: [SelectionBiasUpdate()], using: &generator)
    let batch = Sample(
      tokens: .normal(shape: [6, 4], using: &generator), labels: [0, 1, 2, 3, 0, 1])
    do {
      let (model, context) = (moe, LayerContext.training(step: 0))
      // snippet
      let pass = try model.forward(batch.tokens, context: context)
      let loss = try CrossEntropy()(pass.output, labels: batch.labels)
      let gradient = try model.backward(loss.gradient, pass: pass)
      let trained = TrainedBatch(loss, gradient, pass: pass)
      // end
      #expect(trained.tokenCount == 6 && trained.routings.count == 1)
    }
    var trainer = Trainer(
      model: Classifier(mixture: moe), optimizer: AdamW(), stepCount: 3)
    try trainer.run(on: [batch, batch, batch]) { model, batch, context in
      let pass = try model.mixture.forward(batch.tokens, context: context)
      let loss = try CrossEntropy()(pass.output, labels: batch.labels)
      let gradient = try model.mixture.backward(loss.gradient, pass: pass)
      return TrainedBatch(
        loss: loss.value, gradient: Classifier(mixture: gradient.parameters), tokenCount: 6,
        auxiliaryLosses: pass.losses, routings: [pass.routing])
    }
    #expect(trainer.state.model.mixture.finishedStep == 2)
  }

  @Test("Saving a model")
  func saving() throws {
    var generator = SeededGenerator(seed: 7)
    let moe = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 3)], routing: .topK(1),
      using: &generator)
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let path = file.path
    // snippet
    try moe.save(to: path)
    let same = try MixtureOfExperts(contentsOf: path)
    // end
    #expect(same.namedParameters.map(\.parameter) == moe.namedParameters.map(\.parameter))
  }
}
