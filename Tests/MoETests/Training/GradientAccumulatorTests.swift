import MoE
import Testing

@Suite struct GradientAccumulatorTests {
  private static func gradient(
    _ model: FeedForward, _ tokens: Tensor, labels: [Int]
  ) throws -> FeedForward {
    let pass = model.forward(tokens, context: .training(step: 0))
    let loss = try CrossEntropy(ignoredLabel: -1)(pass.output, labels: labels)
    return model.backward(loss.gradient, pass: pass).parameters
  }

  /// Micro-batches of unlike sizes, with rows that do not count, are the large batch.
  @Test func microBatchesAreTheLargeBatch() throws {
    var generator = SeededGenerator(seed: 7)
    let model = FeedForward(inputSize: 4, hiddenSize: 6, outputSize: 3, using: &generator)
    let tokens = Tensor(scattered: [10, 4], seed: 3)
    let labels = [0, 1, 2, -1, 1, 0, 2, 2, -1, 1]
    let whole = try Self.gradient(model, tokens, labels: labels)
    var accumulator = GradientAccumulator<FeedForward>()
    for part in [0..<3, 3..<4, 4..<9, 9..<10] {
      let own = Array(labels[part])
      accumulator.add(
        try Self.gradient(model, tokens[entries: part], labels: own),
        weight: Float(CrossEntropy(ignoredLabel: -1).weight(of: own)))
    }
    #expect(accumulator.weight == 8 && accumulator.count == 4)
    let taken = accumulator.take()
    let sum = try #require(taken)
    for (own, expected) in zip(sum.namedParameters, whole.namedParameters) {
      // Sums of eight terms in two orders, of numbers that came of some ten roundings.
      let size = GradientTolerance.largest(expected.parameter) + 0.1
      GradientTolerance.expect(
        own.parameter, near: expected.parameter.doubles, within: 40 * 0x1p-24 * size, own.name)
    }
    #expect(accumulator.count == 0 && accumulator.weight == 0 && accumulator.take() == nil)
  }

  @Test func weightsMeans() throws {
    var accumulator = GradientAccumulator<Linear>()
    accumulator.add(Linear(weight: [[1, 2]]), weight: 1)
    accumulator.add(Linear(weight: [[5, -2]]), weight: 3)
    #expect(accumulator.take()?.weight == [[4, -1]])
    // A weight of zero is left out, even of what is no number.
    accumulator.add(Linear(weight: Tensor([.nan, 0], shape: [1, 2])), weight: 0)
    #expect(accumulator.take() == nil)
    accumulator = GradientAccumulator()
    accumulator.add(Linear(weight: Tensor([.nan, 0], shape: [1, 2])), weight: 0)
    accumulator.add(Linear(weight: [[1, 2]]), weight: 0.5)
    #expect(accumulator.take()?.weight == [[1, 2]])
  }

  /// A gradient alone has its own bits, whatever it weighs, and nothing is copied.
  @Test func oneAloneIsAsItWas() throws {
    let weight = Tensor(scattered: [5, 7], seed: 2)
    var accumulator = GradientAccumulator<Linear>()
    accumulator.add(Linear(weight: weight), weight: 37)
    let taken = accumulator.take()
    let sum = try #require(taken)
    #expect(sum.weight.bits == weight.bits && sum.weight.sharesMemory(with: weight))
  }

  @Test func addsInPlace() throws {
    var accumulator = GradientAccumulator<Linear>()
    var first = Linear(weight: Tensor(scattered: [5, 7], seed: 2))
    first.weight *= 2
    let address = first.weight.address
    accumulator.add(consume first)
    accumulator.add(Linear(weight: Tensor(scattered: [5, 7], seed: 3)), weight: 2)
    let taken = accumulator.take()
    let sum = try #require(taken)
    #expect(sum.weight.address == address)
  }

  /// Gradients without a weight leave nothing behind.
  @Test func startsAnewWhereNothingCounts() {
    var accumulator = GradientAccumulator<Linear>()
    #expect(
      accumulator.take() == nil && "\(accumulator)".hasSuffix("0 gradients of Linear, weight 0.0"))
    accumulator.add(Linear(weight: [[1]]), weight: 0)
    #expect(accumulator.count == 1 && accumulator.take() == nil && accumulator.count == 0)
    accumulator.add(Linear(weight: [[1]]), weight: 0.5)
    #expect("\(accumulator)" == "GradientAccumulator of 1 gradient of Linear, weight 0.5")
    accumulator.add(Linear(weight: [[1]]))
    #expect("\(accumulator)" == "GradientAccumulator of 2 gradients of Linear, weight 1.5")
  }

  /// A mean is within what it is of, however far apart the weights are.
  @Test func weightsOfAnySizeOverflowNothing() {
    let sizes: [Float] = [.leastNonzeroMagnitude, 0x1p-100, 1, 0x1p30, .greatestFiniteMagnitude]
    for first in sizes {
      for second in sizes {
        var accumulator = GradientAccumulator<Linear>()
        accumulator.add(Linear(weight: [[8, 2]]), weight: first)
        accumulator.add(Linear(weight: [[4, 2]]), weight: second)
        let (one, other) = (Double(first), Double(second))
        let exact = [(8 * one + 4 * other) / (one + other), 2]
        // A ratio, a product and a sum, and the same again where the unit changes.
        let taken = accumulator.take()?.weight ?? [[0, 0]]
        GradientTolerance.expect(
          taken, near: exact, within: 6 * 8 * 0x1p-24, "\(first) and \(second)")
      }
    }
  }

  @Test func whatIsNoNumberIsSeen() {
    var accumulator = GradientAccumulator<Linear>()
    accumulator.add(Linear(weight: [[1, 1]]))
    accumulator.add(Linear(weight: Tensor([.nan, 1], shape: [1, 2])))
    let taken = accumulator.take()?.weight
    #expect(taken?[0, 0].isNaN == true && taken?[0, 1] == 1)
    // Nothing to add up is no error.
    accumulator.add(Linear(weight: Tensor(zeros: [0, 3])))
    accumulator.add(Linear(weight: Tensor(zeros: [0, 3])))
    #expect(accumulator.take()?.weight.shape == [0, 3])
  }

  @Test func trapsOnAnotherShape() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var accumulator = GradientAccumulator<Linear>()
      accumulator.add(Linear(weight: [[1, 2]]))
      accumulator.add(Linear(weight: [[1], [2]]))
    }
    #expect(
      result?.standardErrorSays(
        "parameter weight of shape [1, 2] against weight of shape [2, 1]") == true)
  }

  @Test func trapsOnAWeightBelowZero() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var accumulator = GradientAccumulator<Linear>()
      accumulator.add(Linear(weight: [[1]]), weight: -1)
    }
    #expect(
      result?.standardErrorSays(
        "GradientAccumulator: weight -1.0, expected a finite number of at least 0") == true)
  }
}

extension GradientClippingTests {
  @Test func clipsAPartAlone() {
    var layer = FeedForward(
      up: Linear(weight: [[3, 4]], bias: [12]), down: Linear(weight: [[8]], bias: [6]),
      activation: .relu)
    #expect(layer.parameterNorm(of: .named(startingWith: "down")) == 10)
    #expect(layer.clip(toNorm: 5, of: .named(startingWith: "down")) == 10)
    #expect(layer.down.weight == [[4]] && layer.down.bias == [3])
    #expect(layer.up.weight == [[3, 4]] && layer.up.bias == [12])
    #expect(layer.parameterNorm(of: !.all) == 0)
  }

  @Test func clipsNumbers() {
    var layer = Linear(weight: Tensor([3, -4, 0.5, .infinity], shape: [1, 4]), bias: [12])
    #expect(layer.clip(toMagnitude: 2, of: !.biases) == .infinity)
    #expect(layer.weight == [[2, -2, 0.5, 2]] && layer.bias == [12])
    #expect(layer.clip(toMagnitude: 1) != 0 && layer.bias == [1])
    var broken = LayerGradient(
      input: [[9]], parameters: Linear(weight: Tensor([.nan, -3], shape: [1, 2])))
    #expect(broken.clip(toMagnitude: 1).isNaN)
    #expect(broken.parameters.weight[0, 0].isNaN && broken.parameters.weight[0, 1] == -1)
    #expect(broken.input == [[9]])
  }
}

extension ScheduleTests {
  @Test func fallsInALine() {
    let schedule = LearningRateSchedule.linear(peak: 1, warmup: 2, total: 7, floor: 0.5)
    #expect((0..<9).map { schedule($0) } == [0.5, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.5, 0.5])
    #expect(LearningRateSchedule.linear(peak: 1, total: 0)(3) == 0)
  }

  @Test func fallsWithTheSquareRoot() {
    let schedule = LearningRateSchedule.inverseSquareRoot(peak: 2, warmup: 4)
    #expect([0, 3, 15, 63].map { schedule($0) } == [0.5, 2, 1, 0.5])
    #expect(LearningRateSchedule.inverseSquareRoot(peak: 2)(3) == 1)
  }

  @Test func staysAndThenFalls() {
    let schedule = LearningRateSchedule.warmupStableDecay(
      peak: 1, warmup: 2, decay: 4, total: 10, floor: 0)
    let rates: [Float] = [0.5, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0, 0]
    #expect((0..<11).map { schedule($0) } == rates)
  }

  @Test func schedulesAreMadeOfSchedules() {
    let schedule = LearningRateSchedule.constant(1)
      .then(.linear(peak: 1, total: 3), after: 2).warmedUp(over: 2).scaled(by: 4)
    #expect((0..<8).map { schedule($0) } == [2, 4, 4, 4, 4, 2, 0, 0])
    // A cosine that is warmed up is the one with a rise of its own.
    let own = LearningRateSchedule.cosine(peak: 3e-3, warmup: 5, total: 20, floor: 1e-4)
    let made = LearningRateSchedule.cosine(peak: 3e-3, total: 15, floor: 1e-4).warmedUp(over: 5)
    for step in 0..<25 { #expect(own(step) == made(step)) }
  }
}
