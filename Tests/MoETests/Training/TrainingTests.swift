import MoE
import Testing

@Suite struct TrainingTests {
  // MARK: - Recorded losses

  private static let stepCount = 10
  private static let momentum: Float = 0.9
  private static let rate: Float = 0.1

  /// The losses of ten steps, the auxiliary one included, of `referenceLosses`.
  private static let recorded: [Double] = [
    1.324475017510, 1.295791965470, 1.245566571462, 1.098079569248, 1.040215576201,
    0.983689035622, 0.931976291730, 0.886791762285, 0.848541529730, 0.816706435563,
  ]

  private struct Problem {
    var layer: MixtureOfExperts
    var tokens: Tensor
    var targets: Tensor

    init() throws {
      var generator = SeededGenerator(seed: 121)
      layer = try MixtureOfExperts(
        inputSize: 3, outputSize: 2,
        experts: [.feedForward(count: 3, hiddenSize: 3, activation: .gelu)], routing: .topK(2),
        balancingLosses: [.loadBalancing(coefficient: 0.1)], using: &generator)
      tokens = .normal(shape: [6, 3], using: &generator)
      targets = .normal(shape: [6, 2], using: &generator)
    }

    /// The losses of the steps, and the layer that they lead to.
    func train() throws -> (losses: [Float], layer: MixtureOfExperts) {
      var layer = layer
      var optimizer = SGD(learningRate: TrainingTests.rate, momentum: TrainingTests.momentum)
      let losses = try (0..<TrainingTests.stepCount).map { step in
        let pass = try layer.forward(tokens, context: .training(step: step))
        let loss = try MeanSquaredError()(pass.output, targets)
        try optimizer.update(&layer, along: layer.backward(loss.gradient, pass: pass))
        return loss.value + pass.auxiliaryLoss
      }
      return (losses, layer)
    }
  }

  /// The same training in `Double`, with central differences for gradients.
  private static func referenceLosses(_ problem: Problem) -> [Double] {
    let reference = ReferenceMixtureOfExperts(
      outputSize: 2, groups: [.init(count: 3, hiddenSize: 3, activation: .gelu)], slotCount: 2,
      weights: .renormalized, losses: [.init(coefficient: Double(Float(0.1)), isPerToken: false)])
    let (tokens, targets) = (Reference.rows(problem.tokens), Reference.scalars(problem.targets))
    func loss(_ parameters: [String: [Double]], _ selected: [[Int]]? = nil) -> (Double, [[Int]]) {
      let result = reference(tokens, parameters, selected: selected)
      let error = Reference.meanSquaredError(result.output.flatMap { $0 }, targets)
      return (error + result.losses[0], result.selected)
    }
    var parameters = Reference.parameters(problem.layer)
    var velocities = parameters.mapValues { $0.map { _ in 0.0 } }
    return (0..<stepCount).map { _ in
      let (value, selected) = loss(parameters)
      let gradients = centralDifferences(at: parameters) { loss($0, selected).0 }
      for (name, gradient) in gradients {
        for (index, slope) in gradient.enumerated() {
          velocities[name]![index] = Double(momentum) * velocities[name]![index] + slope
          parameters[name]![index] -= Double(rate) * velocities[name]![index]
        }
      }
      return value
    }
  }

  /// The reference still gives what was recorded.
  @Test func theReferenceGivesTheRecordedLosses() throws {
    let losses = TrainingTests.referenceLosses(try Problem())
    try #require(losses.count == TrainingTests.recorded.count)
    // Another system's exponential may differ in the sixteenth digit, of which differences make
    // 10⁻¹¹ in each gradient, and ten steps with momentum less than a hundred times that.
    for (loss, recorded) in zip(losses, TrainingTests.recorded) {
      #expect(abs(loss - recorded) <= 1e-9, "\(losses)")
    }
  }

  /// Whatever kernels run, fused or not.
  ///
  /// A step has some 150 roundings in its longest chain (as counted in the sweep), and ten steps
  /// follow one another. How much a change of the parameters changes the losses is measured, as
  /// everywhere.
  @Test func tenStepsReproduceTheRecordedLosses() throws {
    let problem = try Problem()
    let (results, tolerances) = try GradientTolerance.tolerances(
      roundings: TrainingTests.stepCount * 150
    ) { perturb in
      var moved = problem
      moved.layer = perturb(moved.layer)
      moved.tokens = perturb(moved.tokens)
      return try moved.train().losses.map { Tensor([$0]) }
    }
    for (step, recorded) in TrainingTests.recorded.enumerated() {
      // A tolerance that everything passes would be none.
      #expect(tolerances[step] < 1e-3 * recorded)
      GradientTolerance.expect(
        results[step], near: [recorded], within: tolerances[step], "loss of step \(step)")
    }
  }

  @Test func trainingTwiceGivesTheSameBits() throws {
    let (first, second) = (try Problem().train(), try Problem().train())
    #expect(first.losses.map(\.bitPattern) == second.losses.map(\.bitPattern))
    for (index, (name, parameter)) in first.layer.namedParameters.enumerated() {
      #expect(
        GradientTolerance.bits(parameter)
          == GradientTolerance.bits(second.layer.namedParameters[index].parameter), "\(name)")
    }
  }

  // MARK: - Learning

  /// Points around four corners of a square, of which opposite ones are of one class: no linear map
  /// tells the classes apart.
  private static func corners(
    _ count: Int, _ generator: inout SeededGenerator
  ) -> (points: Tensor, labels: [Int]) {
    var points = Tensor.normal(standardDeviation: 0.3, shape: [count, 2], using: &generator)
    var labels: [Int] = []
    for index in 0..<count {
      let (right, upper) = (index % 2, index / 2 % 2)
      points[index, 0] += right == 1 ? 1 : -1
      points[index, 1] += upper == 1 ? 1 : -1
      labels.append(right ^ upper)
    }
    return (points, labels)
  }

  @Test(arguments: ["top 2", "top 1", "dense"])
  func learnsWhatNoLinearMapCan(strategy: String) throws {
    let routing: RoutingStrategy =
      switch strategy {
      case "top 2": .topK(2)
      case "top 1": .topK(1, weighting: .scores)
      default: .dense()
      }
    var generator = SeededGenerator(seed: 122)
    var layer = try MixtureOfExperts(
      inputSize: 2, experts: [.feedForward(count: 4, hiddenSize: 6, activation: .gelu)],
      routing: routing, balancingLosses: [.loadBalancing(coefficient: 0.01)],
      using: &generator)
    var optimizer = AdamW(weightDecay: 0.01)
    let schedule = LearningRateSchedule.cosine(peak: 0.05, warmup: 5, total: 60)
    var losses: [Float] = []
    for step in 0..<60 {
      let (points, labels) = TrainingTests.corners(32, &generator)
      let pass = try layer.forward(points, context: .training(step: step))
      let loss = try CrossEntropy()(pass.output, labels: labels)
      var gradient = try layer.backward(loss.gradient, pass: pass)
      gradient.clip(toNorm: 1)
      optimizer.learningRate = schedule(step)
      optimizer.update(&layer, along: gradient)
      losses.append(loss.value)
    }
    // From about ln 2 to a tenth of it.
    #expect(losses[0] > 0.5)
    #expect(losses.suffix(5).allSatisfy { $0 < 0.07 }, "\(losses)")
    // A point is on the wrong side of an axis, 3.3 standard deviations away, once in 2,300 times:
    // with two axes, 0.2 of 200 points.
    let (points, labels) = TrainingTests.corners(200, &generator)
    let correct = zip(try layer(points).rowArgmax(), labels).count { $0 == $1 }
    #expect(correct >= 196, "\(correct) of 200")
  }

  /// From a gate that sends nearly all tokens to one expert, the loss alone spreads them.
  @Test func theBalancingLossSpreadsTheLoad() throws {
    var generator = SeededGenerator(seed: 123)
    var layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 4, hiddenSize: 2)],
      routing: .topK(1, weighting: .scores, gate: .linear(bias: true)),
      balancingLosses: [.loadBalancing(coefficient: 1)], using: &generator)
    layer.visitParameters { name, parameter in
      if name == "router.gate.bias" { parameter = [2, 0, 0, 0] }
    }
    let tokens = Tensor.normal(shape: [32, 4], using: &generator)
    let zeros = Tensor(zeros: [32, 4])
    var optimizer = SGD(learningRate: 0.5)
    var (values, loads): ([Float], [[Int]]) = ([], [])
    for step in 0..<30 {
      let pass = try layer.forward(tokens, context: .training(step: step))
      try optimizer.update(&layer, along: layer.backward(zeros, pass: pass))
      values.append(pass.auxiliaryLoss)
      loads.append(pass.routing.load)
    }
    #expect(loads[0].max()! >= 28, "\(loads[0])")
    #expect(loads[29].max()! <= 14, "\(loads[29])")
    #expect(values[0] > 2 && values[29] < 1.1, "\(values)")
  }
}
