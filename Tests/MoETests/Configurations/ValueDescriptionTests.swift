import Foundation
import MoE
import Testing

/// Values that people look at print what they look for, and no memory.
@Suite struct ValueDescriptionTests {
  private static func layer() throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 1)
    return try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 5)], routing: .topK(2),
      balancingLosses: [.loadBalancing(coefficient: 0.01)], using: &generator)
  }

  @Test func passesAndGradients() throws {
    let layer = try Self.layer()
    let pass = try layer.forward(Tensor(scattered: [6, 4], seed: 2), context: .training(step: 0))
    #expect("\(pass)".hasPrefix("output [6, 4], \(pass.losses[0].name) "))
    #expect("\(pass)".hasSuffix("\(pass.routing.statistics)"))
    #expect("\(pass.routing)" == "\(pass.routing.statistics)")
    let gradient = try layer.backward(pass.output, pass: pass)
    #expect("\(gradient)".hasPrefix("gradient of MixtureOfExperts: norm "))
    #expect("\(gradient)".contains("of \(layer.parameterCount) parameters"))
    let loss = try MeanSquaredError()([[1, 3]], [[0, 0]])
    #expect("\(loss)".hasPrefix("loss 5.0, gradient [1, 2] of norm 3.16"))
    #expect("\(TrainedBatch(loss, gradient, pass: pass))".hasSuffix(", 6 tokens"))
  }

  @Test func contexts() {
    #expect("\(Batch())" == "Batch(nothing known)")
    #expect("\(LayerContext.training(step: 3))" == "training, step 3, Batch(nothing known)")
    let batch = Batch(tokenIDs: [7, 8], padding: [true, false], sequenceLengths: [2])
    let known = "Batch(token ids [7, 8], padding 1 of 2 tokens, sequences [2])"
    #expect("\(LayerContext(.inference, batch: batch))" == "inference, \(known)")
    #expect(
      "\(RoutingPromises([.tokenLocal, .readsScores]))" == "[causal, tokenLocal, readsScores]")
    #expect("\(RoutingPromises())" == "[]")
  }

  @Test func plans() throws {
    #expect("\(RoutingStrategy.topK(2))".contains(" → TopKSelector(count: 2) → "))
    #expect("\(RoutingStrategy.topK(2))".hasPrefix("linear(bias: false) → SoftmaxScore() → "))
    var strategy = RoutingStrategy(selector: .topK(1), hasSelectionBias: true)
    strategy.expertInputScale = 2
    #expect("\(strategy)".hasSuffix(", experts' input times 2.0, selection bias"))
    #expect("\(ExpertSpecification.zero(count: 2))" == "zero(count: 2)")
    let own = ExpertSpecification(count: 3) { _, _, _ in
      ZeroExperts(count: 3, inputSize: 1, outputSize: 1)
    }
    #expect("\(own)" == "3 experts of a kind of your own")
  }

  @Test func capacities() {
    #expect("\(Capacity.none)" == "no capacity limit")
    #expect(
      "\(Capacity.factor(1.25))"
        == "capacity of 1.25 times the share of routes in training, no limit "
        + "in inference, others are dropped")
    #expect(
      "\(Capacity.routes(1, inference: 1, order: .score, overflow: .backup(3)))"
        == "capacity of 1 route, higher scores first, others go to expert 3")
    let all = Capacity(
      training: .tokenFactor(2), inference: .tokenFactor(2), minimum: 4, order: .batchPrioritized,
      prioritizesFirstChoices: true, overflow: .passThrough, weights: .afterDropping,
      shares: [1, 2])
    #expect(
      "\(all)" == "capacity of 2.0 times the share of tokens, at least 4, tokens of higher scores "
        + "first, first choices first, others pass through, weights of what is left, "
        + "shares [1.0, 2.0]"
    )
    #expect(
      "\(RoutingStrategy(selector: .topK(1), capacity: .routes(2)))".hasSuffix(
        ", capacity of 2 routes in training, no limit in inference, others are dropped"))
  }

  @Test func overrides() throws {
    #expect("\(RoutingOverrides())" == "RoutingOverrides(none)")
    let pass = try Self.layer().forward(Tensor(zeros: [3, 4]), context: .inference)
    let overrides = RoutingOverrides(
      previousLogits: Tensor(zeros: [3, 2]), load: [1, 0], forcedExperts: [0: [1]],
      replay: .learning(RoutingTrace.Pass(pass.routing)))
    #expect(
      "\(overrides)"
        == "RoutingOverrides(previous logits [3, 2], load [1.0, 0.0], forced experts of "
        + "1 token, replay of 6 slots for learning)")
  }

  @Test func optimisersAndTrainings() throws {
    var optimizer = AdamW(learningRate: 0.5, weightDecay: 0)
    #expect(
      "\(optimizer)" == "AdamW(learningRate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-08, "
        + "weightDecay: 0.0), 0 updates so far")
    var layer = try Self.layer()
    let gradient = layer
    optimizer.update(&layer, along: gradient)
    #expect("\(optimizer)".hasSuffix(", 1 updates so far"))
    for text in ["\(SGD(learningRate: 1))", "\(Lion())", "\(Adafactor())", "\(Muon())"] {
      // Settings and no tensors.
      #expect(text.contains("learningRate: ") && !text.contains("Tensor") && text.count < 300)
    }
    let grouped = GroupedOptimizer(
      SGD(learningRate: 1),
      groups: [
        ParameterGroup(.routers, learningRateScale: 0.5), ParameterGroup(.biases, isFrozen: true),
      ])
    #expect(
      "\(grouped)".hasSuffix("\n  group 0: learning rate times 0.5\n  group 1: frozen"))
    var trainer = Trainer(model: layer, optimizer: grouped, stepCount: 5)
    trainer.clippingNorm = 1
    let text = "\(trainer)"
    #expect(text.hasPrefix("Trainer of 5 steps: step 0, MixtureOfExperts of "))
    #expect(text.contains("\n  clipped to a norm of 1.0") && !text.contains("micro-batches"))
    #expect("\(ParameterAverage(decay: 0.5))".hasPrefix("ParameterAverage(decay: 0.5"))
  }

  @Test func warningsAndMeasures() {
    let warnings: [BalanceReport.Warning] = [
      .collapse(expert: 2, maximumOverMean: 3.456), .starving(expert: 1, share: 0.05),
      .dropping(share: 0.25),
    ]
    #expect(
      warnings.map { "\($0)" } == [
        "routing collapses to expert 2: 3.46 times the mean load",
        "expert 1 starves: 5.0% of its even share", "25.0% of the routes are dropped",
      ])
    #expect(
      "\(TrainingEvent.warning(step: 3, mixture: 0, warnings[2]))"
        == "step 3  mixture 0: 25.0% of the routes are dropped")
    var accuracy = TopAccuracy()
    accuracy.add([[1, 0], [0, 1], [1, 0]], labels: [0, 1, 1])
    #expect("\(accuracy)" == "66.7% (2 of 3)")
  }

  /// Files, caches and recordings say what they hold, and print no numbers.
  @Test func whatHoldsTensors() throws {
    let tensor = StoredTensor(Tensor(zeros: [2, 3]), as: .bfloat16)
    #expect("\(tensor)" == "[2, 3] in \(ScalarFormat.bfloat16.rawValue)")
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "x.safetensors").path
    try Checkpoint.write(["b": tensor, "a": tensor], to: path)
    let checkpoint = try Checkpoint(path: path)
    #expect("\(checkpoint)" == "\(path): 2 tensors\n  a \(tensor)\n  b \(tensor)")
    #expect("\(checkpoint.files[0])".contains(": 2 tensors, "))
    var trace = RoutingTrace()
    let pass = try Self.layer().forward(Tensor(zeros: [3, 4]), context: .inference)
    trace.record(pass.routing)
    #expect("\(trace)" == "1 recorded passes of 6 slots")
    #expect(
      "\(DenseSpecification.feedForward(hiddenSize: 4))".hasPrefix("feedForward(hiddenSize: 4, "))
    #expect("\(AttentionSpecification.heads(2))".contains("headCount: 2"))
    let cache = KeyValueCache(sequenceCount: 2, size: 4)
    #expect("\(cache)".hasPrefix("cache of keys and values of size 4, tokens [0, 0]"))
  }

  @Test func effectsOfRounding() throws {
    let layer = try Self.layer()
    let effect = try layer.roundingEffect(of: layer, on: Tensor(scattered: [3, 4], seed: 1))
    #expect("\(effect)" == "outputs are off by 0.0%, 0.0% of the tokens go to other experts")
  }
}
