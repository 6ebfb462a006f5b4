import MoE

/// A loss along a line through tokens, logits of the layer before, and parameters.
///
/// The loss is that of the float layer, its outputs times coefficients and the auxiliary losses,
/// added up in double precision. Choices are replayed, so that it has a derivative but for kinks.
private struct PropertyLine {
  let subject: PropertySubject
  /// Directions of tokens and of what the router reads beside them, and those of parameters, by
  /// their place.
  let tokens: Tensor
  let overrides: OverridesGradient
  let parameters: [Tensor]

  init(_ subject: PropertySubject, _ run: PropertyRun, using generator: inout SeededGenerator) {
    var trace = RoutingTrace()
    trace.record(run.pass.routing)
    var subject = subject
    subject.overrides.replay = .learning(trace.passes[0])
    self.subject = subject
    func direction(_ shape: [Int]) -> Tensor {
      .uniform(in: -1...1, shape: shape, using: &generator)
    }
    // Small tokens move by as little: norms and ties know no other measure.
    tokens = direction(subject.tokens.shape) * min(1, subject.plan.tokens.scale)
    let read = run.overrideGradients
    overrides = OverridesGradient(
      previousLogits: read.previousLogits.map { direction($0.shape) },
      previousState: read.previousState.map { direction($0.shape) },
      routerInput: read.routerInput.map { direction($0.shape) })
    parameters = run.parameterGradients.map { direction($0.parameter.shape) }
  }

  /// The loss at a place, and the sum of the sizes of what is added up in it.
  func loss(at place: Float) throws -> (value: Double, size: Double) {
    var moved = subject
    moved.tokens += tokens * place
    if let logits = overrides.previousLogits { moved.overrides.previousLogits? += logits * place }
    if let state = overrides.previousState { moved.overrides.previousState? += state * place }
    if let input = overrides.routerInput { moved.overrides.routerInput? += input * place }
    var index = 0
    moved.layer.visitParameters { _, parameter in
      parameter += parameters[index] * place
      index += 1
    }
    let pass = try moved.layer.forward(
      moved.tokens, context: moved.context, overrides: moved.overrides)
    var (value, size) = (0.0, 0.0)
    let passesThrough = pass.routing.passThroughWeights != nil
    for token in moved.validTokens {
      for column in 0..<pass.output.columnCount {
        let factor = Double(moved.coefficients[token, column])
        let term = Double(pass.output[token, column]) * factor
        value += term
        size += term.magnitude
        // A remainder is a small difference of the whole token and its part.
        // In a latent space it is one of what the token was made into there.
        if passesThrough {
          let own = moved.tokens[token, min(column, moved.tokens.columnCount - 1)]
          size += (Double(own) * factor).magnitude
        }
      }
    }
    let ofRouting = moved.routingLoss(pass.routing)
    value += ofRouting.value
    size += ofRouting.size
    for loss in pass.losses {
      value += Double(loss.value)
      size += Double(loss.value.magnitude)
    }
    return (value, size)
  }

  /// The derivative by the gradients, and the root of the sum of the squares of its terms.
  func slope(_ run: PropertyRun) -> (value: Double, size: Double) {
    var (value, squares) = (0.0, 0.0)
    func add(_ gradient: Tensor, _ direction: Tensor) {
      let (first, second) = (gradient.scalars, direction.scalars)
      for index in 0..<gradient.count {
        let term = Double(first[index]) * Double(second[index])
        value += term
        squares += term * term
      }
    }
    if let gradient = run.inputGradient { add(gradient, tokens) }
    for part in [\OverridesGradient.previousLogits, \.previousState, \.routerInput] {
      if let gradient = run.overrideGradients[keyPath: part], let own = overrides[keyPath: part] {
        add(gradient, own)
      }
    }
    for (gradient, direction) in zip(run.parameterGradients, parameters) {
      add(gradient.parameter, direction)
    }
    return (value, squares.squareRoot())
  }
}

extension PropertyCheck {
  /// The gradients are the derivative of the loss, auxiliary losses included.
  ///
  /// The derivative is Richardson's of two central differences D(t) and D(t/2). Its error is that
  /// of truncation, for which the difference of the two stands, and of rounding, u·κ/t of the sizes
  /// that are added up, and u·κ in gradients. At a kink the second difference S falls with t and
  /// not with t²: S(t/2) − S(t)/4, over t/2, is the jump of the derivative there. Where twice these
  /// add up to a fiftieth of the slope or more, the line says nothing, and another is tried; and so
  /// it is where the two do not agree, as two kinks may hide each other by chance, which a wrong
  /// gradient does not.
  static func gradientIsTheDerivative(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool
  {
    guard subject.context.mode.isTraining, subject.layer.router.strategy.hasDerivative,
      // There all scores are ties, with kinks that hide each other.
      !(subject.plan.tokens.repeats && subject.plan.score is SoftmaxOverTokensScore)
    else { return false }
    var generator = SeededGenerator(seed: subject.plan.seed ^ 0x64_65)
    var found: [String] = []
    for step in [0x1p-6, 0x1p-8, 0x1p-7, 0x1p-10] as [Float] {
      let line = PropertyLine(subject, run, using: &generator)
      let here = try line.loss(at: 0)
      let (ahead, back) = (try line.loss(at: step).value, try line.loss(at: -step).value)
      let (near, nearBack) = (
        try line.loss(at: step / 2).value, try line.loss(at: -step / 2).value
      )
      let t = Double(step)
      let (wide, narrow) = ((ahead - back) / (2 * t), (near - nearBack) / t)
      let estimate = (4 * narrow - wide) / 3
      let (second, secondNear) = (
        ahead - 2 * here.value + back, near - 2 * here.value + nearBack
      )
      let kink = (secondNear - second / 4).magnitude / (t / 2)
      let logits = run.pass.routing.logits.scalarArray.reduce(Float(0)) {
        $1.isFinite ? max($0, $1.magnitude) : $0
      }
      // Of values, and of gradients, in which logits of that size are taken from each other.
      let digit = 0x1p-24 * 16 * (1 + Double(logits))
      let size = here.size + Double(run.pass.losses.count) + 0x1p-10
      let rounding = digit * size * (1 / t + 1 + Double(logits))
      let tolerance = 2 * (wide - narrow).magnitude + 4 * kink + rounding
      let slope = line.slope(run)
      guard tolerance < 0.02 * max(slope.size, estimate.magnitude) else { continue }
      guard !((slope.value - estimate).magnitude > tolerance) else {
        found.append("\(slope.value), not \(estimate) ± \(tolerance)")
        if found.count == 3 { break }
        continue
      }
      return true
    }
    guard found.count < 2 else {
      throw PropertyViolation(promise: "derivative", found: found.joined(separator: "; "))
    }
    return false
  }
}

extension RoutingStrategy {
  /// Whether gradients are the derivative where choices are held fixed; some are estimates on
  /// purpose.
  fileprivate var hasDerivative: Bool {
    func isEstimate(_ weighting: any Weighting) -> Bool {
      switch weighting {
      case let scaled as ScaledWeighting: isEstimate(scaled.base)
      case let remainder as RemainderWeighting: isEstimate(remainder.base)
      default: weighting is SparseMixerWeighting
      }
    }
    return !isStraightThrough && !isEstimate(weighting)
  }
}
