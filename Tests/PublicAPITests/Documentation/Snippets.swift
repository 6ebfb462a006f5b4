import MoE
import Testing

/// The snippets of the README, the articles and the doc comments, as they stand there.
@Suite("Snippets run")
struct Snippets {
  @Test("README")
  func readme() throws {
    // snippet
    var generator = SeededGenerator(seed: 42)
    var moe = try MixtureOfExperts(
      inputSize: 32,
      experts: [.gatedFeedForward(count: 8, hiddenSize: 64)],
      routing: .topK(2),
      balancingLosses: [.loadBalancing(coefficient: 0.01)],
      using: &generator)

    let tokens = Tensor.normal(shape: [64, 32], using: &generator)
    let output = try moe(tokens)
    print(output.shape)  // [64, 32]
    // end
    #expect(output.shape == [64, 32])
    let before = moe

    // snippet
    let targets = Tensor.normal(shape: [64, 32], using: &generator)
    var optimizer = AdamW(learningRate: 3e-3)
    for step in 0..<20 {
      let pass = try moe.forward(tokens, context: .training(step: step))
      let loss = try MeanSquaredError()(pass.output, targets)
      var gradient = try moe.backward(loss.gradient, pass: pass)
      gradient.clip(toNorm: 1)
      optimizer.update(&moe, along: gradient)
      if step % 10 == 0 {
        print("loss \(loss.value), balance \(pass.auxiliaryLoss), load \(pass.routing.load)")
      }
    }
    // end
    let first = try MeanSquaredError()(before(tokens), targets).value
    #expect(try MeanSquaredError()(moe(tokens), targets).value < first)

    // snippet
    let mixed = try MixtureOfExperts(
      inputSize: 32,
      experts: [
        .gatedFeedForward(count: 4, hiddenSize: 64),
        .feedForward(count: 4, hiddenSize: 32, activation: .gelu),
      ],
      sharedExperts: .gatedFeedForward(count: 1, hiddenSize: 32),
      routing: RoutingStrategy(
        gate: .feedForward(hiddenSize: 16, activation: .tanh),
        selector: .topK(2),
        weighting: .softmaxOverSelected),
      using: &generator)
    print(mixed)
    // end
    #expect(mixed.expertCount == 8)
  }

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

  @Test("Article: routing")
  func routing() throws {
    // snippet
    let strategy = RoutingStrategy(
      gate: .linear(bias: true),
      score: .softmax,
      selector: .topK(2),
      weighting: .softmaxOverSelected)
    // end
    #expect(strategy.selector.promises.contains(.tokenLocal))

    // snippet
    var generator = SeededGenerator(seed: 1)
    let layer = try MixtureOfExperts(
      inputSize: 16, experts: [.gatedFeedForward(count: 4, hiddenSize: 32)],
      routing: .topK(2), using: &generator)
    let batch = Tensor.normal(shape: [10, 16], using: &generator)
    let routing = try layer.forward(batch, context: .inference).routing
    print(routing.experts(of: 0), routing.weights[entry: 0], routing.load)
    // end
    #expect(routing.load.reduce(0, +) == 20)

    var inTurn = layer
    inTurn.router = try Router(
      gate: layer.router.gate,
      strategy: RoutingStrategy(selector: .roundRobin, weighting: .scores))
    #expect(try inTurn.forward(batch, context: .inference).routing.load == [3, 3, 2, 2])
    inTurn.router.disabledExperts = [0]
    #expect(try inTurn.forward(batch, context: .inference).routing.load == [0, 4, 3, 3])
  }

  @Test("Article: numerics")
  func numerics() throws {
    // snippet
    var generator = SeededGenerator(seed: 3)
    let layer = try MixtureOfExperts(
      inputSize: 16, experts: [.gatedFeedForward(count: 4, hiddenSize: 32)],
      routing: .topK(2), using: &generator)
    let many = Tensor.normal(shape: [64, 16], using: &generator)
    let together = try layer(many)
    let alone = try layer(many[entries: 5..<6])
    print(alone == together[entries: 5..<6])  // true
    let single = try Compute.withThreadCount(1) { try layer(many) }
    print(single == together)  // true
    // end
    #expect(alone == together[entries: 5..<6])
    #expect(single == together)
  }

  @Test("Article: your own experts")
  func experts() throws {
    // snippet
    struct SquaredExperts: ExpertGroup {
      var up: GroupedLinear
      var down: GroupedLinear

      var expertCount: Int { up.expertCount }
      var inputSize: Int { up.inputSize }
      var outputSize: Int { down.outputSize }

      mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
        try up.visitParameters(under: "up", visit)
        try down.visitParameters(under: "down", visit)
      }

      mutating func packWeights() {
        up.packWeights()
        down.packWeights()
      }

      struct Pass: ExpertPass {
        var output: ExpertOutput
        let input: GroupedTokens
        let hidden: Tensor?
      }

      func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
        let rows = input.rows
        let hidden = up.forward(.picked(input.matrix), rows: rows, then: .relu)
        return Pass(
          output: .rows(down.forward(.ordered(hidden * hidden), rows: rows)),
          input: input, hidden: context.mode.isTraining ? hidden : nil)
      }

      func backward(
        _ outputGradient: GroupedGradient, pass: Pass
      ) -> ExpertGradient<SquaredExperts> {
        guard let hidden = pass.hidden else { fatalError("a pass for inference keeps nothing") }
        let rows = pass.input.rows
        let last = down.weightedBackward(outputGradient, input: hidden * hidden, rows: rows)
        let hiddenGradient = GroupedOperand.ordered(2 * hidden * last.input)
        return ExpertGradient(
          rows: up.inputGradient(hiddenGradient, rows: rows),
          weights: last.weights,
          parameters: SquaredExperts(
            up: up.parameterGradient(
              hiddenGradient, input: .picked(pass.input.matrix), rows: rows),
            down: last.parameters))
      }
    }
    // end

    // snippet
    func squared(count: Int, hiddenSize: Int) -> ExpertSpecification {
      ExpertSpecification(count: count) { inputSize, outputSize, generator in
        SquaredExperts(
          up: GroupedLinear(
            count: count, inputSize: inputSize, outputSize: hiddenSize, bias: false,
            using: &generator),
          down: GroupedLinear(
            count: count, inputSize: hiddenSize, outputSize: outputSize, bias: false,
            using: &generator))
      }
    }

    var generator = SeededGenerator(seed: 11)
    var layer = try MixtureOfExperts(
      inputSize: 16, experts: [squared(count: 4, hiddenSize: 32)], routing: .topK(2),
      using: &generator)
    layer.packWeights()
    let output = try layer(Tensor.normal(shape: [10, 16], using: &generator))
    print(output.shape)  // [10, 16]
    // end
    #expect(output.shape == [10, 16])
    // Along a direction, the loss rises as the gradient says.
    let tokens = Tensor.normal(shape: [10, 16], using: &generator)
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let gradient = try layer.backward(Tensor(repeating: 1, shape: [10, 16]), pass: pass)
    for name in ["expertGroups.0.up.weight", "expertGroups.0.down.weight"] {
      func sum(_ step: Float) throws -> Float {
        var moved = layer
        moved.visitParameters(with: gradient.parameters) {
          if $0 == name { $1 += step * $2 }
        }
        return try moved(tokens).sum()
      }
      // Two products of up to 16 and an activation (6).
      let step: Float = 0x1p-10
      func difference(_ step: Float) throws -> Double {
        try Double(sum(step) - sum(-step)) / Double(2 * step)
      }
      let (slope, far) = (try difference(step), try difference(2 * step))
      let magnitude = pass.output.scalarArray.reduce(0.0) { $0 + Double($1.magnitude) }
      let tolerance = (far - slope).magnitude + 40 * 0x1p-24 * magnitude / Double(step)
      let own = gradient.parameters.namedParameters.first { $0.name == name }?.parameter
      let expected = try #require(own.map { ($0 * $0).sum() })
      #expect(expected > 0 && (slope - Double(expected)).magnitude <= tolerance, "\(name)")
    }
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

  @Test("Article: routing, a change of a gate of your own")
  func ownModifier() throws {
    // snippet
    struct Temperature: GateModifier {
      let temperature: Float

      var promises: RoutingPromises { [.tokenLocal, .deterministic] }

      mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

      func forward(
        _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
      ) throws -> (output: GateOutput, saved: Void) {
        var output = try base(tokens)
        output.logits /= temperature
        output.noise?.clean /= temperature
        output.noise?.scale /= temperature
        return (output, ())
      }

      func backward(
        _ gradient: LogitGradient, saved: Void,
        base: (LogitGradient) throws -> GateInputGradient
      ) throws -> (input: GateInputGradient, parameters: Temperature) {
        let inner = LogitGradient(
          gradient.logits / temperature, clean: gradient.clean.map { $0 / temperature },
          noiseScale: gradient.noiseScale.map { $0 / temperature })
        return (try base(inner), self)
      }
    }

    let cooler = GateSpecification.linear().modified(promises: [.tokenLocal, .deterministic]) {
      _, _ in Temperature(temperature: 2)
    }
    // end
    var generator = SeededGenerator(seed: 5)
    let gate = try cooler.gate(inputSize: 8, expertCount: 4, using: &generator)
    let tokens = Tensor.normal(shape: [6, 8], using: &generator)
    var plain = SeededGenerator(seed: 5)
    let linear = Linear(inputSize: 8, outputSize: 4, bias: false, using: &plain)
    #expect(try gate.forward(tokens, context: RoutingContext()).logits == linear(tokens) / 2)
    #expect(gate.promises == [.tokenLocal, .deterministic])
  }

  @Test("Article: your own experts, of any layer")
  func expertsOfAnyLayer() throws {
    // snippet
    var generator = SeededGenerator(seed: 12)
    let plain = try MixtureOfExperts(
      inputSize: 16,
      experts: [
        .perExpert(count: 4) { inputSize, outputSize, generator in
          FeedForward(
            inputSize: inputSize, hiddenSize: 32, outputSize: outputSize, using: &generator)
        }
      ],
      routing: .topK(2), using: &generator)
    // end
    #expect(try plain(Tensor(zeros: [3, 16])).shape == [3, 16])

    // snippet
    let experts = PerExpert(
      (0..<4).map { _ in
        FeedForward(inputSize: 16, hiddenSize: 32, using: &generator)
      })
    // end
    #expect(experts.expertCount == 4)
    let tokens = Tensor.normal(shape: [3, 16], using: &generator)
    // snippet
    let input = GroupedTokens(tokens, rows: GroupedRows([[0, 2], [1]]))
    // end
    #expect(input.tokens == [0, 2, 1])
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
      model.visitParameters(with: gradient) { name, parameter, gradient in
        parameter -= learningRate * gradient
      }
      // end
    }
    #expect(model.namedParameters.first?.parameter != moe.namedParameters.first?.parameter)

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

  @Test("Doc comments: values")
  func values() {
    // snippet
    let weights: Tensor = [[1, 2, 3], [4, 5, 6]]
    print(weights.shape)  // [2, 3]
    print(weights[1, 2])  // 6.0
    print(weights[entry: 1])  // Tensor[3] [4.0, 5.0, 6.0]
    // end
    #expect(weights[entry: 1].description == "Tensor[3] [4.0, 5.0, 6.0]")

    // snippet
    let rows = GroupedRows([[0, 2], [], [1, 2]])
    print(rows.offsets)  // [0, 2, 2, 4]
    print(rows.indices)  // [0, 2, 1, 2]
    // end
    #expect(rows.offsets == [0, 2, 2, 4] && rows.indices == [0, 2, 1, 2])

    // snippet
    let groups: [ExpertSpecification] = [
      .gatedFeedForward(count: 8, hiddenSize: 64), .feedForward(count: 2, hiddenSize: 32),
    ]
    // end
    #expect(groups.map(\.count) == [8, 2])
  }

  @Test("Doc comments: rows and their factors")
  func rowFactors() {
    // snippet
    let left: Tensor = [[1, 2], [3, 4]]
    print(left.rowDots([[1, 1], [0, 2]]))  // Tensor[2] [3.0, 8.0]
    // end
    #expect(left.rowDots([[1, 1], [0, 2]]).description == "Tensor[2] [3.0, 8.0]")
    do {
      // snippet
      var rows: Tensor = [[1, 2], [3, 4]]
      rows.scaleRows(by: [10, 100])
      print(rows[1, 0])  // 300.0
      // end
      #expect(rows == [[10, 20], [300, 400]])
    }
  }

  @Test("Doc comments: several maps at once")
  func severalMaps() {
    let (tokens, rows) = (Tensor(zeros: [2, 3]), GroupedRows([[0], [1, 0]]))
    let gate = GroupedLinear(weight: Tensor(zeros: [2, 4, 3]))
    let (up, activation) = (gate, Activation.silu)
    // snippet
    let parts = GroupedLinear.forward([gate, up], .picked(tokens), rows: rows)
    let hidden = activation(parts[0], times: parts[1])
    // end
    #expect(hidden.shape == [3, 4])
  }

  @Test("Doc comments: packed matrices")
  func packedMatrices() {
    var generator = SeededGenerator(seed: 5)
    // snippet
    let weights = Tensor.normal(shape: [96, 64], using: &generator)
    let packed = PackedMatrix(weights, transposing: true)
    let rows = Tensor.normal(shape: [4, 64], using: &generator)
    print(rows.matmul(packed) == rows.matmul(weights, transposingRight: true))  // true
    // end
    #expect(rows.matmul(packed) == rows.matmul(weights, transposingRight: true))
  }

  @Test("Doc comments: packed weights")
  func packedWeights() throws {
    var generator = SeededGenerator(seed: 6)
    let trained = try MixtureOfExperts(
      inputSize: 16, experts: [.gatedFeedForward(count: 4, hiddenSize: 32)],
      routing: .topK(2), using: &generator)
    let tokens = Tensor.normal(shape: [3, 16], using: &generator)
    // snippet
    var model = trained
    model.packWeights()
    print(try model(tokens) == trained(tokens))  // true
    // end
    #expect(try model(tokens) == trained(tokens))
  }

  @Test("Doc comments: layers")
  func layers() throws {
    let tokens = Tensor(zeros: [2, 32])
    // snippet
    var generator = SeededGenerator(seed: 42)
    let moe = try MixtureOfExperts(
      inputSize: 32, experts: [.gatedFeedForward(count: 8, hiddenSize: 64)],
      routing: .topK(2), using: &generator)
    let output = try moe(tokens)  // [tokens, 32]
    // end
    #expect(output.shape == [2, 32])

    var layer = Linear(inputSize: 3, outputSize: 2, using: &generator)
    let input = Tensor.normal(shape: [4, 3], using: &generator)
    let targets = Tensor(zeros: [4, 2])
    var optimizer = SGD(learningRate: 0.1)
    // snippet
    let pass = layer.forward(input, context: .training(step: 0))
    let loss = try MeanSquaredError()(pass.output, targets)
    let gradient = layer.backward(loss.gradient, pass: pass)
    optimizer.update(&layer, along: gradient)
    // end
    #expect(try MeanSquaredError()(layer(input), targets).value < loss.value)

    var model = layer
    var stopped = AdamW(learningRate: 1e-3)
    stopped.update(&model, along: gradient)
    let saved = Dictionary(uniqueKeysWithValues: stopped.namedBuffers)
    // snippet
    var resumed = AdamW(learningRate: 1e-3)
    try resumed.restoreBuffers(saved)
    try resumed.check(model)
    // end
    #expect(resumed.step == 1)

    do {
      let (layer, input) = (moe, tokens)
      // snippet
      let pass = try layer.forward(input, context: .training(step: 7))
      // end
      #expect(pass.output.shape == [2, 32])
    }

    let step = 100
    // snippet
    let schedule = LearningRateSchedule.cosine(peak: 3e-3, warmup: 100, total: 2000)
    optimizer.learningRate = schedule(step)
    // end
    #expect(optimizer.learningRate == 3e-3)
  }
}

// snippet
struct RoundRobinSelector: ExpertSelector {
  var promises: RoutingPromises { [.tokenLocal, .deterministic, .fixedCount] }

  func slotCount(expertCount: Int) throws -> Int { 1 }

  func select(_ input: SelectionInput) -> SelectedExperts {
    let available = input.availableExperts
    return SelectedExperts(
      (0..<input.tokenCount).map { token in
        Int32(available[input.context.position(of: token) % available.count])
      }, slotCount: 1)
  }
}

extension ExpertSelector where Self == RoundRobinSelector {
  static var roundRobin: RoundRobinSelector { RoundRobinSelector() }
}
// end
