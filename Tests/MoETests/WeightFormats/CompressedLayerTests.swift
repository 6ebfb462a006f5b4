import MoE
import Testing

/// A layer in fewer bits is the layer of single precision that has its weights decompressed.
@Suite(.namingCombinations) struct CompressedLayerTests {
  private func layer(_ activation: GatedActivation = .silu) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 11)
    return try MixtureOfExperts(
      inputSize: 32,
      experts: [
        .gatedFeedForward(count: 3, hiddenSize: 48, activation: activation, bias: true),
        .feedForward(count: 2, hiddenSize: 20),
      ], sharedExperts: .gatedFeedForward(count: 1, hiddenSize: 16), routing: .topK(2),
      using: &generator)
  }

  private func tokens(_ count: Int) -> Tensor { Tensor(scattered: [count, 32], seed: 12) }

  @Test func passesHaveTheBitsOfDecompressedWeights() throws {
    for format in WeightFormatCases.all {
      let compressed = try layer().compressing(to: format)
      let plain = try compressed.compressing(to: .float32)
      try withEvery("tokens", in: [1, 3, 40]) { count in
        try withEvery("threads", in: [1, 3]) { threads in
          try Compute.withThreadCount(threads) {
            let (pass, expected) = (
              try compressed.forward(tokens(count), context: .training(step: 0)),
              try plain.forward(tokens(count), context: .training(step: 0))
            )
            expectBits(pass.output.scalarArray, expected.output.scalarArray, "\(format)")
            let gradient = Tensor(scattered: [count, 32], seed: 13)
            let (back, plainBack) = (
              try compressed.backward(gradient, pass: pass),
              try plain.backward(gradient, pass: expected)
            )
            expectBits(back.input.scalarArray, plainBack.input.scalarArray, "\(format)")
            for (own, other) in zip(
              back.parameters.namedParameters, plainBack.parameters.namedParameters)
            {
              expectBits(
                own.parameter.scalarArray, other.parameter.scalarArray, "\(format) \(own.name)")
            }
          }
        }
      }
    }
  }

  /// Rounding is of all weights but the router's: the same experts are chosen.
  @Test func routersAreLeftAsTheyAre() throws {
    let (plain, compressed) = (try layer(), try layer().compressing(to: .int4()))
    var copy = compressed
    var formats: [String: WeightFormat] = [:]
    copy.visitWeights { formats[$0] = $1.format }
    for (name, format) in formats {
      #expect(format == (name.hasPrefix("router") ? .float32 : .int4()), "\(name)")
    }
    #expect(formats.count == 1 + 3 + 2 + 3)
    let routings = try [plain, compressed].map {
      try $0.forward(tokens(64), context: .inference).routing
    }
    #expect(routings[0].experts == routings[1].experts)
    #expect(routings[0].weights == routings[1].weights)
  }

  /// By itself, too, whatever it is called.
  @Test func aRouterByItselfIsLeftAsItIs() throws {
    let router = try layer().router
    var rounded = try router.compressing(to: .int4())
    rounded.visitWeights { #expect($1.format == .float32, "\($0)") }
    #expect(rounded.namedParameters.map(\.parameter) == router.namedParameters.map(\.parameter))
  }

  @Test(arguments: [0, -16, 8, 17, 100])
  func groupsOfNoMultipleOfSixteenAreAnError(size: Int) throws {
    let layer = try layer()
    for format in [WeightFormat.int4(groupSize: size), .int8(groupSize: size)] {
      let error = #expect(throws: MoEError.self) { _ = try layer.compressing(to: format) }
      #expect(error.map { "\($0)".contains("\(size)") } == true)
      #expect(throws: MoEError.self) {
        _ = try layer.compressing(to: format, rounding: .byMaximum) { _ in }
      }
    }
  }

  /// Parts are chosen by their names.
  @Test func onlyChosenPartsAreRounded() throws {
    let layer = try layer().compressing(to: .mxfp4) { $0.hasSuffix("down.weight") }
    var copy = layer
    copy.visitWeights { #expect($1.format == ($0.hasSuffix("down.weight") ? .mxfp4 : .float32)) }
    #expect(layer.weightByteCount < (try self.layer()).weightByteCount)
  }

  /// A vector is looked up as it is.
  @Test func embeddingsAreLeftAsTheyAre() throws {
    var generator = SeededGenerator(seed: 3)
    let embedding = Embedding(count: 40, size: 32, using: &generator)
    let compressed = try embedding.compressing(to: .bfloat16)
    #expect(compressed.weight == embedding.weight)
  }

  /// Reading parameters leaves the format; what is written is in single precision.
  @Test func writingTakesWeightsBackToSinglePrecision() throws {
    var generator = SeededGenerator(seed: 4)
    let linear = Linear(inputSize: 32, outputSize: 24, using: &generator)
    var compressed = try linear.compressing(to: .int8())
    func format(_ linear: Linear) -> WeightFormat? {
      var (copy, format) = (linear, WeightFormat?.none)
      copy.visitWeights { format = $1.format }
      return format
    }
    #expect(compressed.parameterCount == linear.parameterCount)
    compressed.visitParameters { name, tensor in #expect(tensor.count > 0, "\(name)") }
    #expect(format(compressed) == .int8())
    let rounded = compressed.weight
    compressed.visitParameters { name, tensor in if name == "weight" { tensor[0, 0] = 7 } }
    #expect(format(compressed) == .float32)
    #expect(compressed.weight[0, 0] == 7 && compressed.weight[1, 1] == rounded[1, 1])
    #expect(try linear.compressing(to: .float16).compressing(to: .float32).weight != linear.weight)
  }

  /// A kept master is what an optimiser updates, and is rounded again each time.
  @Test func mastersAreRoundedAfterEachUpdate() throws {
    var generator = SeededGenerator(seed: 5)
    let linear = Linear(inputSize: 32, outputSize: 24, using: &generator)
    var trained = try linear.compressing(to: .int4(), keepingMaster: true)
    #expect(trained.weight == linear.weight)
    let input = Tensor(scattered: [6, 32], seed: 6)
    var plain = linear
    var (first, second) = (SGD(learningRate: 0.1), SGD(learningRate: 0.1))
    for step in 0..<3 {
      let context = LayerContext.training(step: step)
      let pass = trained.forward(input, context: context)
      let rounded = Linear(
        weight: try plain.compressing(to: .int4()).weight, bias: plain.bias)
      let expected = rounded.forward(input, context: context)
      expectBits(pass.output.scalarArray, expected.output.scalarArray)
      first.update(&trained, along: trained.backward(pass.output, pass: pass).parameters)
      // Straight through: the gradient of the rounded weight updates the master.
      second.update(&plain, along: rounded.backward(expected.output, pass: expected).parameters)
      #expect(trained.weight == plain.weight)
    }
    #expect(trained.weight != linear.weight)
  }

  /// Every weight that is visited is a parameter of that name and shape.
  @Test func weightsAreParametersOfTheirNames() throws {
    var layer = try layer()
    let parameters = Dictionary(
      uniqueKeysWithValues: layer.namedParameters.map { ($0.name, $0.parameter.shape) })
    layer.visitWeights { name, weight in #expect(parameters[name] == weight.shape, "\(name)") }
  }
}

/// What a calibration sees, and what follows from it.
@Suite struct CalibrationTests {
  @Test func metersSeeTheRowsOfEachProduct() {
    let meter = ColumnMeter(columnCount: 2)
    #expect(meter.meanSquares == [1, 1])
    var weight = WeightMatrix([[1, 2], [3, 4], [5, 6]] as Tensor)
    weight.meter = meter
    _ = ([[1, -2], [3, 0]] as Tensor).product(weight.operand())
    #expect(meter.meanSquares == [5, 2])
    _ = ([[0, 4]] as Tensor).products([weight.operand(), weight.operand()])
    // One row for each of the two products.
    #expect(meter.meanSquares == [2.5, 9])
  }

  /// The error of the output falls where one column is all that is used.
  @Test func columnsInUseAreRoundedBetter() throws {
    var generator = SeededGenerator(seed: 8)
    let linear = Linear(inputSize: 32, outputSize: 24, bias: false, using: &generator)
    var tokens = Tensor(scattered: [50, 32], seed: 9)
    for row in 0..<50 { for column in 1..<32 { tokens[row, column] *= 0.01 } }
    let context = LayerContext.inference
    func error(_ other: Linear) -> Float {
      let difference = linear(tokens) - other(tokens)
      return (difference * difference).sum()
    }
    let plain = try linear.compressing(to: .int4(), rounding: .leastSquares())
    let calibrated = try linear.compressing(to: .int4(), rounding: .leastSquares()) {
      _ = $0.forward(tokens, context: context)
    }
    #expect(error(calibrated) < 0.5 * error(plain))
  }
}
