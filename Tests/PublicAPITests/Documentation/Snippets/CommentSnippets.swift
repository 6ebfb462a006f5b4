import MoE
import Testing

/// The snippets of doc comments, as they stand there.
@Suite("Snippets of doc comments run")
struct CommentSnippets {
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

  @Test("Doc comments: weights in fewer bits")
  func formats() throws {
    var generator = SeededGenerator(seed: 2)
    let model = try MixtureOfExperts(
      inputSize: 32, experts: [.gatedFeedForward(count: 4, hiddenSize: 32)],
      routing: .topK(2), using: &generator)
    let tokens = Tensor.normal(shape: [3, 32], using: &generator)
    do {
      // snippet
      let small = try model.compressing(to: .int4(groupSize: 32))
      // end
      #expect(small.weightByteCount < model.weightByteCount)
    }
    // snippet
    let small = try model.compressing(to: .int4(), rounding: .leastSquares()) {
      _ = try $0.forward(tokens, context: .inference)
    }
    // end
    #expect(small.weightByteCount < model.weightByteCount)
    // snippet
    print(model.roundingReport(of: try model.compressing(to: .int4())))
    // end
    #expect(model.roundingReport(of: small).entries.count == 3)
    let report = model.roundingReport(of: small)
    #expect(report.relativeError > 0.01 && report.relativeError < 0.2)
  }

  @Test("Doc comments: hidden rows")
  func hiddenRows() throws {
    // snippet
    let context = LayerContext(.training(step: 7), hiddenRows: .recomputed)
    // end
    #expect(context.purpose.hiddenRows == .recomputed && context.mode == .training(step: 7))
    #expect(LayerContext.training(step: 7).purpose.hiddenRows == .kept)
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

  @Test("Doc comments: tables")
  func tables() {
    do {
      // snippet
      let table: [[Float]] = [[1, 2, 3], [4, 5, 6]]
      print(Tensor(rows: table).shape)  // [2, 3]
      // end
      #expect(Tensor(rows: table).shape == [2, 3])
    }
    // snippet
    let table: Tensor = [[1, 2, 3], [4, 5, 6]]
    print(table[columns: 0..<2])  // the first two columns
    // end
    #expect(table[columns: 0..<2] == [[1, 2], [4, 5]])
  }

  @Test("Doc comments: checks of gradients")
  func gradientChecks() throws {
    var generator = SeededGenerator(seed: 1)
    let layer = GatedFeedForward(inputSize: 4, hiddenSize: 6, using: &generator)
    let tokens = Tensor.normal(shape: [5, 4], using: &generator)
    do {
      // snippet
      let check = try GradientCheck(layer, on: tokens)
      print(check)
      print(check.largestError < 0.01)  // true
      // end
      #expect(check.largestError < 0.01, "\(check)")
    }
    let (output, target) = (tokens, Tensor.normal(shape: [5, 4], using: &generator))
    // snippet
    let loss = try MeanSquaredError()(output, target)
    let check = try GradientCheck(of: loss.gradient, at: output) {
      Double(try MeanSquaredError()($0, target).value)
    }
    // end
    #expect(check.largestError < 0.01, "\(check)")
  }
}
