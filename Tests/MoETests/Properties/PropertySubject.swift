import MoE

/// A promise that does not hold.
struct PropertyViolation: Error, CustomStringConvertible {
  /// What was promised.
  var promise: String
  /// What was found instead.
  var found: String

  var description: String { "\(promise): \(found)" }
}

/// A layer with a batch: all that a pass is made of.
struct PropertySubject {
  let plan: PropertyPlan
  var layer: MixtureOfExperts
  var tokens: Tensor
  var context: LayerContext
  var overrides: RoutingOverrides
  /// What the loss multiplies outputs by.
  var coefficients: Tensor
  /// The number of each token, by which what the loss multiplies its routing by is drawn.
  var numbers: [Int]

  /// The layer and the batch of a plan.
  ///
  /// - Throws: What the layer's initialiser throws.
  init(_ plan: PropertyPlan) throws {
    self.plan = plan
    layer = try plan.layer(seed: plan.seed)
    var generator = SeededGenerator(seed: plan.seed ^ 0x70_6b)
    let count = plan.tokens.count
    tokens = .normal(
      standardDeviation: plan.tokens.scale, shape: [count, plan.inputSize], using: &generator)
    if plan.tokens.repeats && count > 1 {
      tokens = tokens.gatheringEntries(Array(repeating: 0, count: count))
    }
    if let broken = plan.tokens.broken, broken < count { tokens[broken, 0] = .nan }
    numbers = Array(0..<count)
    context = LayerContext(plan.mode, batch: plan.batch)
    overrides = RoutingOverrides(
      previousLogits: plan.overrides.previousShape.map { .normal(shape: $0, using: &generator) },
      load: plan.overrides.load, forcedExperts: plan.overrides.forced)
    if plan.overrides.previousHasDisabled, var previous = overrides.previousLogits,
      previous.rank == 2, previous.columnCount > 0
    {
      for token in 0..<previous.rowCount { previous[token, previous.columnCount - 1] = -.infinity }
      overrides.previousLogits = previous
    }
    coefficients = .normal(shape: [count, layer.outputSize], using: &generator)
    if plan.hasRouterInput {
      overrides.routerInput = .normal(shape: [count, plan.inputSize], using: &generator)
    }
    if plan.hasPreviousState, let size = layer.router.gate.stateSize {
      overrides.previousState = .normal(shape: [count, size], using: &generator)
    }
    // Padding may hold anything.
    if let padding = plan.batch.padding, padding.count == count {
      for token in 0..<count where padding[token] {
        for column in 0..<plan.inputSize {
          tokens[token, column] = .nan
          overrides.routerInput?[token, column] = .nan
        }
        for column in 0..<layer.outputSize { coefficients[token, column] = .nan }
      }
    }
    if let shape = plan.tokens.wrongShape { tokens = .init(zeros: shape) }
  }

  /// A forward pass and, in training, a backward one.
  func run() throws -> PropertyRun {
    let pass = try layer.forward(tokens, context: context, overrides: overrides)
    guard context.mode.isTraining else { return PropertyRun(pass: pass) }
    let back = try layer.backward(
      coefficients, routing: routingGradient(pass.routing), pass: pass)
    return PropertyRun(
      pass: pass, inputGradient: back.gradient.input,
      overrideGradients: back.overrides,
      parameterGradients: back.gradient.parameters.namedParameters)
  }

  /// The tokens that are no padding.
  var validTokens: [Int] { (0..<tokens.rowCount).filter { !context.batch.isPadding($0) } }

  /// The positions of all tokens, padding's included, as they are where none are given.
  var positions: [Int] {
    var next = 0
    return (0..<tokens.rowCount).map { token in
      defer { if !context.batch.isPadding(token) { next += 1 } }
      return context.batch.positions?[token] ?? next
    }
  }

  /// The batch of some of the tokens alone, at the places that they have now, in an order of their
  /// own.
  func picking(_ picked: [Int]) -> PropertySubject {
    var subject = self
    let (batch, positions) = (context.batch, positions)
    subject.tokens = tokens.gatheringEntries(picked)
    subject.coefficients = coefficients.gatheringEntries(picked)
    subject.numbers = picked.map { numbers[$0] }
    subject.context.batch = Batch(
      positions: picked.map { positions[$0] },
      tokenIDs: batch.tokenIDs.map { all in picked.map { all[$0] } },
      padding: batch.padding.map { all in picked.map { all[$0] } })
    subject.overrides.previousLogits = overrides.previousLogits?.gatheringEntries(picked)
    subject.overrides.previousState = overrides.previousState?.gatheringEntries(picked)
    subject.overrides.routerInput = overrides.routerInput?.gatheringEntries(picked)
    subject.overrides.forcedExperts = [:]
    for (index, token) in picked.enumerated() {
      if let forced = overrides.forcedExperts[token] {
        subject.overrides.forcedExperts[index] = forced
      }
    }
    return subject
  }
}

/// What a pass gave.
struct PropertyRun {
  let pass: MixtureOfExperts.Pass
  var inputGradient: Tensor?
  var overrideGradients = OverridesGradient()
  var previousGradient: Tensor? { overrideGradients.previousLogits }
  var parameterGradients: [(name: String, parameter: Tensor)] = []

  /// Throws where another run has other bits anywhere.
  func expectSame(_ other: PropertyRun, _ promise: String) throws {
    let (routing, others) = (pass.routing, other.pass.routing)
    func expect(_ holds: Bool, _ part: String) throws {
      guard holds else { throw PropertyViolation(promise: promise, found: "another \(part)") }
    }
    try expect(routing.experts == others.experts, "choice of experts")
    try expect(routing.outcomes == others.outcomes, "outcome of routes")
    try expect(routing.chosenExperts == others.chosenExperts, "choice before redirection")
    try expect(routing.weights.hasBits(of: others.weights), "weight")
    try expect(pass.output.hasBits(of: other.pass.output), "output")
    try expect(
      pass.losses.map(\.value.bitPattern) == other.pass.losses.map(\.value.bitPattern),
      "auxiliary loss")
    try expectSameGradients(other, promise)
  }

  /// Throws where another run has other bits in a gradient.
  func expectSameGradients(_ other: PropertyRun, _ promise: String) throws {
    for (name, mine, theirs) in [
      ("tokens", inputGradient, other.inputGradient),
      (
        "previous logits", overrideGradients.previousLogits, other.overrideGradients.previousLogits
      ),
      ("previous state", overrideGradients.previousState, other.overrideGradients.previousState),
      ("router input", overrideGradients.routerInput, other.overrideGradients.routerInput),
    ] {
      guard mine.hasBits(of: theirs) else {
        throw PropertyViolation(promise: promise, found: "another gradient of \(name)")
      }
    }
    for (mine, theirs) in zip(parameterGradients, other.parameterGradients)
    where !mine.parameter.hasBits(of: theirs.parameter) {
      throw PropertyViolation(promise: promise, found: "another gradient of \(mine.name)")
    }
  }
}

extension Tensor {
  /// Whether shape and bits are the same.
  func hasBits(of other: Tensor) -> Bool {
    guard shape == other.shape else { return false }
    let (mine, theirs) = (scalars, other.scalars)
    for index in 0..<count where mine[index].bitPattern != theirs[index].bitPattern {
      return false
    }
    return true
  }

  /// Whether every scalar is a finite number.
  var isFiniteThroughout: Bool {
    let scalars = scalars
    for index in 0..<count where !scalars[index].isFinite { return false }
    return true
  }

  /// Whether a row holds zeros alone.
  func isZero(row: Int) -> Bool {
    let scalars = scalars
    for index in row * columnCount..<(row + 1) * columnCount where scalars[index] != 0 {
      return false
    }
    return true
  }
}

extension Tensor? {
  fileprivate func hasBits(of other: Tensor?) -> Bool {
    guard let self, let other else { return (self == nil) == (other == nil) }
    return self.hasBits(of: other)
  }
}

extension PropertyPlan {
  /// The strategy of the plan.
  func strategy() throws -> RoutingStrategy {
    var strategy = RoutingStrategy(
      gate: gate.specification, score: score, selector: try selector.selector(),
      weighting: weighting, capacity: capacity, hasSelectionBias: hasSelectionBias,
      appliesWeightsToInput: appliesWeightsToInput, isStraightThrough: isStraightThrough,
      dropout: dropout)
    strategy.slotsPerExpert = slotsPerExpert
    strategy.expertInputScale = expertInputScale
    return strategy
  }

  /// The layer of the plan, with parameters of a seed of their own.
  func layer(seed: UInt64) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: seed ^ 0x6c_79)
    var untouched = generator
    var layer: MixtureOfExperts
    do {
      layer = try MixtureOfExperts(
        inputSize: inputSize, outputSize: outputSize, experts: groups.map(\.specification),
        sharedExperts: shared?.specification, latent: latent, output: output,
        routing: try strategy(),
        balancingLosses: losses,
        stepUpdates: try updates.map { try $0.update() }, seed: self.seed, layer: self.layer,
        isCausal: isCausal, using: &generator)
    } catch {
      guard generator.next() == untouched.next() else {
        throw PropertyViolation(
          promise: "failure changes nothing", found: "the generator moved on")
      }
      throw error
    }
    // Some parameters start at zero, and gradients through these would be too.
    layer.visitParameters { _, parameter in
      parameter += .uniform(in: -0.3...0.3, shape: parameter.shape, using: &generator)
    }
    layer.router.disabledExperts = disabled
    if hasSelectionBias {
      layer.router.selectionBias = .uniform(
        in: -0.2...0.2, shape: [expertCount], using: &generator)
    }
    if hasLogitOffset {
      layer.router.logitOffset = .uniform(in: -0.5...0.5, shape: [expertCount], using: &generator)
    }
    if let weightScaleCount {
      layer.router.weightScale = .uniform(
        in: 0.5...1.5, shape: [weightScaleCount], using: &generator)
    }
    return layer
  }
}
