import MoE

/// Measures the steps of optimisers, and clipping, beside going through as many arrays of the same
/// sizes.
struct OptimizerLines {
  private let session: Session
  private let start: MixtureOfExperts
  private let gradient: MixtureOfExperts
  private let count: Int

  /// A layer that no cache holds, of a hundred million parameters, and a gradient of it.
  init(_ session: Session) throws {
    self.session = session
    let item =
      session.options.isSmoke
      ? LayerCase.small : LayerCase(inputSize: 1024, hiddenSize: 4096, experts: 8, slots: 2)
    start = try item.layer()
    gradient = try item.layer(seed: 10)
    count = start.parameterCount
  }

  private static func map(_ layer: MixtureOfExperts) -> Tensor {
    layer.expertGroups[0].namedParameters[0].parameter
  }

  /// AdamW, SGD without momentum and with it, and a gradient's norm.
  func run() throws {
    let adamW = AdamW(learningRate: 1e-4)
    try measure(adamW, "AdamW", .parameterAndTwoStates) { before, g in
      let (rate, decay) = (Double(adamW.learningRate), Double(adamW.weightDecay))
      // After one step the corrected moments are g and g².
      let step = rate * g / (g.magnitude + Double(adamW.epsilon))
      return (before * (1 - rate * decay) - step, before.magnitude + step.magnitude)
    }
    for (name, momentum, mix) in [
      ("SGD", 0, StreamMix.parameter), ("SGD with momentum", 0.9, .parameterAndState),
    ] as [(String, Float, StreamMix)] {
      let sgd = SGD(learningRate: 1e-4, momentum: momentum)
      try measure(sgd, name, mix) { before, g in
        let step = Double(sgd.learningRate) * g
        return (before - step, before.magnitude + step.magnitude)
      }
    }
    try measureNorm()
  }

  private func measure<Rule: Optimizer>(
    _ fresh: Rule, _ name: String, _ mix: StreamMix,
    firstStep: @escaping (_ before: Double, _ gradient: Double) -> (Double, magnitude: Double)
  ) throws {
    let shape = "\(count) parameters"
    guard session.wants(.training, name, shape) else { return }
    var (model, optimizer) = (start, fresh)
    func residual() -> Double {
      (model, optimizer) = (start, fresh)
      optimizer.update(&model, along: gradient)
      var residual = Residual()
      let (before, g, after) = (Self.map(start), Self.map(gradient), Self.map(model))
      for index in Residual.samples(of: after.count, 4096) {
        let (expected, magnitude) = firstStep(
          Double(before.scalars[index]), Double(g.scalars[index]))
        residual.compare(after.scalars[index], to: expected, magnitude: magnitude)
      }
      return residual.worst
    }
    try session.forEachConfiguration { _, threads in
      var work = Workload(
        group: .training, name: name, shape: shape, amount: mix.bytes(count: count),
        largestResidual: 32, residual: residual,
        run: { optimizer.update(&model, along: gradient) })
      work.note = { "\((1e12 * $0 / Double(count)).rounded() / 1e3) ns a parameter" }
      // Of one map: the others are as large, and memory does not tell them apart.
      try session.measure(
        work,
        against: .updating(
          mix, count: Self.map(start).count, threads: threads,
          effort: session.effort(threads: threads)))
    }
  }

  private func measureNorm() throws {
    let (name, shape) = ("norm of a gradient", "\(count) parameters")
    guard session.wants(.training, name, shape) else { return }
    let bytes = MemoryLayout<Float>.stride * count
    let expected = gradient.namedParameters.reduce(0.0) { sum, named in
      let scalars = named.parameter.scalars
      return scalars.indices.reduce(sum) { $0 + Double(scalars[$1]) * Double(scalars[$1]) }
    }.squareRoot()
    try session.forEachConfiguration { _, threads in
      try session.measure(
        Workload(
          group: .training, name: name, shape: shape, amount: Double(bytes),
          residual: {
            var residual = Residual()
            residual.compare(gradient.parameterNorm, to: expected, magnitude: expected)
            return residual.worst
          },
          run: { blackHole(gradient.parameterNorm) }),
        against: .reading(
          bytes: bytes, threads: threads, effort: session.effort(threads: threads)))
    }
  }
}
