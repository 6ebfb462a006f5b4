import MoE
import Testing

/// Optimisers against loops in `Double`, over several steps of gradients that are given.
@Suite struct OptimizerTests {
  private static let stepCount = 6

  private static func linear(_ generator: inout SeededGenerator) -> Linear {
    Linear(
      weight: .normal(shape: [3, 4], using: &generator),
      bias: .normal(shape: [3], using: &generator))
  }

  /// One scalar in `Double`, with the size of what its errors are in relation to.
  private struct Scalar {
    var value: Double
    /// What bounds the value: all that was ever added to it, in magnitudes.
    var size: Double
    /// A bound on the error, in units of 2⁻²⁴.
    var error = 0.0
    var velocity = (value: 0.0, size: 0.0)
    var square = 0.0

    init(_ value: Double) {
      self.value = value
      size = value.magnitude
    }
  }

  /// Runs an optimiser and a loop on the same gradients, and compares after every step.
  private static func check(
    _ optimizer: some Optimizer, rates: [Float],
    loop: (_ name: String, _ step: Int, _ rate: Double, inout Scalar, _ gradient: Double) -> Void
  ) {
    var optimizer = optimizer
    var generator = SeededGenerator(seed: 111)
    var layer = linear(&generator)
    var exact = Reference.parameters(layer).mapValues { $0.map(Scalar.init) }
    for step in 0..<stepCount {
      let gradient = linear(&generator)
      optimizer.learningRate = rates[step % rates.count]
      optimizer.update(&layer, along: gradient)
      let gradients = Reference.parameters(gradient)
      for (name, parameter) in layer.namedParameters {
        for index in 0..<parameter.count {
          loop(
            name, step, Double(optimizer.learningRate), &exact[name]![index],
            gradients[name]![index])
        }
        GradientTolerance.expect(
          parameter, near: exact[name]!.map(\.value),
          within: exact[name]!.map { $0.error * GradientTolerance.unitRoundoff },
          "\(name) after step \(step)")
      }
    }
  }

  // MARK: - SGD

  /// A parameter is a sum of what it was and of steps; a velocity of t terms has two roundings a
  /// step, the step itself three, and each addition to the parameter two.
  private static func stepOfSGD(
    _ scalar: inout Scalar, _ step: Double, size: Double, count: Int
  ) {
    scalar.value -= step
    scalar.size += size
    scalar.error += Double(2 * count + 3) * size + 2 * scalar.size
  }

  @Test func descendsAlongTheGradient() {
    OptimizerTests.check(SGD(learningRate: 0), rates: [0.1, 0.3]) { _, step, rate, scalar, g in
      OptimizerTests.stepOfSGD(&scalar, rate * g, size: (rate * g).magnitude, count: 0)
    }
  }

  @Test func keepsMomentum() {
    OptimizerTests.check(SGD(learningRate: 0, momentum: 0.9), rates: [0.1, 0.3]) {
      _, step, rate, scalar, g in
      let momentum = Double(Float(0.9))
      scalar.velocity.value = momentum * scalar.velocity.value + g
      scalar.velocity.size = momentum * scalar.velocity.size + g.magnitude
      OptimizerTests.stepOfSGD(
        &scalar, rate * scalar.velocity.value, size: rate * scalar.velocity.size, count: step + 1)
    }
  }

  @Test func looksAheadWithNesterovsMomentum() {
    OptimizerTests.check(
      SGD(learningRate: 0, momentum: 0.8, isNesterov: true), rates: [0.1, 0.3]
    ) { _, step, rate, scalar, g in
      let momentum = Double(Float(0.8))
      scalar.velocity.value = momentum * scalar.velocity.value + g
      scalar.velocity.size = momentum * scalar.velocity.size + g.magnitude
      OptimizerTests.stepOfSGD(
        &scalar, rate * (g + momentum * scalar.velocity.value),
        size: rate * (g.magnitude + momentum * scalar.velocity.size), count: step + 2)
    }
  }

  /// One pass over memory has the bits of one for the velocity and another for the parameter.
  @Test(.onEveryKernelSet) func momentumTakesOnePass() {
    let (before, gradient) = (Tensor(scattered: [99], seed: 1), Tensor(scattered: [99], seed: 2))
    let velocity = Tensor(scattered: [99], seed: 3)
    let (momentum, rate): (Float, Float) = (0.9, 0.3)
    func sum(_ first: Tensor, _ second: Tensor, times factor: Float) -> Tensor {
      first.combined(with: second, "sum", ArithmeticFunctions.MultiplyAdd(factor: factor))
    }
    let newVelocity = sum(gradient, velocity, times: momentum)
    let ahead = sum(gradient, newVelocity, times: momentum)
    var (parameter, own) = (before, velocity)
    parameter.update(
      with: gradient, &own, "test",
      OptimizerFunctions.MomentumStep(momentum: momentum, rate: rate))
    #expect(own.bits == newVelocity.bits)
    #expect(parameter.bits == sum(before, newVelocity, times: -rate).bits)
    (parameter, own) = (before, velocity)
    parameter.update(
      with: gradient, &own, "test",
      OptimizerFunctions.NesterovStep(momentum: momentum, rate: rate))
    #expect(own.bits == newVelocity.bits)
    #expect(parameter.bits == sum(before, ahead, times: -rate).bits)
  }

  @Test func firstStepsOfMomentumWorkedOutByHand() {
    var layer = Linear(weight: [[1]])
    let gradient = Linear(weight: [[2]])
    var optimizer = SGD(learningRate: 0.5, momentum: 0.5)
    optimizer.update(&layer, along: gradient)
    #expect(layer.weight == [[0]])
    // v = 0.5·2 + 2
    optimizer.update(&layer, along: gradient)
    #expect(layer.weight == [[-1.5]])
    var ahead = Linear(weight: [[1]])
    var nesterov = SGD(learningRate: 0.5, momentum: 0.5, isNesterov: true)
    // g + 0.5·v = 2 + 1
    nesterov.update(&ahead, along: gradient)
    #expect(ahead.weight == [[-0.5]])
  }

  // MARK: - AdamW

  /// One step of AdamW, with the size of the mean of gradients beside its value.
  ///
  /// The mean of t gradients has three roundings a step, in relation to the mean of their
  /// magnitudes, and the square as many, which the root halves: at most 5·t of the step's size, and
  /// ten for the corrections, the root, the sum and the quotient. Shrinking and stepping have four
  /// more of the parameter.
  private static func stepOfAdamW(
    _ scalar: inout Scalar, _ g: Double, rate: Double, step: Int, decay: Double,
    beta1: Double = Double(Float(0.9)), beta2: Double = Double(Float(0.999)),
    epsilon: Double = Double(Float(1e-8))
  ) {
    scalar.velocity.value = beta1 * scalar.velocity.value + (1 - beta1) * g
    scalar.velocity.size = beta1 * scalar.velocity.size + (1 - beta1) * g.magnitude
    scalar.square = beta2 * scalar.square + (1 - beta2) * g * g
    var (power1, power2) = (1.0, 1.0)
    for _ in 0...step { (power1, power2) = (power1 * beta1, power2 * beta2) }
    let divisor = (scalar.square / (1 - power2)).squareRoot() + epsilon
    let length = rate * scalar.velocity.size / (1 - power1) / divisor
    scalar.value -=
      rate * (decay * scalar.value + scalar.velocity.value / (1 - power1) / divisor)
    scalar.size += length
    scalar.error += Double(5 * (step + 1) + 10) * length + 4 * scalar.size
  }

  @Test func adamWDecaysAllButBiases() {
    OptimizerTests.check(AdamW(weightDecay: 0.2), rates: [0.1, 0.03]) {
      name, step, rate, scalar, g in
      OptimizerTests.stepOfAdamW(
        &scalar, g, rate: rate, step: step, decay: name == "bias" ? 0 : Double(Float(0.2)))
    }
  }

  @Test func adamWTakesItsSettings() {
    let optimizer = AdamW(
      beta1: 0.5, beta2: 0.75, epsilon: 0.25, weightDecay: 0.5, decays: { $0 == "bias" })
    OptimizerTests.check(optimizer, rates: [0.25]) { name, step, rate, scalar, g in
      OptimizerTests.stepOfAdamW(
        &scalar, g, rate: rate, step: step, decay: name == "bias" ? 0.5 : 0, beta1: 0.5,
        beta2: 0.75, epsilon: 0.25)
    }
  }

  @Test func adamWFirstStepIsTheLearningRate() {
    var layer = Linear(weight: [[1, 1, 1]])
    var optimizer = AdamW(learningRate: 0.125, weightDecay: 0)
    optimizer.update(&layer, along: Linear(weight: [[1e-3, -5, 0]]))
    // m̂ / √v̂ is the sign, but for ε = 10⁻⁸ against 10⁻³ and some ten roundings.
    let roundings: Float = 12 * 0x1p-24
    let ofEpsilon: Float = 0.125 * 1e-5 + roundings
    let (first, second): (Float, Float) = (layer.weight[0, 0] - 0.875, layer.weight[0, 1] - 1.125)
    #expect(first.magnitude <= ofEpsilon)
    #expect(second.magnitude <= roundings)
    #expect(layer.weight[0, 2] == 1)
    #expect(optimizer.step == 1)
  }

  @Test func adamWShrinksParametersWithoutGradient() {
    var layer = Linear(weight: [[8]], bias: [8])
    var optimizer = AdamW(learningRate: 0.5, weightDecay: 0.25)
    let zeros = Linear(weight: [[0]], bias: [0])
    optimizer.update(&layer, along: zeros)
    #expect(layer.weight == [[7]] && layer.bias == [8])
    optimizer.update(&layer, along: zeros)
    #expect(layer.weight == [[6.125]] && layer.bias == [8])
    #expect(optimizer.step == 2)
  }

  /// Names that only end like a bias, deep in a layer, are biases too.
  @Test func adamWFindsBiasesByName() {
    let decays = AdamW().decays
    #expect(!decays("bias") && !decays("expertGroups.0.up.bias") && !decays("router.gate.bias"))
    #expect(decays("expertGroups.0.up.weight") && decays("bias.weight"))
  }

  // MARK: - Traps

  @Test func trapsOnAGradientOfOtherParameters() async {
    let names = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = SeededGenerator(seed: 112)
      var layer = FeedForward(inputSize: 2, hiddenSize: 3, using: &generator)
      let other = FeedForward(inputSize: 2, hiddenSize: 3, bias: false, using: &generator)
      var optimizer = SGD(learningRate: 1)
      optimizer.update(&layer, along: other)
    }
    #expect(
      names?.standardErrorSays(
        "parameter up.bias of shape [3] against down.weight of shape [2, 3]") == true)
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var layer = Linear(weight: [[1, 2]])
      var optimizer = AdamW()
      optimizer.update(&layer, along: Linear(weight: [[1, 2, 3]]))
    }
    #expect(
      shapes?.standardErrorSays(
        "parameter weight of shape [1, 2] against weight of shape [1, 3]") == true)
    let missing = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var layer = Linear(weight: [[1, 2]], bias: [1])
      var optimizer = SGD(learningRate: 1)
      optimizer.update(&layer, along: Linear(weight: [[1, 2]]))
    }
    #expect(missing?.standardErrorSays("parameter bias has no counterpart") == true)
    let left = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var layer = Linear(weight: [[1, 2]])
      var optimizer = SGD(learningRate: 1)
      optimizer.update(&layer, along: Linear(weight: [[1, 2]], bias: [1]))
    }
    #expect(left?.standardErrorSays("1 parameters against 2") == true)
  }

  @Test func trapsOnSettingsOutOfRange() async {
    let momentum = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = SGD(learningRate: 1, momentum: 1)
    }
    #expect(momentum?.standardErrorSays("SGD: momentum 1.0, expected 0..<1") == true)
    let betas = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = AdamW(beta1: 0.5, beta2: -0.5)
    }
    #expect(
      betas?.standardErrorSays("AdamW: beta1 0.5 and beta2 -0.5, expected 0..<1") == true)
  }
}
